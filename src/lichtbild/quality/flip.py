"""FLIP: the difference that a person sees on flipping between a picture and its reference.

Colours are filtered with the contrast sensitivity of the eye in three opponent channels, and compared by
the HyAB distance of Hunt-adjusted CIELAB, to the power q_c and spread over 0 to 1; edges and points are
compared by Gaussian derivatives of the width that the eye is most sensitive to, to the power q_f::

    FLIP = colour^(1 - feature)

Source: Andersson, Nilsson, Akenine-Möller, Oskarsson, Åström and Fairchild, "FLIP: a difference evaluator
for alternating images", Proc. ACM Computer Graphics and Interactive Techniques 3(2), 15 (2020): section 4.1
(filters, table 1), 4.2 (Hunt, HyAB, equations 6 to 11), 4.3 (features) and 4.4 (equation 14); its matrix and
white are those of the authors' program (version 1.7), to which the values are equal.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from os import cpu_count
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import namespace, transformed
from lichtbild.numerics.separable import Weights, filtered, gaussian
from lichtbild.quality.psnr import same_size

METHOD: Final = "ldr-flip 1"
PIXELS_PER_DEGREE: Final = 0.7 * 3840 / 0.7 * math.pi / 180
"""Of the authors' usual view: a display 0.7 m and 3840 px wide, 0.7 m away."""

_TO_XYZ: Final = np.array(
    [
        [10135552 / 24577794, 8788810 / 24577794, 4435075 / 24577794],
        [2613072 / 12288897, 8788810 / 12288897, 887015 / 12288897],
        [1425312 / 73733382, 8788810 / 73733382, 70074185 / 73733382],
    ]
)
_TO_RELATIVE: Final = _TO_XYZ / _TO_XYZ.sum(axis=1, keepdims=True)
_FROM_RELATIVE: Final = np.linalg.inv(_TO_RELATIVE)
_OPPONENT: Final = np.array([[0.0, 116.0, 0.0], [500.0, -500.0, 0.0], [0.0, 200.0, -200.0]])
_CSF: Final = (((1.0, 0.0047),), ((1.0, 0.0053),), ((34.1, 0.04), (13.5, 0.025)))
"""(a, b) of the Gaussians ``a sqrt(pi / b) exp(-pi^2 r^2 / b)``, r in degrees: achromatic, red-green,
blue-yellow (table 1)."""
_WIDEST: Final = 0.04
_COLOUR_POWER, _FEATURE_POWER = 0.7, 0.5
_KNEE, _KNEE_HEIGHT = 0.4, 0.95
_FEATURE_WIDTH: Final = 0.082
"""Degrees from peak to trough of the eye's edge detector (section 4.3)."""
_DELTA: Final = 6 / 29
_BAND: Final = 256
"""Rows of a NumPy picture that are compared at once, so that a large one needs little memory."""


def flip_map(reference: Any, picture: Any, pixels_per_degree: float = PIXELS_PER_DEGREE) -> Any:
    """FLIP at each pixel, 0 for no difference to 1; differentiable with regard to both pictures.

    Args:
        reference: ``[row, column, RGB]``, sRGB as a display takes it, 0 to 1 (beyond, it is cut), NumPy or
            JAX of floats.
        picture: the same shape.
        pixels_per_degree: of the view.

    Raises:
        BadInput: the shapes differ.
    """
    same_size(reference, picture)
    if not isinstance(picture, np.ndarray):
        return _flip(reference, picture, pixels_per_degree)
    reach = max(_radius(pixels_per_degree), _feature_radius(pixels_per_degree))
    rows = picture.shape[0]

    def band(top: int) -> Any:
        above, below = max(0, top - reach), min(rows, top + _BAND + reach)
        seen = _flip(reference[above:below], picture[above:below], pixels_per_degree)
        return seen[top - above : min(rows, top + _BAND) - above]

    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        return np.concatenate(list(pool.map(band, range(0, rows, _BAND))))


def flip(reference: Any, picture: Any, pixels_per_degree: float = PIXELS_PER_DEGREE) -> Any:
    """Mean of `flip_map`, with its arguments and errors."""
    return namespace(picture).mean(flip_map(reference, picture, pixels_per_degree))


def _flip(reference: Any, picture: Any, pixels_per_degree: float) -> Any:
    opponents = [_opponents(one) for one in (reference, picture)]
    colour = _colour_difference(*(_seen(one, pixels_per_degree) for one in opponents))
    lights = [(one[..., 0] + 16) / 116 for one in opponents]
    features = _feature_difference(lights[0], lights[1], pixels_per_degree)
    return _power(colour, 1 - features)


def _opponents(encoded: Any) -> Any:
    """YCxCz of a picture."""
    xp = namespace(encoded)
    light = SRGB.decode(xp.clip(encoded, 0.0, 1.0))
    shift = xp.asarray([16.0, 0.0, 0.0], dtype=light.dtype)
    return transformed(light, _OPPONENT @ _TO_RELATIVE) - shift


