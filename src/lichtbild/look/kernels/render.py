"""Local tone, monochrome, view transform, colour mix and tone bath of a picture in one pass, row by row."""

from typing import Any, Final, NamedTuple

import numpy as np

from lichtbild.colour.oklab import CONES_TO_REC2020, LAB_TO_ROOTS, REC2020_TO_CONES, ROOTS_TO_LAB
from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.look.kernels.monochrome import NO_GREY, to_grey
from lichtbild.look.kernels.powers import exp2, log2
from lichtbild.look.kernels.rows import Plane, Planes, from_oklab, join, mix, scale, split, to_oklab
from lichtbild.look.kernels.tone_bath import NO_BATH, TO_XYZ_AND_BACK, tint
from lichtbild.numerics.kernel import kernel

_f = np.float32

ToneMap = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Coefficients ``[2, row, column]``; upper row of the map and share of the next, for each row of pixels; left
column and share likewise; numbers of the gain."""

NO_TONE: Final[ToneMap] = (
    np.zeros((2, 1, 1), np.float32),
    np.zeros(0, np.int32),
    np.zeros(0, np.float32),
    np.zeros(0, np.int32),
    np.zeros(0, np.float32),
    np.zeros(0, np.float32),
)
NO_VIEW: Final = np.zeros(0, np.float32)
NO_MIX: Final = np.zeros((0, 13), np.float32)

_LUMINANCE: Final = REC2020_TO_XYZ[1].astype(np.float32)
_MATRICES: Final = np.stack([REC2020_TO_CONES, ROOTS_TO_LAB, LAB_TO_ROOTS, CONES_TO_REC2020]).astype(
    np.float32
)
_DARKEST: Final = _f(1e-9)
_BRIGHTEST: Final = _f(1e12)
_GREY: Final = _f(0.1)
"""Oklab chroma over lightness below which hues are mixed alike, so that nothing bends at grey."""
_DARK: Final = _f(1e-4)
_TINY: Final = _f(1e-9)


class Parts(NamedTuple):
    """Numbers of each part of a rendering, in order; what is empty is left out.

    Attributes:
        tone: the local tone map.
        grey: of the monochrome.
        view: of the view transform.
        colours: harmonics of the colour mix.
        bath: of the tone bath.
    """

    tone: ToneMap = NO_TONE
    grey: np.ndarray = NO_GREY
    view: np.ndarray = NO_VIEW
    colours: np.ndarray = NO_MIX
    bath: np.ndarray = NO_BATH


def render_rows(samples: Any, parts: Parts) -> Any:
    """The picture of float32 samples ``[row, column, plane]``.

    Args:
        samples: linear Rec.2020.
        parts: what is done to it.
    """
    result = np.empty(samples.shape, np.float32)
    tone, grey, view, colours, bath = parts
    constants = _LUMINANCE, _MATRICES, TO_XYZ_AND_BACK
    render(np.ascontiguousarray(samples), (tone, grey, view, colours, bath), constants, result)
    return result


@kernel
def render(
    samples: np.ndarray,
    parts: tuple[ToneMap, np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    constants: tuple[np.ndarray, np.ndarray, np.ndarray],
    result: np.ndarray,
) -> None:
    """Write the picture; what is empty is left out."""
    tone, grey, view, colours, bath = parts
    luminance, to_lab, to_xyz = constants
    height, width, _ = samples.shape
    scratch = np.empty((9, width), np.float32)
    planes, more = scratch[:3], scratch[3:]
    lines = columns_of(tone, width if tone[5].size else 0)
    for y in range(height):
        split(samples[y], planes)
        if tone[5].size:
            mix(planes, luminance, more[0])
            local_gain(more[0], y, tone, lines)
            scale(planes, more[0])
        if grey.size:
            to_grey(planes, grey)
        if view.size:
            mix(planes, luminance, more[0])
            to_display(planes, luminance, view, more)
        if colours.shape[0]:
            to_oklab(planes, to_lab[0], to_lab[1])
            mix_colours(planes, colours, more)
            from_oklab(planes, to_lab[2], to_lab[3])
        if bath.size:
            tint(planes, to_xyz, bath)
        join(planes, result[y])


@kernel
def columns_of(tone: ToneMap, width: int) -> np.ndarray:
    """The map's rows, from the first that is needed, at each column of pixels: ``[2, row, column]``."""
    coefficients, tops, lefts, shares = tone[0], tone[1], tone[3], tone[4]
    first = tops[0] if width else 0
    last = min(tops[-1] + 1, coefficients.shape[1] - 1) if width else -1
    lines = np.empty((2, last - first + 1, width), np.float32)
    for k in range(2):
        for j in range(lines.shape[1]):
            line, result = coefficients[k, first + j], lines[k, j]
            for i in range(width):
                left, right = line[lefts[i]], line[min(lefts[i] + 1, line.shape[0] - 1)]
                result[i] = left + (right - left) * shares[i]
    return lines


