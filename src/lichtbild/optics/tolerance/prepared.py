"""Prepared: a lens and a budget, made ready once for every question about its builds."""

from dataclasses import dataclass

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.lens import Lens
from lichtbild.optics.tolerance.budget import Budget
from lichtbild.optics.tolerance.draws import draws, limits
from lichtbild.optics.tolerance.frozen import frozen, share_of_field
from lichtbild.optics.tolerance.monte_carlo import Builds, Told, in_silence, predicted
from lichtbild.optics.tolerance.parameter import Parameter, check_straight, parameters
from lichtbild.optics.tolerance.phase_table import Changes, PhaseTable, changed_table


@dataclass(frozen=True, eq=False)
class Prepared:
    """A lens and a budget, with all that one nominal trace tells of its builds.

    Args:
        lens: frozen (`lichtbild.optics.tolerance.frozen`).
        budget: its tolerances.
        parameters: what has an error.
        table: phases without errors.
        changes: of the phases by each parameter.
        share: of the outermost field that each field point is at, ``[field]``.
    """

    lens: Lens
    budget: Budget
    parameters: tuple[Parameter, ...]
    table: PhaseTable
    changes: Changes
    share: np.ndarray

    def errors(self, count: int, seed: int, first: int = 0) -> np.ndarray:
        """Errors of builds ``first`` to ``count`` of a seed, in our units, ``[build, parameter]``."""
        drawn = draws(count, len(self.parameters), self.budget.distribution, seed)
        return np.asarray(drawn[first:] * limits(self.parameters))

    def predicted(self, errors: np.ndarray, told: Told = in_silence, threads: int | None = None) -> Builds:
        """Builds with these errors, by derivatives."""
        how = self.budget.compensation
        return predicted(self.table, self.changes, errors, how, threads=threads, told=told)

    def with_limits(self, budget: Budget) -> "Prepared":
        """The same lens at the same fields, with errors of other limits.

        `prepared` would take the outermost of these fields for the outermost of the lens.

        Raises:
            BadInput: the budget looks at other fields.
        """
        if (budget.shares, budget.azimuths) != (self.budget.shares, self.budget.azimuths):
            raise BadInput("the budget looks at other fields than the lens was made ready for")
        return _of_frozen(self.lens, budget)

    @property
    def nominal(self) -> Builds:
        """The lens without errors, compensated as its builds."""
        return self.predicted(np.zeros((1, len(self.parameters))))


def prepared(lens: Lens, budget: Budget) -> Prepared:
    """A lens and a budget made ready.

    Args:
        lens: any on one straight axis; semi-apertures that it lacks are found.
        budget: its tolerances.

    Raises:
        BadInput: they do not go together; the sentence says why.
    """
    check_straight(lens)
    return _of_frozen(frozen(with_semi_apertures(lens), budget.shares, budget.azimuths), budget)


def _of_frozen(lens: Lens, budget: Budget) -> Prepared:
    wrong = parameters(lens, budget)
    table, changes = changed_table(lens, budget.frequencies, wrong)
    share = share_of_field(budget.shares, budget.azimuths)
    _check(table, changes, budget, share)
    return Prepared(lens, budget, wrong, table, changes, share)


def _check(table: PhaseTable, changes: Changes, budget: Budget, share: np.ndarray) -> None:
    """Refuse what no build could ever do.

    Raises:
        BadInput: light of a field does not come through, or a limit is above that of diffraction.
    """
    if not (np.all(np.isfinite(table.phase)) and np.all(np.isfinite(changes.phase))):
        raise BadInput(
            "not all fields of the budget's limits send light through the lens; give smaller shares"
        )
    best = np.einsum("fwsm,w->fs", np.asarray(table.area), np.asarray(table.weights))
    perfect = best.reshape(*best.shape[:1], 2, -1)
    for limit in budget.contrast:
        number = budget.frequencies.index(limit.frequency)
        for where in np.flatnonzero(np.isin(share, limit.fields)):
            for side, wanted in enumerate((limit.tangential, limit.sagittal)):
                if wanted > perfect[where, side, number]:
                    raise BadInput(
                        f"a limit asks for a contrast of {wanted:g} at {limit.frequency:g} cycles/mm and "
                        f"{share[where]:g} of the field, where even a lens without aberrations has "
                        f"{perfect[where, side, number]:.3f}; ask for less"
                    )
