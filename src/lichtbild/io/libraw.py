"""Camera raws of any maker through LibRaw, mapped on to the vocabulary of DNG.

LibRaw's numbers, as its data structures define them: black by colour index, one saturation level, the
camera's own multipliers, Adobe's XYZ-to-camera matrix under D65, and margins of the part that saw light.
"""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import rawpy

from lichtbild.colour.spaces import D65_XY
from lichtbild.core.errors import BadFile
from lichtbild.core.window import Extent, Window
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata, Orientation
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import exif
from lichtbild.io.dng.container import opened

MOST_PIXELS: Final = 1 << 28
_MOST_PIXELS_PER_BYTE: Final = 32
"""No lossless raw packs more pixels into a byte; what claims more is damaged or hostile."""

_NAMES: Final = {
    "R": "red",
    "G": "green",
    "B": "blue",
    "E": "emerald",
    "C": "cyan",
    "M": "magenta",
    "Y": "yellow",
    "T": "turquoise",
}
_FLIPS: Final = {0: 1, 1: 2, 2: 4, 3: 3, 4: 5, 5: 8, 6: 6, 7: 7}
"""EXIF orientation by LibRaw's flip: bit 0 mirrors columns, bit 1 mirrors rows, bit 2 swaps both."""


def read(path: Path | str) -> RawFrame:
    """The raw frame in a file of any camera that LibRaw knows.

    Raises:
        BadFile: LibRaw does not know the file, or it is damaged or too large.
    """
    path = Path(path)
    raw = rawpy.RawPy()
    with closing(raw):
        try:
            raw.open_file(str(path))
            _check_size(path, raw.sizes)
            raw.unpack()
            return _frame(path, raw)
        except rawpy.LibRawFileUnsupportedError as error:
            raise BadFile(
                path, "is no raw file that LibRaw knows; is it a picture, or too new a camera?"
            ) from error
        except (rawpy.LibRawError, rawpy.NotSupportedError, NotImplementedError, RuntimeError) as error:
            words = error.args[0] if error.args else error
            text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
            raise BadFile(
                path, f"LibRaw cannot read it ({text}); it may be damaged: copy it again"
            ) from error


def _check_size(path: Path, sizes: Any) -> None:
    pixels = sizes.raw_width * sizes.raw_height
    claim = f"{sizes.raw_width} x {sizes.raw_height} pixels"
    if pixels > MOST_PIXELS or not pixels:
        raise BadFile(
            path,
            f"claims {claim}; raws of 1 to {MOST_PIXELS} pixels can be read",
        )
    if pixels > _MOST_PIXELS_PER_BYTE * path.stat().st_size:
        raise BadFile(
            path,
            f"is too short for the {claim} that it claims; copy it again",
        )


def _frame(path: Path, raw: Any) -> RawFrame:
    samples = np.array(raw.raw_image)  # a copy: LibRaw's memory goes with the object
    if samples.ndim == 2:
        samples = samples[..., None]
    elif raw.num_colors < samples.shape[2]:
        samples = np.ascontiguousarray(samples[..., : raw.num_colors])
    extent = Extent(*samples.shape[:2])
    active = _active_area(path, raw.sizes, extent)
    letters = "".join(chr(code) for code in raw.color_desc).strip("\0 ")
    mosaic = samples.shape[2] == 1 and raw.num_colors > 1
    indices = _indices(raw, active) if mosaic else None
    if indices is not None and (indices.max() >= len(letters) or not set(letters) <= set(_NAMES)):
        raise BadFile(path, f"has a colour filter array ({letters}) that cannot be read")
    planes = "".join(dict.fromkeys(letters)) if mosaic else letters[: samples.shape[2]]
    cfa = None if indices is None else _cfa(indices, letters, planes)
    return RawFrame(
        samples,
        Window.whole(extent),
        extent,
        cfa,
        _levels(path, raw, indices, samples.shape[2]),
        active,
        _crop(raw.sizes, active),
        default_scale=_scale(raw.sizes.pixel_aspect),
        colour=_colour(raw, letters, planes),
        metadata=_metadata(path, raw),
    )


def _active_area(path: Path, sizes: Any, extent: Extent) -> Window:
    area = (
        Window(
            sizes.top_margin,
            sizes.left_margin,
            min(sizes.top_margin + sizes.height, extent.height),
            min(sizes.left_margin + sizes.width, extent.width),
        )
        if sizes.top_margin < extent.height and sizes.left_margin < extent.width
        else None
    )
    if area is None or not area.height or not area.width:
        raise BadFile(path, "says that no pixel saw light; it is damaged")
    return area


