"""Card edges: the borders of the patches to a fraction of a pixel, and the card's map from them.

Across each side of each patch a profile is averaged along the side and its half-way point between the patch
and the gap is taken. Opposite sides have the same blur, so their middle does not depend on it; a card's
perspective, and the ratio of patch to pitch, follow from all sides at once by linear least squares, after
outliers (a side in a shadow, a black patch on black) are left out. Where blur has closed the gaps of a card,
the half-way point between two patches is taken, which lies at half the pitch: by all light, or by the colour
that what is left of the dark gap, which takes light of both, does not change (but compression may), whichever
agrees better with one map.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.quality.detect.card_lattice import apply
from lichtbild.quality.detect.card_view import CardView, untoned
from lichtbild.quality.detect.vision import opencv

_ALONG: Final = np.linspace(-0.25, 0.25, 9)
"""Of a side, in pitches from its middle."""
_ACROSS: Final = np.linspace(0.2, 0.62, 43)
"""Of a profile, in pitches from the patch's centre; the gap's middle is at 0.5."""
_GAP: Final = slice(22, 40)
"""Samples of a profile among which a gap is: from 0.42 to 0.59 pitches."""
_DIP: Final = 0.1
"""Least part of the light of the darker of two neighbours that a gap between them takes, or it is closed."""
_HUE: Final = 0.15
"""Least difference in that colour, by the light of both."""
_CONTRAST: Final = 0.03
"""Least difference of patch and gap, in tones."""
_NORMALS: Final = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], dtype=float)
_LEAST: Final = 16
"""Sides that a map is fitted to."""


@dataclass(frozen=True, eq=False)
class CardMap:
    """Where a card's patches lie.

    Attributes:
        to_view: from (column, row) of the patches to the view.
        patch: side of a patch over the pitch, as seen.
        outer: the same from the sides at the card's border, which blur fills less than the gaps.
        rms: of the sides off the map, px of the view.
        sides: that were used.
    """

    to_view: Float[np.ndarray, "3 3"]
    patch: float
    outer: float
    rms: float
    sides: int


def refined(view: CardView, to_view: Float[np.ndarray, "3 3"], rows: int, columns: int) -> CardMap | None:
    """A card's map from the borders of its patches; None if too few of them show.

    Args:
        view: in which a pitch has some ten pixels at least.
        to_view: a first map, right to half a gap.
        rows: of patches.
        columns: of patches.
    """
    cells = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2).astype(float)
    found, closed = _settled(view, to_view, cells, by_colour=False)
    if not closed:
        return found
    other, _ = _settled(view, to_view, cells, by_colour=True)
    ways = [one for one in (found, other) if one is not None]
    return min(ways, key=lambda one: one.rms, default=None)


def _settled(
    view: CardView, to_view: Float[np.ndarray, "3 3"], cells: Float[np.ndarray, "cell 2"], *, by_colour: bool
) -> tuple[CardMap | None, bool]:
    """A card's map, and whether its gaps are closed."""
    middle = cells.max(axis=0) / 2
    border = _border(cells)
    for _ in range(3):
        crossings, closed = _crossings(view, apply(to_view, _places(cells)), border, by_colour=by_colour)
        fit = _solved(crossings, cells - middle, border, closed)
        if fit is None:
            return None, closed
        change, (patch, outer), rest, used = fit
        shift = np.array([[1, 0, middle[0]], [0, 1, middle[1]], [0, 0, 1]])
        to_view = to_view @ shift @ change @ np.linalg.inv(shift)
    pitch = np.linalg.norm(apply(to_view, middle + 0.5) - apply(to_view, middle - 0.5)) / np.sqrt(2)
    return CardMap(to_view, patch, outer, float(np.sqrt(np.mean(rest**2)) * pitch), used), closed


def _places(cells: Float[np.ndarray, "cell 2"]) -> Float[np.ndarray, "cell 4 across along 2"]:
    """Places of the profiles across the sides of patches."""
    tangents = _NORMALS[:, ::-1]
    steps = _ACROSS[None, :, None, None] * _NORMALS[:, None, None, :]
    steps = steps + _ALONG[None, None, :, None] * tangents[:, None, None, :]
    return np.asarray(cells[:, None, None, None, :] + steps)


