"""Calibrating: a camera's own raw frames become its calibration, a file of a camera and a profile.

Frames are sorted first, by what they show, one in memory at a time; charts are looked for afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.camera.calibration.chart_reading import ChartReading, chart_reading
from lichtbild.camera.calibration.findings import CardFrame, Findings, Optics, findings
from lichtbild.camera.calibration.frame_kind import Kind, frame_kind
from lichtbild.camera.calibration.noise_pairs import noise_of_pairs
from lichtbild.camera.calibration.sensor_model import Codes
from lichtbild.camera.calibration.shading_map import shading_map
from lichtbild.camera.specimen import specimen
from lichtbild.colour import light
from lichtbild.core.errors import BadFile, BadInput, LichtbildError
from lichtbild.core.window import Extent
from lichtbild.develop.linearise import Linearise
from lichtbild.image.bands import FINE
from lichtbild.image.frame_calibration import FrameCalibration, NoiseAt
from lichtbild.image.profile import CameraProfile
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.camera_file import write_calibration, write_camera
from lichtbild.io.files import RAW_SUFFIXES, expand, expand_deep
from lichtbild.io.lut import dcp
from lichtbild.io.reader import read

FULL: Final = 1e-3
"""Share of full samples from which on an even field tells no shading."""
ALIKE: Final = 0.02
"""Share by which two frames of one exposure may differ, as lamps do."""
COLOURS: Final = ("red", "green", "blue")
_LIGHT_SOURCE: Final = ("exif", 37384)
_SOURCES: Final = {3: "A", 17: "A", 20: "D55", 21: "D65", 22: "D75", 23: "D50"}
"""Lights that EXIF has codes of."""
_EQUIVALENT: Final = ("exif", 41989)
_FILM: Final = 43.267
"""Diagonal of 36 x 24 mm."""


@dataclass(frozen=True)
class Shot:
    """A frame that was sorted.

    Attributes:
        path: of its file.
        kind: what it shows.
        light: name of the light, of a chart; empty if unknown.
        iso: sensitivity; None if unknown.
        time_s: exposure time; None if unknown.
        level: mean of green, black at 0 and white at 1.
        full: share of full samples.
        model: of its camera.
        extent: of its active area.
    """

    path: Path
    kind: Kind
    light: str
    iso: float | None
    time_s: float | None
    level: float
    full: float
    model: str
    extent: Extent


Told = Callable[[str, float], None]
"""Called with what is being done, and its finished share."""


def planned(
    names: Sequence[str], light_name: str | None, told: Told, *, deep: bool = False
) -> tuple[Shot, ...]:
    """The frames that names of files, folders and patterns stand for, sorted by what they show.

    Args:
        names: of raw files; a folder that is called as a light is, such as D65, tells it.
        light_name: of all charts; None leaves it to folders and files.
        told: of progress.
        deep: with folders in folders.

    Raises:
        BadFile: a frame cannot be read.
        BadInput: a name stands for nothing, a frame is no mosaic, or they are of more than one camera.
    """
    if light_name is not None:
        light.named(light_name, FINE.edges)
    paths: dict[Path, Path] = {}
    for name in names:
        found = (expand_deep if deep else expand)(name, RAW_SUFFIXES)
        if not found:
            raise BadInput(f"{name}: there is no raw file in it; name raw files, folders or patterns")
        paths |= {path.resolve(): path for path in found}
    shots = []
    for number, path in enumerate(paths.values()):
        told(f"look at {path.name}", number / len(paths))
        shots.append(_sorted(path, light_name))
    _refuse_mixed(shots)
    return tuple(shots)


def _refuse_mixed(shots: Sequence[Shot]) -> None:
    first = shots[0]
    for one in shots[1:]:
        if one.model != first.model or tuple(one.extent) != tuple(first.extent):
            sizes = [f"a {shot.model} of {shot.extent[1]} x {shot.extent[0]} pixels" for shot in (one, first)]
            raise BadInput(
                f"{one.path} is of {sizes[0]} and {first.path} of {sizes[1]}; calibrate one camera at a time"
            )


def _sorted(path: Path, light_name: str | None) -> Shot:
    frame = _frame(path)
    mosaic = _mosaic(frame)
    assert frame.cfa is not None  # seen by _frame
    (row, column), *_ = np.argwhere(np.asarray(frame.cfa.pattern) == COLOURS.index("green"))
    green = mosaic[row :: frame.cfa.extent.height, column :: frame.cfa.extent.width]
    told = frame.metadata
    kind = frame_kind(green)
    of_path = _light_of(path, told.exif.get(_LIGHT_SOURCE)) if light_name is None else light_name
    return Shot(
        path,
        kind,
        of_path if kind == "chart" else "",
        told.iso,
        told.exposure_time_s,
        float(green.mean()),
        float((mosaic >= 1).mean()),
        told.model,
        frame.active_area.extent,
    )


def _frame(path: Path) -> RawFrame:
    frame = read(path)
    if not isinstance(frame, RawFrame) or frame.cfa is None or frame.cfa.colours != COLOURS:
        raise BadInput(f"{path}: is no mosaic of red, green and blue; give the raw files of the camera")
    return frame


def _mosaic(frame: RawFrame) -> Float[np.ndarray, "row column"]:
    return np.asarray(Linearise.of(frame)(frame).samples, np.float32)[..., 0]


def _light_of(path: Path, source: object) -> str:
    """The light that a folder's name or the file tells; empty for none."""
    for folder in path.resolve().parents[:2]:
        try:
            light.named(folder.name, FINE.edges)
        except BadInput:
            continue
        return folder.name
    return _SOURCES.get(source, "") if isinstance(source, int) else ""


