"""Finite: what a measure cannot be had from, told at its entrance in plain words."""

from typing import Any

import numpy as np

from lichtbild.core.errors import BadInput


def checked_finite(name: str, *given: Any) -> None:
    """Say so where there is nothing to measure, or samples are no numbers.

    Arrays of JAX are let pass: their values are not known while a function is traced.

    Args:
        name: of what is given, with its article.
        given: arrays.

    Raises:
        BadInput: an array is empty, or holds NaN or infinity.
    """
    for values in given:
        if not isinstance(values, np.ndarray):
            continue
        if values.size == 0:
            raise BadInput(f"{name} is empty, and a measure needs samples; give one with rows and columns")
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            bad = int(values.size - np.isfinite(values).sum())
            raise BadInput(
                f"{name} holds {bad} values that are not finite, of {values.size}; leave out what is damaged"
            )
