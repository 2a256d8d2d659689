"""Card match: which card a lattice is, which way it is turned, and where its first patch lies.

The colours of all cells are compared with every layout in every place and turn. A camera's colours are taken
for an affine map of the card's, tone for tone, times a plane of brightness: that absorbs exposure, light,
white balance, matrix and most of a tone curve, but cannot turn one arrangement of 24 colours into another.
What the map leaves over of the variance decides; a second place or turn must leave much more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.quality.detect.card_lattice import Lattice, apply
from lichtbild.quality.detect.card_layout import CardLayout, card_layouts, reference
from lichtbild.quality.detect.card_view import tone
from lichtbild.quality.detect.vision import opencv

LEFT: Final = 0.2
"""Most of the variance of the colours that a card may leave unexplained."""
MARGIN: Final = 2.0
"""The next best place or turn leaves at least so many times as much."""
_REACH: Final = np.linspace(-0.28, 0.28, 7)
"""Where a cell is sampled, in pitches about its centre."""
_CLOSE: Final = 3
"""Cells looked at beyond the lattice, where patches may have been missed."""
_TERMS: Final = 6
"""Numbers of the colour map for each channel."""

Cell = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Match:
    """A lattice read as a card.

    Attributes:
        layout: of the card.
        turns: quarter turns of the card in the lattice, towards its v.
        to_view: from (column, row) of the card's patches, the first at (0, 0), to the view.
        left: share of the colours' variance that is unexplained.
        second: the same of the next best place or turn.
        seen: patches that lie in the picture, row by row.
        off: what the colour map leaves of each patch, in tones, not a number where it is not seen.
        members: found quadrilaterals in its patches.
        beside: largest share of a side's neighbouring cells that hold quadrilaterals too.
        partly: only the patches that were found as quadrilaterals tell the card; others may be hidden.
    """

    layout: CardLayout
    turns: int
    to_view: Float[np.ndarray, "3 3"]
    left: float
    second: float
    seen: Bool[np.ndarray, " patch"]
    off: Float[np.ndarray, " patch"]
    members: int
    beside: float
    partly: bool = False


def matches(tones: Float[np.ndarray, "row column 3"], lattice: Lattice) -> tuple[Match, ...]:
    """The best place and turn of each arrangement of colours, best explained first."""
    low = _lowest(lattice)
    high = (int(lattice.cells[:, 0].max()) + _CLOSE + 1, int(lattice.cells[:, 1].max()) + _CLOSE + 1)
    colours = _cell_colours(tones, lattice, low, high)
    held = np.zeros(colours.shape[:2], bool)
    held[lattice.cells[:, 1] - low[1], lattice.cells[:, 0] - low[0]] = True
    best = []
    for layout in _arrangements():
        match = _best(layout, lattice, colours, held, False)
        if match is not None and match.left > LEFT:
            part = _best(layout, lattice, colours, held, True)
            match = part if part is not None and part.left < LEFT else match
        if match is not None:
            best.append(match)
    return tuple(sorted(best, key=lambda match: match.left))


def _best(
    layout: CardLayout,
    lattice: Lattice,
    colours: Float[np.ndarray, "row column 3"],
    held: Bool[np.ndarray, "row column"],
    partly: bool,
) -> Match | None:
    """The best place and turn of one layout."""
    trusted = held if partly else np.ones_like(held)
    tried = sorted(_hypotheses(layout, colours, held, trusted), key=lambda one: one[0])
    if not tried:
        return None
    left, turns, start = tried[0]
    second = min((one[0] for one in tried[1:]), default=1.0)
    match = _match(layout, lattice, colours, (held, trusted), (turns, start, _lowest(lattice)))
    return replace(match, left=left, second=second, partly=partly)


def _lowest(lattice: Lattice) -> Cell:
    """The first cell that is looked at."""
    return int(lattice.cells[:, 0].min()) - _CLOSE, int(lattice.cells[:, 1].min()) - _CLOSE


@cache
def _arrangements() -> tuple[CardLayout, ...]:
    """One layout for each arrangement of colours; the ratio of patch and pitch tells the rest."""
    first: dict[tuple[str, ...], CardLayout] = {}
    for layout in card_layouts():
        first.setdefault(layout.names, layout)
    return tuple(first.values())


@cache
def _reference(layout_name: str) -> Float[np.ndarray, "patch 3"]:
    layout = next(one for one in card_layouts() if one.chart.name == layout_name)
    return tone(reference(layout))


def _cell_colours(
    tones: Float[np.ndarray, "row column 3"], lattice: Lattice, low: Cell, high: Cell
) -> Float[np.ndarray, "cell_row cell_column 3"]:
    """Median colour of the inner part of each cell; not a number where the picture ends."""
    cv2 = opencv()
    columns, rows = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
    across, along = np.meshgrid(_REACH, _REACH)
    inner = np.stack([across.ravel(), along.ravel()], axis=-1)
    places = np.stack([columns, rows], axis=-1)[:, :, None, :] + inner
    weight = places @ lattice.to_view[2, :2] + lattice.to_view[2, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        points = apply(lattice.to_view, places)
    height, width = tones.shape[:2]
    inside = (points > 0).all(axis=-1) & (points[..., 0] < width) & (points[..., 1] < height)
    inside &= weight * (lattice.to_view[2, 2] or 1.0) > 0
    maps = np.where(inside[..., None], points, -9.0).astype(np.float32).reshape(places.shape[0], -1, 2) - 0.5
    samples = cv2.remap(tones, maps, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    samples = samples.reshape(*points.shape[:3], 3).astype(float)
    colours = np.median(samples, axis=2)
    colours[~(inside.mean(axis=2) > 0.8)] = np.nan
    return np.asarray(colours)


def _hypotheses(
    layout: CardLayout,
    colours: Float[np.ndarray, "row column 3"],
    held: Bool[np.ndarray, "row column"],
    trusted: Bool[np.ndarray, "row column"],
) -> Iterator[tuple[float, int, Cell]]:
    """What each place and turn of a card leaves unexplained: ``(share, turns, (column, row))``."""
    colour = _reference(layout.chart.name).reshape(layout.rows, layout.columns, 3)
    least = 0.6 * held.sum()
    for turns in range(4):
        turned = np.rot90(colour, -turns)
        rows, columns = turned.shape[:2]
        for row in range(held.shape[0] - rows + 1):
            for column in range(held.shape[1] - columns + 1):
                part = np.s_[row : row + rows, column : column + columns]
                if held[part].sum() < least:
                    continue
                left = _unexplained(turned, colours[part], trusted[part])
                if left is not None:
                    yield left[0], turns, (column, row)


def _unexplained(
    card: Float[np.ndarray, "row column 3"],
    seen: Float[np.ndarray, "row column 3"],
    trusted: Bool[np.ndarray, "row column"],
) -> tuple[float, Float[np.ndarray, "row column"]] | None:
    """Share of variance the best colour map leaves, and each patch's rest; None if too little is seen."""
    rows, columns = card.shape[:2]
    valid = np.isfinite(seen).all(axis=2)
    fitted = valid & trusted
    if fitted.sum() < max(2 * _TERMS, rows * columns / 2):
        return None
    across, along = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    bright = card.mean(axis=2)
    terms = np.stack(
        [np.ones_like(bright), *np.moveaxis(card, 2, 0), across * bright, along * bright], axis=-1
    )
    given, values = terms[fitted], seen[fitted]
    solution, *_ = np.linalg.lstsq(given, values, rcond=None)
    rest = values - given @ solution
    variance = float(((values - values.mean(axis=0)) ** 2).sum())
    if variance <= 1e-6 * len(values):
        return None
    off = np.full((rows, columns), np.nan)
    off[valid] = np.sqrt(((seen[valid] - terms[valid] @ solution) ** 2).mean(axis=1))
    free = len(values) / (len(values) - _TERMS)
    return float((rest**2).sum() / variance) * free, off


