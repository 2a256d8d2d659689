"""Star response: contrast of a sinusoidal Siemens star, ring by ring and sector by sector.

At radius r a star of N cycles has the frequency N / (2 pi r). The samples of a short ring within a sector are
fitted by least squares,

    I = a + b cos(N phi) + c sin(N phi) + d x + e y,

the last two terms for light that falls unevenly, and the modulation is m = sqrt(b^2 + c^2) / a, less what
noise adds to a square. The angle phi is that on the chart: places of the picture go through the inverse of
the found chart's map, perspective and distortion included, and the star's centre is refined by the phases of
the fits, since a shift by (u, v) turns them by N (u sin phi - v cos phi) / r.

A star's contrast includes what sharpening does to a fine wave of middle contrast, an edge's what it does to
an edge; the excess of one over the other is in ``lichtbild.quality.sharpening``.

Source: after ISO 12233:2023, s-SFR, whose text was not at hand; Loebich, Wueller, Klingen and Jaeger,
"Digital camera resolution measurement using sinusoidal Siemens stars", Proc. SPIE 6502 (2007).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart, Star
from lichtbild.image.measure import Measure
from lichtbild.quality.star_place import Places, StarPlace, star_place

METHOD: Final = "sinusoidal-star 1"
CLAUSE: Final = "after ISO 12233:2023, s-SFR"

SECTORS: Final = 8
LIMIT: Final = 0.1
"""Response that limits resolution."""

_LEAST_SAMPLES = 12
"""Of a fit with five unknowns."""
_HIGHEST = 1.0
"""Frequency up to which rings are taken, cycles/px."""
_STEP = 0.03
"""Width of a ring by its radius, at least."""
_THICK = 1.5
"""Width of a ring, px, at least."""

Map = Callable[[Places], Places]


@dataclass(frozen=True, eq=False)
class StarResponse:
    """Contrast of a star.

    Attributes:
        frequencies: of each ring, mean of its sectors, cycles/px, growing.
        sector_frequencies: of each sector's ring.
        modulation: contrast in the picture, NaN where a ring's part has too few samples.
        error: standard error of the modulation.
        reference: contrast that counts as a response of 1.
        azimuths: direction in the picture in which the light of each sector varies, radians from right to
            down, modulo pi.
        centre: of the star in the picture, px.
        noise: root mean square of what the fits leave, by the star's mean light.
    """

    frequencies: Float[np.ndarray, " ring"]
    sector_frequencies: Float[np.ndarray, "sector ring"]
    modulation: Float[np.ndarray, "sector ring"]
    error: Float[np.ndarray, "sector ring"]
    reference: float
    azimuths: Float[np.ndarray, " sector"]
    centre: tuple[float, float]
    noise: float

    @property
    def sfr(self) -> Float[np.ndarray, " ring"]:
        """Response of each ring, mean of the sectors that have one."""
        return np.asarray(np.nanmean(self.modulation, axis=0) / self.reference)

    @property
    def sfr_error(self) -> Float[np.ndarray, " ring"]:
        """Standard error of the response."""
        count = np.isfinite(self.modulation).sum(axis=0)
        return np.asarray(np.sqrt(np.nansum(self.error**2, axis=0)) / count / self.reference)

    def at_level(self, level: float) -> tuple[float, float]:
        """Frequency at which the response first falls to ``level``, and its standard error; NaN if never."""
        return falling_to(self.frequencies, self.sfr, self.sfr_error, level)


def falling_to(
    frequencies: Float[np.ndarray, " n"],
    values: Float[np.ndarray, " n"],
    errors: Float[np.ndarray, " n"],
    level: float,
) -> tuple[float, float]:
    """First frequency at which values fall to a level, by straight lines, and its standard error; or NaN."""
    below = np.flatnonzero(values <= level)
    if not len(below) or below[0] == 0:
        return float("nan"), float("nan")
    k = int(below[0])
    part = (values[k - 1] - level) / (values[k - 1] - values[k])
    frequency = frequencies[k - 1] + part * (frequencies[k] - frequencies[k - 1])
    slope = (values[k - 1] - values[k]) / (frequencies[k] - frequencies[k - 1])
    error = np.hypot((1 - part) * errors[k - 1], part * errors[k]) / slope
    return float(frequency), float(error)


def measure_star(
    plane: Float[np.ndarray, "row column"],
    star: Star,
    to_picture: Map,
    *,
    sectors: int = SECTORS,
    contrast: float | None = None,
) -> StarResponse:
    """Response of a camera by a sinusoidal Siemens star.

    Args:
        plane: linear light of one channel.
        star: its geometry on the chart, mm.
        to_picture: from places on the chart, mm, to places in the picture, px, pixels' centres at halves.
        sectors: of the full turn.
        contrast: of the star itself (``contrast_of``), which makes the response absolute; None for the
            standard's way, by which it is 1 at the lowest frequency, whatever the camera lost by then.

    Raises:
        BadInput: a star that lies outside the picture or is too small to be measured.
    """
    place = star_place(plane, star, to_picture, sectors)
    fits = place.fits(_rings(place, star), sectors, _LEAST_SAMPLES)
    modulation, error, frequency = fits.modulation.T, fits.error.T, fits.frequency.T
    measured = np.isfinite(modulation).sum(axis=0) * 2 >= sectors
    if measured.sum() < 3:
        raise BadInput(
            "the star is too small in the picture: fewer than three of its rings hold enough samples"
        )
    modulation, error, frequency = (values[:, measured][:, ::-1] for values in (modulation, error, frequency))
    lowest = float(np.nanmean(modulation[:, :2]))
    return StarResponse(
        frequencies=np.nanmean(frequency, axis=0),
        sector_frequencies=frequency,
        modulation=modulation,
        error=error,
        reference=lowest if contrast is None else contrast,
        azimuths=place.azimuths(sectors),
        centre=place.centre,
        noise=fits.noise,
    )


def contrast_of(chart: Chart, star: Star) -> float:
    """Contrast of a star by its paints (Michelson), which makes its response absolute.

    Raises:
        BadInput: the bright paint is not brighter than the dark one.
    """
    dark, bright = (_luminance(chart.paints[number].lab[0]) for number in (star.dark, star.bright))
    if not bright > dark:
        raise BadInput(
            f"the star of {chart.name} has paints of luminance {dark:g} and {bright:g}: no contrast"
        )
    return (bright - dark) / (bright + dark)


def _luminance(lightness: float) -> float:
    """Y of L*, 1 for white (CIE 15:2018, 8.2.1)."""
    root = (lightness + 16) / 116
    return root**3 if root > 6 / 29 else 3 * (6 / 29) ** 2 * (root - 4 / 29)


def _rings(place: StarPlace, star: Star) -> Float[np.ndarray, " edge"]:
    """Borders of rings from the finest spokes outwards, mm."""
    inner = max(star.inner, star.cycles / (2 * np.pi * _HIGHEST * place.scale))
    edges = [inner * 1.02]
    while edges[-1] < star.radius * 0.97:
        edges.append(edges[-1] + max(_THICK / place.scale, _STEP * edges[-1]))
    return np.array(edges[:-1])


def measures(found: StarResponse, where: str = "") -> tuple[Measure, ...]:
    """Limiting resolution, MTF50 and the star's centre as the laboratory notes them."""
    rows = []
    for name, level in (("limiting_resolution", LIMIT), ("star_mtf50", 0.5)):
        value, error = found.at_level(level)
        if np.isfinite(value):
            reach = 1.96 * error
            interval, note = (value - reach, value + reach), ""
        else:
            interval = None
            starts_below = bool(found.sfr[0] <= level)
            note = (
                f"the first ring, of {found.frequencies[0]:.3g} cycles/px, is at or below {level:g} already"
                if starts_below
                else f"the response does not fall to {level:g} within the star's frequencies"
            )
        rows.append(Measure(name, value, "cycles/px", CLAUSE, METHOD, interval, where, found.centre, note))
    return tuple(rows)
