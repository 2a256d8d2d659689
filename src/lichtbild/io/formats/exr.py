"""EXR: linear light in floats, with the scale of its colours and how it was taken.

Source: OpenEXR, "Standard Attributes" (chromaticities, cameraMake, expTime, isoSpeed and others).
"""

from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np

from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import Picture
from lichtbild.io.formats.codes import float_rows

REC2020_CHROMATICITIES: Final = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290)


def library() -> ModuleType:
    """The library that writes EXR.

    Raises:
        BadInput: it is not installed.
    """
    try:
        import OpenEXR
    except ImportError as error:
        raise BadInput("writing EXR needs: pip install 'lichtbild[exr]'") from error
    return OpenEXR  # type: ignore[no-any-return]


def write(picture: Picture, draft: Path, bits: int) -> None:
    """Write linear Rec.2020 as scan lines of half (16) or full (32) floats, ZIP-compressed.

    Values beyond the type's largest are cut there.

    Raises:
        BadInput: the library is missing, or samples are no finite numbers.
        CannotWrite: the encoder failed.
    """
    openexr = library()
    dtype = np.float16 if bits == 16 else np.float32
    samples, largest, top = np.empty(picture.samples.shape, dtype), np.finfo(dtype).max, 0
    for block in float_rows(picture):
        samples[top : top + len(block)] = np.clip(block, -largest, largest)
        top += len(block)
    header = {
        "compression": openexr.ZIP_COMPRESSION,
        "type": openexr.scanlineimage,
        "chromaticities": REC2020_CHROMATICITIES,
        **_attributes(picture.metadata),
    }
    try:
        openexr.File(header, {"RGB": samples}).write(str(draft))
    except RuntimeError as error:
        raise CannotWrite(f"the EXR encoder failed ({error}); is the disk full?") from error


def _attributes(metadata: Metadata) -> dict[str, Any]:
    """The standard attributes that the metadata give."""
    stated = {
        "cameraMake": metadata.make,
        "cameraModel": metadata.model,
        "lensModel": metadata.lens,
        "capDate": metadata.taken_at,
        "expTime": metadata.exposure_time_s,
        "aperture": metadata.f_number,
        "isoSpeed": metadata.iso,
        "nominalFocalLength": metadata.focal_length_mm,
    }
    return {
        name: value if isinstance(value, str) else float(value) for name, value in stated.items() if value
    }