def _match(
    layout: CardLayout,
    lattice: Lattice,
    colours: Float[np.ndarray, "row column 3"],
    masks: tuple[Bool[np.ndarray, "row column"], Bool[np.ndarray, "row column"]],
    place: tuple[int, Cell, Cell],
) -> Match:
    """The match at one place and turn, in the card's own order."""
    (held, trusted), (turns, start, low) = masks, place
    card = np.rot90(_reference(layout.chart.name).reshape(layout.rows, layout.columns, 3), -turns)
    rows, columns = card.shape[:2]
    part = np.s_[start[1] : start[1] + rows, start[0] : start[0] + columns]
    rest = _unexplained(card, colours[part], trusted[part])
    off = np.full((rows, columns), np.nan) if rest is None else rest[1]
    seen = np.isfinite(colours[part]).all(axis=2)
    corner = (start[0] + low[0], start[1] + low[1])
    return Match(
        layout,
        turns,
        lattice.to_view @ _placed(layout, turns, corner),
        1.0,
        1.0,
        np.rot90(seen, turns).ravel(),
        np.rot90(off, turns).ravel(),
        int(held[part].sum()),
        _beside(held, start, (columns, rows)),
    )


def _beside(held: Bool[np.ndarray, "row column"], start: Cell, size: Cell) -> float:
    """Largest share of the cells along one side of a window, just outside, that are held."""
    outer = np.pad(held, 1)
    left, top = start
    right, low = left + size[0] + 1, top + size[1] + 1
    rows, columns = np.s_[top + 1 : low], np.s_[left + 1 : right]
    sides = (outer[top, columns], outer[low, columns], outer[rows, left], outer[rows, right])
    return max(float(side.mean()) for side in sides)


def _placed(layout: CardLayout, turns: int, corner: Cell) -> Float[np.ndarray, "3 3"]:
    """From the card's (column, row) to the lattice's, for a card turned clockwise by quarter turns."""
    wide, high = layout.columns - 1, layout.rows - 1
    turned = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, -1, high], [1, 0, 0]],
        2: [[-1, 0, wide], [0, -1, high]],
        3: [[0, 1, 0], [-1, 0, wide]],
    }[turns]
    matrix = np.array([*turned, [0, 0, 1]], dtype=float)
    matrix[:2, 2] += corner
    return matrix
