"""Field map: how a measured number, such as MTF50, goes over the field, in both directions and each channel.

*Tangential* is light that varies along the radius from the picture's middle, as behind an edge that runs
around it; *sagittal* is light that varies across. An edge belongs to the nearer of both. What is measured at
scattered edges becomes a map by a Gaussian process: an even level, a tilt (a lens off its axis), a term of
the squared radius (what every lens does) and a smooth rest, whose size and extent are those that make the
values most likely. Each place of the map has a standard error; what lies too far from every edge stays empty.

Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), sections 2.2, 2.7 and 5.4.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final, Literal

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.numerics.gaussian_process import GaussianProcess

METHOD: Final = "field-map 1"

Direction = Literal["tangential", "sagittal", "middle"]

MIDDLE: Final = 0.08
"""Field, as part of half the diagonal, within which an edge has no direction of its own."""

REACH: Final = 0.35
"""Distance from the nearest value beyond which a map stays empty, as part of half the diagonal."""

LEAST: Final = 4
"""Values of a map."""

_LEVEL, _TILT, _RADIAL = 4.0, 1.0, 1.0
"""Standard deviations of level, tilt and radial term by that of the values, before any is seen."""
_EXTENTS = (0.25, 0.5, 1.0)
_RESTS = (0.1, 0.3, 0.6)

Places = Float[np.ndarray, "place 2"]
Others = Float[np.ndarray, "other 2"]
Numbers = Float[np.ndarray, " place"]
Grid = Float[np.ndarray, "row column"]


@dataclass(frozen=True)
class FieldValue:
    """A number that was measured at a place.

    Attributes:
        at: column and row of the place, px.
        normal: direction in which the light varies, radians from right to down.
        value: the number.
        error: its standard error, above 0.
        channel: such as "green".
    """

    at: tuple[float, float]
    normal: float
    value: float
    error: float
    channel: str = ""


def field_value(measure: Measure, normal: float, channel: str = "") -> FieldValue:
    """A measure with place and interval as a value of the field.

    Raises:
        BadInput: a measure without place, interval or finite value.
    """
    if measure.at is None or measure.interval is None or not np.isfinite(measure.value):
        raise BadInput(
            f"{measure.name} {measure.where} has no place, interval or value for a map over the field"
        )
    low, high = measure.interval
    return FieldValue(measure.at, normal, measure.value, max((high - low) / 3.92, 1e-12), channel)


def direction_of(at: tuple[float, float], normal: float, size: tuple[int, int]) -> tuple[Direction, float]:
    """Direction that a place's light varies in, and the angle between that and the radius, 0 to 90 degrees.

    Args:
        at: column and row of the place, px.
        normal: direction in which the light varies, radians from right to down.
        size: rows and columns of the picture.
    """
    across, down = at[0] - size[1] / 2, at[1] - size[0] / 2
    apart = normal - np.arctan2(down, across)
    angle = float(np.degrees(np.arccos(np.clip(abs(np.cos(apart)), 0, 1))))
    if np.hypot(across, down) < MIDDLE * np.hypot(*size) / 2:
        return "middle", angle
    return ("tangential" if angle <= 45 else "sagittal"), angle


@dataclass(frozen=True, eq=False)
class FieldMap:
    """A number over the field.

    Attributes:
        channel: whose.
        direction: "tangential" or "sagittal".
        size: rows and columns of the picture.
        values: what was measured.
        extent: of the smooth rest, as part of half the diagonal.
        rest: standard deviation of the smooth rest by that of the values.
    """

    channel: str
    direction: Direction
    size: tuple[int, int]
    values: tuple[FieldValue, ...]
    extent: float
    rest: float

    @cached_property
    def _places(self) -> Places:
        return _reduced(np.array([value.at for value in self.values]), self.size)

    @cached_property
    def _numbers(self) -> Numbers:
        return np.array([value.value for value in self.values])

    @cached_property
    def _spread(self) -> float:
        return max(float(self._numbers.std()), float(self._errors.min()))

    @property
    def _errors(self) -> Numbers:
        return np.array([value.error for value in self.values])

    @cached_property
    def _process(self) -> GaussianProcess:
        before = self._covariance(self._places, self._places)
        return GaussianProcess.of(before, self._numbers - self._numbers.mean(), self._errors**2)

    def _covariance(self, one: Places, other: Others) -> Float[np.ndarray, "place other"]:
        square = ((one[:, None] - other[None]) ** 2).sum(axis=2)
        radial = (one**2).sum(axis=1)[:, None] * (other**2).sum(axis=1)[None]
        smooth = self.rest**2 * np.exp(-square / (2 * self.extent**2))
        terms = _LEVEL**2 + _TILT**2 * one @ other.T + _RADIAL**2 * radial + smooth
        return np.asarray(self._spread**2 * terms)

    def mean(self, places: Places) -> Numbers:
        """Number at places, (column, row) in px; NaN far from all measured ones."""
        reduced = _reduced(np.asarray(places, float), self.size)
        return self._near(reduced, self._mean(self._covariance(reduced, self._places)))

    def at(self, places: Places) -> tuple[Numbers, Numbers]:
        """Number and its standard error at places, (column, row) in px; NaN far from all measured ones."""
        reduced = _reduced(np.asarray(places, float), self.size)
        cross = self._covariance(reduced, self._places)
        left = np.diag(self._process.left(self._covariance(reduced, reduced), cross))
        error = np.sqrt(np.maximum(left, 0))
        return self._near(reduced, self._mean(cross)), self._near(reduced, error)

    def grid(self, columns: int = 40) -> Grid:
        """The map on even cells over the whole picture, at their middles; NaN far from all measured ones."""
        rows = max(round(columns * self.size[0] / self.size[1]), 1)
        x = (np.arange(columns) + 0.5) * self.size[1] / columns
        y = (np.arange(rows) + 0.5) * self.size[0] / rows
        places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        return self.mean(places).reshape(rows, columns)

    def _mean(self, cross: Float[np.ndarray, "place value"]) -> Numbers:
        return np.asarray(self._numbers.mean() + self._process.mean(cross))

    def _near(self, reduced: Places, numbers: Numbers) -> Numbers:
        """Numbers at places, NaN at those far from all that was measured."""
        apart = ((reduced[:, None] - self._places[None]) ** 2).sum(axis=2).min(axis=1)
        return np.where(apart > REACH**2, np.nan, numbers)


def _reduced(places: Places, size: tuple[int, int]) -> Places:
    """Places from the picture's middle by half its diagonal."""
    return np.asarray((places - [size[1] / 2, size[0] / 2]) / (np.hypot(*size) / 2))


