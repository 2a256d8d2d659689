"""Targets: what a look is to reach, as the table ``[targets]`` of its file says.

Tone is L* of neutral objects by their light in EV around mid-grey; chroma and hue are CIELAB's under D65, of
colours with L* 50 and C* 15 to 35. Every target has a tolerance or is a limit, and becomes an `Aim`: one
number that can be measured, with the least and the most that it may be and the line of the file that asks
for it. `lichtbild.look.reached` measures them, `lichtbild.look.solve` solves a look from them.
"""

import math
import tomllib
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from lichtbild.core.errors import BadInput
from lichtbild.look.lines import line_of, lines_of

WHITE: Final = 98.0
"""L* that counts as white."""
STEP: Final = 0.2
"""Most by which the slope of tone may change, as a share, in a tenth of a stop above mid-grey."""

_DEFAULTS: Final[dict[str, float]] = {
    "grey_tolerance": 1.0,
    "black_tolerance": 0.6,
    "tone_tolerance": 1.5,
    "slope_tolerance": 0.7,
    "chroma_tolerance": 0.03,
    "hue_tolerance_deg": 1.0,
    "skin_hue_deg": 50.0,
    "skin_shift_deg": 0.0,
    "skin_shift_limit_deg": 1.0,
    "tint_tolerance": 0.5,
    "vignette_tolerance_ev": 0.05,
    "contrast_tolerance": 0.03,
    "grey_by_hue_tolerance": 2.0,
}
"""What is left out of a file is this: the tolerances that the look `authentic` has."""

_RANGES: Final[dict[str, tuple[float, float]]] = {
    "grey_lightness": (30.0, 70.0),
    "black_lightness": (0.0, 15.0),
    "slope": (3.0, 40.0),
    "white_ev": (1.0, 8.0),
    "chroma_ratio": (0.0, 2.0),
    "skin_hue_deg": (0.0, 360.0),
    "skin_shift_deg": (-15.0, 15.0),
    "lift_limit_ev": (0.0, 1.0),
    "overshoot_limit": (0.0, 0.2),
    "contrast": (0.3, 2.5),
    "toe_slope": (0.05, 2.5),
    "shoulder_slope": (0.05, 2.5),
} | {key: (1e-3, 30.0) for key in _DEFAULTS if "tolerance" in key or "limit" in key}
"""What each number may be."""

_LISTS: Final[dict[str, dict[str, tuple[float, float]]]] = {
    "tone": {"ev": (-8.0, 8.0), "lightness": (0.0, 100.0)},
    "colours": {"hue_deg": (0.0, 360.0), "chroma": (0.0, 2.0), "shift_deg": (-15.0, 15.0)},
    "tints": {"lightness": (1.0, 99.0), "a": (-30.0, 30.0), "b": (-30.0, 30.0)},
    "vignette": {"radius": (0.0, 1.0), "ev": (-4.0, 0.0)},
    "grey_by_hue": {"hue_deg": (0.0, 360.0), "lightness": (-40.0, 40.0)},
}
"""What each table in a list holds, and may hold."""
_MAY_ADD: Final = {"colours": {"shift_limit_deg": (1e-3, 15.0)}}

_PLACE: Final = {
    "tone": "ev",
    "colours": "hue_deg",
    "tints": "lightness",
    "vignette": "radius",
    "grey_by_hue": "hue_deg",
}
"""What tells the tables of a list apart."""


@dataclass(frozen=True)
class Aim:
    """One number that a look is to reach.

    Attributes:
        name: for people.
        measure: what is measured, such as "tone", "black", "chroma", "shift".
        at: where: an exposure, a hue, a lightness or a radius; 0 where there is no choice.
        wanted: the number.
        low: least that it may be.
        high: most that it may be.
        line: of the file.
    """

    name: str
    measure: str
    at: float
    wanted: float
    low: float
    high: float
    line: int

    def miss(self, value: float) -> float:
        """How far a value lies from the wanted, in tolerances; of a limit, the share of it that is used."""
        if math.isinf(self.low):
            return value / self.high
        room = self.high - self.wanted if value > self.wanted else self.wanted - self.low
        return (value - self.wanted) / room

    def is_met(self, value: float) -> bool:
        """Whether a value is allowed; a thousandth of the room is forgiven as rounding."""
        slack = 1e-3 * (self.high if math.isinf(self.low) else self.high - self.low)
        return self.low - slack <= value <= self.high + slack


