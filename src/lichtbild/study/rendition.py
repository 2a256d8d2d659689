"""What each kind of file holds: whole codes, floats, two renditions, or the camera's own colours."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from lichtbild.camera import photograph
from lichtbild.camera.developed import Developed
from lichtbild.camera.recipe import Recipe
from lichtbild.camera.schedule import scheduled
from lichtbild.core.errors import BadInput
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import HEADROOM_EV, Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.linear import save_linear_dng
from lichtbild.io.export import check, save
from lichtbild.study.job import Settings

_KEEPING_NOISE: Final = frozenset(("linearise", "defects", "white_balance", "demosaic", "highlights"))
"""Stages after which the noise of whole planes is still what the file states; a mosaic's is interpolated."""

Source = photograph.Source
Progress = Callable[[float], None]


def write(source: Source, path: Path, settings: Settings, progress: Progress) -> int:
    """Develop a source and write what the path's suffix and the settings ask for; returns its pixels.

    Raises:
        BadInput: the source or the recipe does not fit the kind of file.
        CannotWrite: the file cannot be put there.
    """
    if path.suffix.lower() == ".dng":
        return _write_linear_dng(source, path, settings)
    recipe, output = settings.recipe, settings.recipe.output
    picture = _rendered(source, path.suffix, settings, progress)
    hdr = _hdr(source, recipe, settings.threads) if output.hdr else None
    save(picture, path, quality=output.quality, bits=output.bits, max_bytes=output.max_bytes, hdr=hdr)
    return picture.extent.height * picture.extent.width


def _rendered(source: Source, suffix: str, settings: Settings, progress: Progress) -> Picture | CodedPicture:
    """The picture in the numbers that its file holds, so that floats are only held where they are written."""
    recipe, threads = settings.recipe, settings.threads
    output = recipe.output
    bits = check(suffix, output.space, output.quality, output.bits, output.max_bytes, hdr=output.hdr)
    if suffix.lower() == ".exr" or bits == 32 or output.hdr:
        return photograph.develop(source, recipe, threads=threads, progress=progress)
    return photograph.coded(source, recipe, 8 if bits == 8 else 16, threads=threads, progress=progress)


def _hdr(source: Source, recipe: Recipe, threads: int) -> Picture:
    """The picture as a display with headroom shows it, in linear Rec.2020."""
    chain = photograph.chain(source, recipe, photograph.Rendition(headroom=HEADROOM_EV))
    made: Picture = scheduled(chain).gather(photograph.pixels(source), threads=threads)
    return made


def _write_linear_dng(source: Source, path: Path, settings: Settings) -> int:
    """Write the image as it stands before it leaves the camera's colours."""
    if isinstance(source, Developed):
        raise BadInput("a DNG holds light before any blur; leave --portrait out, or choose another format")
    if not isinstance(source, RawFrame):
        raise BadInput(
            "a finished picture has no camera's colours that a DNG could hold; choose another format"
        )
    chain = photograph.chain(source, settings.recipe)
    last = chain.names[chain.names.index("colour_matrix") - 1]
    balance = next(stage for name, stage in chain.stages if name == "white_balance")
    assert isinstance(balance, WhiteBalance)
    until = chain.until(last)
    image = scheduled(until).gather(source, threads=settings.threads)
    noise = source.noise if source.cfa is None and _KEEPING_NOISE.issuperset(until.names) else None
    save_linear_dng(image, source, tuple(1 / gain for gain in balance.gains), path, noise=noise)
    return int(image.extent.height * image.extent.width)
