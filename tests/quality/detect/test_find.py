from dataclasses import replace

import cv2
import numpy as np
import pytest

from lichtbild.image.chart import Grid
from lichtbild.image.chart_catalogue import chart_named
from lichtbild.quality.detect.find import find_charts
from warped_charts import Warp, a_map, off, photographed, print_of, seen, unmarked

MILD = Warp(tilt=0.1, bend=0.05, blur=(0.5, 0.8), noise=(0.002, 0.005), gradient=0.3)
SHAPE = (540, 720)


def picture(name: str, seed: int = 3, *, marks: bool = True, shape: tuple[int, int] = SHAPE):
    chart = chart_named(name) if marks else unmarked(chart_named(name))
    chance = np.random.default_rng(seed)
    truth = a_map(chart, shape, replace(MILD, fill=(0.95, 0.98)), chance)
    plane = seen(print_of(chart, 4.0), chart.size, truth, np.full(shape, 0.3))
    return chart, truth, photographed(plane, MILD, chance)


@pytest.fixture(scope="module")
def squares():
    return picture("esfr-grid")


def test_marks_give_the_chart_its_way_up_and_its_place_to_a_tenth_of_a_pixel(squares):
    chart, truth, light = squares
    (found,) = find_charts(light, [chart])
    assert found.chart is chart
    assert off(found.to_picture, truth, chart).max() < 0.1
    assert np.allclose(found.distortion, truth.distortion, atol=0.01)
    way = truth(np.array([[211.0, 148.5]])) - truth(np.array([[209.0, 148.5]]))
    angle = np.degrees(np.arctan2(-way[0, 1], way[0, 0]))
    assert abs((90 * found.quarter_turns - angle + 180) % 360 - 180) <= 45.1
    assert len(found.verdicts) == len(chart.targets)


def test_a_part_that_is_hidden_or_clipped_is_named_with_its_reason(squares):
    chart, truth, light = squares
    light = light.copy()
    edge = chart.targets[0]
    (x, y) = truth(np.array([edge.start]))[0]
    cv2.circle(light, (int(x), int(y)), 40, (0.2, 0.2, 0.2), -1)
    other = np.array(chart.targets[-1].start)
    (u, v) = truth(other[None])[0]
    cv2.circle(light, (int(u), int(v)), 40, (1.0, 1.0, 1.0), -1)
    (found,) = find_charts(light, [chart])
    assert off(found.to_picture, truth, chart).max() < 0.3
    assert not found.verdicts[0].usable and found.verdicts[0].reason
    assert "clipped" in found.verdicts[-1].reason
    assert sum(one.usable for one in found.verdicts) > 0.8 * len(found.verdicts)


def test_a_card_whose_gaps_are_too_narrow_to_be_seen_is_found_by_its_marks():
    chart, truth, light = picture("colour-checker-sg")
    (found,) = find_charts(light, [chart])
    # Four marks of 15 px, far from the middle, tell scale and distortion apart to a tenth of a patch only.
    assert off(found.to_picture, truth, chart).max() < 1.5
    assert round(turns_of(truth, chart) - found.quarter_turns) % 4 == 0


def test_one_mark_of_four_is_enough_where_the_borders_agree(squares):
    chart, truth, light = squares
    light = light.copy()
    for mark in chart.fiducials[1:]:
        x, y = truth(np.array([mark.corner]) + mark.side / 2)[0]
        cv2.circle(light, (int(x), int(y)), 26, (0.2, 0.2, 0.2), -1)
    (found,) = find_charts(light, [chart])
    assert off(found.to_picture, truth, chart).max() < 0.3
    assert round(turns_of(truth, chart) - found.quarter_turns) % 4 == 0


def test_marks_of_another_chart_are_no_chart_that_is_asked_for(squares):
    _, _, light = squares
    assert find_charts(light, [chart_named("flat-field")]) == ()


def turns_of(truth, chart) -> float:
    middle = np.array(chart.size[::-1]) / 2
    way = truth(middle + np.array([0.01, 0.0])) - truth(middle)
    return float(np.arctan2(-way[1], way[0]) / (np.pi / 2))


