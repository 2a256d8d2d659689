import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.chain import Chain
from lichtbild.core.window import Extent, Window
from lichtbild.develop.correction import colour_stages, linear_stages
from lichtbild.develop.highlights import ClipHighlights
from lichtbild.develop.linearise import Linearise
from lichtbild.develop.overview import CELL, FULL, UNLIMITED, overview, scene
from lichtbild.develop.quad import BinQuad, RemosaicQuad
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.opcode import (
    Area,
    FixVignetteRadial,
    GainMap,
    MapPolynomial,
    TrimBounds,
    WarpRectilinear,
)
from lichtbild.image.raw_frame import RawFrame

sys.path.insert(0, str(Path(__file__).parents[1]))
from frames import NEUTRAL, bayer_frame, smooth_frame
from strategies import QUAD, X_TRANS

LIGHT = np.array([0.5, 0.8, 0.3])
EVERYWHERE = Area(Window(0, 0, 0, 0), (0, 3), (1, 1))


def linearised(frame: RawFrame, *more):
    return (("linearise", Linearise.of(frame)), *more)


def frame_of(cfa: Cfa | None, light: np.ndarray) -> RawFrame:
    """A frame of light ``[h, w, 3]`` with black 100 and white 10100, of odd size around its active area."""
    height, width = light.shape[:2]
    if cfa is None:
        samples = light
    else:
        samples = np.take_along_axis(light, cfa.planes(Extent(height, width))[..., None], axis=2)
    codes = np.pad(np.rint(100 + 10000 * samples), ((2, 1), (3, 2), (0, 0))).astype(np.uint16)
    planes = codes.shape[2]
    extent = Extent(*codes.shape[:2])
    return RawFrame(
        samples=codes,
        window=Window.whole(extent),
        extent=extent,
        cfa=cfa,
        levels=Levels(np.full((1, 1, planes), 100.0), np.full(planes, 10100.0)),
        active_area=Window(2, 3, 2 + height, 3 + width),
        default_crop=(0.0, 0.0, float(height), float(width)),
    )


