"""What edges tell: the response of each colour across them, acutance, and both over the field.

A picture is measured in luminance and in each colour, a mosaic in each of its colours' own lattices.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Edge
from lichtbild.image.measure import Curve, Measure
from lichtbild.quality import acutance, field_map, sharpening
from lichtbild.quality.edge import iso2023, unbiased
from lichtbild.quality.edge.iso_window import iso_window
from lichtbild.quality.edge.region import Point, edge_region, refusal, region_of
from lichtbild.quality.parts.subject import Part, Subject
from lichtbild.quality.sampling import Channel, Lattice, mosaic_channels, picture_channels

LEAST_REACH = 6.0
"""Px to either side of an edge, below which it is not measured."""
_LONGEST = 400.0
"""Px of an edge that are measured, in its middle: more hardly tells more, and lenses bend it."""
_WHOLE = Lattice(np.zeros((1, 1)))
"""The picture's own pixels."""
_WHITE = 0.999
"""Light at which a sample counts as clipped."""


@dataclass(frozen=True)
class Placed:
    """An edge in a lattice's own pixels.

    Attributes:
        start: one end, column and row.
        end: the other end.
        reach: to either side.
        name: of the edge.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    reach: float
    name: str


@dataclass(frozen=True, eq=False)
class Told:
    """An edge's response in the whole picture's pixels.

    Attributes:
        measures: in words.
        frequencies: cycles/px.
        mtf: at them.
        spread: standard deviation of it.
        where: the edge and the channel.
        channel: the channel alone.
        by_iso: by the standard's program.
    """

    measures: tuple[Measure, ...]
    frequencies: np.ndarray
    mtf: np.ndarray
    spread: np.ndarray
    where: str
    channel: str
    by_iso: bool = False


def edges(subject: Subject) -> Part:
    """Responses of all usable edges, in each channel, by the methods that were asked for."""
    targets = [each for each in subject.usable(Edge) if isinstance(each, Edge)]
    method = subject.conditions.method
    told: list[Told] = []
    notes: list[str] = []
    channels = _channels(subject)
    for channel in channels:
        if method in ("unbiased", "both"):
            placed = [_placed(subject, each, _WHOLE) for each in targets]
            told.extend(_unbiased(subject, channel, placed, notes))
        if method in ("iso2023", "both"):
            placed = [_placed(subject, each, channel.lattices[0]) for each in targets]
            told.extend(_iso(subject, channel, placed, notes))
    if subject.specimen.lossy and any(not each.by_iso for each in told):
        notes.append(f"edges: {unbiased.LOSSY}")
    measures = tuple(measure for each in told for measure in each.measures)
    by_eye = [each for each in told if each.channel == eye(channels)]
    judged = [each for each in by_eye if method != "both" or not each.by_iso]
    seen = tuple(measure for each in judged for measure in _seen(subject, each, notes))
    curves = tuple(_curve(each) for each in by_eye)
    return Part((*_field(subject, measures), *measures, *seen), curves, tuple(dict.fromkeys(notes)))


def eye(channels: Sequence[Channel]) -> str:
    """The channel by which sharpness is judged: luminance, or green of a sensor's own colours."""
    names = [channel.name for channel in channels]
    return "luminance" if "luminance" in names else "green" if "green" in names else names[0]


def _channels(subject: Subject) -> tuple[Channel, ...]:
    specimen = subject.specimen
    if specimen.raw is None or specimen.raw.cfa is None or specimen.mosaic is None:
        return tuple(reversed(picture_channels(specimen.light)))
    return mosaic_channels(specimen.mosaic, specimen.raw.cfa)


def _placed(subject: Subject, edge: Edge, lattice: Lattice) -> Placed:
    """An edge where it lies in a lattice, no longer than is measured."""
    middle = (np.array(edge.start) + edge.end) / 2
    along = np.array(edge.end) - edge.start
    across = np.array([-along[1], along[0]]) / np.hypot(*along) * edge.reach
    places = np.array([edge.start, edge.end, middle, middle + across])
    start, end, centre, side = lattice.own(subject.found.to_picture(places))
    length = float(np.hypot(*(end - start)))
    keep = min(1.0, _LONGEST / length)
    start, end = centre + (start - centre) * keep, centre + (end - centre) * keep
    ends = [(float(x), float(y)) for x, y in (start, end)]
    return Placed(ends[0], ends[1], float(np.hypot(*(side - centre))), edge.name)


def _unbiased(subject: Subject, channel: Channel, placed: list[Placed], notes: list[str]) -> Iterator[Told]:
    """By the method of our own, on a channel's samples at their true places."""
    wanted = [each for each in placed if each.reach >= LEAST_REACH]
    if len(wanted) < len(placed):
        narrow = len(placed) - len(wanted)
        notes.append(f"{channel.name}: {narrow} edges have less than {LEAST_REACH:g} px beside them")
    spans = [(each.start, each.end, min(each.reach, unbiased.REACH)) for each in wanted]
    for edge, response in zip(wanted, _responses(channel, spans), strict=True):
        where = subject.placed(f"{edge.name}, {channel.name}")
        if isinstance(response, str):
            notes.append(f"{where}: {response}")
            continue
        azimuth = math.atan2(response.direction[0], -response.direction[1]) % math.pi
        words = tuple(replace(each, azimuth=azimuth) for each in unbiased.measures(response, where))
        yield Told(words, response.frequencies, response.mtf, response.mtf_spread, where, channel.name)


