"""Card colours: whether a picture holds colours that a colour card may be made of, at a glance.

Most pictures of charts are grey but for the light's own colour, and looking for cards in them in vain is the
dearest part of a search.
"""

from typing import Final

import numpy as np
from jaxtyping import Float, Float32

from lichtbild.quality.detect.vision import opencv

_LEAST: Final = 0.05
"""Tones between channels, from which on it is a colour; the faintest of a card's eighteen have 0.1."""
_FEW: Final = 40
"""Pixels of colour that the smallest card has."""
_WINDOW: Final = 21
"""Pixels within which a small card's colours differ: three of its patches and more."""
_MANY: Final = 150
"""Pixels about which they do: a card of 24 patches of 5 px has some 300."""


def coloured(tones: Float[np.ndarray, "row column 3"]) -> bool:
    """Whether some of a picture differs in colour from its greys."""
    differences = _differences(tones)
    return bool(np.count_nonzero(np.abs(differences).max(axis=2) > _LEAST) >= _FEW)


def finely_coloured(tones: Float[np.ndarray, "row column 3"]) -> bool:
    """Whether colours differ within a few pixels, as they do on a card that is too small for a view."""
    cv2 = opencv()
    differences = _differences(tones)
    mean = cv2.blur(differences, (_WINDOW, _WINDOW))
    spread = np.maximum(cv2.blur(differences * differences, (_WINDOW, _WINDOW)) - mean * mean, 0)
    return bool(np.count_nonzero(spread.sum(axis=2) > _LEAST**2) >= _MANY)


def _differences(tones: Float[np.ndarray, "row column 3"]) -> Float32[np.ndarray, "row column 2"]:
    """Red and blue less green, without the colour of the light and without single pixels' noise."""
    smooth = opencv().blur(np.asarray(tones, np.float32), (3, 3))
    green = smooth[..., 1]
    lit = green > 0.25 * float(np.percentile(green[::4, ::4], 99))
    planes = []
    for channel in (0, 2):
        ratio = float(np.median(smooth[..., channel][lit] / green[lit])) if lit.any() else 1.0
        planes.append(smooth[..., channel] / np.float32(max(ratio, 0.05)) - green)
    return np.asarray(np.stack(planes, axis=2), np.float32)
