"""Style: a look's numbers, read from its TOML in the catalogue.

The file has a table for each part of the look (``view``, ``local_tone``, ``sharpening``, ``colour_mix``)
and a table ``targets`` that says what the numbers are to reach; a test measures the look against it, and
``benchmarks/fit_looks.py`` solves the numbers from it. What a part may hold is said by the stage's own
fields.
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
from lichtbild.look.colour_mix import ColourMix
from lichtbild.look.local_tone import ToneTargets
from lichtbild.look.monochrome import Monochrome
from lichtbild.look.sharpen import Sharpen
from lichtbild.look.tone_bath import ToneBath
from lichtbild.look.view import ViewTransform

Ranges = dict[str, tuple[float, float]]

VIEW: Final[Ranges] = {
    "contrast": (0.5, 4.0),
    "skew": (0.2, 5.0),
    "grey": (0.05, 0.5),
    "black": (0.0, 0.04),
    "inset": (0.0, 0.5),
    "outset": (0.5, 2.0),
    "preserve_hue": (0.0, 1.0),
}
LOCAL_TONE: Final[Ranges] = {"lift_ev": (0.0, 0.8), "tame_ev": (0.0, 0.8)}
SHARPENING: Final[Ranges] = {
    "amount": (0.0, 4.0),
    "radius": (0.3, 2.0),
    "overshoot": (0.0, 0.2),
    "noise": (0.0, 0.1),
}
COLOUR_MIX: Final[Ranges] = {"chroma": (0.0, 2.0), "hue_deg": (-20.0, 20.0)}
MONOCHROME: Final[Ranges] = {"weights": (-3.0, 3.0)}
TONE_BATH: Final[Ranges] = {"a": (-30.0, 30.0), "b": (-30.0, 30.0)}
"""What each number of a look may be."""

ROUNDED_SUM: Final = 1e-3
"""How far a monochrome's weights may be from summing to 1."""


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
    """

    view: ViewTransform
    local_tone: ToneTargets
    sharpen: Sharpen
    colour_mix: ColourMix | None = None
    monochrome: Monochrome | None = None
    tone_bath: ToneBath | None = None

    def at(self, strength: float) -> "Style":
        """The style at another strength: `natural` at 0, itself at 1, and as far again beyond it at most."""
        if strength == 1:
            return self
        base = style("natural")
        mix = _between(base.colour_mix or ColourMix(), self.colour_mix or ColourMix(), strength, COLOUR_MIX)
        bath = _between(base.tone_bath or ToneBath(), self.tone_bath or ToneBath(), strength, TONE_BATH)
        grey = self.monochrome and replace(
            self.monochrome, amount=min(strength * self.monochrome.amount, 1.0)
        )
        return Style(
            _between(base.view, self.view, strength, VIEW),
            _between(base.local_tone, self.local_tone, strength, LOCAL_TONE),
            _between(base.sharpen, self.sharpen, strength, SHARPENING),
            None if base.colour_mix is None and (strength == 0 or self.colour_mix is None) else mix,
            grey if strength else None,
            bath if strength and self.tone_bath is not None else None,
        )


def _between(low: Any, high: Any, share: float, ranges: Ranges) -> Any:
    """A part of a look between those of two looks, or beyond the second, within what it may be."""
    mixed = {}
    for key, limits in ranges.items():
        first, second = np.array(getattr(low, key)), np.array(getattr(high, key))
        value = np.clip(first + share * (second - first), *limits)
        mixed[key] = tuple(value.tolist()) if value.ndim else float(value)
    return replace(high, **mixed)


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
        BadInput: it is no TOML of schema 1, or a number is missing, unknown or out of range.
    """
    try:
        table = tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"look '{name}' is not TOML ({error}); compare it with natural.toml") from error
    if table.get("schema") != 1:
        raise BadInput(f"look '{name}' has schema {table.get('schema')!r}; this version reads 'schema = 1'")
    mix = grey = bath = None
    if "colour_mix" in table:
        mix = ColourMix(**_part(table, "colour_mix", COLOUR_MIX, name, colour_mix.NODES))
    if "monochrome" in table:
        grey = _monochrome(table["monochrome"], name)
    if "tone_bath" in table:
        bath = ToneBath(**_part(table, "tone_bath", TONE_BATH, name, tone_bath.NODES))
    return Style(
        ViewTransform(**_part(table, "view", VIEW, name)),
        ToneTargets(**_part(table, "local_tone", LOCAL_TONE, name)),
        Sharpen(**_part(table, "sharpening", SHARPENING, name)),
        mix,
        grey,
        bath,
    )


def _monochrome(held: Any, name: str) -> Monochrome:
    """The weights that a table gives, or those of the filter that it names."""
    if not (isinstance(held, dict) and held and set(held) <= {"filter", "weights"}):
        raise BadInput(f"look '{name}' has a table [monochrome] that needs a filter, or weights, or both")
    through = held.get("filter", "none")
    if not (isinstance(through, str) and through in film.WEIGHTS):
        known = ", ".join(film.WEIGHTS)
        raise BadInput(f"look '{name}' has monochrome.filter = {through!r}; choose one of {known}")
    table = {"monochrome": {"weights": held.get("weights", list(film.WEIGHTS[through]))}}
    grey = Monochrome(**_part(table, "monochrome", MONOCHROME, name, 3))
    if abs(sum(grey.weights) - 1) > ROUNDED_SUM:
        raise BadInput(
            f"look '{name}' has monochrome.weights that sum to {sum(grey.weights):g}; they sum to 1, so that "
            "greys keep their light"
        )
    return grey


def _part(table: dict[str, Any], part: str, ranges: Ranges, name: str, count: int | None = None) -> Any:
    """The numbers of one table, each of them ``count`` long where a count is given."""
    held = table.get(part)
    if not isinstance(held, dict) or sorted(held) != sorted(ranges):
        raise BadInput(f"look '{name}' needs a table [{part}] with exactly {', '.join(ranges)}")
    for key, value in held.items():
        low, high = ranges[key]
        values = [value] if count is None else value
        if not isinstance(values, list) or len(values) != (count or 1):
            raise BadInput(f"look '{name}' has {part}.{key} = {value!r}; it is a list of {count} numbers")
        if not all(_is_number(one) and low <= one <= high for one in values):
            raise BadInput(
                f"look '{name}' has {part}.{key} = {value!r}; it takes numbers from {low:g} to {high:g}"
            )
    if count is None:
        return {key: float(value) for key, value in held.items()}
    return {key: tuple(map(float, value)) for key, value in held.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
