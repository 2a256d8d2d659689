"""A file is written whole, or what was there before stays."""

import errno
import os
import subprocess
from pathlib import Path

import pytest

from lichtbild.core.errors import CannotWrite
from lichtbild.io.atomic import clear_drafts, replacing


def test_the_file_takes_its_name_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "picture.jpg"
    with replacing(target) as draft:
        assert draft.parent == tmp_path and draft.name.startswith(".") and draft.suffix == ".jpg"
        draft.write_bytes(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    assert [entry.name for entry in tmp_path.iterdir()] == ["picture.jpg"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_whatever_stops_the_block_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    target = tmp_path / "picture.jpg"
    target.write_bytes(b"old")
    with pytest.raises(error), replacing(target) as draft:
        draft.write_bytes(b"half")
        raise error
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_old_file_is_replaced_at_once_and_never_written_over(tmp_path: Path) -> None:
    target = tmp_path / "picture"
    target.write_bytes(b"old and long")
    with target.open("rb") as reader:
        with replacing(target) as draft:
            draft.write_bytes(b"new")
        # Who had it open goes on reading the old file: a rename, not a copy over it.
        assert reader.read() == b"old and long"
    assert target.read_bytes() == b"new"


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    with replacing(tmp_path / "a") as draft:
        draft.write_bytes(b"")
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with replacing(tmp_path / "link") as draft:
        draft.write_bytes(b"new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "words"), [("folder", "a folder has this name"), ("no/file", "there is no folder")]
)
def test_places_that_cannot_hold_a_file(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(CannotWrite, match=words), replacing(tmp_path / name):
        raise AssertionError("the block must not run")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
def test_an_error_of_the_system_becomes_one_sentence(tmp_path: Path, code: int) -> None:
    with pytest.raises(CannotWrite) as caught, replacing(tmp_path / "a") as draft:
        draft.write_bytes(b"half")
        raise OSError(code, os.strerror(code))
    assert str(caught.value).startswith(str(tmp_path / "a")) and "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def tiny_disk(tmp_path: Path):
    """A real file system of 64 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full(tiny_disk: Path) -> None:
    (tiny_disk / "a").write_bytes(b"old")
    with pytest.raises(CannotWrite, match="the disk is full"), replacing(tiny_disk / "a") as draft:
        draft.write_bytes(bytes(1 << 20))
    assert (tiny_disk / "a").read_bytes() == b"old"
    assert [entry.name for entry in tiny_disk.iterdir()] == ["a"]


def test_a_closed_folder(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        folder = Path("/proc")  # root may write anywhere but where nobody can
    else:
        folder = tmp_path
        folder.chmod(0o500)
    with pytest.raises(CannotWrite, match="cannot be written"), replacing(folder / "a") as draft:
        draft.write_bytes(b"")


def test_only_drafts_that_nobody_writes_are_cleared(tmp_path: Path) -> None:
    left_behind = tmp_path / ".lichtbild-0123456789abcdef.part.jpg"
    left_behind.write_bytes(b"half")
    (tmp_path / ".lichtbild.jsonl").write_bytes(b"")
    (tmp_path / ".part.jpg").write_bytes(b"somebody else's")
    with replacing(tmp_path / "a.jpg") as draft:
        draft.write_bytes(b"whole")
        assert clear_drafts(tmp_path) == 1 and draft.exists() and not left_behind.exists()
        os.replace(draft, tmp_path / "aside")  # as an encoder does that writes a file of its own
        (tmp_path / "aside").replace(draft)
        assert clear_drafts(tmp_path) == 0
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".lichtbild.jsonl", ".part.jpg", "a.jpg"]
    assert clear_drafts(tmp_path / "nowhere") == 0


def test_what_is_to_be_done_before_the_name_may_fail(tmp_path: Path) -> None:
    def refuse(draft: Path) -> None:
        raise CannotWrite("the ledger is closed")

    with pytest.raises(CannotWrite, match="ledger is closed"), replacing(tmp_path / "a", refuse) as draft:
        draft.write_bytes(b"whole")
    assert not list(tmp_path.iterdir())
