"""The law of measures: what co-design aims at has the gradient that finite differences show.

A case is a name, a function of a picture that runs on NumPy and on JAX alike, and the picture. A room adds
its measures as lines of `CASES`; keep pictures tiny.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np
import pytest

from exact_edge import gaussian_edge
from lichtbild.colour import cielab
from lichtbild.quality.acutance import acutance, viewed_weights
from lichtbild.quality.chroma import chroma
from lichtbild.quality.colour_error import colour_errors
from lichtbild.quality.colour_map import mean_difference
from lichtbild.quality.colour_plane import planes_of
from lichtbild.quality.colour_uniformity import uniformity
from lichtbild.quality.distortion import local_distortion, tv_distortion
from lichtbild.quality.edge.definition import edge_mtf, edge_mtf50, edge_operator
from lichtbild.quality.edge.iso_projection import fitted_edge
from lichtbild.quality.edge.iso_response import held_edge, response
from lichtbild.quality.fall_off import fall_off
from lichtbild.quality.flare import flare_of
from lichtbild.quality.flip import flip
from lichtbild.quality.jnd import chroma_loss, combined_loss, visual_noise_loss
from lichtbild.quality.lateral_colour import edge_displacement
from lichtbild.quality.no_reference import blockiness, blur_effect
from lichtbild.quality.noise import luminance_noise, spatial_noise
from lichtbild.quality.points import corner_centres, dot_centres
from lichtbild.quality.psnr import psnr
from lichtbild.quality.radial_fit import radial_fit
from lichtbild.quality.ruler import acutance_loss
from lichtbild.quality.shading import block_means, shading
from lichtbild.quality.ssim import ms_ssim, ssim
from lichtbild.quality.texture import RINGS, direct_mtf
from lichtbild.quality.texture_cross import cross_mtf
from lichtbild.quality.viewing import PHONE
from lichtbild.quality.visual_noise import visual_noise_2013, visual_noise_2023
from lichtbild.quality.white_balance import offsets


def picture(*shape: int) -> np.ndarray:
    """Values away from the limits 0 and 1, where measures may have kinks."""
    return 0.2 + 0.6 * np.random.default_rng(sum(shape)).random(shape)


def near(reference: np.ndarray) -> np.ndarray:
    """A picture that differs from its reference everywhere."""
    return reference + 0.05 * np.random.default_rng(1).normal(size=reference.shape)


class Case(NamedTuple):
    """A measure as a function of a picture.

    Attributes:
        name: of the measure.
        measure: gives one number, for NumPy and JAX.
        at: the picture at which its slope is taken.
        step: of the finite difference.
        rel: tolerance of the slope against the gradient.
    """

    name: str
    measure: Callable[[Any], Any]
    at: np.ndarray
    step: float = 1e-6
    rel: float = 1e-5


PLANE, COLOURS = picture(24, 26), picture(12, 13, 3)
EDGE = gaussian_edge((24, 20), 8, 0.7)
HELD = held_edge(EDGE, fitted_edge(EDGE, 1).curve, falling=False)
FREQUENCIES = np.arange(len(response(EDGE, HELD))) / 20 / np.cos(np.radians(8))
SHARPNESS = viewed_weights(FREQUENCIES, PHONE, 1000)
BLURRED = gaussian_edge((40, 32), 6, 0.7)
OPERATOR = edge_operator(BLURRED, (18.1, 0.0), (13.9, 40.0), 12.0, frequencies=np.linspace(0.0, 0.6, 13))
LOSSES = np.array([[0.9, 0.4, 3.0], [5.0, 15.0, 0.3]])
CARD = picture(5, 3)
LAB = cielab.from_srgb(CARD[:, ::-1])
FIELD = 0.4 - 1e-4 * ((np.mgrid[:33, :33] - 18) ** 2).sum(axis=0)[..., None] + 0.01 * picture(33, 33, 3)
BLACK = np.zeros((12, 13))
BLACK[3:6, 3:6] = 1
ROWS, COLUMNS = np.mgrid[:58, :58]
DOTS = np.stack(np.meshgrid((13.2, 29.1, 45.0), (12.8, 29.0, 44.9)), axis=-1).reshape(-1, 2)
DOTTED = 0.8 - sum(0.5 * np.exp(-((COLUMNS - x) ** 2 + (ROWS - y) ** 2) / 4) for x, y in DOTS)
CORNER = 0.5 + 0.3 * np.tanh((COLUMNS[:15, :15] - 7.2) / 1.4) * np.tanh((ROWS[:15, :15] - 6.9) / 1.3)
EDGES = np.stack([gaussian_edge((24, 20), 8, 0.7 + 0.1 * i) for i in range(3)], axis=-1)


def colours(light: Any) -> Any:
    found = colour_errors(light, LAB)
    return found.ciede2000.mean() + found.cie94.max() + chroma(light, LAB).level + offsets(light, LAB)[0, 1]


def field(light: Any) -> Any:
    blocks = block_means(light)
    one, other = shading(blocks), uniformity(blocks)
    return one.luminance_max + one.colour_mean + other.pair_max + fall_off(blocks[..., 1], (33, 33)).corner


def grid(plane: Any) -> Any:
    places = dot_centres(plane, np.round(DOTS) + 0.5, np.full(9, 6.0)).places
    fit = radial_fit(
        16 * np.stack(np.divmod(np.arange(9), 3)[::-1], axis=1).astype(float), places, (58, 58), 1
    )
    return tv_distortion(fit.terms, (58, 58)) + local_distortion(places, fit.ideal, (58, 58))[0]


def red_edge(light: Any) -> Any:
    return edge_displacement(planes_of(light), (8.8, 2.0), (10.8, 22.0), 7.0)["red"][0]


def corner(plane: Any) -> Any:
    return corner_centres(plane, np.array([[7.5, 7.5]]), np.eye(2)[None], 6.0).places.sum()


TEXTURE, TAPER = picture(64, 64), np.linspace(1.0, 0.2, RINGS + 1)
LEAVES = np.fft.fft2(TEXTURE - TEXTURE.mean())

CASES = [
    Case("psnr", lambda p: psnr(COLOURS, p), near(COLOURS)),
    Case("ssim", lambda p: ssim(PLANE, p), near(PLANE)),
    Case("flip", lambda p: flip(COLOURS, p, 20.0), near(COLOURS)),
    Case("mean_difference", lambda p: mean_difference(COLOURS, p), near(COLOURS)),
    Case("noise", lambda p: spatial_noise(p).sum(), near(COLOURS)),
    Case("luminance_noise", luminance_noise, near(COLOURS)),
    Case("visual_noise_2013", lambda p: visual_noise_2013(p, 30.0), near(COLOURS)),
    Case("visual_noise_2023", lambda p: visual_noise_2023(p, 30.0), near(COLOURS)),
    Case("blur_effect", blur_effect, picture(33, 35)),
    Case("blockiness", blockiness, picture(33, 35)),
    Case(
        "texture, direct", lambda p: (direct_mtf(p, np.full(RINGS, 1e-3), TAPER[1:]) * TAPER).sum(), TEXTURE
    ),
    Case("texture, cross", lambda p: (cross_mtf(p, LEAVES) * TAPER).sum(), near(TEXTURE)),
    Case("ms_ssim", lambda p: ms_ssim(picture(161, 162), p), near(picture(161, 162))),
    Case("colour", colours, CARD),
    Case("field", field, FIELD),
    Case("flare", lambda p: flare_of(p, BLACK, 1 - BLACK), COLOURS),
    Case("dots and distortion", grid, DOTTED),
    Case("corner", corner, CORNER),
    Case("edges of colours", red_edge, EDGES),
    Case("iso2023 response", lambda p: response(p, HELD)[1:9].sum(), EDGE),
    Case("edge_mtf", lambda p: edge_mtf(p, OPERATOR)[1:8].sum(), BLURRED),
    Case("edge_mtf50", lambda p: edge_mtf50(p, OPERATOR), BLURRED),
    Case("acutance", lambda p: acutance(response(p, HELD), SHARPNESS), EDGE),
    Case("acutance_loss", lambda p: acutance_loss(acutance(response(p, HELD), SHARPNESS)), EDGE),
    Case("visual_noise_loss", lambda n: visual_noise_loss(n).sum(), np.array([0.7, 1.5])),
    Case("chroma_loss", lambda c: chroma_loss(c).sum(), np.array([60.0, 150.0])),
    Case("combined_loss", lambda q: combined_loss(q).sum(), LOSSES),
]


LONG = {"colour", "field", "dots and distortion", "corner"}
"""Cases that take JAX seconds to compile."""

MARKED = [
    pytest.param(case, marks=pytest.mark.slow if case.name in LONG else (), id=case.name) for case in CASES
]


@pytest.fixture(autouse=True)
def double_precision():
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


@pytest.mark.parametrize("case", MARKED)
def test_jax_measures_what_numpy_measures(case: Case) -> None:
    seen = float(jax.jit(case.measure)(jax.numpy.asarray(case.at)))
    assert seen == pytest.approx(float(case.measure(case.at)), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("case", MARKED)
def test_the_gradient_is_that_of_finite_differences(case: Case) -> None:
    gradient = np.asarray(jax.jit(jax.grad(case.measure))(jax.numpy.asarray(case.at)))
    assert np.isfinite(gradient).all()
    rng = np.random.default_rng(3)
    for _ in range(2):
        direction = rng.normal(size=case.at.shape)
        ends = [float(case.measure(case.at + sign * case.step * direction)) for sign in (1, -1)]
        slope = (ends[0] - ends[1]) / (2 * case.step)
        scale = float(np.linalg.norm(gradient) * np.linalg.norm(direction)) / np.sqrt(direction.size)
        assert float((gradient * direction).sum()) == pytest.approx(slope, rel=case.rel, abs=case.rel * scale)
