"""Fiducials: charts found by their marks, whose numbers tell the chart and the corner.

Source: Garrido-Jurado et al., Automatic generation and detection of highly reliable fiducial markers under
occlusion, Pattern Recognition 47 (2014); the dictionary is OpenCV's 4X4_1000.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, UInt8

from lichtbild.image.chart import Chart, Fiducial
from lichtbild.quality.detect.candidate import Candidate, area
from lichtbild.quality.detect.chart_map import first_map, fitted_map, of_points
from lichtbild.quality.detect.preview import Preview, preview
from lichtbild.quality.detect.registration import Registration, registered
from lichtbild.quality.detect.vision import opencv

_AGREE: Final = 0.12
"""Of a mark's side: how far a corner may lie from where the marks' common map puts it."""


@dataclass(frozen=True, eq=False)
class Mark:
    """A mark that was read.

    Attributes:
        number: of it.
        corners: in the picture, px, beginning with the upper left as printed.
    """

    number: int
    corners: Float[np.ndarray, "4 2"]


def marks(view: Preview) -> tuple[Mark, ...]:
    """All marks of the family that can be read in a picture, by number.

    The preview is read, and a picture of twice its pixels, where small marks have enough of them; of the same
    mark in both the finer one counts.
    """
    read: list[Mark] = []
    for grey, factor in (_finer(view), (view.grey, float(view.factor))):
        for mark in _read(grey, factor):
            middle = mark.corners.mean(axis=0)
            known = [one for one in read if one.number == mark.number]
            if all(np.linalg.norm(one.corners.mean(axis=0) - middle) > _same(mark) for one in known):
                read.append(mark)
    return tuple(sorted(read, key=lambda mark: (mark.number, *mark.corners[0])))


def _read(grey: UInt8[np.ndarray, "r c"], factor: float) -> list[Mark]:
    """Marks in a grey picture, each of whose pixels is so many of the whole one's wide."""
    cv2 = opencv()
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    settings.minMarkerPerimeterRate = 0.012
    settings.adaptiveThreshWinSizeMin = 9
    settings.adaptiveThreshWinSizeStep = 12
    settings.adaptiveThreshWinSizeMax = 45
    settings.adaptiveThreshConstant = 5
    # Small and blurred marks have round corners and grey cells; what is misread fails by its borders.
    settings.polygonalApproxAccuracyRate = 0.07
    settings.perspectiveRemovePixelPerCell = 8
    settings.perspectiveRemoveIgnoredMarginPerCell = 0.3
    settings.maxErroneousBitsInBorderRate = 0.5
    settings.errorCorrectionRate = 1.0
    settings.minOtsuStdDev = 2.0
    family = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_1000)
    corners, numbers, _ = cv2.aruco.ArucoDetector(family, settings).detectMarkers(grey)
    if numbers is None:
        return []
    places = [(np.asarray(four[0], np.float64) + 0.5) * factor for four in corners]
    return [Mark(int(number), four) for number, four in zip(np.ravel(numbers), places, strict=True)]


def _finer(view: Preview) -> tuple[UInt8[np.ndarray, "r c"], float]:
    """A grey picture of up to twice the preview's pixels, and pixels of the whole along one of them."""
    cv2 = opencv()
    if view.factor == 1:
        return cv2.resize(view.grey, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), 0.5
    factor = (view.factor + 1) // 2
    finer = preview(view.light, -(-max(view.shape) // factor))
    return (view.grey, float(view.factor)) if finer is None else (finer.grey, float(finer.factor))


def _same(mark: Mark) -> float:
    """Distance below which two marks of one number are one, px."""
    return float(np.sqrt(area(mark.corners)))


def by_fiducials(view: Preview, charts: Iterable[Chart]) -> tuple[Candidate, ...]:
    """Charts with marks, each with its exact map.

    A number that stands by itself may be read out of any texture; a chart counts only if its borders are
    where its marks put them.
    """
    read = marks(view)
    found = []
    for chart in charts if read else ():
        numbers = {mark.number: mark for mark in chart.fiducials}
        own = [mark for mark in read if mark.number in numbers]
        while own:
            group, own = _group(own, numbers, view.shape)
            registration = _registered(view, chart, group, numbers)
            if registration is not None:
                found.append(Candidate(chart, registration.map, registration.rms, certainty=3))
    return tuple(found)


def _registered(
    view: Preview, chart: Chart, group: list[Mark], numbers: dict[int, Fiducial]
) -> Registration | None:
    """The chart's exact map from the marks of one print."""
    on_chart = np.vstack([_corners(numbers[mark.number]) for mark in group])
    seen = of_points(on_chart, np.vstack([mark.corners for mark in group]))
    start = first_map(seen, view.shape)
    if start is None or start.mirrored:
        return None
    if len(group) > 2:
        start, _ = fitted_map(seen, start, 1)
    return registered(view.light, chart, start, on_chart, seen)


def _group(
    read: list[Mark], numbers: dict[int, Fiducial], shape: tuple[int, int]
) -> tuple[list[Mark], list[Mark]]:
    """The marks of one print, begun with the first, and those of others; each number once."""
    group, rest = [read[0]], []
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
    return bool(off.max() < max(_AGREE * side, 3.0))


def _corners(mark: Fiducial) -> Float[np.ndarray, "4 2"]:
    """Corners of a mark on its chart, clockwise from the upper left."""
    (x, y), side = mark.corner, mark.side
    return np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]])
