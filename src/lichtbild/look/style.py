"""Style: a look's numbers, read from its TOML.

The file has a table for each part of the look and a table ``targets`` that says what the numbers are to
reach: `lichtbild.look.targets` reads those, and `lichtbild.look.solve` solves the numbers from them. Every
table but ``view``, ``local_tone`` and ``sharpening`` may be left out. What a part may hold is said by the
stage's own fields.
"""

import math
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np

from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.look import colour_mix, film, tone_bath
from lichtbild.look.colour_mix import ColourMix, Skin
from lichtbild.look.grain import Grain
from lichtbild.look.lines import line_of, lines_of
from lichtbild.look.local_tone import ToneTargets
from lichtbild.look.lut_table import from_table
from lichtbild.look.monochrome import Monochrome
from lichtbild.look.residual import Residual
from lichtbild.look.sharpen import Sharpen
from lichtbild.look.tone_bath import ToneBath
from lichtbild.look.view import ViewTransform
from lichtbild.look.vignette import Falloff

Ranges = dict[str, tuple[float, float]]

VIEW: Final[Ranges] = {
    "contrast": (0.5, 4.0),
    "skew": (0.2, 5.0),
    "grey": (0.05, 0.5),
    "black": (0.0, 0.04),
    "inset": (0.0, 0.5),
    "outset": (0.5, 2.0),
    "preserve_hue": (0.0, 1.0),
    "toe": (0.0, 0.5),
    "shoulder": (0.0, 3.0),
}
LOCAL_TONE: Final[Ranges] = {"lift_ev": (0.0, 0.8), "tame_ev": (0.0, 0.8)}
SHARPENING: Final[Ranges] = {
    "amount": (0.0, 4.0),
    "radius": (0.3, 2.0),
    "overshoot": (0.0, 0.2),
    "noise": (0.0, 0.1),
}
COLOUR_MIX: Final[Ranges] = {"chroma": (0.0, 2.0), "hue_deg": (-20.0, 20.0)}
SKIN: Final[Ranges] = {"hue_deg": (-20.0, 20.0), "strength": (0.0, 1.0)}
MONOCHROME: Final[Ranges] = {"weights": (-3.0, 3.0)}
VIGNETTE: Final[Ranges] = {"keep": (0.0, 1.0), "corner_ev": (-2.0, 0.0), "exponent": (1.0, 8.0)}
GRAIN: Final[Ranges] = {"granularity": (0.0, 40.0), "size_um": (0.0, 30.0), "colour": (0.0, 1.0)}
TONE_BATH: Final[Ranges] = {"a": (-30.0, 30.0), "b": (-30.0, 30.0)}
NIGHT: Final[Ranges] = {"mean_lightness": (5.0, 100.0), "unlit_lightness": (1.0, 100.0)}
WHITE: Final[Ranges] = {"kelvin": (2000.0, 15000.0)}
"""What each number of a look may be."""

KEYS: Final = (
    *(
        "schema",
        "name",
        "description",
        "view",
        "colour_mix",
        "skin",
        "monochrome",
        "tone_bath",
        "local_tone",
        "sharpening",
    ),
    *("vignette", "grain", "night", "white", "lut", "trust", "targets"),
)
"""What a look's file may hold; trust is how sure a learned table is, which rendering does not ask."""

ROUNDED_SUM: Final = 1e-3
"""How far a monochrome's weights may be from summing to 1."""

_OPTIONAL: Final = ("toe", "shoulder")
"""Numbers that a file may leave out; they are 0 then."""
_GEOMETRIC: Final = ("contrast", "skew", "grey", "outset", "radius", "chroma")
"""Numbers whose factor, and not whose difference, grows with strength; none of them can be 0 in between."""
_FROM_NOTHING: Final = {"toe": 0.02, "shoulder": 0.02}
"""Numbers that grow from 0 by a factor, too, once they are well beyond these."""


@dataclass(frozen=True)
class NightCaps:
    """How light the picture of a night may be.

    Attributes:
        mean_lightness: L* of the picture in the mean, at most.
        unlit_lightness: L* that its unlit parts, the darker quarter, may reach.
    """

    mean_lightness: float = 100.0
    unlit_lightness: float = 12.0


