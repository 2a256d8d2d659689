"""Depth files: what their numbers mean, what was not measured, and what is refused."""

from math import inf
from pathlib import Path

import cv2
import numpy as np
import pytest

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.image.depth_map import DepthRange
from lichtbild.io.depth_file import read_depth, read_mask


def _png(path: Path, codes: np.ndarray) -> Path:
    assert cv2.imwrite(str(path), codes)
    return path


def test_inverse_codes_are_even_in_reciprocal_distance(tmp_path: Path) -> None:
    codes = np.array([[0, 32768, 65535]], np.uint16)
    found = read_depth(_png(tmp_path / "d.png", codes), DepthRange(500, 5000))
    middle = 1 / ((1 / 500 - 1 / 5000) * 32768 / 65535 + 1 / 5000)
    np.testing.assert_allclose(found.distance, [[5000, middle, 500]], rtol=1e-4)
    assert found.source == "file" and not found.note


def test_distance_codes_are_even_in_distance_and_0_is_filled(tmp_path: Path) -> None:
    codes = np.full((16, 16), 65535, np.uint16)
    codes[4:8, 4:8] = 0
    found = read_depth(_png(tmp_path / "d.png", codes), DepthRange(500, 5000, "distance"))
    np.testing.assert_allclose(found.distance, 5000, rtol=1e-3)
    assert found.confidence[5, 5] == 0 and found.confidence[0, 0] == 1


def test_without_a_range_a_sentence_says_what_was_assumed(tmp_path: Path) -> None:
    found = read_depth(_png(tmp_path / "d.png", np.array([[0, 255]], np.uint8)))
    assert "600 mm to infinity" in found.note
    assert found.distance[0, 1] == pytest.approx(600, rel=1e-4)


def test_an_exr_holds_metres(tmp_path: Path) -> None:
    OpenEXR = pytest.importorskip("OpenEXR")
    metres = np.array([[0.5, 2.0], [np.inf, 4.0]], np.float32)
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    with OpenEXR.File(header, {"Z": metres}) as file:
        file.write(str(tmp_path / "d.exr"))
    found = read_depth(tmp_path / "d.exr")
    assert found.distance[0, 0] == pytest.approx(500, rel=1e-3)
    assert found.distance[0, 1] == pytest.approx(2000, rel=1e-3)
    assert found.confidence[1, 0] == 0


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"no picture at all"])
def test_a_damaged_file_is_told_in_a_sentence(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "d.png").write_bytes(data)
    with pytest.raises(BadFile, match="no picture that can be read"):
        read_depth(tmp_path / "d.png")
    (tmp_path / "d.exr").write_bytes(data)
    with pytest.raises(BadFile, match="cannot be read as an EXR"):
        read_depth(tmp_path / "d.exr")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_depth(tmp_path / "none.png")


def test_a_picture_in_colour_is_no_depth_map(tmp_path: Path) -> None:
    codes = np.zeros((8, 8, 3), np.uint8)
    codes[..., 2] = 200
    with pytest.raises(BadFile, match="is in colour"):
        read_depth(_png(tmp_path / "d.png", codes))


def test_a_map_without_any_distance_is_refused(tmp_path: Path) -> None:
    path = _png(tmp_path / "d.png", np.zeros((4, 4), np.uint16))
    with pytest.raises(BadFile, match="no distance at all"):
        read_depth(path, DepthRange(500, 5000, "distance"))


def test_a_mask_is_a_share(tmp_path: Path) -> None:
    np.testing.assert_allclose(
        read_mask(_png(tmp_path / "m.png", np.array([[0, 51, 255]], np.uint8))), [[0, 0.2, 1]]
    )


@pytest.mark.parametrize("ends", [(0.0, 100.0), (5.0, 100.0), (800.0, 700.0), (float("nan"), 900.0)])
def test_a_range_that_is_none_is_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(BadInput, match="depth goes from"):
        DepthRange(*ends)


def test_even_distances_end_somewhere() -> None:
    with pytest.raises(BadInput, match="end somewhere"):
        DepthRange(500, inf, "distance")
