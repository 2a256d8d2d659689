import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.develop.metering import (
    DAYLIGHT,
    KEY,
    LIMITS,
    REACH,
    full_luminance,
    key,
    mean_luminance,
    metered_ev,
)
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Metadata

UNKNOWN = Metadata()


def scene_of(light: np.ndarray) -> LinearImage:
    samples = np.repeat(np.asarray(light, np.float32)[..., None], 3, axis=2)
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples, Window.whole(extent), extent)


def even(light: float) -> LinearImage:
    return scene_of(np.full((30, 40), light))


def test_a_scene_at_its_key_is_left_alone() -> None:
    assert metered_ev(even(KEY), UNKNOWN) == pytest.approx(0, abs=1e-6)
    # A baseline that brings it there is all that is needed.
    assert metered_ev(even(KEY / 4), UNKNOWN, 2.0) == pytest.approx(0, abs=1e-6)


def test_the_meter_has_one_of_two_votes() -> None:
    assert metered_ev(even(KEY / 2), UNKNOWN) == pytest.approx(0.5, abs=1e-6)
    assert metered_ev(even(KEY * 2), UNKNOWN) == pytest.approx(-0.5, abs=1e-6)


def test_highlights_hold_it_back() -> None:
    light = np.full((30, 40), 0.01)
    light[:5] = 1.0
    assert metered_ev(scene_of(light), UNKNOWN) == pytest.approx(0.5 * np.log2(REACH), abs=1e-6)
    light[:5, :2] = 500.0  # ten cells of 1200: a lamp, which may burn out
    light[:5, 2:] = 0.01
    assert metered_ev(scene_of(light), UNKNOWN) > 1.5


@pytest.mark.parametrize("light", [0.0, -1.0, 1e-9, 1e9])
def test_nothing_is_moved_beyond_the_limits(light: float) -> None:
    assert LIMITS[0] <= metered_ev(even(light), UNKNOWN) <= LIMITS[1]


def test_a_full_sensor_by_sunny_sixteen() -> None:
    # 1/100 s at f/16 and ISO 100 is right for grey of 18 % in sunlight of about 4000 cd/m2 for grey.
    sunny = Metadata(iso=100, exposure_time_s=0.01, f_number=16.0)
    found = full_luminance(sunny)
    assert found == pytest.approx(120 * 256)
    assert 3000 < 0.18 * found < 6000  # type: ignore[operator]
    assert full_luminance(Metadata(iso=100, f_number=2.0)) is None


def test_the_key_follows_the_published_curve() -> None:
    def at(luminance: float) -> float:
        settings = Metadata(iso=100, exposure_time_s=1.0, f_number=1.0)
        return key(luminance / full_luminance(settings), settings)  # type: ignore[operator]

    assert at(DAYLIGHT) == at(10 * DAYLIGHT) == KEY
    assert at(99.0) / at(9.0) == pytest.approx((1.03 - 2 / 4) / (1.03 - 2 / 3))
    assert np.all(np.diff([at(luminance) for luminance in np.geomspace(1e-3, 1e3, 50)]) > 0)
    assert key(0.1, UNKNOWN) == KEY


def test_a_night_stays_a_night() -> None:
    night = Metadata(iso=3200, exposure_time_s=1 / 8, f_number=1.8)
    day = Metadata(iso=100, exposure_time_s=1 / 500, f_number=8.0)
    dark = even(0.03)
    assert metered_ev(dark, day) == pytest.approx(0.5 * np.log2(KEY / 0.03))
    # The key of so dark a night lies below what was exposed, which is left as it is.
    assert metered_ev(dark, night) == 0
    assert metered_ev(dark, night, 1.0) == 0
    assert metered_ev(even(0.5), night) < 0


def test_the_mean_luminance_is_a_share_of_what_fills_the_sensor() -> None:
    night = Metadata(iso=3200, exposure_time_s=1 / 8, f_number=1.8)
    light = np.full((30, 40), 0.01)
    light[:15] = 0.03
    assert mean_luminance(scene_of(light), night) == pytest.approx(0.02 * full_luminance(night))  # type: ignore[operator]
    assert mean_luminance(even(-1.0), night) > 0  # type: ignore[operator]
    assert mean_luminance(even(0.1), UNKNOWN) is None
