"""Tolerance budgets as TOML, to be read and written by hand; docs/optics.md shows the keys."""

from collections.abc import Iterator, Mapping
from math import inf, nextafter
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from lichtbild.core.errors import BadInput
from lichtbild.io.atomic import replacing
from lichtbild.io.lens.content import parsed, toml_values
from lichtbild.io.lens.exact import plain
from lichtbild.io.lens.toml_table import Table, shown
from lichtbild.io.lens.toml_text import Pairs, array, block, quoted
from lichtbild.optics.tolerance.budget import (
    Budget,
    Compensation,
    ContrastLimit,
    Distribution,
    Only,
    Sharpness,
)
from lichtbild.optics.tolerance.kind import Kind, Place

_PLACES: Final = get_args(Place)

MOST_LIMITS: Final = 100
"""More limits of contrast than anybody reads."""

MOST_EXCEPTIONS: Final = 10_000
"""More exceptions than lenses have places."""


def read_budget(path: Path | str) -> Budget:
    """The budget in a TOML file.

    Raises:
        BadFile: the file cannot be read, is no TOML, or has a key or value that a budget does not have.
    """
    return parsed(Path(path), loads, "budget")


def loads(text: str) -> Budget:
    """The budget in a TOML text.

    Raises:
        BadInput: it is no TOML, or has a key or value that a budget does not have.
    """
    values = toml_values(text, "docs/optics.md")
    return _budget(values)


def dumps(budget: Budget) -> str:
    """The budget as TOML text; one that was read reads as the very same budget again."""
    head = [(key, quoted(text)) for key in ("name", "source") if (text := getattr(budget, key))]
    head.append(("distribution", quoted(budget.distribution)))
    how = budget.compensation
    switches = [
        ("focus", _switch(how.focus)),
        ("image_tilt", _switch(how.image_tilt)),
        ("by", quoted(how.by)),
    ]
    blocks = [
        block("[budget]", [*head, *_limits(budget.limits)]),
        block("[compensate]", switches),
        block("[yield]", [("wanted", plain(budget.wanted)), ("azimuths", str(budget.azimuths))]),
    ]
    if budget.makeable:
        ranges = {kind: budget.makeable[kind] for kind in Kind if kind in budget.makeable}
        pairs = [(k, f"[{_shown(a, k)}, {_shown(b, k)}]") for k, (a, b) in ranges.items()]
        blocks.append(block("[makeable]", pairs))
    blocks += [block("[[limit]]", _limit_pairs(limit)) for limit in budget.contrast]
    blocks += [block("[[only]]", _only_pairs(only)) for only in budget.only]
    return "\n".join(blocks)


def write_budget(budget: Budget, path: Path | str) -> None:
    """Write a budget as TOML.

    Raises:
        CannotWrite: the file cannot be written there.
    """
    text = dumps(budget)
    with replacing(Path(path)) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def _budget(values: Mapping[str, Any]) -> Budget:
    with _Top(values, "") as table:
        if "budget" not in table:
            raise BadInput("has no table [budget]; a budget begins with it, see docs/optics.md for the form")
        with table.table("budget") as head:
            texts = {key: head.text(key) for key in ("name", "source")}
            distribution = _distribution(head)
            limits = dict(_given(head))
        with table.table("compensate") as row:
            how = _compensation(row)
        with table.table("yield") as row:
            wanted, azimuths = row.number("wanted", 0.8), _count(row, "azimuths", 4)
        with table.table("makeable") as row:
            makeable = {kind: _range(row, kind) for kind in Kind if kind in row}
        rows, exceptions = table.tables("limit"), table.tables("only")
        if len(rows) > MOST_LIMITS or len(exceptions) > MOST_EXCEPTIONS:
            raise BadInput(f"has more than {MOST_LIMITS} [[limit]] or {MOST_EXCEPTIONS} [[only]]; give fewer")
        contrast = tuple(map(_contrast, rows))
        only = tuple(map(_only, exceptions))
    return Budget(limits, contrast, only, distribution, how, makeable, wanted, azimuths, **texts)


