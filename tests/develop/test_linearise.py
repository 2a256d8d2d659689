"""Linearise: the standard's own words, one sample at a time."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.linearise import Linearise, highest_black, looked_up, normalised
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.raw_frame import RawFrame

ACTIVE = Window(3, 5, 33, 45)
RANDOM = np.random.default_rng(5)
LEVELS = Levels(
    black=np.array([[[60.0], [64.5]], [[62.0], [70.0]]]),
    white=np.array([1000.0]),
    black_per_column=RANDOM.uniform(-3, 3, 40),
    black_per_row=RANDOM.uniform(-3, 3, 30),
    linearisation=np.sqrt(np.arange(1200.0)) * 30,
)


def frame(samples, levels=LEVELS, cfa=None, active=ACTIVE):
    whole = Window(0, 0, *samples.shape[:2])
    return RawFrame(samples, whole, whole.extent, cfa, levels, active, (0, 0, *active.extent))


def naive(samples, levels, active, clip):
    """Chapter 5, step by step in double precision."""
    rows, columns, _ = levels.black.shape
    result = np.empty((*active.extent, samples.shape[2]))
    black = np.empty_like(result)
    for r, c, p in np.ndindex(*result.shape):
        black[r, c, p] = levels.black[r % rows, c % columns, p]
        black[r, c, p] += 0 if levels.black_per_row is None else levels.black_per_row[r]
        black[r, c, p] += 0 if levels.black_per_column is None else levels.black_per_column[c]
        code = samples[r + active.top, c + active.left, p]
        if levels.linearisation is not None:
            code = levels.linearisation[min(int(code), len(levels.linearisation) - 1)]
        result[r, c, p] = float(code) - black[r, c, p]
    result /= levels.white - highest_black(levels)
    return np.minimum(result, 1) if clip else result


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32", "float32"])
def test_it_does_what_the_standard_says(dtype):
    samples = RANDOM.integers(0, 255 if dtype == "uint8" else 1300, (36, 50, 1)).astype(dtype)
    stage = Linearise.of(frame(samples, cfa=Cfa.bayer("GBRG")))
    found = stage(frame(samples, cfa=Cfa.bayer("GBRG")))
    assert found.extent == (30, 40) and found.cfa == Cfa.bayer("GBRG") and found.samples.dtype == np.float32
    expected = naive(samples, LEVELS, ACTIVE, clip=dtype != "float32")
    # Codes up to 1040 in float32 over a span of 930: three roundings of 2^-24 relative.
    np.testing.assert_allclose(found.samples, expected, atol=3e-7)
    assert found.samples.min() < 0


def test_half_floats_and_planes_of_their_own_white():
    levels = Levels(np.array([[[0.0, 0.5, 1.0]]]), np.array([1.0, 2.5, 5.0]))
    samples = RANDOM.uniform(0, 6, (8, 9, 3)).astype(np.float16)
    raw = frame(samples, levels, active=Window(0, 0, 8, 9))
    np.testing.assert_allclose(
        Linearise.of(raw)(raw).samples, naive(samples, levels, raw.active_area, clip=False), atol=1e-6
    )


def test_black_is_zero_and_white_is_one():
    levels = Levels(np.full((1, 1, 1), 512.0), np.array([16383.0]))
    raw = frame(np.array([[[512], [16383], [65535], [0]]], np.uint16), levels, active=Window(0, 0, 1, 4))
    found = Linearise.of(raw)(raw).samples.ravel()
    assert found[0] == 0 and found[1] == 1 and found[2] == 1
    assert found[3] == np.float32(-512) * np.float32(1 / 15871)


def test_the_highest_black_follows_the_pattern():
    # Only rows of phase 1 are raised by 10, and only the cell of phase (1, 0) is the highest there.
    rows = np.array([0.0, 10.0, -5.0, 7.0])
    levels = Levels(np.array([[[8.0], [1.0]], [[3.0], [2.0]]]), np.array([100.0]), black_per_row=rows)
    assert highest_black(levels).tolist() == [13.0]


@pytest.mark.parametrize("codes", [np.uint8([0, 3, 200]), np.float32([-4, 2.6, 9e9])])
def test_codes_beyond_the_table_take_its_last_entry(codes):
    table = np.float32([5, 6, 7, 9])
    assert looked_up(codes, table).tolist() == [5, 9, 9]
    assert looked_up(np.uint8([255]), np.zeros(1000, np.float32)).tolist() == [0]


def test_tiles_are_the_whole():
    samples = RANDOM.integers(0, 1300, (36, 50, 1)).astype(np.uint16)
    raw = frame(samples, cfa=Cfa.bayer("RGGB"))
    stage = Linearise.of(raw)
    whole = stage(raw).samples
    for tile in Chain((("linearise", stage),)).run(raw, tile=13):
        assert np.array_equal(tile.samples, whole[Window(0, 0, 30, 40).slices_of(tile.window)])


def test_white_must_lie_above_black():
    with pytest.raises(BadInput, match=r"plane 0 .* does not lie above"):
        Linearise(replace(LEVELS, white=np.array([70.0])), ACTIVE)


def test_its_gradient_by_black_is_minus_the_scale():
    jax = pytest.importorskip("jax")
    codes = jax.numpy.asarray([[[100.0]]])
    found = jax.grad(lambda black: normalised(codes, black, 0.25).sum())(10.0)
    assert float(found) == -0.25


def test_the_extent_is_that_of_the_active_area():
    assert Linearise(LEVELS, ACTIVE).extent(Extent(36, 50)) == (30, 40)
