"""Perceptual hash: 64 bits that stay nearly the same when a picture is resized, compressed or brightened.

Which of the 8 x 8 lowest cosine coefficients of a small grey version lie above their median. Two pictures of
one scene differ in a few bits, others in about 32.

Source: Zauner, "Implementation and benchmarking of perceptual image hash functions" (2010), section 3.2.1.
"""

import numpy as np
from PIL import Image
from scipy.fft import dctn

NEAR = 12
"""Bits by which near-duplicates differ at most: of two pictures drawn by chance one pair in 2.7 million."""
_SIDE, _KEPT = 32, 8


def perceptual_hash(picture: Image.Image) -> int:
    """The hash of a picture."""
    return _hash(_small(picture))


def turned(picture: Image.Image) -> list[int]:
    """The hashes of a picture in all its eight orientations, as it is first."""
    small = _small(picture)
    return [_hash(np.rot90(one, turns)) for one in (small, small[:, ::-1]) for turns in range(4)]


def _small(picture: Image.Image) -> np.ndarray:
    grey = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    return np.asarray(grey, np.float64)


def _hash(small: np.ndarray) -> int:
    low = dctn(small, norm="ortho")[:_KEPT, :_KEPT].ravel()
    bits = low > np.median(low[1:])
    return int("".join("1" if bit else "0" for bit in bits), 2)


def apart(first: int, second: int) -> int:
    """Bits by which two hashes differ."""
    return (first ^ second).bit_count()