def _crossings(
    view: CardView,
    points: Float[np.ndarray, "cell 4 across along 2"],
    border: Bool[np.ndarray, "cell 4"],
    *,
    by_colour: bool,
) -> tuple[Float[np.ndarray, "cell 4"], bool]:
    """Distance of each side from the patch's centre, in pitches, and whether the gaps are closed.

    Not a number where a side does not show.
    """
    height, width = view.tones.shape[:2]
    inside = (points > 0.5).all(axis=-1) & (points[..., 0] < width - 0.5) & (points[..., 1] < height - 0.5)
    maps = (points - 0.5).astype(np.float32).reshape(points.shape[0] * 4, -1, 2)
    samples = opencv().remap(
        view.tones, maps, None, opencv().INTER_LINEAR, borderMode=opencv().BORDER_REPLICATE
    )
    samples = samples.reshape(*points.shape[:-1], 3).astype(float)
    # Blur mixes light, not tones: half way between black and white is far up in tones.
    profiles = untoned(samples, encoded=view.encoded).mean(axis=3)
    within, beyond = profiles[:, :, :8].mean(axis=2), profiles[:, :, -4:].mean(axis=2)
    # Boards are black, so that a gap is where the profile is darkest, however narrow it is.
    dark = (profiles.mean(axis=3)[:, :, _GAP]).argmin(axis=2) + _GAP.start
    between = np.take_along_axis(profiles, dark[..., None, None], 2)[:, :, 0]
    closed = _closed(within[~border], between[~border], beyond[~border])
    gap = beyond if closed else np.where(border[..., None], beyond, between)
    step = gap - within
    inner = samples.mean(axis=3)
    other = np.take_along_axis(inner, dark[..., None, None], 2)[:, :, 0]
    tones = (inner[:, :, -4:].mean(axis=2) if closed else other) - inner[:, :, :8].mean(axis=2)
    strong = np.linalg.norm(tones, axis=-1) > _CONTRAST
    if closed and by_colour:
        beside = _beside((within + beyond) / 2, step)
        told = np.linalg.norm(beside, axis=-1) > _HUE * np.linalg.norm(within + beyond, axis=-1) / 2
        step, strong = np.where(border[..., None], step, beside), strong & (border | told)
    relative = np.einsum("csak,csk->csa", profiles - within[:, :, None], step)
    relative /= np.maximum((step**2).sum(axis=-1), 1e-18)[..., None]
    above = relative >= 0.5
    first = above.argmax(axis=2)
    before = np.maximum(first - 1, 0)
    low = np.take_along_axis(relative, before[..., None], 2)[..., 0]
    high = np.take_along_axis(relative, first[..., None], 2)[..., 0]
    part = (0.5 - low) / np.where(high > low, high - low, 1.0)
    crossing = _ACROSS[before] + part * (_ACROSS[1] - _ACROSS[0])
    shows = above.any(axis=2) & (first > 0) & strong & inside.all(axis=(2, 3))
    return np.where(shows, crossing, np.nan), closed


def _closed(
    within: Float[np.ndarray, "side 3"],
    between: Float[np.ndarray, "side 3"],
    beyond: Float[np.ndarray, "side 3"],
) -> bool:
    """Whether blur has filled the gaps: half of all pairs of neighbours show no darker line between them."""
    darker = np.minimum(within.mean(axis=1), beyond.mean(axis=1))
    return bool(len(darker) and np.median(between.mean(axis=1) / np.maximum(darker, 1e-9)) > 1 - _DIP)


def _beside(
    light: Float[np.ndarray, "cell 4 3"], step: Float[np.ndarray, "cell 4 3"]
) -> Float[np.ndarray, "cell 4 3"]:
    """The part of steps that is at right angles to a light."""
    along = (light * step).sum(axis=-1) / np.maximum((light**2).sum(axis=-1), 1e-18)
    return np.asarray(step - along[..., None] * light)


def _border(cells: Float[np.ndarray, "cell 2"]) -> Bool[np.ndarray, "cell 4"]:
    """Sides that face the card's border: in the order of the normals."""
    last, first = cells.max(axis=0), cells.min(axis=0)
    sides = [cells[:, 0] == last[0], cells[:, 0] == first[0], cells[:, 1] == last[1], cells[:, 1] == first[1]]
    return np.stack(sides, axis=1)


def _solved(
    crossings: Float[np.ndarray, "cell 4"],
    cells: Float[np.ndarray, "cell 2"],
    border: Bool[np.ndarray, "cell 4"],
    closed: bool,
) -> Any:
    """A small homography of the cells, both patch over pitch, what is left of the sides, and their number.

    Where gaps are closed, only the card's border tells the size of a patch.
    """
    rows, rest = [], []
    for side, normal in enumerate(_NORMALS):
        axis = 0 if normal[0] else 1
        sign = normal[axis]
        x, y, here = cells[:, 0], cells[:, 1], cells[:, axis]
        line = np.zeros((len(cells), 10))
        line[:, 3 * axis : 3 * axis + 3] = np.stack([np.ones_like(x), x, y], axis=1)
        line[:, 6:8] = np.stack([here * x, here * y], axis=1)
        inner = ~border[:, side]
        line[:, 8] = np.where(closed & inner, 0.0, sign / 2)
        line[:, 9] = np.where(closed | inner, 0.0, sign / 2)
        rows.append(line)
        rest.append(sign * (crossings[:, side] - np.where(closed & inner, 0.5, 0.0)))
    matrix, values = np.concatenate(rows), np.concatenate(rest)
    good = np.isfinite(values)
    for _ in range(4):
        if good.sum() < _LEAST:
            return None
        solution, *_ = np.linalg.lstsq(matrix[good], values[good], rcond=None)
        left = values - matrix @ solution
        spread = 1.4826 * float(np.median(np.abs(left[good])))
        good = np.isfinite(values) & (np.abs(left) < max(3.5 * spread, 0.004))
    if good.sum() < _LEAST:
        return None
    a, b, tilt = solution[:3], solution[3:6], solution[6:8]
    change = np.array([[1 + a[1], a[2], a[0]], [b[1], 1 + b[2], b[0]], [-tilt[0], -tilt[1], 1.0]])
    outer = float(solution[8] + solution[9])
    return change, (float(solution[8]), outer), left[good], int(good.sum())
