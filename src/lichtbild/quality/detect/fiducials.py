"""Fiducials: charts found by their marks, whose numbers tell the chart and the corner.

Source: Garrido-Jurado et al., Automatic generation and detection of highly reliable fiducial markers under
occlusion, Pattern Recognition 47 (2014); the dictionary is OpenCV's 4X4_1000.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from jaxtyping import Float, UInt8

from lichtbild.image.chart import Chart, Fiducial
from lichtbild.quality.detect.borders import painted, sampled
from lichtbild.quality.detect.candidate import Candidate, area
from lichtbild.quality.detect.chart_map import ChartMap, first_map, fitted_map, of_points
from lichtbild.quality.detect.mark_cells import SURE, mark_near, marks_among
from lichtbild.quality.detect.mark_quads import mark_quads
from lichtbild.quality.detect.mark_sides import exact_corners
from lichtbild.quality.detect.preview import Preview, toned
from lichtbild.quality.detect.regions import inside, region
from lichtbild.quality.detect.registration import Registration, registered
from lichtbild.quality.detect.vision import opencv

_AGREE: Final = 0.2
"""Of a mark's side: how far a corner may lie from where the marks' common map puts it."""


_ALIKE: Final = 0.75
"""Correlation of a mark's 36 cells with what is printed there."""
_FRAMED: Final = 0.8
"""Correlation of a mark's black frame and the white about it with what is seen there."""
_UNLIKE: Final = 0.3
"""Correlation of a mark's inner cells with what is seen, below which a framed square is another mark."""
_BENT: Final = 0.12
"""Of a mark's side: what a homography leaves of the marks' corners where a lens's distortion is plain."""
_SLIPPED: Final = 0.3
"""Of a mark's side: how far a map may leave a mark that was read."""


_PLAIN: Final = 1.5
"""px of the preview by which a mark must lie off its place before a map is made anew."""
_CLIPPED: Final = 0.3
"""Share of a chart, from which on its clipping hides borders."""
_INSIDE: Final = 0.7
"""Share of a chart within the picture, below which it counts as cut off."""
_CELLS: Final = (np.stack(np.meshgrid(np.arange(-1, 7), np.arange(-1, 7)), axis=-1).reshape(-1, 2) + 0.5) / 6
"""Middles of a mark's cells and of those about it, in sides of the mark."""


@dataclass(frozen=True, eq=False)
class Mark:
    """A mark that was read.

    Attributes:
        number: of it.
        corners: in the picture, px, beginning with the upper left as printed.
    """

    number: int
    corners: Float[np.ndarray, "4 2"]


def marks(view: Preview, charts: Iterable[Chart]) -> tuple[Mark, ...]:
    """All marks of charts that can be read in a picture, by number.

    The preview is read, and unless it shows all marks of a chart, a picture of twice its pixels, where small
    marks have enough of them; of the same mark in both the finer one counts.

    Args:
        view: the picture.
        charts: whose marks are read.
    """
    known = tuple(charts)
    coarse = _read(view.grey, float(view.factor), known)
    numbers = {mark.number for mark in coarse}
    if any(chart.fiducials and numbers.issuperset(m.number for m in chart.fiducials) for chart in known):
        return _exact(view, coarse)
    read = _read(*_finer(view), known)
    for mark in coarse:
        if all(mark.number != one.number or _apart(mark, one) > _size(mark) for one in read):
            read.append(mark)
    return _exact(view, read)


def _exact(view: Preview, read: list[Mark]) -> tuple[Mark, ...]:
    """Marks by number, with the corners that the picture itself shows."""
    exact = (Mark(mark.number, exact_corners(view.light, mark.corners)) for mark in read)
    return tuple(sorted(exact, key=lambda mark: (mark.number, *mark.corners[0])))


def _read(grey: UInt8[np.ndarray, "r c"], factor: float, charts: tuple[Chart, ...]) -> list[Mark]:
    """Marks in a grey picture, each of whose pixels is so many of the whole one's wide.

    Once a mark is sure, the others of its chart need not be as sure.
    """
    quads = mark_quads(grey)
    sure = marks_among(grey, quads, [mark for chart in charts for mark in chart.fiducials], SURE)
    numbers = {number for number, _ in sure}
    likely = [m for chart in charts for m in chart.fiducials if numbers & {n.number for n in chart.fiducials}]
    read = marks_among(grey, quads, likely) if likely else []
    return [Mark(number, _placed(corners, factor)) for number, corners in read]


def _placed(corners: Float[np.ndarray, "4 2"], factor: float) -> Float[np.ndarray, "4 2"]:
    """Corners in the whole picture, of indices of a smaller one's pixels."""
    return np.asarray((np.asarray(corners, np.float64) + 0.5) * factor)


