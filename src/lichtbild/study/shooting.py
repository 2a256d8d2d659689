"""Shooting: an order to a simulated camera becomes raw frames, a photograph and a report in a folder.

Each file is noted in the folder's ledger when it is whole, so that an order that was interrupted goes on
where it stopped, and one that is done is found to be done.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from pathlib import Path
from typing import Final

import numpy as np

import lichtbild
from lichtbild.camera import photograph
from lichtbild.camera.camera import MOST_FRAMES, Camera
from lichtbild.camera.light_meter import metered
from lichtbild.camera.light_on_sensor import View, dual_light, dual_views, light_on_sensor, view
from lichtbild.camera.module import FINER, module, sharp_response
from lichtbild.camera.shoot import raw_frame, raw_views, white_of
from lichtbild.camera.shot_report import Taken, shot_report, taken
from lichtbild.camera.stage_pictures import StagePicture, of_development, of_light, of_raw, of_scene
from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.image.camera_path import Shutter
from lichtbild.image.frame_calibration import calibrated
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import ledger
from lichtbild.io.atomic import clear_drafts, put_text, replacing
from lichtbild.io.camera_file import dumps
from lichtbild.io.dng.write import write
from lichtbild.io.export import save
from lichtbild.io.files import make_folder
from lichtbild.io.reader import read
from lichtbild.optics.shake import hand_shake
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.metering import Limits, iso_limits
from lichtbild.study.bursts import BAYER
from lichtbild.study.frame_times import NOMINAL_START, dated, spans, starts
from lichtbild.study.merging import Merged, merged
from lichtbild.study.scene_order import SceneOrder

PHOTO, REPORT = "photo.jpg", "report.html"
"""Beside the frames."""

DEVELOPED: Final = "exposure"
"""Stage after which an image is corrected and in proportion to the scene."""

MOST_DISTANCES: Final = 16
MOST_FINER: Final = 4

LONGEST: Final = 3600.0
"""Longest time that a bracket comes to, s."""


@dataclass(frozen=True, eq=False)
class Order:
    """What shall be photographed, and how.

    Attributes:
        camera: that takes the pictures.
        scene: what it looks at.
        focus: distance that it is focused on, mm; infinite for far.
        time_s: exposure time; None leaves it to the camera.
        iso: sensitivity; None leaves it to the camera.
        frames: of a burst; None takes the camera's usual.
        bracket: EV of each frame from the metered exposure; empty for a burst of equal ones.
        size: rows and columns of the middle of the sensor; None takes all.
        finer: squares of light along a pixel, 1 to 4.
        distances: at which the scene's depth is told, at most; with 1 all of a scene of many
            distances is in focus.
        dual_pixels: whether the views of the left and the right photodiodes are stored beside each frame.
        seed: of noise, hand and scene.
        threads: at a time.
    """

    camera: Camera
    scene: SceneOrder = field(default_factory=SceneOrder)
    focus: float = inf
    time_s: float | None = None
    iso: float | None = None
    frames: int | None = None
    bracket: tuple[float, ...] = ()
    size: tuple[int, int] | None = None
    finer: int = FINER
    distances: int = 1
    dual_pixels: bool = False
    seed: int = 0
    threads: int = 1

    def __post_init__(self) -> None:
        if self.bracket and self.frames is not None:
            raise BadInput("--frames and --bracket both say how many frames there are; give one of them")
        if len(self.bracket) > MOST_FRAMES or any(not abs(ev) <= 10 for ev in self.bracket):
            raise BadInput(f"a bracket has up to {MOST_FRAMES} frames of -10 to 10 EV; give fewer or less")
        if self.time_s is not None:
            Exposure(self.time_s)
        iso_limits(self.camera.sensor, self.limits)
        if self.frames is not None:
            replace(self.camera.automatic, frames=self.frames)
        if not 1 <= self.finer <= MOST_FINER:
            raise BadInput(f"a pixel has 1 to {MOST_FINER} squares of light along it, not {self.finer}")
        if not 1 <= self.distances <= MOST_DISTANCES:
            raise BadInput(f"depth is told at 1 to {MOST_DISTANCES} distances, not at {self.distances}")
        if self.dual_pixels and not self.camera.sensor.pixels.dual:
            raise BadInput(
                f"sensor '{self.camera.sensor.name}' has one photodiode in each pixel; take one of dual "
                "pixels, such as one_inch, or leave --dual-pixels out"
            )
        if not 0 <= self.seed < 1 << 31:
            raise BadInput(f"a seed is a whole number from 0 to {(1 << 31) - 1}, not {self.seed}")

    @property
    def limits(self) -> Limits:
        """What metering may choose: what the camera leaves to it, and the order."""
        limits = self.camera.automatic.limits
        if self.time_s is not None:
            limits = replace(limits, shortest_s=self.time_s, longest_s=self.time_s)
        if self.iso is not None:
            limits = replace(limits, least_iso=self.iso, largest_iso=self.iso)
        return limits

    @property
    def evs(self) -> tuple[float, ...]:
        """EV of each frame."""
        return self.bracket or (0.0,) * (self.frames or self.camera.automatic.frames)

    @property
    def files(self) -> tuple[tuple[str, ...], ...]:
        """Names of the files of each frame: itself and, with dual pixels, its left and its right view."""
        views = ("", "_left", "_right") if self.dual_pixels else ("",)
        return tuple(
            tuple(f"frame_{number:02}{view}.dng" for view in views) for number in range(1, len(self.evs) + 1)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all raw files."""
        return tuple(name for names in self.files for name in names)

    def key(self) -> str:
        """Digest of all that the pictures are made of; threads change nothing, views are beside them."""
        choices = (
            self.focus,
            self.time_s,
            self.iso,
            self.evs,
            self.size,
            self.finer,
            self.distances,
            self.seed,
            str(NOMINAL_START),
        )
        return ledger.key([lichtbild.__version__, dumps(self.camera), self.scene.key(), repr(choices)])


