"""MTF out of point spreads, beside closed forms."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.window import Extent
from lichtbild.optics.response_mtf import response_mtf
from optics.responses import everywhere, gaussian, response

EXTENT = Extent(90, 120)
EVEN = np.ones(3)


def wide(right: float, down: float, squares: int = 31) -> np.ndarray:
    """A Gaussian of two widths, in squares."""
    at = np.arange(squares) - squares // 2
    along = [np.exp(-(at**2) / (2 * width**2)) for width in (down, right)]
    return np.outer(*along) / np.outer(*along).sum()


def test_a_gaussian_has_a_gaussian_transfer_but_for_the_squares() -> None:
    """exp(-2 pi^2 sigma^2 f^2) over the sinc of a square; its aliases lie below 1e-20."""
    found = response(everywhere(wide(2.5, 2.5)), EXTENT)
    frequency = np.array([0.0, 50.0, 120.0])
    sigma = 2.5 * found.pitch
    expected = np.exp(-2 * (np.pi * sigma * frequency) ** 2) / np.sinc(frequency * found.pitch)
    for value in response_mtf(found, (0.0, 0.0), frequency, EVEN):
        assert value == pytest.approx(expected, rel=1e-5)


def test_tangential_is_along_the_radius() -> None:
    """What is wide to the right is so along the radius on the x axis, and across it on the y axis."""
    found = response(everywhere(wide(3.0, 1.5)), EXTENT)
    frequency = np.array([80.0])
    for place, along in (((found.columns[-1], 0.0), 3.0), ((0.0, found.rows[0]), 1.5)):
        _, tangential = response_mtf(found, place, frequency, EVEN)
        sigma = along * found.pitch
        expected = np.exp(-2 * (np.pi * sigma * frequency) ** 2) / np.sinc(frequency * found.pitch)
        assert tangential == pytest.approx(expected, rel=1e-5)


def test_lateral_colour_costs_contrast() -> None:
    """Two bands, apart by twice s, have the mean of exp(2 pi i f s) and its conjugate: a cosine."""
    spreads = np.stack([gaussian(2.0, 31, shift=(0.0, s)) for s in (-1.0, 1.0)])
    base = response(everywhere(gaussian(2.0, 31)), EXTENT)
    psf = np.broadcast_to(np.stack([spreads[0], spreads[1], spreads[0]]), (3, 3, 3, 31, 31))
    frequency, place = np.array([60.0]), (float(base.columns[-1]), 0.0)
    alone = response_mtf(base, place, frequency, EVEN)[1]
    both = response_mtf(replace(base, psf=psf), place, frequency, np.array([1.0, 1.0, 0.0]))[1]
    assert both / alone == pytest.approx(np.cos(2 * np.pi * frequency * base.pitch), rel=1e-5)
