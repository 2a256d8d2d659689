"""Dynamic range: from the darkest light that still stands out of the noise to the light that saturates.

The signal of a light L is L times the incremental gain there, not the code: light that a lens scatters over
the whole chart raises the code of its dark patches, but tells nothing of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.estimate import Estimate
from lichtbild.quality.monotone import pooled
from lichtbild.quality.noise import PatchNoise
from lichtbild.quality.oecf import CLIPPED, Oecf, oecf

METHOD: Final = "dynamic-range 1"
CLAUSE: Final = "after ISO 15739:2023"
THRESHOLDS_DB: Final = (20.0, 10.0, 6.0, 0.0)
"""Signal-to-noise ratios at which dynamic range ends, dB of 20 per decade."""

BLACK_DENSITY: Final = 2.0
"""Density below saturation near which the standard measures the black noise (from memory)."""

VEILED: Final = 0.5
"""Share of the middle patches' contrast below which a dark patch shows mostly veil."""

UNKNOWN: Final = 10.0
"""Relative error of a ratio that nothing is known of."""

Numbers = Float[np.ndarray, " n"]


@dataclass(frozen=True, eq=False)
class Steps:
    """Patches of a grey scale in one channel.

    Attributes:
        light: relative luminance, above 0.
        signal: mean, black taken off.
        signal_error: standard error of it.
        noise: standard deviation, temporal where several frames were taken.
        freedom: independent numbers in the noise.
        clip: signal at which the channel saturates.
        temporal: whether the noise is temporal alone.
        clipped: share of each patch's samples at the upper limit; None where it is not known.
    """

    light: Numbers
    signal: Numbers
    signal_error: Numbers
    noise: Numbers
    freedom: Numbers
    clip: float = 1.0
    temporal: bool = True
    clipped: Numbers | None = None

    @property
    def saturated(self) -> Bool[np.ndarray, " n"]:
        """Patches that are at the clip, or whose noise is cut by it."""
        whole = np.asarray(self.signal >= self.clip)
        return whole if self.clipped is None else whole | (self.clipped >= CLIPPED)


@dataclass(frozen=True, eq=False)
class DynamicRange:
    """Dynamic range of a channel.

    Attributes:
        stops: by threshold in dB: log2 of the light at saturation over that of the threshold; None where the
            patches do not reach it.
        reasons: why a threshold has none.
        standard: the same at SNR 1 by the noise and the gain of the dark patch near density 2.
        saturation: light at which the channel saturates, and its error.
        light: of the patches that were used.
        snr: their signal-to-noise ratio.
        notes: what a reader has to know.
    """

    stops: dict[float, Estimate | None]
    reasons: dict[float, str]
    standard: Estimate
    saturation: Estimate
    light: Numbers
    snr: Numbers
    notes: tuple[str, ...] = ()


def steps_of(
    light: Sequence[float],
    patches: Sequence[PatchNoise],
    channel: int = 0,
    clip: float = 1.0,
    clipped: Sequence[float] | None = None,
) -> Steps:
    """Patches of known light whose noise was measured.

    Args:
        light: relative luminance of each, such as ten to the power of minus its density.
        patches: their noise; temporal where they hold it.
        channel: to look at.
        clip: signal at which it saturates.
        clipped: share of each patch's samples at the upper limit.

    Raises:
        BadInput: there are not as many lights as patches.
    """
    if len(light) != len(patches):
        raise BadInput(f"there are {len(light)} lights for {len(patches)} patches; give one for each")
    temporal = all(patch.temporal is not None for patch in patches)
    rows = []
    for patch in patches:
        noise, freedom = patch.total, patch.freedom
        if temporal and patch.temporal is not None and patch.temporal_freedom is not None:
            noise, freedom = patch.temporal, patch.temporal_freedom
        error = patch.total[channel] / np.sqrt(max(patch.freedom[channel], 1.0))
        rows.append((patch.mean[channel], error, noise[channel], freedom[channel]))
    signal, error, noise, freedom = np.array(rows, float).T
    shares = None if clipped is None else np.array(clipped, float)
    return Steps(np.array(light, float), signal, error, noise, freedom, clip, temporal, shares)


def dynamic_range(steps: Steps, thresholds: Sequence[float] = THRESHOLDS_DB) -> DynamicRange:
    """Dynamic range of a channel at several signal-to-noise ratios.

    Args:
        steps: the patches.
        thresholds: dB of 20 per decade.

    Raises:
        BadInput: too few patches have a signal below the clip.

    Source: ISO 15739:2023, camera dynamic range: saturation over the light at which the incremental signal
    is the temporal noise; from memory of literature. Between patches, straight in the logarithms.
    """
    curve = oecf(steps.light, steps.signal, steps.signal_error, clip=steps.clip, clipped=steps.clipped)
    light, ratio, error = snr_of(steps, curve)
    saturation = curve.estimate_of(steps.clip)
    stops: dict[float, Estimate | None] = {}
    reasons: dict[float, str] = {}
    for threshold in thresholds:
        found, reason = crossing(light, ratio, error, 10 ** (threshold / 20))
        stops[threshold] = None if found is None else _stops(saturation, found)
        if reason:
            reasons[threshold] = _reason(reason, saturation, light, ratio)
    return DynamicRange(
        stops=stops,
        reasons=reasons,
        standard=_standard(saturation, light, ratio, error),
        saturation=saturation,
        light=light,
        snr=ratio,
        notes=_notes(steps, curve, saturation),
    )