@dataclass(frozen=True)
class Outcome:
    """What came of an order.

    Attributes:
        folder: where it is.
        frames: names of the raw files: of the frames and their views.
        kept: how many files were there already.
        exposures: of the frames.
    """

    folder: Path
    frames: tuple[str, ...]
    kept: int
    exposures: tuple[Exposure, ...] = ()


Told = Callable[[str, float], None]
"""Called with what is being done, and its finished share."""


def _unseen(what: str, share: float) -> None:
    """Nobody is told."""


def shooting(order: Order, folder: Path, *, overwrite: bool = False, told: Told = _unseen) -> Outcome:
    """Take the pictures of an order.

    Args:
        order: what and how.
        folder: to write to; made where it is missing.
        overwrite: whether files that others made, or changed, may be replaced.
        told: of progress.

    Raises:
        BadInput: camera, scene and choices do not go together.
        CannotWrite: a file of these names is there that is not Lichtbild's, or the folder cannot be used.
    """
    picture = order.scene.loaded()
    key = order.key()
    make_folder(folder)
    clear_drafts(folder)
    ledger.mend(folder)
    done = _done(folder, (*order.names, PHOTO, REPORT), key, overwrite=overwrite)
    if len(done) == len(order.names) + 2:
        return Outcome(folder, order.names, len(done))
    told("lens", 0.0)
    ready = module(order.camera, order.focus, order.size, finer=order.finer)
    told("scene", 0.0)
    scene = order.scene.made(ready.field, ready.extent, picture)
    seen = view(ready, scene, order.distances)
    views = dual_views(ready, scene, order.distances) if order.dual_pixels else None
    shot = _Shot(order, seen, views, folder, key)
    frames, light = _frames(shot, done, told)
    told("develop", 0.0)
    _finish(shot, frames, light)
    return Outcome(folder, order.names, len(done), tuple(one.exposure for one in frames))


@dataclass(frozen=True, eq=False)
class _Shot:
    """What all frames share."""

    order: Order
    seen: View
    views: tuple[View, View] | None
    folder: Path
    key: str


def _done(folder: Path, names: tuple[str, ...], key: str, *, overwrite: bool) -> frozenset[str]:
    """The files that are there already, made of the same.

    Raises:
        CannotWrite: one of them is there and is not ours, or was changed.
    """
    known, done = ledger.read(folder), set()
    for name in names:
        place = folder / name
        if not place.exists():
            continue
        entry = known.get(name)
        ours = entry is not None and ledger.digest(place) == entry.digest
        if not ours and not overwrite:
            raise CannotWrite(f"{place}: is there and was not made here; name another folder or --overwrite")
        if ours and entry is not None and entry.key == key:
            done.add(name)
    return frozenset(done)


def _exposures(shot: _Shot) -> tuple[Exposure, ...]:
    order, automatic = shot.order, shot.order.camera.automatic
    if order.time_s is not None and order.iso is not None:
        first = Exposure(order.time_s, order.iso)
    else:
        first = metered(shot.seen.module, shot.seen.scene, automatic, order.limits)
    return tuple(replace(first, time_s=min(float(first.time_s) * 2.0**ev, LONGEST)) for ev in order.evs)


def _shutters(shot: _Shot, exposures: tuple[Exposure, ...]) -> list[Shutter | None]:
    """When the rows of each frame see, one frame after the other, by one path of the hand.

    A camera at rest before a scene at rest has none: all its frames have the same light.
    """
    shake = shot.order.camera.automatic.shake
    if shake == 0 and shot.seen.scene.motion is None:
        return [None] * len(exposures)
    sensor = shot.seen.module.sensor
    taking = spans(sensor, exposures)
    path = hand_shake(shake, float(taking.sum()), shot.order.seed)
    return [
        Shutter(path, float(one.time_s), start, sensor.readout.row_time)
        for one, start in zip(exposures, starts(taking), strict=True)
    ]


