"""Grids: checkerboards and charts of dots, found by their points."""

from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Float32

from lichtbild.image.chart import Chart, Disc, Grid
from lichtbild.quality.detect.candidate import Candidate
from lichtbild.quality.detect.lattice import Lattice, largest_lattice
from lichtbild.quality.detect.made_chart import grey_paint, point_map
from lichtbild.quality.detect.preview import LUMINANCE, Preview
from lichtbild.quality.detect.vision import opencv

_LEAST_CORNERS: Final = 12
_LEAST_DOTS: Final = 16
_FILLED: Final = 0.7
"""Share of a grid's rows and columns that must have been seen."""
_OFF: Final = 0.06
"""Of the pitch, that a map with distortion may leave: more is no print."""
_ROUND: Final = 0.97
"""Share that an outline fills of the ellipse of its second moments: a square fills 3 / pi = 0.955."""
_MOST_POINTS: Final = 4000
_SIZES: Final = tuple(2.0 * 1.4**step for step in range(11))
"""Radii in the preview about which spots are of one size, each set half of the next one's."""
_MOST_SETS: Final = 4


def checkerboards(view: Preview) -> tuple[Candidate, ...]:
    """The largest checkerboard in a picture, if there is one."""
    points = _saddles(view)
    grid = largest_lattice(points)
    if len(grid.members) < _LEAST_CORNERS or min(grid.size) < 3 or grid.filled < _FILLED:
        return ()
    if not _alternates(view, points, grid):
        return ()
    exact = _refined_corners(view, points[grid.members])
    return _made(view, exact, grid, "corners", 0.0)


def dot_grids(view: Preview) -> tuple[Candidate, ...]:
    """The largest chart of dots in a picture, if there is one."""
    sets = [(points, radii, largest_lattice(points)) for points, radii in _dots(view)]
    if not sets:
        return ()
    points, radii, grid = max(sets, key=lambda one: len(one[2].members))
    if len(grid.members) < _LEAST_DOTS or min(grid.size) < 3 or grid.filled < _FILLED:
        return ()
    radius = float(np.median(radii[grid.members])) * view.factor
    exact = _refined_dots(view, view.to_picture(points[grid.members]), radius)
    return _made(view, exact, grid, "dots", radius)


def _made(
    view: Preview, exact: Float[np.ndarray, "n 2"], grid: Lattice, kind: str, radius: float
) -> tuple[Candidate, ...]:
    """The chart that the points are, with its map, if one fits."""
    rows, columns = grid.size
    pitch = float(np.median(_pitches(exact, grid)))
    mapped = point_map((grid.places + 1.0) * pitch, exact, view.shape)
    if mapped is None or mapped[1] > _OFF * pitch:
        return ()
    points = np.stack(np.meshgrid(np.arange(columns) + 1.0, np.arange(rows) + 1.0), axis=-1) * pitch
    paints = (grey_paint(0.9, "white"), grey_paint(0.03, "black"))
    size = ((rows + 1) * pitch, (columns + 1) * pitch)
    if kind == "dots":
        shapes = tuple(Disc((float(x), float(y)), radius, 1) for x, y in points.reshape(-1, 2))
        title = f"Dots, {columns} x {rows}"
        chart = Chart("dot-grid", title, size, paints, shapes, (Grid("dots", points, "dots", radius),))
    else:
        title = f"Checkerboard, {columns} x {rows} corners"
        chart = Chart("checkerboard", title, size, paints, (), (Grid("corners", points, "corners"),))
    return (Candidate(chart, mapped[0], mapped[1], certainty=2),)


def _pitches(exact: Float[np.ndarray, "n 2"], grid: Lattice) -> Float[np.ndarray, " m"]:
    """Distances of neighbours along rows."""
    places = {tuple(place): point for place, point in zip(grid.places.tolist(), exact, strict=True)}
    ways = [places[x + 1, y] - point for (x, y), point in places.items() if (x + 1, y) in places]
    return np.asarray(np.linalg.norm(np.array(ways).reshape(-1, 2), axis=1))


