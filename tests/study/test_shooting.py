"""Orders to simulated cameras, with a response that needs no rays."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lichtbild.camera import light_on_sensor as lights
from lichtbild.camera import module as modules
from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import ledger
from lichtbild.io.camera_file import catalogue_camera
from lichtbild.io.capture import capture
from lichtbild.io.reader import read
from lichtbild.study import shooting as shootings
from lichtbild.study.bursts import photographs
from lichtbild.study.scene_order import SceneOrder
from lichtbild.study.shooting import Order, shooting
from optics.responses import gaussian, shaded

SIZE = (96, 128)
CHART = SceneOrder("color-checker")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lens of 60 degrees whose point spreads are Gaussian, and a report without its drawing."""

    def responded(lens: Any, size: tuple[float, float], pitch: float, bands: Any, **_: Any) -> Any:
        return shaded(gaussian(1.0), SIZE, 2 * pitch)  # type: ignore[arg-type]

    def halves(*given: Any, views: tuple[str, ...]) -> Any:
        """Out of focus: the left view a pixel to the right, the right one to the left."""
        left, right = (gaussian(1.0, shift=(0, side)) for side in (1, -1))
        found = {"whole": (left + right) / 2, "left": left, "right": right}
        share = np.linspace(0.45, 0.55, 3)[:, None] * np.ones((3, 3, 16))
        shares = {"whole": None, "left": share, "right": 1 - share}
        responses = {
            view: replace(shaded(found[view], SIZE, 2 * given[2]), view=view, share=shares[view])  # type: ignore[arg-type]
            for view in views
        }
        return tuple((distance, responses[view]) for distance in given[4] for view in views)

    monkeypatch.setattr(modules, "respond", responded)
    monkeypatch.setattr(lights, "respond_through", halves)
    monkeypatch.setattr(modules, "stray_response", lambda *_: None)
    monkeypatch.setattr(modules, "with_semi_apertures", lambda lens: lens)
    monkeypatch.setattr(shootings, "shot_report", lambda *_, **__: "<html></html>")
    monkeypatch.setattr(shootings, "sharp_response", lambda _: None)


def order(**others: Any) -> Order:
    camera = catalogue_camera("main")
    still = replace(camera, automatic=replace(camera.automatic, ev=0.0, shake=0.0, frames=2))
    return Order(**{"camera": still, "scene": CHART, "size": SIZE} | others)


def frames(folder: Path, count: int) -> list[RawFrame]:
    found = [read(folder / f"frame_{number:02}.dng") for number in range(1, count + 1)]
    assert all(isinstance(frame, RawFrame) for frame in found)
    return found  # type: ignore[return-value]


