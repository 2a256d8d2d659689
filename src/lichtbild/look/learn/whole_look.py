"""Whole look: a learned table as the numbers of a style, and a residual table for what they leave over.

The numbers are fitted to the table, each colour counting by how far it can be trusted and by how common it is
in photographs. They are kept only as far as the residual can make up for them: black and white that no
weights of scene light make would be lost to it, as a table cannot part what became one grey. Then tone alone
is kept, and the table makes the grey; and where nothing serves, the numbers are those of `natural`.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.look.learn import chart
from lichtbild.look.learn.description import description
from lichtbild.look.learn.display_colour import difference, to_cielab
from lichtbild.look.learn.learned_look import between
from lichtbild.look.learn.residual_table import residual_table
from lichtbild.look.learn.style_fit import fit_style, shown
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.residual import Residual
from lichtbild.look.style import Style, style

_COMMON: Final = 25.0
"""CIELAB chroma at which a colour counts half as much as a grey."""
_TRUSTED: Final = 2.0
"""CIEDE2000 of expected error at which a colour counts half as much as one that is sure."""
_NO_HUE: Final = 0.05
"""Mean ratio of chroma, less the tint of greys, below which a look leaves no hue."""
_FITTED: Final = 3
"""Of so many colours one is fitted to, and the others are judged on."""
_NEUTRAL: Final = 1e-6
_LOST: Final = 0.5
"""CIEDE2000 in the mean by which a style with its residual may miss the learned table."""

Trust = Float[np.ndarray, "side side side"]


@dataclass(frozen=True)
class Miss:
    """CIEDE2000 between a look and the learned table, over colours that count by trust and commonness.

    Attributes:
        mean: over all.
        p95: which 95 % do not exceed.
    """

    mean: float
    p95: float


@dataclass(frozen=True, eq=False)
class WholeLook:
    """A learned look as its file holds it.

    Attributes:
        style: numbers, and the residual as its table.
        alone: what the numbers miss without the residual.
        both: what they miss with it.
        before: what doing nothing misses.
        hueless: whether it leaves no hue.
        fitted: whether the numbers are the look's own, and not those of `natural`.
    """

    style: Style
    alone: Miss
    both: Miss
    before: Miss
    hueless: bool = False
    fitted: bool = True

    @property
    def told(self) -> str:
        """The same in a sentence."""
        if not self.fitted:
            return "no numbers come near the look; the file holds those of natural, and the table all of it"
        by_table = self.hueless and self.style.monochrome is None
        kept = "; the table makes the grey, which no weights of scene light do" if by_table else ""
        return (
            f"of {self.before.mean:.1f} CIEDE2000 that the look changes colours by, the numbers leave "
            f"{self.alone.mean:.1f} (95 %: {self.alone.p95:.1f}), numbers and residual table "
            f"{self.both.mean:.2f} (95 %: {self.both.p95:.2f}){kept}"
        )

    @property
    def numbers(self) -> dict[str, Any]:
        """The same for other programs."""
        parts = {"nothing": self.before, "parameters": self.alone, "with_residual": self.both}
        return {"fitted": self.fitted, **{key: asdict(miss) for key, miss in parts.items()}}


def whole_look(lut: Lut, trust: Trust | None = None) -> WholeLook:
    """The style and the residual table of a learned table.

    Args:
        lut: encoded sRGB for encoded sRGB, over 0 to 1.
        trust: CIEDE2000 by which it is expected to be wrong; None where that is the same everywhere.
    """
    colours = chart.colours()
    wanted = np.asarray(lut(colours), np.float64)
    weight = _common(colours) if trust is None else _common(colours) * _sure(colours, trust)
    told = np.arange(len(colours)) % _FITTED == 0
    judged = colours[~told], wanted[~told], weight[~told]
    before = _miss(judged[0], *judged[1:])
    hueless = bool(np.mean(description(lut).chroma) < _NO_HUE)
    for plain in _styles(hueless, colours[told], wanted[told], weight[told]):
        made = replace(plain, lut=Residual(_residual(plain, lut)))
        both = _miss(shown(made, judged[0]), *judged[1:])
        if both.mean <= _LOST:
            alone = _miss(shown(plain, judged[0]), *judged[1:])
            return WholeLook(made, alone, both, before, hueless)
    made = replace(style("natural"), lut=Residual(lut))
    both = _miss(shown(made, judged[0]), *judged[1:])
    return WholeLook(made, before, both, before, hueless, fitted=False)


def _styles(
    hueless: bool,
    before: Float[np.ndarray, "n 3"],
    after: Float[np.ndarray, "n 3"],
    weight: Float[np.ndarray, " n"],
) -> Iterator[Style]:
    """Styles that may stand for a look, the one that says most first."""
    if not hueless:
        yield fit_style(before, after, weight, has_hues=True)
        return
    found = fit_style(before, after, weight, has_hues=False)
    yield replace(found, tone_bath=None) if np.ptp(after, axis=1).max() < _NEUTRAL else found
    yield replace(found, monochrome=None, tone_bath=None)


def _residual(plain: Style, lut: Lut) -> Lut:
    """The residual table, found at the nodes of the learned table and in the middles of its cells."""
    before, wanted = (_with_middles(table) for table in (nodes(lut.size), lut.table))
    return residual_table(shown(plain, before), np.clip(wanted, 0, 1), _common(before))


def _with_middles(table: Float[np.ndarray, "side side side 3"]) -> Float[np.ndarray, "n 3"]:
    """A table's entries, and those of its cells' middles, by cubics along the axes."""
    fine = np.asarray(table, np.float64)
    for axis in range(3):
        fine = between(fine, axis)
    return np.concatenate([table.reshape(-1, 3), fine[1::2, 1::2, 1::2].reshape(-1, 3)]).astype(np.float64)


def _common(colours: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " n"]:
    """How common colours are in photographs, roughly: greys 1, the less the more chroma they have."""
    lab = to_cielab(colours)
    return np.asarray(1 / (1 + (lab[:, 1] ** 2 + lab[:, 2] ** 2) / _COMMON**2))


def _sure(colours: Float[np.ndarray, "n 3"], trust: Trust) -> Float[np.ndarray, " n"]:
    held = Lut(np.repeat(trust[..., None], 3, axis=-1).astype(np.float32))
    return np.asarray(1 / (1 + (held(colours)[:, 0] / _TRUSTED) ** 2))


def _miss(
    found: Float[np.ndarray, "n 3"], wanted: Float[np.ndarray, "n 3"], weight: Float[np.ndarray, " n"]
) -> Miss:
    apart = difference(found, wanted)
    order = np.argsort(apart)
    share = np.cumsum(weight[order]) / weight.sum()
    at = min(int(np.searchsorted(share, 0.95)), len(order) - 1)
    return Miss(float(apart @ weight / weight.sum()), float(apart[order[at]]))
