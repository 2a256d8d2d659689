"""Fit: the best quality at which a lossy file stays small enough."""

from collections.abc import Callable
from typing import Final

from lichtbild.core.errors import BadInput

LEAST_QUALITY: Final = 30
"""Below this a picture falls apart into blocks; fewer pixels look better than a lower quality."""


def best_fitting(encode: Callable[[int], bytes], quality: int, max_bytes: int | None) -> bytes:
    """The file of the highest quality, at most ``quality``, that has at most ``max_bytes`` bytes.

    Found by bisection; a size is taken to grow with the quality.

    Args:
        encode: bytes of the whole file at a quality.
        quality: the best that is wanted.
        max_bytes: the largest file; None takes the best whatever its size.

    Raises:
        BadInput: not even the lowest quality that is worth having fits.
    """
    best = encode(quality)
    if max_bytes is None or len(best) <= max_bytes:
        return best
    low, high = min(LEAST_QUALITY, quality), quality
    found = encode(low) if low < high else best
    if len(found) > max_bytes:
        raise BadInput(
            f"the file has {len(found)} bytes at quality {low}, and {max_bytes} are allowed; "
            "allow more, or make the picture smaller with --long-edge"
        )
    while high - low > 1:
        middle = (low + high) // 2
        trial = encode(middle)
        if len(trial) <= max_bytes:
            low, found = middle, trial
        else:
            high = middle
    return found
