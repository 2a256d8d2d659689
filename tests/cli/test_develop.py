"""The command line as a user meets it: a process, its streams and its exit code."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
import tifffile
from PIL import Image

from burst_files import averaging, burst, cut, frame
from frames import smooth_frame
from lichtbild.camera.recipe import OutputRecipe, Recipe
from lichtbild.cli import develop
from lichtbild.cli.main import exit_code
from lichtbild.cli.report import tell_all
from lichtbild.develop.demosaic import METHODS
from lichtbild.develop.recipe import DemosaicChoice, WhiteBalanceChoice
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace
from lichtbild.io.dng.write import write
from lichtbild.study import photograph
from lichtbild.study.job import Job, Outcome

__all__ = ["averaging"]


def lichtbild(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own: slow, for what only a process shows."""
    command = [sys.executable, "-m", "lichtbild", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)  # type: ignore[call-overload,no-any-return]


def called(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Exit code of the command, called in this process: quick."""
    monkeypatch.setattr(sys, "argv", ["lichtbild", *map(str, arguments)])
    handlers = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        return exit_code()
    finally:
        for name, handler in handlers.items():
            signal.signal(name, handler)


@pytest.fixture
def dng(tmp_path: Path) -> Path:
    write(smooth_frame((60, 72)), tmp_path / "scene.dng")
    return tmp_path / "scene.dng"


def test_help_and_version_end_well() -> None:
    assert lichtbild("--version").stdout.startswith("lichtbild 0.")
    assert "Develop raw files" in lichtbild("develop", "--help").stdout
    assert lichtbild("develop").returncode == 2


def test_help_says_how_looks_are_named_and_names_every_demosaicing() -> None:
    assert "lichtbild look list" in develop.LOOKS
    said = " ".join(lichtbild("develop", "--help", env={**os.environ, "COLUMNS": "400"}).stdout.split())
    assert ", ".join(METHODS).replace(", generic", " or generic") in said
    assert f"[default: {DemosaicChoice().method}]" in said and f"[default: {Recipe().look.name};" in said


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


def test_a_recipe_of_three_lines_shows_a_filtered_day_as_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As docs/command_line.md has it, beside other options."""
    day = Metadata(iso=100, exposure_time_s=1 / 250, f_number=8.0)
    filtered = Metadata(iso=100, exposure_time_s=30.0, f_number=11.0)
    recipe = tmp_path / "day.toml"
    recipe.write_text('schema = 1\n[develop.exposure]\nmethod = "metered"\n')
    means = []
    for name, metadata, more in (("day", day, ()), ("night", filtered, ()), ("as day", filtered, (recipe,))):
        path = tmp_path / f"{name}.dng"
        write(replace(smooth_frame((60, 72)), metadata=metadata), path)
        chosen = ("--recipe", *more) if more else ()
        output = path.with_suffix(".png")
        assert called(monkeypatch, "develop", path, "-q", *chosen, "--local-tone", "off", "-o", output) == 0
        with Image.open(output) as image:
            means.append(float(np.asarray(image, float).mean()))
    assert means[2] == pytest.approx(means[0], rel=1e-3)
    assert means[1] < 0.9 * means[0]


def test_an_exr_holds_the_light_of_the_scene_unless_a_look_is_named(
    dng: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {name: dng.with_name(f"{name}.exr") for name in ("scene", "natural", "again")}
    recipe = dng.with_suffix(".toml")
    for arguments in (
        ("--ev", 2, "-o", made["scene"], "--save-recipe", recipe),
        ("--ev", 2, "-o", made["natural"], "--look", "natural"),
        ("-o", made["again"], "--recipe", recipe),
    ):
        assert called(monkeypatch, "develop", dng, "-q", *arguments) == 0
    light = {}
    for name, path in made.items():
        with OpenEXR.File(str(path)) as file:
            light[name] = file.channels()["RGB"].pixels.astype(np.float32)
    output = OutputRecipe(ColourSpace.LINEAR_REC2020)
    expected = photograph.develop(dng, look="linear", ev=2.0, recipe=Recipe(output=output)).samples
    assert expected.max() > 1.5
    np.testing.assert_allclose(light["scene"], expected, rtol=2.0**-11, atol=2.0**-24)  # half floats
    np.testing.assert_array_equal(light["again"], light["scene"])
    assert light["natural"].max() <= 1


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
        (["scene.dng", "--look", "velvet"], "no look 'velvet'"),
        (["scene.dng", "--ev", "99"], "-20 to 20 EV"),
        (["scene.dng", "--crop", "1,2"], "--crop takes 4 numbers"),
        (["scene.dng", "--crop", "0.9,0,0.1,1"], "left before right"),
        (["scene.dng", "--crop", "a,b"], "--crop takes 4 numbers"),
        (["scene.dng", "--rotate", "45"], "0, 90, 180 or 270"),
        (["scene.dng", "--quality", "0"], "--quality takes 1 to 100, not 0"),
        (["scene.dng", "--format", "gif"], "'.gif' is no format we write"),
        (["scene.dng", "--recipe", "nowhere.toml"], "nowhere.toml: cannot be read"),
        (["scene.dng", "--dump", "sharpening"], "no stage 'sharpening'; the stages are linearise"),
        (
            ["scene.dng", "--denoise", "much"],
            "--denoise cannot be 'much': it is 'auto', 'fast', 'best', 'net' or 'off'",
        ),
        (["scene.dng", "--wb", "sunny"], "--wb takes as-shot, auto, a temperature (5200)"),
        (["scene.dng", "--wb", "90"], "2000 to 20000 K, not 90"),
        (["scene.dng", "--wb", "5200,900"], "a tint is -150 to 150"),
        (["scene.dng", "--wb", "auto", "--pick", "0.5,0.5"], "give one of them"),
        (["scene.dng", "--pick", "2,3"], "two numbers from 0 to 1"),
        (["scene.dng", "--pick", "middle"], "--pick takes 2 numbers"),
        (["scene.dng", "--highlights", "paint"], "--highlights cannot be 'paint'"),
        (["scene.dng", "--deblur", "hard"], "--deblur takes auto, off or a number from 0 to 2, not 'hard'"),
        (["scene.dng", "--deblur", "3"], "--deblur takes auto, off or a number from 0 to 2, not '3'"),
        (["scene.dng", "--local-tone", "9"], "--local-tone takes off or a number from 0 to 2, not '9'"),
        (["scene.dng", "--sharpening", "very"], "--sharpening takes off or a number"),
        (["scene.dng", "--long-edge", "0"], "1 to 65535 pixels, not 0"),
        (["scene.dng", "--max-bytes", "small"], "--max-bytes takes a size such as 500k"),
        (["scene.dng", "--max-bytes", "2M", "--format", "png"], "can be had as .jpg"),
        (["scene.dng", "--space", "cmyk"], "--space cannot be 'cmyk'"),
        (["scene.dng", "--ev", "bright"], "'--ev'"),
        (["scene.dng", "-j", "-2"], "--jobs takes 0 or more, not -2"),
        (["scene.dng", "--burst", "all"], "--burst takes auto, folder or off, not 'all'"),
        (
            ["scene.dng", "--scale", "3"],
            "--scale takes 1, 1.5 or 2 times the sensor's rows",
        ),
        (["scene.dng", "--scale", "double"], "not 'double'"),
        (["scene.dng", "--sepia"], "No such option: --sepia"),
        ([], "Missing argument 'FILES'"),
        (["text.dng"], "is a text file"),
        (["empty.dng"], "is empty"),
        (["cut.dng"], "cut.dng: "),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    dng: Path,
    arguments: list[str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    dng.with_name("text.dng").write_text("hello\n")
    dng.with_name("empty.dng").write_bytes(b"")
    dng.with_name("cut.dng").write_bytes(dng.read_bytes()[:2000])
    monkeypatch.chdir(dng.parent)
    before = sorted(entry.name for entry in dng.parent.iterdir())
    assert called(monkeypatch, "develop", *arguments, "-q") == 2
    said = capsys.readouterr().err
    assert words in said and len(said.strip().splitlines()) == 1 and "Traceback" not in said, said
    assert sorted(entry.name for entry in dng.parent.iterdir()) == before


OPTIONS = {
    ("--denoise", "best"): {"develop.denoise.method": "best"},
    ("--wb", "auto"): {"develop.white_balance": WhiteBalanceChoice("auto")},
    ("--wb", "5200"): {"develop.white_balance": WhiteBalanceChoice("temperature", kelvin=5200)},
    ("--wb", "5200,+10"): {"develop.white_balance": WhiteBalanceChoice("temperature", kelvin=5200, tint=10)},
    ("--pick", "0.4,0.6"): {"develop.white_balance": WhiteBalanceChoice("picked", place=(0.4, 0.6))},
    ("--demosaic", "malvar"): {"develop.demosaic.method": "malvar"},
    ("--highlights", "off"): {"develop.highlights.method": "off"},
    ("--ev", "-1.5"): {"develop.exposure.ev": -1.5},
    ("--deblur", "off"): {"develop.deblur.method": "off"},
    ("--deblur", "0.5"): {"develop.deblur.method": "auto", "develop.deblur.strength": 0.5},
    ("--look", "linear"): {"look.name": "linear"},
    ("--profile", "Portrait"): {"look.profile": "Portrait"},
    ("--local-tone", "0.5"): {"look.local_tone": 0.5},
    ("--local-tone", "off"): {"look.local_tone": 0.0},
    ("--sharpening", "1.5"): {"look.sharpening": 1.5},
    ("--crop", "0.1,0,0.9,1"): {"geometry.crop": (0.1, 0.0, 0.9, 1.0)},
    ("--straighten", "2"): {"geometry.straighten_deg": 2.0},
    ("--rotate", "-90"): {"geometry.quarter_turns": 3},
    ("--rotate", "450"): {"geometry.quarter_turns": 1},
    ("--flip", "vertical"): {"geometry.flip": "vertical"},
    ("--long-edge", "2048"): {"output.long_edge": 2048},
    ("--space", "display-p3"): {"output.space": ColourSpace.DISPLAY_P3},
    ("--format", "exr"): {"look.name": "linear", "output.space": ColourSpace.LINEAR_REC2020},
    ("--format", "ultra-hdr"): {"output.hdr": True},
    ("--bits", "16"): {"output.bits": 16},
    ("--quality", "80"): {"output.quality": 80},
    ("--max-bytes", "1.5M"): {"output.max_bytes": 1_500_000},
    ("--max-bytes", "500k"): {"output.max_bytes": 500_000},
    ("--max-bytes", "800000"): {"output.max_bytes": 800_000},
}
"""What each option changes in the recipe."""


@pytest.mark.parametrize("option", OPTIONS, ids=" ".join)
def test_an_option_changes_its_choice_and_no_other(
    dng: Path, option: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen: list[Recipe] = []
    monkeypatch.setattr(develop, "_run", lambda jobs, settings, **_: chosen.append(settings.recipe) or 0)
    assert called(monkeypatch, "develop", dng, *option) == 0
    expected, usual = OPTIONS[option], _leaves(Recipe())
    found = _leaves(chosen[0])
    for place, value in expected.items():
        leaves = {f"{place}.{name}": leaf for name, leaf in _leaves(value).items()} or {place: value}
        assert {name: found.pop(name) for name in leaves} == leaves
        for name in leaves:
            usual.pop(name)
    assert found == usual


def _leaves(struct: object) -> dict[str, object]:
    """Every value of a recipe by its place."""
    found: dict[str, object] = {}
    for field in fields(struct) if is_dataclass(struct) else ():
        value = getattr(struct, field.name)
        inner = _leaves(value)
        found |= {f"{field.name}.{name}": leaf for name, leaf in inner.items()} or {field.name: value}
    return found


def test_stages_are_listed(
    dng: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(monkeypatch, "develop", dng, "--list-stages") == 0
    listed = capsys.readouterr().out.split()
    assert listed[0] == "linearise" and "demosaic" in listed
    assert [entry.name for entry in dng.parent.iterdir()] == ["scene.dng"]


def test_a_batch_ends_with_a_table_and_one_line(dng: Path) -> None:
    dng.with_name("cut.dng").write_bytes(dng.read_bytes()[:2000])
    done = lichtbild("develop", dng.parent, "-o", dng.parent / "out")
    assert done.returncode == 2 and done.stdout == ""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    (failure,) = [line for line in lines if line.startswith(str(dng.with_name("cut.dng")))]
    assert failure.endswith("copy it again") and "what went wrong" in done.stderr
    assert re.fullmatch(r"1 done, 0 skipped, 1 failed in [0-9.]+ s \(.* pictures/s, .* MP/s\)", lines[-1])
    again = lichtbild("develop", dng.parent, "-o", dng.parent / "out", "--json")
    reports = [json.loads(line) for line in again.stdout.splitlines()]
    assert sorted(report["status"] for report in reports) == ["failed", "skipped"]


def test_an_unwritable_place_is_one_sentence_and_exit_code_3(dng: Path) -> None:
    done = lichtbild("develop", dng, "-q", "-o", "/proc/photograph.jpg")
    assert done.returncode == 3 and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "cannot be written" in done.stderr or "cannot be made" in done.stderr


def test_an_interrupt_leaves_nothing_half_written(tmp_path: Path) -> None:
    raws, out = tmp_path / "raws", tmp_path / "out"
    raws.mkdir()
    out.mkdir()
    for name in "abcdefgh":
        write(smooth_frame((900, 1200)), raws / f"{name}.dng")
    command = [sys.executable, "-m", "lichtbild", "develop", str(raws), "--format", "tif", "-o", str(out)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ})
    while not any(out.iterdir()) and process.poll() is None:
        time.sleep(0.001)  # until the first photograph is begun; seven more are to come
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in words, words
    kept = {entry.name for entry in out.iterdir()} - {".lichtbild.jsonl"}
    assert kept < {f"{name}.tif" for name in "abcdefgh"}
    for name in kept:
        assert tifffile.imread(out / name).shape == (900, 1200, 3)


@pytest.mark.usefixtures("averaging")
def test_a_burst_becomes_one_photograph_and_says_what_was_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = burst(tmp_path, 5)
    write(frame(0.2, iso=None), paths[2])
    cut(paths[3])
    assert called(monkeypatch, "develop", *paths, "--merged-dng", "-o", tmp_path / "photo.jpg") == 0
    (line, *_) = [line for line in capsys.readouterr().err.splitlines() if "merged" in line]
    assert re.match(
        r"3 frames merged into photo\.jpg \([0-9.]+ s\); frame_03\.dng left out: it was exposed for "
        r"1/60 s at ISO unknown and f/1\.8, the others for .*; frame_04\.dng left out: .*copy it again$",
        line,
    )
    assert (tmp_path / "photo.jpg").exists() and (tmp_path / "photo.merged.dng").exists()
    assert called(monkeypatch, "develop", tmp_path, "--json") == 0
    (told,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert told["frames"] == 3 and list(told["left_out"]) == ["frame_03.dng", "frame_04.dng"]
    assert told["sources"] == [str(paths[index]) for index in (0, 1, 2, 4, 3)]


def test_bursts_are_planned_and_can_be_turned_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = burst(tmp_path, 3)
    assert called(monkeypatch, "develop", tmp_path, "--dry-run", "--json") == 0
    (planned,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert planned["sources"] == [str(path) for path in paths]
    assert called(monkeypatch, "develop", tmp_path, "--dry-run") == 0
    assert f"{paths[0]} and 2 more -> {tmp_path / 'frame_01_natural.jpg'}" in capsys.readouterr().err
    assert called(monkeypatch, "develop", tmp_path, "--dry-run", "--json", "--burst", "off") == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert called(monkeypatch, "develop", tmp_path, "--list-stages") == 0
    assert "demosaic" in capsys.readouterr().out


def test_a_merged_frame_of_no_burst_is_told_of(
    dng: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(monkeypatch, "develop", dng, "--merged-dng", "-o", dng.with_name("a.jpg")) == 0
    assert "no burst among the files" in capsys.readouterr().err


def test_bursts_of_many_photographs_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    frames = tuple(Path(f"{number}.dng") for number in range(1, 4))
    job = Job(frames[0], Path("out/1.jpg"), others=frames[1:])
    whole = Outcome(job, "done", frames=3)
    partly = Outcome(job, "done", frames=1, left_out=(("2.dng", "it is blue"), ("3.dng", "is empty")))
    tell_all([whole, partly, Outcome(Job(frames[0], frames[1]), "done")], 2.0, quiet=False)
    assert capsys.readouterr().err.splitlines()[:2] == [
        "1 frame of a burst developed into 1.jpg; 2.dng left out: it is blue; 3.dng left out: is empty",
        "2 of them: merged from bursts of 4 frames in all",
    ]
