"""TOML of every kind is refused in a sentence where parsing it would take memory without end."""

from collections.abc import Callable

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.io import sensor_file
from lichtbild.io.lens import budget, specification, toml

DEEP = ".".join(["a"] * 40) + " = 1\n"


@pytest.mark.parametrize(
    "loads",
    [sensor_file.loads, budget.loads, specification.specifications, toml.loads],
    ids=lambda f: f.__module__,
)
@pytest.mark.parametrize(
    ("text", "said"),
    [(DEEP, "a dotted key of 32 parts or more"), ("= 1", "is not TOML"), ("[" * 9999, "is not TOML")],
)
def test_hostile_toml(loads: Callable[[str], object], text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        loads(text)
