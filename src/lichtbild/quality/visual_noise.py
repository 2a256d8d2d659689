"""Visual noise: how strong the noise of an even patch looks.

::

    linear sRGB -> XYZ (D65) -> XYZ (E) -> A, C1, C2      luminance, red-green, yellow-blue
    DFT x sensitivity of the eye at cycles per degree      the mean stays
    -> XYZ (D65), negatives cut -> CIELUV or CIELAB -> deviations -> one number

The texts of the standards were not at hand. Of the constants below, those marked [M] are from memory of the
literature; those marked [V] were read in a free source; all are in one table, `docs/quality_noise.md`.
Everything but `measures` runs on NumPy and on JAX.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab, cieluv
from lichtbild.colour.spaces import D65_XY, SRGB_TO_XYZ, XYZ_TO_REC2020, adaptation
from lichtbild.core.array import namespace, transformed
from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.acutance import contrast_sensitivity
from lichtbild.quality.finite import checked_finite
from lichtbild.quality.jnd import visual_noise_loss
from lichtbild.quality.noise_spectrum import freedom, without_surface

METHOD: Final = "visual-noise 1"
Edition = Literal["2013", "2023", "cpiq"]
CLAUSES: Final = {
    "2013": "after ISO 15739:2013, annex B",
    "2023": "after ISO 15739:2023, annex B",
    "cpiq": "after IEEE 1858-2023, visual noise",
}

OPPONENT: Final = np.array([[0.0, 1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 0.4, -0.4]])
"""XYZ under the equal-energy white to A, C1 and C2 [M]."""

WEIGHTS_2013: Final = (1.0, 0.852, 0.323)
"""Of the deviations of L*, u* and v*, summed [M]."""

WEIGHTS_2023: Final = (1.0, 0.456, 0.179)
"""Of the deviations of L*, a* and b*, their squares summed [M, unsure]."""

WEIGHTS_CPIQ: Final = (23.0, 4.24, -5.47, 4.77)
"""Of var L*, var a*, var b* and cov(L*, a*) in the argument of the logarithm [M]."""

PEAK: Final = 3.0
"""Largest sensitivity to luminance of the 2013 edition; later editions have 1 there [V in words]."""

LEAST_SIDE: Final = 16
ADVISED_SIDE: Final = 64


@dataclass(frozen=True)
class VisualNoise:
    """Visual noise of a patch.

    Attributes:
        value: of the edition; CPIQ's is omega.
        deviations: of L*, u*, v* (2013) or L*, a*, b*.
        error: standard error of the value by the patch's size.
    """

    value: float
    deviations: tuple[float, float, float]
    error: float


def chroma_sensitivities(frequency: Any) -> tuple[Any, Any]:
    """The eye's sensitivities to red-green and to yellow-blue at cycles per degree.

    Source: Johnson, Fairchild, "A top down description of S-CIELAB and CIEDE2000" (Color Res. Appl. 28,
    2003), as ISO 15739 scales it [M]; at frequency 0 they are 1.000 and 1.173.
    """
    xp = namespace(frequency)
    red = 109.1413 * xp.exp(-0.0004 * frequency**3.4244) + 93.5971 * xp.exp(-0.0037 * frequency**2.1677)
    blue = 7.0328 + 40.6910 * xp.exp(-0.1039 * frequency**1.6487)
    return red / 202.7384, blue / 40.6910


def seen(patch: Any, pixels_per_degree: float, edition: Edition, order: int = 2) -> Any:
    """XYZ under D65 of a patch as the eye resolves it, of NumPy or JAX.

    Args:
        patch: linear sRGB ``[row, column, RGB]``, 1 for white.
        pixels_per_degree: of the picture as it is looked at.
        edition: whose sensitivities; CPIQ's have the display's square pixels beside (our choice of them).
        order: of the light's surface that does not count as noise: largest power of row and of column.
    """
    xp = namespace(patch)
    mean = patch.mean(axis=(0, 1))
    flat = without_surface(patch, order)
    to_opponent = OPPONENT @ adaptation(D65_XY, (1 / 3, 1 / 3)) @ SRGB_TO_XYZ
    spectrum = xp.fft.fft2(transformed(flat, to_opponent), axes=(0, 1))
    weights = xp.asarray(_sensitivity(patch.shape[:2], pixels_per_degree, edition), dtype=patch.dtype)
    filtered = xp.fft.ifft2(spectrum * weights, axes=(0, 1)).real
    back = transformed(xp.asarray(filtered, dtype=patch.dtype), SRGB_TO_XYZ @ np.linalg.inv(to_opponent))
    xyz = back + transformed(mean, SRGB_TO_XYZ)
    return xp.maximum(xyz, 0.0)


def visual_noise_2013(patch: Any, pixels_per_degree: float) -> Any:
    """s(L*) + 0.852 s(u*) + 0.323 s(v*), of NumPy or JAX; arguments as of `seen`."""
    return _value_2013(cieluv.from_xyz(seen(patch, pixels_per_degree, "2013")))


def _value_2013(luv: Any) -> Any:
    first, second, third = WEIGHTS_2013
    s = _deviations(luv)
    return first * s[0] + second * s[1] + third * s[2]


def visual_noise_2023(patch: Any, pixels_per_degree: float) -> Any:
    """Root of var L* + (0.456 s(a*))^2 + (0.179 s(b*))^2, of NumPy or JAX; arguments as of `seen`."""
    return _value_2023(_lab(seen(patch, pixels_per_degree, "2023")))


def _value_2023(lab: Any) -> Any:
    xp = namespace(lab)
    s = _deviations(lab)
    return xp.sqrt(sum((weight * one) ** 2 for weight, one in zip(WEIGHTS_2023, s, strict=True)))


def cpiq_omega(patch: Any, pixels_per_degree: float) -> Any:
    """log10(1 + 23.0 var L* + 4.24 var a* - 5.47 var b* + 4.77 cov(L*, a*)), of NumPy or JAX.

    Arguments as of `seen`. Where the term of b* outweighs the others, the argument is kept above 0.001.
    """
    return _omega(_lab(seen(patch, pixels_per_degree, "cpiq")))


def _omega(lab: Any) -> Any:
    xp = namespace(lab)
    away = lab - lab.mean(axis=(0, 1))
    light, red, blue = (away[..., index] for index in range(3))
    first, second, third, both = WEIGHTS_CPIQ
    total = first * light**2 + second * red**2 + third * blue**2 + both * light * red
    return xp.log10(xp.maximum(1 + total.mean(), 1e-3))


def visual_noise(
    patch: Float[np.ndarray, "h w 3"], pixels_per_degree: float, edition: Edition = "2023"
) -> VisualNoise:
    """Visual noise of an even patch.

    Args:
        patch: linear sRGB, 1 for white; `patch_samples.PatchSamples.rectangle` gives it.
        pixels_per_degree: of the picture as it is looked at.
        edition: ``2013`` and ``2023`` of ISO 15739, or ``cpiq``.

    Raises:
        BadInput: the patch is smaller than 16 x 16, samples are not finite, or the viewing condition is none.
    """
    if min(patch.shape[:2]) < LEAST_SIDE or not 1 <= pixels_per_degree <= 1000:
        raise BadInput(
            f"visual noise cannot be had from a patch of {patch.shape[1]} x {patch.shape[0]} px at "
            f"{pixels_per_degree:g} px per degree; give {LEAST_SIDE} px or more each way, and 1 to 1000"
        )
    checked_finite("an even patch", patch)
    chosen = np.asarray(patch, np.float64)
    functions = {"2013": _value_2013, "2023": _value_2023, "cpiq": _omega}
    xyz = seen(chosen, pixels_per_degree, edition)
    space = cieluv.from_xyz(xyz) if edition == "2013" else _lab(xyz)
    value = float(functions[edition](space))
    s = [float(one) for one in _deviations(space)]
    numbers = [freedom(space[..., index] - space[..., index].mean()) for index in range(3)]
    error = _error(edition, value, s, numbers)
    return VisualNoise(value, (s[0], s[1], s[2]), error)


def measures(
    found: VisualNoise,
    edition: Edition,
    where: str = "",
    at: tuple[float, float] | None = None,
    note: str = "",
) -> tuple[Measure, ...]:
    """Visual noise in the laboratory's words; CPIQ's with its loss of quality.

    Args:
        found: the visual noise.
        edition: that it was measured by.
        where: the patch.
        at: its place in the picture, px.
        note: the viewing condition in words.
    """
    clause = f"{CLAUSES[edition]}; constants from memory of literature"
    ends = (max(found.value - 1.96 * found.error, 0.0), found.value + 1.96 * found.error)
    name = "visual_noise_omega" if edition == "cpiq" else f"visual_noise_{edition}"
    rows = [Measure(name, found.value, "", clause, METHOD, ends, where, at, note)]
    if edition == "cpiq":
        loss = tuple(float(visual_noise_loss(end)) for end in (found.value, *ends))
        rows.append(
            Measure("visual_noise_loss", loss[0], "JND", clause, METHOD, (loss[1], loss[2]), where, at, note)
        )
    return tuple(rows)


def _sensitivity(shape: Any, pixels_per_degree: float, edition: Edition) -> Float[np.ndarray, "h w 3"]:
    """Weights of A, C1 and C2 at the DFT's frequencies."""
    down, across = (np.fft.fftfreq(int(size)) for size in shape)
    frequency = np.hypot(down[:, None], across) * pixels_per_degree
    light = contrast_sensitivity(frequency) / (1.0 if edition == "2013" else PEAK)
    weights = np.stack([light, *chroma_sensitivities(frequency)], axis=-1)
    if edition == "cpiq":
        weights = weights * (np.sinc(down)[:, None] * np.sinc(across))[..., None]
    return np.asarray(weights)


