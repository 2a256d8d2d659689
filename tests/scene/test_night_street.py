"""The night street: its levels, distances and seed."""

import math

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.scene.frame import Frame
from lichtbild.scene.night_street import _lit, built, night_street, road_lux
from scene.charts import luminances

FRAME = Frame.across(90, 120, math.radians(75))
SCENE = night_street(FRAME, 1)


def test_levels_span_five_decades() -> None:
    found = luminances(SCENE)
    assert found.min() > 0 and found.max() / found.min() > 1e5
    # A lamp: intensity over pi r^2 is 7000 to 13000 cd/m2, if a sample is smaller than the lamp.
    assert 3000 < found.max() < 14000
    # EN 13201: lit roads have about 0.3 to 2 cd/m2; this one is darker at its edges.
    assert 0.03 < np.median(found[60:]) < 3


def test_the_sky_is_far_and_the_road_is_where_it_is() -> None:
    assert np.isinf(SCENE.depth[0, 60])
    row = 89
    # Seen from 1.6 m, the road lies at 1.6 m over the tangent below the horizon; half a pixel's sample off.
    assert SCENE.depth[row, 80] == pytest.approx(1600 / -FRAME.y[row], rel=0.01)
    # Houses stand 7 m to the side.
    assert SCENE.depth[44, 2] == pytest.approx(7000 / abs(FRAME.x[2]), rel=0.02)


def test_a_lamp_lights_the_road_as_the_inverse_square_says() -> None:
    street = built(1)
    x, distance, intensity = street.lamp[0]
    place = (np.array([x]), np.zeros(1), np.array([distance]))
    lux = _lit(street, place, (0.0, 1.0, 0.0))[0, street.lamp_kind[0]]
    # Straight below: I / h^2; the next lamp of its kind is 72 m off and adds at most 0.1 %.
    assert lux == pytest.approx(intensity / 49.0, rel=2e-3)


def test_its_level_is_the_mean_illuminance_of_its_road() -> None:
    place = np.random.default_rng(0).uniform((-7.0, 0.0), (7.0, 150.0), (40_000, 2))
    lux = _lit(built(1), (place[:, 0], np.zeros(len(place)), place[:, 1]), (0.0, 1.0, 0.0)).sum(axis=1)
    # Places drawn by chance: four standard errors.
    assert road_lux(built(1)) == pytest.approx(lux.mean(), abs=4 * lux.std() / 200)
    dim = night_street(FRAME, 1, lux=0.1)
    np.testing.assert_allclose(luminances(dim) / luminances(SCENE), 0.1 / road_lux(built(1)), rtol=1e-5)
    np.testing.assert_array_equal(dim.white, SCENE.white)


def test_same_seed_same_bytes() -> None:
    again, other = night_street(FRAME, 1), night_street(FRAME, 2)
    assert SCENE.weights.tobytes() == again.weights.tobytes()
    assert SCENE.weights.tobytes() != other.weights.tobytes()


def test_what_is_no_street() -> None:
    with pytest.raises(BadInput, match="1 sample or more"):
        night_street(FRAME, 1, samples=0)
    with pytest.raises(BadInput, match="0 lux or more"):
        night_street(FRAME, 1, lux=-1.0)
