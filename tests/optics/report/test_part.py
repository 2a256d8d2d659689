"""Numbers of a report as JSON has them."""

import json
from math import inf, nan

import jax.numpy as jnp
import numpy as np

from lichtbild.optics.report.part import plain
from lichtbild.optics.surface import Pose


def test_structs_arrays_and_scalars_become_plain() -> None:
    value = {"a": np.arange(3.0), "b": jnp.asarray([[True]]), "c": (np.float64(2.5), np.int8(3)), 4: "word"}
    assert plain(value) == {"a": [0.0, 1.0, 2.0], "b": [[True]], "c": [2.5, 3], "4": "word"}
    assert plain(Pose(decentre=(0.0, 0.5, 0.0)))["decentre"] == [0.0, 0.5, 0.0]


def test_what_is_not_finite_is_null() -> None:
    """JSON has neither infinities nor NaN."""
    found = plain({"far": inf, "none": np.array([nan, -inf, 1.0])})
    assert json.loads(json.dumps(found, allow_nan=False)) == {"far": None, "none": [None, None, 1.0]}
