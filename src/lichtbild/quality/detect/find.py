"""Find: all charts in a picture, by their marks and by what they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.chart import Chart, Grid, Polygon, Target
from lichtbild.quality.detect import (
    fiducials,
    fields,
    grey_steps,
    grids,
    leafy_fields,
    plains,
    slanted_squares,
    stars,
)
from lichtbild.quality.detect import verdicts as verdicts_of
from lichtbild.quality.detect.candidate import Candidate, area
from lichtbild.quality.detect.card_colours import coloured
from lichtbild.quality.detect.cards import Search, search
from lichtbild.quality.detect.preview import Preview, covered, preview
from lichtbild.quality.detect.vision import opencv
from lichtbild.quality.found_chart import FoundChart

_ROOM: Final = 0.35
"""Of a picture's shorter side: where no disc so wide is left beside marked charts, none are looked for."""
_COVERED: Final = 0.5
"""Share of a chart's area that another may cover before one of them is a double."""


@dataclass(frozen=True, eq=False)
class Finding:
    """What a search for charts found.

    Attributes:
        found: charts, the largest first.
        refused: why charts that were seen are not used, a sentence each.
    """

    found: tuple[FoundChart, ...]
    refused: tuple[str, ...] = ()


def find_charts(
    light: Float[np.ndarray, "row column 3"], known: Sequence[Chart] | None = None
) -> tuple[FoundChart, ...]:
    """All charts in a picture, the largest first; arguments and errors as of `search_charts`."""
    return search_charts(light, known).found


def search_charts(light: Float[np.ndarray, "row column 3"], known: Sequence[Chart] | None = None) -> Finding:
    """All charts in a picture, and those that were seen and cannot be used.

    Where charts with marks leave no room for others, those without marks are not looked for.

    Args:
        light: linear sRGB, 1 where the picture clips.
        known: charts with marks that are looked for; None for the catalogue's.

    Raises:
        BadInput: it is no picture of three colours, or OpenCV or SciPy are not installed.
    """
    view = preview(light)
    if view is None:
        return Finding(())
    charts = _catalogue() if known is None else tuple(known)
    marked, unseen = fiducials.by_fiducials(view, charts)
    outlines = [one.outline for one in marked]
    explained = bool(outlines) and _room(view, outlines) < _ROOM
    alone = explained or known is not None
    rest = view.without(outlines)
    seen = Search((), ()) if alone else _cards(light, rest, outlines)
    cards = seen.found
    taken = [_outline(card) for card in cards] + [_about(one.corners) for one in seen.refused]
    content = () if explained else _by_content(rest, taken, whole=not marked)
    beside = (one for one in content if not _made_of(one, taken))
    found = [_judged(light, one) for one in _without_doubles((*marked, *beside))]
    whole = sorted((*found, *cards), key=lambda one: (-area(_outline(one)), one.chart.name))
    refused = (f"A colour card was seen and is not used: {one.reason}." for one in seen.refused)
    known_by = {one.chart.name for one in whole}
    marks = (sentence for name, sentence in unseen.items() if name not in known_by)
    return Finding(tuple(whole), (*marks, *refused))


def _room(view: Preview, outlines: list[Float[np.ndarray, "4 2"]]) -> float:
    """Diameter of the largest disc beside areas of a picture, of its shorter side."""
    cv2 = opencv()
    free = np.ones((view.tone.shape[0] + 2, view.tone.shape[1] + 2), np.uint8)
    free[0], free[-1], free[:, 0], free[:, -1] = 0, 0, 0, 0
    for outline in outlines:
        cv2.fillPoly(free, [np.round(outline / view.factor + 1).astype(np.int32)], 0.0)
    radius = float(cv2.distanceTransform(free, cv2.DIST_L2, 3).max())
    return 2 * radius / float(min(view.tone.shape))


def _about(centres: Float[np.ndarray, "4 2"]) -> Float[np.ndarray, "4 2"]:
    """A card about the centres of its corner patches: four rows of patches are a third higher than three."""
    middle = centres.mean(axis=0)
    return np.asarray(middle + 1.33 * (centres - middle))


def _made_of(one: Candidate, cards: Sequence[Float[np.ndarray, "4 2"]]) -> bool:
    """Whether what was taken for a chart are the patches of colour cards."""
    places = one.map(np.concatenate([_places(target) for target in one.chart.targets]))
    return any(_share_within(corners, places) > _COVERED for corners in cards)


def _by_content(
    view: Preview, cards: Sequence[Float[np.ndarray, "4 2"]], *, whole: bool
) -> tuple[Candidate, ...]:
    """Charts without marks that a picture shows.

    A patch of a card whose outline is known is no square of edges, and a picture with another chart in it is
    not as a whole one.
    """
    flat = fields.flat_fields(view) if whole else ()
    if flat:
        return flat
    even = plains.plains(view)
    steps = grey_steps.grey_steps(view, even)
    free = tuple(plain for plain in _outside(view, even, steps) if not _on_cards(view, plain, cards))
    squares = slanted_squares.slanted_squares(view, free)
    if steps and not squares:
        squares = slanted_squares.slanted_squares(view, _enclosed(view, even, steps[0]), least=1)
    boards = grids.checkerboards(view)
    dots = () if boards else grids.dot_grids(view)
    flare = () if dots or squares or not whole else fields.flare_targets(view)
    texture = (*stars.stars(view), *leafy_fields.leafy_fields(view))
    return (*steps, *squares, *boards, *dots, *flare, *texture)


