"""Kernels of the network: planes that are weighted sums of shifted planes.

A layer's planes lie one after another in one flat array, each with a border of zeros; a shift is an offset in
it. So a 3 x 3 convolution and a mixture of channels are the same sum, of other offsets. Twelve products are
added to two rows at once: each sample that is loaded is used twice, each sum is stored once for six products.
"""

from typing import Any, Final

import numpy as np

from lichtbild.numerics.kernel import kernel

AT_ONCE: Final = 6
"""Shifted planes that are added at once; layers have a multiple of it."""


@kernel
def sum_planes(  # noqa: PLR0913  a kernel knows no structures
    source: Any,
    offsets: Any,
    weights: Any,
    biases: Any,
    size: tuple[int, int],
    strides: tuple[int, int],
    lowest: float,
    onto: bool,
    out: Any,
    out_plane: int,
    out_first: int,
) -> None:
    """Write ``max(lowest, bias + sum of weight * shifted plane)``, with what was there before if ``onto``.

    Args:
        source: the planes, flat.
        offsets: of the shifted planes' first samples, a multiple of `AT_ONCE` of them.
        weights: ``[output, shifted plane]``, an even number of outputs.
        biases: of the outputs.
        size: rows and columns that are computed.
        strides: samples from row to row, of the source and of the result.
        lowest: limit from below; -inf is none.
        onto: whether the result is added to what ``out`` holds.
        out: the results, flat.
        out_plane: samples from one plane of the result to the next.
        out_first: where the first plane's first sample lies.
    """
    rows, columns = np.uintp(size[0]), np.uintp(size[1])
    least = np.float32(lowest)
    first, second = np.empty(columns, np.float32), np.empty(columns, np.float32)
    for row in range(rows):
        down = np.uintp(row * np.uintp(strides[0]))
        for output in range(0, weights.shape[0], 2):
            at = np.uintp(out_first + output * out_plane) + np.uintp(row * np.uintp(strides[1]))
            beside = np.uintp(at + np.uintp(out_plane))
            p, q = weights[output], weights[output + 1]
            b, c = biases[output], biases[output + 1]
            for x in range(columns):
                first[x] = b
                second[x] = c
            if onto:
                for x in range(columns):
                    first[x] += out[at + x]
                    second[x] += out[beside + x]
            for k in range(0, len(offsets), 6):
                o0, o1 = np.uintp(offsets[k]) + down, np.uintp(offsets[k + 1]) + down
                o2, o3 = np.uintp(offsets[k + 2]) + down, np.uintp(offsets[k + 3]) + down
                o4, o5 = np.uintp(offsets[k + 4]) + down, np.uintp(offsets[k + 5]) + down
                p0, p1, p2, p3, p4, p5 = p[k], p[k + 1], p[k + 2], p[k + 3], p[k + 4], p[k + 5]
                q0, q1, q2, q3, q4, q5 = q[k], q[k + 1], q[k + 2], q[k + 3], q[k + 4], q[k + 5]
                for x in range(columns):
                    v0, v1, v2 = source[o0 + x], source[o1 + x], source[o2 + x]
                    v3, v4, v5 = source[o3 + x], source[o4 + x], source[o5 + x]
                    first[x] += p0 * v0 + p1 * v1 + p2 * v2 + p3 * v3 + p4 * v4 + p5 * v5
                    second[x] += q0 * v0 + q1 * v1 + q2 * v2 + q3 * v3 + q4 * v4 + q5 * v5
            for x in range(columns):
                out[at + x] = max(first[x], least)
                out[beside + x] = max(second[x], least)
