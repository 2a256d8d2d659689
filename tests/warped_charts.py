"""Charts as a camera sees them: printed, turned, tilted, bent by a lens, lit unevenly, blurred and noisy."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from lichtbild.image.chart import Chart, Polygon
from lichtbild.image.chart_raster import Canvas, drawn
from lichtbild.image.charts.paints import reflectance
from lichtbild.quality.detect.chart_map import FARTHEST, ChartMap, half_diagonal, middle

FINE = 2
"""Samples along a pixel."""
_COARSE = 8


@dataclass(frozen=True)
class Warp:
    """How a picture is taken; the ends of what is drawn evenly."""

    fill: tuple[float, float] = (0.6, 0.97)
    turn: float = np.pi
    tilt: float = 0.25
    bend: float = 0.1
    noise: tuple[float, float] = (0.002, 0.02)
    blur: tuple[float, float] = (0.4, 1.5)
    gradient: float = 0.5
    clutter: bool = True


def unmarked(chart: Chart) -> Chart:
    """A chart without its marks."""
    boxes = [(mark.corner[0], mark.corner[1], mark.side) for mark in chart.fiducials]
    kept = tuple(
        shape
        for shape in chart.shapes
        if not (
            isinstance(shape, Polygon)
            and any(
                abs(np.mean([c[0] for c in shape.corners]) - x - s / 2) < 0.7 * s
                and abs(np.mean([c[1] for c in shape.corners]) - y - s / 2) < 0.7 * s
                and np.ptp([c[0] for c in shape.corners]) < 1.7 * s
                for x, y, s in boxes
            )
        )
    )
    return replace(chart, shapes=kept, fiducials=())


def print_of(chart: Chart, finely: float = 6.0) -> np.ndarray:
    """The luminance of a chart, so many pixels a mm."""
    values = np.array([[reflectance(paint)] for paint in chart.paints])
    rows, columns = (round(side * finely) for side in chart.size)
    return drawn(chart, Canvas.whole(chart, rows, columns, values, np.ones(1)))[..., 0]


def a_map(chart: Chart, shape: tuple[int, int], warp: Warp, chance: np.random.Generator) -> ChartMap:
    """A map that shows the whole chart, drawn by chance."""
    height, width = chart.size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    room = np.array(shape[::-1]) / np.hypot(*shape)
    for _ in range(1000):
        angle = chance.uniform(-warp.turn, warp.turn)
        turning = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        placed = (corners - [width / 2, height / 2]) @ turning.T * 2 / np.hypot(width, height)
        placed = placed / (1 + placed @ chance.uniform(-warp.tilt, warp.tilt, 2))[:, None]
        placed *= chance.uniform(*warp.fill) * np.min(2 * room / np.ptp(placed, axis=0))
        placed -= (placed.max(axis=0) + placed.min(axis=0)) / 2
        placed += chance.uniform(-1, 1, 2) * np.maximum(room - np.abs(placed).max(axis=0), 0)
        homography = cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32))
        bend = tuple(chance.uniform(-1, 1, 2) * [warp.bend, warp.bend / 3])
        found = ChartMap(homography.astype(float), shape, (float(bend[0]), float(bend[1])))
        share = np.linspace(0, 1, 9)[:, None]
        rim = np.concatenate(
            [a + share * (b - a) for a, b in zip(corners, np.roll(corners, 1, 0), strict=True)]
        )
        seen = found(rim)
        if np.all(seen > 3) and np.all(seen < np.array(shape[::-1]) - 3):
            return found
    raise AssertionError("no such map shows the whole chart")


def seen(print_: np.ndarray, size: tuple[float, float], through: ChartMap, ground: np.ndarray) -> np.ndarray:
    """A print's luminance in the picture, over a ground of the picture's shape."""
    places = _places(through) * (np.array(print_.shape[::-1]) / size[::-1]) - 0.5
    x, y = places[..., 0].astype(np.float32), places[..., 1].astype(np.float32)
    shown, paper = (
        cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0.0)
        for plane in (print_, np.ones_like(print_))
    )
    behind = cv2.resize(ground.astype(np.float32), shown.shape[::-1], interpolation=cv2.INTER_LINEAR)
    shown = shown + (1 - paper) * behind
    return cv2.resize(shown, through.shape[::-1], interpolation=cv2.INTER_AREA)


def photographed(plane: np.ndarray, warp: Warp, chance: np.random.Generator) -> np.ndarray:
    """Light of a picture of a plane of luminance, 1 where it clips."""
    plane = cv2.GaussianBlur(plane, (0, 0), chance.uniform(*warp.blur))
    x, y = np.linspace(-1, 1, plane.shape[1])[None], np.linspace(-1, 1, plane.shape[0])[:, None]
    angle = chance.uniform(0, 2 * np.pi)
    slope = chance.uniform(0, warp.gradient)
    plane = plane * (1 + slope * (np.cos(angle) * x + np.sin(angle) * y) / np.sqrt(2))
    light = chance.uniform(0.6, 0.95) * plane[..., None] / (1 + slope) * [1.0, 0.96, 0.9]
    sigma = chance.uniform(*warp.noise)
    light = light + sigma * np.sqrt(np.maximum(light, 0.01)) * chance.normal(size=light.shape)
    return np.clip(light, 0, 1).astype(np.float32)


def clutter(shape: tuple[int, int], chance: np.random.Generator) -> np.ndarray:
    """A ground of boxes, discs and stripes."""
    plane = np.full(shape, chance.uniform(0.02, 0.6), np.float32)
    for _ in range(40):
        x, y = (int(chance.integers(0, side)) for side in shape[::-1])
        size, value = int(chance.integers(10, 150)), float(chance.uniform(0.01, 0.9))
        if chance.random() < 0.4:
            cv2.circle(plane, (x, y), size // 2, value, -1)
        elif chance.random() < 0.7:
            box = cv2.boxPoints(((x, y), (size, int(size * chance.uniform(0.2, 1))), chance.uniform(0, 90)))
            cv2.fillPoly(plane, [box.astype(np.int32)], value)
        else:
            cv2.line(
                plane, (x, y), tuple(int(chance.integers(0, s)) for s in shape[::-1]), value, size // 12 + 1
            )
    return plane


def _places(through: ChartMap) -> np.ndarray:
    """Places on the chart of the fine samples, mm: exact every 8 samples, linear between them."""
    rows, columns = (-(-side * FINE // _COARSE) + 4 for side in through.shape)
    x = ((np.arange(columns) - 1.5) * _COARSE) / FINE
    y = ((np.arange(rows) - 1.5) * _COARSE) / FINE
    at = (np.stack(np.meshgrid(x, y), axis=-1) - middle(through.shape)) / half_diagonal(through.shape)
    ideal = at.copy()
    for _ in range(40):
        square = np.minimum(np.sum(ideal**2, axis=-1, keepdims=True), FARTHEST**2)
        ideal = at / (1 + through.distortion[0] * square + through.distortion[1] * square**2)
    whole = np.concatenate([ideal, np.ones((*ideal.shape[:-1], 1))], -1) @ np.linalg.inv(through.homography).T
    depth = np.where(np.abs(whole[..., 2:]) > 1e-9, whole[..., 2:], 1e-9)
    coarse = (whole[..., :2] / depth).astype(np.float32)
    fine = cv2.resize(coarse, (columns * _COARSE, rows * _COARSE), interpolation=cv2.INTER_LINEAR)
    edge = 2 * _COARSE
    return fine[edge : edge + through.shape[0] * FINE, edge : edge + through.shape[1] * FINE]


def off(found: ChartMap, truth: ChartMap, chart: Chart) -> np.ndarray:
    """Distances between two maps at 9 x 7 places over the chart, px."""
    x, y = np.meshgrid(np.linspace(0, chart.size[1], 9), np.linspace(0, chart.size[0], 7))
    places = np.stack([x, y], axis=-1).reshape(-1, 2)
    return np.linalg.norm(found(places) - truth(places), axis=1)
