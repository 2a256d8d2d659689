"""Card verdict: which patches can be measured, and why the others cannot."""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.quality.detect.card_lattice import apply
from lichtbild.quality.detect.card_layout import INSET
from lichtbild.quality.detect.card_match import Match
from lichtbild.quality.found_chart import Verdict

OFF: Final = 0.25
"""Most that a patch may be off the card's colours, in tones: more, and something else lies there."""
_SAMPLES: Final = 24
"""A side, of those a patch is judged by."""
_LEAST_SIDE: Final = 5.0
"""Px of the measured side of a patch."""
_CLIP: Final = 0.998
_CLIPPED: Final = 0.02
"""Share of samples."""
_UNEVEN: Final = 0.06
"""Spread of block means about a plane, of the patch's mean."""
_SHADED: Final = 0.15
"""Change from side to side, of the mean."""
_GLARE: Final = 1.3
"""Of the median: a sample that is brighter is glare."""


def verdicts(
    picture: Float[np.ndarray, "row column 3"],
    match: Match,
    to_picture: Float[np.ndarray, "3 3"],
    patch: float,
) -> tuple[Verdict, ...]:
    """One for each patch of a card.

    Args:
        picture: 1 where it clips.
        match: of the card.
        to_picture: from (column, row) of patches to the picture.
        patch: side over pitch.
    """
    layout = match.layout
    reach = np.linspace(-0.5, 0.5, _SAMPLES) * patch * (1 - 2 * INSET)
    across, along = np.meshgrid(reach, reach)
    inner = np.stack([across, along], axis=-1)
    result = []
    for index, name in enumerate(layout.names):
        centre = np.array([index % layout.columns, index // layout.columns], dtype=float)
        points = apply(to_picture, centre + inner)
        usable, reason = _judged(picture, points, float(match.off[index]))
        result.append(Verdict(name, usable, reason))
    return tuple(result)


def _judged(
    picture: Float[np.ndarray, "row column 3"], points: Float[np.ndarray, "along across 2"], off: float
) -> tuple[bool, str]:
    """Whether a patch can be measured, and what there is to say."""
    height, width = picture.shape[:2]
    if not ((points >= 0).all() and (points[..., 0] < width).all() and (points[..., 1] < height).all()):
        return False, "outside the picture"
    side = float(np.sqrt(_area(points)))
    if side < _LEAST_SIDE:
        return False, f"too few pixels: {side:.1f} px a side, {_LEAST_SIDE:.0f} are needed"
    if not off <= OFF:
        return False, f"covered: {off:.2f} of white off the card's colours"
    values = picture[points[..., 1].astype(int), points[..., 0].astype(int)].astype(float)
    clipped = float((values >= _CLIP).any(axis=-1).mean())
    if clipped > _CLIPPED:
        return False, f"clipped: {clipped:.0%} of its pixels"
    return _evenness(values.mean(axis=-1))


def _evenness(light: Float[np.ndarray, "along across"]) -> tuple[bool, str]:
    """What glare and shadows leave of a patch's evenness."""
    mean = max(float(light.mean()), 1e-4)
    blocks = light.reshape(6, _SAMPLES // 6, 6, _SAMPLES // 6).mean(axis=(1, 3))
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, 6), np.linspace(-0.5, 0.5, 6))
    terms = np.stack([np.ones(36), x.ravel(), y.ravel()], axis=1)
    plane, *_ = np.linalg.lstsq(terms, blocks.ravel(), rcond=None)
    rest = blocks.ravel() - terms @ plane
    noise = float(np.std(np.diff(light, axis=1))) / np.sqrt(2) / (_SAMPLES // 6)
    uneven = float(np.std(rest))
    if uneven > _UNEVEN * mean and uneven > 4 * noise:
        bright = float((blocks > _GLARE * np.median(blocks)).mean())
        word = "glare" if bright > 0 and float(np.max(rest)) > 2 * -float(np.min(rest)) else "uneven"
        return False, f"{word}: {uneven / mean:.0%} spread inside"
    slope = float(np.hypot(plane[1], plane[2])) / mean
    return True, f"shaded: {slope:.0%} from side to side" if slope > _SHADED else ""


def _area(points: Float[np.ndarray, "along across 2"]) -> float:
    """Of the measured area, px."""
    a, b = points[-1, -1] - points[0, 0], points[-1, 0] - points[0, -1]
    return 0.5 * abs(float(a[0] * b[1] - a[1] * b[0]))
