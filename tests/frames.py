"""Synthetic raw frames, of which every number is known."""

from dataclasses import replace

import numpy as np

from lichtbild.core.window import Extent, Window
from lichtbild.image.calibration import Calibration, CameraColour
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.raw_frame import RawFrame

NEUTRAL = (0.5, 1.0, 0.625)
BLACK, WHITE = 64.0, 1087.0  # 1023 codes between them
SRGB_CAMERA = np.linalg.inv(
    np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
)
"""A camera that sees as sRGB does: XYZ under D65 to planes."""


def bayer_frame(rgb: np.ndarray, phase: str = "RGGB") -> RawFrame:
    """A frame that a noiseless Bayer sensor takes of linear sRGB light (h w 3) under D65."""
    extent = Extent(*rgb.shape[:2])
    cfa = Cfa.bayer(phase)
    planes = cfa.planes(extent)
    signal = np.take_along_axis(rgb * NEUTRAL, planes[..., None], axis=2)
    codes = np.clip(np.rint(BLACK + signal * (WHITE - BLACK)), 0, WHITE).astype(np.uint16)
    calibration = Calibration((0.3127, 0.3290), np.diag(NEUTRAL) @ SRGB_CAMERA)
    return RawFrame(
        samples=codes,
        window=Window.whole(extent),
        extent=extent,
        cfa=cfa,
        levels=Levels(np.full((1, 1, 1), BLACK), np.array([WHITE])),
        active_area=Window.whole(extent),
        default_crop=(0.0, 0.0, float(extent.height), float(extent.width)),
        colour=CameraColour((calibration,), as_shot_neutral=NEUTRAL),
    )


def flat_frame(value: float = 0.18, size: tuple[int, int] = (48, 60), phase: str = "RGGB") -> RawFrame:
    """A frame of an evenly lit grey card."""
    return bayer_frame(np.full((*size, 3), value), phase)


def smooth_frame(size: tuple[int, int] = (150, 204), phase: str = "RGGB") -> RawFrame:
    """A frame of smooth colours, no two corners alike."""
    v, u = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]), indexing="ij")
    rgb = np.stack([0.1 + 0.6 * u, 0.2 + 0.4 * v, 0.5 + 0.3 * np.sin(3 * u + 2 * v)], axis=-1)
    return bayer_frame(rgb, phase)


def with_crop(frame: RawFrame, top: float, left: float, height: float, width: float) -> RawFrame:
    """The frame with another default crop."""
    return replace(frame, default_crop=(top, left, height, width))
