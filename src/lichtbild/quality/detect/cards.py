"""Cards: colour cards found in any picture by what they show, with no region drawn by hand.

A picture is made small, quadrilaterals are looked for in it (`card_quads`), those in rows and columns are put
together (`card_lattice`), the colours tell which card lies there and how it is turned (`card_match`), and the
borders of its patches tell where, to a fraction of a pixel (`card_edges`). A card that is doubtful, covered
or cut off is refused with its reason.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.quality.detect import card_edges
from lichtbild.quality.detect.card_colours import finely_coloured
from lichtbild.quality.detect.card_lattice import apply, lattices
from lichtbild.quality.detect.card_layout import CardLayout, card_layouts
from lichtbild.quality.detect.card_match import LEFT, MARGIN, Match, matches
from lichtbild.quality.detect.card_quads import quads
from lichtbild.quality.detect.card_verdict import OFF, verdicts
from lichtbild.quality.detect.card_view import CardView, card_view, part_view
from lichtbild.quality.found_chart import FoundChart

METHOD: Final = "cards by content 1"

_SIZES: Final = (960, 2000)
"""Longer side of the view; the second when the first shows no card, but colours too fine for it."""
_LEAST: Final = 32
"""Px of a picture's shorter side."""
_PITCH: Final = 100.0
"""Px of a pitch in the view in which borders are measured."""
_OUTSIDE: Final = 0.25
"""Most of the patches that may lie outside the picture."""
_COVERED: Final = 0.1
"""Most of the patches that may be covered."""
_HELD: Final = 0.2
"""Least of the patches that must have been found as quadrilaterals."""
_BESIDE: Final = 0.75
"""Share of the cells along one side of a card that hold patches too, when it is part of a larger one: the SG
holds a Classic."""


@dataclass(frozen=True, eq=False)
class Refusal:
    """A card that was seen and is not used.

    Attributes:
        reason: why.
        corners: centres of its corner patches, px of the picture.
    """

    reason: str
    corners: Float[np.ndarray, "4 2"]


@dataclass(frozen=True)
class Search:
    """What a search for cards found.

    Attributes:
        found: cards, the largest first.
        refused: cards that were seen and are not used.
    """

    found: tuple[FoundChart, ...]
    refused: tuple[Refusal, ...]


def find(picture: Float[np.ndarray, "row column 3"], *, encoded: bool = False) -> tuple[FoundChart, ...]:
    """All colour cards in a picture, the largest first.

    Args:
        picture: linear light, 1 where it clips; or codes from 0 to 1 if ``encoded``.
        encoded: the picture has a transfer curve.

    Raises:
        BadInput: it is no picture of three colours, holds what is not finite, or OpenCV is not installed.
    """
    return search(picture, encoded=encoded).found


def search(picture: Float[np.ndarray, "row column 3"], *, encoded: bool = False) -> Search:
    """All colour cards in a picture, and those that were refused; arguments and errors as for `find`."""
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.size == 0:
        raise BadInput(f"cards are looked for in pictures [row, column, RGB], not in {list(picture.shape)}")
    if min(picture.shape[:2]) < _LEAST:
        return Search((), ())
    before = 0.0
    result = Search((), ())
    for longest in _SIZES:
        view = card_view(picture, longest, encoded=encoded)
        if view.scale < 1.2 * before:
            break
        _check_finite(picture, view)
        result = _searched(picture, view, encoded)
        if result.found or result.refused or not finely_coloured(view.tones):
            break
        before = view.scale
    return result


def _check_finite(picture: Float[np.ndarray, "row column 3"], view: CardView) -> None:
    """The picture is finite: a view is made of means, so that it tells at once.

    Raises:
        BadInput: it is not.
    """
    if not np.isfinite(view.tones).all():
        count = int((~np.isfinite(picture)).any(axis=2).sum())
        raise BadInput(
            f"{count} pixels of the picture are not finite; cards are looked for in finite light only"
        )


def _searched(picture: Float[np.ndarray, "row column 3"], view: CardView, encoded: bool) -> Search:
    """Cards of one view."""
    read = [
        match
        for kind in quads(view.tones)
        for lattice in lattices(kind)
        for match in matches(view.tones, lattice)
    ]
    # The card with more patches explains what a smaller one inside it explains, and more.
    read.sort(key=lambda one: (one.left > LEFT, -len(one.seen), one.left))
    found: list[FoundChart] = []
    refused: list[Refusal] = []
    taken: list[Float[np.ndarray, "4 2"]] = []
    for match in read:
        corners = apply(np.linalg.inv(view.to_view), _corners(match))
        if any(_overlap(corners, other) for other in taken):
            continue
        reason = _refusal(match)
        if reason is None:
            continue
        taken.append(corners)
        chart = None if reason else _measured(picture, view, match, encoded)
        if chart is not None:
            found.append(chart)
        else:
            refused.append(Refusal(reason or "the borders of its patches do not show", corners))
    return Search(tuple(sorted(found, key=_size, reverse=True)), tuple(refused))


