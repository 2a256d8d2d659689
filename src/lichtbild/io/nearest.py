"""The names that are nearest to one that does not exist."""

from collections.abc import Iterable
from difflib import get_close_matches

_SHOWN = 80
"""So many characters of a name are compared; a longer one is nobody's slip of the pen."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A half sentence with the three names that are most like this one."""
    near = get_close_matches(name[:_SHOWN].lower(), list(known), n=3, cutoff=0.0)
    return f"the nearest are {', '.join(near)}"
