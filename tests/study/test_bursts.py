"""Which files are frames of one photograph."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from burst_files import SIZE, burst, cut, frame
from frames import smooth_frame
from lichtbild.core.errors import BadInput
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.write import write
from lichtbild.study.bursts import Choice, photographs


def found(folder: Path, choice: Choice = "auto") -> list[list[str]]:
    """Names, without suffix, of the files of each photograph of a folder's DNGs."""
    groups = photographs(sorted(folder.glob("*.dng")), choice)
    return [[path.stem.removeprefix("frame_") for path in group] for group in groups]


def put(folder: Path, frames: dict[str, RawFrame]) -> None:
    for name, one in frames.items():
        write(one, folder / f"{name}.dng")


def test_frames_seconds_apart_are_one_photograph(tmp_path: Path) -> None:
    burst(tmp_path, 3, pause=2.0)
    burst(tmp_path, 2, begin=64.0, first=4)
    assert found(tmp_path) == [["01", "02", "03"], ["04", "05"]]
    assert found(tmp_path, "off") == [["01"], ["02"], ["03"], ["04"], ["05"]]
    assert found(tmp_path, "folder") == [["01", "02", "03", "04", "05"]]


@pytest.mark.parametrize(
    ("exposure", "begins", "expected"),
    [
        (1 / 60, 4.0, [["a", "b"]]),
        (1 / 60, 4.05, [["a"], ["b"]]),
        (10.0, 13.9, [["a", "b"]]),
        (10.0, 14.1, [["a"], ["b"]]),
    ],
)
def test_the_pause_counts_from_the_end_of_the_exposure(
    tmp_path: Path, exposure: float, begins: float, expected: list[list[str]]
) -> None:
    put(tmp_path, {name: frame(at, exposure_time_s=exposure) for name, at in (("a", 0.0), ("b", begins))})
    assert found(tmp_path) == expected


def test_two_photographs_a_minute_apart_stay_two(tmp_path: Path) -> None:
    put(tmp_path, {"a": frame(0.0), "b": frame(60.0)})
    assert found(tmp_path) == [["a"], ["b"]]


def test_names_alone_make_no_burst(tmp_path: Path) -> None:
    """Single photographs by one light have the same exposure too, and numbers one after the other."""
    put(tmp_path, {f"frame_{number:02}": frame(None) for number in (1, 2, 3)})
    assert found(tmp_path) == [["01"], ["02"], ["03"]]
    assert found(tmp_path, "folder") == [["01", "02", "03"]]


def test_another_camera_another_lens_and_another_folder_are_other_bursts(tmp_path: Path) -> None:
    put(tmp_path, {"a1": frame(0.0), "a2": frame(0.2), "b1": frame(0.1, model="Two")})
    put(tmp_path, {"b2": frame(0.3, model="Two"), "c": frame(0.15, focal_length_mm=2.0)})
    assert found(tmp_path) == [["a1", "a2"], ["b1", "b2"], ["c"]]
    (tmp_path / "below").mkdir()
    put(tmp_path / "below", {"d1": frame(0.0), "d2": frame(0.1)})
    paths = [tmp_path / "a1.dng", tmp_path / "below" / "d1.dng"]
    assert photographs(paths) == tuple((path,) for path in paths)


def test_the_most_that_are_alike_give_the_name_and_others_come_along(tmp_path: Path) -> None:
    """One of another exposure and one of another size are the burst's; merging leaves the latter out."""
    put(tmp_path, {"a": frame(0.0, iso=6400.0), "b": frame(0.1), "c": frame(0.2), "d": frame(0.3, (48, 72))})
    assert found(tmp_path) == [["b", "a", "c", "d"]]


def test_within_five_percent_is_one_exposure(tmp_path: Path) -> None:
    put(tmp_path, {"a": frame(0.0), "b": frame(0.1, iso=1540.0)})
    assert found(tmp_path) == [["a", "b"]]
    put(tmp_path, {"b": frame(0.1, iso=800.0, exposure_time_s=1 / 30)})
    assert found(tmp_path) == [["a", "b"]]


def test_an_f_number_that_one_frame_lacks_makes_no_bracket(tmp_path: Path) -> None:
    put(tmp_path, {"a": frame(0.0), "b": frame(2.0, f_number=None), "c": frame(4.0)})
    assert found(tmp_path) == [["a", "b", "c"]]