def snr_of(steps: Steps, curve: Oecf) -> tuple[Numbers, Numbers, Numbers]:
    """Light, incremental signal-to-noise ratio and its relative error of the patches that the curve took."""
    used = np.isin(steps.light, curve.light) & (steps.signal > 0) & ~steps.saturated
    order = np.flatnonzero(used)[np.argsort(steps.light[used], kind="stable")]
    light, noise = steps.light[order], np.maximum(steps.noise[order], 1e-300)
    gain = curve.gain_of(light)
    ratio = np.maximum(light * gain / noise, 1e-12)
    # A curve without slope knows nothing of the ratio; more than tenfold is as good as that.
    of_gain = np.minimum(curve.gain_error_of(light) / np.maximum(gain, 1e-12 * gain.max()), UNKNOWN)
    return light, ratio, np.asarray(np.hypot(np.sqrt(0.5 / steps.freedom[order]), of_gain))


def crossing(light: Numbers, ratio: Numbers, error: Numbers, threshold: float) -> tuple[Estimate | None, str]:
    """Light at which a ratio that rises with light reaches a threshold.

    Args:
        light: rising.
        ratio: at each.
        error: relative standard error of each ratio.
        threshold: of the ratio.

    Returns:
        The light and its error; or None, and whether the ratios lie ``above`` or ``below`` the threshold.
    """
    values = pooled(np.log(ratio), 1 / np.maximum(error, 1e-6) ** 2)
    wanted, x = np.log(threshold), np.log(light)
    if values[0] > wanted:
        return None, "above"
    if values[-1] < wanted:
        return None, "below"
    above = int(np.argmax(values >= wanted))
    low, high = max(above - 1, 0), max(above, 1)
    share = (wanted - values[low]) / max(values[high] - values[low], 1e-9)
    place = x[low] + np.clip(share, 0, 1) * (x[high] - x[low])
    # A pool of equal ratios has no slope of its own; noise lets ratios rise as the root of light at least.
    around = slice(max(low - 1, 0), high + 2)
    rise = (values[around][-1] - values[around][0]) / (x[around][-1] - x[around][0])
    own = np.hypot((1 - share) * error[low], share * error[high]) / max(rise, 0.5)
    return Estimate(float(np.exp(place)), float(own * np.exp(place))), ""


def measures(found: DynamicRange, where: str = "") -> tuple[Measure, ...]:
    """Dynamic range in stops, at each threshold and after the standard.

    Args:
        found: the dynamic range.
        where: such as the channel.
    """
    note = " ".join(found.notes)
    rows = [
        Measure(
            "dynamic_range",
            found.standard.value,
            "stops",
            f"{CLAUSE}, black noise at density 2",
            METHOD,
            found.standard.interval,
            where,
            note=note,
        )
    ]
    for threshold, stops in found.stops.items():
        name, clause = f"dynamic_range_{threshold:g}db", f"{CLAUSE}, at SNR {threshold:g} dB"
        if stops is None:
            reason = found.reasons[threshold]
            rows.append(Measure(name, float("nan"), "stops", clause, METHOD, None, where, note=reason))
        else:
            rows.append(Measure(name, stops.value, "stops", clause, METHOD, stops.interval, where, note=note))
    return tuple(rows)


def _stops(saturation: Estimate, least: Estimate) -> Estimate:
    both = np.hypot(saturation.error / saturation.value, least.error / least.value)
    return Estimate(float(np.log2(saturation.value / least.value)), float(both / np.log(2)))


def _standard(saturation: Estimate, light: Numbers, ratio: Numbers, error: Numbers) -> Estimate:
    """Range by the dark patch nearest density 2 below saturation, whose noise is taken as that of black."""
    away = np.abs(np.log10(saturation.value / light) - BLACK_DENSITY)
    black = int(np.argmin(away))
    least = light[black] / ratio[black]
    return _stops(saturation, Estimate(float(least), float(least * error[black])))


def _reason(side: str, saturation: Estimate, light: Numbers, ratio: Numbers) -> str:
    if side == "below":
        return f"the brightest patch has an SNR of {20 * np.log10(ratio[-1]):.1f} dB only"
    least = np.log2(saturation.value / light[0])
    return (
        f"the darkest patch still has {20 * np.log10(ratio[0]):.1f} dB: the range is {least:.1f} stops or "
        "more; use a chart of more density"
    )


def _notes(steps: Steps, curve: Oecf, saturation: Estimate) -> tuple[str, ...]:
    notes = []
    if not steps.temporal:
        notes.append("From one frame: the fixed pattern counts as noise.")
    beyond = np.log2(saturation.value / steps.light.max())
    if beyond > 0.05:
        notes.append(f"The chart does not saturate; its curve was carried on by {beyond:.1f} stops.")
    middle = float(np.median(curve.slopes))
    veiled = np.flatnonzero(curve.slopes < VEILED * middle)
    dark = veiled[curve.light[veiled] < np.median(curve.light)]
    if len(dark):
        density = np.log10(saturation.value / curve.light[dark[-1]])
        notes.append(
            f"Flare-limited: from density {density:.1f} below saturation on, codes follow scattered light "
            "more than the patches."
        )
    return tuple(notes)
