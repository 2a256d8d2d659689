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
from lichtbild.look.colour_mix import NODES, ColourMix
from lichtbild.look.local_tone import ToneTargets
from lichtbild.look.lut_table import from_table
from lichtbild.look.residual import Residual
from lichtbild.look.sharpen import Sharpen
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
"""What each number of a look may be."""


@dataclass(frozen=True)
class Style:
    """The parts of a look.

    Attributes:
        view: its view transform.
        local_tone: what it wants of local tone.
        sharpen: its output sharpening.
        colour_mix: its colours; None where the view transform says all.
        lut: the table that comes last; None where it has none.
    """

    view: ViewTransform
    local_tone: ToneTargets
    sharpen: Sharpen
    colour_mix: ColourMix | None = None
    lut: Residual | None = None

    def at(self, strength: float) -> "Style":
        """The style at another strength: `natural` at 0, itself at 1, and as far again beyond it at most."""
        if strength == 1:
            return self
        base = style("natural")
        mix = _between(base.colour_mix or ColourMix(), self.colour_mix or ColourMix(), strength, COLOUR_MIX)
        return Style(
            _between(base.view, self.view, strength, VIEW),
            _between(base.local_tone, self.local_tone, strength, LOCAL_TONE),
            _between(base.sharpen, self.sharpen, strength, SHARPENING),
            None if base.colour_mix is None and strength == 0 else mix,
            None if self.lut is None or strength == 0 else replace(self.lut, strength=strength),
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
    mix = None
    if "colour_mix" in table:
        mix = ColourMix(**_part(table, "colour_mix", COLOUR_MIX, name, NODES))
    return Style(
        ViewTransform(**_part(table, "view", VIEW, name)),
        ToneTargets(**_part(table, "local_tone", LOCAL_TONE, name)),
        Sharpen(**_part(table, "sharpening", SHARPENING, name)),
        mix,
        Residual(from_table(table["lut"], name)) if "lut" in table else None,
    )


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
