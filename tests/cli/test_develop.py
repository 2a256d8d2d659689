"""The command line as a user meets it: a process, its streams and its exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tifffile
from PIL import Image

from frames import smooth_frame
from lichtbild.io.dng.write import write


def lichtbild(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lichtbild", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def dng(tmp_path: Path) -> Path:
    write(smooth_frame((60, 72)), tmp_path / "scene.dng")
    return tmp_path / "scene.dng"


def test_help_and_version_end_well() -> None:
    assert lichtbild("--version").stdout.startswith("lichtbild 0.")
    assert "Develop raw files" in lichtbild("develop", "--help").stdout
    assert lichtbild("develop").returncode == 2


def test_a_raw_file_becomes_a_photograph(dng: Path) -> None:
    done = lichtbild("develop", dng, "-o", dng.with_suffix(".jpg"))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "scene.jpg" in done.stderr
    with Image.open(dng.with_suffix(".jpg")) as image:
        assert image.size == (72, 60) and image.info["icc_profile"]


def test_words_go_to_stderr_and_data_to_stdout(dng: Path) -> None:
    done = lichtbild("develop", dng, "--json", "--look", "linear")
    (line,) = done.stdout.splitlines()
    report = json.loads(line)
    assert report["status"] == "done" and report["target"].endswith("scene_linear.jpg")
    planned = lichtbild("develop", dng, "--dry-run", "--json", "-o", dng.parent / "other.png")
    assert json.loads(planned.stdout)["exists"] is False and not (dng.parent / "other.png").exists()


def test_every_choice_can_be_saved_and_replayed(dng: Path) -> None:
    choices = [
        "--ev",
        "0.5",
        "--crop",
        "0.1,0,0.9,1",
        "--rotate",
        "90",
        "--flip",
        "vertical",
        "--straighten",
        "2",
    ]
    looks = ["--look", "profile", "--demosaic", "malvar", "--space", "display-p3", "--bits", "16"]
    recipe = dng.with_suffix(".toml")
    first = lichtbild("develop", dng, *choices, *looks, "--save-recipe", recipe, "-o", dng.with_name("a.png"))
    again = lichtbild("develop", dng, "--recipe", recipe, "-o", dng.with_name("b.png"))
    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    assert dng.with_name("a.png").read_bytes() == dng.with_name("b.png").read_bytes()
    plain = lichtbild("develop", dng, "-o", dng.with_name("c.png"))
    assert plain.returncode == 0
    assert dng.with_name("a.png").read_bytes() != dng.with_name("c.png").read_bytes()


def test_an_intermediate_is_dumped(dng: Path) -> None:
    assert (
        lichtbild("develop", dng, "-o", dng.with_name("x.jpg"), "--dump", "linearise", "-q").returncode == 0
    )
    samples = tifffile.imread(dng.with_name("x.linearise.tiff"))
    assert samples.shape == (60, 72) and samples.dtype == "float32" and 0 < samples.mean() < 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.dng"], "does not exist"),
        (["scene.dng", "--look", "sepia"], "no look 'sepia'"),
        (["scene.dng", "--ev", "99"], "-20 to 20 EV"),
        (["scene.dng", "--crop", "1,2"], "--crop takes 4 numbers"),
        (["scene.dng", "--crop", "0.9,0,0.1,1"], "left before right"),
        (["scene.dng", "--crop", "a,b"], "--crop takes 4 numbers"),
        (["scene.dng", "--rotate", "45"], "0, 90, 180 or 270"),
        (["scene.dng", "--quality", "0"], "quality is 1 to 100"),
        (["scene.dng", "--format", "gif"], "'.gif' is no format we write"),
        (["scene.dng", "--recipe", "nowhere.toml"], "nowhere.toml: cannot be read"),
        (["scene.dng", "--dump", "sharpen"], "no stage 'sharpen'"),
        (["text.dng"], "is a text file"),
        (["empty.dng"], "is empty"),
        (["cut.dng"], "cut.dng: "),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(dng: Path, arguments: list[str], words: str) -> None:
    dng.with_name("text.dng").write_text("hello\n")
    dng.with_name("empty.dng").write_bytes(b"")
    dng.with_name("cut.dng").write_bytes(dng.read_bytes()[:2000])
    before = sorted(entry.name for entry in dng.parent.iterdir())
    done = lichtbild("develop", *arguments, "-q", cwd=dng.parent)
    assert done.returncode == 2 and words in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr
    assert sorted(entry.name for entry in dng.parent.iterdir()) == before


def test_an_unwritable_place_is_one_sentence_and_exit_code_3(dng: Path) -> None:
    done = lichtbild("develop", dng, "-q", "-o", "/proc/photograph.jpg")
    assert done.returncode == 3 and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "cannot be written" in done.stderr or "cannot be made" in done.stderr


def test_an_interrupt_leaves_nothing_half_written(tmp_path: Path) -> None:
    write(smooth_frame((1500, 2000)), tmp_path / "large.dng")
    command = [
        sys.executable,
        "-m",
        "lichtbild",
        "develop",
        str(tmp_path / "large.dng"),
        "-o",
        str(tmp_path / "out.tif"),
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ})
    while not any(entry.suffix != ".dng" for entry in tmp_path.iterdir()) and process.poll() is None:
        time.sleep(0.001)  # until the photograph is begun beside its place
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in words, words
    assert [entry.name for entry in tmp_path.iterdir()] == ["large.dng"]


@pytest.mark.parametrize(("degrees", "turns"), [("-90", 3), ("360", 0), ("450", 1)])
def test_turns_by_any_multiple_of_a_quarter(dng: Path, degrees: str, turns: int) -> None:
    recipe = dng.with_suffix(".toml")
    done = lichtbild("develop", dng, "--rotate", degrees, "--save-recipe", recipe, "-q")
    assert done.returncode == 0, done.stderr
    assert f"quarter_turns = {turns}" in recipe.read_text()
