"""Sensitivity: what each error of making alone does to a lens, after compensation."""

from dataclasses import dataclass

import numpy as np

from lichtbild.optics.tolerance.compensation import least_variance, shifts
from lichtbild.optics.tolerance.draws import limits
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.monte_carlo import Told, in_silence
from lichtbild.optics.tolerance.parameter import Parameter
from lichtbild.optics.tolerance.prepared import Prepared
from lichtbild.optics.tolerance.yield_rate import Yield, yield_of


@dataclass(frozen=True)
class Sensitivity:
    """What one parameter at its limit does.

    Args:
        parameter: at its limit, to either side.
        wavefront: root mean square of the wavefront that it adds, over all fields, waves.
        mean: change of the mean contrast, the mean of both sides.
        worst: greatest fall of any limited contrast, of either side; not positive.
    """

    parameter: Parameter
    wavefront: float
    mean: float
    worst: float


def wavefront_rms(ready: Prepared) -> np.ndarray:
    """Root mean square of the wavefront that one unit of each error adds, waves, ``[parameter, field]``.

    Without tilt, and after the budget's compensation as far as it changes the variance least: coefficients to
    desensitise a design by.
    """
    changes, how = ready.changes, ready.budget.compensation
    basis = shifts(ready.table, how)
    moved = np.asarray(least_variance(ready.table, changes.mixed, basis) @ basis.T)
    mixed, steep = np.asarray(changes.mixed), np.asarray(ready.table.steep)
    square = np.asarray(changes.square) + 2 * moved * mixed + moved**2 * steep
    return np.asarray(np.sqrt(np.maximum(square, 0.0)) / (2 * np.pi))


def sensitivities(ready: Prepared) -> tuple[Sensitivity, ...]:
    """Every parameter of a budget, the greatest fall of contrast first."""
    at = limits(ready.parameters)
    both = ready.predicted(np.concatenate([np.diag(at), np.diag(-at)])).contrast
    change = both.reshape(2, len(at), *both.shape[1:]) - ready.nominal.contrast[0]
    limited = _limited(ready)
    mean = change.mean(axis=(0, 2, 3, 4))
    worst = np.min(change[..., limited], axis=(0, 2))
    waves = np.sqrt(np.mean(wavefront_rms(ready) ** 2, axis=1)) * at
    rows = [
        Sensitivity(parameter, float(w), float(m), float(min(least, 0.0)))
        for parameter, w, m, least in zip(ready.parameters, waves, mean, worst, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: row.worst))


def _limited(ready: Prepared) -> np.ndarray:
    """Which contrasts a limit looks at, ``[field, direction, frequency]``."""
    budget = ready.budget
    found = np.zeros((len(ready.share), 2, len(budget.frequencies)), bool)
    for limit in budget.contrast:
        number = budget.frequencies.index(limit.frequency)
        for side, wanted in enumerate((limit.tangential, limit.sagittal)):
            if wanted > 0:
                found[np.isin(ready.share, limit.fields), side, number] = True
    return found if found.any() else np.ones_like(found)


def yields_without(
    ready: Prepared, count: int, seed: int, told: Told = in_silence
) -> tuple[tuple[Kind, Yield], ...]:
    """Yield if one kind of error were not made, for each kind of the budget, on the same draws."""
    errors = ready.errors(count, seed)
    kinds = list(dict.fromkeys(parameter.kind for parameter in ready.parameters))
    found = []
    for done, kind in enumerate(kinds):
        told(done, len(kinds))
        kept = np.array([parameter.kind is not kind for parameter in ready.parameters])
        found.append((kind, yield_of(ready.predicted(errors * kept), ready.budget, ready.share)))
    return tuple(found)