def _lab(xyz: Any) -> Any:
    return cielab.from_rec2020(transformed(xyz, XYZ_TO_REC2020))


def _deviations(space: Any) -> tuple[Any, Any, Any]:
    """Standard deviations of the three channels."""
    xp = namespace(space)
    away = space - space.mean(axis=(0, 1))
    variance = (away**2).mean(axis=(0, 1))
    # The root's slope is kept finite where a channel has no noise at all.
    s = xp.sqrt(xp.maximum(variance, 1e-24))
    return s[0], s[1], s[2]


def _error(edition: Edition, value: float, s: list[float], numbers: list[float]) -> float:
    """Standard error of a value by those of the deviations, taken as independent."""
    own = [one / np.sqrt(2 * max(free, 1.0)) for one, free in zip(s, numbers, strict=True)]
    if edition == "2013":
        slopes = list(WEIGHTS_2013)
    elif edition == "2023":
        slopes = [w * w * one / max(value, 1e-12) for w, one in zip(WEIGHTS_2023, s, strict=True)]
    else:
        scale = 2 / (np.log(10) * 10**value)
        slopes = [scale * abs(w) * one for w, one in zip(WEIGHTS_CPIQ, s, strict=False)]
    return float(np.sqrt(sum((slope * one) ** 2 for slope, one in zip(slopes, own, strict=True))))
