"""Colours of a row brought into the output space at constant hue and lightness.

Along a line of constant Oklab lightness and hue each plane of the target is a polynomial of third degree in
chroma: the cube roots of the cones are linear in it. The border, where a plane reaches 0 or 1, is found by
halving, for all the colours of a row that need it at once.
"""

from typing import Any, Final

import numpy as np

from lichtbild.look.kernels.rows import Plane, Planes, to_oklab, transform
from lichtbild.numerics.kernel import kernel

_f = np.float32

KNEE: Final = 0.8
"""Share of the largest chroma up to which colours are left alone."""
HALVINGS: Final = 12
"""Steps of the search for the border, to 1.2e-4 of chroma; a straight line between the last two ends leaves
1e-7."""
WIDEST: Final = 0.5
"""Oklab chroma beyond every output space."""

SLACK: Final = 1.008
"""Where a pair of colours is compared, the floor lies a little below 0: in blue, lines of constant hue leave
sRGB by up to 7.6e-3 of their light and come back, and the border would jump."""

CUT: Final = (0.02, 0.15)
"""How far cutting its planes moves a colour, as a share of how far keeping its hue does: below the first it
is cut, above the second its hue is kept."""

HAIR: Final = 1e-4
"""Share of the way by which a colour may seem to grow by the rounding of float32."""

_REACH: Final = _f(1 / KNEE)
_START: Final = _f(KNEE)
_ROOM: Final = _f(1 - KNEE)


@kernel
def to_gamut(planes: Planes, matrices: np.ndarray, scratch: np.ndarray, marked: np.ndarray) -> None:
    """Linear Rec.2020 to linear planes of the target, 0 to 1, in place.

    ``matrices`` lead from linear Rec.2020 to cones, from their roots to Oklab, from Oklab to roots, from
    cones to the target, and from linear Rec.2020 to the target.
    """
    lab, more = scratch[:3], scratch[3:]
    for p in range(3):
        source, copy = planes[p], lab[p]
        for i in range(source.shape[0]):
            copy[i] = source[i]
    to_oklab(lab, matrices[0], matrices[1])
    transform(planes, matrices[4])
    clip(planes)
    if mark(lab, matrices[2], matrices[3], marked):
        compress(lab, marked, matrices[2], matrices[3], more, planes)
    for i in range(marked.shape[0]):
        light = lab[0, i]
        for p in range(3):
            shown = planes[p, i]
            planes[p, i] = _f(1) if light >= _f(1) else (shown if light > _f(0) else _f(0))


@kernel
def clip(planes: Planes) -> None:
    """Each plane cut to 0 to 1, in place."""
    for p in range(3):
        plane = planes[p]
        for i in range(plane.shape[0]):
            plane[i] = min(max(plane[i], _f(0)), _f(1))


@kernel
def mark(lab: Planes, roots: Any, target: Any, marked: np.ndarray) -> int:
    """How many colours lie beyond the knee, and which."""
    light, a, b = lab[0], lab[1], lab[2]
    ra0, ra1, ra2 = roots[0, 1] * _REACH, roots[1, 1] * _REACH, roots[2, 1] * _REACH
    rb0, rb1, rb2 = roots[0, 2] * _REACH, roots[1, 2] * _REACH, roots[2, 2] * _REACH
    t00, t01, t02 = target[0, 0], target[0, 1], target[0, 2]
    t10, t11, t12 = target[1, 0], target[1, 1], target[1, 2]
    t20, t21, t22 = target[2, 0], target[2, 1], target[2, 2]
    zero, one = _f(0), _f(1)
    for i in range(light.shape[0]):
        x = light[i] + ra0 * a[i] + rb0 * b[i]
        y = light[i] + ra1 * a[i] + rb1 * b[i]
        z = light[i] + ra2 * a[i] + rb2 * b[i]
        x, y, z = x * x * x, y * y * y, z * z * z
        u = t00 * x + t01 * y + t02 * z
        v = t10 * x + t11 * y + t12 * z
        w = t20 * x + t21 * y + t22 * z
        beyond = max(max(max(u, v), w) - one, -min(min(u, v), w))
        inner = min(light[i], one - light[i])
        marked[i] = np.int32(1) if min(beyond, inner) > zero else np.int32(0)
    total = 0
    for i in range(light.shape[0]):
        total += marked[i]
    return total