def calibrated(shots: Sequence[Shot], optics: Optics, told: Told) -> Findings:
    """What the frames tell of their camera.

    Args:
        shots: sorted.
        optics: what the owner knows; the rest is taken from the files.
        told: of progress.

    Raises:
        BadFile: a frame cannot be read.
        BadInput: they tell nothing, all even frames are full, or a light is not known.
    """
    first = _frame(shots[0].path)
    assert first.cfa is not None
    told("shading", 0.0)
    gains = _gains(shots)
    known = FrameCalibration(
        model=first.metadata.model,
        extent=first.active_area.extent,
        gains=gains,
        period=(first.cfa.extent.height, first.cfa.extent.width),
    )
    charts = [shot for shot in shots if shot.kind == "chart"]
    cards, readings, notes = _read_charts(charts, known, told)
    told("noise", 0.0)
    noise, unread = _noise(shots)
    levels = first.levels
    codes = Codes(
        known.extent.height,
        known.extent.width,
        1.0,
        first.cfa,
        float(levels.black.mean()),
        float(levels.white.min()),
    )
    told("fit", 0.0)
    known = replace(known, noise=noise)
    found = findings(known, cards, readings, codes, _optics(optics, first))
    told("fit", 1.0)
    if not (found.known.calibrations or gains is not None or noise or found.known.warp is not None):
        raise BadInput(
            "the frames show no colour card, no grid, no even field and no darkness; photograph the chart "
            "bench (lichtbild chart bench), an even field, and with the lens covered"
        )
    return replace(found, notes=(*notes, *unread, *found.notes))


def _gains(shots: Sequence[Shot]) -> Float[np.ndarray, "place row column"] | None:
    """Gains by the mean of the brightest even frames of the least sensitivity; None without such."""
    flats = [shot for shot in shots if shot.kind == "flat"]
    if not flats:
        return None
    sound = [shot for shot in flats if shot.full < FULL]
    if not sound:
        raise BadInput(f"{flats[0].path}: all even frames are full in places; expose them less")
    least = min(shot.iso or 0.0 for shot in sound)
    sound = [shot for shot in sound if (shot.iso or 0.0) == least]
    most = max(shot.level for shot in sound)
    total, cfa = None, None
    for shot in sound:
        if shot.level > 0.5 * most:
            frame = _frame(shot.path)
            cfa, mosaic = frame.cfa, _mosaic(frame)
            total = mosaic.astype(np.float64) if total is None else total + mosaic
    assert total is not None  # the brightest is among them
    assert cfa is not None
    return np.stack([one.gains[..., 0] for one in shading_map(total, cfa)])