class _Top(Table):
    """The outermost table of a budget."""

    def refuse(self, key: str) -> None:
        """Refuse a key, in a budget's words."""
        try:
            super().refuse(key)
        except BadInput as error:
            raise BadInput(str(error).replace("a lens has", "a budget has")) from None


def _given(row: Table) -> Iterator[tuple[Kind, float]]:
    """Limits of a table, in our units."""
    for kind in Kind:
        if kind in row:
            yield kind, row.number(kind) * kind.factor


def _compensation(row: Table) -> Compensation:
    usual = Compensation()
    focus = row.switch("focus") if "focus" in row else usual.focus
    tilt = row.switch("image_tilt") if "image_tilt" in row else usual.image_tilt
    by = row.text("by", usual.by)
    if by not in get_args(Sharpness):
        raise BadInput(f"compensate.by is {' or '.join(get_args(Sharpness))}, not {shown(by)}")
    chosen: Any = by
    return Compensation(focus, tilt, chosen)


def _distribution(row: Table) -> Distribution:
    name = row.text("distribution", "normal")
    if name not in (known := get_args(Distribution)):
        raise BadInput(f"there is no distribution {shown(name)}; choose one of {', '.join(known)}")
    return cast(Distribution, name)


def _count(row: Table, key: str, default: int) -> int:
    value = row.take(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"{row.place(key)} is a whole number, not {shown(value)}")
    return value


def _range(row: Table, kind: Kind) -> tuple[float, float]:
    tightest, loosest = row.numbers(kind, count=2)
    return tightest * kind.factor, loosest * kind.factor


def _contrast(row: Table) -> ContrastLimit:
    with row:
        fields = row.numbers("fields")
        both = row.number("contrast") if "contrast" in row else None
        sides = [row.number(side, 0.0 if both is None else both) for side in ("tangential", "sagittal")]
        if both is None and not any(sides):
            raise BadInput(f"{row.where} asks for nothing; give contrast, tangential or sagittal above 0")
        return ContrastLimit(row.number("frequency_per_mm"), fields, *sides)


def _only(row: Table) -> Only:
    with row:
        named = [place for place in _PLACES if place in row]
        if len(named) != 1:
            raise BadInput(f"{row.where} names one place: surface = 3, element = 'E2' or gap = 4")
        what: Literal["surface", "element", "gap"] = named[0]
        place: int | str = row.text(what) if what == "element" else _count(row, what, 0)
        limits = dict(_given(row))
        if not limits:
            raise BadInput(f"{row.where} limits nothing; give a limit such as {_example(what)} = 1.0")
        for kind in limits:
            if kind.place != what:
                raise BadInput(
                    f"{row.where}: {kind} belongs to one {kind.place}, not to {what} {place}; name the "
                    f"{kind.place}"
                )
        return Only(place, limits)


def _example(place: str) -> str:
    return next(kind for kind in Kind if kind.place == place)


def _limits(limits: Mapping[Kind, float]) -> Pairs:
    return ((kind, _shown(limits[kind], kind)) for kind in Kind if kind in limits)


def _shown(value: float, kind: Kind) -> str:
    """A limit in the budget's unit, with as few digits as read as the same double."""
    near = value / kind.factor
    tried = [float(f"{near:.{digits}g}") for digits in range(1, 18)]
    tried += [nextafter(near, 0.0), nextafter(near, inf)]
    return plain(next((each for each in tried if each * kind.factor == value), near))


def _limit_pairs(limit: ContrastLimit) -> Pairs:
    yield "frequency_per_mm", plain(limit.frequency)
    yield "fields", array(limit.fields)
    if limit.tangential == limit.sagittal:
        yield "contrast", plain(limit.tangential)
    else:
        yield "tangential", plain(limit.tangential)
        yield "sagittal", plain(limit.sagittal)


def _only_pairs(only: Only) -> Pairs:
    what = next(iter(only.limits)).place
    yield what, quoted(only.place) if isinstance(only.place, str) else str(only.place)
    yield from _limits(only.limits)


def _switch(value: bool) -> str:
    return "true" if value else "false"
