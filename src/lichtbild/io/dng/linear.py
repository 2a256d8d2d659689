"""A developed image as a linear DNG: every plane at every pixel, to be rendered by any raw developer.

The image is kept as the camera saw it: without white balance, in the camera's own colours, with the frame's
calibrations and profiles. What the file's opcodes asked for is done, so that no opcodes are left.

Values beyond white, which rebuilt highlights have, and below black, which noise has, are kept: the brightest
is stored as the largest code, BaselineExposure makes up for that, and black is as high as noise goes below
it. A reader that cuts highlights cuts at white after the exposure, as it does with a mosaic. Codes have 16
bits, but those of a bracket 24, as in its merged mosaic: most of its light lies far below white.

Source: DNG 1.7.1, chapter 5 "Mapping Raw Values to Linear Reference Values", and BaselineExposure (50730).
"""

from dataclasses import dataclass, replace
from math import log2
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from jaxtyping import Float32

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.levels import Levels
from lichtbild.image.metadata import Metadata
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import OpcodeLists
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.write import Method, write
from lichtbild.io.exif import OF_PIXELS

_TOP: Final = 65535
_TOP_OF_BRACKET: Final = (1 << 24) - 1
"""As far as single precision goes: a bracket's reference is full at a small part of white."""
_MOST_BRIGHT: Final = 16.0
"""Brightest value that is kept, relative to white: 4 EV."""
_MOST_BLACK: Final = 1024 / 65535
"""Of the largest code, by which LibRaw divides without taking black off, which darkens by 1.6 % at most."""
_ROWS: Final = 256


def save_linear_dng(
    image: CameraImage,
    frame: RawFrame,
    balance: tuple[float, ...],
    path: Path | str,
    *,
    noise: NoiseProfile | None = None,
    compression: Method = "ljpeg",
) -> None:
    """Write a developed image as a DNG of linear raw, 16 bits a plane; of a bracket 24 bits, which take 32.

    Args:
        image: the whole image after highlights, white-balanced, not yet through the colour matrix.
        frame: what it was developed from; colours, profiles, crop, orientation and EXIF are taken from it.
        balance: camera planes of a neutral object by which the image was balanced, the largest 1; the file
            gives them as shot.
        path: where to write; the file appears whole or not at all.
        noise: variance against signal of the image before its white balance; where it is not known, the file
            does not claim any.
        compression: as for `write`; every reader knows "ljpeg". A bracket's is always "deflate".

    Raises:
        BadInput: the image is a part, has other planes than the balance, or holds no finite numbers.
        CannotWrite: the file cannot be put there.
    """
    made = linear_frame(image, frame, balance, noise)
    write(made, path, compression="deflate" if made.samples.dtype.itemsize > 2 else compression)


def linear_frame(
    image: CameraImage, frame: RawFrame, balance: tuple[float, ...], noise: NoiseProfile | None = None
) -> RawFrame:
    """The frame of a linear DNG, whose codes are made where they are asked for; arguments as above."""
    planes = image.samples.shape[2]
    if image.window != Window.whole(image.extent):
        raise BadInput("only a part of the image was given; a DNG takes the whole")
    if planes != len(balance):
        raise BadInput(f"the image has {planes} planes, but its balance {len(balance)}")
    top = _TOP if frame.metadata.reference_white is None else _TOP_OF_BRACKET
    black, bright = _range(image.samples, top)
    scale = bright / (1 - black / top)
    size, shown = frame.active_area, frame.default_crop
    down, across = image.extent.height / size.height, image.extent.width / size.width
    return replace(
        frame,
        samples=_Codes(image.samples, tuple(value / max(balance) / scale for value in balance), black, top),
        window=image.window,
        extent=image.extent,
        cfa=None,
        levels=Levels(np.full((1, 1, planes), float(black)), np.full(planes, float(top))),
        active_area=image.window,
        masked_areas=(),
        default_crop=(shown[0] * down, shown[1] * across, shown[2] * down, shown[3] * across),
        colour=_as_balanced(frame, balance),
        opcodes=OpcodeLists(),
        noise=None if noise is None else _darkened(noise, bright),
        baseline_exposure_ev=frame.baseline_exposure_ev + log2(bright),
        shadow_scale=frame.shadow_scale / bright,
        metadata=_told(frame.metadata, bright, same_pixels=down == across == 1),
    )


def _told(metadata: Metadata, bright: float, *, same_pixels: bool) -> Metadata:
    """The metadata of an image whose white is ``bright``, and whose pixels may not be the sensor's."""
    if (white := metadata.reference_white) is not None:
        metadata = metadata.with_reference_white(white / bright)
    if same_pixels:
        return metadata
    kept = {place: value for place, value in metadata.exif.items() if place[1] not in OF_PIXELS["exif"]}
    return replace(metadata, exif=kept)


@dataclass(frozen=True, eq=False)
class _Codes:
    """Codes of an image as an array that is computed part by part.

    Attributes:
        samples: the balanced image.
        factors: what undoes the balance of each plane, and makes the brightest value the largest code.
        black: code of no light.
        top: the largest code.
    """

    samples: Any
    factors: tuple[float, ...]
    black: int
    top: int

    ndim: ClassVar[int] = 3

    @property
    def dtype(self) -> Any:
        """The codes' type."""
        return np.dtype(np.uint16 if self.top <= _TOP else np.uint32)

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, columns and planes."""
        return tuple(self.samples.shape)

    def __getitem__(self, part: Any) -> Any:
        """The codes of a part."""
        factors = np.asarray(self.factors, np.float32) * np.float32(self.top)
        scaled = self.samples[part] * factors + np.float32(self.black + 0.5)
        return scaled.clip(0, self.top).astype(self.dtype)


def _as_balanced(frame: RawFrame, balance: tuple[float, ...]) -> Any:
    """The frame's colour with the balance that was chosen; a monochrome image has none."""
    if len(balance) < 2:
        return frame.colour
    neutral = tuple(value / max(balance) for value in balance)
    return replace(frame.colour, as_shot_neutral=neutral, as_shot_white_xy=None)


def _range(samples: Float32[np.ndarray, "h w planes"], largest: int) -> tuple[int, float]:
    """The code of black that noise below it needs, and the brightest value, at least 1.

    Args:
        samples: of the image.
        largest: code.
    """
    low, high = 0.0, 1.0
    for top in range(0, samples.shape[0], _ROWS):
        rows = samples[top : top + _ROWS]
        least, most = float(rows.min()), float(rows.max())
        if not np.isfinite(most - least):
            raise BadInput("the image holds samples that are no finite numbers")
        low, high = min(low, least), max(high, most)
    bright = min(high, _MOST_BRIGHT)
    return min(round(_MOST_BLACK * largest), int(np.ceil(-low / bright * largest))), bright


def _darkened(noise: NoiseProfile, bright: float) -> NoiseProfile:
    """The noise of the signal divided by ``bright``."""
    return NoiseProfile(
        tuple(scale / bright for scale in noise.scale), tuple(offset / bright**2 for offset in noise.offset)
    )