def field_maps(values: Iterable[FieldValue], size: tuple[int, int]) -> tuple[FieldMap, ...]:
    """Maps of all channels in both directions that have enough values; the middle's count in both.

    Args:
        values: what was measured.
        size: rows and columns of the picture.
    """
    every = list(values)
    found = []
    for channel in dict.fromkeys(value.channel for value in every):
        for direction in ("tangential", "sagittal"):
            chosen = [
                value
                for value in every
                if value.channel == channel
                and direction_of(value.at, value.normal, size)[0] in (direction, "middle")
            ]
            if len(chosen) >= LEAST:
                found.append(field_map(chosen, size, channel, direction))
    return tuple(found)


def field_map(
    values: Sequence[FieldValue], size: tuple[int, int], channel: str = "", direction: Direction = "sagittal"
) -> FieldMap:
    """The map through values, its smooth rest as likely as can be.

    Raises:
        BadInput: fewer than four values, or one that is not finite or without error.
    """
    if len(values) < LEAST:
        raise BadInput(f"a map over the field needs {LEAST} values or more, not {len(values)}")
    if not all(np.isfinite(value.value) and 0 < value.error < np.inf for value in values):
        raise BadInput("values of a map over the field have to be finite, with a standard error above 0")
    tried = [
        FieldMap(channel, direction, size, tuple(values), extent, rest)
        for extent, rest in product(_EXTENTS, _RESTS)
    ]
    return max(tried, key=lambda one: one._process.evidence)


FIELDS: Final = (0.0, 0.3, 0.5, 0.7, 0.85)
"""Fields, as parts of half the diagonal, at which a map is summed up."""


def ring(field: Float[np.ndarray, ""] | float, size: tuple[int, int]) -> Places:
    """Places of a field within the picture: eight around, those that fall inside."""
    radius = float(field) * float(np.hypot(*size)) / 2
    turn = np.arange(24) * np.pi / 12
    places = np.stack([size[1] / 2 + radius * np.cos(turn), size[0] / 2 + radius * np.sin(turn)], axis=1)
    inside = ((places >= 0) & (places <= [size[1], size[0]])).all(axis=1)
    return places[inside] if field else places[:1]


def measures(found: FieldMap, name: str, unit: str, clause: str) -> tuple[Measure, ...]:
    """Means around the picture's middle at several fields, and how far the sides and corners differ.

    Args:
        found: the map.
        name: of the number, such as ``mtf50``.
        unit: of the number.
        clause: that it was measured after.
    """
    rows = []
    place = f"{found.direction}, {found.channel}".removesuffix(", ")
    for field in FIELDS:
        mean, error = found.at(ring(field, found.size))
        known = np.isfinite(mean)
        where = f"field {field:g}, {place}"
        if known.sum() * 2 < len(mean):
            note = "no edge is near enough to most of this field"
            rows.append(Measure(f"{name}_field", float("nan"), unit, clause, METHOD, None, where, None, note))
            continue
        value = float(mean[known].mean())
        # Errors around a field go together: the process is smooth.
        reach = 1.96 * float(error[known].mean())
        ends = (value - reach, value + reach)
        rows.append(Measure(f"{name}_field", value, unit, clause, METHOD, ends, where))
    rows.append(_unevenness(found, name, unit, clause, place))
    return tuple(rows)


def _unevenness(found: FieldMap, name: str, unit: str, clause: str, place: str) -> Measure:
    """Greatest less least value around field 0.5, by the mean: what a tilted or decentred lens does."""
    mean = found.mean(ring(0.5, found.size))
    known = mean[np.isfinite(mean)]
    where = f"field 0.5, {place}"
    if len(known) < len(mean) or not known.mean() > 0:
        note = "not every side of field 0.5 is near an edge"
        return Measure(f"{name}_unevenness", float("nan"), "%", clause, METHOD, None, where, None, note)
    value = 100 * float((known.max() - known.min()) / known.mean())
    note = f"no interval; range by mean of {name}, whose unit is {unit or '1'}"
    return Measure(f"{name}_unevenness", value, "%", clause, METHOD, None, where, None, note)
