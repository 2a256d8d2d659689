"""Kind: the errors of making that a budget sets limits to, each with the unit that a budget writes it in."""

from enum import StrEnum
from math import pi
from typing import Final, Literal, NamedTuple

Place = Literal["surface", "element", "gap"]


class Kind(StrEnum):
    """An error of making; its value is the key in a budget, which ends in the unit there.

    * thickness: of a gap, glass or air; all that follows moves along, the image surface too.
    * surface decentre, surface tilt: one surface in its element, along and about x and y, by its vertex.
    * element decentre, element tilt: all surfaces of an element (or cemented group) together, about the
      vertex of the first of them.
    * radius: of the base curve, relative; higher terms of an asphere stay.
    * index: n_d of a medium at a constant Abbe number.
    * abbe: the Abbe number, relative, at a constant n_d.
    * form error: root mean square of the departure from the surface's shape over its semi-aperture, as
      astigmatism, coma, trefoil and spherical terms of equal mean share.
    """

    THICKNESS = "thickness_um"
    SURFACE_DECENTRE = "surface_decentre_um"
    ELEMENT_DECENTRE = "element_decentre_um"
    SURFACE_TILT = "surface_tilt_arcmin"
    ELEMENT_TILT = "element_tilt_arcmin"
    RADIUS = "radius_percent"
    INDEX = "index"
    ABBE = "abbe_percent"
    FORM_ERROR = "form_error_nm"

    @property
    def place(self) -> Place:
        """What carries such an error."""
        return _FACTS[self].place

    @property
    def factor(self) -> float:
        """One of the budget's unit in ours: mm, rad, or a plain ratio."""
        return _FACTS[self].factor

    @property
    def unit(self) -> str:
        """The budget's unit, as a reader writes it; nothing for a plain number."""
        return _FACTS[self].unit

    @property
    def words(self) -> str:
        """What a reader calls it."""
        return _FACTS[self].words

    @property
    def full(self) -> str:
        """The same with what it is of, where there are two such kinds."""
        twice = sum(facts.words == self.words for facts in _FACTS.values()) > 1
        return f"{self.place} {self.words}" if twice else self.words

    @property
    def makeable(self) -> tuple[float, float]:
        """Tightest limit that is worth asking for and loosest worth allowing, in the budget's unit.

        Estimated: what makers of moulded phone lenses say they reach, and three to ten times their usual
        values; a budget may say otherwise.
        """
        return _FACTS[self].makeable


class _Facts(NamedTuple):
    place: Place
    factor: float
    unit: str
    words: str
    makeable: tuple[float, float]


_ARCMIN: Final = pi / 180 / 60

_FACTS: Final = {
    Kind.THICKNESS: _Facts("gap", 1e-3, "µm", "thickness", (1.0, 20.0)),
    Kind.SURFACE_DECENTRE: _Facts("surface", 1e-3, "µm", "decentre", (0.5, 10.0)),
    Kind.ELEMENT_DECENTRE: _Facts("element", 1e-3, "µm", "decentre", (1.0, 20.0)),
    Kind.SURFACE_TILT: _Facts("surface", _ARCMIN, "′", "tilt", (0.3, 6.0)),
    Kind.ELEMENT_TILT: _Facts("element", _ARCMIN, "′", "tilt", (0.5, 12.0)),
    Kind.RADIUS: _Facts("surface", 1e-2, "%", "radius", (0.02, 1.0)),
    Kind.INDEX: _Facts("gap", 1.0, "", "index", (1e-4, 2e-3)),
    Kind.ABBE: _Facts("gap", 1e-2, "%", "Abbe number", (0.2, 2.0)),
    Kind.FORM_ERROR: _Facts("surface", 1e-6, "nm", "form error", (20.0, 500.0)),
}
