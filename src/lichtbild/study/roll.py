"""Roll: the photographs of a folder, frames of a burst together."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.files import PICTURE_SUFFIXES, RAW_SUFFIXES, expand
from lichtbild.io.reader import read
from lichtbild.study import bursts
from lichtbild.study.merging import merged

MOST: Final = 20_000
"""Files of a folder."""


@dataclass(frozen=True)
class Photo:
    """One photograph of a roll.

    Attributes:
        id: by which it is asked for; says nothing of where it lies.
        sources: its file; or the frames of a burst, the first of which it is named after.
        is_raw: whether it is developed, or only given another look.
    """

    id: str
    sources: tuple[Path, ...]
    is_raw: bool

    @property
    def source(self) -> Path:
        """The file that it is named after."""
        return self.sources[0]

    def opened(self, *, scale: float = 1.0, threads: int = 1) -> RawFrame | Picture:
        """What is developed: the frame, the picture, or what the frames of a burst give together.

        Args:
            scale: rows and columns of a burst's result, of a frame's.
            threads: tiles at a time.

        Raises:
            BadFile: a file cannot be read.
            BadInput: frames do not fit each other.
        """
        if len(self.sources) == 1:
            return read(self.source)
        return merged(list(self.sources), scale=scale, threads=threads).frame


def roll(folder: Path) -> tuple[Photo, ...]:
    """The photographs of a folder, in order of their names.

    A camera's own picture of a raw file beside it is left out, as are merged frames beside their burst.

    Raises:
        BadInput: it is no folder, has too many files, or none that is a photograph.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder}: is no folder; name one that holds raw files or pictures")
    raws = expand(str(folder), RAW_SUFFIXES)
    stems = {path.stem for path in raws}
    pictures = [path for path in expand(str(folder), PICTURE_SUFFIXES) if path.stem not in stems]
    if len(raws) + len(pictures) > MOST:
        raise BadInput(f"{folder}: has more than {MOST} photographs; name a folder with fewer")
    if not raws and not pictures:
        raise BadInput(f"{folder}: holds no raw file and no picture; name another folder")
    frames = [path for path in raws if not bursts.is_merged(path)] or raws
    made = [Photo(_id(first), (first, *rest), True) for first, *rest in bursts.photographs(frames)]
    made += [Photo(_id(path), (path,), False) for path in pictures]
    return tuple(sorted(made, key=lambda photo: photo.source.name))


def _id(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:20]