def test_a_bracket_is_one_photograph(tmp_path: Path) -> None:
    """Named after the first of the most that are alike; each within a second of the one before."""
    put(tmp_path, {f"{ev}": frame(float(ev), exposure_time_s=2.0**-ev) for ev in (4, 5, 6)})
    assert found(tmp_path) == [["4", "5", "6"]]
    put(tmp_path, {"7": frame(7.0, exposure_time_s=2.0**-6)})
    assert found(tmp_path) == [["6", "4", "5", "7"]]
    assert found(tmp_path, "off") == [["4"], ["5"], ["6"], ["7"]]
    put(tmp_path, {"5": frame(30.0, exposure_time_s=2.0**-5)})
    assert found(tmp_path) == [["4"], ["5"], ["6", "7"]]


@pytest.mark.parametrize(
    ("exposure", "begins", "expected"),
    [
        (1 / 60, 1.0, [["a", "b"]]),
        (1 / 60, 1.05, [["a"], ["b"]]),
        (10.0, 10.9, [["a", "b"]]),
        (10.0, 13.0, [["a"], ["b"]]),
    ],
)
def test_frames_of_a_bracket_follow_at_once(
    tmp_path: Path, exposure: float, begins: float, expected: list[list[str]]
) -> None:
    """Two photographs of differing exposure, seconds apart, are two; from the first one's end, as ever."""
    times = (("a", 0.0, exposure), ("b", begins, exposure / 2))
    put(tmp_path, {name: frame(at, exposure_time_s=time) for name, at, time in times})
    assert found(tmp_path) == expected


def test_an_unknown_exposure_is_of_no_bracket(tmp_path: Path) -> None:
    put(tmp_path, {"a": frame(0.0, iso=None), "b": frame(0.1)})
    assert found(tmp_path) == [["a"], ["b"]]
    put(tmp_path, {"b": frame(0.1, iso=None)})
    assert found(tmp_path) == [["a", "b"]]


def test_views_and_merged_frames_are_no_frames(tmp_path: Path) -> None:
    for path in burst(tmp_path, 2):
        for end in ("_left", "_right", "_natural.merged"):
            shutil.copy(path, path.with_stem(path.stem + end))
    groups = found(tmp_path)
    assert ["01", "02"] in groups and sorted(map(len, groups)) == [1] * 6 + [2]
    assert ["01", "02"] in found(tmp_path, "folder")


def test_copies_tell_nothing_new(tmp_path: Path) -> None:
    (one,) = burst(tmp_path, 1)
    for name in ("copy", "other"):
        shutil.copy(one, tmp_path / f"{name}.dng")
    assert found(tmp_path) == [["copy"], ["01"], ["other"]]
    burst(tmp_path, 2)
    assert found(tmp_path) == [["copy", "02"], ["01"], ["other"]]
    assert photographs([one, one]) == ((one,),)


def test_more_than_a_burst_can_have_is_a_time_lapse(tmp_path: Path) -> None:
    burst(tmp_path, 2)
    for number in range(3, 66):
        write(frame(0.1 * number, seed=number), tmp_path / f"frame_{number:02}.dng")
    groups = found(tmp_path)
    assert len(groups) == 65
    with pytest.raises(BadInput, match="65 files cannot be one burst, which has up to 64"):
        found(tmp_path, "folder")
    (tmp_path / "frame_65.dng").unlink()
    assert [len(group) for group in found(tmp_path)] == [64]


def test_a_file_that_cannot_be_read_belongs_by_its_number(tmp_path: Path) -> None:
    paths = burst(tmp_path, 4)
    cut(paths[1])
    assert found(tmp_path) == [["01", "03", "04", "02"]]
    cut(paths[3])  # the last one, in a folder where nothing else lies
    assert found(tmp_path) == [["01", "03", "02", "04"]]
    put(tmp_path, {"frame_06": frame(90.0)})
    assert found(tmp_path) == [["01", "03", "02"], ["04"], ["06"]]
    (tmp_path / "notes.dng").write_text("no photograph")
    assert ["notes"] in found(tmp_path)


def test_what_cannot_be_merged_stands_alone(tmp_path: Path) -> None:
    """Linear raw, as phones write it of what they have merged already."""
    linear = {name: frame(at) for name, at in (("a", 0.0), ("b", 0.5))}
    put(tmp_path, {name: replace(one, cfa=None) for name, one in linear.items()})
    assert found(tmp_path) == [["a"], ["b"]]
    assert found(tmp_path, "folder") == [["a", "b"]]


def test_other_kinds_of_files_stand_alone(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.jpg", "b.nef", "c.raw")]
    for path in paths:
        path.write_bytes(b"some bytes")
    write(smooth_frame(SIZE), tmp_path / "d.dng")
    assert photographs([*paths, tmp_path / "d.dng"]) == tuple(
        (path,) for path in [*paths, tmp_path / "d.dng"]
    )
