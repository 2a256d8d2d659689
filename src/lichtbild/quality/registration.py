"""Registration: how one picture lies on another, to a fiftieth of a pixel.

The reference is moved, turned, stretched and sheared until the squares of what it leaves of the picture are
least, gain, offset and a slope of the light being free too (Gauss-Newton, from a strong blur of both to a
weak one). A blur that is the same on either side of a point leaves the answer where it is, and so does
noise: what is compared is smoothed first, so that moving it costs nothing. Colour is never changed.

Sources: Lucas and Kanade, "An iterative image registration technique", IJCAI (1981), equation 7, with the
affine motion of Bergen et al., "Hierarchical model-based motion estimation", ECCV (1992), section 3.2; the
whole pixels before it: Kuglin and Hines, "The phase correlation image alignment method" (1975).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.numerics.separable import filtered, gaussian
from lichtbild.numerics.warp import resample
from lichtbild.quality.finite import checked_finite

METHOD: Final = "registration 1"
Plane = Float[np.ndarray, "_ _"]
Places = Float[np.ndarray, "_ _"]
Draw = Callable[[Places, Places], Plane]
"""A reference as it lies at rows and columns of the picture, pixel centres at half-integers."""

_SMALLEST: Final = 48
_LIGHTS: Final = 6
"""Numbers of the light, before those of the motion: gain, two of the blur, offset and two slopes."""
_STEPS: Final = 12
_STILL: Final = 5e-4
"""Pixels by which a last step moves no corner."""
_WIDEST: Final = 24.0
"""Pixels that a corner may move from where the search begins."""


@dataclass(frozen=True, eq=False)
class Registration:
    """Where each pixel of a picture lies in its reference.

    Attributes:
        matrix: ``(row, column)`` in the reference, less the middle, is this times that in the picture, less
            the middle, plus ``shift``.
        shift: rows and columns.
        sigma: standard deviation of each shift by the noise that is left, px.
        likeness: correlation of the two once they lie on one another, up to 1.
    """

    matrix: Float[np.ndarray, "2 2"]
    shift: Float[np.ndarray, "2"]
    sigma: Float[np.ndarray, "2"]
    likeness: float

    def after(self, first: "Registration") -> "Registration":
        """This one, of a picture on a reference that ``first`` had moved, as one of the reference itself."""
        shift = first.matrix @ self.shift + first.shift
        return replace(self, matrix=first.matrix @ self.matrix, shift=shift)

    def places(self, rows: int, columns: int, margin: int = 0) -> tuple[Places, Places]:
        """Row and column in the reference of each pixel of a picture, and of a margin about it."""
        down = np.arange(-margin, rows + margin) + 0.5 - rows / 2
        right = np.arange(-margin, columns + margin) + 0.5 - columns / 2
        (a, b), (c, d) = self.matrix
        y, x = np.meshgrid(down, right, indexing="ij")
        middle = rows / 2 + self.shift[0], columns / 2 + self.shift[1]
        return a * y + b * x + middle[0], c * y + d * x + middle[1]


UNMOVED: Final = Registration(np.eye(2), np.zeros(2), np.zeros(2), 1.0)
"""A picture that lies on its reference as it is."""


def register(reference: Plane, picture: Plane, *, affine: bool = True) -> Registration:
    """How a picture lies on its reference of the same size, at any whole shift up to a third of a side.

    Args:
        reference: light or lightness.
        picture: the same size.
        affine: turned, stretched and sheared, too; else only shifted.

    Raises:
        BadInput: the sizes differ, a side is below 48 px, samples are not finite, or the two show different
            things.
    """
    if reference.shape != picture.shape:
        raise BadInput(
            f"pictures of {reference.shape[0]} x {reference.shape[1]} and {picture.shape[0]} x "
            f"{picture.shape[1]} px cannot be registered; give two of one size"
        )
    checked_finite("a reference", reference)
    checked_finite("a picture", picture)
    start = whole_shift(reference, picture)
    first, second = overlapping(reference, picture, (int(start[0]), int(start[1])))
    found = refine(drawn_from(first), second, affine=affine)
    # The middle of what both show is not the middle of the picture.
    middle = -np.array(start) / 2
    shift = found.shift + np.array(start) + middle - found.matrix @ middle
    return replace(found, shift=shift)


def drawn_from(plane: Plane, margin: int = 0) -> Draw:
    """A reference that is given as pixels, by cubic convolution; beyond its border the border goes on.

    Args:
        plane: the reference.
        margin: pixels by which it is larger than the picture, on each side.
    """
    held = np.asarray(plane, np.float32)[..., None]
    extent = Extent(*plane.shape)

    def draw(rows: Places, columns: Places) -> Plane:
        places = rows[None] + (margin - 0.5), columns[None] + (margin - 0.5)
        return np.asarray(resample(held, Window.whole(extent), extent, *places)[..., 0], np.float64)

    return draw


def overlapping(
    reference: Float[np.ndarray, "h w *planes"],
    picture: Float[np.ndarray, "h w *planes"],
    by: tuple[int, int],
) -> tuple[Float[np.ndarray, "h2 w2 *planes"], Float[np.ndarray, "h2 w2 *planes"]]:
    """What both show, for whole rows and columns from the picture to the reference."""
    (top, left), (height, width) = by, picture.shape[:2]
    rows = slice(max(0, -top), height - max(0, top))
    columns = slice(max(0, -left), width - max(0, left))
    moved = reference[rows.start + top : rows.stop + top, columns.start + left : columns.stop + left]
    return moved, picture[rows, columns]


def whole_shift(reference: Plane, picture: Plane) -> tuple[float, float]:
    """Whole rows and columns from a place in the picture to the same in the reference."""
    window = np.hanning(picture.shape[0])[:, None] * np.hanning(picture.shape[1])
    first, second = (np.fft.rfft2((one - one.mean()) * window) for one in (picture, reference))
    product = np.conj(first) * second
    # Half-whitened: full whitening would give noise at high frequencies as much say as the picture.
    peak = np.fft.irfft2(product / np.sqrt(np.maximum(np.abs(product), 1e-30)), picture.shape)
    places = np.unravel_index(int(peak.argmax()), peak.shape)
    down, right = (
        float(place - size if 2 * place > size else place)
        for place, size in zip(places, peak.shape, strict=True)
    )
    return down, right


def refine(
    draw: Draw,
    picture: Plane,
    start: tuple[float, float] = (0.0, 0.0),
    *,
    affine: bool = True,
    blurs: tuple[float, ...] = (3.0, 1.2),
) -> Registration:
    """The motion that lays a drawn reference on a picture.

    Args:
        draw: gives the reference at places.
        picture: light.
        start: rows and columns from the picture to the reference; right to a few pixels.
        affine: also turned, stretched and sheared.
        blurs: standard deviations of the Gaussians that both are smoothed with, px, one after another.

    Raises:
        BadInput: a side is below 48 px, the picture is even, or no motion within 24 px lays one on the other.
    """
    if min(picture.shape) < _SMALLEST:
        raise BadInput(
            f"registration needs {_SMALLEST} px on each side, not {picture.shape[0]} x {picture.shape[1]}"
        )
    if not np.ptp(picture) > 0:
        raise BadInput("a picture without any detail cannot be registered; give one that shows some")
    motion = np.zeros((2, 3))
    motion[:, 0] = start
    found = None
    for blur in blurs:
        found = _converged(draw, picture, motion, affine, blur)
        motion = motion + found.step
        if np.abs(motion[:, 0] - start).max() > _WIDEST:
            raise BadInput(
                f"the two do not lie within {_WIDEST:g} px of one another; give pictures of the same scene"
            )
    assert found is not None
    if not found.likeness > 0.3:
        raise BadInput(
            f"the two correlate by {found.likeness:.2f} only; 0.3 is needed: give pictures of the same scene"
        )
    half = max(picture.shape) / 2
    return Registration(np.eye(2) + motion[:, 1:] / half, motion[:, 0], found.sigma, found.likeness)


@dataclass(frozen=True, eq=False)
class _Converged:
    """The steps at one blur, added up: rows are down and right, columns the shift and its two slopes."""

    step: Float[np.ndarray, "2 3"]
    sigma: Float[np.ndarray, "2"]
    likeness: float


def _converged(draw: Draw, picture: Plane, motion: np.ndarray, affine: bool, blur: float) -> _Converged:
    """Gauss-Newton at one blur."""
    smooth = gaussian(blur, math.ceil(3 * blur))
    aim = filtered(picture, smooth, smooth)[2:-2, 2:-2]
    border = (picture.shape[0] - aim.shape[0]) // 2
    size = np.array(picture.shape)
    half = max(picture.shape) / 2
    y, x = (np.arange(side) + 0.5 - side / 2 for side in picture.shape)
    inner = y[border:-border, None] / half, x[border:-border] / half
    weight = np.outer(*(_flat(side) for side in aim.shape))
    aimed = (aim * weight).ravel()
    total = np.zeros((2, 3))
    terms = 3 if affine else 1
    weighed = np.stack([weight, inner[0] * weight, inner[1] * weight])
    rows = np.empty((_LIGHTS + 2 * terms, *aim.shape))
    rows[3:_LIGHTS] = weighed
    design = rows.reshape(len(rows), -1)
    for _ in range(_STEPS):
        down, right = (a + b * y[:, None] / half + c * x / half for a, b, c in motion + total)
        seen = filtered(draw(down + y[:, None] + size[0] / 2, right + x + size[1] / 2), smooth, smooth)
        _fill(rows, seen, weight, weighed[:terms])
        answer = np.linalg.lstsq(design @ design.T, design @ aimed, rcond=None)[0]
        step = np.zeros((2, 3))
        step[:, :terms] = answer[_LIGHTS:].reshape(2, terms) / _kept(answer[0])
        total = total + step
        if np.abs(step).sum(axis=1).max() < _STILL:
            break
    sigma = _sigma(rows, aimed - answer @ design, weight, smooth, terms)
    return _Converged(total, sigma / abs(_kept(answer[0])), _likeness(seen[2:-2, 2:-2], aim))


def _sigma(
    rows: Float[np.ndarray, "term h w"],
    left: Float[np.ndarray, " samples"],
    weight: Plane,
    smooth: Float[np.ndarray, " taps"],
    terms: int,
) -> Float[np.ndarray, "2"]:
    """Standard deviation of both shifts times the gain, by the smoothed white noise that is left."""
    # How much each sample of the smoothed picture moves the answer; spread back over what was smoothed.
    design = rows.reshape(len(rows), -1)
    inverse = np.linalg.pinv(design @ design.T)
    noise = float((left**2).sum() / (weight**2).sum()) / float((smooth**2).sum()) ** 2
    reach = len(smooth) - 1
    deviations = []
    for term in (_LIGHTS, _LIGHTS + terms):
        influence = (inverse[term] @ design).reshape(weight.shape) * weight
        spread = filtered(np.pad(influence, reach), smooth, smooth)
        deviations.append(math.sqrt(noise * float((spread**2).sum())))
    return np.array(deviations)


def _fill(
    rows: Float[np.ndarray, "term h w"], seen: Plane, weight: Plane, weighed: Float[np.ndarray, "motion h w"]
) -> None:
    """What the picture is a sum of, each weighed: the reference, two more of its blur, and motion.

    Even and sloping light stand between them, which no step changes.
    """
    bent, terms = _curvature(seen), len(weighed)
    np.multiply(seen[2:-2, 2:-2], weight, out=rows[0])
    np.multiply(bent[1:-1, 1:-1], weight, out=rows[1])
    np.multiply(_curvature(bent), weight, out=rows[2])
    slopes = seen[3:-1, 2:-2] - seen[1:-3, 2:-2], seen[2:-2, 3:-1] - seen[2:-2, 1:-3]
    for axis, slope in enumerate(slopes):
        first = _LIGHTS + axis * terms
        np.multiply(slope / 2, weighed, out=rows[first : first + terms])


def _curvature(plane: Plane) -> Plane:
    """The sum of both second differences, a sample smaller on each side."""
    inner = plane[1:-1, 1:-1]
    return np.asarray(plane[2:, 1:-1] + plane[:-2, 1:-1] + plane[1:-1, 2:] + plane[1:-1, :-2] - 4 * inner)


def _flat(side: int) -> Float[np.ndarray, " side"]:
    """Weights that fade over an eighth of a side at either end (Tukey's window)."""
    ramp = np.minimum(np.arange(1, side + 1), np.arange(side, 0, -1)) / (side / 8)
    return np.asarray(np.sin(np.pi / 2 * np.minimum(ramp, 1.0)) ** 2)


def _kept(gain: float) -> float:
    """A gain that can be divided by; strangers, which have next to none, are told by their likeness."""
    return math.copysign(max(abs(gain), 1e-12), gain)


def _likeness(first: Plane, second: Plane) -> float:
    """Correlation of two planes."""
    a, b = first - first.mean(), second - second.mean()
    energy = math.sqrt(float((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / energy if energy else 0.0
