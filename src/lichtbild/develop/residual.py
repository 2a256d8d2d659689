"""Residual interpolation: the colours that the pixels of a Bayer pattern did not see.

Colours change together, but not by the same amount: where red rises by 1, green may rise by 0.6, and over a
saturated edge not at all. So the detail of a known colour is carried over to a missing one times the local
*slope* of one colour over the other, found by least squares from steps and bends nearby; what the slope does
not explain, the residual, is interpolated. A slope of 1 everywhere would be the classical interpolation of
colour differences. Between the horizontal and the vertical estimate no decision is made: each has a share.

Red and blue pixels are called *chroma*, the other chroma colour *opposite*. The steps:

1. At every pixel the contrast of the other colour of its line to its own one, across and along: the mean of
   the two neighbours, plus the slope times the bend of the own colour, minus the own one.
2. The share of the horizontal: by the inverse squares of how much the contrasts vary over 5 x 5 pixels.
3. Green at chroma: the contrasts, each smoothed along itself by (1, 2, 1) / 4, mixed by the share.
4. The opposite colour at chroma from the diagonal neighbours, then both colours at green from all four:
   their mean, plus the slope over green times what green exceeds its own mean by.
5. Green anew, from the residuals that are left at its four neighbours once the slope of green over chroma is
   known there; then step 4 again.

Every step is smooth or at least continuous, so that the result can be differentiated, and small errors stay
small. Measured samples stay what they are.

Source: directional shares after Pekkucuksen and Altunbasak, "Gradient based threshold free color filter array
interpolation", ICIP 2010; slopes from bends after Kiku, Monno, Tanaka and Okutomi, "Beyond color difference:
residual interpolation for color image demosaicking", IEEE Trans. Image Processing 25, 1288 (2016).
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Float32, Int

from lichtbild.core.array import namespace
from lichtbild.core.window import Window
from lichtbild.develop.kernels.residual import MARGIN, RADIUS, STRIDE, residual_rows
from lichtbild.image.cfa import Cfa

Samples = Float[Any, "*planes h w"]
Planes = Float[Any, "h w 3"]

_LEAST_SQUARES: Final = 2.0**-12
"""Added to both sums of a slope, so that it is 1 where nothing changes."""

_LEAST_VARIATION: Final = 2.0**-8
"""Added to how much a contrast varies, so that the shares are equal where nothing does."""

_STEEPEST: Final = 2.0
_REFINED: Final = 0.75
_ACROSS, _ALONG = (0, 1), (1, 0)


def residual(samples: Samples, cfa: Cfa) -> Planes:
    """Red, green and blue of a Bayer mosaic; the definition, for NumPy and JAX."""
    xp = namespace(samples)
    rows, columns, (top, left) = _read_at(Window(0, 0, *samples.shape), samples.shape, cfa)
    m = samples[rows][:, columns]
    even = np.arange(len(rows))[:, None] % 2 == 0
    is_chroma = even == (np.arange(len(columns)) % 2 == 0)
    across, along = _contrast(m, _ACROSS), _contrast(m, _ALONG)
    share = _share(across, along)
    smooth_along = _smooth(along, _ALONG)
    green = m + xp.where(is_chroma, smooth_along + share * (_smooth(across, _ACROSS) - smooth_along), 0)
    chroma_changes, changes = _changes(m), _changes(green)
    _, row, column = _colours(m, green, share, _slope(chroma_changes, changes))
    slope = _slope(changes, chroma_changes)
    residuals = _mixed(share, m, m) - slope * _mixed(share, row, column)
    green = green + xp.where(is_chroma, _REFINED * (slope * m + residuals - green), 0)
    opposite, row, column = _colours(m, green, share, _slope(chroma_changes, _changes(green)))
    own, other = xp.where(is_chroma, m, row), xp.where(is_chroma, opposite, column)
    planes = xp.stack([xp.where(even, own, other), green, xp.where(even, other, own)], axis=-1)
    return planes[top : top + samples.shape[0], left : left + samples.shape[1]]


def residual_by_rows(
    samples: Float32[np.ndarray, "h w"], cfa: Cfa, wanted: Window | None = None
) -> Float32[np.ndarray, "a b 3"]:
    """The same by the kernel; of the wanted rows and columns alone, if they are not all wanted."""
    wanted = wanted or Window(0, 0, *samples.shape)
    out = np.empty((*wanted.extent, 3), dtype=np.float32)
    rows, columns, corner = _read_at(wanted, samples.shape, cfa)
    begin = max(corner[1] - wanted.left, 0)
    inner = begin, min(begin + samples.shape[1] - int(columns[begin]), len(columns))
    residual_rows(np.ascontiguousarray(samples), rows, columns, inner, corner, out)
    return out


def _read_at(
    wanted: Window, shape: Any, cfa: Cfa
) -> tuple[Int[np.ndarray, " rows"], Int[np.ndarray, " columns"], tuple[int, int]]:
    """Rows and columns to read, borders mirrored, and where the wanted pixels begin in them.

    Red is brought to even rows and columns, and the columns to a number that the kernel likes.
    """
    red_row, red_column = np.argwhere(np.asarray(cfa.pattern) == 0)[0]
    top = RADIUS + (int(red_row) + wanted.top) % 2
    left = RADIUS + MARGIN + (int(red_column) + wanted.left) % 2
    right = RADIUS + MARGIN
    right += -(left + wanted.width + right - 2 * MARGIN) % STRIDE
    rows = _mirrored(wanted.top - top, wanted.bottom + RADIUS, shape[0])
    return rows, _mirrored(wanted.left - left, wanted.right + right, shape[1]), (top, left)


def _mirrored(first: int, last: int, size: int) -> Int[np.ndarray, " n"]:
    """Indices from ``first`` to before ``last``, mirrored about the outermost ones of a line."""
    index = np.abs(np.arange(first, last)) % (2 * (size - 1))
    return np.asarray(np.minimum(index, 2 * (size - 1) - index))


def _around(plane: Samples) -> Callable[[int, int], Samples]:
    """A plane's neighbours, so many rows below and columns to the right.

    Beyond the borders they are 0, which never reaches the image: it lies deep enough in the padded plane.
    """
    *planes, height, width = plane.shape
    padded = namespace(plane).pad(plane, [(0, 0)] * len(planes) + [(MARGIN, MARGIN)] * 2)
    return lambda row, column: padded[
        ..., MARGIN + row : MARGIN + row + height, MARGIN + column : MARGIN + column + width
    ]


def _sides(plane: Samples, direction: tuple[int, int], step: int = 1) -> tuple[Samples, Samples]:
    """The two neighbours of a direction."""
    (y, x), at = direction, _around(plane)
    return at(-step * y, -step * x), at(step * y, step * x)


def _sum(plane: Samples, step: int) -> Samples:
    """Sums over 5 x 5 pixels, ``step`` pixels apart; every second sum of two is a part of a sum of four."""
    for y, x in (_ALONG, _ACROSS):
        two = plane + _around(plane)(step * y, step * x)
        four = _around(two)
        plane = four(-2 * step * y, -2 * step * x) + two + _around(plane)(2 * step * y, 2 * step * x)
    return plane


def _fitted(product: Samples, square: Samples) -> Samples:
    """Slope by least squares over 5 x 5 pixels of one place of the pattern."""
    xp = namespace(product)
    products, squares = _sum(xp.stack([product, square]), 2) + _LEAST_SQUARES
    return xp.clip(products / squares, 0, _STEEPEST)


def _contrast(m: Samples, direction: tuple[int, int]) -> Samples:
    """The other colour of a line minus the own one."""
    (before, after), (far_before, far_after) = _sides(m, direction), _sides(m, direction, 2)
    step = far_after - far_before
    slope = _fitted(step * (2 * after - 2 * before), step * step)
    return 0.5 * (before + after) + 0.5 * slope * (m - 0.5 * (far_before + far_after)) - m


def _share(across: Samples, along: Samples) -> Samples:
    """Share of the horizontal estimate: the less its contrast varies along itself, the more.

    Neighbours on both sides are compared, since they are contrasts of the same colours.
    """
    xp = namespace(across)
    (left, right), (above, below) = _sides(across, _ACROSS), _sides(along, _ALONG)
    horizontal, vertical = _sum(xp.stack([abs(right - left), abs(below - above)]), 1) + _LEAST_VARIATION
    return vertical * vertical / (horizontal * horizontal + vertical * vertical)


def _smooth(contrast: Samples, direction: tuple[int, int]) -> Samples:
    """A contrast smoothed along its direction; those of its neighbours are the other way round."""
    before, after = _sides(contrast, direction)
    return 0.5 * contrast - 0.25 * (before + after)


def _changes(plane: Samples) -> tuple[Samples, ...]:
    """Steps and bends over two pixels, across and along."""
    changes = []
    for direction in (_ACROSS, _ALONG):
        before, after = _sides(plane, direction, 2)
        changes += [after - before, 2 * plane - before - after]
    return tuple(changes)


def _slope(first: tuple[Samples, ...], second: tuple[Samples, ...]) -> Samples:
    """Slope of one plane over another from the changes of both."""
    return _fitted(sum(a * b for a, b in zip(first, second, strict=True)), sum(b * b for b in second))


def _diagonal(plane: Samples) -> Samples:
    """The mean of the four diagonal neighbours."""
    at = _around(plane)
    return 0.25 * (at(-1, -1) + at(-1, 1) + at(1, -1) + at(1, 1))


def _mixed(share: Samples, in_row: Samples, in_column: Samples) -> Samples:
    """The mean of the neighbours in the row and of those in the column, by the share of the row."""
    across, along = sum(_sides(in_row, _ACROSS)), sum(_sides(in_column, _ALONG))
    return 0.5 * (along + share * (across - along))


def _colours(m: Samples, green: Samples, share: Samples, slope: Samples) -> tuple[Samples, Samples, Samples]:
    """The opposite colour at chroma, and at green the chroma of the row and that of the column."""
    opposite = _diagonal(m) + _diagonal(slope) * (green - _diagonal(green))
    excess = green - _mixed(share, green, green)
    row = _mixed(share, m, opposite) + 0.5 * sum(_sides(slope, _ACROSS)) * excess
    column = _mixed(share, opposite, m) + 0.5 * sum(_sides(slope, _ALONG)) * excess
    return opposite, row, column
