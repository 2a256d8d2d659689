"""The blur field: an ideal lens in closed form, stopped down, shaped by blades, and clipped by a rim."""

from math import pi

import numpy as np
import pytest

from ideal_lens import FOCAL, OPEN, ideal
from lichtbild.core.errors import BadInput
from lichtbild.image.blur_field import polygon


def _extent(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.hypot(x, y).max())


@pytest.mark.parametrize(("focus", "distance"), [(1000.0, 4000.0), (2000.0, 700.0), (1500.0, np.inf)])
def test_the_disc_has_the_radius_of_the_lens_equation(focus: float, distance: float) -> None:
    image, focused = (1 / (1 / FOCAL - 1 / d) for d in (distance, focus))
    expected = FOCAL / OPEN / 2 * abs(image - focused) / image
    x, y, weight = ideal().focused(focus).arrivals(1 / distance)[:, 0, 1]
    assert _extent(x, y) == pytest.approx(expected, rel=2e-3)
    inside = weight[np.hypot(x, y) < expected / 2].sum() / weight.sum()
    assert inside == pytest.approx(0.25, abs=2e-3)


def test_what_is_in_focus_is_a_point() -> None:
    x, y, _ = ideal().focused(1000.0).arrivals(1 / 1000)[:, 0, 1]
    assert _extent(x, y) < 2e-4


@pytest.mark.parametrize("wanted", [2.8, 4.0, 8.0])
def test_stopping_down_narrows_the_disc_in_proportion(wanted: float) -> None:
    full, less = (ideal().focused(1000.0, n).arrivals(0.0)[:, 0, 1] for n in (None, wanted))
    assert _extent(*less[:2]) / _extent(*full[:2]) == pytest.approx(OPEN / wanted, rel=2e-3)
    assert less[2].sum() / full[2].sum() == pytest.approx((OPEN / wanted) ** 2, rel=2e-3)


def test_blades_show_only_once_the_lens_is_stopped_down() -> None:
    field = ideal()
    full, open_ = (field.focused(1000.0, None, blades).arrivals(0.0) for blades in (0, 6))
    np.testing.assert_array_equal(full, open_)
    x, y, weight = field.focused(1000.0, 4.0, 6).arrivals(0.0)[:, 0, 1]
    radius = np.hypot(x, y)
    corner, side = polygon(np.array([pi / 6, 0.0]), 6)
    assert corner / side == pytest.approx(2 / np.sqrt(3)) or side / corner == pytest.approx(2 / np.sqrt(3))
    round_ = field.focused(1000.0, 4.0).arrivals(0.0)[2, 0, 1].sum()
    assert weight.sum() == pytest.approx(round_, rel=5e-3)
    turned = np.arctan2(y, x) % (pi / 3)
    outer = [radius[np.abs(turned - at) < 0.03].max() for at in (0.03, pi / 6)]
    assert max(outer) / min(outer) == pytest.approx(2 / np.sqrt(3), rel=0.03)


@pytest.mark.parametrize("blades", [5, 7, 15])
def test_a_polygon_has_the_area_of_the_circle(blades: int) -> None:
    azimuth = (np.arange(100_000) + 0.5) * 2 * pi / 100_000
    assert (polygon(azimuth, blades) ** 2).mean() == pytest.approx(1.0, rel=1e-6)


def test_a_rim_takes_its_share_and_cuts_one_side() -> None:
    made = ideal(far_rim=0.3).focused(1000.0)
    segment = (np.arccos(0.3) - 0.3 * np.sqrt(1 - 0.09)) / pi
    assert made.transmission[0, 1] == pytest.approx(1 - segment, rel=2e-3)
    _, y, _ = made.arrivals(0.0)[:, 1, 1]
    one, other = sorted((float(y.max()), -float(y.min())))
    assert one / other == pytest.approx(0.3, rel=0.03)


def test_strength_scales_every_blur() -> None:
    usual, twice = (ideal().focused(1000.0, strength=s).arrivals(0.0) for s in (1.0, 2.0))
    np.testing.assert_allclose(twice[:2], 2 * usual[:2], rtol=1e-6)


def test_fewer_distances_give_the_same() -> None:
    whole, part = (ideal().focused(1000.0, within=w).arrivals(1 / 900) for w in (None, (1 / 1100, 1 / 800)))
    np.testing.assert_allclose(part, whole, rtol=1e-6)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"distance": 100.0}, "focuses from 500 mm on"),
        ({"distance": 1000.0, "f_number": 1.4}, "opens to f/2"),
        ({"distance": 1000.0, "blades": 3}, "5 to 15 blades"),
        ({"distance": float("nan")}, "focuses from"),
    ],
)
def test_what_no_lens_can_do_is_refused_in_a_sentence(choices: dict[str, float], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        ideal().focused(**choices)  # type: ignore[arg-type]
