"""Bayesian estimates of small patches from the patches around that are most like them.

Cells hold four planes side by side, so that a row of a patch is 12 numbers in a row. A reference patch starts
at every third cell; with it, all patches of its group are estimated, and every cell is the mean of its many
estimates.
"""

import numpy as np
from jaxtyping import Float32, Int64

from lichtbild.numerics.kernel import kernel

Flat = Float32[np.ndarray, " n"]
Rows = Float32[np.ndarray, "m n"]

PATCH = 3
"""Cells along a patch's side, and between two reference patches."""
GROUP = 48
"""Patches in a group."""
REACH = 7
"""Cells from a reference patch to the farthest patch of its group, along either side."""
_SIZE = 4 * PATCH * PATCH
_ROW = 4 * PATCH
_SIDE = 2 * REACH + 1
_CENTRE = REACH * _SIDE + REACH
_F = np.float32
_ZERO, _ONE, _NEVER = _F(0), _F(1), _F(np.inf)


@kernel
def _distances(guide: Rows, y: int, first: int, inside: Int64[np.ndarray, " 4"], out: Rows) -> None:
    """Squared distance of each reference patch in a row to the patches around it, place by place.

    Only patches inside the image (top, left, bottom, right) are compared; the reference itself always is.
    """
    width, count = guide.shape[1], out.shape[1]
    columns = np.zeros(width, np.float32)
    for place in range(_SIDE * _SIDE):
        down, across = place // _SIDE - REACH, place % _SIDE - REACH
        found = out[place]
        found[:] = -_ONE if place == _CENTRE else _NEVER
        if place == _CENTRE or y + down < inside[0] or y + down + PATCH > inside[2]:
            continue
        start, stop = max(0, -across), min(width, width - across)
        squares = columns[start:stop]
        a0, b0 = guide[y, start:stop], guide[y + down, start + across : stop + across]
        a1, b1 = guide[y + 1, start:stop], guide[y + down + 1, start + across : stop + across]
        a2, b2 = guide[y + 2, start:stop], guide[y + down + 2, start + across : stop + across]
        for i in range(stop - start):
            d0, d1, d2 = a0[i] - b0[i], a1[i] - b1[i], a2[i] - b2[i]
            squares[i] = d0 * d0 + d1 * d1 + d2 * d2
        for i in range(count):
            x = first + PATCH * i
            if x + across >= inside[1] and x + across + PATCH <= inside[3]:
                found[i] = columns[x] + columns[x + 1] + columns[x + 2]


@kernel
def _nearest(distances: Flat, sorted_part: Flat, places: Int64[np.ndarray, " n"]) -> int:
    """The places of the smallest distances, in order of place; their number."""
    count = 0
    for i in range(len(distances)):
        if distances[i] < _NEVER:
            sorted_part[count] = distances[i]
            count += 1
    wanted = min(count, GROUP)
    limit = _smallest(sorted_part, count, wanted)
    equal = wanted
    for i in range(count):
        # After `_smallest` the wanted ones come first.
        if i < wanted and sorted_part[i] < limit:
            equal -= 1
    chosen = 0
    for i in range(len(distances)):
        if distances[i] < limit:
            places[chosen] = i
            chosen += 1
        elif distances[i] == limit and equal > 0:
            places[chosen] = i
            chosen += 1
            equal -= 1
    return wanted


