"""Colour difference: how far apart two colours look, in steps of about what can just be told.

Sources: CIE 15:2018 section 8.2 (CIELAB's differences); CIE 116-1995 (CIE94); R. Seve, "New formula for the
computation of CIE 1976 hue difference", Color Research and Application 16(3), 217 (1991), the signed hue
difference; CIE 142-2001 (CIEDE2000); Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula:
implementation notes, supplementary test data, and mathematical observations", Color Research and Application
30(1), 21 (2005), equations 2 to 22.
"""

from typing import Any, Final

from lichtbild.core.array import namespace

_CHROMA_7: Final = 25.0**7
_HALF_TURN: Final = 180.0


def ciede2000(lab: Any, other: Any) -> Any:
    """CIEDE2000 of colours, with all parametric factors 1; the same whichever of the two comes first.

    Args:
        lab: CIELAB (L*, a*, b*) on the last axis.
        other: the same, of a shape that broadcasts with it.
    """
    xp = namespace(lab)
    (light_1, chroma_1, hue_1), (light_2, chroma_2, hue_2) = _stretched(lab, other)
    light, chroma = (light_1 + light_2) / 2, (chroma_1 + chroma_2) / 2
    both = chroma_1 * chroma_2 > 0
    turn = xp.where(both, _wrapped(hue_2 - hue_1), 0.0)
    hue = xp.where(both, _mean_hue(hue_1, hue_2), hue_1 + hue_2)
    lightness = (light_2 - light_1) / _lightness_weight(light)
    purity = (chroma_2 - chroma_1) / (1 + 0.045 * chroma)
    hues = 2 * xp.sqrt(chroma_1 * chroma_2) * xp.sin(xp.radians(turn) / 2)
    hues = hues / (1 + 0.015 * chroma * _hue_weight(hue))
    square = lightness**2 + purity**2 + hues**2 + _rotation(chroma, hue) * purity * hues
    # In blue the last term may bring a difference of nearly nothing below 0 by rounding.
    return xp.sqrt(xp.maximum(square, 0.0))


def cie76(lab: Any, other: Any) -> Any:
    """Distance of colours in CIELAB, with gradient 0 where they are equal.

    Args:
        lab: CIELAB (L*, a*, b*) on the last axis.
        other: the same, of a shape that broadcasts with it.
    """
    return _length((other - lab) ** 2)


def cie94(reference: Any, lab: Any) -> Any:
    """CIE94 of colours, with the weights of graphic arts; not the same with the two exchanged.

    Args:
        reference: CIELAB (L*, a*, b*) on the last axis of the standard, whose chroma sets the weights.
        lab: the same of the samples, of a shape that broadcasts with it.
    """
    lightness, purity, hue = parts(reference, lab)
    chroma = _chroma(reference)
    purity, hue = purity / (1 + 0.045 * chroma), hue / (1 + 0.015 * chroma)
    return _length(namespace(lab).stack([lightness**2, purity**2, hue**2], axis=-1))


def parts(reference: Any, lab: Any) -> tuple[Any, Any, Any]:
    """Signed differences in lightness, chroma and hue; the squares of the three sum to that of `cie76`.

    The difference in hue is positive where hue turns from red towards yellow, and 0 next to a grey.

    Args:
        reference: CIELAB (L*, a*, b*) on the last axis.
        lab: the same of the samples, of a shape that broadcasts with it.
    """
    xp = namespace(lab)
    one, two = _chroma(reference), _chroma(lab)
    across = reference[..., 1] * lab[..., 2] - lab[..., 1] * reference[..., 2]
    along = reference[..., 1] * lab[..., 1] + reference[..., 2] * lab[..., 2]
    square = (one * two + along) / 2
    # Opposite hues lie across one another by nothing, and still differ by twice the mean chroma.
    opposite, grey = square <= 1e-12 * one * two, one * two <= 0
    hue = across / xp.sqrt(xp.where(opposite, 1.0, square))
    mean = xp.where(grey, 0.0, xp.sqrt(xp.where(grey, 1.0, one * two)))
    return lab[..., 0] - reference[..., 0], two - one, xp.where(opposite, 2 * mean, hue)


def _chroma(lab: Any) -> Any:
    return _length(lab[..., 1:] ** 2)


def _length(squares: Any) -> Any:
    """Root of the sum over the last axis; its gradient is 0, not undefined, where all are 0."""
    xp = namespace(squares)
    total = squares.sum(axis=-1)
    return xp.where(total > 0, xp.sqrt(xp.where(total > 0, total, 1.0)), 0.0)


def _stretched(lab: Any, other: Any) -> tuple[Any, Any]:
    """L*, C' and h' in degrees of both colours, a* being stretched near grey (equations 2 to 7)."""
    xp = namespace(lab)
    chroma = (xp.hypot(lab[..., 1], lab[..., 2]) + xp.hypot(other[..., 1], other[..., 2])) / 2
    stretch = 1.5 - 0.5 * xp.sqrt(chroma**7 / (chroma**7 + _CHROMA_7))
    found = []
    for light, a, b in ((one[..., 0], stretch * one[..., 1], one[..., 2]) for one in (lab, other)):
        found.append((light, xp.hypot(a, b), xp.degrees(xp.arctan2(b, a)) % (2 * _HALF_TURN)))
    return found[0], found[1]


def _wrapped(turn: Any) -> Any:
    """A difference of hues in degrees, brought to -180 to 180 (equation 10)."""
    xp = namespace(turn)
    full = 2 * _HALF_TURN
    return xp.where(turn > _HALF_TURN, turn - full, xp.where(turn < -_HALF_TURN, turn + full, turn))


def _mean_hue(hue: Any, other: Any) -> Any:
    """The hue halfway along the shorter way round, in degrees (equation 14)."""
    xp = namespace(hue)
    total = hue + other
    around = xp.where(total < 2 * _HALF_TURN, total + 2 * _HALF_TURN, total - 2 * _HALF_TURN)
    return xp.where(xp.abs(hue - other) <= _HALF_TURN, total, around) / 2


def _lightness_weight(light: Any) -> Any:
    """S_L (equation 19)."""
    square = (light - 50) ** 2
    return 1 + 0.015 * square / namespace(light).sqrt(20 + square)


def _hue_weight(hue: Any) -> Any:
    """T (equation 15)."""
    xp = namespace(hue)
    return (
        1
        - 0.17 * xp.cos(xp.radians(hue - 30))
        + 0.24 * xp.cos(xp.radians(2 * hue))
        + 0.32 * xp.cos(xp.radians(3 * hue + 6))
        - 0.20 * xp.cos(xp.radians(4 * hue - 63))
    )


def _rotation(chroma: Any, hue: Any) -> Any:
    """R_T: in blue, chroma and hue are told apart along slanted axes (equations 16, 17 and 21)."""
    xp = namespace(chroma)
    angle = 60 * xp.exp(-(((hue - 275) / 25) ** 2))
    return -2 * xp.sqrt(chroma**7 / (chroma**7 + _CHROMA_7)) * xp.sin(xp.radians(angle))
