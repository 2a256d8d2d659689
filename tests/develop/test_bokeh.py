"""The blur of whole pictures: against closed forms of a thin lens, edges and layers."""

from dataclasses import dataclass

import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.develop.blur_layers import layers_of
from lichtbild.develop.bokeh import blurred
from lichtbild.develop.sheets import Sheets, sheets
from lichtbild.image.linear_image import LinearImage

FOCUS, FAR = 1 / 1000.0, 1 / 5000.0


@dataclass(frozen=True, eq=False)
class Disc:
    """A thin lens whose blur has a radius of so many half diagonals at a far vergence."""

    radius: float
    half_diagonal: float = 1.0
    focus_vergence: float = FOCUS
    turn: float = 0.0

    @property
    def vergence(self) -> np.ndarray:
        return np.array([0.0, 2 * FOCUS])

    @property
    def height(self) -> np.ndarray:
        return np.array([0.0, 1.0])

    def arrivals(self, vergence: float) -> np.ndarray:
        k = np.arange(8192) + 0.5
        r, angle = np.sqrt(k / 8192), k * np.pi * (3 - 5**0.5)
        scale = self.radius * (vergence - FOCUS) / (FAR - FOCUS)
        one = np.stack([scale * r * np.cos(angle), scale * r * np.sin(angle), np.full(8192, 1 / 8192)])
        one[1] *= np.where(one[1] > 0, 1 - self.turn, 1.0)  # a cat's eye that is shorter away from the axis
        return np.asarray(np.broadcast_to(one[:, None, None], (3, 2, 3, 8192)))


def _image(samples: np.ndarray) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(np.ascontiguousarray(samples, np.float32), Window.whole(extent), extent)


def _made(samples: np.ndarray, vergence: np.ndarray, lens: Disc) -> np.ndarray:
    image = _image(samples)
    parted = sheets(image.samples, vergence.astype(np.float32), 1e-5, 60)
    return np.asarray(blurred(image, parted, lens).samples)


def test_what_is_in_focus_stays() -> None:
    samples = np.random.default_rng(0).random((90, 120, 3)).astype(np.float32)
    made = _made(samples, np.full((90, 120), FOCUS), Disc(0.1))
    np.testing.assert_allclose(made, samples, rtol=3e-7)


@pytest.mark.parametrize("radius", [5.0, 14.0, 30.0])
def test_a_point_becomes_a_disc_with_its_light(radius: float) -> None:
    samples = np.zeros((160, 200, 3), np.float32)
    samples[80, 100] = 1000.0
    half = np.hypot(160, 200) / 2
    made = _made(samples, np.full((160, 200), FAR), Disc(radius / half))[..., 1]
    assert made.sum() == pytest.approx(1000.0, rel=2e-3)
    y, x = np.mgrid[:160, :200]
    far = np.hypot(y - 80, x - 100)
    level = 1000 / (np.pi * radius**2)
    inner = made[far < 0.8 * radius - 1]
    assert inner.mean() == pytest.approx(level, rel=0.03)
    assert made[far > 1.15 * radius + 3].max() < 0.02 * level


def test_even_light_stays_even_at_every_edge() -> None:
    """Also on a slope that runs through all layers, where nothing may shine through."""
    vergence = np.linspace(FOCUS * 1.6, FAR, 150)[:, None].repeat(140, axis=1)
    vergence[40:100, 50:90] = FOCUS
    made = _made(np.full((150, 140, 3), 0.4, np.float32), vergence, Disc(0.12))
    np.testing.assert_allclose(made, 0.4, rtol=1e-4)


def test_background_does_not_bleed_over_the_subject_nor_the_subject_into_it() -> None:
    samples = np.full((120, 160, 3), 0.1, np.float32)
    samples[:, 80:] = 0.9
    vergence = np.where(np.arange(160) >= 80, FOCUS, FAR)[None].repeat(120, axis=0)
    made = _made(samples, vergence, Disc(0.1))
    np.testing.assert_allclose(made[:, 84:], 0.9, rtol=1e-3)
    np.testing.assert_allclose(made[:, :76], 0.1, atol=5e-3)


def test_a_near_thing_is_soft_over_what_is_in_focus() -> None:
    """A straight edge of a uniform disc: the share of the disc beyond a chord, in closed form."""
    samples = np.full((120, 200, 3), 0.1, np.float32)
    samples[:, 100:] = 0.9
    near = 2 * FOCUS - FAR
    vergence = np.where(np.arange(200) >= 100, near, FOCUS)[None].repeat(120, axis=0)
    radius = 12.0
    made = _made(samples, vergence, Disc(radius / (np.hypot(120, 200) / 2)))[60, :, 1]
    t = np.clip((np.arange(200) + 0.5 - 100) / radius, -1, 1)
    share = 0.5 + (t * np.sqrt(1 - t * t) + np.arcsin(t)) / np.pi
    np.testing.assert_allclose(made, 0.1 + 0.8 * share, atol=0.03)


def test_kernels_turn_with_the_place_in_the_picture() -> None:
    samples = np.zeros((300, 300, 3), np.float32)
    for row, column in ((150, 280), (20, 150)):
        samples[row, column] = 100.0
    made = _made(samples, np.full((300, 300), FAR), Disc(10 / np.hypot(150, 150), turn=1.0))[..., 0]
    right = made[120:180, 250:300]
    top = made[0:50, 120:180]
    columns = (right.sum(axis=0) * (np.arange(250, 300) - 280)).sum() / right.sum()
    rows = (top.sum(axis=1) * (np.arange(0, 50) - 20)).sum() / top.sum()
    assert columns < -1.5 and rows > 1.5  # the half away from the axis is missing, so light lies inward


def test_layers_go_from_the_nearest_to_the_farthest_and_hold_the_focus() -> None:
    vergence = np.linspace(FAR, 1.5 * FOCUS, 64, dtype=np.float32).reshape(8, 8)
    front = sheets(np.ones((8, 8, 3), np.float32), vergence, 1e-5, 4)
    layers = layers_of(Sheets(front.front, front.back), Disc(0.3), Extent(600, 800))
    assert np.all(np.diff(layers.vergence) < 0)
    assert layers.vergence[0] >= 1.5 * FOCUS * 0.999 and layers.vergence[-1] <= FAR * 1.001
    assert np.abs(layers.vergence - FOCUS).min() < 1e-9
    assert layers.shift.max() >= 2 and layers.shift.min() == 0
