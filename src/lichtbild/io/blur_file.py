"""Blur files: the rays of lenses in the cache folder, so that each lens is traced once on a machine."""

import zipfile
from collections.abc import Callable
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np

from lichtbild import __version__
from lichtbild.core.cache_folder import cache_folder
from lichtbild.core.errors import CannotWrite
from lichtbild.image.blur_field import BlurField
from lichtbild.io.atomic import replacing

_SCALARS: Final = ("focal_length", "f_number", "half_diagonal")


def place_of(text: str) -> Path:
    """Where the rays of a lens lie, by its TOML."""
    key = blake2b(f"{__version__}\n{text}".encode(), digest_size=12).hexdigest()
    return cache_folder() / "blur" / f"{key}.npz"


def kept(text: str, made: Callable[[], BlurField]) -> BlurField:
    """The rays of a lens: those that were kept, or newly made and kept.

    Args:
        text: TOML of the lens.
        made: traces it.
    """
    path = place_of(text)
    try:
        with np.load(path, allow_pickle=False) as stored:
            values = {name: stored[name] for name in stored.files}
        return BlurField(**values | {name: float(values[name]) for name in _SCALARS})
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        found = made()  # there is none yet, or it is damaged
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as draft, draft.open("wb") as file:
            np.savez_compressed(file, **asdict(found))
    except (OSError, CannotWrite):  # a cache that cannot be written only forgets
        pass
    return found