def _read_charts(
    charts: Sequence[Shot], known: FrameCalibration, told: Told
) -> tuple[tuple[CardFrame, ...], tuple[ChartReading, ...], tuple[str, ...]]:
    from lichtbild.quality.detect.find import find_charts

    cards: list[CardFrame] = []
    readings: list[ChartReading] = []
    notes: list[str] = []
    for number, shot in enumerate(charts):
        told(f"find charts in {shot.path.name}", number / len(charts))
        bench = specimen(_frame(shot.path), shot.path.name, "")
        try:
            reading = chart_reading(bench, find_charts(bench.light), known.gain_maps())
        except BadInput as error:
            raise BadInput(f"{shot.path}: {error}") from error
        notes.extend(f"{shot.path.name}: {words}" for words in reading.notes)
        if not reading.charts:
            notes.append(f"{shot.path.name}: no chart was found in it")
        if reading.card is not None:
            if not shot.light:
                raise BadInput(
                    f"{shot.path}: the light on its card is not known; name it with --light, or put the "
                    "frame into a folder that is called as the light is, such as A, D65 or 2856K"
                )
            cards.append(CardFrame(shot.light, reading.card, shot.time_s, shot.iso))
        readings.append(reading)
    return tuple(cards), tuple(readings), tuple(notes)


def _noise(shots: Sequence[Shot]) -> tuple[tuple[NoiseAt, ...], tuple[str, ...]]:
    """The noise at each sensitivity of which there are two frames of one exposure."""
    usable = [shot for shot in shots if shot.kind != "chart" and shot.iso]
    found, notes = [], []
    for iso in sorted({shot.iso for shot in usable if shot.iso}):
        stacks = _stacks([shot for shot in usable if shot.iso == iso])
        frames = [[_frame(shot.path) for shot in stack[:2]] for stack in stacks if len(stack) > 1]
        try:
            mosaics = [[_mosaic(frame) for frame in stack] for stack in frames]
            cfa = frames[0][0].cfa if frames else None
            if cfa is None:
                raise BadInput("noise is the difference of two frames of one exposure; give two of each")
            found.append(NoiseAt(iso, noise_of_pairs(mosaics, cfa).profile))
        except BadInput as error:
            notes.append(f"noise at ISO {iso:g}: {error}")
    return tuple(found), tuple(notes)


def _stacks(shots: Sequence[Shot]) -> list[list[Shot]]:
    """Frames of one light: the same kind, and times and levels that differ by no more than `ALIKE`."""
    stacks: list[list[Shot]] = []
    for shot in sorted(shots, key=lambda one: (one.kind, one.time_s or 0.0, one.level)):
        last = stacks[-1][0] if stacks else None
        if last is not None and last.kind == shot.kind and _alike(last, shot):
            stacks[-1].append(shot)
        else:
            stacks.append([shot])
    return stacks


def _alike(first: Shot, second: Shot) -> bool:
    times = abs((first.time_s or 0.0) - (second.time_s or 0.0)) <= ALIKE * (first.time_s or 0.0)
    levels = first.kind == "dark" or abs(first.level - second.level) <= ALIKE * first.level
    return times and levels


def _optics(given: Optics, frame: RawFrame) -> Optics:
    """What the owner says, else the files."""
    told = frame.metadata
    focal, pitch = given.focal_length or told.focal_length_mm, given.pitch
    equivalent = told.exif.get(_EQUIVALENT)
    if pitch is None and focal and isinstance(equivalent, int | float) and equivalent > 0:
        pitch = _FILM * focal / float(equivalent) / float(np.hypot(*frame.active_area.extent))
    name = given.name or told.lens
    return replace(
        given, name=name, focal_length=focal, f_number=given.f_number or told.f_number, pitch=pitch
    )


def written(found: Findings, output: Path, source: Path) -> tuple[Path, ...]:
    """Write the camera and, beside it, the profile; returns what was written.

    Args:
        found: of the camera.
        output: the TOML file.
        source: one of the camera's own files, which tells its name in profiles.

    Raises:
        CannotWrite: a file cannot be put there.
    """
    name = found.known.model or "Camera"
    notes = "Calibrated from its own frames. " + " ".join(f"{words}." for words in found.notes)
    if found.camera is None:
        write_calibration(found.known, name, output, notes.strip())
    else:
        write_camera(replace(found.camera, notes=notes.strip()), output)
    if not found.known.calibrations:
        return (output,)
    profile = output.with_suffix(".dcp")
    made = CameraProfile(name=f"{name}, calibrated", calibrations=found.known.calibrations)
    camera = dcp.Camera(_unique_model(source, name), found.known.calibrations)
    dcp.write(made, profile, camera, "made by Lichtbild from the camera's own frames")
    return output, profile


def _unique_model(source: Path, name: str) -> str:
    """The name by which raw converters know a camera."""
    try:
        return dcp.camera_of(source).model or name
    except (BadFile, LichtbildError):
        told = _frame(source).metadata
        return f"{told.make} {told.model}".strip() or name
