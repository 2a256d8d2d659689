"""Chart reading: what a raw frame of charts tells of its camera: card, grid and edges, as they are found."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.camera.calibration.card_numbers import CardNumbers, card_numbers
from lichtbild.camera.calibration.spread_fit import EdgeSeen
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.develop.shading import gain_mapped
from lichtbild.image.cfa import Cfa
from lichtbild.image.chart import Edge, Patch
from lichtbild.image.opcode import GainMap
from lichtbild.image.specimen import Specimen
from lichtbild.quality.colour_plane import COLOURS, planes_of_mosaic
from lichtbild.quality.edge import unbiased
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.grid_points import grids_of
from lichtbild.quality.lateral_colour import Displacements, displacements
from lichtbild.quality.sampling import Lattice, mosaic_channels

LEAST_PATCHES: Final = 12
"""Patches of known spectra that make a card."""
LEAST_REACH: Final = 4.0
"""Px of a lattice to either side of an edge."""
LONGEST: Final = 200.0
"""Px of a lattice along an edge that are measured."""


@dataclass(frozen=True, eq=False)
class Card:
    """A colour card in a frame.

    Attributes:
        chart: its name.
        numbers: of its patches, where shading was known without it.
        spectra: names of the patches' reflectances.
    """

    chart: str
    numbers: CardNumbers
    spectra: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ChartReading:
    """What a frame tells.

    Attributes:
        charts: names of what was found.
        card: with the most patches; None without.
        grid: points of grids in the three colours; None without.
        edges: of red, green and blue.
        notes: why something could not be read.
    """

    charts: tuple[str, ...]
    card: Card | None
    grid: Displacements | None
    edges: tuple[tuple[EdgeSeen, ...], tuple[EdgeSeen, ...], tuple[EdgeSeen, ...]]
    notes: tuple[str, ...] = ()


def chart_reading(
    bench: Specimen, charts: tuple[FoundChart, ...], gains: tuple[GainMap, ...]
) -> ChartReading:
    """What the charts in a raw frame tell of its camera.

    Args:
        bench: the frame.
        charts: that were found in it.
        gains: that make its shading even; none where that is not known.

    Raises:
        BadInput: it is no mosaic of red, green and blue.
    """
    cfa = None if bench.raw is None else bench.raw.cfa
    if bench.mosaic is None or cfa is None or cfa.colours != COLOURS:
        raise BadInput("a camera is calibrated from mosaics of red, green and blue; give its raw files")
    mosaic, notes = bench.mosaic, []
    card, grid = None, None
    for found in charts:
        try:
            read = _card(mosaic, cfa, found, gains)
            card = max((card, read), key=lambda one: 0 if one is None else len(one.spectra))
            grid = _grid(mosaic, cfa, found) or grid
        except BadInput as error:
            notes.append(f"{found.chart.title}: {error}")
    # Light that falls off across an edge counts as its response otherwise, and makes it soft.
    even = _raised(mosaic, gains)
    edges = [tuple(_edges(even, cfa, charts, colour)) for colour in COLOURS]
    names = tuple(found.chart.name for found in charts)
    return ChartReading(names, card, grid, (edges[0], edges[1], edges[2]), tuple(notes))


def _card(
    mosaic: Float[np.ndarray, "row column"], cfa: Cfa, found: FoundChart, gains: tuple[GainMap, ...]
) -> Card | None:
    paints = found.chart.paints
    spectra = {
        target.name: str(paints[target.paint].spectrum)
        for target in found.chart.targets
        if isinstance(target, Patch) and paints[target.paint].spectrum is not None
    }
    if len(spectra) < LEAST_PATCHES:
        return None
    # What is full is told by the samples themselves, not by those that were raised.
    seen = card_numbers(planes_of_mosaic(mosaic, cfa), found)
    most = max((float(one.gains.max()) for one in gains), default=1.0)
    even = card_numbers(planes_of_mosaic(_raised(mosaic, gains) / np.float32(most), cfa), found)
    kept = [i for i, name in enumerate(even.names) if name in spectra and name in seen.names]
    if len(kept) < LEAST_PATCHES:
        raise BadInput(f"only {len(kept)} patches of the card are neither hidden nor full; expose it less")
    names = tuple(even.names[i] for i in kept)
    numbers = CardNumbers(names, even.numbers[kept] * most, even.lab[kept], even.grey[kept])
    return Card(found.chart.name, numbers, tuple(spectra[name] for name in names))


def _raised(mosaic: np.ndarray, gains: tuple[GainMap, ...]) -> np.ndarray:
    samples, whole = np.asarray(mosaic, np.float32)[..., None], Window(0, 0, *mosaic.shape)
    for gain in gains:
        samples = gain_mapped(gain, samples, whole, whole.extent)
    return samples[..., 0]


def _grid(mosaic: np.ndarray, cfa: Cfa, found: FoundChart) -> Displacements | None:
    grids = grids_of(found)
    if not grids:
        return None
    return displacements(planes_of_mosaic(mosaic.astype(float), cfa), found, grids)


def _edges(mosaic: np.ndarray, cfa: Cfa, charts: Iterable[FoundChart], colour: str) -> list[EdgeSeen]:
    """Edges of all charts in one colour; what cannot be measured is left out."""
    channels = {one.name: one for one in mosaic_channels(mosaic, cfa)}
    lattice, size = channels[colour].lattices[0], mosaic.shape
    seen: list[EdgeSeen] = []
    for found in charts:
        bad = {verdict.target for verdict in found.verdicts if not verdict.usable}
        targets = [one for one in found.chart.targets if isinstance(one, Edge) and one.name not in bad]
        spans = [_span(found, edge, lattice) for edge in targets]
        wanted = [span for span in spans if span[2] >= LEAST_REACH]
        seen.extend(
            _seen(response, lattice, (size[0], size[1]))
            for response in unbiased.measure_edges(lattice.samples, wanted, threads=1)
            if not isinstance(response, str) and np.isfinite(response.mtf50)
        )
    return seen


def _span(
    found: FoundChart, edge: Edge, lattice: Lattice
) -> tuple[tuple[float, float], tuple[float, float], float]:
    """Ends of an edge's middle part and the room beside it, in a lattice's own px."""
    start, end = np.array(edge.start), np.array(edge.end)
    way = end - start
    across = np.array([-way[1], way[0]]) / np.hypot(*way) * edge.reach
    middle = (start + end) / 2
    places = lattice.own(found.to_picture(np.array([start, end, middle, middle + across])))
    keep = min(1.0, LONGEST / float(np.hypot(*(places[1] - places[0]))))
    ends = [tuple((places[2] + (one - places[2]) * keep).tolist()) for one in places[:2]]
    reach = float(np.hypot(*(places[3] - places[2])))
    return (ends[0][0], ends[0][1]), (ends[1][0], ends[1][1]), min(reach, unbiased.REACH)


def _seen(response: unbiased.EdgeResponse, lattice: Lattice, size: tuple[int, int]) -> EdgeSeen:
    (column, row), half = lattice.whole(np.array([response.middle]))[0], hypot(*size) / 2
    right, down = response.direction
    return EdgeSeen(
        ((float(column) - size[1] / 2) / half, (size[0] / 2 - float(row)) / half),
        (-down, -right),  # a quarter turn of the way along the edge, y up
        lattice.frequency(response.frequencies),
        response.mtf,
        response.mtf_spread,
    )
