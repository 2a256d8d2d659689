"""Card view: a picture as cards are looked for in it, small and even in tone."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.quality.detect.vision import opencv

LARGEST_GAIN = 3.0
"""Small pictures are enlarged at most so much: enough for patches of 8 px."""


@dataclass(frozen=True, eq=False)
class CardView:
    """A picture made smaller or larger.

    Attributes:
        tones: 0 black to 1 white and somewhat above, about evenly spaced for the eye; ``[row, column, RGB]``.
        scale: px of the view for a px of the picture.
    """

    tones: Float[np.ndarray, "row column 3"]
    scale: float


def card_view(picture: Float[np.ndarray, "row column 3"], longest: int, *, encoded: bool = False) -> CardView:
    """The picture with its longer side at most so many px, or enlarged towards it.

    Args:
        picture: linear light, or codes if ``encoded``.
        longest: px.
        encoded: the picture has a transfer curve already.
    """
    cv2 = opencv()
    scale = min(longest / max(picture.shape[:2]), LARGEST_GAIN)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(round(picture.shape[1] * scale), 1), max(round(picture.shape[0] * scale), 1))
    small = cv2.resize(np.ascontiguousarray(picture, dtype=np.float32), size, interpolation=way)
    return CardView(toned(small, encoded=encoded), scale)


def toned(light: Float[np.ndarray, "row column 3"], *, encoded: bool) -> Float[np.ndarray, "row column 3"]:
    """Light or codes over the bright end of what there is, linear light through the toe of a cube root."""
    step = max(1, int(np.sqrt(light.shape[0] * light.shape[1] / 40000)))
    white = float(np.percentile(light[::step, ::step].max(axis=2), 99.0))
    relative = np.clip(light / max(white, 1e-9), 0.0, 2.0)
    return relative if encoded else tone(relative)


def tone(relative: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """A cube root that is straight near black, where noise would grow; 0 and 1 stay."""
    toe = np.float32(0.008)
    return (np.cbrt(relative + toe) - np.cbrt(toe)) / (np.cbrt(1 + toe) - np.cbrt(toe))
