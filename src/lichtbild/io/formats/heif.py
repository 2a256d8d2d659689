"""HEIF: pictures coded as HEVC, with ICC profile and EXIF, where a free encoder is installed.

Lichtbild brings no HEVC encoder. It uses libheif's program ``heif-enc`` where that knows one whose licence
fits: Kvazaar (BSD). x265 is under the GPL and is not used.
"""

import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import imagecodecs

from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import Picture
from lichtbild.io.formats import heif_boxes
from lichtbild.io.formats.codes import coded
from lichtbild.io.formats.fit import best_fitting

FITTING: Final = ("kvazaar",)
"""Encoders of HEVC whose licence fits, by libheif's names."""

_PROGRAM: Final = "heif-enc"
_PATIENCE_S: Final = 600
_MOST_PIXELS_A_SIDE: Final = 8192
"""Side of the largest picture of HEVC level 6.2 (ITU-T H.265 table A.8) that every decoder may be given."""


def encoder() -> str:
    """The name of an installed HEVC encoder whose licence fits.

    Raises:
        BadInput: there is none.
    """
    found = _listed()
    for name in FITTING:
        if name in found:
            return name
    known = f"{_PROGRAM} knows only {', '.join(found)} (GPL)" if found else f"there is no {_PROGRAM}"
    raise BadInput(
        f"HEIF needs an HEVC encoder under a free licence, but {known}; install libheif's tools with Kvazaar "
        "(Debian: libheif-examples libheif-plugin-kvazaar), or write AVIF"
    )


def encoded(picture: Picture | CodedPicture, quality: int, max_bytes: int | None = None) -> bytes:
    """Bytes of a HEIF of 8 bits, all that libheif gives to Kvazaar; arguments as for a JPEG.

    Raises:
        BadInput: no fitting encoder is installed, a side is too long, or no quality fits.
        CannotWrite: the encoder failed.
    """
    name = encoder()
    if max(picture.extent) > _MOST_PIXELS_A_SIDE:
        raise BadInput(
            f"a HEIF has at most {_MOST_PIXELS_A_SIDE} pixels a side, not {max(picture.extent)}; write AVIF"
        )
    with tempfile.TemporaryDirectory(prefix="lichtbild-") as folder:
        source = Path(folder, "picture.png")
        # A bare picture: how much of a PNG's profile and EXIF is taken over depends on libheif's version.
        source.write_bytes(imagecodecs.png_encode(coded(picture, 8), level=1))

        def file(chosen: int) -> bytes:
            return heif_boxes.described(_stream(name, source, chosen), picture)

        return best_fitting(file, quality, max_bytes)


def _stream(name: str, source: Path, quality: int) -> bytes:
    """The encoder's file."""
    target = source.with_suffix(".heic")
    options = ["-e", name, "-q", str(quality), "-o", str(target)]
    try:
        done = subprocess.run(
            [_PROGRAM, *options, str(source)],
            capture_output=True, text=True, timeout=_PATIENCE_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotWrite(f"{_PROGRAM} cannot be run ({error}); write AVIF instead") from error
    if done.returncode or not target.exists():
        said = (done.stderr or done.stdout).strip().splitlines()
        raise CannotWrite(f"{_PROGRAM} failed ({said[-1] if said else done.returncode}); write AVIF instead")
    return target.read_bytes()


@cache
def _listed() -> tuple[str, ...]:
    """HEVC encoders that the installed program knows, best first; none where there is no program."""
    if shutil.which(_PROGRAM) is None:
        return ()
    try:
        done = subprocess.run(
            [_PROGRAM, "--list-encoders"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    section = re.search(r"HEIC encoders:\n((?:- .*\n?)*)", done.stdout)
    return tuple(re.findall(r"- (\S+) =", section[1])) if section else ()