@pytest.mark.parametrize("size", [(64, 80), (53, 61), (3, 5), (16, 33)])
@pytest.mark.parametrize("cfa", [Cfa.bayer("GBRG"), QUAD, X_TRANS, None], ids=["bayer", "quad", "x", "none"])
def test_an_even_light_is_the_same_in_every_cell(cfa, size) -> None:
    frame = frame_of(cfa, np.broadcast_to(LIGHT, (*size, 3)))
    found = overview(frame, linearised(frame))
    assert found.samples.shape == (-(-size[0] // CELL), -(-size[1] // CELL), 3)
    assert found.samples.dtype == found.full.dtype == np.float32
    if min(size) >= 6:
        np.testing.assert_allclose(found.samples, np.broadcast_to(LIGHT, found.samples.shape), rtol=1e-6)
    assert np.isfinite(found.samples).all()
    assert not found.full.any()


def test_cells_are_means_of_four_rows_by_a_plain_loop() -> None:
    rng = np.random.default_rng(5)
    frame = frame_of(X_TRANS, rng.uniform(0, 1, (70, 45, 3)))
    found = overview(frame, linearised(frame))
    linear = Linearise.of(frame)(frame).samples[..., 0]
    colours = X_TRANS.planes(Extent(70, 45))
    for row in range(5):
        first = min(row * 16 + 6, 66)
        for column in range(3):
            part = np.s_[first : first + 4, column * 16 : column * 16 + 16]
            wanted = [linear[part][colours[part] == plane].mean() for plane in range(3)]
            np.testing.assert_allclose(found.samples[row, column], wanted, rtol=1e-5)
            assert found.full[row, column] == pytest.approx((linear[part] >= FULL).mean(), abs=1e-6)


def test_a_binned_quad_has_cells_at_the_same_places() -> None:
    v, u = np.meshgrid(np.linspace(0.1, 0.9, 96), np.linspace(0.2, 0.8, 128), indexing="ij")
    frame = frame_of(QUAD, np.stack([u, v, u * v], axis=-1))
    fine = overview(frame, linearised(frame, ("quad", RemosaicQuad())))
    coarse = overview(frame, linearised(frame, ("quad", BinQuad())))
    assert coarse.extent == (48, 64)
    # A cell of the binned mosaic is four of the other; of the rows that are read, those with blue lie up to
    # two rows apart, and light changes by 0.8 over 96 rows.
    means = fine.samples.reshape(3, 2, 4, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(coarse.samples, means, atol=2 * 0.8 / 96)


def test_full_cells_are_those_whose_codes_are_at_white() -> None:
    light = np.full((64, 64, 3), 0.4)
    light[:32, :32] = 1.0
    light[32:, 32:, 1] = 1.0
    frame = frame_of(Cfa.bayer("RGGB"), light)
    full = overview(frame, linearised(frame)).full
    np.testing.assert_allclose(full[:2, :2], 1)
    np.testing.assert_allclose(full[2:, 2:], 0.5)
    assert not full[:2, 2:].any()
    table = np.arange(65536.0) ** 0.9
    levels = replace(
        frame.levels, linearisation=table, black=np.full((1, 1, 1), table[100]), white=table[[10100]]
    )
    curved = replace(frame, levels=levels)
    np.testing.assert_array_equal(overview(curved, linearised(curved)).full, full)


def test_a_gain_map_does_not_make_cells_full() -> None:
    frame = frame_of(Cfa.bayer("RGGB"), np.full((64, 64, 3), 0.7))
    gain = GainMap(replace(EVERYWHERE, planes=(0, 1)), np.full((1, 1, 1), 2.0), (1.0, 1.0), (0.0, 0.0))
    found = overview(frame, linearised(frame, *linear_stages((gain,))))
    np.testing.assert_allclose(found.samples, 1.4, rtol=1e-6)
    np.testing.assert_allclose(found.white, 2, rtol=1e-6)
    assert not found.full.any()


def test_white_follows_the_shading() -> None:
    frame = frame_of(Cfa.bayer("RGGB"), np.full((400, 64, 3), 0.7))
    gains = np.linspace(3, 1, 401)[:, None, None]
    gain = GainMap(replace(EVERYWHERE, planes=(0, 1)), gains, (1 / 400, 1.0), (0.0, 0.0))
    found = overview(frame, linearised(frame, *linear_stages((gain,))))
    np.testing.assert_allclose(found.white, found.samples / np.float32(0.7), rtol=1e-6)
    without = overview(frame, linearised(frame))
    np.testing.assert_array_equal(without.white, 1)
    floating = replace(frame, samples=frame.samples.astype(np.float32))
    np.testing.assert_array_equal(overview(floating, linearised(floating)).white, UNLIMITED)


WARP = WarpRectilinear(
    np.array([[1.0, 0.06, -0.02, 0.0], [1.01, 0.05, -0.02, 0.0], [1.02, 0.05, -0.02, 0.0]]),
    np.zeros((3, 2)),
    (0.5, 0.45),
)


@pytest.mark.parametrize(
    "opcode",
    [
        WARP,
        TrimBounds(Window(21, 37, 230, 300)),
        FixVignetteRadial((0.3, 0.1, 0.0, 0.0, 0.0), (0.5, 0.5)),
        GainMap(EVERYWHERE, np.linspace(1, 2, 12).reshape(3, 4, 1), (0.5, 1 / 3), (0.0, 0.0)),
        MapPolynomial(EVERYWHERE, (0.0, 0.5, 0.5)),
    ],
    ids=lambda opcode: type(opcode).__name__,
)
def test_list_3_moves_the_map_as_it_moves_the_image(opcode) -> None:
    v, u = np.meshgrid(np.linspace(0, 1, 256), np.linspace(0, 1, 320), indexing="ij")
    light = np.stack([0.2 + 0.6 * u, 0.2 + 0.6 * v, 0.3 + 0.2 * np.sin(3 * u + 4 * v)], axis=-1)
    frame = frame_of(None, light)
    stages = linearised(frame)
    found = overview(frame, stages, (opcode,))
    linear = Chain(stages).gather(frame)
    image = CameraImage(linear.samples, linear.window, linear.extent)
    developed = Chain(colour_stages((opcode,))).gather(image).samples
    assert found.extent == developed.shape[:2]
    whole = developed[: found.extent.height // 16 * 16, : found.extent.width // 16 * 16]
    means = whole.reshape(len(whole) // 16, 16, -1, 16, 3).mean(axis=(1, 3))
    # Cells on the border hold what the image before had not; a slope of 0.6 over 20 cells is 0.03 a cell.
    np.testing.assert_allclose(
        found.samples[1:-1, 1:-1][: len(means) - 2, : means.shape[1] - 2], means[1:-1, 1:-1], atol=3e-3
    )


def test_the_scene_is_the_developed_picture_made_small() -> None:
    frame = smooth_frame((160, 208))
    small = scene(overview(frame, linearised(frame)), NEUTRAL, frame.colour, ClipHighlights())
    v, u = np.meshgrid((np.arange(10) + 0.5) / 10, (np.arange(13) + 0.5) / 13, indexing="ij")
    rgb = np.stack([0.1 + 0.6 * u, 0.2 + 0.4 * v, 0.5 + 0.3 * np.sin(3 * u + 2 * v)], axis=-1)
    grey = scene(overview(frame, linearised(frame)), NEUTRAL, frame.colour).samples @ np.array(
        [0.2627, 0.678, 0.0593]
    )
    np.testing.assert_allclose(grey, rgb @ np.array([0.2126, 0.7152, 0.0722]), atol=4e-3)
    assert small.samples.dtype == np.float32
    assert small.extent == (10, 13)


def test_a_black_white_frame_has_one_plane() -> None:
    frame = bayer_frame(np.full((40, 40, 3), 0.5))
    frame = replace(frame, cfa=None, levels=Levels(np.zeros((1, 1, 1)), np.array([2000.0])))
    assert overview(frame, linearised(frame)).samples.shape == (3, 3, 1)


def test_stages_without_light_are_refused() -> None:
    frame = smooth_frame()
    with pytest.raises(ValueError, match="linear samples"):
        overview(frame, ())
