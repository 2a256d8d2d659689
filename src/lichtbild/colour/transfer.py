"""Transfer curves: from linear light to the numbers that a file stores, and back.

Every curve continues through zero with odd symmetry, so that values out of range come back unharmed, and
each pair is an exact inverse but for rounding. The texts are shared by NumPy and JAX.

Sources: IEC 61966-2-1 (sRGB); ITU-R BT.709-6 and BT.2020-2, item "opto-electronic transfer", with the
constants for exact continuity; ISO 22028-2, ROMM RGB.
"""

from dataclasses import dataclass
from typing import Any, Final

from lichtbild.core.array import namespace


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


SRGB: Final = TransferCurve(2.4, 0.055, 12.92, 0.0031308)
"""The curve of sRGB and Display P3."""

REC709: Final = TransferCurve(1 / 0.45, 0.09929682680944, 4.5, 0.018053968510807)
"""The camera curve of Rec.709 and Rec.2020."""

PROPHOTO: Final = TransferCurve(1.8, 0.0, 16.0, 1 / 512)
"""The curve of ROMM RGB, known as ProPhoto; the line meets the power law at 16^(1.8 / (1 - 1.8)) = 1/512."""

LINEAR: Final = TransferCurve(1.0)
"""No curve."""
