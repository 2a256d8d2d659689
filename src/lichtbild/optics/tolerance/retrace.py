"""Retrace: builds really made and really traced, to check what derivatives predict."""

from collections.abc import Iterator

import numpy as np

from lichtbild.optics.tolerance.build import built
from lichtbild.optics.tolerance.monte_carlo import Builds, as_builds, of_table
from lichtbild.optics.tolerance.phase_table import phase_table
from lichtbild.optics.tolerance.prepared import Prepared


def retraced(ready: Prepared, errors: np.ndarray) -> Iterator[Builds]:
    """Builds one by one: the lens with its errors, aimed, traced, and compensated by the same rule.

    Args:
        ready: the lens and its budget.
        errors: of each build, in our units, ``[build, parameter]``.

    Raises:
        BadInput: a form error of a surface that cannot be built with one.
    """
    pairs = ready.table.pairs
    for own in errors:
        table = phase_table(built(ready.lens, ready.parameters, own), ready.budget.frequencies, pairs)
        yield as_builds(of_table(table, ready.budget.compensation))


def joined(builds: list[Builds]) -> Builds:
    """Builds in a row."""
    return Builds(
        np.concatenate([each.contrast for each in builds]),
        np.concatenate([each.focus for each in builds]),
        np.concatenate([each.tilt for each in builds], axis=1),
    )