@dataclass(frozen=True)
class Style:
    """The parts of a look.

    Attributes:
        view: its view transform.
        local_tone: what it wants of local tone.
        sharpen: its output sharpening.
        colour_mix: its colours; None where the view transform says all.
        monochrome: its one grey; None where it has colours.
        tone_bath: its tint by lightness; None where it has none.
        night: how light it lets a night become.
        white_kelvin: temperature of the daylight that it takes for white, whatever the light was; None
            where it takes the white balance of the photograph.
        white_share: share to which that white takes the place of the photograph's own, 0 to 1.
        lut: the table that comes last of its colours; None where it has none.
        vignette: what it keeps of the lens's fall-off; None for nothing.
        grain: its film's, with no picture's seed; None for none.
    """

    view: ViewTransform
    local_tone: ToneTargets
    sharpen: Sharpen
    colour_mix: ColourMix | None = None
    monochrome: Monochrome | None = None
    tone_bath: ToneBath | None = None
    night: NightCaps = NightCaps()
    white_kelvin: float | None = None
    white_share: float = 1.0
    lut: Residual | None = None
    vignette: Falloff | None = None
    grain: Grain | None = None

    def at(self, strength: float) -> "Style":
        """The style at another strength: `natural` at 0, itself at 1, and half as far again beyond it at 1.5.

        Numbers that say how many times as much change by a factor, others by a difference, all of them
        smoothly, and each stays within what it may be.
        """
        if strength == 1:
            return self
        base = style("natural")
        if strength == 0:
            return base
        return replace(
            self,
            view=_between(base.view, self.view, strength, VIEW),
            local_tone=_between(base.local_tone, self.local_tone, strength, LOCAL_TONE),
            sharpen=_between(base.sharpen, self.sharpen, strength, SHARPENING),
            colour_mix=_mixed(base.colour_mix, self.colour_mix, strength),
            monochrome=_grown(self.monochrome, strength, {"amount": (0.0, 1.0)}),
            tone_bath=_grown(self.tone_bath, strength, TONE_BATH),
            night=_between(base.night, self.night, strength, NIGHT),
            lut=None if self.lut is None else replace(self.lut, strength=strength),
            vignette=self.vignette and self.vignette.times(strength),
            grain=self.grain and self.grain.times(strength),
            white_share=min(strength, 1.0),
        )


def _mixed(low: ColourMix | None, high: ColourMix | None, share: float) -> ColourMix | None:
    """A colour mix between those of two looks, or beyond the second."""
    if low is None and high is None:
        return None
    low, high = low or ColourMix(), high or ColourMix()
    mix: ColourMix = _between(low, high, share, COLOUR_MIX)
    if low.skin is None and high.skin is None:
        return mix
    skin = _between(low.skin or Skin(strength=0.0), high.skin or Skin(strength=0.0), share, SKIN)
    return replace(mix, skin=skin)


def _grown(part: Any, share: float, ranges: Ranges) -> Any:
    """A part that the look has and `natural` has not, at a share of itself."""
    if part is None:
        return None
    nothing = {key: _plain(np.zeros_like(np.array(getattr(part, key), float))) for key in ranges}
    return _between(replace(part, **nothing), part, share, ranges)


def _between(low: Any, high: Any, share: float, ranges: Ranges) -> Any:
    """A part of a look between those of two looks, or beyond the second, within what it may be."""
    mixed = {}
    for key, limits in ranges.items():
        first, second = np.array(getattr(low, key)), np.array(getattr(high, key))
        if key in _FROM_NOTHING:
            little = _FROM_NOTHING[key]
            value = (first + little) * ((second + little) / (first + little)) ** share - little
        elif key in _GEOMETRIC and (first > 0).all() and (second > 0).all():
            value = first * (second / first) ** share
        else:
            value = first + share * (second - first)
        mixed[key] = _plain(np.clip(value, *limits))
    return replace(high, **mixed)


def _plain(value: Any) -> Any:
    return tuple(value.tolist()) if value.ndim else float(value)


@cache
def style(name: str) -> Style:
    """The package's own style of a name."""
    return parse(resources.read("look", "catalogue", f"{name}.toml"), name)


@cache
def parse(text: bytes, name: str) -> Style:
    """The style that a look's TOML describes.

    Args:
        text: the file's bytes.
        name: how to call it in messages.

    Raises:
        BadInput: it is no TOML of schema 1, or a number is missing, unknown or out of range; the message
            names the line.
    """
    reader = _reader(text, name)
    return reader.style(
        ViewTransform(**reader.needed("view", VIEW)),
        ToneTargets(**reader.needed("local_tone", LOCAL_TONE)),
        Sharpen(**reader.needed("sharpening", SHARPENING)),
    )


def parse_optional(text: bytes, name: str, plain: Style) -> Style:
    """The style of a look that may lack any table; a style says what stands in for it.

    Raises:
        BadInput: as `parse`, but no table has to be there.
    """
    reader = _reader(text, name)
    view, tone = reader.part("view", VIEW), reader.part("local_tone", LOCAL_TONE)
    sharpening = reader.part("sharpening", SHARPENING)
    return reader.style(
        plain.view if view is None else ViewTransform(**view),
        plain.local_tone if tone is None else ToneTargets(**tone),
        plain.sharpen if sharpening is None else Sharpen(**sharpening),
    )


def has_numbers(text: bytes, name: str) -> bool:
    """Whether a look's TOML has numbers, and need not be solved from its targets.

    Raises:
        BadInput: it is no TOML of schema 1.
    """
    table = _reader(text, name).table
    return "view" in table or "targets" not in table