@kernel
def compress(
    lab: Planes, marked: np.ndarray, roots: Any, target: Any, scratch: np.ndarray, planes: Planes
) -> None:
    """The marked colours with less chroma, written into the planes; the marks become a list of places."""
    count = 0
    for i in range(marked.shape[0]):
        is_marked = marked[i]
        marked[count] = i
        count += is_marked
    light, chroma = scratch[0, :count], scratch[1, :count]
    cosine, sine = scratch[2, :count], scratch[3, :count]
    for j in range(count):
        i = marked[j]
        light[j], cosine[j], sine[j] = lab[0, i], lab[1, i], lab[2, i]
    for j in range(count):
        chroma[j] = np.sqrt(cosine[j] * cosine[j] + sine[j] * sine[j])
        cosine[j] /= chroma[j]
        sine[j] /= chroma[j]
    terms = scratch[4:13]
    near, far = scratch[13, :count], scratch[14, :count]
    polynomials(light, cosine, sine, roots, target, terms)
    border(light, terms, _f(1), near, far)
    for j in range(count):
        start, room = near[j] * _START, near[j] * _ROOM
        excess = max(chroma[j] - start, _f(0))
        chroma[j] = min(start, chroma[j]) + room * excess / (room + excess + _f(1e-12))
    for p in range(3):
        first, second, third, plane = terms[3 * p], terms[3 * p + 1], terms[3 * p + 2], planes[p]
        for j in range(count):
            t, c = chroma[j], light[j]
            value = c * c * c + t * (first[j] + t * (second[j] + t * third[j]))
            plane[marked[j]] = min(max(value, _f(0)), _f(1))


@kernel
def polynomials(light: Plane, cosine: Plane, sine: Plane, roots: Any, target: Any, terms: np.ndarray) -> None:
    """First, second and third coefficient in chroma of each plane of the target; that without is L^3."""
    ra0, ra1, ra2 = roots[0, 1], roots[1, 1], roots[2, 1]
    rb0, rb1, rb2 = roots[0, 2], roots[1, 2], roots[2, 2]
    for p in range(3):
        x, y, z = target[p, 0], target[p, 1], target[p, 2]
        first, second, third = terms[3 * p], terms[3 * p + 1], terms[3 * p + 2]
        for j in range(light.shape[0]):
            u = ra0 * cosine[j] + rb0 * sine[j]
            v = ra1 * cosine[j] + rb1 * sine[j]
            w = ra2 * cosine[j] + rb2 * sine[j]
            first[j] = _f(3) * light[j] * light[j] * (x * u + y * v + z * w)
            second[j] = _f(3) * light[j] * (x * u * u + y * v * v + z * w * w)
            third[j] = x * u * u * u + y * v * v * v + z * w * w * w


@kernel
def margin(t: Any, c: Any, least: Any, planes: Any) -> Any:
    """How far inside the target's cube a colour of chroma ``t`` lies, or above its floor; negative outside.

    ``c`` is the planes' value without chroma, and ``least`` that value on the scale of the floor.
    """
    red, green, blue = planes
    r = t * (red[0] + t * (red[1] + t * red[2]))
    g = t * (green[0] + t * (green[1] + t * green[2]))
    b = t * (blue[0] + t * (blue[1] + t * blue[2]))
    return min(least + min(min(r, g), b), _f(1) - (c + max(max(r, g), b)))


@kernel
def border(light: Plane, terms: np.ndarray, slack: Any, near: Plane, far: Plane) -> None:
    """The chroma at which a colour leaves the target's cube, into ``near``.

    The floor of the cube lies below 0 by so much of a colour's own light as ``slack`` is above 1.
    """
    r1, r2, r3 = terms[0], terms[1], terms[2]
    g1, g2, g3 = terms[3], terms[4], terms[5]
    b1, b2, b3 = terms[6], terms[7], terms[8]
    near[:] = _f(0)
    far[:] = _f(WIDEST)
    for _ in range(HALVINGS):
        for j in range(near.shape[0]):
            red, green, blue = (r1[j], r2[j], r3[j]), (g1[j], g2[j], g3[j]), (b1[j], b2[j], b3[j])
            low, high = near[j], far[j]
            middle = (low + high) * _f(0.5)
            c = light[j] * light[j] * light[j]
            is_inside = margin(middle, c, slack * c, (red, green, blue)) >= _f(0)
            near[j] = middle if is_inside else low
            far[j] = high if is_inside else middle
    for j in range(near.shape[0]):
        red, green, blue = (r1[j], r2[j], r3[j]), (g1[j], g2[j], g3[j]), (b1[j], b2[j], b3[j])
        low, high, c = near[j], far[j], light[j] * light[j] * light[j]
        inside = max(margin(low, c, slack * c, (red, green, blue)), _f(0))
        outside = min(margin(high, c, slack * c, (red, green, blue)), _f(0))
        near[j] = low + (high - low) * (inside / (inside - outside + _f(1e-20)))
