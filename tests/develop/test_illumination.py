"""A file's corrections tell of its lens."""

from dataclasses import replace

import numpy as np
import pytest

from frames import flat_frame
from lichtbild.core.window import Extent, Window
from lichtbild.develop import development
from lichtbild.develop.illumination import relative_illumination
from lichtbild.develop.recipe import Corrections, DevelopRecipe
from lichtbild.image.opcode import Area, FixVignetteRadial, GainMap, OpcodeLists, TrimBounds, WarpRectilinear
from lichtbild.image.raw_frame import RawFrame

SIZE = (240, 320)
POINTS = np.linspace(-1, 1, 17)[:, None], np.linspace(-1, 1, 21)
FALL = 1 / (1 + 0.3 * POINTS[0] ** 2 + 0.6 * POINTS[1] ** 2)
WHOLE = Area(Window(0, 0, 0, 0), (0, 1), (1, 1))


def gain_map(fall: np.ndarray, area: Area = WHOLE) -> GainMap:
    spacing = 1 / (fall.shape[0] - 1), 1 / (fall.shape[1] - 1)
    return GainMap(area, (1 / fall)[..., None].astype(np.float32), spacing, (0.0, 0.0))


def illumination(frame: RawFrame, recipe: DevelopRecipe | None = None) -> np.ndarray | None:
    known = development.survey(recipe or DevelopRecipe(), frame)
    return relative_illumination(known.overview, known.neutral, frame.colour)


def expected(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The lens at places in pixels."""
    y, x = 2 * rows[:, None] / SIZE[0] - 1, 2 * columns / SIZE[1] - 1
    return 1 / (1 + 0.3 * y**2 + 0.6 * x**2)


CENTRES = tuple(np.arange(-(-side // 16)) * 16 + 8.0 for side in SIZE)


def test_without_corrections_nothing_is_known() -> None:
    assert illumination(flat_frame(size=SIZE)) is None
    frame = replace(flat_frame(size=SIZE), opcodes=OpcodeLists(on_linear=(gain_map(FALL),)))
    assert illumination(frame, DevelopRecipe(corrections=Corrections(linear=False))) is None


def test_a_gain_map_tells_the_lens() -> None:
    """To what straight lines between its points and within a cell miss: 2 %."""
    frame = replace(flat_frame(size=SIZE), opcodes=OpcodeLists(on_linear=(gain_map(FALL),)))
    found = illumination(frame)
    assert found is not None
    np.testing.assert_allclose(found, expected(*CENTRES) / expected(*CENTRES).max(), atol=0.02)
    assert found.max() == 1.0


def test_maps_of_each_colour_tell_the_luminance_of_grey() -> None:
    """Red falls twice as far as the others, in stops; its weight in luminance says how far grey falls."""
    maps = tuple(
        gain_map(
            FALL ** (2.0 if row == column == 0 else 1.0), Area(Window(row, column, *SIZE), (0, 1), (2, 2))
        )
        for row in range(2)
        for column in range(2)
    )
    found = illumination(replace(flat_frame(size=SIZE), opcodes=OpcodeLists(on_linear=maps)))
    assert found is not None
    fall = expected(*CENTRES)
    np.testing.assert_allclose(found, 0.2126 * fall**2 + 0.7874 * fall, atol=0.025)


def test_a_radial_vignette_tells_it_too_and_a_warp_moves_it() -> None:
    """The warp takes corners from 0.8 of their distance, where the lens had lost less."""
    radial = FixVignetteRadial((0.5, 0.2, 0.0, 0.0, 0.0), (0.5, 0.5))
    frame = flat_frame(size=SIZE)
    rows, columns = CENTRES
    far = np.hypot(rows[:, None] - SIZE[0] / 2, columns - SIZE[1] / 2) / (np.hypot(*SIZE) / 2)
    for share, warps in (
        (1.0, ()),
        (0.8, (WarpRectilinear(np.array([[0.8, 0, 0, 0]]), np.zeros((1, 2)), (0.5, 0.5)),)),
    ):
        found = illumination(replace(frame, opcodes=OpcodeLists(on_colour=(radial, *warps))))
        assert found is not None
        lens = 1 / (1 + 0.5 * (share * far) ** 2 + 0.2 * (share * far) ** 4)
        np.testing.assert_allclose(found, lens / lens.max(), atol=0.01)


def test_a_trim_keeps_the_lens_in_its_place() -> None:
    radial = FixVignetteRadial((0.5, 0.0, 0.0, 0.0, 0.0), (0.5, 0.5))
    trim = TrimBounds(Window(0, 160, 240, 320))
    found = illumination(replace(flat_frame(size=SIZE), opcodes=OpcodeLists(on_colour=(radial, trim))))
    assert found is not None and found.shape == (15, 10)
    assert found[7, 0] == pytest.approx(1.0, abs=0.01)
    assert found[7, 9] == pytest.approx(1 / (1 + 0.5 * 0.64), abs=0.03)


def test_a_frame_of_one_plane() -> None:
    whole = flat_frame(size=SIZE)
    frame = replace(whole, cfa=None, colour=replace(whole.colour, calibrations=(), as_shot_neutral=None))
    found = illumination(replace(frame, opcodes=OpcodeLists(on_linear=(gain_map(FALL),))))
    assert found is not None
    np.testing.assert_allclose(found, expected(*CENTRES) / expected(*CENTRES).max(), atol=0.02)
    assert Extent(*found.shape) == Extent(15, 20)
