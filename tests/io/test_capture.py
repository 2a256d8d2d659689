"""What a raw file says of how it was taken, beside what reading all of it says."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from burst_files import SIZE, cut, frame
from frames import smooth_frame
from lichtbild.core.window import Window
from lichtbild.image.metadata import Metadata
from lichtbild.io.capture import begun_s, capture
from lichtbild.io.dng.read import read
from lichtbild.io.dng.write import write

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()


def test_it_is_what_the_whole_file_says(tmp_path: Path) -> None:
    active = Window(4, 8, 60, 72)
    masked = replace(frame(2.25), active_area=active, default_crop=(0.0, 0.0, 56.0, 64.0))
    write(masked, tmp_path / "a.dng")
    found, whole = capture(tmp_path / "a.dng"), read(tmp_path / "a.dng")
    assert found is not None
    assert (found.extent, found.active_area) == (whole.extent, whole.active_area) == (SIZE, active)
    assert (found.cfa, found.metadata) == (whole.cfa, whole.metadata)
    assert found.begun_s == pytest.approx(NOON + 2.25, abs=1e-6)  # doubles of 1.8e9 s are 0.24 us apart


def test_a_real_camera_s_file(root: Path) -> None:
    path = root / "examples" / "colour_checker.dng"
    found, whole = capture(path), read(path)
    assert found is not None and (found.extent, found.metadata) == (whole.extent, whole.metadata)


def test_what_is_no_whole_dng_is_nothing(tmp_path: Path) -> None:
    write(frame(), tmp_path / "cut.dng")
    cut(tmp_path / "cut.dng")
    (tmp_path / "text.dng").write_text("hello\n")
    (tmp_path / "empty.dng").write_bytes(b"")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    for path in [*tmp_path.iterdir(), tmp_path / "nowhere.dng", tmp_path]:
        assert capture(path) is None


@pytest.mark.parametrize(
    ("taken_at", "exif", "seconds"),
    [
        ("2026:11:23 12:00:00", {}, 0.0),
        ("2026:11:23 12:00:01", {37521: "5"}, 1.5),
        ("2026:11:23 12:00:01", {37521: "000250"}, 1.00025),
        ("2026:11:23 12:00:01", {37521: "½"}, 1.0),
        ("2026:11:23 14:30:00", {36881: "+02:30"}, 0.0),
        ("2026:11:23 04:00:00", {36881: "-08:00", 37521: "75"}, 0.75),
        ("2026:11:23 12:00:00", {36881: "local"}, 0.0),
        ("", {}, None),
        ("0000:00:00 00:00:00", {}, None),
        ("yesterday", {37521: "5"}, None),
    ],
)
def test_the_beginning_in_seconds(taken_at: str, exif: dict[int, str], seconds: float | None) -> None:
    metadata = Metadata(taken_at=taken_at, exif={("exif", tag): value for tag, value in exif.items()})
    expected = None if seconds is None else pytest.approx(NOON + seconds, abs=1e-6)
    assert begun_s(metadata) == expected


def test_a_file_without_a_time(tmp_path: Path) -> None:
    write(smooth_frame(SIZE), tmp_path / "a.dng")
    found = capture(tmp_path / "a.dng")
    assert found is not None and found.begun_s is None