def _saddles(view: Preview) -> Float[np.ndarray, "n 2"]:
    """Places in the preview that are dark on two opposite sides and bright on the other two.

    The response is minus the determinant of the second derivatives, over what noise would give.
    """
    cv2 = opencv()
    smooth = cv2.GaussianBlur(view.tone, (0, 0), 1.5)
    across = cv2.Sobel(smooth, cv2.CV_32F, 2, 0)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 2)
    mixed = cv2.Sobel(smooth, cv2.CV_32F, 1, 1)
    response = mixed * mixed - across * down
    peak = cv2.dilate(response, np.ones((7, 7), np.uint8))
    limit = max(0.1 * float(response.max()), 2e-4)
    rows, columns = np.nonzero((response == peak) & (response > limit))
    if not len(rows):
        return np.zeros((0, 2))
    strongest = np.argsort(-response[rows, columns], kind="stable")[:_MOST_POINTS]
    points = np.stack([columns, rows], axis=1)[strongest].astype(np.float64)
    return np.asarray(points[_turns_four_times(view.tone, points)])


def _turns_four_times(
    tone: Float32[np.ndarray, "r c"], points: Float[np.ndarray, "n 2"]
) -> Bool[np.ndarray, " n"]:
    """Which places see bright, dark, bright, dark on a circle, so that its second harmonic is strong."""
    turn = 2 * np.pi * np.arange(16) / 16
    circle = 4.0 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    at = np.rint(points[:, None] + circle).astype(int)
    rows = np.clip(at[..., 1], 0, tone.shape[0] - 1)
    columns = np.clip(at[..., 0], 0, tone.shape[1] - 1)
    values = tone[rows, columns].astype(np.float64)
    power = np.abs(np.fft.rfft(values, axis=1)) ** 2
    return np.asarray(power[:, 2] > 0.7 * power[:, 1:].sum(axis=1))


def _alternates(view: Preview, points: Float[np.ndarray, "n 2"], grid: Lattice) -> bool:
    """Whether the squares between the corners are dark and bright in turn."""
    place = {tuple(one): points[index] for one, index in zip(grid.places.tolist(), grid.members, strict=True)}
    signs, values = [], []
    for (x, y), point in place.items():
        if (x + 1, y + 1) in place:
            middle = np.rint((point + place[x + 1, y + 1]) / 2).astype(int)
            values.append(float(view.tone[middle[1], middle[0]]))
            signs.append((x + y) % 2)
    if len(values) < 4 or len(set(signs)) < 2:
        return False
    dark, bright = sorted((np.array(values)[np.array(signs) == sign] for sign in (0, 1)), key=np.median)
    return bool(np.percentile(dark, 90) < np.percentile(bright, 10))


