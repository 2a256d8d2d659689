"""``lichtbild calibrate`` as a user meets it, on small even and dark frames; the whole is in benchmarks/."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from lichtbild.cli.main import exit_code
from lichtbild.core.window import Window
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.calibration_file import read_calibration
from lichtbild.io.dng.write import write

SIZE, SLOPE = (192, 256), 2e-4


def frame(level: float, seed: int, model: str = "Phone") -> RawFrame:
    """An even field that falls off, 12 bits, black 64."""
    y, x = np.mgrid[-0.6 : 0.6 : SIZE[0] * 1j, -0.8 : 0.8 : SIZE[1] * 1j]
    mean = level / (1 + 0.4 * (x * x + y * y)) ** 2
    noise = np.sqrt(SLOPE * mean + 1e-6) * np.random.default_rng(seed).standard_normal(SIZE)
    codes = np.clip(np.round(64 + (4095 - 64) * (mean + noise)), 0, 4095).astype(np.uint16)
    window = Window(0, 0, *SIZE)
    told = Metadata(make="Lichtbild", model=model, iso=100.0, exposure_time_s=0.01 + level)
    return RawFrame(
        codes[..., None],
        window,
        window.extent,
        cfa=Cfa.bayer("RGGB"),
        levels=Levels(np.full((1, 1, 1), 64.0), np.array([4095.0])),
        active_area=window,
        default_crop=(0, 0, *SIZE),
        metadata=told,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("frames")
    for number, level in enumerate((0.0, 0.0, 0.2, 0.2, 0.6, 0.6)):
        write(frame(level, number), place / f"{number}.dng")
    return place


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["lichtbild", "calibrate", *map(str, arguments)])
    return exit_code()


def test_dry_run_says_what_frames_show(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, folder, "--dry-run") == 0
    words = capsys.readouterr().err.splitlines()
    assert ["darkness" in line for line in words] == [True] * 2 + [False] * 4
    assert all("an even field, ISO 100" in line for line in words[2:])


def test_shading_and_noise_alone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Enough to develop by; each thing that is missing is said, with what would bring it.

    The corner lies half a pixel outside of the last one: (1 + 0.4)^2 of gain, less what the middle shares.
    """
    target = tmp_path / "phone.toml"
    assert run(monkeypatch, folder, "-o", target, "--json") == 0
    out, err = capsys.readouterr()
    assert not json.loads(out)["whole"]
    for words in ("ColorChecker", "dot-grid", "--pitch", "enough to develop by"):
        assert words in err
    known = read_calibration(target)
    assert known.gains is not None
    np.testing.assert_allclose(known.gains[:, 0, 0], 1.4**2, rtol=0.02)
    (noise,) = known.noise
    np.testing.assert_allclose(noise.profile.scale, SLOPE, rtol=0.06)
    assert run(monkeypatch, folder, "-o", target) == 2
    assert "is there already" in capsys.readouterr().err


def test_what_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other, full = tmp_path / "other.dng", tmp_path / "full.dng"
    write(frame(0.6, 1, "Other"), other)
    write(frame(1.3, 1), full)
    for arguments, words in (
        ((folder, other), "one camera at a time"),
        ((full,), "expose them less"),
        ((folder, "--light", "moonlight"), "no light is called"),
        ((folder, "--pitch", "-1"), "above 0"),
        ((folder, "-o", "camera.json"), "name it .toml"),
        ((tmp_path / "none",), "none"),
    ):
        place = () if "-o" in arguments else ("-o", tmp_path / "x.toml")
        assert run(monkeypatch, *arguments, "-q", *place) == 2
        assert words in capsys.readouterr().err
