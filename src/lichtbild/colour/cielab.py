"""CIELAB: lightness L* and the opponent colours a*, b*.

Source: CIE 15:2018 section 8.2.1.
"""

from typing import Any, Final

from lichtbild.colour.spaces import D65_XY, REC2020_TO_XYZ, SRGB_TO_XYZ, adaptation, xyz_of
from lichtbild.core.array import namespace

_EPSILON: Final = (6 / 29) ** 3


def lightness(luminance: Any) -> Any:
    """L*, 0 to 100, of a luminance relative to white."""
    return 116 * _root(luminance) - 16


def from_rec2020(rgb: Any) -> Any:
    """CIELAB under D65 on the last axis, for linear Rec.2020."""
    xp = namespace(rgb)
    relative = rgb @ xp.asarray((REC2020_TO_XYZ / xyz_of(D65_XY)[:, None]).T, dtype=rgb.dtype)
    return _opponent(relative)


def from_srgb(rgb: Any) -> Any:
    """CIELAB under D65 on the last axis, for linear light of sRGB's primaries."""
    xp = namespace(rgb)
    return _opponent(rgb @ xp.asarray((SRGB_TO_XYZ / xyz_of(D65_XY)[:, None]).T, dtype=rgb.dtype))


def from_xyz(xyz: Any, white: tuple[float, float] = D65_XY) -> Any:
    """CIELAB on the last axis, for CIE XYZ whose white has the chromaticity ``white`` and Y = 1."""
    return _opponent(xyz / namespace(xyz).asarray(xyz_of(white), dtype=xyz.dtype))


def to_xyz(lab: Any, white: tuple[float, float] = D65_XY) -> Any:
    """CIE XYZ for CIELAB under a white; the inverse of `from_xyz`."""
    return _relative(lab) * namespace(lab).asarray(xyz_of(white), dtype=lab.dtype)


def adapted(lab: Any, source: tuple[float, float], target: tuple[float, float]) -> Any:
    """CIELAB under a white, for CIELAB under another: what looks alike, by Bradford's matrix.

    Args:
        lab: L*, a*, b* on the last axis under ``source``.
        source: chromaticity of the white that the numbers hold under.
        target: chromaticity of the white that they shall hold under.
    """
    matrix = namespace(lab).asarray(adaptation(source, target).T, dtype=lab.dtype)
    return from_xyz(to_xyz(lab, source) @ matrix, target)


def to_rec2020(lab: Any) -> Any:
    """Linear Rec.2020 for CIELAB under D65 on the last axis; the inverse of `from_rec2020`."""
    xp = namespace(lab)
    from_relative = (REC2020_TO_XYZ / xyz_of(D65_XY)[:, None]).T
    return _relative(lab) @ xp.linalg.inv(xp.asarray(from_relative, dtype=lab.dtype))


def _opponent(relative: Any) -> Any:
    """L*, a*, b* of XYZ relative to white."""
    xp = namespace(relative)
    root = _root(relative)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return xp.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _relative(lab: Any) -> Any:
    """XYZ relative to white of L*, a*, b*."""
    xp = namespace(lab)
    y = (lab[..., 0] + 16) / 116
    root = xp.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    return xp.where(root > 6 / 29, root**3, 3 * (6 / 29) ** 2 * (root - 4 / 29))


def _root(relative: Any) -> Any:
    xp = namespace(relative)
    cube_root = xp.maximum(relative, _EPSILON) ** (1 / 3)
    return xp.where(relative > _EPSILON, cube_root, relative / (3 * (6 / 29) ** 2) + 4 / 29)
