"""Lookup table: colours on a cube of nodes, and tetrahedra between them.

A display look is a function from encoded RGB to encoded RGB, and every program that grades pictures can read
one as a table. Between the nodes a cell is cut into six tetrahedra that share its grey diagonal, so that a
table whose diagonal is neutral keeps every neutral exactly so.

Source: Kasson, Nin, Plouffe and Hafner, "Performing color space conversions with three-dimensional linear
interpolation", Journal of Electronic Imaging 4(3), 226 (1995), section 4.4.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.look.kernels.lut import codes_through, packed, padded, places, samples_through

_STRIP: Final = 1 << 18
"""Pixels that a thread takes at a time."""

_FLOATS: Final = np.array([1.0, 0.0, -np.inf, np.inf], np.float32)
"""What the kernel does with a float result: no scale, no half, no limits."""

SIZES: Final = (2, 144)
"""Fewest and most nodes along an axis; a HaldCLUT of level 12 has 144."""


@dataclass(frozen=True, eq=False)
class Lut:
    """Encoded RGB for encoded RGB, as both are sRGB's but where a file says otherwise.

    Attributes:
        table: ``[red, green, blue, plane]``, float32, the same number of nodes on each axis; finite.
        low: input of each plane at the first node.
        high: input of each plane at the last node, above ``low``.
        title: what the table's maker calls it.
    """

    table: Float[np.ndarray, "nodes nodes nodes 3"]
    low: tuple[float, float, float] = (0.0, 0.0, 0.0)
    high: tuple[float, float, float] = (1.0, 1.0, 1.0)
    title: str = ""

    def __post_init__(self) -> None:
        if not SIZES[0] <= self.size <= SIZES[1]:
            raise BadInput(f"a lookup table has {SIZES[0]} to {SIZES[1]} nodes an axis, not {self.size}")
        if not np.isfinite(self.table).all():
            raise BadInput("a lookup table has an entry that is no number; write it again without")
        if not all(low < high for low, high in zip(self.low, self.high, strict=True)):
            raise BadInput(
                f"a lookup table's domain goes from low up to high, not from {self.low} to {self.high}"
            )

    @property
    def size(self) -> int:
        """Nodes along an axis."""
        return len(self.table)

    @staticmethod
    def identity(size: int) -> "Lut":
        """The table that changes nothing."""
        return Lut(nodes(size))

    def __call__(self, rgb: Float[np.ndarray, "*pixels 3"]) -> Float[np.ndarray, "*pixels 3"]:
        """Colours after the table, by tetrahedra; what lies outside its domain is cut to it."""
        low, high = np.array(self.low), np.array(self.high)
        place = np.clip((rgb - low) / (high - low), 0.0, 1.0) * (self.size - 1)
        corner = np.minimum(place.astype(np.intp), self.size - 2)
        share = place - corner
        order = np.argsort(-share, axis=-1, kind="stable")
        falling = np.take_along_axis(share, order, axis=-1)
        found = (1 - falling[..., :1]) * self._at(corner)
        for step in range(3):
            corner = corner + np.eye(3, dtype=np.intp)[order[..., step]]
            following = falling[..., step + 1 : step + 2] if step < 2 else 0.0
            found = found + (falling[..., step : step + 1] - following) * self._at(corner)
        return np.asarray(found, rgb.dtype)

    def render(self, samples: Any, *, out: Any = None, threads: int = 1) -> Any:
        """As the call, fast: samples or whole codes, of the same kind after as before.

        Args:
            samples: ``[..., plane]``: float32; or uint8 or uint16, whose largest code is 1.
            out: where the result goes: an array like the samples, without gaps; None makes one.
            threads: strips of pixels at a time.

        Raises:
            ValueError: the samples are of another kind, or ``out`` is not like them.
        """
        if samples.dtype not in (np.uint8, np.uint16, np.float32):
            raise ValueError(f"samples are uint8, uint16 or float32, not {samples.dtype}")
        flat = np.ascontiguousarray(samples).reshape(-1, 3)
        made = np.empty(samples.shape, samples.dtype) if out is None else out
        if made.shape != samples.shape or made.dtype != samples.dtype or not made.flags.c_contiguous:
            raise ValueError("what takes the result has the samples' shape and kind, and no gaps")
        result = made.reshape(-1, 3)

        def strip(start: int) -> None:
            part = slice(start, start + _STRIP)
            self._through(flat[part], result[part])

        starts = range(0, len(flat), _STRIP)
        if threads == 1 or len(starts) < 2:
            for start in starts:
                strip(start)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(strip, starts))
        return made

    def _through(self, samples: Any, result: Any) -> None:
        if samples.dtype == np.uint8 and self._is_bounded:
            codes_through(samples, *self._for_codes, result)
            return
        nodes, domain = self._for_samples
        if samples.dtype == np.float32:
            samples_through(samples, nodes, domain, _FLOATS, result)
            return
        top = np.float32(np.iinfo(samples.dtype).max)
        domain = domain / np.array([[top], [1], [1]], np.float32)
        samples_through(samples, nodes, domain, np.array([top, 0.5, 0.0, top + 0.5], np.float32), result)

    @cached_property
    def _is_bounded(self) -> bool:
        return bool(self.table.min() >= 0 and self.table.max() <= 1)

    @cached_property
    def _for_codes(self) -> tuple[Any, Any]:
        return packed(self.table), places(self.size, self.low, self.high)

    @cached_property
    def _for_samples(self) -> tuple[Any, Any]:
        low, high = np.array(self.low), np.array(self.high)
        factor = (self.size - 1) / (high - low)
        domain = np.array([factor, -low * factor, np.full(3, self.size - 1)], np.float32)
        return padded(self.table), domain

    def _at(self, place: Int[np.ndarray, "*pixels 3"]) -> Float[np.ndarray, "*pixels 3"]:
        return np.asarray(self.table[place[..., 0], place[..., 1], place[..., 2]])


def nodes(size: int) -> Float[np.ndarray, "nodes nodes nodes 3"]:
    """The encoded colours at the nodes of a table from 0 to 1, ``[red, green, blue, plane]``, float32."""
    steps = np.linspace(0.0, 1.0, size, dtype=np.float32)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)
