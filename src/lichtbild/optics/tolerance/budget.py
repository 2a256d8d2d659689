"""Budget: limits of the errors of making, what is adjusted afterwards, and what a good build must do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Literal, TypeAlias

from lichtbild.core.errors import BadInput
from lichtbild.optics.tolerance.kind import Kind

Distribution: TypeAlias = Literal["normal", "uniform", "truncated normal"]
"""What a limit means: twice the standard deviation, the end of equal chance, or both for a normal cut off."""

Sharpness: TypeAlias = Literal["wavefront", "contrast"]


@dataclass(frozen=True)
class Only:
    """Limits for one place of the lens, instead of the budget's own.

    Args:
        place: index of a surface or gap, or an element's name, such as ``E2``.
        limits: by kind, in our units; each kind belongs to such a place.
    """

    place: int | str
    limits: Mapping[Kind, float]


@dataclass(frozen=True)
class Compensation:
    """What is adjusted on each build before it is judged.

    Args:
        focus: the distance of the image surface.
        image_tilt: its tilt about x and y.
        by: what is made best: ``wavefront`` makes the mean variance of the wavefronts least, ``contrast``
            makes the mean contrast over all fields, directions and frequencies of the limits greatest, as
            active alignment does.
    """

    focus: bool = True
    image_tilt: bool = False
    by: Sharpness = "contrast"


@dataclass(frozen=True)
class ContrastLimit:
    """Least polychromatic contrast of a good build, at one frequency.

    Args:
        frequency: cycles / mm.
        fields: shares of the lens's outermost field, each met at every azimuth.
        tangential: least contrast; 0 asks for nothing.
        sagittal: as tangential.
    """

    frequency: float
    fields: tuple[float, ...]
    tangential: float
    sagittal: float

    def __post_init__(self) -> None:
        _positive(self.frequency, "the frequency of a limit", "cycles/mm")
        if not self.fields:
            raise BadInput("a limit has no fields; give shares of the outermost one, such as [0.0, 0.7]")
        for share in self.fields:
            if not 0 <= share <= 1:
                raise BadInput(f"a limit's field {share:g} is no share of the outermost one; give 0 to 1")
        for name, value in (("tangential", self.tangential), ("sagittal", self.sagittal)):
            if not 0 <= value < 1:
                raise BadInput(f"a limit's {name} contrast is {value:g}; give 0 (none) to less than 1")


@dataclass(frozen=True)
class Budget:
    """A tolerance budget.

    Args:
        limits: by kind, in our units (mm, rad, ratios); a kind that is missing is made without error.
        contrast: what a good build must do.
        only: exceptions for single places.
        distribution: what a limit means.
        compensation: what is adjusted.
        makeable: tightest and loosest limit of a kind for the inverse, in our units, where not usual.
        wanted: share of good builds that is aimed at.
        azimuths: field points around the axis for each share but 0; the first lies at +y.
        name: what it is called.
        source: where its values come from.
    """

    limits: Mapping[Kind, float]
    contrast: tuple[ContrastLimit, ...]
    only: tuple[Only, ...] = ()
    distribution: Distribution = "normal"
    compensation: Compensation = field(default_factory=Compensation)
    makeable: Mapping[Kind, tuple[float, float]] = field(default_factory=dict)
    wanted: float = 0.8
    azimuths: int = 4
    name: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not self.contrast:
            raise BadInput("a budget without a limit of contrast calls every build good; give one or more")
        if not 0 < self.wanted < 1:
            raise BadInput(f"the wanted yield is {self.wanted:g}; give a share between 0 and 1, such as 0.8")
        if not 1 <= self.azimuths <= 32:
            raise BadInput(f"{self.azimuths} azimuths are no number of field points; give 1 to 32")
        for limits in (self.limits, *(only.limits for only in self.only)):
            for kind, limit in limits.items():
                _not_negative(limit, kind)
        for kind, (tightest, loosest) in self.makeable.items():
            if not 0 < tightest <= loosest:
                raise BadInput(
                    f"makeable {kind} goes from {tightest / kind.factor:g} to {loosest / kind.factor:g}; "
                    "give the tightest first, above 0"
                )

    @property
    def shares(self) -> tuple[float, ...]:
        """Shares of the outermost field that limits look at, rising."""
        return tuple(sorted({share for limit in self.contrast for share in limit.fields}))

    @property
    def frequencies(self) -> tuple[float, ...]:
        """Frequencies that limits look at, rising, cycles / mm."""
        return tuple(sorted({limit.frequency for limit in self.contrast}))

    def range_of(self, kind: Kind) -> tuple[float, float]:
        """Tightest and loosest limit of a kind that the inverse may hand out, in our units."""
        usual = kind.makeable
        return self.makeable.get(kind, (usual[0] * kind.factor, usual[1] * kind.factor))


def _positive(value: float, what: str, unit: str) -> None:
    if not (isfinite(value) and value > 0):
        raise BadInput(f"{what} is {value:g} {unit}; it must be above 0")


def _not_negative(value: float, kind: Kind) -> None:
    if not (isfinite(value) and value >= 0):
        raise BadInput(f"{kind} is {value / kind.factor:g}; a limit is 0 or more")