@kernel
def _smallest(values: Flat, count: int, wanted: int) -> _F:
    """The ``wanted``-th smallest of the first ``count`` values, which are reordered (Hoare's selection)."""
    left, right, target = 0, count - 1, wanted - 1
    while left < right:
        pivot = values[(left + right) // 2]
        i, j = left, right
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if target <= j:
            right = j
        elif target >= i:
            left = i
        else:
            break
    return _F(values[target])


@kernel
def _gather(image: Rows, tops: Int64[np.ndarray, " n"], lefts: Int64[np.ndarray, " n"], group: Rows) -> None:
    """The patches of a group, one a row."""
    for t in range(len(tops)):
        row = group[t]
        for i in range(PATCH):
            begin = 4 * lefts[t]
            row[i * _ROW : (i + 1) * _ROW] = image[tops[t] + i, begin : begin + _ROW]


@kernel
def _mean(group: Rows, count: int, mean: Flat) -> None:
    """The mean patch."""
    mean[:] = _ZERO
    for t in range(count):
        row = group[t]
        for q in range(_SIZE):
            mean[q] += row[q]
    for q in range(_SIZE):
        mean[q] /= _F(count)


@kernel
def _covariance(group: Rows, count: int, mean: Flat, noise: Flat, out: Rows) -> None:
    """Covariance of a group's patches, to which that of the noise is added."""
    for t in range(count):
        row = group[t]
        for q in range(_SIZE):
            row[q] -= mean[q]
    group[count:] = _ZERO
    out[:] = _ZERO
    for t in range(0, count, 4):
        p0, p1, p2, p3 = group[t], group[t + 1], group[t + 2], group[t + 3]
        for r in range(_SIZE):
            row = out[r]
            f0, f1, f2, f3 = p0[r], p1[r], p2[r], p3[r]
            for q in range(_SIZE):
                row[q] += f0 * p0[q] + f1 * p1[q] + f2 * p2[q] + f3 * p3[q]
    share = _ONE / _F(count)
    for r in range(_SIZE):
        row = out[r]
        for q in range(_SIZE):
            row[q] *= share
        row[r] += noise[r]


@kernel
def _factor(matrix: Rows) -> None:
    """Cholesky's factor in place of a matrix's upper triangle: the matrix is its transpose times it."""
    for k in range(_SIZE):
        pivot = matrix[k]
        inverse = _ONE / np.sqrt(pivot[k])
        for q in range(k, _SIZE):
            pivot[q] *= inverse
        for r in range(k + 1, _SIZE):
            row, factor = matrix[r], pivot[r]
            for q in range(r, _SIZE):
                row[q] -= factor * pivot[q]


@kernel
def _solve(factor: Rows, values: Rows) -> None:
    """The matrix' inverse times each column of values, in place."""
    for k in range(_SIZE):
        own = values[k]
        for j in range(k):
            other, f = values[j], factor[j, k]
            for t in range(GROUP):
                own[t] -= f * other[t]
        inverse = _ONE / factor[k, k]
        for t in range(GROUP):
            own[t] *= inverse
    for back in range(_SIZE):
        k = _SIZE - 1 - back
        own = values[k]
        for j in range(k + 1, _SIZE):
            other, f = values[j], factor[k, j]
            for t in range(GROUP):
                own[t] -= f * other[t]
        inverse = _ONE / factor[k, k]
        for t in range(GROUP):
            own[t] *= inverse


@kernel
def estimate_patches(  # noqa: PLR0913  images in and out
    noisy: Rows,
    pilot: Rows,
    guide: Rows,
    inside: Int64[np.ndarray, " 4"],
    first: Int64[np.ndarray, " 2"],
    noise: Flat,
    total: Rows,
    weight: Rows,
) -> None:
    """Sums of the estimates of each cell's four planes, and their number.

    In a group of patches y with mean m, whose clean covariance C is that of the pilot's patches, the estimate
    is y - N (C + N)^-1 (y - m), with N the covariance of the noise.

    Args:
        noisy: cells of noise 1.
        pilot: a first estimate of them.
        guide: the pilot's luma, by which patches are compared.
        inside: rows and columns of cells that the image holds: top, left, bottom, right.
        first: row and column of the first reference patch.
        noise: variance of the noise in a patch.
        total: the sums.
        weight: the numbers.

    Source: Lebrun, Buades and Morel, "A nonlocal Bayesian image denoising algorithm", SIAM J. Imaging
    Sciences 6, 1665 (2013), equation 2.8 and its second step.
    """
    height, width = guide.shape
    bottom, right = min(height - PATCH + 1, inside[2]), min(width - PATCH + 1, inside[3])
    count = max((right - first[1] + PATCH - 1) // PATCH, 0)
    distances = np.empty((_SIDE * _SIDE, count), np.float32)
    own, part = np.empty(_SIDE * _SIDE, np.float32), np.empty(_SIDE * _SIDE, np.float32)
    places = np.empty(_SIDE * _SIDE, np.int64)
    patches, clean = np.zeros((GROUP, _SIZE), np.float32), np.zeros((GROUP, _SIZE), np.float32)
    mean, matrix = np.empty(_SIZE, np.float32), np.empty((_SIZE, _SIZE), np.float32)
    values = np.zeros((_SIZE, GROUP), np.float32)
    for y in range(first[0], bottom, PATCH):
        _distances(guide, y, first[1], inside, distances)
        for b in range(count):
            own[:] = distances[:, b]
            found = _nearest(own, part, places)
            tops = places[:found] // _SIDE + (y - REACH)
            lefts = places[:found] % _SIDE + (first[1] + PATCH * b - REACH)
            _gather(pilot, tops, lefts, clean)
            _gather(noisy, tops, lefts, patches)
            _mean(clean, found, mean)
            _covariance(clean, found, mean, noise, matrix)
            _factor(matrix)
            _mean(patches, found, mean)
            values[:] = _ZERO
            for t in range(found):
                for q in range(_SIZE):
                    values[q, t] = patches[t, q] - mean[q]
            _solve(matrix, values)
            _scatter(patches, values, noise, tops, lefts, total, weight)


@kernel
def _scatter(  # noqa: PLR0913  a group and where it goes
    patches: Rows,
    values: Rows,
    noise: Flat,
    tops: Int64[np.ndarray, " n"],
    lefts: Int64[np.ndarray, " n"],
    total: Rows,
    weight: Rows,
) -> None:
    """Each patch's estimate, added to its cells."""
    for t in range(len(tops)):
        for i in range(PATCH):
            begin = 4 * lefts[t]
            row = total[tops[t] + i, begin : begin + _ROW]
            for q in range(_ROW):
                k = i * _ROW + q
                row[q] += patches[t, k] - noise[k] * values[k, t]
            numbers = weight[tops[t] + i, lefts[t] : lefts[t] + PATCH]
            for q in range(PATCH):
                numbers[q] += _ONE
