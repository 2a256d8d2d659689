"""Flare: light that a lens scatters from a white field into black patches.

F = 100 (I_black - I_dark) / (I_white - I_dark) at each black patch, in linear light. A patch that is black
paint and no trap shows its own reflectance too: with the ratio R of the two reflectances and a scatter that
adds the same light everywhere, I_black / I_white = (R + f) / (1 + f), from which f follows.

Source: after ISO 18844:2017, black patches in a white field.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.cielab import to_xyz
from lichtbild.colour.spaces import D50_XY, SRGB_TO_XYZ
from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Patch
from lichtbild.image.measure import Measure
from lichtbild.quality import interval
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.patch_colour import covariance_of_mean
from lichtbild.quality.patch_samples import PatchSamples, patch_samples

METHOD: Final = "flare 1"

_CLAUSE: Final = "after ISO 18844:2017"
_SATURATED: Final = 0.001
"""Share of clipped samples above which a white is no measure."""


@dataclass(frozen=True, eq=False)
class _Level:
    """Luminance of a patch, its error, and what may be wrong with it."""

    luminance: float
    error: float
    clipped: float
    at: tuple[float, float]
    name: str
    reflectance: float


def flare(black: Any, white: Any, dark: Any = 0.0) -> Any:
    """Flare, %: what a black patch has of the white's light.

    Args:
        black: luminance of black patches, linear, NumPy or JAX.
        white: of the field beside each.
        dark: without light.
    """
    return 100 * (black - dark) / (white - dark)


def scattered(ratio: Any, reflectance: Any) -> Any:
    """Light that was added everywhere, in % of the white's own, where black reflects too.

    Args:
        ratio: of black to white as seen, 0 to 1, NumPy or JAX.
        reflectance: of the black paint over that of the white.
    """
    return 100 * (ratio - reflectance) / (1 - ratio)


def quantisation_floor(white: float, bits: int, encoded: bool) -> float:
    """Flare of one code above black, %.

    Args:
        white: luminance of the white field, 1 where the picture clips.
        bits: of a sample.
        encoded: the codes are sRGB's and not linear.
    """
    step = 1 / (2**bits - 1)
    return 100 * (float(SRGB.decode(np.array(step))) if encoded else step) / white


def measures(
    light: Float[np.ndarray, "row column 3"],
    found: FoundChart,
    *,
    bits: int | None = None,
    encoded: bool = True,
    dark: float = 0.0,
) -> tuple[Measure, ...]:
    """Flare at each black patch of a found chart, and the mean and the greatest.

    Args:
        light: of the picture, linear sRGB primaries, 1 where it clips.
        found: the chart in it; its patches of role ``black`` and ``white`` are read.
        bits: of a sample of the file; None where that is unknown.
        encoded: the file's codes were sRGB's.
        dark: luminance that the camera gives without light.

    Raises:
        BadInput: the chart has no usable black or no usable white patch.
    """
    blacks, whites = (_levels(light, found, role) for role in ("black", "white"))
    if not blacks or not whites:
        raise BadInput(
            f"flare is measured on black patches in white, and the chart {found.chart.name} has "
            f"{len(blacks)} and {len(whites)} that are usable"
        )
    result, values, errors = [], [], []
    for black in blacks:
        white = _white_beside(black, whites)
        value = float(flare(black.luminance, white.luminance, dark))
        error = _error(value, black, white, dark)
        note = _note(
            value, white, None if bits is None else quantisation_floor(white.luminance, bits, encoded)
        )
        where = f"patch {black.name}"
        ends = interval.of_mean(value, error)
        result.append(Measure("flare", value, "%", _CLAUSE, METHOD, ends, where, black.at, note))
        if black.reflectance > 0:
            own = float(scattered(value / 100, black.reflectance / white.reflectance))
            ends = interval.of_mean(own, error / (1 - value / 100) ** 2 if value < 100 else error)
            name, clause = "flare_scattered", _CLAUSE + ", less the reflectance of the black paint"
            result.append(Measure(name, own, "%", clause, METHOD, ends, where, black.at, note))
        values.append(value)
        errors.append(error)
    return (*result, *_summaries(blacks, values, errors))


def _summaries(blacks: Sequence[_Level], values: Sequence[float], errors: Sequence[float]) -> list[Measure]:
    """The mean and the greatest of the patches' flares."""
    mean, most = float(np.mean(values)), int(np.argmax(values))
    spread = float(np.linalg.norm(errors)) / len(errors)
    rows = [
        ("mean", mean, spread, None, f"of {len(values)} patches"),
        ("max", values[most], errors[most], blacks[most].at, f"at patch {blacks[most].name}"),
    ]
    return [
        Measure(
            f"flare_{word}",
            value,
            "%",
            _CLAUSE,
            METHOD,
            interval.of_mean(value, error),
            "black patches",
            at,
            note,
        )
        for word, value, error, at, note in rows
    ]


