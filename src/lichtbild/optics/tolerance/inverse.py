"""Inverse sensitivity: the loosest budget that still gives a wanted yield.

Every group of parameters that shares a limit (a surface's decentre along x and y, say) is allowed to add the
same root mean square to the wavefront, so that what hurts is made well and what does not is left alone, but
none less than what can be made nor more than is worth allowing. One number is then left, that common share;
it is bisected until the predicted builds have the wanted yield, always with the same draws.
"""

from dataclasses import dataclass, replace
from math import exp, floor, log, log10

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.optics.tolerance.budget import Budget, Only
from lichtbild.optics.tolerance.draws import draws
from lichtbild.optics.tolerance.form import FORMS
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.monte_carlo import Told, in_silence
from lichtbild.optics.tolerance.parameter import Parameter, bodies
from lichtbild.optics.tolerance.prepared import Prepared
from lichtbild.optics.tolerance.sensitivity import wavefront_rms
from lichtbild.optics.tolerance.yield_rate import Yield, yield_of

HALVINGS = 14
"""Of the logarithm of the common share; limits are then within some 1e-3 of themselves."""

DIGITS = 3
"""Of a limit that is handed out."""

Group = tuple[Kind, int]


@dataclass(frozen=True)
class Inverse:
    """A budget for a wanted yield.

    Args:
        budget: to be read, kept and run again.
        predicted: its yield on the draws that it was found with.
        loosest: whether every limit is at its loosest and the yield still above the wanted one.
    """

    budget: Budget
    predicted: Yield
    loosest: bool


def inverse(
    ready: Prepared, wanted: float, *, count: int = 4000, seed: int = 0, told: Told = in_silence
) -> Inverse:
    """The loosest budget with a wanted yield.

    Args:
        ready: whose budget says which kinds of errors there are, and what can be made.
        wanted: share of good builds, between 0 and 1.
        count: builds that each trial is judged by.
        seed: of their draws.
        told: of progress.

    Raises:
        BadInput: no yield, or one that even the tightest limits do not give.
    """
    if not 0 < wanted < 1:
        raise BadInput(f"the wanted yield is {wanted:g}; give a share between 0 and 1, such as 0.8")
    groups = _groups(ready)
    unit = draws(count, len(ready.parameters), ready.budget.distribution, seed)

    def judged(share: float) -> tuple[dict[Group, float], Yield]:
        handed = {group: _limit(ready.budget, group, size, share) for group, size in groups.items()}
        errors = unit * _per_parameter(ready, handed)
        return handed, yield_of(ready.predicted(errors), ready.budget, ready.share)

    low, high = _ends(ready.budget, groups)
    told(0, HALVINGS + 2)
    tight, best = judged(low)
    if best.rate < wanted:
        _unreachable(ready, wanted, best)
    told(1, HALVINGS + 2)
    loose, most = judged(high)
    if most.rate >= wanted:
        return Inverse(_handed_out(ready, loose, wanted), most, True)
    kept = (tight, best)
    for turn in range(HALVINGS):
        told(turn + 2, HALVINGS + 2)
        middle = exp((log(low) + log(high)) / 2)
        found = judged(middle)
        if found[1].rate >= wanted:
            low, kept = middle, found
        else:
            high = middle
    return Inverse(_handed_out(ready, kept[0], wanted), kept[1], False)


def _unreachable(ready: Prepared, wanted: float, best: Yield) -> None:
    nominal = yield_of(ready.nominal, ready.budget, ready.share)
    if nominal.good == 0:
        raise BadInput(
            "the lens misses the budget's limits of contrast without any error of making; lower them or "
            "improve the design"
        )
    raise BadInput(
        f"a yield of {wanted:.1%} cannot be reached: with every limit at the tightest that can be made it is "
        f"{best.rate:.1%}; ask for less, lower the limits of contrast or tighten [makeable]"
    )


def _groups(ready: Prepared) -> dict[Group, float]:
    """Waves that one unit of each group's limit adds, by its parameters together."""
    waves = np.mean(wavefront_rms(ready) ** 2, axis=1)
    whole = {parameter.group: 0.0 for parameter in ready.parameters}
    for parameter, square in zip(ready.parameters, waves, strict=True):
        whole[parameter.group] += float(square) * _share(parameter) ** 2
    return {group: square**0.5 for group, square in whole.items()}


def _share(parameter: Parameter) -> float:
    """A parameter's limit as a share of its group's: the terms of a form error divide it."""
    return len(FORMS) ** -0.5 if parameter.kind is Kind.FORM_ERROR else 1.0


def _per_parameter(ready: Prepared, handed: dict[Group, float]) -> np.ndarray:
    return np.array([handed[p.group] * _share(p) for p in ready.parameters])


def _ends(budget: Budget, groups: dict[Group, float]) -> tuple[float, float]:
    """Common shares at which every limit is at its tightest, and at its loosest, waves."""
    sizes = [(budget.range_of(kind), size) for (kind, _), size in groups.items() if size > 0]
    if not sizes:
        raise BadInput("none of the budget's errors changes the wavefront; give other kinds of limits")
    low = min(tightest * size for (tightest, _), size in sizes)
    high = max(loosest * size for (_, loosest), size in sizes)
    return low / 2, high * 2


def _limit(budget: Budget, group: Group, size: float, share: float) -> float:
    """The limit of a group, in our units, to the digits that are handed out."""
    kind = group[0]
    tightest, loosest = budget.range_of(kind)
    wanted = share / size if size * loosest > share else loosest
    value = min(max(wanted, tightest), loosest) / kind.factor
    return round(value, DIGITS - 1 - floor(log10(value))) * kind.factor


def _handed_out(ready: Prepared, handed: dict[Group, float], wanted: float) -> Budget:
    """The budget: for each kind its tightest limit, and by places what they are allowed."""
    parts = bodies(ready.lens)
    common = {}
    for kind, _ in handed:
        values = [limit for (other, _), limit in handed.items() if other is kind]
        common[kind] = min(values)
    rows: dict[tuple[str, int], dict[Kind, float]] = {}
    for (kind, place), limit in handed.items():
        if limit != common[kind]:
            rows.setdefault((kind.place, place), {})[kind] = limit
    only = tuple(
        Only(parts[place].name if what == "element" else place, found)
        for (what, place), found in sorted(rows.items())
    )
    return replace(
        ready.budget,
        limits=common,
        only=only,
        wanted=wanted,
        source=f"inverse sensitivity of {ready.lens.name or 'a lens'} for a yield of {wanted:.1%}",
    )
