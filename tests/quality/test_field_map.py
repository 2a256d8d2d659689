"""Maps over the field against functions that are known everywhere, and the directions of edges."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.field_map import (
    FieldValue,
    direction_of,
    field_map,
    field_maps,
    field_value,
    measures,
    ring,
)

SIZE = (600, 800)
HALF = 500.0


def truth(at: np.ndarray) -> np.ndarray:
    """A lens that falls off with the squared field and is tilted to the right."""
    x, y = (at[..., 0] - 400) / HALF, (at[..., 1] - 300) / HALF
    return 0.3 - 0.12 * (x * x + y * y) + 0.03 * x


def values(count: int, error: float, seed: int = 0) -> list[FieldValue]:
    rng = np.random.default_rng(seed)
    at = rng.uniform((20, 20), (780, 580), (count, 2))
    seen = truth(at) + rng.normal(0, error, count)
    return [
        FieldValue((float(x), float(y)), 0.0, float(v), error) for (x, y), v in zip(at, seen, strict=True)
    ]


@pytest.mark.parametrize(
    ("at", "normal", "expected"),
    [
        ((700.0, 300.0), 0.0, ("tangential", 0.0)),
        ((700.0, 300.0), np.pi / 2, ("sagittal", 90.0)),
        ((400.0, 50.0), np.pi / 2, ("tangential", 0.0)),
        ((600.0, 500.0), np.pi / 4, ("tangential", 0.0)),
        ((600.0, 500.0), -np.pi / 4 + np.pi, ("sagittal", 90.0)),
        ((410.0, 305.0), 0.0, ("middle", 26.565)),
        ((700.0, 300.0), np.radians(185), ("tangential", 5.0)),
    ],
)
def test_directions(at: tuple[float, float], normal: float, expected: tuple[str, float]) -> None:
    direction, angle = direction_of(at, normal, SIZE)
    assert direction == expected[0]
    assert angle == pytest.approx(expected[1], abs=1e-3)


def test_a_smooth_field_comes_back() -> None:
    found = field_map(values(40, 1e-4), SIZE)
    mean = found.grid(20)
    places = np.stack(np.meshgrid((np.arange(20) + 0.5) * 40, (np.arange(15) + 0.5) * 40), axis=-1)
    true = truth(places)
    at, error = (part.reshape(mean.shape) for part in found.at(places.reshape(-1, 2)))
    np.testing.assert_array_equal(at, mean)
    known = np.isfinite(mean)
    assert known.mean() > 0.95
    assert np.abs(mean - true)[known].max() < 2e-3
    assert (error[known] < 2e-3).all()


def test_errors_are_what_noise_makes_of_the_map() -> None:
    places = np.array([[400.0, 300.0], [200.0, 200.0], [650.0, 420.0], [300.0, 500.0]])
    found = [field_map(values(30, 0.01, seed), SIZE).at(places) for seed in range(25)]
    off = np.array([(mean - truth(places)) / error for mean, error in found])
    # 100 numbers, a quarter of them independent of the rest: the root mean square is known to 14 %.
    assert 0.6 < np.sqrt((off**2).mean()) < 1.4
    assert np.mean([error for _, error in found]) < 0.01


def test_far_from_every_edge_the_map_is_empty() -> None:
    near = [value for value in values(60, 0.01) if value.at[0] < 300]
    mean, _ = field_map(near, SIZE).at(np.array([[150.0, 300.0], [750.0, 300.0]]))
    assert np.isfinite(mean[0])
    assert np.isnan(mean[1])


def test_maps_of_channels_and_directions() -> None:
    upright = [FieldValue((x, 300.0), 0.0, 0.3, 0.01, "green") for x in (20.0, 150.0, 400.0, 600.0, 780.0)]
    level = [FieldValue((x, 300.0), np.pi / 2, 0.2, 0.01, "green") for x in (20.0, 150.0, 600.0, 780.0)]
    found = field_maps([*upright, *level, FieldValue((100.0, 100.0), 0.0, 0.1, 0.01, "red")], SIZE)
    assert [(one.channel, one.direction) for one in found] == [("green", "tangential"), ("green", "sagittal")]
    # The upright edge in the middle counts for both.
    assert [len(one.values) for one in found] == [5, 5]


def test_measures_over_the_field() -> None:
    found = field_map(values(60, 1e-3), SIZE, "green", "sagittal")
    rows = measures(found, "mtf50", "cycles/px", "a clause")
    assert rows[0].where == "field 0, sagittal, green"
    assert rows[0].value == pytest.approx(0.3, abs=3e-3)
    assert rows[2].value == pytest.approx(0.3 - 0.12 * 0.25, abs=3e-3)
    # Around field 0.5 the tilt makes 0.03 of 0.27.
    assert rows[-1].name == "mtf50_unevenness"
    assert rows[-1].value == pytest.approx(100 * 0.03 / 0.27, abs=1.5)
    few = field_map([value for value in values(60, 1e-3) if value.at[0] < 300], SIZE)
    assert np.isnan(measures(few, "mtf50", "cycles/px", "a clause")[-1].value)


def test_a_field_s_ring_lies_in_the_picture() -> None:
    assert len(ring(0.0, SIZE)) == 1
    assert len(ring(0.5, SIZE)) == 24
    assert 0 < len(ring(0.85, SIZE)) < 24


@pytest.mark.parametrize("bad", [[], [FieldValue((1.0, 1.0), 0.0, float("nan"), 0.1)] * 4])
def test_what_makes_no_map_is_refused(bad: list[FieldValue]) -> None:
    with pytest.raises(BadInput, match="map over the field"):
        field_map(bad, SIZE)


def test_a_measure_becomes_a_value() -> None:
    measure = Measure("mtf50", 0.3, "cycles/px", "a", "b 1", (0.26, 0.34), "edge 1", (10.0, 20.0))
    found = field_value(measure, 0.1, "red")
    assert (found.at, found.normal, found.value, found.channel) == ((10.0, 20.0), 0.1, 0.3, "red")
    assert found.error == pytest.approx(0.08 / 3.92)
    with pytest.raises(BadInput, match="no place"):
        field_value(Measure("mtf50", 0.3, "cycles/px", "a", "b 1"), 0.1)
