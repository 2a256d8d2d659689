"""Bursts with ``--scale``: the size of what is made, what is told, and that the file's opcodes follow."""

import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from burst_files import frame
from lichtbild.cli.main import exit_code
from lichtbild.core.window import Window
from lichtbild.image.opcode import Area, GainMap, OpcodeLists, WarpRectilinear
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.write import write
from lichtbild.io.reader import read
from moving_scene import RGGB, framed, light, mosaicked, places, waves


def put(folder: Path, shifts: tuple[tuple[float, float], ...], **told: Any) -> list[Path]:
    """Files of a burst whose camera has moved by so much."""
    for index, shift in enumerate(shifts):
        mean = mosaicked(light(waves(1, 0.3), *places((128, 160), (*shift, 0.0))), RGGB)
        made = replace(framed(mean, index, (1e-4, 1e-7)), metadata=frame(0.1 * index).metadata, **told)
        write(made, folder / f"frame_{index}.dng")
    return sorted(folder.glob("*.dng"))


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Signal handlers as they were."""
    kept = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for name, handler in kept.items():
        signal.signal(name, handler)


def called(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["lichtbild", "develop", *map(str, arguments)])
    return exit_code()


def test_what_has_no_detail_between_its_pixels_is_enlarged_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A single frame, and frames that lie on each other's pixels; a finished picture is refused."""
    paths = put(tmp_path, ((0.0, 0.0),) * 3)
    for sources, scale in ((paths[:1], 2.0), (paths, 1.5)):
        target = tmp_path / f"{scale}.png"
        assert called(monkeypatch, *sources, "--scale", scale, "-o", target) == 0
        assert "it was enlarged by interpolation alone" in capsys.readouterr().err
        with Image.open(target) as picture:
            assert picture.size == (160 * scale, 128 * scale)
    assert called(monkeypatch, tmp_path / "2.0.png", "--scale", 2, "-o", tmp_path / "3.png") == 2
    assert "--scale is for raw files" in capsys.readouterr().err


def test_a_burst_is_enlarged_by_what_its_frames_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With shading, a warp and a crop of the file's own; a report; the merged mosaic; and a linear DNG."""
    shading = GainMap(
        Area(Window(0, 0, 128, 160), (0, 1), (1, 1)),
        np.array([[[1.5], [1.0]], [[1.0], [1.5]]]),
        (1.0, 1.0),
        (0.0, 0.0),
    )
    warp = WarpRectilinear(np.array([[0.98, 0.02, 0, 0]]), np.zeros((1, 2)), (0.5, 0.5))
    put(
        tmp_path,
        ((0.0, 0.0), (0.5, 1.25), (-1.0, 0.5), (2.5, -0.75)),
        opcodes=OpcodeLists(on_linear=(shading,), on_colour=(warp,)),
        default_crop=(4.0, 6.0, 120.0, 148.0),
    )
    out = tmp_path / "out"
    out.mkdir()
    options = ("--scale", 2, "--denoise", "off", "--report", "--merged-dng")
    assert called(monkeypatch, tmp_path, *options, "-o", out / "photo.png") == 0
    said = capsys.readouterr().err
    assert "4 frames merged" in said and "interpolation alone" not in said
    with Image.open(out / "photo.png") as picture:
        assert picture.size == (296, 240)
    merged = read(out / "photo.merged.dng")
    assert isinstance(merged, RawFrame) and merged.extent == (128, 160) and merged.noise is not None
    assert called(monkeypatch, tmp_path, "--scale", 1.5, "-o", out / "linear.dng") == 0
    linear = read(out / "linear.dng")
    assert isinstance(linear, RawFrame) and linear.cfa is None and linear.extent == (192, 240)
