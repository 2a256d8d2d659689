"""Reports of shots: their numbers beside closed forms of a camera whose lens is known."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from math import inf
from typing import Any

import numpy as np
import pytest

from frames import flat_frame
from lichtbild.camera import shot_report as reports
from lichtbild.camera.module import Module
from lichtbild.camera.shot_report import HEIGHTS, RAYS, Taken, shot_report, taken
from lichtbild.camera.stage_pictures import StagePicture
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.io.camera_file import catalogue_camera
from lichtbild.optics.drawing.drawn_rays import seen_rays
from lichtbild.optics.drawing.layout import RayBundle, layout
from lichtbild.optics.lens import Aperture, Lens
from lichtbild.optics.paraxial import first_order
from lichtbild.sensor.exposure import Exposure
from optics.responses import gaussian, shaded
from optics.simple_lenses import singlet

ROWS, COLUMNS = 96, 128
SIGMA = 2.0
"""Of the point spreads, in squares of a quarter of a pixel."""

PICTURES = tuple(
    StagePicture(name, f"What {name} is.", np.full((6, 8, 3), level))
    for level, name in ((0.2, "scene"), (0.4, "optical image"), (0.6, "photograph"))
)


@pytest.fixture(autouse=True, scope="module")
def _undrawn() -> Iterator[None]:
    """No rays through the lens: to aim them takes longer than all else."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reports, "seen_rays", lambda *_: ())
        yield


def even_spreads(response: OpticalResponse, psf: np.ndarray, finer: int) -> OpticalResponse:
    """A response of 9 x 9 nodes with one point spread, told in squares of a pixel's finer-th part."""
    bands, pitch = len(response.bands), 2 * response.pitch / finer
    rows, columns = (np.linspace(at[0], at[-1], 9) for at in (response.rows, response.columns))
    everywhere = np.broadcast_to(psf.astype(np.float32), (9, 9, bands, *psf.shape))
    return replace(response, psf=everywhere, rows=rows, columns=columns, pitch=pitch)


def module(barrel: float = 0.0, finer: int = 4, psf: np.ndarray | None = None) -> Module:
    """A lens of 60 degrees across the diagonal of a small sensor, drawn as a simple one."""
    camera = catalogue_camera("main")
    sensor = camera.sensor.sized(ROWS, COLUMNS)
    wide = shaded(gaussian(1.0), (ROWS, COLUMNS), float(sensor.pixels.pitch), barrel)  # type: ignore[arg-type]
    drawn = singlet(0.1, -0.1, 1.0, image_gap=9.5, aperture=Aperture("entrance pupil diameter", 3.0))
    drawn = replace(drawn, surfaces=tuple(replace(one, semi_aperture=2.5) for one in drawn.surfaces))
    response = even_spreads(wide, gaussian(SIGMA, 31) if psf is None else psf, finer)
    return Module(camera, replace(drawn, name="Drawn lens"), sensor, response, finer)


def shots(**others: Any) -> tuple[Taken, ...]:
    first = Taken("frame_01.dng", Exposure(0.02, 200.0), 0.0, 0.125, 0.18)
    return first, replace(first, name="frame_02.dng", ev=-1.5, **others)


@cache
def usual() -> str:
    return shot_report(module(), "grey card", shots(), PICTURES, "Made by a test")