def _reader(text: bytes, name: str) -> "_Reader":
    try:
        decoded = text.decode("utf-8")
        table = tomllib.loads(decoded)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"look '{name}' is not TOML ({error}); compare it with natural.toml") from error
    if table.get("schema") != 1:
        raise BadInput(f"look '{name}' has schema {table.get('schema')!r}; this version reads 'schema = 1'")
    lines = lines_of(decoded)
    for key in table:
        if key not in KEYS:
            known = ", ".join(KEYS[3:])
            raise BadInput(f"line {line_of(lines, key)} of look '{name}' has '{key}'; a look has {known}")
    return _Reader(table, name, lines)


@dataclass(frozen=True)
class _Reader:
    """Reads the parts of a look, and says in which line a wrong number stands."""

    table: dict[str, Any]
    name: str
    lines: dict[tuple[str | int, ...], int]

    def style(self, view: ViewTransform, tone: ToneTargets, sharpen: Sharpen) -> Style:
        """The style with these parts, and with the others as the tables have them."""
        mix, skin = self.part("colour_mix", COLOUR_MIX, colour_mix.NODES), self.part("skin", SKIN)
        if skin and not mix:
            mix = {}
        bath = self.part("tone_bath", TONE_BATH, tone_bath.NODES)
        white = self.part("white", WHITE)
        return Style(
            view,
            tone,
            sharpen,
            None if mix is None else ColourMix(**mix, skin=None if skin is None else Skin(**skin)),
            self.monochrome(),
            None if bath is None else ToneBath(**bath),
            NightCaps(**(self.part("night", NIGHT) or {})),
            white["kelvin"] if white else None,
            vignette=None if (vignette := self.part("vignette", VIGNETTE)) is None else Falloff(**vignette),
            grain=None if (grain := self.part("grain", GRAIN)) is None else Grain(**grain),
            lut=Residual(from_table(self.table["lut"], self.name)) if "lut" in self.table else None,
        )

    def monochrome(self) -> Monochrome | None:
        """The weights that a table gives, or those of the filter that it names."""
        held = self.table.get("monochrome")
        if held is None:
            return None
        if not (isinstance(held, dict) and held and set(held) <= {"filter", "weights"}):
            raise self.refused(
                "has a table [monochrome] that needs a filter, or weights, or both", "monochrome"
            )
        through = held.get("filter", "none")
        if not (isinstance(through, str) and through in film.WEIGHTS):
            known = ", ".join(film.WEIGHTS)
            raise self.refused(
                f"has monochrome.filter = {through!r}; choose one of {known}", "monochrome", "filter"
            )
        path = ("monochrome", "weights")
        weights = held.get("weights", list(film.WEIGHTS[through]))
        grey = Monochrome(self.checked(weights, MONOCHROME["weights"], 3, *path))
        if abs(sum(grey.weights) - 1) > ROUNDED_SUM:
            raise self.refused(
                f"has monochrome.weights that sum to {sum(grey.weights):g}; they sum to 1, so that greys "
                "keep their light",
                *path,
            )
        return grey

    def needed(self, part: str, ranges: Ranges) -> dict[str, Any]:
        """The numbers of a table that every look has."""
        if part not in self.table:
            raise BadInput(f"look '{self.name}' needs a table [{part}] with {_listed(ranges)}")
        return self.part(part, ranges) or {}

    def part(self, part: str, ranges: Ranges, count: int | None = None) -> dict[str, Any] | None:
        """The numbers of a table, each ``count`` long where a count is given; None without the table."""
        if part not in self.table:
            return None
        held = self.table[part]
        if not isinstance(held, dict):
            raise self.refused(f"has {part} that is no table; write [{part}] with {_listed(ranges)}", part)
        for key in held:
            if key not in ranges:
                raise self.refused(f"has '{key}' in [{part}]; it takes {_listed(ranges)}", part, key)
        if lacking := [key for key in ranges if key not in held and key not in _OPTIONAL]:
            words = f"has a table [{part}] without {', '.join(lacking)}; it takes {_listed(ranges)}"
            raise self.refused(words, part)
        return {key: self.checked(value, ranges[key], count, part, key) for key, value in held.items()}

    def checked(self, value: Any, limits: tuple[float, float], count: int | None, *path: str) -> Any:
        """A number, or a list of them, within its limits."""
        values = [value] if count is None else value
        what = f"has {'.'.join(path)} = {value!r}; it"
        if not isinstance(values, list) or len(values) != (count or 1):
            raise self.refused(f"{what} is a list of {count} numbers", *path)
        if not all(_is_number(one) and limits[0] <= one <= limits[1] for one in values):
            raise self.refused(f"{what} takes numbers from {limits[0]:g} to {limits[1]:g}", *path)
        return float(value) if count is None else tuple(map(float, value))

    def refused(self, what: str, *path: str) -> BadInput:
        return BadInput(f"line {line_of(self.lines, *path)} of look '{self.name}' {what}")


def _listed(ranges: Ranges) -> str:
    """The numbers of a table, those last that may be left out."""
    free = [key for key in ranges if key in _OPTIONAL]
    listed = ", ".join(key for key in ranges if key not in free)
    return f"{listed}, and if wanted {', '.join(free)}" if free else listed


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
