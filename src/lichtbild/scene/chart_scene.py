"""Chart scene: a chart of the catalogue in a light, in the middle of a frame, and what it shows."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart, Grid, Paint, Star
from lichtbild.image.chart import Edge as EdgeOfChart
from lichtbild.image.chart import Patch as PatchOfChart
from lichtbild.image.chart_raster import Canvas, drawn
from lichtbild.image.charts.paints import reflectance
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting, lit
from lichtbild.scene.reflectance import check, knots, of_paints, samples_of
from lichtbild.scene.truth import ChartScene, Edge, Patch, Truth

FILL = 0.95
"""Part of a frame that a chart's paper fills, by the side that is nearer to it."""
SURROUND = 0.18
"""Reflectance of what is about the paper."""


@dataclass(frozen=True)
class Place:
    """Where a chart lies in a frame: its middle on the axis, upright.

    Attributes:
        scale: tangents of a millimetre.
        size: height and width of the paper, mm.
    """

    scale: float
    size: tuple[float, float]

    @staticmethod
    def within(frame: Frame, chart: Chart, fill: float = FILL) -> "Place":
        """As large as part of a frame allows.

        Args:
            frame: where the chart lies.
            chart: which.
            fill: part of the frame, above 0 to 1.

        Raises:
            BadInput: the part is none of these.
        """
        if not 0 < fill <= 1:
            raise BadInput(f"a chart fills above 0 to 1 of its frame, not {fill:g}")
        (tall, wide), (height, width) = frame.size, chart.size
        return Place(fill * min(tall / height, wide / width), chart.size)

    def tangents(self, points: Float[np.ndarray, "*many 2"]) -> Float[np.ndarray, "*many 2"]:
        """Tangents (x, y), y up, of places on the chart, mm, y down."""
        middle = np.array([self.size[1] / 2, self.size[0] / 2])
        return np.asarray((np.asarray(points, float) - middle) * (self.scale, -self.scale))

    def canvas_edges(self, frame: Frame) -> tuple[Float[np.ndarray, " x"], Float[np.ndarray, " y"]]:
        """Borders of a frame's columns and rows on the chart, mm, y down."""
        return frame.x_edges / self.scale + self.size[1] / 2, -frame.y_edges / self.scale + self.size[0] / 2


def chart_scene(
    chart: Chart, frame: Frame, lighting: Lighting, *, fill: float = FILL, surround: float = SURROUND
) -> ChartScene:
    """A chart in a light, each pixel the mean over its rectangle.

    Paints have the spectra that are known of them; greys reflect all bands alike. One spectrum for all greys
    and one for each coloured paint; where these are more than the wavelengths that spectra are tabulated at,
    one for each of those, between which the tables are straight: that is exact for any number of paints.

    Args:
        chart: which.
        frame: where it lies.
        lighting: what falls on it.
        fill: part of the frame that the paper fills.
        surround: reflectance of what is about it.

    Raises:
        BadInput: the paper does not fit, the surround is no reflectance, or a coloured paint has no spectrum.
    """
    place = Place.within(frame, chart, fill)
    values, spectra = _planes(chart.paints, lighting)
    grey = np.zeros(len(spectra))
    grey[0] = 1.0
    x_edges, y_edges = place.canvas_edges(frame)
    weights = drawn(chart, Canvas(x_edges, y_edges, values, grey, check(surround) * grey))
    # What is left of differences in float32 is no light.
    np.maximum(weights, 0.0, out=weights)
    return ChartScene(
        lit(frame, lighting, weights, spectra, chart.name), _truth(chart, place, values @ spectra)
    )


def _planes(
    paints: tuple[Paint, ...], lighting: Lighting
) -> tuple[Float[np.ndarray, "paint spectrum"], Float[np.ndarray, "spectrum band"]]:
    """Weights of each paint, and the reflectances that they weigh; the first is that of a perfect white."""
    bands = len(lighting.edges) - 1
    coloured = [index for index, paint in enumerate(paints) if paint.spectrum is not None]
    grey = [reflectance(paint) if paint.spectrum is None else 0.0 for paint in paints]
    for paint in paints:
        if paint.spectrum is None and any(paint.lab[1:]):
            raise BadInput(f"nothing is known of the spectrum of the paint '{paint.name}'; it makes no scene")
    names = tuple(str(paints[index].spectrum) for index in coloured)
    if len(coloured) <= len(knots()):
        parts, spectra = np.eye(len(coloured)), of_paints(names, lighting.edges)
    else:
        parts, spectra = samples_of(names), of_paints(None, lighting.edges)
    values = np.zeros((len(paints), 1 + len(spectra)))
    values[:, 0] = grey
    values[coloured, 1:] = parts
    return values, np.concatenate([np.ones((1, bands)), spectra])


def _truth(chart: Chart, place: Place, reflectances: Float[np.ndarray, "paint band"]) -> Truth:
    """What a chart shows, in tangents."""
    patches, edges, points = [], [], []
    for target in chart.targets:
        match target:
            case PatchOfChart():
                corners = place.tangents(np.array(target.corners))
                (left, low), (right, high) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
                patches.append(Patch(target.name, (left, low, right, high), target.paint))
            case EdgeOfChart():
                edges.append(_edge(target, chart, place))
            case Grid():
                points.append(place.tangents(target.points).reshape(-1, 2))
            case Star():
                points.append(place.tangents(np.array([target.centre])))
    known = np.concatenate(points) if points else None
    return Truth(tuple(patches), reflectances, known, tuple(edges))


def _edge(target: EdgeOfChart, chart: Chart, place: Place) -> Edge:
    """An edge with its normal: bright lies to the left of the way from its start to its end."""
    start, end = place.tangents(np.array([target.start, target.end]))
    across, up = end - start
    x, y = ((start + end) / 2).tolist()
    dark, bright = (reflectance(chart.paints[paint]) for paint in (target.dark, target.bright))
    return Edge((x, y), math.atan2(across, -up), dark, bright)
