"""Portraits as a user makes them: from files to files, again with another focus, and what is refused."""

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from ideal_lens import ideal
from lichtbild.cli.main import exit_code
from lichtbild.image.blur_field import BlurField
from lichtbild.study import portrait

pytest.importorskip("pymatting")

Run = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def _ideal_lens(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here is of a real lens, which would be traced first."""

    def blur(name: str) -> BlurField:
        portrait.catalogue_lens(name)
        return ideal()

    monkeypatch.setattr(portrait, "lens_blur", blur)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A picture of stripes, its subject's mask and its depth."""
    rows, columns = 96, 128
    codes = np.where(np.arange(columns) // 2 % 2, 220, 30).astype(np.uint8)[None, :, None]
    picture = np.broadcast_to(codes, (rows, columns, 3)).copy()
    mask = np.zeros((rows, columns), np.uint8)
    mask[20:, 40:88] = 255
    picture[mask > 0] = (90, 120, 200)
    depth = np.where(mask > 0, 60000, 6000).astype(np.uint16)
    made = {name: tmp_path / f"{name}.png" for name in ("picture", "mask", "depth")}
    for name, plane in (("picture", picture), ("mask", mask), ("depth", depth)):
        assert cv2.imwrite(str(made[name]), plane)
    return made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command, called in this process: its exit code, and what it said."""

    def called(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["lichtbild", "develop", *map(str, arguments)])
        handlers = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            code = exit_code()
        finally:
            for name, handler in handlers.items():
                signal.signal(name, handler)
        said = capsys.readouterr()
        return code, " ".join((said.out + said.err).split())

    return called


def _contrast(path: Path) -> float:
    return float(cv2.imread(str(path))[:12].astype(float).std())


def _asked(run: Run, files: dict[str, Path], target: Path, *more: object) -> tuple[int, str]:
    known = ("--depth", files["depth"], "--depth-range", "700,9000", "--subject-mask", files["mask"])
    return run(files["picture"], "-o", target, *known, *more)


def test_the_background_is_blurred_and_no_subject(run: Run, files: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    code, said = _asked(run, files, target, "--blur", "2")
    assert code == 0, said
    assert _contrast(target) < 0.5 * _contrast(files["picture"])
    before, after = (cv2.imread(str(path))[60:90, 56:72].astype(int) for path in (files["picture"], target))
    assert np.abs(before - after).max() <= 2
    assert "26 mm" in said  # nothing tells its field of view


def test_another_focus_uses_what_was_kept(run: Run, files: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    assert _asked(run, files, target)[0] == 0
    kept = tmp_path / "out.portrait.tif"
    first, stamp = _contrast(target), kept.stat().st_mtime_ns
    assert _asked(run, files, target, "--focus", "0.1,0.05")[0] == 0
    assert kept.stat().st_mtime_ns == stamp
    assert _contrast(target) > first
    assert _asked(run, files, target, "--f-number", "16")[0] == 0
    assert kept.stat().st_mtime_ns == stamp and _contrast(target) > first


def test_strength_0_leaves_the_picture(run: Run, files: dict[str, Path], tmp_path: Path) -> None:
    assert _asked(run, files, tmp_path / "out.png", "--blur", "0")[0] == 0
    before, after = (cv2.imread(str(path)).astype(int) for path in (files["picture"], tmp_path / "out.png"))
    assert np.abs(before - after).max() <= 2


def test_distances_that_were_guessed_are_said_to_be(run: Run, files: dict[str, Path], tmp_path: Path) -> None:
    code, said = run(files["picture"], "-o", tmp_path / "o.png", "--subject-mask", files["mask"])
    assert code == 0 and "distances are estimated" in said


@pytest.mark.parametrize(
    ("more", "words", "code"),
    [
        (("--lens", "no-such-lens"), "the catalogue has no lens", 2),
        (("--f-number", "1.0"), "opens to f/2", 2),
        (("--blades", "3"), "5 to 15 blades", 2),
        (("--focus", "near"), "--focus takes", 2),
        (("--blur", "3"), "0 to 2", 2),
        (("--depth-kind", "sideways"), "inverse or distance", 2),
        (("--look", "profile"), "choose", 2),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    more: tuple[str, ...], words: str, code: int, files: dict[str, Path], tmp_path: Path, run: Run
) -> None:
    found, said = _asked(run, files, tmp_path / "out.png", *more)
    assert found == code and words in said, said
    assert not (tmp_path / "out.png").exists()


def test_a_depth_map_of_another_shape_is_refused(run: Run, files: dict[str, Path], tmp_path: Path) -> None:
    assert cv2.imwrite(str(files["depth"]), np.full((96, 96), 100, np.uint8))
    code, said = _asked(run, files, tmp_path / "out.png")
    assert code == 2 and "of another shape" in said


def test_a_depth_map_of_another_size_is_taken(run: Run, files: dict[str, Path], tmp_path: Path) -> None:
    small = cv2.imread(str(files["depth"]), cv2.IMREAD_UNCHANGED)[::2, ::2]
    assert cv2.imwrite(str(files["depth"]), small)
    assert _asked(run, files, tmp_path / "out.png")[0] == 0


def test_a_recipe_replays_a_portrait(run: Run, files: dict[str, Path], tmp_path: Path) -> None:
    saved = tmp_path / "r.toml"
    assert _asked(run, files, tmp_path / "a.png", "--f-number", "4", "--save-recipe", saved)[0] == 0
    known = ("--depth", files["depth"], "--depth-range", "700,9000", "--subject-mask", files["mask"])
    code, said = run(files["picture"], "-o", tmp_path / "b.png", "--recipe", saved, "--json", *known)
    assert code == 0, said
    assert json.loads(said)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
