"""Description: a learned table in the words in which looks are spoken of.

Tone is lightness against lightness of greys; chroma and hue are those of colours of moderate chroma at twelve
hues, less the tint of a grey of the same lightness; all in CIELAB.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab
from lichtbild.colour.spaces import REC2020_TO_XYZ, SRGB_TO_XYZ
from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed
from lichtbild.look.learn.display_colour import to_cielab
from lichtbild.look.lut import Lut

HUES: Final = tuple(range(0, 360, 30))
"""CIELAB hues in degrees."""
_NAMES: Final = {
    30: "red",
    60: "orange",
    90: "yellow",
    150: "green",
    210: "cyan",
    270: "blue",
    330: "magenta",
}
_LIGHTNESS: Final = (40.0, 50.0, 60.0)
_CHROMA: Final = 20.0


@dataclass(frozen=True)
class Description:
    """What a look does to greys and colours.

    Attributes:
        black: L* of black.
        white: L* of white.
        contrast: rise of L* from greys of L* 25 to those of 75, over 50.
        middle: L* of a grey of L* 50.
        tint: a* and b* of that grey.
        chroma: ratio of chroma after to before, by `HUES`.
        hue_shift: degrees by which hues turn, by `HUES`; 0 where next to no chroma is left.
    """

    black: float
    white: float
    contrast: float
    middle: float
    tint: tuple[float, float]
    chroma: tuple[float, ...]
    hue_shift: tuple[float, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The same in words."""
        mean = float(np.mean(self.chroma))
        tone = (
            f"contrast {self.contrast:.2f}, middle grey from L* 50 to {self.middle:.0f}, "
            f"black L* {self.black:.1f}, white L* {self.white:.0f}"
        )
        tint = f"a middle grey becomes a* {self.tint[0]:+.1f}, b* {self.tint[1]:+.1f}"
        if mean < 0.05:
            return tone, tint, "no colour is left"
        places = [HUES.index(hue) for hue in _NAMES]
        each = ", ".join(
            f"{name} {self.chroma[k]:.2f}" for name, k in zip(_NAMES.values(), places, strict=True)
        )
        turned = ", ".join(
            f"{name} {self.hue_shift[k]:+.0f}" for name, k in zip(_NAMES.values(), places, strict=True)
        )
        return tone, tint, f"chroma {mean:.2f} in the mean: {each}", f"hues turn by degrees: {turned}"


def description(lut: Lut) -> Description:
    """Measure a table of encoded sRGB."""
    greys = to_cielab(np.asarray(lut(_encoded(_lab(np.array([0.0, 25, 50, 75, 100]), 0.0, 0.0))), np.float64))
    changes = [_by_hue(lut, light) for light in _LIGHTNESS]
    vector = np.mean(changes, axis=0)
    left = np.abs(vector) > 0.1
    return Description(
        float(greys[0, 0]),
        float(greys[4, 0]),
        float(greys[3, 0] - greys[1, 0]) / 50,
        float(greys[2, 0]),
        (float(greys[2, 1]), float(greys[2, 2])),
        tuple(np.abs(vector).tolist()),
        tuple(np.where(left, np.degrees(np.angle(vector)), 0.0).tolist()),
    )


def _by_hue(lut: Lut, light: float) -> np.ndarray:
    """Chroma ratio and turn of the hues as complex numbers, at one lightness."""
    angles = np.radians(HUES)
    lights = np.full(len(HUES), light)
    before = _lab(lights, _CHROMA * np.cos(angles), _CHROMA * np.sin(angles))
    after = to_cielab(np.asarray(lut(_encoded(before)), np.float64))
    grey = to_cielab(np.asarray(lut(_encoded(_lab(lights, 0.0, 0.0))), np.float64))
    change = after - grey
    return np.asarray((change[:, 1] + 1j * change[:, 2]) / (before[:, 1] + 1j * before[:, 2]))


def _lab(light: Float[np.ndarray, " n"], a: Any, b: Any) -> Float[np.ndarray, "n 3"]:
    return np.stack([light, np.broadcast_to(a, light.shape), np.broadcast_to(b, light.shape)], axis=-1)


def _encoded(lab: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n 3"]:
    to_srgb = np.linalg.solve(SRGB_TO_XYZ, REC2020_TO_XYZ)
    return np.asarray(np.clip(SRGB.encode(transformed(cielab.to_rec2020(lab), to_srgb)), 0, 1))