def numbers(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert found is not None
    return dict(json.loads(found[1]))


def rows(text: str) -> dict[str, list[str]]:
    """Rows of all tables by their first cells."""
    found = re.findall(r"<tr>((?:<td[^>]*>[^<]*</td>)+)</tr>", text)
    cells = [[unescape(cell) for cell in re.findall(r"<td[^>]*>([^<]*)</td>", row)] for row in found]
    return {row[0]: row[1:] for row in cells}


def test_what_is_told_of_a_frame() -> None:
    """Mean above black over white above black, and the share of full pixels."""
    frame = flat_frame(0.3, size=(20, 20))
    black, white = float(frame.levels.black.mean()), float(frame.levels.white[0])
    codes = np.full((20, 20, 1), int(black) + 341, np.uint16)
    codes[:5] = int(white)
    found = taken("a.dng", Exposure(0.5), 1.0, replace(frame, samples=codes))
    assert (found.name, found.ev, found.full) == ("a.dng", 1.0, 0.25)
    assert found.mean == pytest.approx(0.25 + 0.75 * 341 / (white - black), rel=1e-12)


def test_it_has_its_sections_and_pictures() -> None:
    text = usual()
    headings = re.findall(r"<h2[^>]*>([^<]*)</h2>", text)
    assert headings == ["Photograph", "Exposure", "Lens", "Sensor", "Step by step"]
    assert text.count("data:image/png;base64,") == len(PICTURES) + 1
    for picture in PICTURES:
        assert picture.words in text
    for words in ("photographs grey card", "Made by a test", "Drawn lens", "MTF of the lens", "Noise curve"):
        assert words in text
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", text)


def test_numbers_of_the_frames_are_there_for_other_programs() -> None:
    found = numbers(usual())
    assert (found["camera"], found["scene"]) == ("Main 27 mm", "grey card")
    assert found["frames"] == [
        {"file": f"frame_0{n}.dng", "time_s": 0.02, "iso": 200.0, "ev": ev, "full_share": 0.125}
        | {"mean_share_of_white": 0.18}
        for n, ev in ((1, 0.0), (2, -1.5))
    ]


def test_the_table_of_exposures() -> None:
    found = rows(usual())
    assert found["frame_01.dng"] == ["1/50 s", "200.0", "0", "18.00", "12.50"]
    assert found["frame_02.dng"][2] == "−1.500"


@pytest.mark.parametrize(("seconds", "words"), [(1 / 125, "1/125 s"), (0.5, "0.5 s"), (30.0, "30 s")])
def test_times_read_as_on_a_camera(seconds: float, words: str) -> None:
    found = rows(shot_report(module(), "", shots(exposure=Exposure(seconds, 100.0)), PICTURES))
    assert found["frame_02.dng"][0] == words


def test_the_lens_in_numbers() -> None:
    """The focal length is that of the lens, however it is focused; 43.267 mm is the diagonal of 36 x 24."""
    found, made = rows(usual()), module()
    pitch = float(made.sensor.pixels.pitch)
    diagonal = float(np.hypot(ROWS, COLUMNS)) * pitch
    focal = float(first_order(made.lens).focal_length)
    assert float(found["focal length"][0]) == pytest.approx(focal, rel=1e-3)
    equivalent = focal * 43.267 / diagonal
    assert float(found["as on 36 x 24 mm, by the diagonal"][0]) == pytest.approx(equivalent, rel=1e-3)
    assert float(found["field, corner to corner"][0]) == pytest.approx(60.0, rel=1e-3)
    assert float(found["distortion at the corner"][0].replace("−", "-")) == pytest.approx(0.0, abs=1e-3)
    assert found["f-number"][0] == "1.800"
    assert found["pixels"][0] == f"{COLUMNS} x {ROWS}"


def test_barrel_is_negative_distortion() -> None:
    """A corner whose tangent is 1.1 times what a straight lens would have lies 1 - 1 / 1.1 too near: -9.1 %.

    The focal length is taken at a 23rd of 1.2 corners, where the tangent is larger by 0.1 (1.2 / 39)^2.
    """
    found = rows(shot_report(module(0.1), "", shots(), PICTURES))
    value = float(found["distortion at the corner"][0].replace("−", "-"))
    assert value == pytest.approx(100 * (1 / 1.1 - 1), abs=0.02)


def nyquist(made: Module) -> np.ndarray:
    """Distance from the axis, sagittal and tangential MTF."""
    return np.array(numbers(shot_report(made, "", shots(), PICTURES))["nyquist_mtf"])


def test_mtf_at_nyquist_is_that_of_the_point_spread() -> None:
    """exp(-2 pi^2 sigma^2 f^2) of a Gaussian; the sinc of the squares, which its samples lack, is taken out.

    At places of the diagonal, by the nodes nearest to thirds of it: 0, 0.25, 0.75 and 1.
    """
    made = module()
    pitch = float(made.sensor.pixels.pitch)
    found = nyquist(made)
    corner = np.hypot(*made.size) / 2
    assert found[:, 0] == pytest.approx(corner * np.array([0.0, 0.25, 0.75, 1.0]), rel=1e-6)
    frequency, width, square = 0.5 / pitch, SIGMA * pitch / 4, pitch / 4
    contrast = np.exp(-2 * (np.pi * width * frequency) ** 2)
    assert found[0, 1:] == pytest.approx(np.full(2, contrast / np.sinc(frequency * square)), rel=1e-4)
    along = np.array([0.6, 0.8]) * frequency * square
    assert found[1:, 1:] == pytest.approx(np.full((3, 2), contrast / np.prod(np.sinc(along))), rel=1e-4)
    assert len(found) == len(HEIGHTS)


@pytest.mark.parametrize("distance", [inf, 200.0])
def test_the_lens_is_drawn_with_rays_of_four_fields(distance: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five of each; they come from far whatever the lens is focused on."""
    made, drawn = module(), []
    gaps = (replace(made.lens.gaps[0], thickness=distance), *made.lens.gaps[1:])

    def kept(lens: Lens, rays: tuple[RayBundle, ...]) -> Any:
        drawn.extend(rays)
        return layout(lens, rays)

    monkeypatch.setattr(reports, "seen_rays", seen_rays)
    monkeypatch.setattr(reports, "layout", kept)
    text = shot_report(replace(made, lens=replace(made.lens, gaps=gaps)), "", shots(), PICTURES)
    assert "Section with rays" in text
    assert len(drawn) == len(HEIGHTS)
    for share, one in zip(HEIGHTS, drawn, strict=True):
        assert one.points.shape[-1] == RAYS and one.incoming is not None
        y, z = one.incoming[-2:]
        tangent = share * np.tan(np.radians(30))
        assert y / z == pytest.approx(np.full(RAYS, tangent), abs=2e-3)


def test_noise_is_that_of_the_first_frame() -> None:
    """Saturation and gain of the sensor at its ISO; their product is the range of the codes."""
    found, sensor = rows(usual()), module().sensor
    gain, full = (float(found[name][0]) for name in ("gain", "saturation"))
    top = 2.0**sensor.readout.bits - 1 - float(sensor.readout.black)
    assert gain * full <= top * 1.001
    assert float(found["largest SNR"][0]) == pytest.approx(10 * np.log10(full), abs=0.02)
    assert f"{sensor.name} at ISO 200, 1/50 s." in usual()


@pytest.mark.parametrize(("seconds", "words"), [(1 / 2000, "1/2000 s"), (1 / 1250, "1/1250 s")])
def test_short_times_are_whole_fractions(seconds: float, words: str) -> None:
    found = rows(shot_report(module(), "", shots(exposure=Exposure(seconds, 100.0)), PICTURES))
    assert found["frame_02.dng"][0] == words


def test_a_high_iso_has_all_its_digits() -> None:
    found = rows(shot_report(module(), "", shots(exposure=Exposure(0.02, 12800.0)), PICTURES))
    assert found["frame_02.dng"][1] == "12800"
