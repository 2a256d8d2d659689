"""Fingerprint: by which a look's numbers are known again, wherever they went."""

import hashlib
import json
import tomllib
from typing import Final

from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.look.recipe import Look

_DIGITS: Final = 16
_WORDS: Final = ("name", "targets")
"""What is no number that renders a picture, where the numbers stand beside it."""


def fingerprint(look: Look) -> str:
    """The first sixteen digits of the SHA-256 of a look's numbers, at its full strength.

    The name, comments, the order of keys and, where the numbers are there, the targets make no difference.

    Raises:
        BadInput: the look has no numbers.
    """
    if not look.has_style:
        raise BadInput(f"the look '{look.name}' has no numbers; choose one that 'lichtbild develop' tunes")
    if look.text is None:
        text = resources.read("look", "catalogue", f"{look.name}.toml").decode("utf-8")
    else:
        text = look.text
    table = tomllib.loads(text)
    left_out = _WORDS if "view" in table else _WORDS[:1]
    numbers = {key: value for key, value in table.items() if key not in left_out}
    exact = json.dumps(numbers, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(exact.encode()).hexdigest()[:_DIGITS]
