"""Bursts with every mistake: each odd frame is left out with its reason, the rest is merged."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lichtbild
from burst_files import OTHER_SCENE, TOLD, averaging, burst, cut, frame
from frames import bayer_frame
from lichtbild.core.errors import BadInput
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.read import read
from lichtbild.io.dng.write import write
from lichtbild.study.merging import merged

__all__ = ["averaging"]
pytestmark = pytest.mark.usefixtures("averaging")


def mean(paths: Sequence[Path]) -> np.ndarray:
    return np.rint(np.mean([read(path).samples for path in paths], axis=0))


def test_frames_that_are_alike_are_merged_whole(tmp_path: Path) -> None:
    paths, shares = burst(tmp_path, 5), []
    found = merged(paths, progress=shares.append)
    assert (found.count, found.left_out) == (5, ())
    np.testing.assert_array_equal(found.frame.samples, mean(paths))
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_each_odd_frame_is_left_out_with_its_reason(tmp_path: Path) -> None:
    paths = burst(tmp_path, 9)
    bright = bayer_frame(np.full((60, 72, 3), 0.9))
    odd: dict[int, RawFrame] = {
        1: frame(0.1, exposure_time_s=None),
        2: frame(0.2, size=(48, 72)),
        4: lichtbild_frame(bright),
        6: frame(0.6, model="Two"),
    }
    for index, one in odd.items():
        write(one, paths[index])
    cut(paths[3])
    paths[5] = tmp_path / "picture.png"
    Image.new("RGB", (72, 60)).save(paths[5])
    found = merged(paths)
    assert found.count == 3
    np.testing.assert_array_equal(found.frame.samples, mean([paths[index] for index in (0, 7, 8)]))
    reasons = dict(found.left_out)
    assert list(reasons) == [paths[index].name for index in (1, 2, 3, 4, 5, 6)]
    assert reasons["frame_02.dng"] == (
        "it was exposed for an unknown time at ISO 1600 and f/1.8, "
        "the others for 1/60 s at ISO 1600 and f/1.8"
    )
    assert reasons["frame_03.dng"] == "it has 72 x 48 pixels where the others have 72 x 60"
    assert "copy it again" in reasons["frame_04.dng"]
    assert reasons["frame_05.dng"] == f"it {OTHER_SCENE}, to be developed by itself with --burst off"
    assert reasons["picture.png"] == "it is a finished picture and no raw frame"
    assert reasons["frame_07.dng"] == "it was taken with another camera (Maker Two)"


def lichtbild_frame(plain: RawFrame) -> RawFrame:
    """A frame of another scene, taken as those of the burst."""
    return RawFrame(**{**vars(plain), "metadata": TOLD})


def test_the_most_of_one_kind_are_kept_though_the_first_is_odd(tmp_path: Path) -> None:
    paths = burst(tmp_path, 3)
    write(frame(0.0, size=(48, 72)), paths[0])
    found = merged(paths)
    assert found.frame.extent == (60, 72)
    assert found.left_out == (("frame_01.dng", "it has 72 x 48 pixels where the others have 72 x 60"),)


def test_a_single_frame_that_is_left_is_taken_as_it_is(tmp_path: Path) -> None:
    paths = burst(tmp_path, 2)
    cut(paths[0])
    found = merged(paths)
    assert found.count == 1 and [name for name, _ in found.left_out] == ["frame_01.dng"]
    np.testing.assert_array_equal(found.frame.samples, read(paths[1]).samples)


@pytest.mark.parametrize("first", ["bright", "dark"])
def test_of_photographs_of_several_scenes_the_first_is_made(tmp_path: Path, first: str) -> None:
    """It is what the target is named after, whichever the merge laid the others on; no light is mixed in."""
    dark, bright = frame(), lichtbild_frame(bayer_frame(np.full((60, 72, 3), 0.9)))
    frames = [bright, dark] if first == "bright" else [dark, bright]
    for number, one in enumerate(frames):
        write(one, tmp_path / f"IMG_{number}.dng")
    found = merged(sorted(tmp_path.glob("*.dng")))
    np.testing.assert_array_equal(found.frame.samples, frames[0].samples)
    assert found.count == 1 and found.gathered is None
    assert found.left_out == (("IMG_1.dng", f"it {OTHER_SCENE}, to be developed by itself with --burst off"),)


def test_where_nothing_can_be_read_the_first_says_why(tmp_path: Path) -> None:
    paths = burst(tmp_path, 2)
    for path in paths:
        cut(path)
    with pytest.raises(BadInput, match="none of the 2 files of this burst can be read") as error:
        merged(paths)
    assert error.value.exit_code == 2
    assert str(error.value).startswith(f"{paths[0]}: ") and str(error.value).endswith("copy it again")
    with pytest.raises(BadInput, match="without any frame"):
        merged([])


def test_a_burst_in_python_warns_of_what_it_leaves_out(tmp_path: Path) -> None:
    paths, shares = burst(tmp_path, 3), []
    whole = lichtbild.develop([str(path) for path in paths], look="linear", progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0
    frames = [read(path) for path in paths]
    np.testing.assert_array_equal(lichtbild.develop(frames, look="linear").samples, whole.samples)
    np.testing.assert_array_equal(
        lichtbild.develop(merged(paths).frame, look="linear").samples, whole.samples
    )
    with pytest.warns(UserWarning, match="frame 4 left out: it has 72 x 48 pixels"):
        lichtbild.develop([*frames, frame(size=(48, 72))], look="linear")
