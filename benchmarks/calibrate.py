"""Calibrate: a simulated phone is calibrated from its own frames, imitated, and held against its truth.

python benchmarks/calibrate_frames.py FOLDER     the frames, some minutes
python benchmarks/calibrate.py FOLDER            the table
"""

import sys
from pathlib import Path

import numpy as np

from calibrate_frames import CHARTS, FINELY, ISOS, LUX, frame
from lichtbild.camera.calibration.chart_reading import ChartReading, chart_reading
from lichtbild.camera.calibration.findings import Findings, Optics
from lichtbild.camera.calibration.spread_fit import EdgeSeen
from lichtbild.camera.lens_opcodes import gain_maps
from lichtbild.camera.module import Module, module
from lichtbild.camera.specimen import specimen
from lichtbild.colour import cielab, difference
from lichtbild.colour.spaces import D50_XY
from lichtbild.image.calibration import Calibration
from lichtbild.image.measured_lens import MeasuredLens
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.camera_file import read_camera
from lichtbild.io.dng.read import read
from lichtbild.io.lut import dcp
from lichtbild.quality.detect.find import find_charts
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.photon_transfer import photon_transfer
from lichtbild.study import calibrating
from lichtbild.study.scene_order import SceneOrder

PITCH = 1.55e-3
ONCE = "MTF at 0.25 cycles/px, the blur of the scene's pixels counted once,"
COLOURS = ("red", "green", "blue")


def main(folder: Path) -> None:
    shots = calibrating.planned([str(folder)], None, _silent, deep=True)
    found = calibrating.calibrated(shots, Optics(pitch=PITCH, lux=LUX), _silent)
    toml, profile = calibrating.written(found, folder / "phone.toml", shots[0].path)
    truth = module(read_camera(folder / "truth.toml"))
    again = module(read_camera(toml), finer=FINELY)
    original = _read(folder / "D65" / "bench.dng")
    rows = [
        *_colours(found, folder, profile),
        *_shading(found, truth),
        *_geometry(found, truth),
        *_noise(found, truth),
        *_imitated(again, found, original),
    ]
    print("| what | found | truth or limit |\n|---|---|---|")
    for row in rows:
        print(f"| {row[0]} | {row[1]} | {row[2]} |")
    for words in found.notes:
        print(f"note: {words}")


def _silent(what: str, share: float) -> None:
    """Nobody is told."""


def _read(path: Path) -> RawFrame:
    return read(path)


def _reading(made: RawFrame, found: Findings, name: str) -> ChartReading:
    bench = specimen(made, name, "")
    return chart_reading(bench, find_charts(bench.light), found.known.gain_maps())


def _colours(found: Findings, folder: Path, profile: Path):
    stored = dcp.read(profile).calibrations
    for (name, one), kept in zip(found.colours, stored, strict=True):
        own = next(
            each
            for each in _read(folder / name / "bench.dng").colour.calibrations
            if abs(each.white_xy[0] - one.calibration.white_xy[0]) < 1e-3
        )
        card = _reading(_read(folder / name / "bench.dng"), found, name).card
        errors = [_errors(card, each) for each in (one.calibration, own)]
        told = [f"{each.mean():.2f} (largest {each.max():.2f})" for each in errors]
        yield f"ColorChecker in {name}, CIEDE2000", told[0], f"{told[1]} by the matrices of the true spectra"
        apart = np.abs(kept.colour_matrix - one.calibration.colour_matrix).max()
        yield f"colour matrix of {name} read from the DCP, largest difference", f"{apart:.1e}", "1e-4"
    if found.curves is not None:
        yield "sensor's curves: rms left of the cards, % of white", f"{100 * found.curves.error:.2f}", ""


def _errors(card, calibration: Calibration) -> np.ndarray:
    """Differences of a card's patches as a calibration has them, each exposed as its greys ask for."""
    numbers = card.numbers
    x, y = calibration.white_xy
    white = calibration.colour_matrix @ np.array([x / y, 1, (1 - x - y) / y])
    balanced = numbers.numbers / white
    light = ((numbers.lab[numbers.grey, 0] + 16) / 116) ** 3
    balanced /= (balanced[numbers.grey, 1] * light).sum() / (light**2).sum()
    lab = cielab.from_xyz(balanced @ calibration.forward_matrix.T, D50_XY)
    return np.asarray(difference.ciede2000(lab, numbers.lab))


def _shading(found: Findings, truth: Module):
    """What the gains leave of the true fall-off over all of the field, in the even frames' own light."""
    even, corner, size = {}, [], (121, 161)
    for name in ("D65", "D55"):
        known = gain_maps(truth.sensor, truth.response, points=size, light_name=name)
        found_maps = [_between_points(one, size) for one in found.known.gains]
        left = [one / own.gains[..., 0] for one, own in zip(found_maps, known, strict=True)]
        even[name] = np.stack([one / one.mean() for one in left]) - 1
        corner.append([found_maps[0][0, 0] / found_maps[0].min(), known[0].gains[0, 0, 0]])
        corner[-1][1] /= known[0].gains.min()
    for words, told in (("largest", lambda left: np.abs(left).max()), ("rms", np.std)):
        in_d55 = f"0.5; {100 * told(even['D55']):.2f} by the truth in D55"
        yield f"shading: {words} difference, %", f"{100 * told(even['D65']):.2f}", in_d55
    yield "shading: gain in the corner", f"{corner[0][0]:.2f}", f"{corner[0][1]:.2f}"


