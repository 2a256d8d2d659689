"""ICC profiles of our output spaces: the smallest that colour management accepts, version 2.4.

A matrix profile holds its primaries adapted to D50 by Bradford's matrix, the adaptation itself, and one
curve for the three planes, sampled finely because version 2 has no parametric curves.

Source: ICC.1:2001-04 (version 2.4), chapters 6 and 7; the tag "chad" from ICC.1:2010 section 9.2.15.
"""

from struct import pack
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import spaces, transfer
from lichtbild.colour.spaces import D50_XY, D65_XY, adaptation
from lichtbild.colour.transfer import TransferCurve

_D50: Final = (0.9642, 1.0, 0.8249)
"""White of the connection space, as ICC.1 writes it."""

_CURVE_POINTS: Final = 4096


_SPACES: Final = {
    "srgb": ("sRGB", spaces.SRGB_TO_XYZ, transfer.SRGB),
    "display-p3": ("Display P3", spaces.P3_TO_XYZ, transfer.SRGB),
    "rec2020": ("Rec. 2020", spaces.REC2020_TO_XYZ, transfer.REC709),
    "prophoto": ("ProPhoto RGB", spaces.PROPHOTO_TO_XYZ_D50, transfer.PROPHOTO),
    "linear-rec2020": ("Linear Rec. 2020", spaces.REC2020_TO_XYZ, transfer.LINEAR),
}


def profile(space: str) -> bytes:
    """The profile of one of our output spaces, in ICC's binary form.

    Args:
        space: "srgb", "display-p3", "rec2020", "prophoto" or "linear-rec2020".

    Raises:
        ValueError: there is no such space.
    """
    if space not in _SPACES:
        raise ValueError(f"there is no space '{space}'; the spaces are {', '.join(_SPACES)}")
    return matrix_profile(*_SPACES[space])


def matrix_profile(description: str, rgb_to_xyz: Float[np.ndarray, "3 3"], curve: TransferCurve) -> bytes:
    """A display profile in ICC's binary form.

    Args:
        description: name of the space, in ASCII.
        rgb_to_xyz: matrix from linear RGB to XYZ under the space's own white, D65 or D50.
        curve: the space's transfer curve.
    """
    white = rgb_to_xyz.sum(axis=1)
    white_xy = (float(white[0] / white.sum()), float(white[1] / white.sum()))
    is_d50 = abs(white_xy[0] - D50_XY[0]) < 1e-3
    chad = np.eye(3) if is_d50 else adaptation(D65_XY, D50_XY)
    # The rounded D50 of the standard differs by 1e-4 from the chromaticity's; neutrals must meet it exactly.
    colorants = _summing_to(chad @ rgb_to_xyz, np.array(_D50))
    tone = _curve(curve)
    return _assembled(
        [
            (b"desc", _description(description)),
            (b"cprt", b"text" + bytes(4) + b"No copyright, use freely (CC0 1.0)\0"),
            (b"wtpt", _xyz(_D50)),
            (b"chad", b"sf32" + bytes(4) + b"".join(_fixed(value) for value in chad.ravel())),
            (b"rXYZ", _xyz(colorants[:, 0])),
            (b"gXYZ", _xyz(colorants[:, 1])),
            (b"bXYZ", _xyz(colorants[:, 2])),
            (b"rTRC", tone),
            (b"gTRC", tone),
            (b"bTRC", tone),
        ]
    )


def _summing_to(columns: Float[np.ndarray, "3 3"], total: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3 3"]:
    """The columns in s15.16 steps, the largest of each row taking up what is missing in the sum."""
    codes = np.round(columns / columns.sum(axis=1, keepdims=True) * total[:, None] * 65536)
    missing = np.round(total * 65536) - codes.sum(axis=1)
    codes[np.arange(3), codes.argmax(axis=1)] += missing
    return np.asarray(codes / 65536)


def _fixed(value: float) -> bytes:
    return pack(">i", round(float(value) * 65536))


def _xyz(values: Float[np.ndarray, "3"] | tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(_fixed(value) for value in values)


def _curve(curve: TransferCurve) -> bytes:
    if curve.gamma == 1.0:
        return b"curv" + bytes(4) + pack(">I", 0)
    codes = np.round(curve.decode(np.linspace(0.0, 1.0, _CURVE_POINTS)) * 65535).astype(">u2")
    return b"curv" + bytes(4) + pack(">I", _CURVE_POINTS) + bytes(codes.tobytes())


def _description(text: str) -> bytes:
    ascii_text = text.encode("ascii") + b"\0"
    unicode_and_script = bytes(4 + 4 + 2 + 1 + 67)
    return b"desc" + bytes(4) + pack(">I", len(ascii_text)) + ascii_text + unicode_and_script


def _assembled(tags: list[tuple[bytes, bytes]]) -> bytes:
    """Header, tag table and tag data; equal data is stored once, each on a multiple of four bytes."""
    places: dict[bytes, int] = {}
    offset = 128 + 4 + 12 * len(tags)
    body = b""
    for _, data in tags:
        if data not in places:
            places[data] = offset + len(body)
            body += data + bytes(-len(data) % 4)
    table = b"".join(name + pack(">II", places[data], len(data)) for name, data in tags)
    size = offset + len(body)
    when = pack(">6H", 2024, 1, 1, 0, 0, 0)
    header = pack(">I4sI", size, bytes(4), 0x02400000) + b"mntrRGB XYZ " + when + b"acsp" + bytes(28)
    header += b"".join(_fixed(value) for value in _D50)
    return header.ljust(128, b"\0") + pack(">I", len(tags)) + table + body
