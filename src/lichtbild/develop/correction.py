"""Correction: the opcodes of a raw file, as stages at their three places in the development.

=================  ===============================  =========================
list               works on                         values
=================  ===============================  =========================
1, ``codes_...``   the stored area                  codes, 0 to 65535
2, ``linear_...``  the active area, linear samples  0 (black) to 1 (white)
3, ``colour_...``  the image after demosaicing      as list 2, unbalanced
=================  ===============================  =========================

The standard cuts values to the list's range after each opcode. Here only tables and polynomials, which
mean nothing beyond it, are given values inside it; gains, scales and deltas lose neither the noise below
black nor the light above white.

Source: DNG 1.7.1 chapter 7, "Opcode List Processing".
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.core.errors import BadInput
from lichtbild.core.stage import AbstractStage, LocalStage, ResampleStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.defects import REACH, listed, repaired
from lichtbild.develop.distortion import WarpImage, WarpLinear, is_identity
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
    Opcode,
    ScalePerColumn,
    ScalePerRow,
    TrimBounds,
    WarpFisheye,
    WarpRectilinear,
)
from lichtbild.image.raster import AbstractRaster
from lichtbild.image.raw_frame import RawFrame

NamedStage = tuple[str, AbstractStage]
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


def codes_stages(
    opcodes: tuple[Opcode, ...], active_area: Window | None = None, *, pixel_aspect: float = 1.0
) -> tuple[NamedStage, ...]:
    """The stages of opcode list 1, from stored codes to stored codes.

    Args:
        opcodes: the list.
        active_area: the part of the stored area that the picture is made of. A TrimBounds that keeps all
            of it changes nothing.
        pixel_aspect: width of a pixel over its height.

    Raises:
        BadInput: an opcode makes no sense at this place.
    """

    def stage(opcode: Opcode) -> AbstractStage | None:
        match opcode:
            case TrimBounds(window=window):
                if active_area is None or not window.contains(active_area):
                    raise _misplaced(opcode, "cuts into the active area before linearisation")
                return None
            case FixBadPixelsConstant() | FixBadPixelsList():
                return RepairCodes(opcode)
            case WarpRectilinear() | WarpFisheye():
                raise _misplaced(opcode, "would warp stored codes")
            case _:
                return CorrectCodes(opcode, pixel_aspect)

    return _named("codes", opcodes, stage)


def linear_stages(opcodes: tuple[Opcode, ...], *, pixel_aspect: float = 1.0) -> tuple[NamedStage, ...]:
    """The stages of opcode list 2, from linear samples to linear samples.

    Args:
        opcodes: the list.
        pixel_aspect: width of a pixel over its height.

    Raises:
        BadInput: an opcode makes no sense at this place.
    """

    def stage(opcode: Opcode) -> AbstractStage | None:
        match opcode:
            case TrimBounds(window=window):
                return TrimLinear(window)
            case FixBadPixelsList():
                return RepairLinear(opcode)
            case FixBadPixelsConstant():
                raise _misplaced(opcode, "looks for a stored code after linearisation")
            case WarpRectilinear() | WarpFisheye():
                return None if is_identity(opcode) else WarpLinear(opcode, pixel_aspect)
            case _:
                return CorrectLinear(opcode, pixel_aspect)

    return _named("linear", opcodes, stage)


def colour_stages(
    opcodes: tuple[Opcode, ...], neutral: tuple[float, ...] | None = None, *, pixel_aspect: float = 1.0
) -> tuple[NamedStage, ...]:
    """The stages of opcode list 3, from camera image to camera image.

    Args:
        opcodes: the list.
        neutral: camera planes of a neutral object. White balance has multiplied each plane by the largest
            of them over its own; opcodes that do not commute with that see the planes as they were before.
            None when the planes are not balanced.
        pixel_aspect: width of a pixel over its height.

    Raises:
        BadInput: an opcode makes no sense at this place.
    """
    gains = None if neutral is None else tuple(max(neutral) / value for value in neutral)

    def stage(opcode: Opcode) -> AbstractStage | None:
        match opcode:
            case TrimBounds(window=window):
                return TrimImage(window)
            case FixBadPixelsList():
                return RepairImage(opcode)
            case FixBadPixelsConstant():
                raise _misplaced(opcode, "looks for a stored code after demosaicing")
            case WarpRectilinear() | WarpFisheye():
                return None if is_identity(opcode) else WarpImage(opcode, pixel_aspect)
            case _:
                return CorrectImage(opcode, pixel_aspect, gains)

    return _named("colour", opcodes, stage)


def _misplaced(opcode: Opcode, why: str) -> BadInput:
    return BadInput(
        f"the file's opcode {type(opcode).__name__} {why}, which cannot be done; "
        "develop without its corrections"
    )


def _named(
    place: str, opcodes: Iterable[Opcode], stage: Callable[[Opcode], AbstractStage | None]
) -> tuple[NamedStage, ...]:
    """The stages of those opcodes that do something, named after place and opcode, repetitions numbered."""
    result: list[NamedStage] = []
    seen: dict[str, int] = {}
    for opcode in opcodes:
        if isinstance(opcode, FixVignetteRadial) and not any(opcode.terms):
            continue
        if (made := stage(opcode)) is None:
            continue
        name = f"{place}_{re.sub(r'(?<!^)(?=[A-Z])', '_', type(opcode).__name__).lower()}"
        seen[name] = seen.get(name, 0) + 1
        result.append((name if seen[name] == 1 else f"{name}_{seen[name]}", made))
    return tuple(result)


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
class RepairCodes(LocalStage):
    """Stored codes whose bad pixels are interpolated; they keep their type."""

    opcode: FixBadPixelsConstant | FixBadPixelsList

    @property
    def halo(self) -> int:
        """How far a repair looks."""
        return REACH

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
class RepairLinear(LocalStage):
    """Linear samples whose bad pixels are interpolated."""

    opcode: FixBadPixelsList

    @property
    def halo(self) -> int:
        """How far a repair looks."""
        return REACH

    def __call__(self, image: Mosaic) -> Mosaic:
        """The repaired samples."""
        bad = _in_each_plane(listed(self.opcode, image.window, image.extent), image)
        return replace(image, samples=repaired(image.samples, bad, image.window, image.cfa))


@dataclass(frozen=True, eq=False)
class RepairImage(LocalStage):
    """A camera image whose bad pixels are interpolated."""

    opcode: FixBadPixelsList

    @property
    def halo(self) -> int:
        """How far a repair looks."""
        return REACH

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