@dataclass(frozen=True)
class Targets:
    """What a look is to reach.

    Attributes:
        numbers: by key, as the file has them or by default.
        lists: the tables of tone, colours, tints, vignette and greys by hue.
        aims: all of it, each with its tolerance and line.
    """

    numbers: dict[str, float]
    lists: dict[str, tuple[dict[str, float], ...]]
    aims: tuple[Aim, ...]

    def of(self, *measures: str) -> tuple[Aim, ...]:
        """The aims with these measures."""
        return tuple(aim for aim in self.aims if aim.measure in measures)


def parse_targets(text: bytes, name: str) -> Targets:
    """The targets of a look's TOML.

    Args:
        text: the file's bytes.
        name: how to call the look in messages.

    Raises:
        BadInput: it is no TOML, has no table of targets or an empty one, or a target is unknown, malformed,
            out of range or impossible; the message names the line.
    """
    try:
        table = tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"look '{name}' is not TOML ({error}); compare it with natural.toml") from error
    held = table.get("targets")
    if not isinstance(held, dict):
        raise BadInput(f"look '{name}' has no table [targets]; say there what it is to reach")
    reader = _Reader(name, lines_of(text.decode("utf-8")))
    numbers = _DEFAULTS | {key: reader.number(held, key) for key in held if key not in _LISTS}
    lists = {key: reader.tables(held, key) for key in _LISTS if key in held}
    targets = Targets(numbers, lists, tuple(_aims(numbers, lists, reader)))
    if not targets.aims:
        raise reader.refuse("has a table [targets] that asks for nothing; say there what it is to reach")
    _refuse_impossible(targets, reader)
    return targets


@dataclass(frozen=True)
class _Reader:
    """Reads numbers, and says in which line a wrong one stands."""

    name: str
    lines: dict[tuple[str | int, ...], int]

    def line(self, *path: str | int) -> int:
        return line_of(self.lines, "targets", *path)

    def refuse(self, what: str, *path: str | int) -> BadInput:
        return BadInput(f"line {self.line(*path)} of look '{self.name}' {what}")

    def number(self, held: dict[str, Any], key: str) -> float:
        if key not in _RANGES:
            raise self.refuse(f"asks for targets.{key}, which no look has; leave it out", key)
        return self.checked(held[key], _RANGES[key], key, key)

    def checked(self, value: Any, limits: tuple[float, float], key: str, *path: str | int) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not is_number or not limits[0] <= value <= limits[1]:
            kind = "takes numbers" if "tolerance" not in key else "is a tolerance and takes numbers"
            raise self.refuse(f"has {key} = {value!r}; it {kind} from {limits[0]:g} to {limits[1]:g}", *path)
        return float(value)

    def tables(self, held: dict[str, Any], key: str) -> tuple[dict[str, float], ...]:
        entries = held[key]
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self.refuse(f"has {key} that is no list of tables; write {key} = [{{ ... }}, ...]", key)
        return tuple(self.table(entry, key, index) for index, entry in enumerate(entries))

    def table(self, entry: dict[str, Any], key: str, index: int) -> dict[str, float]:
        needed, more = _LISTS[key], _MAY_ADD.get(key, {})
        if not needed.keys() <= entry.keys() <= needed.keys() | more.keys():
            raise self.refuse(f"has a table of {key} that needs exactly {', '.join(needed)}", key, index)
        ranges = needed | more
        return {part: self.checked(entry[part], ranges[part], part, key, index, part) for part in entry}


def _aims(
    numbers: dict[str, float], lists: dict[str, tuple[dict[str, float], ...]], reader: _Reader
) -> list[Aim]:
    aims = [*_tone_aims(numbers, lists, reader), *_colour_aims(numbers, lists, reader)]
    for key, measure, name in (
        ("lift_limit_ev", "lift", "lift at -3 EV"),
        ("overshoot_limit", "overshoot", "overshoot"),
    ):
        if key in numbers:
            limit = numbers[key]
            aims.append(Aim(name, measure, -3.0, limit, -math.inf, limit, reader.line(key)))
    tolerance = numbers["vignette_tolerance_ev"]
    for index, point in enumerate(lists.get("vignette", ())):
        line, ev = reader.line("vignette", index), point["ev"]
        name = f"vignette at radius {point['radius']:g}"
        aims.append(Aim(name, "vignette", point["radius"], ev, ev - tolerance, ev + tolerance, line))
    return aims


