"""What is done for one job: read, merge a burst, develop, write, and note it in the ledger."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

import lichtbild
from lichtbild.camera import photograph
from lichtbild.camera.recipe import Recipe
from lichtbild.core.chain import silent
from lichtbild.core.errors import BadInput, CannotWrite, LichtbildError
from lichtbild.develop.development import is_guessed
from lichtbild.image.burst import Gathered
from lichtbild.image.frame_calibration import calibrated
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import ledger
from lichtbild.io.atomic import put_text, replacing
from lichtbild.io.dng import write as dng
from lichtbild.io.dump import dump
from lichtbild.io.export import BITS
from lichtbild.io.reader import read
from lichtbild.study.job import Job, Outcome, Settings, written
from lichtbild.study.merging import SHARE, merged
from lichtbild.study.rendition import write

_Made = TypeVar("_Made")
_SHOWN: Final = 1200
"""Pixels along a photograph in its report."""
_ENLARGED: Final = (
    "no other frame shows detail between its pixels, so that it was enlarged by interpolation alone"
)
_BRACKET_ENLARGED: Final = (
    "a bracket is enlarged by interpolation alone; detail between pixels comes from frames of one exposure"
)


def execute(
    job: Job, settings: Settings, made_from: str = "", progress: Callable[[float], None] = silent
) -> Outcome:
    """What came of a job that is to be done; a file that cannot be read or written is an outcome, no error.

    A frame of a burst that cannot be read or merged is left out, and the outcome says so.

    Args:
        job: what to develop.
        settings: how.
        made_from: the key that the ledger remembers it by.
        progress: called with the finished share, 0 to 1.
    """
    start = time.perf_counter()
    try:
        done = _developed(job, settings, made_from, progress)
    except LichtbildError as error:
        return Outcome(job, "failed", str(error), error.exit_code, time.perf_counter() - start)
    except MemoryError:
        words = f"{job.source}: there is not enough memory for it; use fewer workers (-j 1)"
        return Outcome(job, "failed", words, 3, time.perf_counter() - start)
    return replace(done, seconds=time.perf_counter() - start)


def _developed(job: Job, settings: Settings, made_from: str, progress: Callable[[float], None]) -> Outcome:
    """What came of a job that went well, but for the time that it took."""
    source, outcome, gathered = _source(job, settings, progress)
    source = _of_camera(source, job, settings)
    settings = _suited(settings, job, source)
    recipe, begun = settings.recipe, SHARE if job.others else 0.0
    shown, said = _portrayed(source, job, settings, progress)
    for name in settings.dumps:
        noun = photograph.intermediate(shown, recipe, name, threads=settings.threads)
        dump(noun, job.target.with_name(f"{job.target.stem}.{name}.tiff"))
    if isinstance(source, RawFrame) and job.merged in written(job, settings):
        _put(job.merged, job, made_from, partial(_put_dng, source))
    if settings.report:
        _put(job.report, job, made_from, partial(put_text, _report(source, gathered, job, settings)))
    pixels = _put(
        job.target,
        job,
        made_from,
        lambda path: write(shown, path, settings, lambda share: progress(begun + (1 - begun) * share)),
    )
    bracket = gathered is not None and len(gathered.exposures) > 1
    assumed = _assumptions(source, recipe, bracket=bracket) if isinstance(source, RawFrame) else ()
    return replace(outcome, message="; ".join((*assumed, *said, *_idle(recipe))), pixels=pixels)


def _portrayed(
    source: RawFrame | Picture, job: Job, settings: Settings, progress: Callable[[float], None]
) -> tuple[photograph.Source, tuple[str, ...]]:
    """What is rendered: the source, or its light blurred as a portrait; and what is to be said of it."""
    if not settings.recipe.portrait.on:
        return source, ()
    from lichtbild.study.portrait import made_portrait  # few photographs need what finds people

    return made_portrait(source, job, settings, progress)


def _idle(recipe: Recipe) -> Iterator[str]:
    """The strengths that were chosen of what the look has not, in words."""
    look = recipe.look
    of = f"the look '{look.name}'{'' if look.strength else ' at strength 0'}"
    for part in look.idle:
        yield f"{of} has no {part.replace('_', ' ')}, so that its strength does nothing"


def _suited(settings: Settings, job: Job, source: RawFrame | Picture) -> Settings:
    """The settings with what depends on the source."""
    if settings.finished and isinstance(source, RawFrame):
        raise BadInput(f"{job.source}: is a raw file; give it a look with: lichtbild develop --look")
    if not settings.finished or not isinstance(source, Picture):
        return settings
    output = settings.recipe.output
    if settings.own_space:
        output = replace(output, space=source.space)
    if output.bits is None and source.bits == 16 and 16 in BITS.get(job.target.suffix.lower(), ()):
        output = replace(output, bits=16)
    return replace(settings, recipe=replace(settings.recipe, output=output))


def _source(
    job: Job, settings: Settings, progress: Callable[[float], None]
) -> tuple[RawFrame | Picture, Outcome, Gathered | None]:
    """What is developed, the outcome as far as it is known then, and what a report tells of a burst."""
    outcome = Outcome(job, "done")
    if settings.finished and job.source.suffix.lower() == ".toml":
        raise BadInput(f"{job.source}: is no picture; name pictures, and a look's file after --look")
    if not job.others:
        return read(job.source, settings.layout), outcome, None
    burst = merged(
        job.sources,
        settings.layout,
        scale=settings.recipe.develop.scale,
        threads=settings.threads,
        progress=lambda share: progress(SHARE * share),
    )
    return burst.frame, replace(outcome, frames=burst.count, left_out=burst.left_out), burst.gathered


def _of_camera(source: RawFrame | Picture, job: Job, settings: Settings) -> RawFrame | Picture:
    """A raw frame with what was measured of its camera; noise of one frame is not that of many merged."""
    if settings.camera is None:
        return source
    if not isinstance(source, RawFrame):
        raise BadInput(f"{job.source}: is no raw file, for which --camera is; leave it out")
    from lichtbild.io.calibration_file import read_calibration

    known = read_calibration(settings.camera)
    try:
        return calibrated(source, known, noise=not job.others)
    except BadInput as error:
        raise BadInput(f"{job.source}: {error}") from error


def _put_dng(frame: RawFrame, target: Path) -> None:
    """Write a merged frame; a bracket's codes have more than 16 bits."""
    dng.write(frame, target, compression="ljpeg" if frame.samples.dtype.itemsize <= 2 else "deflate")