def test_an_order_becomes_frames_a_photograph_and_a_report(tmp_path: Path) -> None:
    outcome = shooting(order(), tmp_path / "shot")
    assert sorted(path.name for path in (tmp_path / "shot").iterdir() if path.suffix) == [
        ".lichtbild.jsonl", "frame_01.dng", "frame_02.dng", "photo.jpg", "report.html",
    ]  # fmt: skip
    one, two = frames(tmp_path / "shot", 2)
    assert one.extent == SIZE
    assert (one.samples != two.samples).mean() > 0.5
    assert one.metadata.model == "Main 27 mm"
    assert one.metadata.exposure_time_s == pytest.approx(float(outcome.exposures[0].time_s), rel=1e-6)
    assert one.metadata.taken_at == "2000:01:01 12:00:00" and float(outcome.exposures[0].time_s) < 1
    paths = tuple(tmp_path / "shot" / name for name in outcome.frames)
    assert photographs(paths) == (paths,)


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_threads(tmp_path: Path) -> None:
    shooting(order(threads=1), tmp_path / "a")
    shooting(order(threads=2), tmp_path / "b")
    for name in ("frame_01.dng", "frame_02.dng", "photo.jpg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    shooting(order(seed=1), tmp_path / "c")
    assert (tmp_path / "a" / name).read_bytes() != (tmp_path / "c" / name).read_bytes()


def test_what_is_done_is_not_done_again_and_what_is_missing_is(tmp_path: Path) -> None:
    shooting(order(), tmp_path)
    assert shooting(order(), tmp_path).kept == 4
    first = (tmp_path / "frame_01.dng").read_bytes()
    kept = (tmp_path / "frame_02.dng").stat().st_mtime_ns
    (tmp_path / "frame_01.dng").unlink()
    assert shooting(order(), tmp_path).kept == 3
    assert (tmp_path / "frame_01.dng").read_bytes() == first
    assert (tmp_path / "frame_02.dng").stat().st_mtime_ns == kept


VIEWS = tuple(f"frame_{number}_{side}.dng" for number in ("01", "02") for side in ("left", "right"))


def test_views_lie_beside_frames_that_stay_as_they_are(tmp_path: Path) -> None:
    """Dual pixels add files to a shot that was taken without; the same bytes for any number of threads."""
    plain = shooting(order(), tmp_path / "a")
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "a").iterdir() if path.suffix}
    outcome = shooting(order(dual_pixels=True), tmp_path / "a")
    assert outcome.frames == (
        "frame_01.dng", "frame_01_left.dng", "frame_01_right.dng",
        "frame_02.dng", "frame_02_left.dng", "frame_02_right.dng",
    )  # fmt: skip
    assert outcome.kept == 4 and set(outcome.frames) == {*plain.frames, *VIEWS}
    for name in plain.frames:
        assert (tmp_path / "a" / name).stat().st_mtime_ns == before[name]
    shooting(order(dual_pixels=True, threads=2), tmp_path / "b")
    for name in (*outcome.frames, "photo.jpg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert shooting(order(dual_pixels=True), tmp_path / "b").kept == 8
    paths = [tmp_path / "b" / name for name in outcome.frames]
    began = [found.begun_s for path in paths if (found := capture(path)) is not None]
    assert began[0] == began[1] == began[2] != began[3] == began[4] == began[5]
    assert photographs(paths)[0] == (paths[0], paths[3]) and len(photographs(paths)) == 5


@pytest.mark.parametrize("shake", [0.0, pytest.param(0.05, marks=pytest.mark.slow)])
def test_views_that_are_missing_are_made_again(shake: float, tmp_path: Path) -> None:
    """Also where a camera moves, so that each frame has its own light."""
    camera = order().camera
    given = order(
        camera=replace(camera, automatic=replace(camera.automatic, shake=shake)),
        dual_pixels=True,
        time_s=0.01,
        iso=100.0,
    )
    shooting(given, tmp_path)
    kept = (tmp_path / "frame_02_right.dng").stat().st_mtime_ns
    before = {name: (tmp_path / name).read_bytes() for name in ("frame_01_right.dng", "frame_02_left.dng")}
    for name in before:
        (tmp_path / name).unlink()
    assert shooting(given, tmp_path).kept == 6
    assert before == {name: (tmp_path / name).read_bytes() for name in before}
    assert (tmp_path / "frame_02_right.dng").stat().st_mtime_ns == kept


def test_views_of_a_chart_before_the_focus(tmp_path: Path) -> None:
    """Together the frame's electrons, left and right moved apart by the two pixels of their responses."""
    still = order(dual_pixels=True, frames=1, scene=replace(CHART, depth=500.0), iso=100.0)
    shooting(still, tmp_path)
    stored = [read(tmp_path / name) for name in ("frame_01.dng", *VIEWS[:2])]
    whole, left, right = (
        frame.samples[..., 0].astype(float) - frame.levels.black.mean()  # type: ignore[union-attr]
        for frame in stored
    )
    per_code = still.camera.sensor.modes[0].electrons_per_code * 4
    cells = (left + right - whole).reshape(8, 12, 8, 16).mean(axis=(1, 3)) * per_code
    mean = whole.reshape(8, 12, 8, 16).mean(axis=(1, 3)) * per_code
    # Twice the shot noise of 192 pixels, three reads of 16 e- and rounding, lines, and doubled DSNU: 5 sigma.
    assert (np.abs(cells) < 5 * np.sqrt((2 * mean + 3 * 16**2) / 192 + 2**2)).all()
    spectra = [np.fft.rfft(plane - plane.mean(), axis=1) for plane in (left, right)]
    slope = np.angle((spectra[0] * spectra[1].conj()).sum(axis=0)[1:9])
    weight = np.abs((spectra[0] * spectra[1].conj()).sum(axis=0)[1:9])
    turns = 2 * np.pi * np.arange(1, 9) / SIZE[1]
    moved = -(slope * turns * weight).sum() / (turns**2 * weight).sum()
    assert moved == pytest.approx(2.0, abs=0.2)


def test_other_people_s_files_stay(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_text("mine")
    with pytest.raises(CannotWrite, match="was not made here"):
        shooting(order(), tmp_path)
    assert (tmp_path / "photo.jpg").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]
    shooting(order(), tmp_path, overwrite=True)
    assert json.loads((tmp_path / ledger.NAME).read_text().splitlines()[0])["target"] == "frame_01.dng"


def test_a_bracket_changes_the_time(tmp_path: Path) -> None:
    outcome = shooting(order(bracket=(-1.0, 0.0, 2.0)), tmp_path)
    times = [float(one.time_s) for one in outcome.exposures]
    assert np.log2(times) - np.log2(times[1]) == pytest.approx([-1, 0, 2])
    dark, usual, _ = (frame.samples.astype(float).mean() - 64 for frame in frames(tmp_path, 3))
    assert dark / usual == pytest.approx(0.5, rel=0.02)


def test_time_and_iso_as_asked_for(tmp_path: Path) -> None:
    outcome = shooting(order(time_s=0.01), tmp_path / "a")
    assert outcome.exposures[0].time_s == pytest.approx(0.01)
    outcome = shooting(order(iso=400.0), tmp_path / "b")
    assert outcome.exposures[0].iso == pytest.approx(400.0)
    outcome = shooting(order(iso=400.0, time_s=0.001), tmp_path / "c")
    assert (outcome.exposures[0].iso, outcome.exposures[0].time_s) == (400.0, 0.001)


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({"bracket": (0.0, 1.0), "frames": 2}, "both say how many"),
        ({"bracket": (0.0, 99.0)}, "-10 to 10 EV"),
        ({"time_s": -1.0}, "exposure time is -1"),
        ({"iso": -100.0}, "ISO is -100; give a number from"),
        ({"iso": 1e6}, r"ISO is 1e\+06; give a number from 100 to 6400"),
        ({"frames": 0}, "1 to 64 frames"),
        ({"seed": -1}, "seed is a whole number"),
        ({"size": (96, 130)}, "multiples of 4"),
        ({"size": (9000, 128)}, "in the middle of 3072 x 4096"),
        ({"focus": 1.0}, "20 mm or farther"),
        ({"camera": catalogue_camera("ultra_wide"), "dual_pixels": True}, "one photodiode in each pixel"),
    ],
)
def test_what_cannot_be_asked_for(others: Any, words: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=words):
        shooting(order(**others), tmp_path)
    assert not [path for path in tmp_path.iterdir() if not path.name.startswith(".")]


def test_the_meter_finds_what_the_frame_then_has(tmp_path: Path) -> None:
    """Green is 0.18 of white on the mean, by a meter of 32 times fewer pixels."""
    shooting(order(), tmp_path)
    frame = frames(tmp_path, 1)[0]
    codes = frame.samples[..., 0].astype(float)
    green = np.concatenate([codes[::2, 1::2].ravel(), codes[1::2, ::2].ravel()])
    black, white = frame.levels.black.item(), frame.levels.white[0]
    assert (green.mean() - black) / (white - black) == pytest.approx(0.18, rel=0.02)
