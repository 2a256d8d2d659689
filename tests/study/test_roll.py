"""The photographs of a folder."""

import shutil
from pathlib import Path

import pytest

from burst_files import burst
from lichtbild.core.errors import BadInput
from lichtbild.image.raw_frame import RawFrame
from lichtbild.study.roll import roll

EXAMPLE = Path(__file__).parents[2] / "examples" / "colour_checker.dng"


def test_bursts_are_one_photograph_and_a_cameras_own_picture_is_left_out(tmp_path: Path) -> None:
    burst(tmp_path, 3)
    shutil.copy(EXAMPLE, tmp_path / "chart.dng")
    for name in ("chart.jpg", "other.jpg", "notes.txt"):
        (tmp_path / name).write_bytes(b"none is opened")
    found = roll(tmp_path)
    told = [(one.source.name, len(one.sources), one.is_raw) for one in found]
    assert told == [("chart.dng", 1, True), ("frame_01.dng", 3, True), ("other.jpg", 1, False)]


def test_ids_differ_and_say_nothing_of_the_place(tmp_path: Path) -> None:
    for name in ("a", "b"):
        shutil.copy(EXAMPLE, tmp_path / f"{name}.dng")
    first, second = roll(tmp_path)
    assert first.id != second.id
    assert first.id.isalnum() and tmp_path.name not in first.id
    assert [one.id for one in roll(tmp_path)] == [first.id, second.id]
    assert isinstance(first.opened(), RawFrame)


def test_what_is_no_folder_of_photographs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is no folder"):
        roll(tmp_path / "none")
    with pytest.raises(BadInput, match="holds no raw file"):
        roll(tmp_path)
