"""Card view: a picture as cards are looked for in it, small and even in tone."""

from dataclasses import dataclass, replace

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
        to_view: from px of the picture to px of the view.
        encoded: the picture had a transfer curve.
    """

    tones: Float[np.ndarray, "row column 3"]
    to_view: Float[np.ndarray, "3 3"]
    encoded: bool

    @property
    def scale(self) -> float:
        """Px of the view for a px of the picture."""
        return float(self.to_view[0, 0])


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
    # Whole pixels: the two scales differ a little.
    to_view = np.diag([size[0] / picture.shape[1], size[1] / picture.shape[0], 1.0])
    return CardView(toned(small, encoded=encoded), to_view, encoded)


def part_view(
    picture: Float[np.ndarray, "row column 3"],
    points: Float[np.ndarray, "many 2"],
    scale: float,
    *,
    encoded: bool,
) -> CardView:
    """The part of a picture about some points, made smaller.

    Args:
        picture: as for `card_view`.
        points: (x, y) that it shows.
        scale: px of the view for a px of the picture, at most 1.
        encoded: the picture has a transfer curve.
    """
    limit = np.array(picture.shape[1::-1])
    first = np.clip(np.floor(points.min(axis=0)), 0, limit - 1).astype(int)
    last = np.clip(np.ceil(points.max(axis=0)), first + 1, limit).astype(int)
    part = picture[first[1] : last[1], first[0] : last[0]]
    view = card_view(part, max(round(max(part.shape[:2]) * scale), 1), encoded=encoded)
    shift = np.array([[1, 0, -first[0]], [0, 1, -first[1]], [0, 0, 1]], dtype=float)
    return replace(view, to_view=view.to_view @ shift)


def untoned(tones: Float[np.ndarray, "*shape"], *, encoded: bool) -> Float[np.ndarray, "*shape"]:
    """Light from tones: exact for linear pictures, by a power of 2.2 for others, whose curve is unknown."""
    if encoded:
        return np.asarray(tones**2.2)
    toe = 0.008
    low, high = np.cbrt(toe), np.cbrt(1 + toe)
    return np.asarray((tones * (high - low) + low) ** 3 - toe)


def toned(light: Float[np.ndarray, "row column 3"], *, encoded: bool) -> Float[np.ndarray, "row column 3"]:
    """Light or codes over the bright end of what there is, linear light through the toe of a cube root."""
    step = max(1, int(np.sqrt(light.shape[0] * light.shape[1] / 40000)))
    white = float(np.percentile(light[::step, ::step].max(axis=2), 99.0))
    relative = np.minimum(np.maximum(light * np.float32(1 / max(white, 1e-9)), np.float32(0)), np.float32(2))
    return relative if encoded else tone(relative)


def tone(relative: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """A cube root that is straight near black, where noise would grow; 0 and 1 stay."""
    toe = 0.008
    low, high = np.cbrt(toe), np.cbrt(1 + toe)
    root = opencv().pow(np.ascontiguousarray(relative) + relative.dtype.type(toe), 1 / 3)
    return np.asarray((root.reshape(relative.shape) - low) / (high - low), dtype=relative.dtype)
