"""Lens shape: distortion, lateral colour and fall-off over the field, as `MeasuredLens` tells them."""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.cfa import Cfa
from lichtbild.quality.lateral_colour import Displacements
from lichtbild.quality.radial_fit import radial_fit

HEIGHTS: Final = 33
_FALL_TERMS: Final = 5


def distortion_of(points: Displacements, size: tuple[int, int]) -> tuple[float, ...]:
    """Factors of r^2, r^4, r^6 of green's distortion; see `MeasuredLens`."""
    fit = radial_fit(points.chart, np.asarray(points.places), size)
    # Few points tell fewer than three.
    return tuple(float(term) for term in np.pad(np.asarray(fit.terms), (0, 3 - len(fit.terms))))


def lateral_of(points: Displacements, size: tuple[int, int]) -> Float[np.ndarray, "2 4"]:
    """Factors of r^0 to r^6 by which red and blue lie farther out; a shift of the whole is left out."""
    half = float(np.hypot(*size)) / 2
    out = (np.asarray(points.places) - np.array([size[1] / 2, size[0] / 2])) / half
    square = (out**2).sum(axis=1)
    slopes = [(out * square[:, None] ** power).ravel() for power in range(4)]
    shifts = [np.tile(axis, len(out)) for axis in np.eye(2)]
    terms = np.stack(slopes + shifts, axis=1)
    moved = [np.asarray(one).ravel() / half for one in (points.red, points.blue)]
    return np.stack([np.linalg.lstsq(terms, one, rcond=None)[0][:4] for one in moved])


def fall_of(
    gains: Float[np.ndarray, "place row column"], cfa: Cfa, size: tuple[int, int]
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, "3 n"]]:
    """Heights, and light there of each colour by that on the axis: what is alike all around of the gains."""
    y, x = (
        np.linspace(-1, 1, n) * side / np.hypot(*size) for n, side in zip(gains.shape[1:], size, strict=True)
    )
    square = (y[:, None] ** 2 + x**2).ravel()
    places = [index for row in cfa.pattern for index in row]
    heights = np.linspace(0, 1, HEIGHTS)
    falls = []
    for colour in range(3):
        light = np.mean([1 / gains[i].ravel() for i, index in enumerate(places) if index == colour], axis=0)
        terms = np.polynomial.polynomial.polyfit(square, light, _FALL_TERMS - 1)
        fall = np.polynomial.polynomial.polyval(heights**2, terms)
        falls.append(fall / fall[0])
    return heights, np.stack(falls)
