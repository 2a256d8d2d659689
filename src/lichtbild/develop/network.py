"""Network: what two denoised versions of a mosaic still lack, as one compact convolutional network finds it.

All that it sees is in units of the noise (`lichtbild.develop.stabilise`), and of light only differences from
their surroundings and a bounded level: so one network serves any sensor at any ISO. It looks at the noisy
planes, at what "fast" and "best" made of them, and adds a correction to "best":

    planes of cells -> 32 channels -> 48 at a half -> 96 at a quarter -> 48 -> 32 -> 4 planes

`correction` is its definition, for NumPy and JAX; photographs are corrected by its fast twin,
`lichtbild.develop.convolution`. The weights are in `weights/denoise.safetensors`, where they are from and
what they are worth in `weights/denoise.md`; the program `training/denoiser` trains them.

Sources: the shape is that of Ronneberger, Fischer and Brox, "U-Net", MICCAI 2015; input in units of the
noise, Wang et al., "Practical deep raw image denoising on mobile devices", ECCV 2020 (the k-sigma transform);
a correction instead of a picture, Zhang et al., "Beyond a Gaussian denoiser", IEEE Trans. Image Processing
26, 3142 (2017).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace

Weights = Mapping[str, Any]

SURROUNDINGS: Final = 4
"""Cells around one, each way, whose mean is its surroundings' level."""
INPUTS: Final = 13
WIDTHS: Final = (32, 48, 96)
"""Channels of cells, of halves and of quarters."""
ALIGNED: Final = 4
"""Cells that a quarter is wide; images begin at multiples of it."""
REACH: Final = 24
"""Cells around one that its correction depends on, at most: 2 by their own layers, 3 by halves, 10 by
quarters and their corners, 4 by the halves before them, 1 that enters and the `SURROUNDINGS`."""

_OUTLIER, _CONTRAST, _LEVEL = 8.0, 16.0, 16.0
"""Where differences from "best", contrasts and levels bend, in standard deviations of the noise."""

SHAPES: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {
        "enter": (3, 3, INPUTS, WIDTHS[0]),
        "halve": (4 * WIDTHS[0], WIDTHS[1]),
        "half.first": (3, 3, WIDTHS[1], WIDTHS[1]),
        "half.second": (3, 3, WIDTHS[1], WIDTHS[1]),
        "quarter": (4 * WIDTHS[1], WIDTHS[2]),
        "quarter.first": (3, 3, WIDTHS[2], WIDTHS[2]),
        "quarter.second": (3, 3, WIDTHS[2], WIDTHS[2]),
        "to_half": (WIDTHS[2], 4 * WIDTHS[1]),
        "half.third": (3, 3, WIDTHS[1], WIDTHS[1]),
        "to_cells": (WIDTHS[1], 4 * WIDTHS[0]),
        "cells": (3, 3, WIDTHS[0], WIDTHS[0]),
        "leave": (3, 3, WIDTHS[0], 4),
    }
)
"""Of each layer's weights, inputs before outputs; its biases are named with ".bias"."""


def checked(weights: Weights) -> Weights:
    """The weights themselves, if they are those of the network.

    Raises:
        ValueError: a layer is missing, or has another shape or numbers that are none.
    """
    for name, shape in SHAPES.items():
        for key, wanted in ((name, shape), (f"{name}.bias", shape[-1:])):
            if key not in weights or tuple(weights[key].shape) != wanted:
                found = tuple(weights[key].shape) if key in weights else "missing"
                raise ValueError(f"layer '{key}' is {found}, not {wanted}")
            if not np.isfinite(weights[key]).all():
                raise ValueError(f"layer '{key}' has numbers that are none")
    return weights


def features(noisy: Any, pilot: Any, found: Any) -> Any:
    """What the network looks at, ``[row, column, 13]``.

    Args:
        noisy: stabilised planes ``[..., row, column, 4]``, luma first.
        pilot: what "fast" made of them.
        found: what "best" made of them.
    """
    xp = namespace(found)
    level = surroundings(found)
    luma = level[..., :1]
    return xp.concatenate(
        [
            _bent(noisy - found, _OUTLIER),
            4 * _bent(pilot - found, _OUTLIER),
            _bent(found - level, _CONTRAST) / 4,
            luma / (abs(luma) + _LEVEL),
        ],
        axis=-1,
    )


def surroundings(planes: Any) -> Any:
    """The mean of the square around each cell; beyond the borders the outermost cell goes on."""
    count = 2 * SURROUNDINGS + 1
    for axis in (-3, -2):
        size, beside = planes.shape[axis], [(0, 0)] * planes.ndim
        beside[axis] = (SURROUNDINGS, SURROUNDINGS)
        padded = namespace(planes).pad(planes, beside, mode="edge")
        rest = (slice(None),) * (-axis - 1)
        planes = sum(padded[(..., slice(shift, shift + size), *rest)] for shift in range(count)) / count
    return planes


def _bent(values: Any, limit: float) -> Any:
    """Values that are kept where they are small, and never reach the limit."""
    return values / namespace(values).sqrt(1 + (values / limit) ** 2)


def correction(weights: Weights, seen: Any) -> Float[Any, "... row column 4"]:
    """What is to be added to the planes that "best" made.

    Args:
        weights: of the `SHAPES`, and a bias for each output.
        seen: `features`; rows and columns are multiples of 4.
    """

    def layer(name: str, values: Any) -> Any:
        kernel, bias = weights[name], weights[f"{name}.bias"]
        return (_convolved(values, kernel) if kernel.ndim == 4 else values @ kernel) + bias

    def bent(name: str, values: Any) -> Any:
        found = layer(name, values)
        return namespace(found).maximum(found, 0)

    cells = bent("enter", seen)
    half = bent("halve", gathered(cells))
    half = half + layer("half.second", bent("half.first", half))
    quarter = bent("quarter", gathered(half))
    quarter = quarter + layer("quarter.second", bent("quarter.first", quarter))
    half = bent("half.third", half + scattered(layer("to_half", quarter)))
    cells = bent("cells", cells + scattered(layer("to_cells", half)))
    return layer("leave", cells)


def _convolved(values: Any, kernel: Any) -> Any:
    """3 x 3 convolution; beyond the borders there is nothing."""
    xp = namespace(values)
    if xp is not np:
        from jax import lax

        order = ("NHWC", "HWIO", "NHWC")
        batch = values.reshape(-1, *values.shape[-3:])
        found = lax.conv_general_dilated(batch, kernel, (1, 1), "SAME", dimension_numbers=order)
        return found.reshape(*values.shape[:-1], kernel.shape[-1])
    height, width = values.shape[-3:-1]
    padded = xp.pad(values, ((0, 0),) * (values.ndim - 3) + ((1, 1), (1, 1), (0, 0)))
    total = None
    for row in range(3):
        for column in range(3):
            part = padded[..., row : row + height, column : column + width, :] @ kernel[row, column]
            total = part if total is None else total + part
    return total


def gathered(values: Any) -> Any:
    """Four neighbours' channels as those of one."""
    *lead, height, width, count = values.shape
    parts = values.reshape(*lead, height // 2, 2, width // 2, 2, count)
    return namespace(values).moveaxis(parts, -4, -3).reshape(*lead, height // 2, width // 2, 4 * count)


def scattered(values: Any) -> Any:
    """The inverse of `gathered`."""
    *lead, height, width, count = values.shape
    parts = values.reshape(*lead, height, width, 2, 2, count // 4)
    return namespace(values).moveaxis(parts, -3, -4).reshape(*lead, 2 * height, 2 * width, count // 4)
