"""Frames with a sensor's noise, of which every number is known."""

import numpy as np

from lichtbild.core.window import Extent, Window
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

BLACK, SPAN = 64, 959
"""Black level, and codes from it to white, of the phone that was calibrated."""
ROUNDING = 1 / 12 / SPAN**2


def phone_noise(iso: float) -> NoiseProfile:
    """Noise of a phone's 1.6 um pixels before rounding (``data/sensor/phone_1p6um_noise.json``)."""
    slope = 0.0005995267 * iso + 0.00868861
    offset = 7.11772e-7 * iso**2 + 6.514934e-4 * iso + 0.11492713
    return NoiseProfile((slope / SPAN,) * 3, (offset / SPAN**2,) * 3)


def mosaicked(planes: np.ndarray, cfa: Cfa) -> np.ndarray:
    """What a filter array lets through of planes [row, column, plane]."""
    return np.take_along_axis(planes, cfa.planes(Extent(*planes.shape[:2]))[..., None], axis=2)


def exposed(signal: np.ndarray, noise: NoiseProfile, seed: int, cfa: Cfa | None = None) -> RawFrame:
    """A frame of a signal [row, column, plane] from 0 to 1: Poisson, Gauss, rounding and clipping.

    The slope and offset of the noise's first plane hold for all.
    """
    rng = np.random.default_rng(seed)
    slope, offset = noise.scale[0], noise.offset[0]
    light = rng.poisson(np.maximum(signal, 0) / slope) * slope
    codes = BLACK + SPAN * (light + rng.normal(0, np.sqrt(offset), signal.shape))
    extent, planes = Extent(*signal.shape[:2]), signal.shape[2]
    return RawFrame(
        samples=np.clip(np.rint(codes), 0, BLACK + SPAN).astype(np.uint16),
        window=Window.whole(extent),
        extent=extent,
        cfa=cfa,
        levels=Levels(np.full((1, 1, planes), float(BLACK)), np.full(planes, float(BLACK + SPAN))),
        active_area=Window.whole(extent),
        default_crop=(0.0, 0.0, float(extent.height), float(extent.width)),
    )