def _between_points(gains: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A map as it is used, straight between its points."""
    rows, columns = (
        np.maximum(1 - np.abs(np.linspace(0, n - 1, fine)[:, None] - np.arange(n)), 0)
        for n, fine in zip(gains.shape, size, strict=True)
    )
    return rows @ gains @ columns.T


def _geometry(found: Findings, truth: Module):
    lens = found.camera.lens
    assert isinstance(lens, MeasuredLens)
    half, chart = float(np.hypot(*truth.size)) / 2, _reach(found)
    height = _heights(truth, half)
    tangent = np.asarray(truth.response.tangent)[: len(height)]
    ideal = tangent * (height[1] / tangent[1]) / half
    told = ideal * (1 + sum(k * ideal ** (2 * i + 2) for i, k in enumerate(lens.distortion)))
    seen = height / half <= chart
    scale = (height[seen] / half) @ told[seen] / (told[seen] @ told[seen])
    apart = np.abs(told * scale - height / half) * half / PITCH
    words = f"distortion: largest difference where points lie, up to {chart:.2f} of the way out, px"
    yield words, f"{apart[seen].max():.2f}", "0.5"
    yield "distortion: in the corner, px", f"{apart[-1]:.2f}", ""
    percent = [100 * (each[-1] / ideal[-1] - 1) for each in (told * scale, height / half)]
    yield "distortion in the corner, %", f"{percent[0]:.2f}", f"{percent[1]:.2f}"


def _heights(truth: Module, half: float) -> np.ndarray:
    """Heights in the picture, mm."""
    return truth.response.height[truth.response.height <= half]


def _reach(found: Findings) -> float:
    """How far out points lie, as the notes tell; all the way without a note."""
    told = [words.split() for words in found.notes if words.startswith("distortion: points reach")]
    return float(told[0][3]) / 100 if told else 1.0


def _noise(found: Findings, truth: Module):
    for one, iso in zip(found.known.noise, ISOS, strict=True):
        curve = photon_transfer(truth.sensor, Exposure(0.01, iso))
        span = 2.0**truth.sensor.readout.bits - 1 - float(truth.sensor.readout.black)
        full = span / float(curve.codes_per_electron)
        slopes = ", ".join(f"{100 * (scale * full - 1):+.2f}" for scale in one.profile.scale)
        yield f"noise at ISO {iso:g}: slope of red, green, blue by the true one's, %", slopes, "1"
        rounded = float(np.hypot(curve.dark_noise, np.sqrt(1 / 12) / curve.codes_per_electron))
        dark = float(np.sqrt(one.profile.offset[1])) * full
        yield f"noise at ISO {iso:g}: without light, e-", f"{dark:.2f}", f"{rounded:.2f}"


def _imitated(again: Module, found: Findings, original: RawFrame):
    made = frame(again, SceneOrder("bench", "D65", LUX), CHARTS, ISOS[0], 77, FINELY)
    first, second = _reading(original, found, "original"), _reading(made, found, "imitated")
    for colour, name in enumerate(COLOURS):
        pairs = list(_pairs(first.edges[colour], second.edges[colour]))
        for what, told in (("MTF50", _mtf50), ("MTF at 0.25 cycles/px", _quarter), (ONCE, _once)):
            ratio = np.array(
                [told(b) / _quarter(a) if told is _once else told(b) / told(a) for a, b in pairs]
            )
            ratio = ratio[np.isfinite(ratio)]
            spread = f"{100 * np.std(ratio):.1f} rms of {len(ratio)} edges"
            words = f"{100 * (np.median(ratio) - 1):+.1f} ({spread})"
            yield f"{what} of the imitated shot by the original's, {name}, %", words, "1 to 2"
    one, two = first.card.numbers, second.card.numbers
    both = [name for name in one.names if name in two.names]
    a, b = (each.numbers[[each.names.index(name) for name in both]] for each in (one, two))
    left = b * (a * b).sum() / (b * b).sum() - a
    yield "card of the imitated shot, rms, % of white", f"{100 * np.sqrt(np.mean(left**2)) / a.max():.2f}", ""
    times = [each.metadata.exposure_time_s for each in (original, made)]
    yield (
        "time of the imitated shot for the same codes, by the original's",
        f"{times[1] / times[0]:.3f}",
        "1",
    )


def _pairs(first: tuple[EdgeSeen, ...], second: tuple[EdgeSeen, ...]):
    """Edges that lie in the same place and direction."""
    for a in first:
        near = [
            b
            for b in second
            if np.hypot(*np.subtract(a.place, b.place)) < 0.02 and abs(np.dot(a.normal, b.normal)) > 0.995
        ]
        if near:
            yield a, near[0]


def _quarter(edge: EdgeSeen) -> float:
    return float(np.interp(0.25, edge.frequencies, edge.mtf))


def _once(edge: EdgeSeen) -> float:
    """Without what the scene's pixels blur: it is in the original too, which was calibrated as it is."""
    right, up = (0.25 / FINELY * one for one in edge.normal)
    return _quarter(edge) / float(np.sinc(right) * np.sinc(up))


def _mtf50(edge: EdgeSeen) -> float:
    below = np.flatnonzero(edge.mtf < 0.5)
    if not len(below) or below[0] == 0:
        return np.nan
    i = below[0]
    share = (edge.mtf[i - 1] - 0.5) / (edge.mtf[i - 1] - edge.mtf[i])
    return float(edge.frequencies[i - 1] + share * (edge.frequencies[i] - edge.frequencies[i - 1]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