def _crop(sizes: Any, active: Window) -> tuple[float, float, float, float]:
    """The maker's crop within the active area; all of it when there is none that fits."""
    top, left = sizes.crop_top_margin, sizes.crop_left_margin
    crop = Window(top, left, top + sizes.crop_height, left + sizes.crop_width)
    if not crop.height or not crop.width or not active.contains(crop):
        return 0.0, 0.0, float(active.height), float(active.width)
    return float(top - active.top), float(left - active.left), float(crop.height), float(crop.width)


def _scale(aspect: float) -> tuple[float, float]:
    """Vertical and horizontal factor, from the ratio of a pixel's width to its height."""
    if not 0.1 < aspect < 10:
        return 1.0, 1.0
    return (1 / aspect, 1.0) if aspect < 1 else (1.0, float(aspect))


def _indices(raw: Any, active: Window) -> Any:
    """LibRaw's colour index of each pixel of one period, from the active area's corner on."""
    period = len(raw.raw_pattern)
    return np.array(
        [
            [raw.raw_color(active.top + row, active.left + column) for column in range(period)]
            for row in range(period)
        ]
    )


def _cfa(indices: Any, letters: str, planes: str) -> Cfa:
    """The pattern, in which the two greens of a Bayer sensor are one plane."""
    plane = [planes.index(letter) for letter in letters]
    pattern = tuple(tuple(plane[index] for index in row) for row in indices)
    return Cfa(pattern, tuple(_NAMES[letter] for letter in planes))


def _levels(path: Path, raw: Any, indices: Any, planes: int) -> Levels:
    black = np.array(raw.black_level_per_channel, np.float64)
    pattern = black[:planes][None, None, :] if indices is None else black[indices][..., None]
    per_channel = raw.camera_white_level_per_channel or []
    white = float(min([raw.white_level, *(level for level in per_channel if level > black.max())]))
    if not white > pattern.max():
        raise BadFile(path, f"has white at {white:g}, not above black at {pattern.max():g}; it is damaged")
    return Levels(pattern, np.full(planes, white))


def _colour(raw: Any, letters: str, planes: str) -> CameraColour:
    if len(planes) < 3 or not set(planes) <= set(_NAMES):
        return CameraColour(analog_balance=(1.0,))
    first = [letters.index(letter) for letter in planes]
    matrix = np.array(raw.rgb_xyz_matrix, np.float64)[first]
    known = bool(np.isfinite(matrix).all() and np.linalg.matrix_rank(matrix) == 3)
    gains = np.array(raw.camera_whitebalance, np.float64)[first]
    neutral = 1 / gains if np.isfinite(gains).all() and (gains > 0).all() else None
    return CameraColour(
        calibrations=(Calibration(D65_XY, matrix),) if known else (),
        analog_balance=(1.0,) * len(planes),
        as_shot_neutral=None if neutral is None else tuple(float(n) for n in neutral / neutral.max()),
        estimated=None if known else "LibRaw knows no colour matrix of this camera",
    )


def _metadata(path: Path, raw: Any) -> Metadata:
    """What the file's EXIF says, and where that is silent, what LibRaw found."""
    found = _exif_of(path)
    try:
        other, lens = raw.other, raw.lens
    except (ValueError, OverflowError, OSError):  # a date beyond the calendar
        other, lens = None, None
    turned = replace(found, orientation=Orientation(_FLIPS.get(raw.sizes.flip, 1)))
    if other is None:
        return turned
    return replace(
        turned,
        lens=found.lens or lens.model.strip(),
        iso=found.iso or _positive(other.iso_speed),
        exposure_time_s=found.exposure_time_s or _positive(other.shutter_speed),
        f_number=found.f_number or _positive(other.aperture),
        focal_length_mm=found.focal_length_mm or _positive(other.focal_length),
        taken_at=found.taken_at
        or (f"{other.timestamp:%Y:%m:%d %H:%M:%S}" if other.timestamp.year > 1970 else ""),
    )


def _exif_of(path: Path) -> Metadata:
    """EXIF of raws that are TIFF structures, and of Fujifilm's, whose preview carries it."""
    with opened(path) as source:
        head = source.read(0, min(source.size, 88), "the header")
        if not head.startswith(b"FUJIFILM") or len(head) < 88:
            return exif.read(source)
        preview = min(int.from_bytes(head[84:88], "big"), source.size)
        block = source.read(preview, min(source.size - preview, 70_000), "the preview")
    start = block.find(b"Exif\0\0", 0, 4096)
    return exif.decode(block[start:]) if start >= 0 else Metadata()


def _positive(value: float) -> float | None:
    return float(value) if np.isfinite(value) and value > 0 else None