@kernel
def smooth(x: Any) -> Any:
    """0 below 0, 1 above 1, and a cubic without a corner between them."""
    x = min(max(x, _f(0)), _f(1))
    return x * x * (_f(3) - _f(2) * x)


@kernel
def local_gain(grey: Plane, y: int, tone: ToneMap, lines: np.ndarray) -> None:
    """The gain of local tone, in place of the luminance of row ``y``."""
    top, down, numbers = tone[1][y] - tone[1][0], tone[2][y], tone[5]
    after = min(top + 1, lines.shape[1] - 1)
    slope, slope_below = lines[0, top], lines[0, after]
    offset, offset_below = lines[1, top], lines[1, after]
    floor, lift, tame, mid = numbers[0], numbers[1], numbers[2], numbers[3]
    shadow, per_shadow = numbers[4], numbers[5]
    black, per_black, bright, per_bright = numbers[6], numbers[7], numbers[8], numbers[9]
    sink, noise, per_noise = numbers[10], numbers[11], numbers[12]
    for i in range(grey.shape[0]):
        ev = log2(max(grey[i], floor)) - mid
        a = slope[i] + (slope_below[i] - slope[i]) * down
        base = a * ev + (offset[i] + (offset_below[i] - offset[i]) * down)
        dark = smooth((shadow - base) * per_shadow) * smooth((base - black) * per_black)
        gain = lift * dark - tame * smooth((base - bright) * per_bright)
        grey[i] = exp2(gain - sink * smooth((noise - base) * per_noise))


@kernel
def to_curve(light: Plane, curve: np.ndarray, bend: np.ndarray, result: Plane) -> None:
    """Display light ``(1 + 2^(knee - contrast log2 u))^-skew`` of light u that toe and shoulder have bent.

    Args:
        light: of a plane, above 0.
        curve: contrast, knee and skew.
        bend: toe and shoulder.
        result: is written.
    """
    contrast, knee, skew, toe, shoulder, one = curve[0], curve[1], curve[2], bend[0], bend[1], _f(1)
    if toe > _f(0) or shoulder > _f(0):
        for i in range(light.shape[0]):
            x = min(light[i], _BRIGHTEST)
            x *= x / (x + toe)
            result[i] = max(x * (one + shoulder * x), _DARKEST)
    else:
        for i in range(light.shape[0]):
            result[i] = light[i]
    for i in range(light.shape[0]):
        result[i] = exp2(-skew * log2(one + exp2(knee - contrast * log2(result[i]))))


@kernel
def purify(planes: Planes, grey: Plane, factor: Any) -> None:
    """Distance from luminance times a factor, in place, and nothing below a guard near black."""
    for p in range(3):
        plane = planes[p]
        for i in range(grey.shape[0]):
            plane[i] = max(grey[i] + factor * (plane[i] - grey[i]), _DARKEST)


@kernel
def to_display(planes: Planes, luminance: np.ndarray, view: np.ndarray, scratch: np.ndarray) -> None:
    """Scene light to display light; the first plane of the scratch holds the scene's luminance."""
    grey, curved, plain, ratio = scratch[0], scratch[1:4], scratch[4], scratch[5]
    has_headroom = view[10] > _f(0)
    purify(planes, grey, view[0])
    for p in range(3):
        to_curve(planes[p], view[4:7], view[11:13], curved[p])
    if has_headroom:
        for i in range(grey.shape[0]):
            grey[i] = max(max(planes[0, i], planes[1, i]), planes[2, i])
            plain[i] = max(max(curved[0, i], curved[1, i]), curved[2, i])
        to_curve(grey, view[7:10], view[11:13], ratio)
        peak = exp2(view[10])
        for i in range(grey.shape[0]):
            ratio[i] = peak * ratio[i] / plain[i]
    keep_hue(planes, curved, luminance, view)
    if has_headroom:
        scale(planes, ratio)


@kernel
def keep_hue(planes: Planes, curved: Planes, luminance: np.ndarray, view: np.ndarray) -> None:
    """Hue brought back in part, purity out, and black lifted."""
    red, green, blue = planes[0], planes[1], planes[2]
    curved_red, curved_green, curved_blue = curved[0], curved[1], curved[2]
    outset, share, black = view[1], view[2], view[3]
    wr, wg, wb, white = luminance[0], luminance[1], luminance[2], _f(1) - view[3]
    for i in range(red.shape[0]):
        r, g, b = curved_red[i], curved_green[i], curved_blue[i]
        x, y, z = red[i], green[i], blue[i]
        low, dark = min(min(x, y), z), min(min(r, g), b)
        span = max(max(x, y), z) - low
        step = (max(max(r, g), b) - dark) / max(span, _DARKEST)
        r += share * (dark + step * (x - low) - r)
        g += share * (dark + step * (y - low) - g)
        b += share * (dark + step * (z - low) - b)
        grey = wr * r + wg * g + wb * b
        red[i] = black + white * (grey + outset * (r - grey))
        green[i] = black + white * (grey + outset * (g - grey))
        blue[i] = black + white * (grey + outset * (b - grey))


