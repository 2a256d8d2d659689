"""Numbers of attributes out of a laboratory's measures."""

import pytest

from lichtbild.image.measure import Measure
from lichtbild.quality.objective import objectives
from lichtbild.quality.viewing import MONITOR, PHONE

ROWS = 3000


def measure(name: str, value: float, interval: tuple[float, float] | None = None, **rest: str) -> Measure:
    return Measure(name, value, "", "a clause", "a method 1", interval, **rest)


def test_acutance_is_the_mean_of_edges_seen_in_one_way() -> None:
    found = objectives(
        [
            measure("acutance", 0.8, (0.78, 0.82), where="edge 1, monitor"),
            measure("acutance", 0.6, (0.58, 0.62), where="edge 2, monitor"),
            measure("acutance", 0.9, where="edge 1, phone"),
        ],
        MONITOR,
        ROWS,
    )["edge_acutance"]
    assert found.count == 2
    assert found.value == pytest.approx(0.7)
    # Two independent errors of 0.02: their mean's is 0.02 / sqrt(2).
    assert found.interval == pytest.approx((0.7 - 0.02 / 2**0.5, 0.7 + 0.02 / 2**0.5))


def test_one_place_without_interval_leaves_none() -> None:
    places = [measure("chroma_level", 100.0, (99.0, 101.0)), measure("chroma_level", 110.0)]
    assert objectives(places, PHONE, ROWS)["chroma_level"].interval is None


def test_the_cross_method_of_texture_goes_before_the_direct_one() -> None:
    places = [
        measure("texture_acutance_direct", 0.5, where="leaves, phone"),
        measure("texture_acutance_cross", 0.7, where="leaves, phone"),
    ]
    assert objectives(places, PHONE, ROWS)["texture_acutance"].value == 0.7
    assert objectives(places[:1], PHONE, ROWS)["texture_acutance"].value == 0.5


def test_lateral_colour_is_the_worst_as_an_angle_of_the_view() -> None:
    found = objectives(
        [measure("lateral_colour_red_max", -1.5, (-1.7, -1.3)), measure("lateral_colour_blue_max", 0.9)],
        PHONE,
        ROWS,
    )["lateral_colour"]
    scale = 60 / PHONE.pixels_per_degree(ROWS)
    assert found.value == pytest.approx(1.5 * scale)
    assert found.interval == pytest.approx((1.3 * scale, 1.7 * scale))


def test_noise_may_say_how_it_is_seen_in_its_note() -> None:
    noise = measure("visual_noise_omega", 1.2, where="patch 5", note=f"seen as {PHONE.title}")
    assert objectives([noise], PHONE, ROWS)["visual_noise"].value == 1.2
    assert "visual_noise" not in objectives([noise], MONITOR, ROWS)


def test_what_is_no_number_is_left_out() -> None:
    assert objectives([measure("lgd_max", float("nan"), note="too few points")], PHONE, ROWS) == {}