def _refined_corners(view: Preview, points: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 2"]:
    """Corners in the picture to parts of a pixel, each in a window of a quarter of its pitch."""
    cv2 = opencv()
    coarse = view.to_picture(_sub_pixel(cv2, view.tone, points, 3))
    if view.factor == 1:
        return coarse
    reach = 3 * view.factor
    exact = coarse.copy()
    for index, (x, y) in enumerate(coarse):
        left, top = int(x) - 2 * reach, int(y) - 2 * reach
        part = view.light[max(top, 0) : top + 4 * reach, max(left, 0) : left + 4 * reach]
        if part.shape[0] == part.shape[1] == 4 * reach:
            plane = np.ascontiguousarray(np.nan_to_num(part @ LUMINANCE), np.float32)
            found = _sub_pixel(cv2, plane, np.array([[x - left - 0.5, y - top - 0.5]]), reach)
            exact[index] = found[0] + [left + 0.5, top + 0.5]
    return np.where(np.linalg.norm(exact - coarse, axis=1, keepdims=True) < view.factor, exact, coarse)


def _sub_pixel(
    cv2: object, plane: Float32[np.ndarray, "r c"], points: Float[np.ndarray, "n 2"], reach: int
) -> Float[np.ndarray, "n 2"]:
    """Foerstner's point: where all gradients about it point past it."""
    stop = (3, 40, 1e-3)  # by count and by step
    start = np.ascontiguousarray(points.reshape(-1, 1, 2), np.float32)
    found = cv2.cornerSubPix(plane, start, (reach, reach), (-1, -1), stop)  # type: ignore[attr-defined]
    return np.asarray(found, np.float64).reshape(-1, 2)


def _dots(view: Preview) -> list[tuple[Float[np.ndarray, "n 2"], Float[np.ndarray, " n"]]]:
    """Middles and radii of round spots, darker or brighter than their surroundings, of one size; preview.

    Noise makes many small spots: sets of other sizes stand beside them, the most numerous first.
    """
    cv2 = opencv()
    sets = []
    for invert in (cv2.THRESH_BINARY_INV, cv2.THRESH_BINARY):
        block = max(15, max(view.tone.shape) // 12 | 1)
        offset = 12 if invert == cv2.THRESH_BINARY_INV else -12
        mask = cv2.adaptiveThreshold(view.grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, invert, block, offset)
        outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        table = np.array([one for one in map(_round, outlines) if one is not None]).reshape(-1, 3)
        for usual in _SIZES:
            alike = (table[:, 2] > 0.6 * usual) & (table[:, 2] < 1.6 * usual)
            sets.append((table[alike, :2], table[alike, 2]))
    known = [one for one in sets if len(one[0]) >= _LEAST_DOTS]
    return sorted(known, key=lambda one: -len(one[0]))[:_MOST_SETS]


def _round(outline: np.ndarray) -> tuple[float, float, float] | None:
    """Middle and radius of an outline that is an ellipse; None of any other."""
    cv2 = opencv()
    if len(outline) < 10 or len(outline) > 400:
        return None
    moments = cv2.moments(outline)
    area = moments["m00"]
    if area < 8:
        return None
    spread = np.array([[moments["mu20"], moments["mu11"]], [moments["mu11"], moments["mu02"]]]) / area
    # The ellipse with these second moments has the area 4 pi sqrt(det); any other shape has less.
    full = 4 * np.pi * np.sqrt(max(np.linalg.det(spread), 1e-9))
    wide, narrow = np.linalg.eigvalsh(spread)[::-1]
    if area < _ROUND * full or wide > 6 * narrow:
        return None
    return moments["m10"] / area, moments["m01"] / area, float(np.sqrt(area / np.pi))


def _refined_dots(view: Preview, places: Float[np.ndarray, "n 2"], radius: float) -> Float[np.ndarray, "n 2"]:
    """Centres of gravity of the dots' difference from the paper about them."""
    reach = int(np.ceil(1.5 * radius + 2))
    exact = places.copy()
    for _ in range(2):
        for index, (x, y) in enumerate(exact):
            left, top = int(np.floor(x)) - reach, int(np.floor(y)) - reach
            part = view.light[max(top, 0) : top + 2 * reach + 1, max(left, 0) : left + 2 * reach + 1]
            if part.shape[:2] != (2 * reach + 1, 2 * reach + 1):
                continue
            plane = np.nan_to_num(part @ LUMINANCE)
            rows, columns = np.mgrid[: plane.shape[0], : plane.shape[1]]
            away = np.hypot(columns + left + 0.5 - x, rows + top + 0.5 - y)
            ring = (away > 1.3 * radius + 1) & (away < 1.5 * radius + 2)
            weight = np.where(away < 1.3 * radius + 1, plane - np.median(plane[ring]), 0.0)
            total = weight.sum()
            if abs(total) > 1e-9:
                middle = (weight * columns).sum() / total, (weight * rows).sum() / total
                exact[index] = middle[0] + left + 0.5, middle[1] + top + 0.5
    return np.where(np.linalg.norm(exact - places, axis=1, keepdims=True) < radius, exact, places)