@kernel
def mix_colours(lab: Planes, colours: np.ndarray, scratch: np.ndarray) -> None:
    """Opponents turned and stretched by their hue, in place; Oklab.

    The two rows of ``colours`` hold the harmonics of the chroma ratio less 1, and of the shift of hue in
    radians: the mean, then cosine and sine of one to six times the hue. A third is for `keep_skin`.
    """
    a, b = lab[1], lab[2]
    cosine, sine, length, sums = scratch[0], scratch[1], scratch[2], scratch[3:5]
    shorten(lab, length)
    for i in range(a.shape[0]):
        cosine[i] = a[i]
        sine[i] = b[i]
        sums[0, i] = colours[0, 0]
        sums[1, i] = colours[1, 0] * (a[i] * a[i] + b[i] * b[i])
    for k in range(1, 12, 2):
        for j in range(2):
            add_harmonic(cosine, sine, colours[j, k], colours[j, k + 1], sums[j])
        advance(cosine, sine, a, b)
    if colours.shape[0] > 2:
        keep_skin(lab, length, colours[2], sums[1])
    turn(lab, length, sums[0], sums[1])


@kernel
def shorten(lab: Planes, length: Plane) -> None:
    """Opponents divided, in place, by a length that is their own far from grey and never nothing."""
    light, a, b = lab[0], lab[1], lab[2]
    for i in range(a.shape[0]):
        square, grey = a[i] * a[i] + b[i] * b[i], _GREY * max(light[i], _DARK)
        grey *= grey
        length[i] = np.sqrt(np.sqrt(square * square + grey * grey))
        a[i] /= length[i]
        b[i] /= length[i]


@kernel
def keep_skin(lab: Planes, length: Plane, skin: np.ndarray, shift: Plane) -> None:
    """The nodes' shift replaced by skin's own in the sector of skin.

    ``lab`` holds lightness, and the opponents over ``length``. ``skin`` holds strength; shift and turn in the
    dark, in radians; cosine and sine of the sector's middle; end and 1 over width of the sector's fading, as
    cosines, of saturation's and of the dark's; and the square of the saturation of palest skin.
    """
    light, a, b = lab[0], lab[1], lab[2]
    strength, own, turning, middle_a, middle_b = skin[0], skin[1], skin[2], skin[3], skin[4]
    sector, per_sector, full, per_full, bright, per_dark, palest = (
        skin[5],
        skin[6],
        skin[7],
        skin[8],
        skin[9],
        skin[10],
        skin[11],
    )
    for i in range(a.shape[0]):
        size = np.sqrt(a[i] * a[i] + b[i] * b[i]) + _TINY
        saturation = size * length[i] / max(light[i], _DARK)
        square = saturation * saturation
        near = smooth(((a[i] * middle_a + b[i] * middle_b) / size - sector) * per_sector)
        share = strength * near * smooth((full - saturation) * per_full)
        dark = smooth((bright - light[i]) * per_dark)
        shift[i] += share * (own * square / (square + palest) + turning * saturation * dark - shift[i])


@kernel
def add_harmonic(cosine: Plane, sine: Plane, even: Any, odd: Any, total: Plane) -> None:
    """A weighted cosine and sine added to a sum."""
    for i in range(total.shape[0]):
        total[i] += even * cosine[i] + odd * sine[i]


@kernel
def advance(cosine: Plane, sine: Plane, a: Plane, b: Plane) -> None:
    """Cosine and sine of an angle that is larger by the one whose cosine is ``a`` and sine is ``b``."""
    for i in range(a.shape[0]):
        x, y = cosine[i], sine[i]
        cosine[i] = x * a[i] - y * b[i]
        sine[i] = x * b[i] + y * a[i]


@kernel
def turn(lab: Planes, length: Plane, ratio: Plane, shift: Plane) -> None:
    """Opponents over a length turned by a shift, and given it times one plus a ratio; in place."""
    a, b = lab[1], lab[2]
    for i in range(a.shape[0]):
        angle = shift[i]
        square = angle * angle
        cosine = _f(1) - square * (_f(1 / 2) - square * (_f(1 / 24) - square * _f(1 / 720)))
        sine = angle * (_f(1) - square * (_f(1 / 6) - square * (_f(1 / 120) - square * _f(1 / 5040))))
        kept = length[i] * (_f(1) + ratio[i])
        x, y = kept * a[i], kept * b[i]
        a[i] = x * cosine - y * sine
        b[i] = x * sine + y * cosine
