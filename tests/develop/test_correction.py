"""Opcode lists become named stages at their place."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.develop.correction import codes_stages, colour_stages, linear_stages
from lichtbild.develop.linearise import Linearise
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.opcode import (
    Area,
    DeltaPerRow,
    FixBadPixelsConstant,
    FixBadPixelsList,
    FixVignetteRadial,
    GainMap,
    MapPolynomial,
    MapTable,
    TrimBounds,
    WarpRectilinear,
)
from lichtbild.image.raw_frame import RawFrame

STORED = Window(0, 0, 52, 60)
ACTIVE = Window(3, 5, 51, 59)
ALL = Area(Window(0, 0, 0, 0), (0, 3), (1, 1))
GAIN = GainMap(ALL, np.full((1, 1, 1), 2, np.float32), (1, 1), (0, 0))
POLYNOMIAL = MapPolynomial(ALL, (0.0, 0.5, 0.5))
WARP = WarpRectilinear(np.array([[0.99, 0.01, 0, 0]]), np.zeros((1, 2)), (0.5, 0.5))
IDENTITY = WarpRectilinear(np.array([[1.0, 0, 0, 0]]), np.zeros((1, 2)), (0.5, 0.5))
RANDOM = np.random.default_rng(16)


def frame():
    samples = RANDOM.integers(100, 4000, (52, 60, 1)).astype(np.uint16)
    levels = Levels(np.full((1, 1, 1), 64.0), np.array([4095.0]))
    return RawFrame(samples, STORED, STORED.extent, Cfa.bayer("RGGB"), levels, ACTIVE, (0, 0, 48, 54))


def picture():
    whole = Window(0, 0, 30, 40)
    return CameraImage(RANDOM.uniform(0, 2, (30, 40, 3)).astype(np.float32), whole, whole.extent)


def names(stages):
    return [name for name, _ in stages]


def test_names_tell_place_and_opcode_and_count_repetitions():
    assert names(linear_stages((GAIN, POLYNOMIAL, GAIN))) == [
        "linear_gain_map",
        "linear_map_polynomial",
        "linear_gain_map_2",
    ]
    assert names(codes_stages((FixBadPixelsList((), (), 0),))) == ["codes_fix_bad_pixels_list"]
    assert names(colour_stages((WARP,))) == ["colour_warp_rectilinear"]


def test_what_does_nothing_is_left_out():
    assert colour_stages((IDENTITY, FixVignetteRadial((0, 0, 0, 0, 0), (0.5, 0.5)))) == ()
    assert codes_stages((TrimBounds(Window(1, 1, 52, 60)),), ACTIVE) == ()


@pytest.mark.parametrize(
    "stages, opcode",
    [
        (codes_stages, WARP),
        (codes_stages, TrimBounds(Window(9, 9, 20, 20))),
        (linear_stages, FixBadPixelsConstant(0, 0)),
        (colour_stages, FixBadPixelsConstant(0, 0)),
    ],
)
def test_what_makes_no_sense_at_its_place_is_refused(stages, opcode):
    with pytest.raises(BadInput, match="develop without its corrections"):
        stages((opcode,))


@pytest.mark.parametrize("tile", [11, 24])
def test_a_chain_of_all_places_is_seamless(tile):
    raw = frame()
    raw.samples[20:22, 30] = 0
    raw.samples[7, 8] = 0
    area = Area(Window(0, 0, 52, 60), (0, 1), (2, 2))
    table = MapTable(area, np.arange(65536, dtype=np.float32)[::-1].copy())
    rows = DeltaPerRow(Area(Window(0, 0, 48, 54), (0, 1), (2, 1)), RANDOM.random(24, np.float32))
    chain = Chain(
        (
            *codes_stages((FixBadPixelsConstant(0, 0), FixBadPixelsList(((9, 9),), (), 0), table, GAIN)),
            ("linearise", Linearise.of(raw)),
            *linear_stages((rows, FixBadPixelsList(((9, 9),), (), 0), TrimBounds(Window(1, 2, 45, 50)))),
        )
    )
    whole = chain(raw)
    assert whole.extent == (44, 48)
    for part in chain.run(raw, tile=tile):
        assert np.array_equal(part.samples, whole.samples[whole.window.slices_of(part.window)])


def test_bad_codes_are_found_by_their_value_and_keep_their_type():
    raw = frame()
    flat = replace(
        raw, samples=np.where(raw.cfa.shifted(-3, -5).planes(STORED.extent) == 1, 500, 90)[..., None]
    )
    truth = flat.samples.astype(np.uint16)
    broken = truth.copy()
    broken[[10, 11, 30], [10, 20, 31]] = 7
    ((_, stage),) = codes_stages((FixBadPixelsConstant(7, 0),))
    found = stage(replace(raw, samples=broken)).samples
    assert found.dtype == np.uint16 and np.array_equal(found, truth)


def test_trimming_moves_the_colour_filter_pattern():
    raw = frame()
    mosaic = Linearise.of(raw)(raw)
    ((_, stage),) = linear_stages((TrimBounds(Window(1, 2, 45, 50)),))
    found = stage(mosaic)
    assert found.extent == (44, 48) and found.cfa == Cfa.bayer("GBRG")
    assert np.array_equal(found.samples, mosaic.samples[1:45, 2:50])
    with pytest.raises(BadInput, match="TrimBounds"):
        linear_stages((TrimBounds(Window(0, 0, 999, 9)),))[0][1](mosaic)


@pytest.mark.parametrize(
    "opcode",
    [
        POLYNOMIAL,
        DeltaPerRow(Area(Window(0, 0, 30, 40), (0, 3), (1, 1)), np.linspace(0, 1, 30, dtype=np.float32)),
        GAIN,
    ],
)
def test_list_3_sees_the_planes_before_white_balance(opcode):
    neutral = (0.5, 1.0, 0.25)
    gains = np.float32([2, 1, 4])
    before = picture()
    before = replace(before, samples=before.samples / 8)
    balanced = replace(before, samples=before.samples * gains)
    ((_, plain),), ((_, aware),) = colour_stages((opcode,)), colour_stages((opcode,), neutral)
    # The gains are powers of two, so that nothing is rounded.
    assert np.array_equal(aware(balanced).samples, plain(before).samples * gains)


def test_gains_keep_negatives_and_what_lies_above_white():
    image = replace(picture(), samples=np.full((30, 40, 3), -0.1, np.float32))
    ((_, stage),) = colour_stages((GAIN,))
    assert (stage(image).samples == np.float32(-0.2)).all()
    bright = replace(image, samples=np.full((30, 40, 3), 0.9, np.float32))
    assert (stage(bright).samples == np.float32(1.8)).all()