def _responses(
    channel: Channel, spans: Sequence[tuple[Point, Point, float]]
) -> "Sequence[unbiased.EdgeResponse | str]":
    """The response across each edge, or why there is none."""
    lattice = channel.lattices[0]
    if lattice.pitch == 1:
        return unbiased.measure_edges(lattice.samples, spans, white=_WHITE, threads=1)
    return [_scattered(channel, *span) for span in spans]


def _scattered(channel: Channel, start: Point, end: Point, reach: float) -> "unbiased.EdgeResponse | str":
    """The same of samples that do not fill a plane."""
    try:
        region = region_of(channel.near(start, end, reach), start, end, reach)
        return refusal(region, _WHITE) or unbiased.response_of(region)
    except BadInput as error:
        return str(error)


def _iso(subject: Subject, channel: Channel, placed: list[Placed], notes: list[str]) -> Iterator[Told]:
    """By the standard's reference program, on an upright window about each edge of one lattice."""
    lattice = channel.lattices[0]
    for edge in placed:
        where = subject.placed(f"{edge.name}, {channel.name}, iso2023")
        try:
            region = edge_region(lattice.samples, edge.start, edge.end, edge.reach)
            if reason := refusal(region, _WHITE):
                raise BadInput(reason)
            window, at = iso_window(lattice.samples, edge.start, edge.end, edge.reach)
            found = iso2023.measure_edge(window)
        except BadInput as error:
            notes.append(f"{where}: {error}")
            continue
        azimuth = math.atan2(edge.end[0] - edge.start[0], edge.start[1] - edge.end[1]) % math.pi
        words = (*iso2023.measures(found, where, at), *_halo(found, where, at))
        yield Told(
            tuple(_whole(measure, lattice, azimuth) for measure in words),
            lattice.frequency(found.frequencies),
            found.sfr[0],
            found.sfr_error[0],
            where,
            channel.name,
            by_iso=True,
        )


def _halo(found: iso2023.IsoResponse, where: str, at: Point) -> tuple[Measure, ...]:
    """Over- and undershoot of an edge's profile with the width of its halo; none of a profile too short."""
    profile = found.profiles[0]
    try:
        return sharpening.measures(
            sharpening.halo(found.spacing * np.arange(len(profile), dtype=float), profile), where=where, at=at
        )
    except BadInput:
        return ()


def _whole(measure: Measure, lattice: Lattice, azimuth: float) -> Measure:
    """A measure of a lattice in the whole picture's pixels."""
    scale = {"cycles/px": lattice.pitch, "px": 1 / lattice.pitch}.get(measure.unit, 1)
    ends = measure.interval
    at = measure.at
    if at is not None:
        column, row = lattice.whole(np.array([at]))[0]
        at = (float(column), float(row))
    return replace(
        measure,
        value=measure.value / scale,
        interval=None if ends is None else (ends[0] / scale, ends[1] / scale),
        at=at,
        azimuth=azimuth,
    )


def _seen(subject: Subject, told: Told, notes: list[str]) -> tuple[Measure, ...]:
    """Acutance of an edge under each viewing condition."""
    rows = len(subject.specimen.light)
    found: list[Measure] = []
    for viewing in subject.viewings:
        try:
            found.extend(
                acutance.measures(
                    told.frequencies, told.mtf, viewing, rows, error=told.spread, where=told.where
                )
            )
        except BadInput as error:
            notes.append(f"{told.where}: {error}")
    return tuple(found)


def _curve(told: Told) -> Curve:
    points = tuple((float(x), float(y)) for x, y in zip(told.frequencies, told.mtf, strict=True))
    return Curve("mtf", "frequency [cycles/px]", "contrast", points, told.where)


def _field(subject: Subject, measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """Means around the picture's middle, sagittal and tangential, of each channel."""
    size = subject.specimen.light.shape[:2]
    found: list[Measure] = []
    for one in field_map.field_maps(field_values(measures), size):
        words = field_map.measures(one, "mtf50", "cycles/px", unbiased.CLAUSE)
        found.extend(replace(each, where=subject.placed(each.where)) for each in words)
    return tuple(found)


def field_values(measures: Iterable[Measure]) -> list[field_map.FieldValue]:
    """The MTF50 of edges with their places and directions."""
    return [
        field_map.field_value(each, each.azimuth, each.where.split(", ")[-1])
        for each in measures
        if each.name == "mtf50" and each.azimuth is not None and each.at and each.interval
        if each.method == unbiased.METHOD and math.isfinite(each.value)
    ]
