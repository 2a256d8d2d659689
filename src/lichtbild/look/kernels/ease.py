"""What a look adds to colours that were inside the output space, compressed into the rest of the way.

`lichtbild.look.gamut.eased` is the readable text.
"""

from typing import Final

import numpy as np

from lichtbild.look.kernels.gamut import CUT, HAIR, KNEE, SLACK, border, clip, mark, polynomials
from lichtbild.look.kernels.render import smooth
from lichtbild.look.kernels.rows import Plane, Planes, join, split, to_oklab, transform
from lichtbild.numerics.kernel import kernel

_f = np.float32
_LEAST: Final = _f(1e-9)
_TINY: Final = _f(1e-12)
_PER_CUT: Final = _f(1 / (CUT[1] - CUT[0]))


@kernel
def ease(samples: np.ndarray, before: np.ndarray, matrices: np.ndarray, result: np.ndarray) -> None:
    """Write linear planes of the target, 0 to 1; both pictures are linear Rec.2020 ``[row, column, plane]``.

    ``matrices`` as for `lichtbild.look.kernels.gamut.to_gamut`.
    """
    height, width, _ = samples.shape
    planes, lab = np.empty((3, width), np.float32), np.empty((3, width), np.float32)
    first, scratch = np.empty((3, width), np.float32), np.empty((15, width), np.float32)
    shares = np.empty((2, width), np.float32)
    marked = np.empty(width, np.int32)
    for y in range(height):
        split(samples[y], planes)
        lab[:] = planes
        to_oklab(lab, matrices[0], matrices[1])
        transform(planes, matrices[4])
        if mark(lab, matrices[2], matrices[3], marked):
            split(before[y], first)
            to_oklab(first, matrices[0], matrices[1])
            count = listed(marked)
            way(first, marked, count, matrices, scratch, shares[0])
            way(lab, marked, count, matrices, scratch, shares[1])
            shorten(marked, count, shares, scratch, planes)
        clip(planes)
        for i in range(width):
            light = lab[0, i]
            for p in range(3):
                shown = planes[p, i]
                planes[p, i] = _f(1) if light >= _f(1) else (shown if light > _f(0) else _f(0))
        join(planes, result[y])


@kernel
def listed(marked: np.ndarray) -> int:
    """The marks made a list of places, in place; returns how many there are."""
    count = 0
    for i in range(marked.shape[0]):
        is_marked = marked[i]
        marked[count] = i
        count += is_marked
    return count


@kernel
def way(
    lab: Planes, marked: np.ndarray, count: int, matrices: np.ndarray, scratch: np.ndarray, share: Plane
) -> None:
    """Chroma of the marked colours as a share of the border's.

    The scratch then holds their lightness first, from the fifth plane on the terms of the target's planes,
    and at the end the border.
    """
    light, chroma = scratch[0, :count], scratch[1, :count]
    cosine, sine = scratch[2, :count], scratch[3, :count]
    for j in range(count):
        i = marked[j]
        light[j], cosine[j], sine[j] = min(max(lab[0, i], _f(0)), _f(1)), lab[1, i], lab[2, i]
    for j in range(count):
        chroma[j] = np.sqrt(cosine[j] * cosine[j] + sine[j] * sine[j] + _f(1e-16))
        cosine[j] /= chroma[j]
        sine[j] /= chroma[j]
    near, far = scratch[13, :count], scratch[14, :count]
    polynomials(light, cosine, sine, matrices[2], matrices[3], scratch[4:13])
    border(light, scratch[4:13], _f(SLACK), near, far)
    for j in range(count):
        near[j] = max(near[j], _LEAST)
        share[j] = chroma[j] / near[j]


@kernel
def shorten(marked: np.ndarray, count: int, shares: np.ndarray, scratch: np.ndarray, planes: Planes) -> None:
    """The marked colours that grew beyond their knee with less chroma, written into the planes."""
    light, chroma, border_at = scratch[0], scratch[1], scratch[13]
    for j in range(count):
        start, share = max(shares[0, j] + _f(HAIR), _f(KNEE)), shares[1, j]
        excess, room = max(share - start, _f(0)), max(_f(1) - start, _f(0))
        c, t = (
            light[j] * light[j] * light[j],
            border_at[j] * (start + room * excess / (room + excess + _TINY)),
        )
        least = min(chroma[j], border_at[j])
        by_cut, by_hue = _f(0), _f(0)
        for p in range(3):
            first, second, third = scratch[4 + 3 * p, j], scratch[5 + 3 * p, j], scratch[6 + 3 * p, j]
            plain = planes[p, marked[j]]
            cut = min(max(plain, _f(0)), _f(1))
            kept = c + least * (first + least * (second + least * third))
            by_cut += (plain - cut) * (plain - cut)
            by_hue += (plain - kept) * (plain - kept)
        ratio = np.sqrt(by_cut) / (np.sqrt(by_hue) + _LEAST)
        weight = smooth((ratio - _f(CUT[0])) * _PER_CUT) if share > _f(1) else _f(1)
        weight = weight if excess > _f(0) else _f(0)
        for p in range(3):
            first, second, third = scratch[4 + 3 * p, j], scratch[5 + 3 * p, j], scratch[6 + 3 * p, j]
            cut = min(max(planes[p, marked[j]], _f(0)), _f(1))
            kept = min(max(c + t * (first + t * (second + t * third)), _f(0)), _f(1))
            planes[p, marked[j]] = cut + weight * (kept - cut)