def _tone_aims(
    numbers: dict[str, float], lists: dict[str, tuple[dict[str, float], ...]], reader: _Reader
) -> list[Aim]:
    aims = []

    def add(name: str, measure: str, key: str, tolerance: float, at: float = 0.0) -> None:
        if key in numbers:
            value, line = numbers[key], reader.line(key)
            aims.append(Aim(name, measure, at, value, value - tolerance, value + tolerance, line))

    add("L* of black", "black", "black_lightness", numbers["black_tolerance"])
    tolerance = numbers["tone_tolerance"]
    for index, point in enumerate(lists.get("tone", ())):
        wanted, line = point["lightness"], reader.line("tone", index)
        name = f"L* at {point['ev']:+g} EV"
        aims.append(Aim(name, "tone", point["ev"], wanted, wanted - tolerance, wanted + tolerance, line))
    add("L* of mid-grey", "tone", "grey_lightness", numbers["grey_tolerance"])
    add("slope at mid-grey", "slope", "slope", numbers["slope_tolerance"])
    if "white_ev" in numbers:
        ev, line, most = numbers["white_ev"], reader.line("white_ev"), WHITE + tolerance
        name = f"L* at {ev:+g} EV (white)"
        aims.append(Aim(name, "tone", ev, (WHITE + most) / 2, WHITE, min(most, 100.0), line))
        aims.append(Aim("step in slope", "step", 0.0, STEP, -math.inf, STEP, line))
    for key, name in (
        ("contrast", "contrast, L* 25 to 75"),
        ("toe_slope", "slope of the toe"),
        ("shoulder_slope", "slope of the shoulder"),
    ):
        add(name, key, key, numbers["contrast_tolerance"] * (1 if key == "contrast" else 2))
    return aims


def _colour_aims(
    numbers: dict[str, float], lists: dict[str, tuple[dict[str, float], ...]], reader: _Reader
) -> list[Aim]:
    aims = []

    def add(name: str, measure: str, at: float, wanted: float, tolerance: float, line: int) -> None:
        aims.append(Aim(name, measure, at, wanted, wanted - tolerance, wanted + tolerance, line))

    if "chroma_ratio" in numbers:
        tolerance, line = numbers["chroma_tolerance"], reader.line("chroma_ratio")
        add("mean chroma", "mean_chroma", 0.0, numbers["chroma_ratio"], tolerance, line)
        skin, line = numbers["skin_hue_deg"], reader.line("skin_hue_deg")
        limit = numbers["skin_shift_limit_deg"]
        add("shift of skin", "shift", skin, numbers["skin_shift_deg"], limit, line)
    for index, point in enumerate(lists.get("colours", ())):
        hue, line = point["hue_deg"], reader.line("colours", index)
        add(f"chroma at {hue:g}°", "chroma", hue, point["chroma"], numbers["chroma_tolerance"], line)
        limit = point.get("shift_limit_deg", numbers["hue_tolerance_deg"])
        add(f"shift at {hue:g}°", "shift", hue, point["shift_deg"], limit, line)
    for index, point in enumerate(lists.get("tints", ())):
        line, tolerance = reader.line("tints", index), numbers["tint_tolerance"]
        for key in ("a", "b"):
            name = f"{key}* of neutral at L* {point['lightness']:g}"
            add(name, f"tint_{key}", point["lightness"], point[key], tolerance, line)
    for index, point in enumerate(lists.get("grey_by_hue", ())):
        line, hue = reader.line("grey_by_hue", index), point["hue_deg"]
        tolerance = numbers["grey_by_hue_tolerance"]
        add(f"L* of hue {hue:g}° beyond its own", "grey_by_hue", hue, point["lightness"], tolerance, line)
    return aims


def _refuse_impossible(targets: Targets, reader: _Reader) -> None:
    """Refuse what no look reaches: tone that falls, the same place twice, black above what has light."""
    for key, place in _PLACE.items():
        points = targets.lists.get(key, ())
        for index, point in enumerate(points):
            if any(point[place] == other[place] for other in points[:index]):
                raise reader.refuse(f"asks for {place} {point[place]:g} a second time; leave one", key, index)
    tone = sorted(targets.of("tone"), key=lambda aim: aim.at)
    for darker, lighter in pairwise(tone):
        if lighter.at > darker.at and lighter.wanted <= darker.wanted:
            raise BadInput(
                f"line {lighter.line} of look '{reader.name}' wants {lighter.name} {lighter.wanted:g}, which "
                f"is not above {darker.name} {darker.wanted:g} of line {darker.line}; more light is lighter"
            )
    black = targets.of("black")
    if black and tone and black[0].wanted >= tone[0].wanted:
        raise BadInput(
            f"line {black[0].line} of look '{reader.name}' wants black at L* {black[0].wanted:g}, which "
            f"is not below {tone[0].name} {tone[0].wanted:g} of line {tone[0].line}; no light is darkest"
        )
