"""Numbers of one stack."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.emva.level import level_of

SHAPE = (120, 160)


def test_variances_of_pixels_rows_and_columns_are_told_apart() -> None:
    """Within 4 standard errors of chi-square numbers of as many rows, columns and pixels."""
    rng = np.random.default_rng(5)
    fixed = 50 + rng.normal(0, 3, SHAPE) + rng.normal(0, 1.5, (1, 160)) + rng.normal(0, 1.0, (120, 1))

    def frame() -> np.ndarray:
        return fixed + rng.normal(0, 2, SHAPE) + rng.normal(0, 0.8, (120, 1)) + rng.normal(0, 5)

    level = level_of([frame() for _ in range(9)], 0.0)
    rows, columns, pixels = 8 * 119, 159, 8 * 119 * 159
    assert level.temporal.pixel == pytest.approx(4, rel=4 * np.sqrt(2 / pixels))
    assert level.temporal.row == pytest.approx(0.64, abs=4 * (0.64 + 4 / 160) * np.sqrt(2 / rows))
    assert level.temporal.column == pytest.approx(0, abs=4 * (4 / 120) * np.sqrt(2 / (8 * columns)))
    assert level.spatial.pixel == pytest.approx(9, rel=4 * np.sqrt(2 / (119 * 159)))
    assert level.spatial.column == pytest.approx(2.25, rel=4 * np.sqrt(2 / columns))
    assert level.spatial.row == pytest.approx(1.0, rel=4.5 * np.sqrt(2 / 119))
    assert level.freedom < pixels
    assert level.freedom == pytest.approx(
        level.temporal.total**2 / (16 / pixels + level.temporal.row**2 / rows), rel=0.1
    )


def test_a_bowl_of_light_is_no_nonuniformity() -> None:
    rng = np.random.default_rng(6)
    y, x = np.mgrid[0:120, 0:160] / 160 - 0.5
    level = level_of([500 * (1 - x * x - 0.3 * y) + rng.normal(0, 2, SHAPE) for _ in range(4)], 10.0)
    assert level.spatial.total == pytest.approx(0, abs=4 * 1.0 * np.sqrt(2 / (120 * 160)))


@pytest.mark.parametrize(
    ("frames", "light", "words"),
    [
        ([np.zeros(SHAPE)], 0.0, "1 frames"),
        ([np.zeros(SHAPE), np.zeros((120, 161))], 0.0, "one size"),
        ([np.zeros((4, 4))] * 2, 0.0, "8 x 8"),
        ([np.zeros(SHAPE)] * 2, -1.0, "light -1"),
    ],
)
def test_what_is_no_stack(frames: list[np.ndarray], light: float, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        level_of(frames, light)
