"""Colour error: how far the colours of a chart's patches lie from what its maker measured.

Sources: CIE 15:2018 section 8.2 and CIE 142-2001 (differences, see `lichtbild.colour.difference`); the
adaptation of the references is Bradford's, as ICC.1:2022 annex E takes it.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab, difference
from lichtbild.colour.spaces import SRGB_TO_XYZ
from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality import bootstrap
from lichtbild.quality.finite import checked_finite
from lichtbild.quality.patch_colour import ADAPTATION, PatchColours, exposure_factor

METHOD: Final = "colour-error 1"

_CLAUSES: Final = {
    "ciede2000": "CIE 142-2001",
    "cie94": "CIE 116-1995, graphic arts",
    "cie76": "CIE 15:2018, 8.2.1",
    "lightness_error": "CIE 15:2018, 8.2.1",
    "chroma_error": "CIE 15:2018, 8.2.1",
    "hue_error": "CIE 15:2018, 8.2.1",
}
_EACH: Final = {
    "": ("ciede2000", "lightness_error", "chroma_error", "hue_error"),
    "unmatched_": ("ciede2000",),
}
"""What is told of each patch, by the beginning of its name."""
_SUMMED: Final = ("ciede2000", "cie94", "cie76")


@dataclass(frozen=True, eq=False)
class ColourErrors:
    """Differences of patches from their references; arrays of NumPy or JAX.

    Attributes:
        lab: CIELAB under D65 of the camera's colours, after the exposure factor.
        factor: that the light was multiplied with.
        ciede2000: difference of each patch.
        cie94: difference of each patch, the reference being the standard.
        cie76: distance in CIELAB.
        lightness_error: L* of the camera less that of the reference.
        chroma_error: C* of the camera less that of the reference.
        hue_error: signed difference of hue, in CIELAB's unit.
    """

    lab: Any
    factor: Any
    ciede2000: Any
    cie94: Any
    cie76: Any
    lightness_error: Any
    chroma_error: Any
    hue_error: Any


def colour_errors(light: Any, reference: Any, grey: Any = None, *, matched: bool = True) -> ColourErrors:
    """Differences of patches from their references.

    Args:
        light: linear light of sRGB's primaries, ``[..., patch, RGB]``, NumPy or JAX.
        reference: CIELAB under D65, ``[patch, 3]``.
        grey: 1 or true for patches whose lightness sets the exposure; all of them where none is given.
        matched: take the light with the factor that fits the greys' lightness best; else as it is.

    Raises:
        BadInput: light is not finite, or there is none in the patches that set the exposure.
    """
    checked_finite("the light of patches", light)
    xp = namespace(light)
    reference = xp.asarray(reference)
    factor = _factor(light, reference, grey) if matched else xp.ones_like(light[..., 0, 0])
    lab = cielab.from_srgb(light * factor[..., None, None])
    lightness, chroma, hue = difference.parts(reference, lab)
    return ColourErrors(
        lab,
        factor,
        difference.ciede2000(reference, lab),
        difference.cie94(reference, lab),
        difference.cie76(reference, lab),
        lightness,
        chroma,
        hue,
    )


def _factor(light: Any, reference: Any, grey: Any) -> Any:
    xp = namespace(light)
    luminance = light @ xp.asarray(SRGB_TO_XYZ[1], dtype=light.dtype)
    weights = np.asarray(np.ones(reference.shape[0]) if grey is None else grey, float)
    chosen = np.flatnonzero(weights if weights.any() else np.ones_like(weights))
    checked_lit(luminance[..., chosen])
    return exposure_factor(luminance[..., chosen], reference[chosen, 0])


def checked_lit(luminance: Any) -> None:
    """Say so where patches have no light whose colour or exposure could be told; JAX's are let pass.

    Raises:
        BadInput: all of them are black.
    """
    if isinstance(luminance, np.ndarray) and not (luminance.max(axis=-1) > 0).all():
        raise BadInput("the patches are black: they have no colour or exposure; expose the picture longer")


def measures(patches: PatchColours) -> tuple[Measure, ...]:
    """Every patch's differences, then their mean, 95th percentile and maximum.

    With the exposure matched first, then (names that begin with ``unmatched_``) as the picture is. A patch's
    interval follows from its pixels; a mean's and a percentile's from those and from which colours the chart
    happens to have.

    Args:
        patches: as `lichtbild.quality.patch_colour.patch_colours` reads them.
    """
    found: list[Measure] = []
    draws = bootstrap.drawn(patches.light, patches.covariance)
    for prefix, matched in (("", True), ("unmatched_", False)):
        one = colour_errors(patches.light, patches.reference, patches.grey, matched=matched)
        many = colour_errors(draws, patches.reference, patches.grey, matched=matched)
        found += _of_patches(patches, one, many, prefix)
        found += _summaries(one, many, prefix)
    return tuple(found)


def _of_patches(patches: PatchColours, one: ColourErrors, many: ColourErrors, prefix: str) -> list[Measure]:
    found = []
    for name in _EACH[prefix]:
        values, drawn = getattr(one, name), getattr(many, name)
        least = 0.0 if name in _SUMMED else -np.inf
        for i, patch in enumerate(patches.names):
            clipped = (
                f"; {patches.clipped[i]:.0%} of its samples are clipped" if patches.clipped[i] > 0 else ""
            )
            found.append(
                Measure(
                    prefix + name,
                    float(values[i]),
                    "",
                    _CLAUSES[name],
                    METHOD,
                    bootstrap.reflected(float(values[i]), drawn[:, i], least),
                    f"patch {patch}",
                    (float(patches.at[i, 0]), float(patches.at[i, 1])),
                    ADAPTATION + clipped,
                )
            )
    return found


def _summaries(one: ColourErrors, many: ColourErrors, prefix: str) -> list[Measure]:
    found = []
    for name in _SUMMED:
        values, drawn = np.asarray(getattr(one, name)), np.asarray(getattr(many, name))
        for word, over_patches in (("mean", True), ("p95", True), ("max", False)):
            value = float(_summary(values, word))
            results = _summary(_resampled(drawn) if over_patches else drawn, word)
            found.append(
                Measure(
                    f"{prefix}{name}_{word}",
                    value,
                    "",
                    _CLAUSES[name],
                    METHOD,
                    _around(value, results) if over_patches else bootstrap.reflected(value, results, 0.0),
                    "patches",
                    None,
                    f"of {len(values)} patches; {ADAPTATION}"
                    + ("; interval over other such patches" if over_patches else "; interval by pixel noise"),
                )
            )
    return found


def _resampled(drawn: Float[np.ndarray, "draw patch"]) -> Float[np.ndarray, "draw patch"]:
    """Each draw with other patches, chosen with repetition."""
    return np.take_along_axis(drawn, bootstrap.chosen(drawn.shape[1], len(drawn)), axis=1)


def _around(value: float, results: Float[np.ndarray, " draw"]) -> tuple[float, float]:
    """Percentiles, widened to the value itself: few patches repeat a percentile unevenly."""
    low, high = bootstrap.percentiles(results)
    return min(low, value), max(high, value)


def _summary(values: Any, word: str) -> Any:
    if word == "mean":
        return values.mean(axis=-1)
    return values.max(axis=-1) if word == "max" else np.quantile(values, 0.95, axis=-1)
