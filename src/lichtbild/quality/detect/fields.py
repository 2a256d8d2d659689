"""Fields: flat fields and targets of flare, which are a whole picture."""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.chart import Area, Chart, Disc, Patch
from lichtbild.quality.detect.candidate import Candidate
from lichtbild.quality.detect.made_chart import grey_paint, plain_map
from lichtbild.quality.detect.preview import LUMINANCE, Preview
from lichtbild.quality.detect.vision import opencv

_BLOCKS: Final = 24
_SMOOTH: Final = 0.02
"""Of the light, that blocks may leave a polynomial of the fourth order: more is a scene."""
_ROUGH: Final = 0.06
"""Of the light, that pixels of the preview may differ from their block."""
_DARKEST: Final = 0.02
_TRAP: Final = 0.12
"""Of the white's light: what is darker is a black of a target of flare."""
_WHITE: Final = 0.8
"""Share of the picture that its white must have (after ISO 18844)."""


def flat_fields(view: Preview) -> tuple[Candidate, ...]:
    """The picture as a flat field, if it is one: even but for shading and noise."""
    luma = view.small @ LUMINANCE.astype(np.float32)
    means, spreads = _blocks(luma)
    if means.min() < _DARKEST * 0.2 or np.median(means) < _DARKEST:
        return ()
    off = np.log(means) - _polynomial(np.log(means))
    if np.sqrt(np.mean(off**2)) > _SMOOTH or np.abs(off).max() > 5 * _SMOOTH:
        return ()
    if np.percentile(spreads / means, 90) > _ROUGH or means.max() > 12 * means.min():
        return ()
    height, width = map(float, view.shape)
    inset = 0.01 * min(height, width)
    corners = (
        (inset, inset),
        (width - inset, inset),
        (width - inset, height - inset),
        (inset, height - inset),
    )
    paint = grey_paint(float(np.median(means)), "field")
    chart = Chart("flat-field", "Flat field", (height, width), (paint,), (), (Area("field", corners, 0),))
    return (Candidate(chart, plain_map(view.shape), 0.0, certainty=1),)


def flare_targets(view: Preview) -> tuple[Candidate, ...]:
    """The picture as a target of flare, if it is one: a wide white with round black spots."""
    cv2 = opencv()
    luma = view.small @ LUMINANCE.astype(np.float32)
    white = float(np.median(luma))
    if white < _DARKEST:
        return ()
    dark = (luma < _TRAP * white).astype(np.uint8)
    if np.mean((luma > 0.4 * white) & (luma < 2.0 * white)) < _WHITE:
        return ()
    outlines, _ = cv2.findContours(dark, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    spots = [one for one in map(_spot, outlines) if one is not None]
    if not spots or len(spots) > 40 or len(spots) < 0.8 * len(outlines):
        return ()
    return _target(view, luma, white, spots)


def _target(
    view: Preview, luma: Float[np.ndarray, "r c"], white: float, spots: list[tuple[float, float, float]]
) -> tuple[Candidate, ...]:
    """The chart with its spots, unless there is more than they and white."""
    rows, columns = np.mgrid[: luma.shape[0], : luma.shape[1]]
    rest = np.ones(luma.shape, bool)
    for x, y, radius in spots:
        rest &= np.hypot(columns - x, rows - y) > 1.5 * radius + 4
    means, _ = _blocks(np.where(rest, luma, white).astype(np.float32))
    off = np.log(np.maximum(means, 1e-6)) - _polynomial(np.log(np.maximum(means, 1e-6)))
    if np.sqrt(np.mean(off**2)) > 3 * _SMOOTH or np.abs(off).max() > 0.3:
        return ()
    spots = sorted(spots, key=lambda one: (round(one[1] / (4 * one[2])), one[0]))
    shapes, targets = [], []
    for number, (x, y, radius) in enumerate(spots, 1):
        middle = tuple(float(one) for one in view.to_picture(np.array([x, y])))
        size = radius * view.factor
        shapes.append(Disc((middle[0], middle[1]), size, 1))
        targets.append(Patch(f"trap {number}", _square(middle, 0.5 * size), 1, "black"))
        for sign, word in ((1, "right"), (-1, "left")):
            beside = (middle[0] + sign * 2.5 * size, middle[1])
            targets.append(Patch(f"white {number} {word}", _square(beside, 0.5 * size), 0, "white"))
    paints = (grey_paint(white, "white"), grey_paint(0.0, "trap"))
    height, width = map(float, view.shape)
    title = f"Flare, {len(spots)} black spots"
    chart = Chart("flare-target", title, (height, width), paints, tuple(shapes), tuple(targets))
    return (Candidate(chart, plain_map(view.shape), 0.0, certainty=1),)


def _spot(outline: np.ndarray) -> tuple[float, float, float] | None:
    """Middle and radius of a round outline in the preview; None of any other."""
    cv2 = opencv()
    area = cv2.contourArea(outline)
    if area < 30 or len(outline) < 12:
        return None
    (x, y), (wide, high), _ = cv2.fitEllipse(outline)
    if not 0.9 < area / (np.pi * wide * high / 4 + 1e-9) < 1.1 or max(wide, high) > 1.8 * min(wide, high):
        return None
    return float(x), float(y), float(np.sqrt(area / np.pi))


def _square(middle: tuple[float, ...], half: float) -> tuple[tuple[float, float], ...]:
    x, y = middle[0], middle[1]
    return ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))


def _blocks(luma: Float[np.ndarray, "r c"]) -> tuple[Float[np.ndarray, "b b"], Float[np.ndarray, "b b"]]:
    """Means and robust spreads of the preview's blocks."""
    rows, columns = (side // _BLOCKS * _BLOCKS for side in luma.shape)
    if not rows or not columns:
        return np.full((1, 1), 1e-9), np.ones((1, 1))
    parts = luma[:rows, :columns].reshape(_BLOCKS, rows // _BLOCKS, _BLOCKS, columns // _BLOCKS)
    means = np.maximum(parts.mean(axis=(1, 3)), 1e-9).astype(np.float64)
    return means, parts.std(axis=(1, 3)).astype(np.float64)


def _polynomial(values: Float[np.ndarray, "b b"]) -> Float[np.ndarray, "b b"]:
    """The polynomial of the fourth order in row and column nearest to values."""
    across = np.linspace(-1, 1, values.shape[1])
    down = np.linspace(-1, 1, values.shape[0])
    x, y = np.meshgrid(across, down)
    terms = np.stack([x**i * y**j for i in range(5) for j in range(5 - i)], axis=-1).reshape(-1, 15)
    fit, *_ = np.linalg.lstsq(terms, values.ravel(), rcond=None)
    return np.asarray((terms @ fit).reshape(values.shape))
