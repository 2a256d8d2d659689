"""A glass by the name that a lens file gives it."""

from collections.abc import Iterable, Mapping

from lichtbild.optics.media import find
from lichtbild.optics.medium import Medium


def glass_called(name: str, extra: Iterable[Medium] | Mapping[str, Medium] = ()) -> Medium:
    """The medium of a name, from the given ones first and then from the built-in table.

    Raises:
        BadInput: nobody knows the name; the sentence has the nearest ones.
    """
    return find(name, extra.values() if isinstance(extra, Mapping) else extra)
