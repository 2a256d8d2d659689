"""Pictures of charts whose geometry is known exactly: a homography, a radial lens, averages over pixels."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lichtbild.image.chart import Chart, Grid, Paint
from lichtbild.quality.found_chart import FoundChart, Verdict

SIZE = (210, 270)
MIDDLE = np.array([SIZE[1] / 2, SIZE[0] / 2])
HALF = float(np.hypot(*SIZE)) / 2
HOMOGRAPHY = np.array([[2.3, 0.05, 4.0], [-0.04, 2.32, 6.0], [1e-4, -8e-5, 1.0]])
"""From mm to px."""


@dataclass(frozen=True)
class Lens:
    """Radial terms k1, k2, k3, and a shift and a magnification of a colour against them."""

    terms: tuple[float, float, float] = (0.0, 0.0, 0.0)
    shift: tuple[float, float] = (0.0, 0.0)
    magnification: float = 1.0

    def places(self, ideal: np.ndarray) -> np.ndarray:
        """Where ideal places go."""
        out = (ideal - MIDDLE) / HALF
        return MIDDLE + HALF * out * self._gain(out) * self.magnification + self.shift

    def ideal(self, places: np.ndarray) -> np.ndarray:
        """Where places came from."""
        wanted = (places - self.shift - MIDDLE) / HALF / self.magnification
        out = wanted
        for _ in range(12):
            out = wanted / self._gain(out)
        return MIDDLE + HALF * out

    def _gain(self, out: np.ndarray) -> np.ndarray:
        square = (out**2).sum(axis=-1, keepdims=True)
        return 1 + sum(term * square ** (i + 1) for i, term in enumerate(self.terms))


def projected(points: np.ndarray, matrix: np.ndarray = HOMOGRAPHY) -> np.ndarray:
    """Places by a homography."""
    both = np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1) @ matrix.T
    return both[..., :2] / both[..., 2:]


def rendered(
    light: Callable[[np.ndarray], np.ndarray], size: tuple[int, int] = SIZE, nodes: int = 2
) -> np.ndarray:
    """Means over pixels of light at places, by Gauss's and Legendre's rule."""
    at, weights = np.polynomial.legendre.leggauss(nodes)
    x, y = np.arange(size[1]) + 0.5, (np.arange(size[0]) + 0.5)[:, None]
    total = np.zeros(size)
    for down, of_row in zip(at / 2, weights / 2, strict=True):
        for across, of_column in zip(at / 2, weights / 2, strict=True):
            places = np.stack(np.broadcast_arrays(x + across, y + down), axis=-1)
            total += of_row * of_column * light(places)
    return total


def dot_grid(rows: int = 7, columns: int = 9, pitch: float = 12.0, radius: float = 3.0) -> Grid:
    """Dots."""
    x, y = np.meshgrid(12 + pitch * np.arange(columns), 10 + pitch * np.arange(rows))
    return Grid("dots", np.stack([x, y], axis=-1), "dots", radius)


def found(grid: Grid, lens: Lens, usable: bool = True) -> FoundChart:
    """The chart as a search might have found it: half a pixel off."""
    paints = (Paint("white", (95.0, 0.0, 0.0)), Paint("black", (10.0, 0.0, 0.0)))
    chart = Chart(grid.name, grid.name, (95.0, 120.0), paints, (), (grid,))
    verdicts = (Verdict(grid.name, usable),)
    off = np.array([0.4, -0.3])
    return FoundChart(chart, lambda at: lens.places(projected(np.asarray(at))) + off, 0, 0.5, verdicts)


def dots_picture(grid: Grid, lens: Lens, softness: float = 0.25, nodes: int = 2) -> np.ndarray:
    """Black dots on white paper, unevenly lit; their borders are soft over so many mm."""

    def light(places: np.ndarray) -> np.ndarray:
        chart = projected(lens.ideal(places), np.linalg.inv(HOMOGRAPHY))
        pitch = grid.points[0, 1, 0] - grid.points[0, 0, 0]
        cell = (chart - grid.points[0, 0]) / pitch
        last = np.array(grid.points.shape[1::-1]) - 1
        away = np.linalg.norm(cell - np.clip(np.round(cell), 0, last), axis=-1) * pitch
        lit = 0.7 + 2e-4 * (places[..., 0] - MIDDLE[0])
        return lit * (1 - 0.45 * (1 - np.tanh((away - grid.radius) / softness)))

    return rendered(light, nodes=nodes)
