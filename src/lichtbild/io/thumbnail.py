"""Thumbnail: a picture made small enough to stand in a page, upright and in its own colour space."""

import io
from typing import Any, Final

import PIL.Image
import PIL.ImageOps

from lichtbild.core.errors import BadInput

QUALITY: Final = 80


def thumbnail(data: bytes, width: int = 260, height: int = 200) -> bytes:
    """A small JPEG of a picture; the same picture gives the same bytes.

    Args:
        data: a JPEG or PNG.
        width: pixels at most.
        height: pixels at most.

    Raises:
        BadInput: it is no picture.
    """
    try:
        with PIL.Image.open(io.BytesIO(data)) as opened:
            profile = opened.info.get("icc_profile")
            # A JPEG decoded at a fraction of its size costs a fraction of the time.
            opened.draft("RGB", (2 * width, 2 * height))
            upright: Any = PIL.ImageOps.exif_transpose(opened)
            small = upright.convert("RGB")
            small.thumbnail((width, height), PIL.Image.Resampling.LANCZOS)
    except (OSError, ValueError) as error:
        raise BadInput(f"a picture of the experiment cannot be read ({error}); render it again") from error
    made = io.BytesIO()
    small.save(made, "JPEG", quality=QUALITY, icc_profile=profile)
    return made.getvalue()
