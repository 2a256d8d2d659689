"""``lichtbild shoot`` from the command line to its files, with nothing in place of the lens."""

import json
import re
import sys
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from PIL import Image

from lichtbild.cli.main import exit_code
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.reader import read

pytestmark = pytest.mark.slow  # traces a real lens, which compiles for a minute

ROWS, COLUMNS = 96, 128
FRAMES = ("frame_01.dng", "frame_02.dng")
FILES = (*FRAMES, "photo.jpg", "report.html")
ORDER = ("--scene", "color-checker", "--size", f"{ROWS}x{COLUMNS}", "--frames", 2, "--shake", 0, "--ev", 0)


def shoot(folder: Path, *others: object) -> int:
    """As a user does it, with what the process was called with in place of the test's."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "argv", ["lichtbild", "shoot", *map(str, (*ORDER, *others)), "-o", str(folder)])
        return exit_code()


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an undisturbed run leaves, by one thread."""
    folder = tmp_path_factory.mktemp("undisturbed") / "shot"
    assert shoot(folder, "--threads", 1, "--quiet") == 0
    return folder


class Page(HTMLParser):
    """Headings, captions and all that a page would load or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.captions: list[str] = []
        self.heads: list[str] = []
        self.drawn: list[str] = []
        self.loaded: list[str] = []
        self.scripts: list[str | None] = []
        self.pictures: list[bytes] = []
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside.append(tag)
        kinds = {"h2": self.headings, "caption": self.captions, "figcaption": self.captions, "th": self.heads}
        if tag in kinds:
            kinds[tag].append("")
        if tag == "script":
            self.scripts.append(given.get("type"))
        for name in ("src", "href", "data", "action", "srcset", "poster"):
            source = given.get(name)
            if source is None or source.startswith("#"):
                continue
            kind, _, code = source.partition(";base64,")
            if tag == "img" and kind == "data:image/png":
                self.pictures.append(b64decode(code))
            else:
                self.loaded.append(source)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, text: str) -> None:
        inside = self._inside[-1] if self._inside else ""
        kinds = {"h2": self.headings, "caption": self.captions, "figcaption": self.captions, "th": self.heads}
        if inside in kinds:
            kinds[inside][-1] += text
        if inside == "text":
            self.drawn.append(text)


def test_frames_are_what_was_asked_for(shot: Path) -> None:
    """Of the size, metered to 0.18 of white in the mean of green, alike but for their noise."""
    one, two = (read(shot / name) for name in FRAMES)
    assert isinstance(one, RawFrame) and isinstance(two, RawFrame)
    assert one.extent == two.extent == (ROWS, COLUMNS)
    assert one.cfa is not None and one.cfa.is_bayer
    codes = one.samples[..., 0].astype(float)
    green = np.concatenate([codes[::2, 1::2].ravel(), codes[1::2, ::2].ravel()])
    black, white = float(one.levels.black.mean()), float(one.levels.white[0])
    assert (green.mean() - black) / (white - black) == pytest.approx(0.18, rel=0.05)
    assert (one.samples != two.samples).mean() > 0.5
    assert one.samples.mean() == pytest.approx(two.samples.mean(), rel=2e-3)
    assert one.metadata.exposure_time_s == two.metadata.exposure_time_s
    assert one.metadata.focal_length_mm is not None


def test_the_photograph_opens_and_shows_the_chart(shot: Path) -> None:
    """Upright, as large as the default crop: its last row goes from white to black, red follows green.

    The chart's six columns are 20 pixels wide here, the first patch of the first row is dark skin.
    """
    frame = read(shot / FRAMES[0])
    assert isinstance(frame, RawFrame)
    with Image.open(shot / "photo.jpg") as photo:
        photo.load()
        assert photo.format == "JPEG" and photo.size == (COLUMNS - 4, ROWS - 4)
        assert photo.size == (frame.default_crop[3], frame.default_crop[2])
        picture = np.asarray(photo.convert("RGB"), float)
    greys = picture[76, 12:113:20]
    assert (np.diff(greys.mean(axis=1)) < -10).all()
    assert np.ptp(greys[1:], axis=1).max() < 12
    skin, red, green = picture[15, 12], picture[56, 52], picture[56, 32]
    assert skin[0] > skin[1] > skin[2]
    assert red[0] > 2 * red[1] and green[1] > 1.5 * green[0]


def test_the_report_has_all_its_parts(shot: Path) -> None:
    page = Page((shot / "report.html").read_text(encoding="utf-8"))
    assert page.headings == ["Photograph", "Exposure", "Lens", "Sensor", "Step by step"]
    said = " | ".join(page.captions)
    for words in ("Section with rays", "MTF at the sensor's Nyquist", "Noise curve", "f/1.85 on the axis"):
        assert words in said
    drawn = " | ".join(page.drawn)
    for words in ("MTF of the lens", "Nyquist", "Light over the field", "Photon transfer", "Signal-to-noise"):
        assert words in drawn
    for words in ("The scene, spectral", "The optical image", "The raw frame", "Developed"):
        assert words in said
    assert {"time", "ISO", "sagittal", "tangential"} <= set(page.heads)
    sizes = [Image.open(BytesIO(picture)).size for picture in page.pictures]
    # Photograph; scene (half of the pixels), light, raw frame (by 4 x 4), developed, photograph.
    assert sizes == [(124, 92), (64, 48), (128, 96), (32, 24), (128, 96), (124, 92)]


def test_the_report_needs_nothing_else(shot: Path) -> None:
    """No address is loaded, no script runs; the numbers are data."""
    text = (shot / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.loaded == []
    assert page.scripts == ["application/json"]
    assert not re.search(r"https?://(?!www\.w3\.org/)|@import|url\((?!#)", text)
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert found is not None
    numbers = json.loads(found[1])
    assert [one["file"] for one in numbers["frames"]] == list(FRAMES)
    assert len(numbers["nyquist_mtf"]) == 4
    # In squares of whole pixels detail beyond is folded back: the axis then seemed to have 0.68.
    assert numbers["nyquist_mtf"][0][1] == pytest.approx(0.40, abs=0.03)


def test_what_is_done_is_kept(shot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {name: (shot / name).stat().st_mtime_ns for name in FILES}
    assert shoot(shot, "--threads", 2) == 0
    assert "already done" in capsys.readouterr().err
    assert {name: (shot / name).stat().st_mtime_ns for name in FILES} == before


def test_an_interrupted_run_goes_on_to_the_same_bytes(shot: Path, tmp_path: Path) -> None:
    """Stopped in the second frame: that, photograph and report are missing, and a half draft lies there.

    The ledger's last line was half written. The rest is made by three threads, the undisturbed run by one.
    """
    folder = tmp_path / "shot"
    copytree(shot, folder)
    for name in FILES[1:]:
        (folder / name).unlink()
    draft = folder / ".lichtbild-0123456789abcdef.part.dng"
    draft.write_bytes((shot / FRAMES[1]).read_bytes()[:5000])
    ledger = folder / ".lichtbild.jsonl"
    ledger.write_text(ledger.read_text().splitlines()[0] + "\n" + '{"target": "frame_02.d')
    kept = (folder / FRAMES[0]).stat().st_mtime_ns
    assert shoot(folder, "--threads", 3, "--quiet") == 0
    assert contents(folder) == contents(shot)
    assert (folder / FRAMES[0]).stat().st_mtime_ns == kept
    assert sorted(path.name for path in folder.iterdir()) == sorted([".lichtbild.jsonl", *FILES])
    assert shoot(folder, "--quiet") == 0
    assert contents(folder) == contents(shot)
