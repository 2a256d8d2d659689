"""Transfer curves: from linear light to the numbers that a file stores, and back.

Every curve with a straight line near black continues through zero with odd symmetry, so that values out of
range come back unharmed; those of Rec.2100 end at black. Each pair is an exact inverse but for rounding. The
texts are shared by NumPy and JAX.

Sources: IEC 61966-2-1 (sRGB); ITU-R BT.709-6 and BT.2020-2, item "opto-electronic transfer", with the
constants for exact continuity; ISO 22028-2, ROMM RGB; ITU-R BT.2100-2 tables 4 (PQ, also SMPTE ST 2084) and 5
(HLG); ITU-R BT.2408-8 clause 2.1 (reference white).
"""

from dataclasses import dataclass
from math import log, log10
from typing import Any, ClassVar, Final

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import namespace, transformed

REFERENCE_WHITE: Final = 203.0
"""Luminance in cd/m² of the white of paper on a display with headroom (BT.2408)."""

_BLACK: Final = 1e-20
"""Share of PQ's 10 000 cd/m² that counts as none; it keeps slopes finite."""


@dataclass(frozen=True)
class TransferCurve:
    """A straight line near black that meets a power law: ``(1 + offset) y^(1/gamma) - offset``.

    Attributes:
        gamma: exponent of the decoding.
        offset: what the power law is shifted by.
        slope: slope of the line near black.
        threshold: linear value up to which the line holds; 0 where there is none.
    """

    gamma: float
    offset: float = 0.0
    slope: float = 1.0
    threshold: float = 0.0

    def encode(self, linear: Any) -> Any:
        """Numbers to be stored, for linear light; 0 and 1 stay."""
        if self.gamma == 1.0:
            return linear
        xp = namespace(linear)
        magnitude = xp.abs(linear)
        # The guard keeps the power law's slope finite where the line is taken.
        power = xp.maximum(magnitude, self.threshold) ** (1 / self.gamma)
        curve = (1 + self.offset) * power - self.offset
        return xp.sign(linear) * xp.where(magnitude <= self.threshold, self.slope * magnitude, curve)

    def decode(self, encoded: Any) -> Any:
        """Linear light, for stored numbers; the inverse of `encode`."""
        if self.gamma == 1.0:
            return encoded
        xp = namespace(encoded)
        magnitude = xp.abs(encoded)
        limit = self.slope * self.threshold
        power = ((xp.maximum(magnitude, limit) + self.offset) / (1 + self.offset)) ** self.gamma
        return xp.sign(encoded) * xp.where(magnitude <= limit, magnitude / self.slope, power)


@dataclass(frozen=True)
class PerceptualQuantiser:
    """PQ: numbers for luminance up to 10 000 cd/m², in steps that the eye just sees at any brightness.

    Attributes:
        white: luminance of light 1 in cd/m².
    """

    white: float = REFERENCE_WHITE

    M1: ClassVar[float] = 2610 / 16384
    M2: ClassVar[float] = 2523 / 4096 * 128
    C1: ClassVar[float] = 3424 / 4096
    C2: ClassVar[float] = 2413 / 4096 * 32
    C3: ClassVar[float] = 2392 / 4096 * 32
    PEAK: ClassVar[float] = 10_000.0

    def encode(self, linear: Any) -> Any:
        """Numbers to be stored, for linear light; light below 0 counts as none."""
        xp = namespace(linear)
        power = xp.maximum(linear * (self.white / self.PEAK), _BLACK) ** self.M1
        return ((self.C1 + self.C2 * power) / (1 + self.C3 * power)) ** self.M2

    def decode(self, encoded: Any) -> Any:
        """Linear light, for stored numbers; the inverse of `encode`."""
        xp = namespace(encoded)
        root = xp.maximum(encoded, 0.0) ** (1 / self.M2)
        power = xp.maximum(root - self.C1, 0.0) / (self.C2 - self.C3 * root)
        return power ** (1 / self.M1) * (self.PEAK / self.white)


@dataclass(frozen=True)
class HybridLogGamma:
    """HLG: numbers for scene light, of which a display makes light of its own by a system gamma.

    What is encoded here is the light of the display, so that the system gamma is undone first; it ties the
    planes together, which lie on the last axis and have Rec.2020's primaries.

    Attributes:
        white: luminance of light 1 in cd/m².
        peak: nominal luminance of the display in cd/m²; a number of 1 stands for it.
    """

    white: float = REFERENCE_WHITE
    peak: float = 1000.0

    A: ClassVar[float] = 0.17883277
    B: ClassVar[float] = 1 - 4 * 0.17883277
    C: ClassVar[float] = 0.5 - 0.17883277 * log(4 * 0.17883277)

    @property
    def gamma(self) -> float:
        """System gamma, 1.2 at 1000 cd/m² (BT.2100 table 5, note 5f)."""
        return 1.2 + 0.42 * log10(self.peak / 1000)

    def encode(self, linear: Any) -> Any:
        """Numbers to be stored, for a display's linear light; light below 0 counts as none."""
        xp = namespace(linear)
        shown = xp.maximum(linear, 0.0) * (self.white / self.peak)
        luminance = xp.maximum(transformed(shown, REC2020_TO_XYZ[1:2]), _BLACK)
        scene = shown * luminance ** (1 / self.gamma - 1)
        root = xp.sqrt(xp.maximum(3 * scene, _BLACK))
        logarithm = self.A * xp.log(xp.maximum(12 * scene, 1.0) - self.B) + self.C
        return xp.where(scene <= 1 / 12, root, logarithm)

    def decode(self, encoded: Any) -> Any:
        """A display's linear light, for stored numbers; the inverse of `encode`."""
        xp = namespace(encoded)
        signal = xp.maximum(encoded, 0.0)
        power = (xp.exp((xp.maximum(signal, 0.5) - self.C) / self.A) + self.B) / 12
        scene = xp.where(signal <= 0.5, signal**2 / 3, power)
        luminance = xp.maximum(transformed(scene, REC2020_TO_XYZ[1:2]), _BLACK)
        return scene * luminance ** (self.gamma - 1) * (self.peak / self.white)


Transfer = TransferCurve | PerceptualQuantiser | HybridLogGamma

SRGB: Final = TransferCurve(2.4, 0.055, 12.92, 0.0031308)
"""The curve of sRGB and Display P3."""

REC709: Final = TransferCurve(1 / 0.45, 0.09929682680944, 4.5, 0.018053968510807)
"""The camera curve of Rec.709 and Rec.2020."""

PROPHOTO: Final = TransferCurve(1.8, 0.0, 16.0, 1 / 512)
"""The curve of ROMM RGB, known as ProPhoto; the line meets the power law at 16^(1.8 / (1 - 1.8)) = 1/512."""

LINEAR: Final = TransferCurve(1.0)
"""No curve."""

PQ: Final = PerceptualQuantiser()
"""The curve of Rec.2100 PQ, where light 1 is the white of paper."""

HLG: Final = HybridLogGamma()
"""The curve of Rec.2100 HLG, where light 1 is the white of paper."""
