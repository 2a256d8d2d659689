import numpy as np
import pytest

from lichtbild.figure.contact_sheet import INK, SURROUND, Tile, column_count, contact_sheet


def tiles(count: int, height: int = 60, width: int = 90) -> list[Tile]:
    return [
        Tile(f"look {place}", np.full((height, width, 3), place / 20, np.float32)) for place in range(count)
    ]


def test_pictures_stand_in_rows_on_grey() -> None:
    sheet = contact_sheet(tiles(12))
    gap = round(0.045 * 90)
    np.testing.assert_allclose(sheet[:gap], SURROUND, atol=1e-6)
    np.testing.assert_allclose(sheet[gap : gap + 60, gap : gap + 90], 0, atol=1e-6)
    second = gap + 90 + gap
    np.testing.assert_allclose(sheet[gap : gap + 60, second : second + 90], 1 / 20, atol=1e-6)
    assert sheet.shape[1] == 4 * (90 + gap) + gap  # 4 columns of 3 rows


def test_each_picture_has_its_name_below() -> None:
    sheet = contact_sheet(tiles(1, 200, 300))
    gap = round(0.045 * 300)
    below = sheet[gap + 200 : gap + 200 + round(0.08 * 300)]
    assert (SURROUND + INK) / 2 < below.max() <= INK and np.median(below) == pytest.approx(SURROUND)
    assert np.ptp(below, axis=2).max() == 0


def test_a_name_that_is_too_long_is_cut() -> None:
    tile = Tile(
        "a very long name of a look that does not fit below a picture of this width", np.zeros((60, 90, 3))
    )
    sheet = contact_sheet([tile])
    np.testing.assert_allclose(sheet[:, :4], SURROUND, atol=1e-6)


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (12, 4), (11, 4), (20, 5)])
def test_a_sheet_is_about_half_as_wide_again_as_it_is_high(count: int, columns: int) -> None:
    assert column_count(count, 3, 2.3) == columns


def test_pictures_of_different_size_are_refused() -> None:
    with pytest.raises(ValueError, match="one size"):
        contact_sheet([*tiles(1), *tiles(1, 40)])