def _report(source: RawFrame | Picture, gathered: Gathered | None, job: Job, settings: Settings) -> str:
    """The report of a photograph, with a small picture of it."""
    from lichtbild.camera.photo_report import photo_report  # only reports need drawings

    output = replace(settings.recipe.output, long_edge=_SHOWN, space=ColourSpace.SRGB, hdr=False)
    small = photograph.coded(source, replace(settings.recipe, output=output), 8, threads=settings.threads)
    footer = f"Lichtbild {lichtbild.__version__}"
    return photo_report(job.target.name, np.asarray(small.samples), source, gathered, footer)


def _put(target: Path, job: Job, made_from: str, make: Callable[[Path], _Made]) -> _Made:
    """Write a file of a job, and between its last byte and its name, the ledger; returns what it returns."""
    if job.named:
        return make(target)

    def note(draft: Path) -> None:
        ledger.append(target.parent, ledger.Entry(target.name, made_from, ledger.digest(draft)))

    with replacing(target, note) as draft:
        try:
            return make(draft)
        except (BadInput, CannotWrite) as error:  # its sentence shall name the file, not the draft
            raise type(error)(str(error).replace(str(draft), str(target))) from error


def _assumptions(frame: RawFrame, recipe: Recipe, *, bracket: bool) -> Iterator[str]:
    """What was not known from the file and had to be estimated or assumed, in words."""
    yield from frame.notes
    if recipe.develop.scale != 1 and frame.detail is None:
        yield _BRACKET_ENLARGED if bracket else _ENLARGED
    if frame.colour.estimated:
        yield frame.colour.estimated
    if reason := photograph.denoising_note(frame, recipe):
        yield reason
    if recipe.develop.white_balance.method == "as-shot" and is_guessed(frame):
        yield "the file states no white balance, so it was estimated from the scene (shades of grey)"
