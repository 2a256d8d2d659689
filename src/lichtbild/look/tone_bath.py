"""Tone bath: a tint that depends on lightness alone, as paper tinted or toned in a bath has it.

Eleven nodes say what is added to a* and b* of CIELAB at L* 0, 10, ... 100; between them runs the monotone
cubic, so that a tint that ends stays ended. a* and b* say how the cube roots of X and Z differ from that of
Y, and only they are changed: luminance, and with it L*, stays as it is.

On a display with headroom a grey has the chromaticity that it has without: the tint is that of the lightness
at which the plain view transform shows it, in proportion to the roots.

Sources: CIE 15:2018 section 8.2.1; Fritsch and Butland (1984) for the cubic.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab
from lichtbild.core.array import namespace
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.kernels.render import Parts, render_rows
from lichtbild.look.view import GREY, ViewTransform
from lichtbild.numerics.interpolate import monotone_spline

NODES: Final = 11
"""Lightnesses at which the tint is given: L* 0, 10, ... 100."""

PIECES: Final = 256
"""Straight pieces of the table that stands for the cubic; they miss it by less than 0.01."""


RAISED: Final = 4
"""Times as many pieces where there is headroom, whose lightness goes beyond 100."""


@dataclass(frozen=True)
class ToneBath(LocalStage):
    """Display-linear light tinted by its lightness.

    Attributes:
        a: added to a* at each node.
        b: added to b* at each node.
        view: the view transform before it, where that is for a display with headroom.
    """

    differentiable: ClassVar[bool] = True

    a: tuple[float, ...] = (0.0,) * NODES
    b: tuple[float, ...] = (0.0,) * NODES
    view: ViewTransform | None = None

    @staticmethod
    def through(points: Sequence[tuple[float, float, float]]) -> "ToneBath":
        """The bath with given tints, and none at black and at white where none is given there.

        Args:
            points: L* from 0 to 100, increasing, with what is added there to a* and to b*.

        Raises:
            ValueError: lightness does not increase.
        """
        given = [(0.0, 0.0, 0.0)] * (not points or points[0][0] > 0)
        given = [*given, *points, *[(100.0, 0.0, 0.0)] * (not points or points[-1][0] < 100)]
        if len(given) == 2:  # a straight line
            middle = [(first + last) / 2 for first, last in zip(*given, strict=True)]
            given.insert(1, (middle[0], middle[1], middle[2]))
        places, *tints = np.array(given).T
        nodes = np.linspace(0, 100, NODES)
        a, b = (monotone_spline(places, tint)(nodes).tolist() for tint in tints)
        return ToneBath(tuple(a), tuple(b))

    def __post_init__(self) -> None:
        if not len(self.a) == len(self.b) == NODES:
            raise ValueError(f"a tone bath has {NODES} nodes, not {len(self.a)} and {len(self.b)}")

    def __call__(self, image: LinearImage) -> LinearImage:
        """The image with its tint."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        return replace(image, samples=render_rows(image.samples, Parts(bath=self.numbers())))

    def definition(self, image: LinearImage) -> LinearImage:
        """The same in one readable text, for NumPy and JAX."""
        xp = namespace(image.samples)
        lab = cielab.from_rec2020(image.samples)
        table = self.table()
        pieces = table.shape[1] - 1
        place = xp.clip(lab[..., 0] * (pieces / self.top), 0.0, pieces)
        left = xp.clip(xp.floor(place), 0, pieces - 1)
        share, left = place - left, left.astype(int)
        a, b = (xp.asarray(line, dtype=lab.dtype) for line in table)
        tint = [line[left] + share * (line[left + 1] - line[left]) for line in (a, b)]
        tinted = xp.stack([lab[..., 0], lab[..., 1] + tint[0], lab[..., 2] + tint[1]], axis=-1)
        return replace(image, samples=cielab.to_rec2020(tinted))

    @property
    def top(self) -> float:
        """L* of the brightest light that a display shows."""
        headroom = 0.0 if self.view is None else self.view.headroom
        return float(116 * 2.0 ** (headroom / 3) - 16)

    def table(self) -> Float[np.ndarray, "2 places"]:
        """What is added to a* and to b* at equal steps from L* 0 to the top."""
        plain = _table(self.a, self.b)
        if self.view is None or not self.view.headroom:
            return plain
        lightness, gain = _without_headroom(self.view, np.linspace(0, self.top, RAISED * PIECES + 1))
        places = np.linspace(0, 100, PIECES + 1)
        return np.stack([gain * np.interp(lightness, places, line) for line in plain])

    def numbers(self) -> Any:
        """What the kernel needs, in float32: see `lichtbild.look.kernels.tone_bath`."""
        added = self.table() / np.array([[500.0], [-200.0]])
        return np.vstack([added, np.full((1, added.shape[1]), self.top)]).astype(np.float32)


def _without_headroom(view: ViewTransform, lightness: Any) -> tuple[Any, Any]:
    """L* that greys of some L* have without the headroom, and the ratio of the roots with it and without."""
    light = GREY * np.exp2(np.linspace(-20, 30, 4001))
    plain = view.black + (1 - view.black) * view.curve(light)
    root = np.cbrt(view.high_curve(light) / view.curve(light))
    place = np.maximum(116 * np.cbrt(plain) * root - 16, 0.0)
    shown = np.maximum(116 * np.cbrt(plain) - 16, 0.0)
    return np.interp(lightness, place, shown), np.interp(lightness, place, root)


@cache
def _table(a: tuple[float, ...], b: tuple[float, ...]) -> Float[np.ndarray, "2 places"]:
    nodes, places = np.linspace(0, 100, NODES), np.linspace(0, 100, PIECES + 1)
    return np.stack([monotone_spline(nodes, np.array(values, np.float64))(places) for values in (a, b)])