def _frames(shot: _Shot, done: frozenset[str], told: Told) -> tuple[list[Taken], OpticalImage]:
    """All frames on disk, what a report tells of them, and the light of the first."""
    files, exposures = shot.order.files, _exposures(shot)
    shutters, begun = _shutters(shot, exposures), starts(spans(shot.seen.module.sensor, exposures))
    alike = files[0] if shutters[0] is not None else shot.order.names
    first = light = _light(shot, shutters[0], files[0][0], told, views=not done.issuperset(alike))
    frames = []
    for number, (names, exposure) in enumerate(zip(files, exposures, strict=True)):
        missing = not done.issuperset(names)
        if missing and number > 0 and shutters[number] is not None:
            light = _light(shot, shutters[number], names[0], told)
        made = _exposed(shot, light, exposure, number) if missing else ()
        frame = _stored(shot, names, done, tuple(dated(one, begun[number]) for one in made))
        frames.append(taken(names[0], exposure, shot.order.evs[number], frame))
    return frames, first[0]


def _light(
    shot: _Shot, shutter: Shutter | None, name: str, told: Told, *, views: bool = True
) -> tuple[OpticalImage, ...]:
    """The light of a frame, and that of its left and right views where they are asked for."""
    threads = shot.order.threads

    def telling(what: str) -> Callable[[int, int], None]:
        return lambda done, total: told(f"{what} of {name}", done / total)

    whole = light_on_sensor(shot.seen, shutter, threads=threads, told=telling("light"))
    if shot.views is None or not views:
        return (whole,)
    return whole, *dual_light(shot.views, whole, shutter, threads=threads, told=telling("views"))


def _exposed(
    shot: _Shot, light: tuple[OpticalImage, ...], exposure: Exposure, number: int
) -> tuple[RawFrame, ...]:
    """A frame and its views."""
    ready, white = shot.seen.module, white_of(shot.seen.scene)
    key = shot.order.seed * MOST_FRAMES + number
    whole, *sides = light
    frames = [raw_frame(ready.sensor, ready.response, whole, exposure, key, white=white)]
    if shot.views is not None:
        left, right = (one.responses[-1].response for one in shot.views)
        frames += raw_views(ready.sensor, (left, right), (sides[0], sides[1]), exposure, key, white=white)
    focal, known = ready.focal_length, shot.order.camera.calibration
    # Maps of the whole sensor say nothing of its middle.
    if known is not None and shot.order.size is not None:
        known = replace(known, gains=None, warp=None)

    def named(frame: RawFrame) -> RawFrame:
        told = replace(frame.metadata, model=shot.order.camera.name, lens=ready.lens.name)
        made = replace(frame, metadata=replace(told, focal_length_mm=focal))
        return made if known is None else calibrated(made, replace(known, model=""), noise=False)

    return tuple(named(one) for one in frames)


def _stored(
    shot: _Shot, names: tuple[str, ...], done: frozenset[str], made: tuple[RawFrame, ...]
) -> RawFrame:
    """A frame that is on disk with its views, of which those are written that are not done."""
    if not made:
        frame = read(shot.folder / names[0])
        assert isinstance(frame, RawFrame)
        return frame
    for name, one in zip(names, made, strict=True):
        if name not in done:
            _put(shot, name, partial(write, one))
    return made[0]


def _put(shot: _Shot, name: str, make: Callable[[Path], object]) -> None:
    """Write a file, and between its last byte and its name, the ledger."""

    def note(draft: Path) -> None:
        ledger.append(shot.folder, ledger.Entry(name, shot.key, ledger.digest(draft)))

    with replacing(shot.folder / name, note) as draft:
        make(draft)


def _finish(shot: _Shot, frames: list[Taken], light: OpticalImage) -> None:
    """Write photograph and report.

    All frames are developed into one, from their files, as their user will.
    """
    order = shot.order
    best = frames[int(np.argmin(np.abs([one.ev for one in frames])))]
    first = read(shot.folder / best.name)
    assert isinstance(first, RawFrame)
    files = [shot.folder / one.name for one in frames]
    if first.cfa is None or first.cfa.extent != BAYER:
        files = [shot.folder / best.name]
    recipe, threads = order.camera.recipe, order.threads
    burst = merged(files, scale=recipe.develop.scale, threads=threads) if len(files) > 1 else Merged(first, 1)
    picture = photograph.coded(burst.frame, recipe, 8, threads=threads)
    output = recipe.output
    _put(shot, PHOTO, lambda draft: save(picture, draft, quality=output.quality, max_bytes=output.max_bytes))
    photo = StagePicture(
        "photograph",
        f"{PHOTO}: {_made_of(burst, best.name)}, with the look '{recipe.look.name}'.",
        np.asarray(picture.samples, np.float32) / 255,
    )
    steps = (
        of_scene(shot.seen.scene),
        of_light(light, shot.seen.scene),
        of_raw(first),
        of_development(burst.frame, recipe, DEVELOPED, threads=threads),
        photo,
    )
    footer = f"Lichtbild {lichtbild.__version__}"
    ready = shot.seen.module
    text = shot_report(ready, shot.seen.scene.name, frames, steps, footer, sharp=sharp_response(ready))
    _put(shot, REPORT, partial(put_text, text))


def _made_of(burst: Merged, name: str) -> str:
    """What a photograph was made of, in words."""
    return name if burst.count == 1 else f"{burst.count} frames, merged"
