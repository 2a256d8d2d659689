"""OECF: how a camera turns light into numbers, from patches of known luminance.

A camera OECF has the luminance of the scene, glare of the lens included; a focal plane OECF has the exposure
on the sensor. The curve is monotone in the logarithms of both: straight there for every power law, and
between patches for every linear camera with a veil of glare.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.estimate import Estimate
from lichtbild.quality.monotone import held_slopes, pooled

METHOD: Final = "oecf-monotone 1"
CLAUSE: Final = "after ISO 14524:2009"
LEAST: Final = 4
ADVISED: Final = 12
"""Patches that the standard asks for at least, from memory."""

MANY: Final = 4096
"""Codes of a picture from which on each different one is inverted once."""

CLIPPED: Final = 0.01
"""Share of clipped samples from which a patch is left out; below it the mean errs by 0.004 of the noise."""

Numbers = Float[np.ndarray, " n"]
Values = Float[np.ndarray, "..."]
Kind = Literal["camera", "focal plane"]


@dataclass(frozen=True, eq=False)
class Oecf:
    """An opto-electronic conversion function.

    Attributes:
        light: of the knots, rising: luminance (camera) or exposure (focal plane).
        code: of the knots, above 0 and not falling: the mean code or linear light.
        error: standard error of the codes.
        slopes: d log code / d log light at the knots.
        kind: what light means.
        dropped: patches that were left out, clipped or without signal.
    """

    light: Numbers
    code: Numbers
    error: Numbers
    slopes: Numbers
    kind: Kind = "camera"
    dropped: int = 0

    def code_of(self, light: Any) -> Values:
        """Code for light above 0; straight on beyond the ends."""
        value, _ = self._hermite(np.log(np.asarray(light, float)))
        return np.asarray(np.exp(value))

    def gain_of(self, light: Any) -> Values:
        """Incremental gain: derivative of the code with regard to light."""
        light = np.asarray(light, float)
        value, slope = self._hermite(np.log(light))
        return np.asarray(np.exp(value) * slope / light)

    def error_of(self, light: Any) -> Values:
        """Standard error of `code_of`, by those of the patches."""
        code = self.code_of(light)
        value, _ = self._weights(np.log(np.asarray(light, float)))
        return np.asarray(np.sqrt(value**2 @ (self.error / self.code) ** 2) * code)

    def gain_error_of(self, light: Any) -> Values:
        """Standard error of `gain_of`, by those of the patches."""
        light = np.asarray(light, float)
        x = np.log(light)
        (log_code, slope), (value, turn) = self._hermite(x), self._weights(x)
        both = (value * slope[..., None] + turn) ** 2 @ (self.error / self.code) ** 2
        return np.asarray(np.exp(log_code) / light * np.sqrt(both))

    def estimate_of(self, code: float) -> Estimate:
        """Light of one code above 0 and its standard error, that of the slope beyond the ends included."""
        light = self.light_of(np.array([code]))
        found = self.code_of(light)
        slope = max(float((self.gain_of(light) * light / found)[0]), 0.05)
        relative = float((self.error_of(light) / found)[0]) / slope
        return Estimate(float(light[0]), float(light[0]) * relative)

    def light_of(self, code: Any) -> Values:
        """Light for codes: the inverse of `code_of`, for linearising a picture.

        Codes at or below 0 have light 0. Where the curve is flat its darkest light is given.
        """
        given = np.asarray(code, float)
        if given.size > MANY:
            few, which = np.unique(given, return_inverse=True)
            return np.asarray(self._inverse(few)[which.reshape(given.shape)])
        return self._inverse(given)

    def _inverse(self, given: Any) -> Values:
        """`light_of` by halving, some 50 times."""
        wanted = np.log(np.maximum(given, 1e-300))
        knots, values = np.log(self.light), np.log(self.code)
        low = self._beyond(np.minimum(wanted, values[0]), 0)
        high = self._beyond(np.maximum(wanted, values[-1]), -1)
        low = np.where(wanted < values[0], low, knots[0])
        high = np.where(wanted > values[-1], high, knots[-1])
        for _ in range(52):
            middle = 0.5 * (low + high)
            above = self._hermite(middle)[0] >= wanted
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        return np.asarray(np.where(given > 0, np.exp(high), 0.0))

    def gamma(self, low: float = 0.0, high: float = np.inf) -> Estimate:
        """Slope of log code against log light between two lights, and its error.

        By the errors of the patches, of which dark ones have larger ones, and by how much more than that they
        scatter about a straight line.

        Raises:
            BadInput: fewer than three patches lie between.
        """
        used = (self.light >= low) & (self.light <= high)
        if used.sum() < 3:
            raise BadInput(f"{int(used.sum())} patches lie between the two lights; gamma needs three or more")
        x, y = np.log(self.light[used]), np.log(self.code[used])
        away = x - x.mean()
        slope = float(away @ y / (away @ away))
        left = y - y.mean() - slope * away
        known = (self.error[used] / self.code[used]) ** 2
        more = max(float(left @ left) / max(int(used.sum()) - 2, 1) - float(known.mean()), 0.0)
        return Estimate(slope, float(np.sqrt(away**2 @ (known + more)) / (away @ away)))

    def _beyond(self, value: np.ndarray, end: int) -> np.ndarray:
        """Logarithm of light on the straight line beyond an end."""
        slope = max(float(self.slopes[end]), 1e-3)
        return np.asarray(np.log(self.light[end]) + (value - np.log(self.code[end])) / slope)

    def _hermite(self, x: Any) -> tuple[np.ndarray, np.ndarray]:
        """Cubic between the knots, straight beyond them: log code and its slope."""
        knots, values = np.log(self.light), np.log(self.code)
        x = np.asarray(x, float)
        held = np.clip(x, knots[0], knots[-1])
        left = np.clip(np.searchsorted(knots, held, side="right") - 1, 0, len(knots) - 2)
        width = knots[left + 1] - knots[left]
        t, rise = (held - knots[left]) / width, values[left + 1] - values[left]
        a, b = self.slopes[left] * width, self.slopes[left + 1] * width
        c2, c3 = 3 * rise - 2 * a - b, a + b - 2 * rise
        value = values[left] + t * (a + t * (c2 + t * c3))
        slope = (a + t * (2 * c2 + 3 * t * c3)) / width
        return np.asarray(value + slope * (x - held)), np.asarray(slope)

    def _weights(self, x: Any) -> tuple[np.ndarray, np.ndarray]:
        """Weight of each knot's log code in the curve and in its slope, as if slopes were parabolas'."""
        knots = np.log(self.light)
        held = np.clip(x, knots[0], knots[-1])
        left = np.clip(np.searchsorted(knots, held, side="right") - 1, 0, len(knots) - 2)
        width = (knots[left + 1] - knots[left])[..., None]
        t = (held - knots[left])[..., None] / width
        own, slopes = np.eye(len(knots)), _slope_weights(knots)
        near, far = own[left], own[left + 1]
        a, b = slopes[left] * width, slopes[left + 1] * width
        c2, c3 = 3 * (far - near) - 2 * a - b, a + b - 2 * (far - near)
        slope = (a + t * (2 * c2 + 3 * t * c3)) / width
        return near + t * (a + t * (c2 + t * c3)) + slope * (x - held)[..., None], slope


def oecf(
    light: Numbers,
    code: Numbers,
    error: Numbers,
    *,
    clip: float = np.inf,
    kind: Kind = "camera",
    clipped: Numbers | None = None,
) -> Oecf:
    """The OECF of patches.

    The means become monotone first, those that fall against their neighbours pooled by their errors; then a
    cubic that does not overshoot joins them.

    Args:
        light: of each patch, above 0: luminance or exposure; `luminances` makes it of densities.
        code: mean of each patch, black taken off; averaged over frames where there are several.
        error: standard error of it, at least 0.
        clip: patches whose code is not below it are left out.
        kind: what light means.
        clipped: share of each patch's samples at the upper limit; patches of 1 % or more, whose noise the
            clip cuts and whose mean it lowers, are left out.

    Raises:
        BadInput: fewer than four patches of different light have a signal below the clip.

    Source: ISO 14524:2009, from memory (patches, mean codes, averaged frames).
    """
    x, y, s = (np.asarray(numbers, float) for numbers in (light, code, error))
    if not (np.isfinite([x, y, s]).all() and (x > 0).all()):
        raise BadInput("light of patches is not above 0, or codes and errors are not finite; check them")
    used = (y > 2 * s) & (y > 0) & (y < clip)
    if clipped is not None:
        used &= np.asarray(clipped, float) < CLIPPED
    order = np.argsort(x[used], kind="stable")
    x, y, s = (numbers[used][order] for numbers in (x, y, s))
    if len(np.unique(x)) < LEAST:
        raise BadInput(
            f"{len(np.unique(x))} of {len(used)} patches have a signal below the clip; an OECF needs {LEAST} "
            f"or more, {ADVISED} are advised"
        )
    x, y, s = _merged(x, y, s)
    values = pooled(np.log(y), (y / np.maximum(s, 1e-9 * y)) ** 2)
    return Oecf(x, np.exp(values), s, held_slopes(np.log(x), values), kind, int((~used).sum()))


def luminances(densities: Sequence[float], white: float = 1.0) -> Numbers:
    """Luminance of patches of known density under light that gives density 0 the luminance ``white``."""
    return np.asarray(white * 10.0 ** -np.asarray(densities, float))


def measures(found: Oecf, where: str = "") -> tuple[Measure, ...]:
    """Gamma over all patches, and the incremental gain of each.

    Args:
        found: the curve.
        where: such as the channel.
    """
    said = f"{found.dropped} patches were left out, clipped or without signal" if found.dropped else ""
    few = f"{len(found.light)} patches; {ADVISED} are advised" if len(found.light) < ADVISED else ""
    note = "; ".join(filter(None, (f"{found.kind} OECF", said, few)))
    gamma = found.gamma()
    rows = [Measure("gamma", gamma.value, "", CLAUSE, METHOD, gamma.interval, where, note=note)]
    gains, errors = found.gain_of(found.light), found.gain_error_of(found.light)
    for light, gain, error in zip(found.light, gains, errors, strict=True):
        place = ", ".join(filter(None, (where, f"light {light:.4g}")))
        ends = Estimate(float(gain), float(error)).interval
        rows.append(Measure("incremental_gain", float(gain), "", CLAUSE, METHOD, ends, place))
    return tuple(rows)


def _merged(x: Numbers, y: Numbers, s: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Patches of one light as one, by the means of their codes."""
    lights, which, counts = np.unique(x, return_inverse=True, return_counts=True)
    mean = np.bincount(which, y) / counts
    spread = np.sqrt(np.bincount(which, s**2)) / counts
    return lights, np.asarray(mean), np.asarray(spread)


def _slope_weights(x: Numbers) -> Float[np.ndarray, "n n"]:
    """Weight of each value in the slope at each knot, of the parabola through it and its neighbours."""
    count, width = len(x), np.diff(x)
    secants = (np.eye(count)[1:] - np.eye(count)[:-1]) / width[:, None]
    share = (width[:-1] / (width[:-1] + width[1:]))[:, None]
    inner = (1 - share) * secants[:-1] + share * secants[1:]
    return np.concatenate([2 * secants[:1] - inner[:1], inner, 2 * secants[-1:] - inner[-1:]])
