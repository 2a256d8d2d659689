"""Directional filtering with a posteriori decision, in place on five planes of a padded tile.

Every kernel expects red at even rows and even columns: in a row, *chroma* pixels (red in even rows, blue in
odd ones) alternate with green ones. Instead of red and blue, their differences to green are kept, R - G in
the plane ``dr`` and B - G in ``db``::

    R G R G    own = dr, other = db
    G B G B    own = db, other = dr

Source: Menon, Andriani and Calvagno, "Demosaicing with directional filtering and a posteriori decision",
IEEE Trans. Image Processing 16, 132 (2007), sections III and IV.
"""

import numpy as np
from jaxtyping import Bool, Float32

from lichtbild.numerics.kernel import kernel

Plane = Float32[np.ndarray, "h w"]

_THIRD = np.float32(1 / 3)
_HALF = np.float32(0.5)
_QUARTER = np.float32(0.25)


@kernel
def directional_differences(m: Plane, horizontal: Plane, vertical: Plane) -> None:
    """Own colour minus green at the chroma pixels, green interpolated along either direction (eq. 1)."""
    height, width = m.shape
    for y in range(2, height - 2):
        for x in range(2 + y % 2, width - 2, 2):
            centre = m[y, x] * _HALF
            across = (m[y, x - 1] + m[y, x + 1]) * _HALF - (m[y, x - 2] + m[y, x + 2]) * _QUARTER
            along = (m[y - 1, x] + m[y + 1, x]) * _HALF - (m[y - 2, x] + m[y + 2, x]) * _QUARTER
            horizontal[y, x] = centre - across
            vertical[y, x] = centre - along


@kernel
def decide(dh: Plane, dv: Plane, dr: Plane, db: Plane, is_horizontal: Bool[np.ndarray, "h w"]) -> None:
    """The direction in which the colour difference varies less, and the difference of that direction.

    Differences are compared over 5 x 5 pixels, the nearest counting three times (section III.B).
    """
    height, width = dh.shape
    three = np.float32(3)
    for y in range(4, height - 4):
        own = dr if y % 2 == 0 else db
        for x in range(4 + y % 2, width - 4, 2):
            across = three * (abs(dh[y, x] - dh[y, x + 2]) + abs(dh[y, x - 2] - dh[y, x]))
            along = three * (abs(dv[y, x] - dv[y + 2, x]) + abs(dv[y - 2, x] - dv[y, x]))
            for s in (-2, 2):
                across += abs(dh[y + s, x] - dh[y + s, x + 2]) + abs(dh[y + s, x - 2] - dh[y + s, x])
                along += abs(dv[y, x + s] - dv[y + 2, x + s]) + abs(dv[y - 2, x + s] - dv[y, x + s])
            for s in (-1, 1):
                across += abs(dh[y + s, x - 1] - dh[y + s, x + 1])
                along += abs(dv[y - 1, x + s] - dv[y + 1, x + s])
            is_horizontal[y, x] = along >= across
            own[y, x] = dh[y, x] if along >= across else dv[y, x]


@kernel
def fill_green_pixels(dr: Plane, db: Plane, margin: int) -> None:
    """Both differences at green pixels: the mean of the two neighbours that know them."""
    height, width = dr.shape
    for y in range(margin, height - margin):
        own, other = (dr, db) if y % 2 == 0 else (db, dr)
        for x in range(margin + (y + margin + 1) % 2, width - margin, 2):
            own[y, x] = (own[y, x - 1] + own[y, x + 1]) * _HALF
            other[y, x] = (other[y - 1, x] + other[y + 1, x]) * _HALF


@kernel
def fill_chroma_pixels(dr: Plane, db: Plane, is_horizontal: Bool[np.ndarray, "h w"], margin: int) -> None:
    """The other colour's difference at chroma pixels: other minus own along the direction, plus own."""
    height, width = dr.shape
    for y in range(margin, height - margin):
        own, other = (dr, db) if y % 2 == 0 else (db, dr)
        for x in range(margin + (y + margin) % 2, width - margin, 2):
            if is_horizontal[y, x]:
                step = other[y, x - 1] - own[y, x - 1] + other[y, x + 1] - own[y, x + 1]
            else:
                step = other[y - 1, x] - own[y - 1, x] + other[y + 1, x] - own[y + 1, x]
            other[y, x] = own[y, x] + step * _HALF


@kernel
def refine_green(dr: Plane, db: Plane, is_horizontal: Bool[np.ndarray, "h w"], margin: int) -> None:
    """Own difference at chroma pixels smoothed over three pixels along the direction (section IV, step 1).

    Only green is corrected: red and blue stay, so both differences move together.
    """
    height, width = dr.shape
    for y in range(margin, height - margin):
        own, other = (dr, db) if y % 2 == 0 else (db, dr)
        for x in range(margin + (y + margin) % 2, width - margin, 2):
            if is_horizontal[y, x]:
                smooth = (own[y, x - 1] + own[y, x] + own[y, x + 1]) * _THIRD
            else:
                smooth = (own[y - 1, x] + own[y, x] + own[y + 1, x]) * _THIRD
            other[y, x] += smooth - own[y, x]
            own[y, x] = smooth


@kernel
def refine_chroma(dr: Plane, db: Plane, is_horizontal: Bool[np.ndarray, "h w"], margin: int) -> None:
    """The other colour at chroma pixels from other minus own, smoothed along the direction (step 3)."""
    height, width = dr.shape
    for y in range(margin, height - margin):
        own, other = (dr, db) if y % 2 == 0 else (db, dr)
        for x in range(margin + (y + margin) % 2, width - margin, 2):
            step = other[y, x] - own[y, x]
            if is_horizontal[y, x]:
                step += other[y, x - 1] - own[y, x - 1] + other[y, x + 1] - own[y, x + 1]
            else:
                step += other[y - 1, x] - own[y - 1, x] + other[y + 1, x] - own[y + 1, x]
            other[y, x] = own[y, x] + step * _THIRD


@kernel
def assemble(m: Plane, dr: Plane, db: Plane, top: int, left: int, rgb: Float32[np.ndarray, "a b 3"]) -> None:
    """Red, green and blue from the mosaic and both differences; measured samples stay what they are."""
    height, width, _ = rgb.shape
    for i in range(height):
        y = top + i
        for j in range(width):
            x = left + j
            own = (x + y) % 2 == 0
            even = y % 2 == 0
            green = m[y, x] - (dr[y, x] if even else db[y, x]) if own else m[y, x]
            rgb[i, j, 0] = m[y, x] if own and even else green + dr[y, x]
            rgb[i, j, 1] = green
            rgb[i, j, 2] = m[y, x] if own and not even else green + db[y, x]
