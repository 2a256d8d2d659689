"""A photograph made a portrait: its subject, its distances and its lens are found, its light is blurred."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lichtbild.camera import photograph
from lichtbild.camera.developed import Developed
from lichtbild.camera.portrait import View, portrayed
from lichtbild.core.errors import BadInput
from lichtbild.develop.estimated_depth import estimated_depth
from lichtbild.develop.matte import matte
from lichtbild.develop.segment import people
from lichtbild.image.blur_field import BlurField
from lichtbild.image.depth_map import DepthMap
from lichtbild.image.picture import Picture
from lichtbild.image.portrait import Portrait
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import ledger
from lichtbild.io.blur_file import kept
from lichtbild.io.depth_file import read_depth, read_mask
from lichtbild.io.lens import catalogue_lens
from lichtbild.io.lens.toml import dumps
from lichtbild.io.portrait_file import portrait_of, read_portrait, write_portrait
from lichtbild.study.job import Job, Settings

_SEEN = 512
_ASPECT = 0.03
_FIELD = "the file does not say its field of view, so that of a phone's main camera (26 mm) was assumed"


def made_portrait(
    source: RawFrame | Picture, job: Job, settings: Settings, progress: Callable[[float], None]
) -> tuple[Developed, tuple[str, ...]]:
    """The light of a portrait, and what the user should know of it.

    What was found is kept beside the photograph, and taken from there the next time.

    Raises:
        BadInput: the choices do not go together.
        BadFile: the depth map or mask cannot be read.
    """
    wanted = settings.recipe.portrait
    field = lens_blur(wanted.lens)
    own = photograph.developed(source, settings.recipe, threads=settings.threads)
    found = _portrait(own, job, settings)
    made = portrayed(own, found, field, wanted, threads=settings.threads, progress=progress)
    notes = found.notes if View.of(source.metadata).is_known else (*found.notes, _FIELD)
    return made, notes


def lens_blur(name: str) -> BlurField:
    """The rays of a lens of the catalogue, traced once and kept.

    Raises:
        BadInput: there is no lens of this name.
    """
    lens = catalogue_lens(name)

    def made() -> BlurField:
        from lichtbild.optics.blur import blur_field  # tracing needs JAX

        return blur_field(lens)

    return kept(dumps(lens), made)


def _portrait(own: Developed, job: Job, settings: Settings) -> Portrait:
    """Depth and matte: kept ones of the same files, or newly found ones, which are kept."""
    path = portrait_of(job.target)
    key = _key(job, settings)
    if path.is_file():
        kept_one, made_from = read_portrait(path)
        if made_from == key:
            return kept_one
    found = _found(own, settings)
    write_portrait(found, path, key)
    return found


def _key(job: Job, settings: Settings) -> str:
    """Digest of what depth and matte are found from."""
    files = (*job.sources, *(path for path in (settings.depth, settings.subject_mask) if path is not None))
    geometry = (settings.recipe.develop.scale, settings.recipe.develop.demosaic.quad)
    return ledger.key([*(ledger.digest(path) for path in files), repr(settings.depth_range), repr(geometry)])


def _found(own: Developed, settings: Settings) -> Portrait:
    """Depth and matte of a photograph."""
    light, upright = own.light, own.frame.metadata.orientation
    if settings.subject_mask is not None:
        mask = read_mask(settings.subject_mask)
        _refuse_aspect(mask.shape, light.extent, settings.subject_mask)
    else:
        step = max(1, max(light.extent) // _SEEN)
        shown = np.clip(np.asarray(light.samples[::step, ::step], np.float64), 0, 1) ** (1 / 2.2)
        mask = people(shown, upright).samples[..., 0].astype(np.float64)
    alpha = matte(light.samples, mask)
    view = View.of(own.frame.metadata)
    guessed = estimated_depth(light.extent, view.focal_px(light.extent), alpha, upright)
    if settings.depth is None:
        return guessed
    depth = read_depth(settings.depth, settings.depth_range)
    _refuse_aspect(depth.extent, light.extent, settings.depth)
    return _with_depth(depth, alpha)


def _with_depth(depth: DepthMap, alpha: Any) -> Portrait:
    """A portrait of known distances, focused on its subject, or on what is nearest in the middle."""
    notes = (depth.note,) if depth.note else ()
    rows, columns = depth.extent
    if alpha is not None:
        y = ((np.arange(rows) + 0.5) * alpha.shape[0] / rows).astype(np.intp)
        x = ((np.arange(columns) + 0.5) * alpha.shape[1] / columns).astype(np.intp)
        held = depth.vergence[alpha[y][:, x] > 0.9]
        if held.size:
            return Portrait(depth, alpha, float(1 / max(float(np.median(held)), 1e-7)), notes)
    middle = depth.vergence[rows // 3 : -(-2 * rows // 3), columns // 3 : -(-2 * columns // 3)]
    nearest = float(np.quantile(middle, 0.9))
    words = "no person was found, so that the focus lies on what is nearest in the middle; --focus"
    return Portrait(depth, None, 1 / max(nearest, 1e-7), (*notes, words))


def _refuse_aspect(shape: tuple[int, int], extent: tuple[int, int], path: Path) -> None:
    """Refuse what does not show the same field."""
    ratio = (shape[1] / shape[0]) / (extent[1] / extent[0])
    if abs(ratio - 1) > _ASPECT:
        raise BadInput(
            f"{path}: is {shape[1]} x {shape[0]}, of another shape than the photograph as it was taken "
            f"({extent[1]} x {extent[0]}); give one of the same field"
        )
