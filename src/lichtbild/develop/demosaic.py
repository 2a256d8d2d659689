"""Demosaic: the colours that each pixel did not see, from the pixels around it.

Every method is a function of one signature, from mosaic samples ``[row, column]`` and the pattern that begins
at their corner to samples of all planes. Beyond the borders samples are mirrored about the outermost pixel,
which keeps the phase of a Bayer pattern; for other patterns the outermost period is repeated. Measured
samples stay what they are, and negative ones are welcome.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.kernels.residual import RADIUS
from lichtbild.develop.periodic import PERIODIC_RADIUS, generic, generic_by_kernel
from lichtbild.develop.residual import residual, residual_by_rows
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic

Method = Literal["residual", "malvar", "bilinear", "generic"]
Samples = Float[Any, "h w"]
Planes = Float[Any, "h w planes"]


@dataclass(frozen=True)
class Demosaic(LocalStage):
    """All planes at every pixel; an image that has them already passes as it is.

    Attributes:
        method: how the missing colours are found: "residual" by local slopes along soft directions, "malvar"
            by linear filters, "bilinear" as Adobe's DNG SDK does, "generic" for any periodic pattern. All but
            the last know Bayer patterns only; other patterns are always interpolated by "generic".
    """

    differentiable: ClassVar[bool] = True

    method: Method = "residual"

    @property
    def halo(self) -> int:
        """Pixels around a window that its colours depend on, for whatever pattern the image may have."""
        return max(RADIUS if self.method == "residual" else 0, 2 * PERIODIC_RADIUS)

    def __call__(self, image: Mosaic) -> CameraImage:
        """The image with every plane at every pixel.

        Raises:
            BadInput: the image is smaller than its pattern, or the pattern is too sparse in a colour.
        """
        is_fast = isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32
        return self._applied(image, {**METHODS, **KERNELS} if is_fast else METHODS)

    def render(self, image: Any, window: Window) -> CameraImage:
        """The call's result in the window; the kernel of "residual" computes no more."""
        samples, cfa = image.samples, image.cfa
        is_fast = isinstance(samples, np.ndarray) and samples.dtype == np.float32
        if self.method != "residual" or cfa is None or not (cfa.is_bayer and is_fast):
            return self(image).crop(window)
        _refuse_smaller(image, cfa)
        rows, columns = image.window.slices_of(window)
        wanted = Window(rows.start, columns.start, rows.stop, columns.stop)
        found = residual_by_rows(samples[..., 0], cfa.shifted(image.window.top, image.window.left), wanted)
        return CameraImage(found, window, image.extent)

    def definition(self, image: Mosaic) -> CameraImage:
        """The same by the text that NumPy and JAX share."""
        return self._applied(image, METHODS)

    def _applied(self, image: Mosaic, methods: Mapping[str, Callable[[Any, Cfa], Any]]) -> CameraImage:
        samples = image.samples
        if image.cfa is not None:
            _refuse_smaller(image, image.cfa)
            method = methods[self.method if image.cfa.is_bayer else "generic"]
            samples = method(samples[..., 0], image.cfa.shifted(image.window.top, image.window.left))
        return CameraImage(samples, image.window, image.extent)


def _refuse_smaller(image: Mosaic, cfa: Cfa) -> None:
    if image.window.height < cfa.extent.height or image.window.width < cfa.extent.width:
        raise BadInput(
            f"an image of {image.window.height} x {image.window.width} pixels is too small for "
            f"a colour filter pattern of {cfa.extent.height} x {cfa.extent.width}"
        )


def bilinear(samples: Samples, cfa: Cfa) -> Planes:
    """All planes by the mean of the nearest samples of each colour; differentiable.

    Source: the bilinear interpolation by which Adobe's DNG SDK makes its stage 3.
    """
    xp = namespace(samples)
    padded = xp.pad(samples, 1, mode="reflect")
    colours = np.pad(cfa.planes(_extent(samples)), 1, mode="reflect")
    planes = []
    for colour in range(3):
        known = xp.where(colours == colour, padded, xp.zeros((), dtype=samples.dtype))
        side = known[1:-1, :-2] + known[1:-1, 2:] + known[:-2, 1:-1] + known[2:, 1:-1]
        total = known[1:-1, 1:-1] + 0.25 * side
        if colour != 1:
            corners = known[:-2, :-2] + known[:-2, 2:] + known[2:, :-2] + known[2:, 2:]
            total = known[1:-1, 1:-1] + 0.5 * side + 0.25 * corners
        planes.append(total)
    return xp.stack(planes, axis=-1)


def malvar(samples: Samples, cfa: Cfa) -> Planes:
    """All planes by 5 x 5 linear filters that carry the detail of the known colour over; differentiable.

    Source: Malvar, He and Cutler, "High-quality linear interpolation for demosaicing of Bayer-patterned
    color images", ICASSP 2004, figure 2.
    """
    xp = namespace(samples)
    height, width = samples.shape
    padded = xp.pad(samples, 2, mode="reflect")

    def at(row: int, column: int) -> Any:
        return padded[2 + row : 2 + row + height, 2 + column : 2 + column + width]

    across, along = at(0, -1) + at(0, 1), at(-1, 0) + at(1, 0)
    far_across, far_along = at(0, -2) + at(0, 2), at(-2, 0) + at(2, 0)
    corners = at(-1, -1) + at(-1, 1) + at(1, -1) + at(1, 1)
    green = (4 * samples + 2 * (across + along) - far_across - far_along) / 8
    in_row = (5 * samples + 4 * across + 0.5 * far_along - far_across - corners) / 8
    in_column = (5 * samples + 4 * along + 0.5 * far_across - far_along - corners) / 8
    opposite = (6 * samples + 2 * corners - 1.5 * (far_across + far_along)) / 8

    colours = cfa.planes(_extent(samples))
    planes = [None, xp.where(colours == 1, samples, green), None]
    for colour, other in ((0, 2), (2, 0)):
        row_has = np.broadcast_to((colours == colour).any(axis=1, keepdims=True), colours.shape)
        at_green = xp.where(row_has, in_row, in_column)
        planes[colour] = xp.where(colours == other, opposite, xp.where(colours == 1, at_green, samples))
    return xp.stack(planes, axis=-1)


METHODS: Final[Mapping[str, Callable[[Samples, Cfa], Planes]]] = {
    "residual": residual,
    "malvar": malvar,
    "bilinear": bilinear,
    "generic": generic,
}
"""The definitions of the methods by name."""

KERNELS: Final[Mapping[str, Callable[[Any, Cfa], Any]]] = {
    "residual": residual_by_rows,
    "generic": generic_by_kernel,
}
"""The kernels of those methods that have one, for float32 samples of NumPy."""


def _extent(samples: Samples) -> Extent:
    return Extent(*samples.shape)
