"""Colour fit: the colour mix, skin and purity that come nearest to a look's targets of chroma and hue.

Between the hues that the targets name a guide runs, the monotone cubic through them around the circle, which
counts a tenth as much as a target: it keeps the mix from swinging where nothing is asked for. Where skin has
the place of a node, the node's neighbours say what it is.

Source of the cubic: Fritsch and Butland (1984), as `lichtbild.numerics.interpolate` has it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from lichtbild.colour import cielab
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.colour_mix import NODES, ColourMix, Skin
from lichtbild.look.reached import HUES_DEG, chroma_and_shift, patches
from lichtbild.look.targets import Aim
from lichtbild.look.tone_fit import scipy_optimize
from lichtbild.look.view import ViewTransform
from lichtbild.numerics.interpolate import monotone_spline

MEASURES: Final = ("mean_chroma", "chroma", "shift")
"""The targets that colours decide."""

_GUIDE: Final = 0.1
"""Weight of the guide beside that of a target."""
_SMOOTH: Final = 0.1
"""Weight of a node's distance from the mean of its neighbours."""
_MOST_PURE: Final = (0.5, 2.0)
_BOUNDS: Final = (
    (0.0,) * NODES + (-20.0,) * NODES + (-20.0,),
    (2.0,) * NODES + (20.0,) * NODES + (20.0,),
)


def fit_outset(aims: Sequence[Aim], view: ViewTransform) -> ViewTransform:
    """The view transform with the purity that gives colours their mean chroma, as near as it can."""
    wanted = next((aim.wanted for aim in aims if aim.measure == "mean_chroma"), None)
    if wanted is None:
        return view

    def beyond(outset: float) -> float:
        shown = _shown(_displayed(replace(view, outset=outset), HUES_DEG), ColourMix())
        return float(chroma_and_shift(shown, HUES_DEG)[0].mean() - wanted)

    low, high = _MOST_PURE
    if beyond(low) >= 0 or beyond(high) <= 0:
        return replace(view, outset=low if beyond(low) >= 0 else high)
    return replace(view, outset=float(scipy_optimize().brentq(beyond, low, high, xtol=1e-6)))


def fit_mix(aims: Sequence[Aim], view: ViewTransform) -> ColourMix:
    """The colour mix that comes nearest to the targets of chroma and hue, after a view transform."""
    aims = [aim for aim in aims if aim.measure in MEASURES]
    asked = sorted({*map(float, HUES_DEG), *(aim.at for aim in aims)})
    held = _displayed(view, asked)
    guides = [
        _guide([aim for aim in aims if aim.measure == measure], asked) for measure in ("chroma", "shift")
    ]

    def mix(numbers: Any) -> ColourMix:
        chroma, hue = numbers[:NODES].tolist(), numbers[NODES : 2 * NODES].tolist()
        return ColourMix(tuple(chroma), tuple(hue), Skin(float(numbers[-1])))

    def misses(numbers: Any) -> Any:
        found = chroma_and_shift(_shown(held, mix(numbers)), asked)
        told = [aim.miss(_value(aim, found, asked)) for aim in aims]
        guided = [
            _GUIDE * (values - guide[0]) / guide[1]
            for values, guide in zip(found, guides, strict=True)
            if guide is not None
        ]
        return np.concatenate([told, *guided, _SMOOTH * _bends(numbers)])

    first = np.array([1.0] * NODES + [0.0] * NODES + [0.0])
    return mix(scipy_optimize().least_squares(misses, first, bounds=_BOUNDS, xtol=1e-5, ftol=1e-4).x)


def _bends(numbers: Any) -> Any:
    """How far each node lies from the mean of its neighbours, in usual tolerances."""
    nodes = numbers[: 2 * NODES].reshape(2, NODES) / np.array([[0.03], [1.0]])
    return (nodes - (np.roll(nodes, 1, axis=1) + np.roll(nodes, -1, axis=1)) / 2).ravel()


def _value(aim: Aim, found: tuple[Any, Any], asked: list[float]) -> float:
    """What a target is measured by, among chroma ratios and shifts at the hues that were asked."""
    if aim.measure == "mean_chroma":
        return float(np.mean([found[0][asked.index(hue)] for hue in HUES_DEG]))
    return float(found[0 if aim.measure == "chroma" else 1][asked.index(aim.at)])


def _guide(aims: Sequence[Aim], asked: list[float]) -> tuple[Any, float] | None:
    """A curve around the circle through the targets, and their tolerance; None where there are too few."""
    by_hue = {aim.at % 360: aim for aim in aims}
    if len(by_hue) < 2:
        return None
    hues = np.array(sorted(by_hue))
    wanted = np.array([by_hue[hue].wanted for hue in hues.tolist()])
    around = monotone_spline(np.concatenate([hues - 360, hues, hues + 360]), np.tile(wanted, 3))
    return np.asarray(around(np.array(asked))), aims[0].high - aims[0].wanted


def _displayed(view: ViewTransform, hues_deg: Any) -> LinearImage:
    """Patches of the hues as a view transform shows them."""
    colours = patches(hues_deg)
    extent = Extent(1, len(colours))
    return view.definition(LinearImage(colours[None], Window.whole(extent), extent))


def _shown(displayed: LinearImage, mix: ColourMix) -> Any:
    """CIELAB of displayed light after a colour mix."""
    return cielab.from_rec2020(mix.definition(displayed).samples[0])
