from pathlib import Path

import pytest

from lichtbild.core.errors import CannotWrite
from lichtbild.io.files import expand, expand_deep, make_folder, size


def test_a_name_stands_for_itself_a_folder_for_its_raws_a_pattern_for_what_matches(tmp_path: Path) -> None:
    for name in ("b.dng", "a.NEF", "a.jpg", "notes.txt", "[1].dng"):
        (tmp_path / name).write_text("x")
    (tmp_path / "deep.dng").mkdir()
    assert [path.name for path in expand(str(tmp_path))] == ["[1].dng", "a.NEF", "b.dng"]
    assert expand(str(tmp_path / "*.jpg")) == [tmp_path / "a.jpg"]
    assert expand(str(tmp_path / "[1].dng")) == [tmp_path / "[1].dng"]  # a name before it is a pattern
    assert expand(str(tmp_path / "none.dng")) == [tmp_path / "none.dng"]  # reading will say so
    assert expand(str(tmp_path / "*.cr3")) == []


def test_one_folder_is_made_but_not_a_row_of_them(tmp_path: Path) -> None:
    make_folder(tmp_path / "out")
    make_folder(tmp_path / "out")
    assert (tmp_path / "out").is_dir()
    with pytest.raises(CannotWrite, match="the folder cannot be made"):
        make_folder(tmp_path / "typing" / "error")
    assert not (tmp_path / "typing").exists()


def test_hidden_files_are_in_no_list(tmp_path: Path) -> None:
    for name in ("a.dng", "._a.dng", ".lichtbild-0123456789abcdef.part.dng"):
        (tmp_path / name).write_text("x")
    for folder in ("day", ".trash"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "b.dng").write_text("xy")
    assert expand(str(tmp_path)) == [tmp_path / "a.dng"]
    assert expand_deep(str(tmp_path)) == [tmp_path / "a.dng", tmp_path / "day" / "b.dng"]
    assert expand_deep(str(tmp_path / "a.dng")) == [tmp_path / "a.dng"]
    assert (size(tmp_path / "day" / "b.dng"), size(tmp_path / "none")) == (2, 0)
