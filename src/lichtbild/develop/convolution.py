"""Convolution: the network of `lichtbild.develop.network` on a CPU, layer after layer over whole planes."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from jaxtyping import Float32

from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.develop import network
from lichtbild.develop.kernels.convolve import AT_ONCE, sum_planes

WEIGHTS: Final = "denoise.safetensors"
"""The packaged network, in the folder ``weights``."""
_WIDE: Final = 16
"""Rows of planes are a multiple of so many samples apart."""


@dataclass(frozen=True, eq=False)
class Planes:
    """Planes of one size, each with a border of one zero.

    Attributes:
        samples: ``[plane, row, column]`` with the borders.
        size: rows and columns without them.
    """

    samples: Float32[np.ndarray, "plane row column"]
    size: tuple[int, int]

    @staticmethod
    def empty(count: int, size: tuple[int, int]) -> "Planes":
        """Planes of zeros."""
        height, width = size
        return Planes(np.zeros((count, height + 2, -(-(width + 2) // _WIDE) * _WIDE), np.float32), size)

    @property
    def inner(self) -> Float32[np.ndarray, "plane height width"]:
        """The planes without their borders; a view."""
        return self.samples[:, 1 : self.size[0] + 1, 1 : self.size[1] + 1]


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer of the network, as the kernel takes it.

    Attributes:
        weights: ``[output, shifted plane]``, planes in the order of `_offsets`, padded with zeros.
        biases: of the outputs.
        spread: whether it is a convolution of 3 x 3 cells.
    """

    weights: Float32[np.ndarray, "output shifted"]
    biases: Float32[np.ndarray, " output"]
    spread: bool

    @staticmethod
    def of(weights: network.Weights, name: str) -> "Layer":
        """The layer of a name."""
        kernel, bias = (np.asarray(weights[key], np.float32) for key in (name, f"{name}.bias"))
        spread = kernel.ndim == 4
        flat = kernel.transpose(3, 2, 0, 1).reshape(len(bias), -1) if spread else kernel.T
        padding = -flat.shape[1] % AT_ONCE
        return Layer(np.ascontiguousarray(np.pad(flat, ((0, 0), (0, padding)))), bias, spread)

    def __call__(self, source: Planes, out: Planes, *, bent: bool = False, onto: bool = False) -> Planes:
        """``out``, which now holds the layer's result.

        Args:
            source: what it takes.
            out: of the same size; with ``onto`` the result is added to it.
            bent: whether negative values become 0.
            onto: see ``out``.
        """
        plane, stride = source.samples[0].size, source.samples.shape[2]
        steps = [r * stride + c for r in range(3) for c in range(3)] if self.spread else [stride + 1]
        offsets = np.add.outer(np.arange(len(source.samples)) * plane, steps).ravel()
        padded = np.zeros(self.weights.shape[1], np.int64)
        padded[: offsets.size] = offsets
        own = out.samples.shape[2]
        sum_planes(
            source.samples.reshape(-1),
            padded,
            self.weights,
            self.biases,
            source.size,
            (stride, own),
            0.0 if bent else -np.inf,
            onto,
            out.samples.reshape(-1),
            out.samples[0].size,
            own + 1,
        )
        return out


@dataclass(frozen=True, eq=False)
class Convolution:
    """The network, ready to run.

    Attributes:
        layers: by name.
    """

    layers: dict[str, Layer]

    @staticmethod
    def of(weights: network.Weights) -> "Convolution":
        """Of these weights."""
        return Convolution({name: Layer.of(weights, name) for name in network.SHAPES})

    def __call__(
        self, seen: Float32[np.ndarray, "row column input"]
    ) -> Float32[np.ndarray, "row column plane"]:
        """What `network.correction` gives for the same features, rows and columns multiples of 4."""
        size = seen.shape[0], seen.shape[1]
        halves, quarters = ((size[0] // n, size[1] // n) for n in (2, 4))
        wide, wider, widest = network.WIDTHS
        layer = self.layers
        entered = Planes.empty(network.INPUTS, size)
        entered.inner[:] = np.moveaxis(seen, -1, 0)
        cells = layer["enter"](entered, Planes.empty(wide, size), bent=True)
        half = layer["halve"](_gathered(cells), Planes.empty(wider, halves), bent=True)
        spare = layer["half.first"](half, Planes.empty(wider, halves), bent=True)
        layer["half.second"](spare, half, onto=True)
        quarter = layer["quarter"](_gathered(half), Planes.empty(widest, quarters), bent=True)
        coarse = layer["quarter.first"](quarter, Planes.empty(widest, quarters), bent=True)
        layer["quarter.second"](coarse, quarter, onto=True)
        _scatter(layer["to_half"](quarter, Planes.empty(4 * wider, quarters)), half)
        layer["half.third"](half, spare, bent=True)
        _scatter(layer["to_cells"](spare, Planes.empty(4 * wide, halves)), cells)
        finer = layer["cells"](cells, Planes.empty(wide, size), bent=True)
        found = layer["leave"](finer, Planes.empty(4, size))
        return np.ascontiguousarray(np.moveaxis(found.inner, 0, -1))


def _gathered(planes: Planes) -> Planes:
    """Planes of half the size, four for each, as `network.gathered`."""
    count, (height, width) = len(planes.samples), planes.size
    out = Planes.empty(4 * count, (height // 2, width // 2))
    for row in range(2):
        for column in range(2):
            part = slice((2 * row + column) * count, (2 * row + column + 1) * count)
            out.inner[part] = planes.inner[:, row::2, column::2]
    return out


def _scatter(planes: Planes, onto: Planes) -> None:
    """Add planes to those of twice the size, of which there are a quarter, as `network.scattered`."""
    count = len(onto.samples)
    for row in range(2):
        for column in range(2):
            part = slice((2 * row + column) * count, (2 * row + column + 1) * count)
            onto.inner[:, row::2, column::2] += planes.inner[part]


def packaged() -> Convolution:
    """The network that the package carries.

    Raises:
        BadInput: its weights do not load.
    """
    found = _loaded()
    if isinstance(found, str):
        raise BadInput(found)
    return found


def fault() -> str:
    """Why the packaged network does not load, as a sentence; empty where it does."""
    found = _loaded()
    return found if isinstance(found, str) else ""


@lru_cache(maxsize=1)
def _loaded() -> Convolution | str:
    """The packaged network, or why there is none."""
    from safetensors import SafetensorError  # the other methods need not wait for it
    from safetensors.numpy import load

    try:
        return Convolution.of(network.checked(load(resources.read("develop", "weights", WEIGHTS))))
    except (OSError, SafetensorError, ValueError) as error:
        return (
            f"the weights of the denoising network do not load ({error}); install Lichtbild again, "
            "or choose --denoise best"
        )
