"""A triplet with tolerances of every kind, made ready once for all tests that ask about its builds."""

from functools import cache

from lichtbild.io.lens import catalogue_lens
from lichtbild.optics.tolerance.budget import Budget, Compensation, ContrastLimit
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.prepared import Prepared, prepared

FREQUENCY = 10.0
BOTH = Compensation(focus=True, image_tilt=True)

LIMITS = {
    Kind.THICKNESS: 20.0,
    Kind.SURFACE_DECENTRE: 15.0,
    Kind.ELEMENT_DECENTRE: 20.0,
    Kind.SURFACE_TILT: 1.0,
    Kind.ELEMENT_TILT: 2.0,
    Kind.RADIUS: 0.05,
    Kind.INDEX: 2e-4,
    Kind.ABBE: 0.2,
}
"""In the budget's units, such that contrast spreads by some hundredths; form errors change the structure."""


def in_ours(limits: dict[Kind, float]) -> dict[Kind, float]:
    """Limits in our units."""
    return {kind: value * kind.factor for kind, value in limits.items()}


def budget(contrast: float = 0.3, **others: object) -> Budget:
    """A budget of every kind but form errors, whose builds must keep a contrast at 0 and 0.3 of the field."""
    settings = {"compensation": BOTH, "azimuths": 2, **others}
    limits = settings.pop("limits", in_ours(LIMITS))
    return Budget(limits, (ContrastLimit(FREQUENCY, (0.0, 0.3), contrast, contrast),), **settings)


@cache
def ready() -> Prepared:
    """The triplet and `budget`."""
    return prepared(catalogue_lens("triplet"), budget())
