"""Half pupil: which part of the light each photodiode of a dual pixel sees.

Two photodiodes lie side by side under one microlens, which images the exit pupil onto them, upside down: the
left one sees the right half of the pupil as seen from it, whose light runs to the left. Left and right are
those of the picture, and so are the signs here: x grows to the right and p is the direction cosine along it,
so that the left photodiode takes the light with p below that of the divide. What lies nearer than the focus
is met before its light has crossed, so that the left view shows it displaced to the right, as a left eye
does beside a right one; what lies farther is displaced to the left.

A microlens is shifted toward the axis as the chief ray there asks for, so the divide follows the chief ray.
Its image is blurred by diffraction at the microlens and by light that crosses over in the silicon: the divide
is soft. Its width is estimated.

The amplitude of a view is that of the lens times the root of its share, so that a view's own edge diffracts
as that of an aperture does. Shares add up to 1 at every point of the pupil, and so does the power of both
views; their point spreads do not add up to that of the whole in each square, for there light of both
halves interferes, while two photodiodes add what they have counted.

Source: Sdirt (Simulating dual-pixel images from ray tracing for depth estimation, ICCV 2025) traces
    microlenses; the width here stands for what that finds.
"""

from typing import Literal, TypeAlias

import numpy as np

from lichtbild.core.errors import BadInput

View: TypeAlias = Literal["whole", "left", "right"]
"""The light of the whole pupil, or that which one photodiode sees; left and right as in the picture."""

DIVIDE = 0.15
"""Width of the divide, in that of the pupil; estimated."""


def view_amplitude(view: View, cosine: np.ndarray, middle: float, width: float) -> np.ndarray:
    """Factor of the amplitude of light that a view takes, 0 to 1; its square is the share of the power.

    Args:
        view: which photodiode.
        cosine: direction cosines p, positive to the right of the picture.
        middle: p of the divide.
        width: in p, over which the share of the left view falls from 1 to 0.
    """
    if view == "whole":
        return np.ones_like(cosine)
    share = np.clip((cosine - middle) / width + 0.5, 0.0, 1.0)
    turn = np.pi / 2 * share * share * (3 - 2 * share)
    return np.asarray(np.cos(turn) if view == "left" else np.sin(turn))


def check_divide(divide: float) -> None:
    """Refuse a width of the divide that is no share of a pupil.

    Args:
        divide: width, in that of the pupil.

    Raises:
        BadInput: it is not above 0 and at most 1.
    """
    if not 0 < divide <= 1:
        raise BadInput(f"the divide between two photodiodes is {divide:g} of the pupil wide; give 0.01 to 1")