def _finer(view: Preview) -> tuple[UInt8[np.ndarray, "r c"], float]:
    """A grey picture of up to twice the preview's pixels, and pixels of the whole along one of them."""
    cv2 = opencv()
    if view.factor == 1:
        return cv2.resize(view.grey, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), 0.5
    factor = (view.factor + 1) // 2
    if factor == view.factor:
        return view.grey, float(view.factor)
    # Marks are black and white: their green is enough, at a third of the work.
    rows, columns = (side // factor for side in view.shape)
    green = cv2.extractChannel(np.asarray(view.light[: rows * factor, : columns * factor], np.float32), 1)
    return toned(cv2.resize(green, (columns, rows), interpolation=cv2.INTER_AREA)), float(factor)


def _size(mark: Mark) -> float:
    """Side of a mark, px."""
    return float(np.sqrt(area(mark.corners)))


def _apart(mark: Mark, other: Mark) -> float:
    """Distance of two marks' middles, px."""
    return float(np.hypot(*(mark.corners.mean(axis=0) - other.corners.mean(axis=0))))


def by_fiducials(view: Preview, charts: Iterable[Chart]) -> tuple[tuple[Candidate, ...], dict[str, str]]:
    """Charts with marks, each with its exact map; and by name why others are not used whose marks were read.

    A number that stands by itself may be read out of any texture; a chart counts only if its borders are
    where its marks put them.
    """
    known = tuple(charts)
    read = marks(view, known)
    found: list[Candidate] = []
    refused: dict[str, str] = {}
    for chart in known if read else ():
        numbers = {mark.number: mark for mark in chart.fiducials}
        own = [mark for mark in read if mark.number in numbers]
        while own:
            group, own = _group(own, numbers, view.shape)
            registration = _registered(view, chart, group, numbers)
            if registration is not None:
                found.append(Candidate(chart, registration.map, registration.rms, certainty=3))
            elif len(group) > 1 and not any(one.chart is chart for one in found):
                refused[chart.name] = _refusal(view, chart, group, numbers)
    return tuple(found), refused


def _refusal(view: Preview, chart: Chart, group: list[Mark], numbers: dict[int, Fiducial]) -> str:
    """Why a chart is not used of which several marks were read."""
    begin = f"{len(group)} of {len(numbers)} marks of {chart.title} were read and it is not used: "
    on_chart = np.vstack([_corners(numbers[mark.number]) for mark in group])
    start = first_map(of_points(on_chart, np.vstack([mark.corners for mark in group])), view.shape)
    if start is None or start.mirrored:
        return begin + "they lie as on no flat print that is seen from its front."
    height, width = chart.size
    x, y = np.meshgrid(np.linspace(0, width, 9), np.linspace(0, height, 9))
    at = start(np.stack([x, y], axis=-1).reshape(-1, 2))
    clipped = region(view.light, at[[0, 8, 80, 72]]).clipped
    inner = np.all((at > 0) & (at < np.array(view.shape[::-1])), axis=1).mean()
    if inner < _INSIDE:
        return begin + f"it is cut off, only {inner:.0%} of it lie within the picture."
    if clipped > _CLIPPED:
        return begin + f"it is clipped, {clipped:.0%} of it is at the picture's limit."
    return begin + "less than half of its borders are seen where the marks put them; covered or blurred?"


def _registered(
    view: Preview, chart: Chart, group: list[Mark], numbers: dict[int, Fiducial]
) -> Registration | None:
    """The chart's exact map from the marks of one print; where they do not agree, from some of them."""
    parts = [group] if len(group) < 3 else [group, *(group[:k] + group[k + 1 :] for k in range(len(group)))]
    for part in parts:
        on_chart = np.vstack([_corners(numbers[mark.number]) for mark in part])
        seen = of_points(on_chart, np.vstack([mark.corners for mark in part]))
        start = first_map(seen, view.shape)
        if start is None or start.mirrored:
            continue
        left = np.linalg.norm(start(seen.on_chart) - seen.in_picture, axis=1).max()
        # Blurred corners move inwards, which looks like distortion: only what is plain to see is fitted.
        if len(part) > 2 and left > _BENT * max(map(_size, part)):
            start, _ = fitted_map(seen, start, 1)
        found = registered(view.light, chart, start, on_chart, seen)
        if found is not None and _confirmed(view, chart, found.map, part):
            return _completed(view, chart, found, part) or found
    return None


def _completed(view: Preview, chart: Chart, found: Registration, read: list[Mark]) -> Registration | None:
    """The map once more with marks that were not read, where they are seen off the places it gives them.

    Far from the marks that were read a map is as good as the borders that lead there, and small charts
    have few that show.
    """
    known = {mark.number for mark in read}
    grey, factor = view.grey, float(view.factor)
    seen: list[Mark] = []
    for mark in chart.fiducials:
        at = found.map(_corners(mark)) / factor - 0.5
        if mark.number in known or not inside(grey.shape, at, 2.0):
            continue
        corners = mark_near(grey, at, mark, far=len(read) < 3)
        if corners is not None:
            seen.append(Mark(mark.number, exact_corners(view.light, _placed(corners, factor))))
    own = {mark.number: mark for mark in chart.fiducials}
    off = [np.linalg.norm(found.map(_corners(own[one.number])) - one.corners, axis=1).mean() for one in seen]
    if not off or max(off) < _PLAIN * factor:
        return None
    group = [*read, *seen]
    on_chart = np.vstack([_corners(own[mark.number]) for mark in group])
    sightings = of_points(on_chart, np.vstack([mark.corners for mark in group]))
    start = first_map(sightings, view.shape)
    if start is None or start.mirrored:
        return None
    again = registered(view.light, chart, start, on_chart, sightings)
    if again is None or not _confirmed(view, chart, again.map, group):
        return None
    return _completed(view, chart, again, group) or again


def _confirmed(view: Preview, chart: Chart, found: ChartMap, read: list[Mark]) -> bool:
    """Whether a map agrees with the marks.

    The borders of a chart that repeats itself also fit a map that is off by one period, and borders of one
    chart's marks fit another's; cells do not. Every mark that was read must lie where the map puts it, two at
    least must show their cells there if two were read, and more marks must be right than are other ones.
    What is covered by something that is no mark speaks for nothing.
    """
    own = {mark.number: mark for mark in chart.fiducials}
    for mark in read:
        off = np.linalg.norm(found(_corners(own[mark.number])) - mark.corners, axis=1)
        if np.median(off) > max(_SLIPPED * _size(mark), 3.0):
            return False
    shown = [_shown(view, chart, mark, found) for mark in chart.fiducials]
    right, wrong = shown.count("right"), shown.count("wrong")
    return right > wrong and right >= min(len(read), 2)


def _shown(view: Preview, chart: Chart, mark: Fiducial, found: ChartMap) -> str:
    """What a picture shows where a map puts a mark: the right one, a wrong one, or none."""
    inner = np.all((_CELLS > 0) & (_CELLS < 1), axis=1)
    at = found(np.array(mark.corner) + _CELLS * mark.side)
    if not inside(view.shape, at, 1.0):
        return "none"
    expected, measured = _printed(chart, mark), sampled(view.light, at)
    if _alike(expected[inner], measured[inner]) > _ALIKE:
        return "right"
    coded = np.all((_CELLS > 1 / 6) & (_CELLS < 5 / 6), axis=1)
    framed = _alike(expected[~coded], measured[~coded]) > _FRAMED
    return "wrong" if framed and _alike(expected[coded], measured[coded]) < _UNLIKE else "none"


@lru_cache(maxsize=256)
def _printed(chart: Chart, mark: Fiducial) -> Float[np.ndarray, "64"]:
    """What is printed in the cells of a mark and in those about it."""
    return painted(chart, np.array(mark.corner) + _CELLS * mark.side)


def _alike(expected: Float[np.ndarray, " n"], measured: Float[np.ndarray, " n"]) -> float:
    """Correlation of what is painted and what is seen; 0 where one is even."""
    if not (np.ptp(measured) > 0 and np.ptp(expected) > 0):
        return 0.0
    return float(np.corrcoef(expected, measured)[0, 1])


def _group(
    read: list[Mark], numbers: dict[int, Fiducial], shape: tuple[int, int]
) -> tuple[list[Mark], list[Mark]]:
    """The marks of one print, begun with the first, and those of others; each number once."""
    group: list[Mark] = [read[0]]
    rest: list[Mark] = []
    for mark in read[1:]:
        taken = any(mark.number == other.number for other in group)
        (rest if taken or not _fits(mark, group, numbers, shape) else group).append(mark)
    return group, rest


def _fits(mark: Mark, group: list[Mark], numbers: dict[int, Fiducial], shape: tuple[int, int]) -> bool:
    """Whether a mark lies on one plane with others, as well as their size lets one tell."""
    together = [*group, mark]
    on_chart = np.vstack([_corners(numbers[one.number]) for one in together])
    in_picture = np.vstack([one.corners for one in together])
    found = first_map(of_points(on_chart, in_picture), shape)
    if found is None or found.mirrored:
        return False
    side = np.sqrt(area(mark.corners))
    off = np.linalg.norm(found(on_chart) - in_picture, axis=1)
    return bool(off.max() < max(_AGREE * side, 4.0))


def _corners(mark: Fiducial) -> Float[np.ndarray, "4 2"]:
    """Corners of a mark on its chart, clockwise from the upper left."""
    (x, y), side = mark.corner, mark.side
    return np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]])
