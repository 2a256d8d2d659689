"""Edge response as ISO 12233:2023 has it: equal to sfrmat5, the program of the standard's author.

An edge's profile in bins of a quarter of a pixel is differentiated, put under a tapered cosine window and
transformed; the modulus is divided by its value at 0 and by the response of the difference. Frequencies are
those along the edge's normal.

**Its bias.** The algorithm is no unbiased estimate of the response, even of an edge without noise; numbers
are errors of MTF50 on exact edges (a Gaussian seen by square pixels, windows of 200 rows):

- the window attenuates what lies far from the edge, which lifts the response of a blurred edge: at 0.05
  cycles/px +1.5 % in a window 100 px wide, +4.0 % in 64 px, +10 % in 40 px;
- the mean over a bin of a quarter of a pixel is not corrected: the response is too low by sinc(f / 4), and
  MTF50 by 0.3 % at 0.25 and 1.3 % at 0.45 cycles/px;
- at slopes such as 1/2 (26.565 degrees) and 1/3 all rows hit the same few places in a pixel: bins stay empty,
  and MTF50 errs by up to 6.4 %, with either sign;
- MTF50 above 0.495 cycles/px is told as 0.495;
- kept for sfrmat5's sake: the correction of the difference reads its sine a little too far along.

Measure with ``lichtbild.quality.edge.unbiased``; use this where numbers have to compare with others'.

Source: the text of ISO 12233:2023 was not at hand: after sfrmat5 version 1 (Burns, 2023), read as text,
against whose results in Octave every frequency is tested.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.edge.iso_projection import (
    LEAST_WIDTH,
    OVERSAMPLING,
    FittedEdge,
    fitted_edge,
    half_up,
    whole_turns,
)
from lichtbild.quality.edge.iso_response import held_edge, response, response_error
from lichtbild.quality.finite import checked_finite

METHOD: Final = "iso2023-esf 1"
CLAUSE: Final = "after ISO 12233:2023, e-SFR"

LUMINANCE: Final = (0.213, 0.715, 0.072)
"""Weights of red, green and blue in luminance (sfrmat5)."""

COLOURS: Final = ("red", "green", "blue", "luminance")

HALF_SAMPLING: Final = 0.495
"""Frequency to which sampling efficiency relates, cycles/px (sfrmat5)."""

_LOW_CONTRAST = 0.2
_POOR_FIT = 3.0

Plane = Float[np.ndarray, "row column"]
Planes = Float[np.ndarray, "channel row column"]
Window = Float[np.ndarray, "row column"] | Float[np.ndarray, "row column colour"]


@dataclass(frozen=True, eq=False)
class IsoResponse:
    """Edge responses by the algorithm of ISO 12233:2023.

    Attributes:
        channels: ``("light",)``, or red, green, blue and luminance.
        frequencies: along the edge's normal, cycles/px, to about 1.
        sfr: response of each channel, 1 at 0.
        sfr_error: standard error of each by the scatter within bins.
        profiles: mean light in bins of a quarter of a pixel along the rows, darker side first.
        spacing: of the bins along the normal, px.
        edges: coefficients of each channel's place of the edge by row, highest power first; rows and columns
            of the upright window count from 0 at the pixels' centres.
        misregistration: of each channel against green, along the normal, px; zeros for one channel.
        angle: of the edge against the vertical, degrees, as sfrmat5 tells it: 90 is added where the window
            was turned.
        contrast: difference by sum of the light on both sides (Michelson).
        rows: of the window that were used.
        warnings: sentences.
    """

    channels: tuple[str, ...]
    frequencies: Float[np.ndarray, " frequency"]
    sfr: Float[np.ndarray, "channel frequency"]
    sfr_error: Float[np.ndarray, "channel frequency"]
    profiles: Float[np.ndarray, "channel bin"]
    spacing: float
    edges: Float[np.ndarray, "channel power"]
    misregistration: Float[np.ndarray, " channel"]
    angle: float
    contrast: float
    rows: int
    warnings: tuple[str, ...] = ()

    @property
    def mtf50(self) -> Float[np.ndarray, " channel"]:
        """Frequency of response 0.5 of each channel, cycles/px; at most 0.495 (sfrmat5)."""
        return np.array([crossing(self.frequencies, sfr, 0.5) for sfr in self.sfr])

    @property
    def mtf10(self) -> Float[np.ndarray, " channel"]:
        """Frequency of response 0.1 of each channel, cycles/px; at most 0.495."""
        return np.array([crossing(self.frequencies, sfr, 0.1) for sfr in self.sfr])

    @property
    def mtf50_error(self) -> Float[np.ndarray, " channel"]:
        """Standard error of MTF50 by that of the response and its slope there, cycles/px."""
        found = []
        for frequency, sfr, error in zip(self.mtf50, self.sfr, self.sfr_error, strict=True):
            near = np.abs(self.frequencies - frequency) <= max(0.03, 2.5 * self.frequencies[1])
            slope = np.polyfit(self.frequencies[near], sfr[near], 1)[0]
            found.append(np.interp(frequency, self.frequencies, error) / max(abs(slope), 1e-300))
        return np.array(found)

    @property
    def sampling_efficiency(self) -> Float[np.ndarray, " channel"]:
        """Frequency of response 0.1 by 0.495 cycles/px, per cent, rounded to whole numbers (sfrmat5)."""
        return np.array([min(half_up(100 * f / HALF_SAMPLING), 100) for f in self.mtf10], float)


def measure_edge(
    window: Window,
    order: int = 5,
    *,
    weights: tuple[float, float, float] = LUMINANCE,
    lut: Float[np.ndarray, "entry ..."] | None = None,
) -> IsoResponse:
    """Response of a camera by a window about one edge.

    Args:
        window: linear light, or codes if ``lut`` is given; one edge has to cross it from top to bottom or
            from left to right. With three channels, luminance is measured as a fourth.
        order: of the polynomial along the edge, 1 to 5; 1 is the straight line of editions to 2017.
        weights: of red, green and blue in luminance.
        lut: light of each code from 0, the inverse of an opto-electronic conversion function; one column for
            all channels or three.

    Raises:
        BadInput: a window that is too small, not finite, of two channels or without such an edge; an order
            outside 1 to 5.
    """
    if np.ndim(window) not in (2, 3) or (np.ndim(window) == 3 and np.shape(window)[2] != 3):
        raise BadInput(
            f"a window of shape {np.shape(window)} is no picture about an edge; give rows and columns, of "
            "one channel or of red, green and blue"
        )
    checked_finite("the window", np.asarray(window))
    planes = _planes(window if lut is None else linearised(window, lut), weights)
    if order not in range(1, 6):
        raise BadInput(f"the order of the edge's polynomial is {order}; it can be 1 to 5")
    planes, turned = _upright(planes)
    rows, columns = planes.shape[1:]
    if rows <= order + 1 or columns < LEAST_WIDTH:
        raise BadInput(
            f"the window is {rows} px along the edge and {columns} across; it needs {order + 2} and "
            f"{LEAST_WIDTH}; take a larger one"
        )
    falling = bool(planes[0, :, :5].sum() > planes[0, :, -6:].sum())
    edges = [fitted_edge(-plane if falling else plane, order) for plane in planes]
    used = whole_turns(rows, float(edges[-1].line[0]))
    return _responses(planes[:, :used], edges, falling, turned)


def linearised(codes: Window, lut: Float[np.ndarray, "entry ..."]) -> Window:
    """Light of codes by a table, linear between its entries; codes outside take the nearest end.

    Raises:
        BadInput: a table of fewer than two entries, or of other than one or three columns.
    """
    table = np.asarray(lut, float).reshape(len(lut), -1)
    channels = 1 if np.ndim(codes) == 2 else codes.shape[2]
    if len(table) < 2 or table.shape[1] not in (1, channels):
        raise BadInput(
            f"the table of codes has {table.shape[0]} entries in {table.shape[1]} columns; it needs two or "
            f"more entries in one column or {channels}"
        )
    planes = np.asarray(codes, float).reshape(*np.shape(codes)[:2], channels)
    entries = np.arange(len(table))
    light = [np.interp(planes[..., c], entries, table[:, c % table.shape[1]]) for c in range(channels)]
    return np.asarray(np.stack(light, axis=-1)).reshape(np.shape(codes))


def _planes(light: Window, weights: tuple[float, float, float]) -> Planes:
    """Channels first, and luminance behind three of them."""
    picture = np.asarray(light, float)
    if picture.ndim == 2:
        return picture[None]
    luminance = sum(weight * picture[..., c] for c, weight in enumerate(weights))
    return np.concatenate([np.moveaxis(picture, -1, 0), np.asarray(luminance)[None]])


def _upright(
    planes: Float[np.ndarray, "channel y x"],
) -> tuple[Planes, bool]:
    """Planes turned by a quarter if the light changes more from top to bottom than from left to right.

    What is compared are the third row and the fourth from below, of green (rotatev2 of sfrmat5).
    """
    plane = planes[1 if len(planes) > 1 else 0]
    if min(plane.shape) < 5:
        raise BadInput(
            f"the window is {plane.shape[1]} x {plane.shape[0]} px; it needs {LEAST_WIDTH} across an edge"
        )
    down = abs(plane[-4].mean() - plane[2].mean())
    across = abs(plane[:, -4].mean() - plane[:, 2].mean())
    turned = bool(down > across)
    return (np.ascontiguousarray(np.rot90(planes, axes=(1, 2))) if turned else planes), turned


def _responses(planes: Planes, edges: list[FittedEdge], falling: bool, turned: bool) -> IsoResponse:
    rows, columns = planes.shape[1:]
    slope = float(edges[-1].line[0])
    normal = float(np.cos(np.arctan(slope)))
    spacing = normal / OVERSAMPLING
    held = [held_edge(plane, edge.curve, falling) for plane, edge in zip(planes, edges, strict=True)]
    middle = [float(np.polyval(edge.curve, (rows - 1) / 2)) for edge in edges]
    reference = middle[1] if len(planes) > 1 else middle[0]
    sfr = np.stack([response(plane, one) for plane, one in zip(planes, held, strict=True)])
    profiles = np.stack([one.projection.profile(plane) for plane, one in zip(planes, held, strict=True)])
    error = np.stack([response_error(plane, one) for plane, one in zip(planes, held, strict=True)])
    left, right = planes[0][:, :5].mean(), planes[0][:, -5:].mean()
    contrast = float(abs(left - right) / abs(left + right)) if left + right else float("inf")
    return IsoResponse(
        channels=COLOURS if len(planes) > 1 else ("light",),
        frequencies=np.arange(sfr.shape[1]) / (spacing * OVERSAMPLING * columns),
        sfr=sfr,
        sfr_error=error,
        profiles=profiles[:, ::-1] if falling else profiles,
        spacing=spacing,
        edges=np.stack([edge.curve for edge in edges]),
        misregistration=normal * (np.array(middle) - reference),
        angle=float(np.degrees(np.arctan(-slope))) + 90 * turned,
        contrast=contrast,
        rows=rows,
        warnings=_warnings(contrast, edges, [one.projection.empty for one in held]),
    )


def _warnings(contrast: float, edges: list[FittedEdge], empty: list[int]) -> tuple[str, ...]:
    found = []
    if contrast < _LOW_CONTRAST:
        found.append(f"the edge's contrast is {contrast:.2f}, below {_LOW_CONTRAST}: errors may be large")
    if max(edge.residual for edge in edges) > _POOR_FIT:
        found.append(f"places of the edge scatter by more than {_POOR_FIT:g} px about its curve")
    if max(empty):
        found.append(
            f"{max(empty)} bins of the profile had no samples: the slope hits the same places in a pixel"
        )
    return tuple(found)


def crossing(frequencies: Float[np.ndarray, " f"], sfr: Float[np.ndarray, " f"], level: float) -> float:
    """First frequency at which a response falls below ``level``, by straight lines; at most 0.495 cycles/px.

    A response that never does gives 0.495 (findfreq and sampeff of sfrmat5).
    """
    below = np.flatnonzero(sfr < level)
    if not len(below) or below[0] == 0:
        return HALF_SAMPLING
    k = int(below[0]) - 1
    step = (sfr[k] - level) / (sfr[k] - sfr[k + 1])
    found = frequencies[k] + step * (frequencies[k + 1] - frequencies[k])
    return float(np.clip(found, 0, HALF_SAMPLING))


def measures(
    found: IsoResponse, where: str = "", at: tuple[float, float] | None = None
) -> tuple[Measure, ...]:
    """What the laboratory notes of an edge: MTF50, MTF10, sampling efficiency and misregistration.

    Args:
        found: response of the edge.
        where: name of the edge.
        at: its middle in the picture, px.
    """
    said = " ".join(f"{warning}." for warning in found.warnings)
    many = len(found.channels) > 1
    rows = []
    for c, channel in enumerate(found.channels):
        place = f"{where}, {channel}".removeprefix(", ") if many else where
        value, reach = float(found.mtf50[c]), 1.96 * float(found.mtf50_error[c])
        known = value < HALF_SAMPLING
        interval, note = (
            ((value - reach, value + reach), said) if known else (None, f"{_AT_END}. {said}".strip())
        )
        rows.append(Measure("mtf50", value, "cycles/px", CLAUSE, METHOD, interval, place, at, note))
        value = float(found.mtf10[c])
        note = _NO_INTERVAL if value < HALF_SAMPLING else _AT_END
        rows.append(Measure("mtf10", value, "cycles/px", CLAUSE, METHOD, None, place, at, note))
        value = float(found.sampling_efficiency[c])
        rows.append(Measure("sampling_efficiency", value, "%", CLAUSE, METHOD, None, place, at, _NO_INTERVAL))
        if channel in ("red", "blue"):
            value, name = float(found.misregistration[c]), "colour_misregistration"
            rows.append(Measure(name, value, "px", CLAUSE, METHOD, None, place, at, _NO_INTERVAL))
    return tuple(rows)


_AT_END: Final = "at this frequency or above: the algorithm tells none beyond 0.495 cycles/px"
_NO_INTERVAL: Final = "no interval: the algorithm gives none for it"
