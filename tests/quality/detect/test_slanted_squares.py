import cv2
import numpy as np
import pytest

from lichtbild.quality.detect.plains import plains
from lichtbild.quality.detect.preview import preview
from lichtbild.quality.detect.slanted_squares import slanted_squares


def squares(turns: list[float]) -> np.ndarray:
    """Dark squares on white in a row, each turned by so many degrees."""
    plane = np.full((360, 1080), 0.7, np.float32)
    for number, turn in enumerate(turns):
        box = cv2.boxPoints(((90 + 180 * number, 180), (90, 90), turn))
        cv2.fillPoly(plane, [np.round(box).astype(np.int32)], 0.1)
    small = cv2.resize(plane, (540, 180), interpolation=cv2.INTER_AREA)
    return np.repeat(small[..., None], 3, axis=2)


@pytest.mark.parametrize(
    ("turns", "count"), [([5, 5, 8, 5, 2, 5], 1), ([6, -6, 6, -6, 6, -6], 1), ([70, 84, 5, 60, 35, 21], 0)]
)
def test_a_few_squares_are_a_chart_if_they_are_turned_alike(turns, count):
    view = preview(squares(turns))
    assert view is not None
    assert len(slanted_squares(view, plains(view))) == count
