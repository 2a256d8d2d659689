import math
from dataclasses import replace

import numpy as np
import pytest

from leaf_shots import LEAVES, leaf_shot, to_chart, to_picture
from lichtbild.image.chart import Chart, Leaves, Paint, Patch
from lichtbild.quality.found_chart import FoundChart, Verdict
from lichtbild.quality.texture_chart import even_patches, measures


def patch(name: str, top: float, left: float, side: float = 80.0) -> Patch:
    """A patch that is an upright square in the picture."""
    corners = np.array([[left, top], [left + side, top], [left + side, top + side], [left, top + side]])
    return Patch(name, tuple((float(x), float(y)) for x, y in to_chart(corners)), 0, "grey")


@pytest.fixture(scope="module")
def light() -> np.ndarray:
    """Leaves on the left, and on the right an even patch of their brightness and one that is darker."""
    beside = np.full((176, 100), 0.29)
    beside[90:] = 0.1
    plane = np.concatenate([leaf_shot(0.6), beside], axis=1)
    plane = plane + 0.01 * np.random.default_rng(3).standard_normal(plane.shape)
    return np.repeat(plane[..., None], 3, axis=-1)


def found(*targets: Leaves | Patch) -> FoundChart:
    chart = Chart("leaves", "Leaves", (100.0, 100.0), (Paint("grey", (50.0, 0.0, 0.0)),), targets=targets)
    return FoundChart(chart, to_picture, 0, 0.1, tuple(Verdict(str(k), True) for k in range(len(targets))))


def test_both_methods_tell_of_a_found_chart(light: np.ndarray) -> None:
    seen = found(LEAVES, patch("even", 2.0, 190.0), patch("dark", 92.0, 190.0))
    named = {(one.name, one.where): one for one in measures(seen, light, {"near": np.full(33, 1 / 33)})}
    assert set(named) == {
        (f"texture_{what}_{kind}", "leaves" if what == "mtf50" else "leaves, near")
        for what in ("mtf50", "acutance")
        for kind in ("cross", "direct")
    }
    cross, direct = (named[f"texture_mtf50_{kind}", "leaves"] for kind in ("cross", "direct"))
    # The Gaussian of 0.6 px times the pixel's sinc is a half at 0.289 cycles/px.
    assert cross.value == pytest.approx(0.289, abs=0.01) and direct.value == pytest.approx(0.289, abs=0.02)
    assert cross.interval[0] < 0.289 < cross.interval[1]


def test_only_patches_like_the_leaves_tell_their_noise(light: np.ndarray) -> None:
    both = found(patch("even", 2.0, 190.0), patch("dark", 92.0, 190.0))
    (kept,) = even_patches(both, light[..., 0], 0.29)
    assert kept.mean() == pytest.approx(0.29, abs=0.001)
    outside = found(patch("far", 2.0, 400.0), patch("small", 2.0, 190.0, 40.0))
    assert even_patches(outside, light[..., 0], 0.29) == ()
    refused = replace(both, verdicts=(Verdict("even", False, "clipped"),))
    assert even_patches(refused, light[..., 0], 0.29) == ()


def test_what_cannot_be_had_says_why(light: np.ndarray) -> None:
    cross, direct = measures(found(LEAVES), light)
    assert cross.value > 0 and math.isnan(direct.value) and "no even patch" in direct.note
    coloured = replace(LEAVES, coloured=True)
    assert all(
        math.isnan(one.value) and "grey leaves" in one.note for one in measures(found(coloured), light)
    )
    assert measures(found(patch("even", 2.0, 190.0)), light) == ()
