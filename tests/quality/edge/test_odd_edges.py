"""Edges that nobody would ask for: an answer or a sentence for each, and nothing written beside an array."""

import numpy as np
import pytest

import exact_edges as exact
from lichtbild.core.errors import BadInput
from lichtbild.quality.edge.unbiased import EdgeResponse, measure_edge, measure_edges
from lichtbild.quality.kernels.edge_sums import CELL, FRAME, STEEP, edge_cells

SLANTED = exact.edge(*exact.gaussian_of(0.25, 5.0), 5.0)
SIDES = (-1e9, 1e9)


def planes() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    y, x = np.mgrid[:40, :48]
    return {
        "slanted": SLANTED,
        "tiny": SLANTED[48:52, 30:34],
        "narrow": np.ascontiguousarray(SLANTED[:, 28:38]),
        "flat strip": SLANTED[40:49],
        "constant": np.full((40, 48), 0.5),
        "black": np.zeros((40, 48)),
        "noise": rng.normal(size=(40, 48)),
        "checks": ((x // 4 + y // 4) % 2).astype(float),
        "corner": ((x > 24) & (y > 20)).astype(float),
        "huge": SLANTED * 1e200,
        "hugest": SLANTED * 2e308,
        "faint": SLANTED * 1e-200,
        "negative": -SLANTED,
        "one infinite": np.where((x == 20) & (y == 20), np.inf, SLANTED[:40, :48]),
        "not numbers": np.where(x > 24, np.nan, 0.2),
        "impulse": ((x == 24) & (y == 20)).astype(float) * 1e6 + (x > 24),
        "no pixel": np.zeros((0, 5)),
    }


def odd_edges(shape: tuple[int, int], count: int) -> list:
    """Edges anywhere about a picture, many half or wholly outside, of any length and reach."""
    rng = np.random.default_rng(6)
    size = np.array(shape[::-1], float)
    starts = size * rng.uniform(-0.3, 1.3, (count, 2))
    ends = starts + rng.normal(size=(count, 2)) * 10.0 ** rng.uniform(-3, 2, (count, 1))
    reaches = rng.choice([0.3, 6.0, 6.4, 8.0, 13.0, 28.0, 300.0], count)
    return [
        ((float(a[0]), float(a[1])), (float(b[0]), float(b[1])), float(r))
        for a, b, r in zip(starts, ends, reaches, strict=True)
    ]


def is_whole(found: EdgeResponse | str) -> bool:
    if isinstance(found, str):
        return bool(found)
    numbers = [found.mtf, found.mtf_spread, found.levels, found.noise, found.middle, found.direction]
    extra = [found.bend, found.overshoot, found.undershoot, found.blur, found.correlation]
    return all(np.isfinite(each).all() for each in (*numbers, extra))


@pytest.mark.parametrize("name", planes())
def test_every_odd_edge_gets_numbers_or_a_sentence(name: str) -> None:
    plane = planes()[name]
    found = measure_edges(plane, odd_edges(plane.shape, 60), threads=1)
    assert all(is_whole(each) for each in found)


@pytest.mark.parametrize(
    ("start", "end", "reach"),
    [
        ((np.nan, 0.0), (30.0, 90.0), 20.0),
        ((30.0, 0.0), (np.inf, 90.0), 20.0),
        ((30.0, 0.0), (30.0, 90.0), np.inf),
        ((30.0, 0.0), (30.0, 90.0), np.nan),
        ((1e300, 0.0), (30.0, 90.0), 20.0),
        ((30.0, 0.0), (30.0, 90.0), 1e300),
    ],
)
def test_ends_and_reach_that_are_no_numbers_are_refused(start, end, reach) -> None:
    with pytest.raises(BadInput):
        measure_edge(SLANTED, start, end, reach)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e30, -1e30])
@pytest.mark.parametrize("place", range(FRAME))
def test_a_frame_gone_astray_sums_nothing_outside(bad: float, place: int) -> None:
    samples = np.random.default_rng(7).uniform(0, 20, (50, 3))
    frame = np.array([10.0, 10.0, 0.0, 1.0, 10.0, 0.1, 0.1])
    frame[place] = bad
    # Rims of a known number about the room say whether anything was written beside it.
    walls = np.full((3, 200, CELL), -7.0), np.full((3, 200, STEEP), -7.0)
    edge_cells(samples, frame, 5.0, walls[0][1], walls[1][1])
    assert all((wall[::2] == -7.0).all() for wall in walls)