@pytest.mark.parametrize(
    ("name", "called"),
    [
        pytest.param("checkerboard", "checkerboard", marks=pytest.mark.slow),
        pytest.param("dot-grid", "dot-grid", marks=pytest.mark.slow),
        ("grey-scale", "grey-steps"),
    ],
)
def test_charts_are_known_without_their_marks(name, called):
    chart, truth, light = picture(name, seed=5, marks=False)
    found = [one for one in find_charts(light, []) if one.chart.name == called]
    assert len(found) == 1
    known = [places_of(target) for target in chart.targets]
    places = truth(np.concatenate(known))
    own = found[0].to_picture(np.concatenate([places_of(target) for target in found[0].chart.targets]))
    away = np.linalg.norm(own[:, None] - places[None], axis=2).min(axis=1)
    assert np.percentile(away, 90) < (3.0 if called == "grey-steps" else 0.3)
    assert len(own) > 0.8 * len(places)


def places_of(target):
    if isinstance(target, Grid):
        return target.points.reshape(-1, 2)
    return np.mean(np.array(target.corners), axis=0, keepdims=True)


@pytest.mark.slow
def test_slanted_squares_are_found_without_marks_to_a_part_of_a_pixel():
    chart, truth, light = picture("esfr-grid", seed=6, marks=False, shape=(675, 900))
    (found,) = (one for one in find_charts(light, []) if one.chart.name == "slanted-edges")
    edges = np.array([[e.start, e.end] for e in found.chart.targets])
    known = np.array([truth(np.array([e.start, e.end])) for e in chart.targets])
    assert len(edges) > 0.6 * len(known)
    for start, end in edges[::10]:
        way = (end - start) / np.linalg.norm(end - start)
        ends = known - start
        across = np.abs(ends[..., 0] * way[1] - ends[..., 1] * way[0]).max(axis=1)
        assert across.min() < 0.6


def test_a_flat_field_and_a_target_of_flare_are_whole_pictures():
    chance = np.random.default_rng(1)
    y, x = np.mgrid[-1:1:300j, -1:1:400j]
    field = (0.5 * (1 - 0.3 * (x**2 + y**2)))[..., None] * np.ones(3)
    field = (field + 0.005 * chance.normal(size=field.shape)).astype(np.float32)
    (flat,) = find_charts(field, [])
    assert flat.chart.name == "flat-field" and flat.verdicts[0].usable
    black = field.copy()
    cv2.circle(black, (200, 150), 18, (0.004, 0.004, 0.004), -1)
    (flare,) = find_charts(black, [])
    assert flare.chart.name == "flare-target"
    assert flare.chart.targets[0].role == "black"
    assert np.allclose(flare.chart.shapes[0].centre, (200.5, 150.5), atol=1.0)


@pytest.mark.parametrize("value", [0.0, np.nan, 1.0, -1.0])
def test_pictures_without_structure_hold_no_wrong_chart(value):
    light = np.full((200, 300, 3), value, np.float32)
    assert all(one.chart.name == "flat-field" for one in find_charts(light, []))


def test_noise_stripes_and_tiny_pictures_hold_no_chart():
    chance = np.random.default_rng(2)
    assert find_charts(chance.random((90, 120, 3)).astype(np.float32), []) == ()
    stripes = np.tile(0.5 + 0.4 * np.sin(np.arange(150) / 3.0), (100, 1))[..., None] * np.ones(3)
    assert find_charts(stripes.astype(np.float32), []) == ()
    assert find_charts(np.ones((3, 5, 3), np.float32), []) == ()


@pytest.mark.slow
def test_the_same_picture_gives_the_same_charts(squares):
    chart, _, light = squares
    first, second = (find_charts(light, [chart])[0] for _ in range(2))
    places = np.array([[10.0, 20.0], [300.0, 200.0]])
    assert np.array_equal(first.to_picture(places), second.to_picture(places))
    assert first.verdicts == second.verdicts


@pytest.mark.slow
@pytest.mark.shared
def test_photographs_hold_no_chart(shared):
    from PIL import Image

    for path in sorted((shared / "data/truth/kodak24").glob("*.png")):
        light = (np.asarray(Image.open(path)).astype(np.float32) / 255) ** 2.2
        assert find_charts(light) == (), path.name
