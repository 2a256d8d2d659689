"""Texture: what a camera leaves of fine, irregular detail, from the power of dead leaves in a picture.

The direct method compares powers::

    MTF(f)^2 = (PSD of the picture - PSD of its noise) / (gain^2 PSD of the target)

each the mean over a ring of frequencies. The noise is that of even patches beside the leaves; the target's
power is that of the pattern itself, drawn where it lies (`lichtbild.quality.texture_cross`), or the one that
the law of the leaves tells. Noise reduction that leaves grain in even patches, or removes more there than in
texture, deceives the direct method; the cross method is not deceived.

Sources: after ISO/TS 19567-2:2019 and IEEE 1858-2023, texture blur; Cao, Guichard and Hornung, "Dead leaves
model for measuring texture quality on a digital camera", Proc. SPIE 7537 (2010); McElvain et al.,
"Texture-based measurement of spatial frequency response using the dead leaves target", Proc. SPIE 7537
(2010), equation 6 (noise subtracted); intervals: Bendat and Piersol, Random Data (4th ed.), section 8.5.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure

METHOD: Final = "texture-direct 1"
CLAUSE: Final = "after ISO/TS 19567-2:2019, texture analysis using stochastic pattern"
RINGS: Final = 32
"""Rings of frequencies up to half a cycle a pixel; ring k has k / 64 cycles/px in its middle."""
SMALLEST: Final = 64
"""Pixels along a side of what is measured."""
_ALIKE: Final = (35 / 18) ** 2
"""Neighbouring frequencies that a Hann window makes one of: 1 + 2 (2/3)^2 + 2 (1/6)^2 along each axis."""

_UP_TO_SQUARES: Final = np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
"""Of degrees along both sides: their sum is at most 2."""

Curve = Float[np.ndarray, " frequency"]
Plane = Float[np.ndarray, "_ _"]


@dataclass(frozen=True, eq=False)
class TextureResponse:
    """Modulation transfer of texture.

    Attributes:
        frequencies: cycles/px, from 0 (where it is 1 by definition) to 0.5.
        mtf: with the pixel's own area.
        sigma: standard deviation of each, by the noise.
        method: name and version.
        phase: of what lies along rows and along columns, rad; None for the direct method.
    """

    frequencies: Curve
    mtf: Curve
    sigma: Curve
    method: str
    phase: Float[np.ndarray, "2 frequency"] | None = None

    @property
    def interval(self) -> Float[np.ndarray, "2 frequency"]:
        """Lower and upper end of the 95 % interval of each."""
        return np.stack([np.maximum(self.mtf - 1.96 * self.sigma, 0.0), self.mtf + 1.96 * self.sigma])


def frequencies() -> Curve:
    """The middle of each ring, cycles/px, and 0 before them."""
    return np.arange(RINGS + 1) / (2 * RINGS)


def detrended(plane: Any) -> Any:
    """The plane without its mean, slopes and curvatures, as uneven light makes them; NumPy or JAX."""
    xp = namespace(plane)
    down, right = (xp.asarray(_trends(side), dtype=plane.dtype) for side in plane.shape)
    factors = (down.T @ plane @ right) * xp.asarray(_UP_TO_SQUARES, dtype=plane.dtype)
    return plane - down @ (factors @ right.T)


def window(rows: int, columns: int) -> Plane:
    """A Hann window whose squares have the mean 1."""
    lines = [np.sin(np.pi * (np.arange(side) + 0.5) / side) ** 2 for side in (rows, columns)]
    shape = np.outer(*lines)
    return np.asarray(shape / math.sqrt(float((shape**2).mean())))


def power(plane: Any) -> Any:
    """Power spectrum ``[row, column]`` of a plane without its trend: its mean is the variance.

    Args:
        plane: linear light, NumPy or JAX; differentiable with regard to it.
    """
    xp = namespace(plane)
    spectrum = xp.fft.fft2(detrended(plane) * xp.asarray(window(*plane.shape), dtype=plane.dtype))
    return (spectrum.real**2 + spectrum.imag**2) / plane.size


def ring_mean(values: Any) -> Any:
    """Mean of a spectrum ``[row, column]`` over each ring, `RINGS` of them; NumPy or JAX, real."""
    rings, counts = _rings(*values.shape)
    return summed(values, rings, RINGS + 2)[1:-1] / counts


def summed(values: Any, groups: Int[np.ndarray, " sample"], count: int) -> Any:
    """Sums of real values over ``count`` groups, NumPy or JAX; differentiable."""
    xp = namespace(values)
    if xp is np:
        return np.bincount(groups, values.reshape(-1), count)
    return xp.bincount(xp.asarray(groups), weights=values.reshape(-1), length=count)


def independent(rows: int, columns: int) -> Curve:
    """Frequencies of each ring that tell something of their own: half of them, less those made alike."""
    return np.maximum(_rings(rows, columns)[1] / 2 / _ALIKE, 1.0)


def direct_mtf(picture: Any, noise: Any, target: Any, gain: Any = None) -> Any:
    """MTF at each frequency of `frequencies` by the direct method; differentiable with regard to the picture.

    Args:
        picture: leaves in linear light, NumPy or JAX.
        noise: ring means of the noise's power, `RINGS` of them.
        target: those of the target's power, in reflectances.
        gain: light for the reflectance 1; None where the lowest frequencies tell it.
    """
    xp = namespace(picture)
    left = (ring_mean(power(picture)) - xp.asarray(noise)) / xp.asarray(target)
    # A ring of noise alone may come out below 0; its root is 0 then, and its slope none.
    root = xp.where(left > 0, xp.sqrt(xp.where(left > 0, left, 1.0)), 0.0)
    return with_zero(root, gain)


def with_zero(response: Any, gain: Any = None) -> Any:
    """A response over the rings, with the value 1 put before it at 0 cycles/px.

    Args:
        response: at each ring, in units of the gain.
        gain: value at 0; None for that of the parabola g (1 - c f^2) through the lowest rings.
    """
    xp = namespace(response)
    if gain is None:
        gain = xp.sum(xp.asarray(_low_weights(), dtype=response.dtype) * response[: len(_low_weights())])
    one = xp.ones(1, dtype=response.dtype)
    return xp.concatenate([one, response / gain])


def noise_power(patches: Sequence[Plane]) -> tuple[Curve, Curve]:
    """Ring means of the noise's power in even patches, and their standard deviations.

    Args:
        patches: linear light of the same brightness as the leaves', each 64 px or more along a side.

    Raises:
        BadInput: there is none, or one is too small.
    """
    for patch in patches:
        check_size(patch, "an even patch")
    if not patches:
        raise BadInput("the direct method needs an even patch beside the leaves; give one or more")
    shares = np.array([patch.size for patch in patches], float)
    means = np.stack([ring_mean(power(np.asarray(patch, np.float64))) for patch in patches])
    mean = (shares[:, None] * means).sum(axis=0) / shares.sum()
    told = sum(independent(*patch.shape) for patch in patches)
    return mean, mean / np.sqrt(told)


def direct_response(
    picture: Plane, patches: Sequence[Plane], target: Curve, gain: float | None = None
) -> TextureResponse:
    """Texture's MTF by the direct method, with intervals that take the target for known.

    Args:
        picture: leaves in linear light, 64 px or more along a side.
        patches: even ones beside them.
        target: ring means of the target's power where it lies in the picture, in reflectances.
        gain: light for the reflectance 1; None where the lowest frequencies tell it.

    Raises:
        BadInput: the picture or a patch is too small, or shows nothing.
    """
    check_size(picture, "an area of leaves")
    noise, noise_sigma = noise_power(patches)
    whole = ring_mean(power(np.asarray(picture, np.float64)))
    with np.errstate(divide="ignore", invalid="ignore"):
        mtf = direct_mtf(np.asarray(picture, np.float64), noise, target, gain)
    if not np.isfinite(mtf).all():
        raise BadInput("the area of leaves shows no texture at its lowest frequencies; give the right area")
    scale = math.sqrt(float(np.median((np.maximum(whole - noise, 0) / target)[mtf[1:] > 0]))) / float(
        np.median(mtf[1:][mtf[1:] > 0])
    )
    told = independent(*picture.shape)
    signal = np.maximum(whole - noise, 0.0)
    # The signal is known but for noise: its square and its product with the signal.
    variance = (2 * signal * noise + noise**2) / told + noise_sigma**2
    square = np.sqrt(variance) / (target * scale**2)
    sigma = square / np.maximum(2 * mtf[1:], np.sqrt(square))
    return TextureResponse(frequencies(), mtf, np.insert(sigma, 0, 0.0), METHOD)


def measures(
    response: TextureResponse, views: Mapping[str, Curve] | None = None, where: str = ""
) -> tuple[Measure, ...]:
    """MTF50 of texture, and its acutance under each view.

    Args:
        response: by the direct or the cross method.
        views: for each view its name and the weights whose sum with the response is its acutance.
        where: the place.
    """
    kind = response.method.split()[0].removeprefix("texture-")
    found = [_crossing(response, f"texture_mtf50_{kind}", where)]
    for name, weights in (views or {}).items():
        value = float(response.mtf @ weights)
        spread = 1.96 * float(np.sqrt(((response.sigma * weights) ** 2).sum()))
        found.append(
            Measure(
                f"texture_acutance_{kind}",
                value,
                "",
                "after IEEE 1858-2023, texture blur",
                response.method,
                (max(value - spread, 0.0), value + spread),
                ", ".join(part for part in (where, name) if part),
            )
        )
    return tuple(found)


def _crossing(response: TextureResponse, name: str, where: str) -> Measure:
    """Where a response falls through a half."""
    places = [falls_through(response.frequencies, curve, 0.5) for curve in (response.mtf, *response.interval)]
    value, low, high = places
    if math.isnan(value):
        note = "the response stays above a half up to 0.5 cycles/px"
        return Measure(name, math.nan, "cycles/px", CLAUSE, response.method, where=where, note=note)
    high = 0.5 if math.isnan(high) else high
    interval = (min(low, value), max(high, value))
    return Measure(name, value, "cycles/px", CLAUSE, response.method, interval, where)


def falls_through(places: Curve, curve: Curve, level: float) -> float:
    """The first place where a curve falls below a level, straight between its points; NaN if nowhere."""
    below = np.flatnonzero((curve[:-1] >= level) & (curve[1:] < level))
    if not len(below):
        return math.nan
    k = int(below[0])
    part = (curve[k] - level) / (curve[k] - curve[k + 1])
    return float(places[k] + part * (places[k + 1] - places[k]))


def check_size(plane: Plane, what: str) -> None:
    """Say so where a plane is too small for its spectrum.

    Raises:
        BadInput: a side is below `SMALLEST`.
    """
    if min(plane.shape) < SMALLEST:
        raise BadInput(
            f"{what} of {plane.shape[0]} x {plane.shape[1]} px is too small for its spectrum; "
            f"{SMALLEST} px are needed along each side"
        )


@lru_cache(maxsize=16)
def _trends(side: int) -> Float[np.ndarray, "sample 3"]:
    """Orthonormal polynomials up to the second degree along a side; their products are so over a plane."""
    powers = np.linspace(-1, 1, side)[:, None] ** np.arange(3)
    return np.asarray(np.linalg.qr(powers)[0])


@lru_cache(maxsize=8)
def _rings(rows: int, columns: int) -> tuple[Int[np.ndarray, " sample"], Curve]:
    """The ring of each frequency of a plane, and how many each ring has; 0 and the last are left out."""
    distance = np.hypot(np.fft.fftfreq(rows)[:, None], np.fft.fftfreq(columns))
    rings = np.minimum(np.floor(distance * 2 * RINGS + 0.5), RINGS + 1).astype(np.int64).ravel()
    return rings, np.bincount(rings, minlength=RINGS + 2)[1:-1].astype(np.float64)


@lru_cache(maxsize=1)
def _low_weights() -> Curve:
    """Weights whose sum with the lowest rings is the value at 0 of the parabola through them.

    The first ring, which detrending touches, is left out; each ring counts as often as it has frequencies.
    """
    f = frequencies()[2:7]
    design = np.stack([np.ones_like(f), f**2], axis=1)
    weighted = design * f[:, None]
    solved = np.linalg.solve(design.T @ weighted, weighted.T)[0]
    return np.insert(solved, 0, 0.0)
