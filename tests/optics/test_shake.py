"""Cameras that move while they see, beside closed forms and beside many moments."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.image.camera_path import CameraPath, Shutter
from lichtbild.optics.form_image import form_image
from lichtbild.optics.shake import ROLL, TREMOR_SHARE, hand_shake, moved_by, rotations
from optics.responses import FOCAL, PITCH, everywhere, gaussian, grey, response

EXTENT = Extent(90, 120)
TIME = 0.1


def steady(rates: tuple[float, float, float]) -> CameraPath:
    """Constant rates for a second."""
    return CameraPath(np.array([0.0, 1.0]), np.array([[0.0, 0.0, 0.0], rates]))


def picture(weights: np.ndarray, shutter: Shutter, sigma: float = 1.0) -> np.ndarray:
    given = response(everywhere(gaussian(sigma)), EXTENT)
    return form_image(given, grey(weights, EXTENT), EXTENT, shutter=shutter).irradiance[..., 1].astype(float)


def edges(found: np.ndarray) -> np.ndarray:
    """Column at which each row is half as bright as on the right, by the missing light."""
    return found.shape[1] - found.sum(axis=1) / found[:, -1]


@pytest.mark.parametrize(("roll", "most"), [(0.0, 5e-4), (2.0, 4e-3)])
def test_a_global_shutter_is_the_mean_of_many_moments(roll: float, most: float) -> None:
    """On a curve of some sixteen squares; a block has the trace of its middle, which roll makes a little
    different toward its sides."""
    at = np.linspace(0.0, TIME, 101)
    curve = np.stack([np.sin(30 * at), 1 - np.cos(40 * at), roll * at / TIME], axis=1) * 4 * PITCH / FOCAL
    path = CameraPath(at, curve)
    weights = np.random.default_rng(2).uniform(size=(20, 27))
    # Smooth, or cubic convolution, which each moment takes anew, would blur the one more than the other.
    weights = gaussian_filter(np.kron(weights, np.ones((9, 9)))[:180, :240], 2.0)
    moments = [picture(weights, Shutter(path, 0.0, t)) for t in (np.arange(24) + 0.5) / 24 * TIME]
    expected = np.mean(moments, axis=0)
    inner = (slice(12, -12), slice(12, -12))

    def error(found: np.ndarray) -> float:
        return float(np.sqrt(np.mean((found - expected)[inner] ** 2)) / expected.mean())

    assert error(picture(weights, Shutter(path, TIME))) < most
    assert error(picture(weights, Shutter(path, 0.0, TIME / 2))) > 0.04


def test_a_rolling_shutter_leans_an_edge() -> None:
    """To the right by yaw: the scene goes left, farther in lower rows; an edge moves by f times the angle."""
    row_time, rate = 20e-6, 1.0
    weights = np.zeros((180, 240))
    weights[:, 120:] = 1.0
    shutter = Shutter(steady((0.0, rate, 0.0)), 2e-3, 0.001, row_time)
    moment = 0.001 + 1e-3 + row_time * np.arange(90)
    expected = 60 - FOCAL * np.tan(rate * moment) / PITCH
    assert edges(picture(weights, shutter))[8:-8] == pytest.approx(expected[8:-8], abs=0.05)


def test_pitch_lifts_and_roll_turns() -> None:
    """A camera that looks up sees things lower; one that turns clockwise sees them turn the other way."""
    weights = np.zeros((180, 240))
    weights[89:91, 159:161] = 1.0  # 20 pixels to the right of the axis
    up = picture(weights, Shutter(steady((10 * PITCH / FOCAL, 0.0, 0.0)), 0.0, 1.0))
    turned = picture(weights, Shutter(steady((0.0, 0.0, 0.5)), 0.0, 1.0))
    y, x = np.mgrid[:90, :120] + 0.5
    for found, row, column in ((up, 55.0, 80.0), (turned, 45 - 20 * np.sin(0.5), 60 + 20 * np.cos(0.5))):
        middle = [(found * axis).sum() / found.sum() for axis in (y, x)]
        assert middle == pytest.approx([row, column], abs=0.03)


def test_a_point_spreads_to_a_box() -> None:
    """Of rate times time times focal length; its variance is that of a box, 1/12 of the square."""
    weights = np.zeros((180, 240))
    weights[90, 120] = 1.0
    length = 16.0
    rate = length * PITCH / FOCAL / TIME
    still = picture(weights, Shutter(steady((0.0, 0.0, 0.0)), TIME))
    found = picture(weights, Shutter(steady((0.0, rate, 0.0)), TIME, 0.2))
    # A point between two squares of the scene is sampled anew, and tangents are not angles.
    assert found.sum() == pytest.approx(still.sum(), rel=1e-3)
    at = np.arange(120) + 0.5

    def moments(line: np.ndarray) -> tuple[float, float]:
        mean = (line * at).sum() / line.sum()
        return mean, (line * (at - mean) ** 2).sum() / line.sum()

    (before, narrow), (after, wide) = moments(still.sum(axis=0)), moments(found.sum(axis=0))
    # The mean time is 0.25 s.
    assert after - before == pytest.approx(-length * 0.25 / TIME, abs=0.02)
    assert wide - narrow == pytest.approx(length**2 / 12, rel=2e-3)
    line = found.sum(axis=0)
    top = line[int(after) - 4 : int(after) + 4]
    assert top == pytest.approx(np.full(8, line.sum() / length), rel=5e-3)


def test_a_long_trace_needs_larger_blocks_and_too_long_a_one_is_refused() -> None:
    weights = np.zeros((180, 240))
    weights[90, 120] = 1.0
    rate = 80 * PITCH / FOCAL / TIME
    found = picture(weights, Shutter(steady((0.0, rate, 0.0)), TIME, -TIME / 2))
    assert found.sum() > 0
    with pytest.raises(BadInput, match="calmer path"):
        picture(weights, Shutter(steady((0.0, 10 * rate, 0.0)), TIME))


def test_a_trace_keeps_its_moments() -> None:
    """Mean and variance of a point spread that is moved are sums; the splat's own width is taken off."""
    path = np.random.default_rng(0).normal(size=(30, 2)).cumsum(axis=0) * 0.4
    path -= path.mean(axis=0)
    found = moved_by(gaussian(1.0)[None], path, 15 + 24)[0].astype(float)
    at = np.arange(39) - 19
    fine = path[:-1, None] + np.linspace(0, 1, 50)[:, None] * (path[1:] - path[:-1])[:, None]
    for axis, line in ((0, found.sum(axis=0)), (1, found.sum(axis=1))):
        expected = fine[..., axis].var() + (gaussian(1.0).sum(axis=0) * (np.arange(15) - 7) ** 2).sum()
        mean = (line * at).sum()
        # A path's ends stand for half a step more than its inner samples, of 30.
        assert (line * (at - mean) ** 2).sum() == pytest.approx(expected, rel=0.15)


