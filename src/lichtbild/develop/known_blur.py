"""Known blur: what the pixel's area and the aperture are known to keep of a scene's contrast.

Each pixel averages the light on its area, and the aperture spreads a point into an Airy disc. Both are known
by their transfer functions over spatial frequency, x and y in cycles a pixel::

    H(x, y) = sinc(x) sinc(y) D(f / f_c)          f = sqrt(x^2 + y^2), f_c = pitch / (wavelength N)
    D(v)    = 2/pi (acos v - v sqrt(1 - v^2))

Source: Goodman, Introduction to Fourier Optics (3rd ed.), section 6.3 for D and 2.4 for sampling.
"""

from math import hypot
from typing import Any, Final

import numpy as np

from lichtbild.core.units import nm, um
from lichtbild.core.window import Extent
from lichtbild.image.metadata import Metadata
from lichtbild.image.raw_frame import RawFrame

WAVELENGTH_MM: Final = nm(550)
"""The light that counts most for luminance."""

_INCH_MM, _FULL_FRAME_DIAGONAL_MM = 25.4, hypot(36, 24)
_FOCAL_PLANE_X, _FOCAL_PLANE_UNIT, _FOCAL_LENGTH_35MM = ("exif", 41486), ("exif", 41488), ("exif", 41989)
_UNITS_MM: Final = {2: _INCH_MM, 3: 10.0, 4: 1.0, 5: um(1)}


def transfer(x: Any, y: Any, cutoff: float | None) -> Any:
    """Share of contrast that pixel and aperture keep at frequencies ``x`` and ``y`` in cycles a pixel.

    Args:
        x: along rows.
        y: along columns.
        cutoff: the aperture's limit in cycles a pixel; None for an aperture that is not known.
    """
    kept = np.sinc(x) * np.sinc(y)
    if cutoff is None:
        return kept
    v = np.minimum(np.hypot(x, y) / cutoff, 1.0)
    return kept * (2 / np.pi) * (np.arccos(v) - v * np.sqrt(1 - v * v))


def cutoff(frame: RawFrame, block: float = 1) -> float | None:
    """The aperture's limit in cycles a pixel; None where pitch or f-number is not known.

    Args:
        frame: tells pixels, aperture and focal length.
        block: sides of the sensor's pixels that have become one.
    """
    pitch = pixel_pitch(frame.metadata, frame.active_area.extent)
    f_number = frame.metadata.f_number
    if pitch is None or f_number is None or not 0.5 <= f_number <= 128:
        return None
    return block * pitch / (WAVELENGTH_MM * f_number)


def pixel_pitch(metadata: Metadata, extent: Extent) -> float | None:
    """Distance of pixels in mm, by the focal plane's resolution or by two focal lengths; None if unknown.

    Args:
        metadata: of the frame.
        extent: the sensor's pixels.

    Source: Exif 3.0, FocalPlaneXResolution, FocalPlaneResolutionUnit, FocalLengthIn35mmFilm.
    """
    exif = metadata.exif
    pitch, unit = None, _UNITS_MM.get(int(exif.get(_FOCAL_PLANE_UNIT, 2)))
    if (resolution := float(exif.get(_FOCAL_PLANE_X, 0))) > 0 and unit is not None:
        pitch = unit / resolution
    elif (equivalent := float(exif.get(_FOCAL_LENGTH_35MM, 0))) > 0 and metadata.focal_length_mm:
        diagonal = _FULL_FRAME_DIAGONAL_MM * metadata.focal_length_mm / equivalent
        pitch = diagonal / hypot(*extent)
    # What no camera has is a wrong number in the file.
    return pitch if pitch is not None and um(0.3) <= pitch <= um(30) else None
