"""Catalogues: TOML files that the package carries, by name."""

from lichtbild.core.errors import BadInput
from lichtbild.core.resources import names, read
from lichtbild.io.nearest import nearest

_SUFFIX = ".toml"


def entry_names(*folder: str) -> tuple[str, ...]:
    """The names in a catalogue, in order.

    Args:
        folder: of the package, such as ``"sensor", "catalogue"``.
    """
    return tuple(name.removesuffix(_SUFFIX) for name in names(*folder) if name.endswith(_SUFFIX))


def entry_text(what: str, name: str, *folder: str) -> str:
    """The text of an entry.

    Args:
        what: is in the catalogue, for the sentence, such as "lens".
        name: of the entry.
        folder: as of `entry_names`.

    Raises:
        BadInput: there is none of that name; the sentence has the nearest ones.
    """
    known = entry_names(*folder)
    if name not in known:
        raise BadInput(
            f"the catalogue has no {what} '{name[:80]}'; {nearest(name, known)}, "
            f"and all are {', '.join(known)}"
        )
    return read(*folder, f"{name}{_SUFFIX}").decode("utf-8")