def _refusal(match: Match) -> str | None:
    """Why a match is not used; empty where it is used; None where it is no card at all."""
    count = len(match.seen)
    outside = int((~match.seen).sum())
    covered = int((match.off[match.seen] > OFF).sum())
    if match.left > LEFT or match.members < _HELD * count:
        return None
    if match.second < MARGIN * match.left:
        shares = f"{match.left:.0%} of the colours unexplained, the next best {match.second:.0%}"
        return f"ambiguous: the best place and turn leave {shares}" if match.members > count / 2 else None
    if outside > _OUTSIDE * count:
        return f"cut off: {outside} of {count} patches lie outside the picture"
    if covered > _COVERED * count or match.partly:
        return f"covered: at least {max(covered, 1)} of {count} patches are hidden or in coloured shadow"
    if match.beside >= _BESIDE:
        return f"part of something larger: patches go on beside its {count}"
    return ""


def _measured(
    picture: Float[np.ndarray, "row column 3"], view: CardView, match: Match, encoded: bool
) -> FoundChart | None:
    """The card with its map measured in a finer view, and its patches judged."""
    layout = match.layout
    first = np.linalg.inv(view.to_view) @ match.to_view
    right, low = float(layout.columns), float(layout.rows)
    about = apply(first, np.array([[-1.0, -1.0], [right, -1.0], [right, low], [-1.0, low]]))
    pitch = float(np.linalg.norm(about[1] - about[0])) / (right + 1)
    finer = part_view(picture, about, min(1.0, _PITCH / pitch), encoded=encoded)
    card = card_edges.refined(finer, finer.to_view @ first, layout.rows, layout.columns)
    if card is None:
        return None
    to_picture = np.linalg.inv(finer.to_view) @ card.to_view
    layout = _made_by(layout, card.outer)
    told = verdicts(picture, replace(match, layout=layout), to_picture, card.patch)
    return FoundChart(
        layout.chart,
        _mapping(layout, to_picture),
        _quarter_turns(to_picture, layout),
        card.rms / finer.scale,
        told,
    )


def _made_by(layout: CardLayout, patch: float) -> CardLayout:
    """The layout of the same colours whose patches fill as much of the pitch as those seen."""
    alike = [one for one in card_layouts() if one.names == layout.names]
    return min(alike, key=lambda one: abs(one.patch - patch))


def _mapping(
    layout: CardLayout, to_picture: Float[np.ndarray, "3 3"]
) -> Callable[[Float[np.ndarray, "*many 2"]], Float[np.ndarray, "*many 2"]]:
    """From mm on the card to px."""
    first, pitch = np.array(layout.first), np.array(layout.pitch)

    def mapped(points: Float[np.ndarray, "*many 2"]) -> Float[np.ndarray, "*many 2"]:
        return apply(to_picture, (np.asarray(points, dtype=float) - first) / pitch)

    return mapped


def _quarter_turns(to_picture: Float[np.ndarray, "3 3"], layout: CardLayout) -> int:
    """Anticlockwise turns of the card's upper side in the picture."""
    middle = np.array([(layout.columns - 1) / 2, (layout.rows - 1) / 2])
    ends = apply(to_picture, middle + np.array([[-0.5, 0.0], [0.5, 0.0]]))
    step = ends[1] - ends[0]
    return round(math.atan2(-step[1], step[0]) / (math.pi / 2)) % 4


def _corners(match: Match) -> Float[np.ndarray, "4 2"]:
    """Centres of the corner patches in the view, clockwise from the first."""
    right, low = match.layout.columns - 1.0, match.layout.rows - 1.0
    return apply(match.to_view, np.array([[0.0, 0.0], [right, 0.0], [right, low], [0.0, low]]))


def _overlap(one: Float[np.ndarray, "4 2"], other: Float[np.ndarray, "4 2"]) -> bool:
    """Two cards lie on one another: the middle of one lies in the other's box."""
    for a, b in ((one, other), (other, one)):
        middle = a.mean(axis=0)
        if (middle > b.min(axis=0)).all() and (middle < b.max(axis=0)).all():
            return True
    return False


def _size(found: FoundChart) -> float:
    """Of a card's patches in the picture, px."""
    high, wide = found.chart.size
    ends = found.to_picture(np.array([[0.0, 0.0], [wide, high]]))
    return float(np.linalg.norm(ends[1] - ends[0]))
