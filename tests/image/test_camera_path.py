"""Paths of cameras."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.camera_path import CameraPath, Shutter


def path() -> CameraPath:
    return CameraPath(np.array([0.0, 1.0, 3.0]), np.array([[0.0, 0, 0], [1.0, 2, -1], [1.0, -2, 0]]))


def test_means_are_those_of_many_moments() -> None:
    """Also beyond the ends, where the last angles stay; midpoints of 100000 straight pieces err by 1e-9."""
    for start, time in ((0.2, 0.3), (0.5, 2.0), (-1.0, 0.5), (-0.5, 5.0), (2.9, 1.0)):
        times = start + (np.arange(100_000) + 0.5) / 100_000 * time
        expected = path().at(times).mean(axis=0)
        assert path().mean(np.array([start]), time)[0] == pytest.approx(expected, abs=1e-8)
    assert path().mean(np.array([0.5]), 0.0) == pytest.approx(np.array([[0.5, 1.0, -0.5]]))


def test_rows_begin_one_after_the_other() -> None:
    shutter = Shutter(path(), 0.01, start_s=0.5, row_time_s=1e-5)
    assert shutter.begins(np.array([0.0, 100.0])) == pytest.approx([0.5, 0.501])


def test_what_is_no_path_and_no_shutter() -> None:
    with pytest.raises(BadInput, match="increasing times"):
        CameraPath(np.array([0.0, 0.0]), np.zeros((2, 3)))
    with pytest.raises(BadInput, match="0 s or more"):
        Shutter(path(), -1.0)
