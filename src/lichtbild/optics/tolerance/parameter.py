"""Parameter: one number of a lens that comes out of the making a little wrong, and all that a lens has."""

from collections.abc import Iterator
from dataclasses import dataclass

from lichtbild.core.errors import BadInput
from lichtbild.optics.drawing.elements import bending, elements
from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import Air
from lichtbild.optics.tolerance.budget import Budget, Only
from lichtbild.optics.tolerance.form import FORMS
from lichtbild.optics.tolerance.kind import Kind, Place

AXES = {
    Kind.SURFACE_DECENTRE: ("x", "y"),
    Kind.ELEMENT_DECENTRE: ("x", "y"),
    Kind.SURFACE_TILT: ("x", "y"),
    Kind.ELEMENT_TILT: ("x", "y"),
    Kind.FORM_ERROR: FORMS,
}
"""Kinds with several parameters at one place: along or about an axis, or by a term."""


@dataclass(frozen=True)
class Body:
    """What is mounted as one piece: an element or a cemented group.

    Args:
        name: as in drawings, ``E2`` or, of a group, ``E2+E3``.
        front: index of its first surface.
        back: index of its last surface.
    """

    name: str
    front: int
    back: int


@dataclass(frozen=True)
class Parameter:
    """A number that is made with an error.

    Args:
        kind: of error.
        place: index of the surface or gap; of the body in `bodies`.
        axis: ``x`` or ``y`` (along or about it), a term of `FORMS`, or nothing.
        limit: in our units.
        where: the place for readers.
    """

    kind: Kind
    place: int
    axis: str
    limit: float
    where: str

    @property
    def group(self) -> tuple[Kind, int]:
        """Parameters of one group share one limit."""
        return self.kind, self.place

    @property
    def name(self) -> str:
        """For readers, such as ``E2 decentre y``."""
        return f"{self.where} {self.kind.words} {self.axis}".strip()


def bodies(lens: Lens) -> tuple[Body, ...]:
    """The elements and cemented groups of a lens, in the order light meets them."""
    groups: dict[int, list[int]] = {}
    found = elements(lens)
    for index, element in enumerate(found):
        groups.setdefault(element.group, []).append(index)
    return tuple(
        Body("+".join(found[i].name for i in rows), found[rows[0]].front, found[rows[-1]].back)
        for rows in groups.values()
    )


def parameters(lens: Lens, budget: Budget) -> tuple[Parameter, ...]:
    """Every number of a lens that a budget gives an error, those with a limit of 0 left out.

    Raises:
        BadInput: the lens is not on one straight axis, or an exception is for a place that it does not have.
    """
    check_straight(lens)
    parts = bodies(lens)
    known = {kind: dict(_places(lens, parts, kind)) for kind in Kind}
    named = {only_key: limit for only in budget.only for only_key, limit in _exceptions(only, parts, known)}
    found = []
    for kind in Kind:
        for place, where in known[kind].items():
            limit = named.get((kind, place), budget.limits.get(kind, 0.0))
            if limit > 0:
                share = limit / len(FORMS) ** 0.5 if kind is Kind.FORM_ERROR else limit
                found += [Parameter(kind, place, axis, share, where) for axis in AXES.get(kind, ("",))]
    if not found:
        raise BadInput("the budget leaves every number of the lens exact; give one limit above 0 or more")
    return tuple(found)


def check_straight(lens: Lens) -> None:
    """Nothing; a lens on one straight axis passes.

    Raises:
        BadInput: a surface has a place of its own or turns the axis.
    """
    for index, surface in enumerate((*lens.surfaces, lens.image)):
        if surface.pose is not None or surface.turn is not None:
            what = "the image" if index == len(lens.surfaces) else f"surface {index}"
            raise BadInput(
                f"{what} is decentred, tilted or turns the axis, and tolerances are for lenses on one "
                "straight axis; take its pose and turn out"
            )


def _places(lens: Lens, parts: tuple[Body, ...], kind: Kind) -> Iterator[tuple[int, str]]:
    """Where a lens can have an error of a kind: an index, and its words."""
    bends = bending(lens)
    match kind:
        case Kind.THICKNESS:
            # Marks in air before the first element, such as a stop, are mounted with errors too.
            yield from ((gap, f"gap {gap}") for gap in range(1, len(lens.surfaces)))
        case Kind.INDEX | Kind.ABBE:
            inner = range(1, len(lens.surfaces))
            yield from ((g, f"gap {g}") for g in inner if not isinstance(lens.gaps[g].medium, Air))
        case Kind.ELEMENT_TILT:
            yield from ((index, part.name) for index, part in enumerate(parts))
        case Kind.ELEMENT_DECENTRE:
            for index, part in enumerate(parts):
                if not all(_is_plane(lens, s) for s in range(part.front, part.back + 1)):
                    yield index, part.name
        case Kind.SURFACE_TILT:
            yield from ((index, f"surface {index}") for index in bends)
        case Kind.RADIUS:
            curved = (index for index in bends if float(lens.surfaces[index].curvature) != 0)
            yield from ((index, f"surface {index}") for index in curved)
        case _:
            if kind is Kind.FORM_ERROR:
                bends = tuple(i for i in bends if lens.surfaces[i].semi_aperture is not None)
            else:
                bends = tuple(i for i in bends if not _is_plane(lens, i))
            yield from ((index, f"surface {index}") for index in bends)


def _is_plane(lens: Lens, index: int) -> bool:
    return float(lens.surfaces[index].curvature) == 0 and lens.surfaces[index].departure is None


def _exceptions(
    only: Only, parts: tuple[Body, ...], known: dict[Kind, dict[int, str]]
) -> Iterator[tuple[tuple[Kind, int], float]]:
    """Kind and index of each limit of an exception.

    Raises:
        BadInput: the lens has no such place, or nothing there can have such an error.
    """
    for kind, limit in only.limits.items():
        place = _index(only.place, parts, kind.place)
        if place not in known[kind]:
            there = ", ".join(str(name).removeprefix(f"{kind.place} ") for name in known[kind].values())
            raise BadInput(
                f"the budget limits {kind} of {kind.place} {str(only.place)[:40]}, which this lens does not "
                f"have; it can have it at {kind.place} {there or '(none)'}"
            )
        yield (kind, place), limit


def _index(place: int | str, parts: tuple[Body, ...], what: Place) -> int:
    """The index of a place; -1 where the lens has none of that name."""
    if what != "element":
        return place if isinstance(place, int) else -1
    named = (i for i, part in enumerate(parts) if place == part.name or place in part.name.split("+"))
    return next(named, -1)