def _seen(opponents: Any, pixels_per_degree: float) -> Any:
    """Hunt-adjusted CIELAB of what the eye's contrast sensitivity leaves (equations 5 to 8)."""
    xp = namespace(opponents)
    planes = []
    for channel, parts in enumerate(_filters(pixels_per_degree)):
        plane = opponents[..., channel]
        planes.append(sum(share * filtered(plane, line, line, "held") for share, line in parts))
    shift = xp.asarray([16.0, 0.0, 0.0], dtype=opponents.dtype)
    to_light = _FROM_RELATIVE @ np.linalg.inv(_OPPONENT)
    light = xp.clip(transformed(xp.stack(planes, axis=-1) + shift, to_light), 0.0, 1.0)
    return _hunt(light)


def _hunt(light: Any) -> Any:
    """CIELAB with a* and b* weaker in the dark: times L* / 100 (equation 8)."""
    xp = namespace(light)
    relative = transformed(light, _TO_RELATIVE)
    root = xp.where(
        relative > _DELTA**3,
        xp.maximum(relative, _DELTA**3) ** (1 / 3),
        relative / (3 * _DELTA**2) + 4 / 29,
    )
    lightness = 116 * root[..., 1] - 16
    opponents = (500 * (root[..., 0] - root[..., 1]), 200 * (root[..., 1] - root[..., 2]))
    return xp.stack([lightness, *(0.01 * lightness * one for one in opponents)], axis=-1)


def _colour_difference(reference: Any, picture: Any) -> Any:
    """HyAB distance to the power q_c, spread over 0 to 1 (equations 9 to 11)."""
    xp = namespace(picture)
    distance = _power(_hyab(reference - picture), _COLOUR_POWER)
    most = _most()
    knee = _KNEE * most
    steep = _KNEE_HEIGHT / knee * distance
    return xp.where(
        distance < knee, steep, _KNEE_HEIGHT + (distance - knee) / (most - knee) * (1 - _KNEE_HEIGHT)
    )


def _hyab(difference: Any) -> Any:
    xp = namespace(difference)
    return xp.abs(difference[..., 0]) + _power(difference[..., 1] ** 2 + difference[..., 2] ** 2, 0.5)


@lru_cache(maxsize=1)
def _most() -> float:
    """The largest distance of two colours of sRGB: green and blue (section 4.2.3)."""
    green, blue = _hunt(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    return float(_hyab(green - blue) ** _COLOUR_POWER)


def _feature_difference(reference: Any, picture: Any, pixels_per_degree: float) -> Any:
    """The larger difference of edges and of points, to the power q_f (equation 13)."""
    xp = namespace(picture)
    edges, points = (
        xp.abs(_strength(reference, *lines) - _strength(picture, *lines))
        for lines in _detectors(pixels_per_degree)
    )
    return _power(xp.maximum(edges, points) / math.sqrt(2), _FEATURE_POWER)


def _strength(plane: Any, across: Weights, along: Weights) -> Any:
    right, down = filtered(plane, along, across, "held"), filtered(plane, across, along, "held")
    return _power(right**2 + down**2, 0.5)


def _power(base: Any, exponent: Any) -> Any:
    """A power of what is 0 or more, whose slope at 0 counts as none."""
    xp = namespace(base)
    return xp.where(base > 0, xp.where(base > 0, base, 1.0) ** exponent, 0.0)


def _radius(pixels_per_degree: float) -> int:
    return math.ceil(3 * math.sqrt(_WIDEST / (2 * math.pi**2)) * pixels_per_degree)


def _feature_radius(pixels_per_degree: float) -> int:
    return math.ceil(1.5 * _FEATURE_WIDTH * pixels_per_degree)


@lru_cache(maxsize=8)
def _filters(pixels_per_degree: float) -> tuple[tuple[tuple[float, Weights], ...], ...]:
    """For each opponent channel the share and the weights of each of its Gaussians."""
    radius = _radius(pixels_per_degree)
    places = np.arange(-radius, radius + 1) / pixels_per_degree
    channels = []
    for parts in _CSF:
        lines = [np.exp(-((math.pi * places) ** 2) / b) for _, b in parts]
        heights = [
            a * math.sqrt(math.pi / b) * line.sum() ** 2 for (a, b), line in zip(parts, lines, strict=True)
        ]
        shares = [float(height / sum(heights)) for height in heights]
        channels.append(tuple((s, line / line.sum()) for s, line in zip(shares, lines, strict=True)))
    return tuple(channels)


@lru_cache(maxsize=8)
def _detectors(pixels_per_degree: float) -> tuple[tuple[Weights, Weights], ...]:
    """Of edges and of points the weights across and along, positive and negative ones with the sum 1 each."""
    sigma, radius = 0.5 * _FEATURE_WIDTH * pixels_per_degree, _feature_radius(pixels_per_degree)
    places = np.arange(-radius, radius + 1)
    bell, along = np.exp(-0.5 * (places / sigma) ** 2), gaussian(sigma, radius)
    return tuple((_balanced(line), along) for line in (-places * bell, ((places / sigma) ** 2 - 1) * bell))


def _balanced(line: Float[np.ndarray, " taps"]) -> Weights:
    return np.asarray(np.where(line < 0, line / -line[line < 0].sum(), line / line[line > 0].sum()))
