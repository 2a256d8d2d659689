"""A table of a TOML file whose keys are taken one by one, and which says in a sentence what is wrong.

::

    with Table(values, "surface[3]") as table:
        conic = table.number("conic", 0.0)
    # here every key that nobody took is refused, with the nearest name that there is
"""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from types import TracebackType
from typing import Any, Self

from lichtbild.core.errors import BadInput

Convert = Callable[[Decimal | float], float]


class Table:
    """Keys and values of one table, and where it stands in the file."""

    def __init__(self, values: Any, where: str) -> None:
        if not isinstance(values, Mapping):
            raise BadInput(f"{where} is a table of keys, not {shown(values)}")
        self.where = where
        self._values = dict(values)
        self._known: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Refuse what is left over; an error on the way out goes before it."""
        if error is None and self._values:
            self.refuse(next(iter(self._values)))

    def __contains__(self, key: str) -> bool:
        """Whether a key was given; from now on the table may have it."""
        self._known.append(key)
        return key in self._values

    def given(self) -> tuple[str, ...]:
        """The keys that nobody has taken yet."""
        return tuple(self._values)

    def place(self, key: str) -> str:
        """Where a key of this table stands."""
        return f"{self.where}.{key}" if self.where else key

    def refuse(self, key: str) -> None:
        """Refuse a key that the table may not have.

        Raises:
            BadInput: always, with the nearest key that it may have.
        """
        near = get_close_matches(key[:100], self._known, 1)
        remedy = f"did you mean '{near[0]}'?" if near else f"it may have {', '.join(self._known)}"
        raise BadInput(f"{self.where or 'the file'} has no key '{key[:100]}'; {remedy}")

    def take(self, key: str, default: Any = None) -> Any:
        """The value of a key, as it stands in the file."""
        self._known.append(key)
        return self._values.pop(key, default)

    def text(self, key: str, default: str = "") -> str:
        """The text of a key."""
        value = self.take(key, default)
        if not isinstance(value, str):
            raise BadInput(f"{self.place(key)} is a text in quotes, not {shown(value)}")
        return value

    def switch(self, key: str) -> bool:
        """Whether a key is true; false without it."""
        value = self.take(key, False)
        if not isinstance(value, bool):
            raise BadInput(f"{self.place(key)} is true or false, not {shown(value)}")
        return value

    def number(self, key: str, default: float | None = None, convert: Convert = float) -> float:
        """The finite number of a key, in our units.

        Raises:
            BadInput: it is missing and has no default, or is no finite number.
        """
        value = self.take(key)
        if value is None:
            if default is None:
                raise BadInput(f"{self.where or 'a lens'} needs the number '{key}'")
            return default
        return number(value, self.place(key), convert)

    def numbers(self, key: str, convert: Convert = float, count: int | None = None) -> tuple[float, ...]:
        """The finite numbers of a key's array; none without the key.

        Raises:
            BadInput: it is no array of finite numbers, or of another count than asked for.
        """
        values = self.array(key)
        if count is not None and len(values) != count:
            raise BadInput(f"{self.place(key)} holds {count} numbers, not {len(values)}")
        return tuple(
            number(value, f"{self.place(key)}[{index}]", convert) for index, value in enumerate(values)
        )

    def array(self, key: str) -> Sequence[Any]:
        """The array of a key; empty without the key."""
        values = self.take(key, [])
        if not isinstance(values, list):
            raise BadInput(f"{self.place(key)} is an array in square brackets, not {shown(values)}")
        return values

    def table(self, key: str) -> "Table":
        """The table of a key; empty without the key."""
        return Table(self.take(key, {}), self.place(key))

    def tables(self, key: str) -> tuple["Table", ...]:
        """The tables of a key's array."""
        return tuple(
            Table(value, f"{self.place(key)}[{index}]") for index, value in enumerate(self.array(key))
        )


def number(value: Any, where: str, convert: Convert = float) -> float:
    """A finite number in our units.

    Raises:
        BadInput: it is none, or is too large for a double.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadInput(f"{where} is a number, not {shown(value)}")
    try:
        result = convert(Decimal(value) if isinstance(value, int) else value)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise BadInput(f"{where} is a finite number, not {shown(value)}")
    return result


def shown(value: Any) -> str:
    """The beginning of a value, as a sentence can hold it."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "an array"
    if isinstance(value, bool):
        return "true" if value else "false"
    text: str = str(value) if isinstance(value, Decimal | float) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
