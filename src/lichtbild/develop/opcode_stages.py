"""Opcode stages: one stage for each kind of opcode at each place where a list is applied.

They differ by the noun they take: stored codes, linear samples, or a camera image, whose planes white
balance has multiplied before. What an opcode does to numbers stands in `mapping`, `shading`, `defects` and
`distortion`.

Source: DNG 1.7.1 chapter 7, "Opcode List Processing".
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage, ResampleStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.defects import REACH, listed, repaired
from lichtbild.develop.mapping import CODES, polynomial_mapped, scaled, shifted, table_mapped
from lichtbild.develop.shading import gain_mapped, vignette_fixed
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.opcode import (
    DeltaPerColumn,
    DeltaPerRow,
    FixBadPixelsConstant,
    FixBadPixelsList,
    FixVignetteRadial,
    GainMap,
    MapPolynomial,
    MapTable,
    ScalePerColumn,
    ScalePerRow,
)
from lichtbild.image.raster import AbstractRaster
from lichtbild.image.raw_frame import RawFrame

ValueOpcode = (
    FixVignetteRadial
    | MapTable
    | MapPolynomial
    | GainMap
    | DeltaPerRow
    | DeltaPerColumn
    | ScalePerRow
    | ScalePerColumn
)
"""An opcode that gives each sample from itself and from where it lies."""


def corrected(
    opcode: ValueOpcode,
    samples: Float[np.ndarray, "h w p"],
    window: Window,
    extent: Extent,
    *,
    white: float = 1.0,
    pixel_aspect: float = 1.0,
) -> Float[np.ndarray, "h w p"]:
    """Samples of a window after one opcode.

    Args:
        opcode: what to do.
        samples: float32 ``[row, column, plane]``.
        window: where the samples lie.
        extent: size of the whole image.
        white: the value that means white: 1, or 65535 for codes.
        pixel_aspect: width of a pixel over its height.
    """
    match opcode:
        case GainMap():
            return gain_mapped(opcode, samples, window, extent)
        case FixVignetteRadial():
            return vignette_fixed(opcode, samples, window, extent, pixel_aspect=pixel_aspect)
        case MapTable():
            return table_mapped(opcode, samples, window, white=white)
        case MapPolynomial():
            return polynomial_mapped(opcode, samples, window, white=white)
        case DeltaPerRow() | DeltaPerColumn():
            return shifted(opcode, samples, window)
        case ScalePerRow() | ScalePerColumn():
            return scaled(opcode, samples, window)


@dataclass(frozen=True, eq=False)
class CorrectCodes(LocalStage):
    """Stored codes after one opcode, as float32."""

    opcode: ValueOpcode
    pixel_aspect: float = 1.0

    def __call__(self, image: RawFrame) -> RawFrame:
        """The corrected codes."""
        codes = image.samples.astype(np.float32)
        options = {"white": CODES, "pixel_aspect": self.pixel_aspect}
        return replace(image, samples=corrected(self.opcode, codes, image.window, image.extent, **options))


@dataclass(frozen=True, eq=False)
class CorrectLinear(LocalStage):
    """Linear samples after one opcode."""

    opcode: ValueOpcode
    pixel_aspect: float = 1.0

    def __call__(self, image: Mosaic) -> Mosaic:
        """The corrected samples."""
        samples = corrected(
            self.opcode, image.samples, image.window, image.extent, pixel_aspect=self.pixel_aspect
        )
        return replace(image, samples=samples)


@dataclass(frozen=True, eq=False)
class CorrectImage(LocalStage):
    """A camera image after one opcode.

    Attributes:
        opcode: what to do.
        pixel_aspect: width of a pixel over its height.
        gains: what white balance multiplied each plane by; None for nothing.
    """

    opcode: ValueOpcode
    pixel_aspect: float = 1.0
    gains: tuple[float, ...] | None = None

    def __call__(self, image: CameraImage) -> CameraImage:
        """The corrected image."""
        balanced = self.gains is not None and not isinstance(
            self.opcode, GainMap | FixVignetteRadial | ScalePerRow | ScalePerColumn
        )
        gains = np.array(self.gains if balanced else (1.0,), np.float32)
        samples = image.samples / gains if balanced else image.samples
        samples = corrected(self.opcode, samples, image.window, image.extent, pixel_aspect=self.pixel_aspect)
        return replace(image, samples=samples * gains if balanced else samples)


@dataclass(frozen=True, eq=False)
class AbstractRepair(LocalStage):
    """An image whose bad pixels are interpolated."""

    @property
    def halo(self) -> int:
        """How far a repair looks."""
        return REACH


@dataclass(frozen=True, eq=False)
class RepairCodes(AbstractRepair):
    """Stored codes whose bad pixels are interpolated; they keep their type."""

    opcode: FixBadPixelsConstant | FixBadPixelsList

    def __call__(self, image: RawFrame) -> RawFrame:
        """The repaired codes."""
        if isinstance(self.opcode, FixBadPixelsConstant):
            bad = image.samples == self.opcode.code
        else:
            bad = _in_each_plane(listed(self.opcode, image.window, image.extent), image)
        # The frame's own pattern says what the opcode's BayerPhase says, and for any sensor.
        area = image.active_area
        cfa = None if image.cfa is None else image.cfa.shifted(-area.top, -area.left)
        return replace(image, samples=repaired(image.samples, bad, image.window, cfa))


@dataclass(frozen=True, eq=False)
class RepairLinear(AbstractRepair):
    """Linear samples whose bad pixels are interpolated."""

    opcode: FixBadPixelsList

    def __call__(self, image: Mosaic) -> Mosaic:
        """The repaired samples."""
        bad = _in_each_plane(listed(self.opcode, image.window, image.extent), image)
        return replace(image, samples=repaired(image.samples, bad, image.window, image.cfa))


@dataclass(frozen=True, eq=False)
class RepairImage(AbstractRepair):
    """A camera image whose bad pixels are interpolated."""

    opcode: FixBadPixelsList

    def __call__(self, image: CameraImage) -> CameraImage:
        """The repaired image."""
        bad = _in_each_plane(listed(self.opcode, image.window, image.extent), image)
        return replace(image, samples=repaired(image.samples, bad, image.window, None))


def _in_each_plane(bad: Bool[np.ndarray, "h w"], image: AbstractRaster) -> Bool[np.ndarray, "h w p"]:
    return np.broadcast_to(bad[:, :, None], image.samples.shape)


@dataclass(frozen=True)
class AbstractTrim(ResampleStage):
    """The part of an image that lies in ``kept``; its corner becomes the corner of the whole."""

    kept: Window

    def extent(self, extent: Extent) -> Extent:
        """Size of the part.

        Raises:
            BadInput: the image does not have this part.
        """
        if not Window.whole(extent).contains(self.kept):
            raise BadInput(
                f"the file's opcode TrimBounds keeps {self.kept}, but the image has "
                f"{extent.height} rows and {extent.width} columns; develop without its corrections"
            )
        return self.kept.extent

    def source(self, window: Window, extent: Extent) -> Window:
        """The window's place before trimming."""
        top, left = self.kept.top, self.kept.left
        return Window(window.top + top, window.left + left, window.bottom + top, window.right + left)


@dataclass(frozen=True)
class TrimLinear(AbstractTrim):
    """Linear samples of a part of the image."""

    def render(self, image: Mosaic, window: Window) -> Mosaic:
        """The part's samples in a window."""
        samples = image.crop(self.source(window, image.extent)).samples
        cfa = None if image.cfa is None else image.cfa.shifted(self.kept.top, self.kept.left)
        return Mosaic(samples, window, self.kept.extent, cfa)


@dataclass(frozen=True)
class TrimImage(AbstractTrim):
    """A part of a camera image."""

    def render(self, image: CameraImage, window: Window) -> CameraImage:
        """The part's samples in a window."""
        return CameraImage(image.crop(self.source(window, image.extent)).samples, window, self.kept.extent)