def test_hands_shake_as_they_are_asked_to() -> None:
    """By a mean over seeds: rates are Gaussian, correlated over the drift's 0.1 s, so that 8 seeds of 20 s of
    two angles hold some 3000 independent ones: 1.3 % of deviation, of which four are allowed."""
    rates = np.stack([np.diff(hand_shake(0.02, 20.0, seed).angles, axis=0) for seed in range(8)]) * 1000
    assert np.sqrt(np.mean(rates[..., :2] ** 2)) == pytest.approx(0.02, rel=0.055)
    assert np.sqrt(np.mean(rates[..., 2] ** 2)) == pytest.approx(0.02 * ROLL, rel=0.08)
    power = (np.abs(np.fft.rfft(rates, axis=1)) ** 2).mean(axis=(0, 2))
    frequency = np.fft.rfftfreq(rates.shape[1], 1e-3)
    tremor = power[(frequency > 6.5) & (frequency < 11.5)].sum() / power[frequency > 0].sum()
    # Four fifths of the tremor lie there, and a tenth of the drift.
    assert TREMOR_SHARE * 0.6 < tremor < TREMOR_SHARE * 1.6
    first, again, other = (hand_shake(0.02, 0.5, seed).angles for seed in (3, 3, 4))
    assert (first == again).all() and (first[0] == 0).all() and np.abs(first - other).max() > 1e-4
    with pytest.raises(BadInput, match="a hand shakes"):
        hand_shake(-1.0, 1.0, 0)


def test_rotations_look_where_they_should() -> None:
    right, up, turned = (rotations(0.2 * np.eye(3))[axis] @ [0, 0.1, 1] for axis in (1, 0, 2))
    assert right[0] == pytest.approx(np.sin(0.2)) and up[1] > 0.25 and turned[0] > 0
    every = rotations(np.random.default_rng(0).normal(size=(5, 3)))
    np.testing.assert_allclose(
        every @ np.swapaxes(every, -1, -2), np.broadcast_to(np.eye(3), (5, 3, 3)), atol=1e-15
    )
