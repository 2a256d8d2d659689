"""The law of measures: what co-design aims at has the gradient that finite differences show.

A case is a name, a function of a picture that runs on NumPy and on JAX alike, and the picture. A room adds
its measures as lines of `CASES`; keep pictures tiny.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np
import pytest

from lichtbild.quality.colour_map import mean_difference
from lichtbild.quality.flip import flip
from lichtbild.quality.no_reference import blockiness, blur_effect
from lichtbild.quality.psnr import psnr
from lichtbild.quality.ssim import ms_ssim, ssim
from lichtbild.quality.texture import RINGS, direct_mtf
from lichtbild.quality.texture_cross import cross_mtf


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
TEXTURE, TAPER = picture(64, 64), np.linspace(1.0, 0.2, RINGS + 1)
LEAVES = np.fft.fft2(TEXTURE - TEXTURE.mean())

CASES = [
    Case("psnr", lambda p: psnr(COLOURS, p), near(COLOURS)),
    Case("ssim", lambda p: ssim(PLANE, p), near(PLANE)),
    Case("flip", lambda p: flip(COLOURS, p, 20.0), near(COLOURS)),
    Case("mean_difference", lambda p: mean_difference(COLOURS, p), near(COLOURS)),
    Case("blur_effect", blur_effect, picture(33, 35)),
    Case("blockiness", blockiness, picture(33, 35)),
    Case(
        "texture, direct", lambda p: (direct_mtf(p, np.full(RINGS, 1e-3), TAPER[1:]) * TAPER).sum(), TEXTURE
    ),
    Case("texture, cross", lambda p: (cross_mtf(p, LEAVES) * TAPER).sum(), near(TEXTURE)),
    Case("ms_ssim", lambda p: ms_ssim(picture(161, 162), p), near(picture(161, 162))),
]


@pytest.fixture(autouse=True)
def double_precision():
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_jax_measures_what_numpy_measures(case: Case) -> None:
    seen = float(jax.jit(case.measure)(jax.numpy.asarray(case.at)))
    assert seen == pytest.approx(float(case.measure(case.at)), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
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
