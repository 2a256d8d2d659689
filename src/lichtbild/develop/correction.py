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

from lichtbild.core.errors import BadInput
from lichtbild.core.stage import AbstractStage, NamedStage
from lichtbild.core.window import Window
from lichtbild.develop.distortion import WarpImage, WarpLinear, is_identity
from lichtbild.develop.opcode_stages import (
    CorrectCodes,
    CorrectImage,
    CorrectLinear,
    RepairCodes,
    RepairImage,
    RepairLinear,
    TrimImage,
    TrimLinear,
)
from lichtbild.image.opcode import (
    FixBadPixelsConstant,
    FixBadPixelsList,
    FixVignetteRadial,
    Opcode,
    TrimBounds,
    WarpFisheye,
    WarpRectilinear,
)


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
