"""One file, or the files of a burst, become one photograph: reading, merging, the chain and nothing else."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from lichtbild.camera import photograph
from lichtbild.camera.recipe import Recipe
from lichtbild.core.chain import silent
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.look_file import is_file, load_look
from lichtbild.io.reader import read
from lichtbild.study.merging import SHARE, merged


def develop(
    source: Path | str | RawFrame | Picture | Sequence[Path | str | RawFrame],
    *,
    look: str | None = None,
    ev: float | None = None,
    recipe: Recipe | None = None,
    threads: int = 1,
    progress: Callable[[float], None] = silent,
) -> Picture:
    """The photograph of a raw file or a burst, as a picture to show, measure or save.

    Args:
        source: path of a raw file or a finished picture, or one that was read before; or those of a burst, in
            the order in which they were taken, of which a warning names each that is left out.
        look: name of the look, or path of its TOML; None keeps the recipe's.
        ev: exposure to add in EV; None keeps the recipe's.
        recipe: every other choice; None develops with none changed.
        threads: tiles computed at a time.
        progress: called with the finished share, 0 to 1.

    Raises:
        BadFile: the file cannot be read.
        BadInput: a choice does not fit the file.

    >>> import lichtbild
    >>> picture = lichtbild.develop("examples/colour_checker.dng", look="natural")
    >>> picture.samples.shape[2], picture.space.value
    (3, 'srgb')
    """
    recipe = recipe or Recipe()
    if look is not None:
        name, text = load_look(look) if is_file(look) else (look, None)
        recipe = replace(recipe, look=replace(recipe.look, name=name, text=text))
    if ev is not None:
        exposure = replace(recipe.develop.exposure, ev=ev)
        recipe = replace(recipe, develop=replace(recipe.develop, exposure=exposure))
    if isinstance(source, Sequence) and not isinstance(source, str):
        frames = [Path(each) if isinstance(each, str) else each for each in source]
        burst = merged(
            frames,
            scale=recipe.develop.scale,
            threads=threads,
            progress=lambda share: progress(SHARE * share),
        )
        for name, reason in burst.left_out:
            warnings.warn(f"{name} left out: {reason}", stacklevel=2)
        return photograph.develop(
            burst.frame,
            recipe,
            threads=threads,
            progress=lambda share: progress(SHARE + (1 - SHARE) * share),
        )
    image = read(source) if isinstance(source, Path | str) else source
    return photograph.develop(image, recipe, threads=threads, progress=progress)