def _levels(light: np.ndarray, found: FoundChart, role: str) -> list[_Level]:
    bad = {verdict.target for verdict in found.verdicts if not verdict.usable}
    levels = []
    for patch in found.chart.targets:
        if isinstance(patch, Patch) and patch.role == role and patch.name not in bad:
            places = found.to_picture(np.array(patch.corners, float))
            samples = patch_samples(light, [(float(x), float(y)) for x, y in places])
            lab = np.array(found.chart.paints[patch.paint].lab)
            levels.append(_level(samples, patch.name, float(to_xyz(lab, D50_XY)[1])))
    return levels


def _level(samples: PatchSamples, name: str, reflectance: float) -> _Level:
    weights = SRGB_TO_XYZ[1]
    error = float(weights @ covariance_of_mean(samples) @ weights) ** 0.5
    bright = float((samples.values >= 1).any(axis=1).mean())
    return _Level(float(weights @ samples.mean), error, bright, samples.centre, name, reflectance)


def _white_beside(black: _Level, whites: Sequence[_Level]) -> _Level:
    """The white at a black's place: of all whites, weighted by the inverse square of distance."""
    away = np.array([np.hypot(one.at[0] - black.at[0], one.at[1] - black.at[1]) for one in whites])
    weights = 1 / np.maximum(away, 1.0) ** 2
    weights /= weights.sum()
    return _Level(
        float(weights @ [one.luminance for one in whites]),
        float(np.linalg.norm(weights * [one.error for one in whites])),
        max(one.clipped for one in whites),
        black.at,
        "white",
        float(weights @ [one.reflectance for one in whites]),
    )


def _error(value: float, black: _Level, white: _Level, dark: float) -> float:
    """Standard error of a flare, %, from those of black and white."""
    return float(np.hypot(100 * black.error, value * white.error)) / abs(white.luminance - dark)


def _note(value: float, white: _Level, floor: float | None) -> str:
    notes = []
    if white.clipped > _SATURATED:
        notes.append(f"{white.clipped:.1%} of the white is saturated, so the true flare is smaller")
    if floor is not None and value < 2 * floor:
        notes.append(f"one code of the file is {floor:.3f} %: this is at the limit of what it can hold")
    return "; ".join(notes)


def flare_of(light: Any, black: Any, white: Any) -> Any:
    """Flare by weights of a black patch and of its white, for co-design, %.

    Args:
        light: linear light of sRGB's primaries, ``[row, column, RGB]``, NumPy or JAX.
        black: weights ``[row, column]`` of the pixels of the black patch.
        white: likewise of the white.
    """
    xp = namespace(light)
    luminance = light @ xp.asarray(SRGB_TO_XYZ[1], dtype=light.dtype)
    levels = [(luminance * weights).sum() / weights.sum() for weights in (black, white)]
    return flare(levels[0], levels[1])
