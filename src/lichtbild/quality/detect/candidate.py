"""Candidate: a chart that a finder believes to have found, before it is judged."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.image.chart import Chart
from lichtbild.quality.detect.chart_map import ChartMap


@dataclass(frozen=True, eq=False)
class Candidate:
    """A chart and where it seems to lie.

    Attributes:
        chart: which.
        map: of it into the picture.
        rms: of what the map leaves of the points it was fitted to, px.
        certainty: whose word counts where two lie over each other; marks say 3, known layouts 2, shapes 1.
    """

    chart: Chart
    map: ChartMap
    rms: float
    certainty: int

    @property
    def outline(self) -> Float[np.ndarray, "4 2"]:
        """The paper's four corners in the picture."""
        height, width = self.chart.size
        return self.map(np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]))

    @property
    def quarter_turns(self) -> int:
        """By which the chart is turned in the picture, anticlockwise, 0 to 3."""
        middle = np.array(self.chart.size[::-1]) / 2
        way = self.map(np.array([middle + np.array([1e-3, 0.0])]))[0] - self.map(np.array([middle]))[0]
        return round(math.atan2(-way[1], way[0]) / (math.pi / 2)) % 4


def area(corners: Float[np.ndarray, "n 2"]) -> float:
    """Of a polygon, by the shoelace formula."""
    x, y = corners.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