def _outside(
    view: Preview, even: tuple[plains.Plain, ...], charts: tuple[Candidate, ...]
) -> tuple[plains.Plain, ...]:
    """Even areas that are no patches of charts that were found."""
    taken = [
        one.map(np.array(shape.corners)).mean(axis=0)
        for one in charts
        for shape in one.chart.shapes
        if isinstance(shape, Polygon)
    ]
    if not taken:
        return even
    sides = [np.sqrt(plain.area) * view.factor for plain in even]
    return tuple(
        plain
        for plain, side in zip(even, sides, strict=True)
        if np.linalg.norm(np.array(taken) - view.to_picture(plain.centre), axis=1).min() > 0.25 * side
    )


def _on_cards(view: Preview, plain: plains.Plain, cards: Sequence[Float[np.ndarray, "4 2"]]) -> bool:
    """Whether the middle of an even area lies on a card."""
    middle = np.asarray(view.to_picture(plain.centre), float).reshape(1, 2)
    return any(_share_within(card, middle) > 0.5 for card in cards)


def _enclosed(view: Preview, even: tuple[plains.Plain, ...], ring: Candidate) -> tuple[plains.Plain, ...]:
    """Large even areas in the middle of a ring of patches: the square that some rings stand about."""
    outline = ring.outline
    middle, size = outline.mean(axis=0), np.sqrt(area(outline))
    return tuple(
        plain
        for plain in even
        if plain.quadrilateral
        and np.linalg.norm(view.to_picture(plain.centre) - middle) < 0.15 * size
        and plain.area * view.factor**2 > 0.02 * size**2
    )


def _without_doubles(found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Of charts that lie over each other those whose word counts most, then the larger ones."""
    order = sorted(found, key=_standing)
    kept: list[Candidate] = []
    for one in order:
        if not any(_covers(other, one) for other in kept):
            kept.append(one)
    return tuple(kept)


def _standing(one: Candidate) -> tuple[float, bool, float, str]:
    """Whose word counts first; the squares of a board are edges only where no board is seen."""
    return -one.certainty, one.chart.name == "slanted-edges", -area(one.outline), one.chart.name


def _covers(known: Candidate, other: Candidate) -> bool:
    """Whether a chart that is known shows what another was made of."""
    names = (known.chart.name, other.chart.name)
    if known.certainty < 3 and "slanted-edges" in names and "checkerboard" not in names:
        return False
    places = np.concatenate([_places(target) for target in other.chart.targets])
    seen = other.map(places)
    return _share_within(known.outline, seen) > _COVERED


def _places(target: Target) -> Float[np.ndarray, "n 2"]:
    """Points of a target by which it is known, mm."""
    return target.points.reshape(-1, 2) if isinstance(target, Grid) else verdicts_of.corners_of(target)


def _share_within(corners: Float[np.ndarray, "4 2"], places: Float[np.ndarray, "n 2"]) -> float:
    """Share of places that lie in a convex quadrilateral."""
    ways = np.roll(corners, -1, axis=0) - corners
    off = places[:, None] - corners[None]
    sides = ways[None, :, 0] * off[..., 1] - ways[None, :, 1] * off[..., 0]
    return float(np.mean(np.all(sides >= 0, axis=1) | np.all(sides <= 0, axis=1)))


def _outline(found: FoundChart) -> Float[np.ndarray, "4 2"]:
    """Corners in the picture of the paper."""
    height, width = found.chart.size
    return found.to_picture(np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]))


def _cards(
    light: Float[np.ndarray, "row column 3"], rest: Preview, outlines: list[Float[np.ndarray, "4 2"]]
) -> Search:
    """Colour cards beside other charts; looked for where a picture is finite, and holds colours at all."""
    cv2 = opencv()
    if not coloured(np.sqrt(cv2.resize(rest.small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))):
        return Search((), ())
    if outlines:
        glance = search(rest.small)
        if not (glance.found or glance.refused):
            return glance
        light = covered(light, outlines)
    # A sum is finite where all that it is of is; only other pictures need the long way.
    whole = bool(np.isfinite(light.sum(dtype=np.float64)))
    return search(light if whole else np.nan_to_num(light, nan=0.0, posinf=1.0, neginf=0.0))


def _judged(light: Float[np.ndarray, "row column 3"], found: Candidate) -> FoundChart:
    """A candidate with the verdicts on its targets."""
    return FoundChart(
        found.chart,
        found.map,
        found.quarter_turns,
        found.rms,
        verdicts_of.verdicts(light, found.chart, found.map),
        found.map.distortion,
    )


def _catalogue() -> tuple[Chart, ...]:
    """Charts that we make ourselves."""
    from lichtbild.image import chart_catalogue

    return tuple(chart_catalogue.chart_named(name) for name in chart_catalogue.chart_names())
