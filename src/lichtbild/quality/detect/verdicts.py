"""Verdicts: which targets of a found chart can be measured, and why the others cannot."""

import math
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.chart import Area, Chart, Edge, Grid, Leaves, Patch, Star, Target
from lichtbild.quality.detect.borders import sampled
from lichtbild.quality.detect.chart_map import ChartMap
from lichtbild.quality.detect.grid_sight import seen_points
from lichtbild.quality.detect.regions import CLIP, Region, inside, region
from lichtbild.quality.found_chart import Verdict, target_name

LEAST_PATCH: Final = 8.0
"""px that an even area must be wide."""
LEAST_EDGE: Final = 20.0
"""px that an edge must be long: five phases of an edge at 14 degrees, and the shortest that gives a curve."""
LEAST_REACH: Final = 4.0
"""px that must be even on either side of an edge."""
LEAST_STAR: Final = 40.0
"""px of a star's radius."""
LEAST_LEAVES: Final = 64.0
"""px that a field of leaves must be wide: a spectrum of 32 frequencies."""
LEAST_CONTRAST: Final = 0.05
"""Difference of an edge's sides by their sum below which nothing is measured."""
POOR_CONTRAST: Final = 0.2
"""The same, below which the classical method warns (after ISO 12233:2023, as Burns's program does)."""
MOST_CLIPPED: Final = 0.005
"""Share of clipped pixels that an area may have."""
CRITICAL: Final = ((0.0, 2.5), (45.0, 2.0), (26.565, 1.0))
"""Angles of an edge to the pixel's rows or columns, degrees, and how near the classical method goes wrong:
its phases repeat after 1, 1 and 2 rows. Source: Masaoka, Optics Express 22, 6040 (2014); our benchmarks."""
_UNEVEN: Final = 0.2
"""Of a patch's mean, by which its quarters may differ."""
_HIDDEN: Final = 1.8
"""Factor by which a patch may leave the tone curve through all others."""


def verdicts(light: Float[np.ndarray, "row column 3"], chart: Chart, found: ChartMap) -> tuple[Verdict, ...]:
    """One verdict for each target of a chart, in the chart's order."""
    hidden = _hidden_patches(light, chart, found)
    return tuple(
        Verdict(target_name(target), not reason or reason.startswith(_NOTE), reason.removeprefix(_NOTE))
        for target in chart.targets
        for reason in [_reason(light, target, found) or hidden.get(target_name(target), "")]
    )


_NOTE: Final = "note: "
"""Begins what a reader has to know of a target that can be measured all the same."""


def corners_of(target: Target) -> Float[np.ndarray, "n 2"]:
    """The polygon on the chart within which a target is measured, mm."""
    if isinstance(target, Patch | Area):
        return np.array(target.corners)
    if isinstance(target, Edge):
        start, end = np.array(target.start), np.array(target.end)
        way = end - start
        across = target.reach * way[::-1] * [-1.0, 1.0] / max(float(np.hypot(*way)), 1e-9)
        return np.stack([start - across, end - across, end + across, start + across])
    if isinstance(target, Star):
        turn = 2 * np.pi * np.arange(32) / 32
        return np.array(target.centre) + target.radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    if isinstance(target, Leaves):
        (x, y), (height, width) = target.corner, target.size
        return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    points = target.points
    return np.stack([points[0, 0], points[0, -1], points[-1, -1], points[-1, 0]])


def _reason(light: Float[np.ndarray, "row column 3"], target: Target, found: ChartMap) -> str:
    """Why a target cannot be measured, or a note; empty for nothing."""
    corners = found(corners_of(target))
    if isinstance(target, Grid):
        return _of_grid(light, target, found)
    if not inside(light.shape[:2], corners):
        return "outside the picture"
    if isinstance(target, Edge):
        return _of_edge(light, target, found, corners)
    if isinstance(target, Patch | Area):
        return _of_area(region(light, corners), light, corners)
    return _of_texture(light, target, found, corners)


def _of_area(
    part: Region, light: Float[np.ndarray, "row column 3"], corners: Float[np.ndarray, "n 2"]
) -> str:
    """Of an even area: size, clipping, evenness."""
    if part.width < LEAST_PATCH:
        return f"too small: {part.width:.0f} px wide, {LEAST_PATCH:.0f} needed"
    if part.clipped > MOST_CLIPPED:
        return f"clipped: {100 * part.clipped:.0f} % of its pixels are at the picture's limit"
    if not np.isfinite(part.pixels).all():
        return "holds pixels that are not numbers"
    middle = corners.mean(axis=0)
    parts = [region(light, (corners + corner + middle) / 3).luminance for corner in corners]
    mean, noise = part.luminance, part.spread
    if len(corners) == 4 and np.ptp(parts) > _UNEVEN * abs(mean) + 4 * noise / math.sqrt(part.width) + 2e-3:
        differ = 100 * np.ptp(parts) / max(abs(mean), 1e-6)
        return f"uneven: its corners differ by {differ:.0f} %; partly hidden?"
    return ""


def _of_edge(
    light: Float[np.ndarray, "row column 3"],
    edge: Edge,
    found: ChartMap,
    corners: Float[np.ndarray, "4 2"],
) -> str:
    """Of an edge: length, reach, contrast, clipping, blur and angle."""
    ends = (corners[::2] + corners[1::2]) / 2
    length = float(np.hypot(*(ends[1] - ends[0])))
    reach = float(np.mean(np.linalg.norm(corners[::2] - corners[1::2], axis=1))) / 2
    if length < LEAST_EDGE:
        return f"too small: {length:.0f} px long, {LEAST_EDGE:.0f} needed"
    if reach < LEAST_REACH:
        return f"too small: even for {reach:.0f} px beside it, {LEAST_REACH:.0f} needed"
    start, end = np.array(edge.start), np.array(edge.end)
    way = end - start
    across = way[::-1] * [-1.0, 1.0] / max(float(np.hypot(*way)), 1e-9)
    steps = np.linspace(-edge.reach, edge.reach, 41)  # from the bright side to the dark
    along = np.linspace(0.05, 0.95, 19)[:, None]
    places = found((start + along * way)[:, None] + steps[None, :, None] * across)
    at = np.floor(places).astype(int)
    clipped = float(np.mean(np.any(light[at[..., 1], at[..., 0]] >= CLIP, axis=-1)))
    if clipped > MOST_CLIPPED:
        return f"clipped: {100 * clipped:.0f} % of its pixels are at the picture's limit"
    return _of_profile(sampled(light, places), reach) or _of_angle(ends)


def _of_profile(lines: Float[np.ndarray, "line sample"], reach: float) -> str:
    """Of profiles across an edge: is it there, is its contrast enough, does its blur end within its reach."""
    profile = np.median(lines, axis=0)
    if not np.isfinite(lines).all():
        return "holds pixels that are not numbers"
    bright, dark = float(np.median(profile[:8])), float(np.median(profile[-8:]))
    contrast = (bright - dark) / max(bright + dark, 1e-9)
    if contrast < -LEAST_CONTRAST:
        return "hidden: light and dark are the wrong way round"
    if contrast < LEAST_CONTRAST:
        return f"contrast too low, or hidden: {100 * contrast:.0f} %, {100 * LEAST_CONTRAST:.0f} % needed"
    steady = np.abs(lines[:, (0, 1, 2, -3, -2, -1)] - profile[[0, 1, 2, -3, -2, -1]]).max(axis=1)
    if np.mean(steady > 0.5 * (bright - dark)) > 0.1:
        return "partly hidden"
    share = (profile - dark) / (bright - dark)
    rise = float(np.sum((share > 0.1) & (share < 0.9))) / 40 * 2 * reach
    if rise > reach:
        return f"blurred: it rises over {rise:.0f} px, and only {reach:.0f} px beside it are even"
    if contrast < POOR_CONTRAST:
        return f"{_NOTE}contrast {100 * contrast:.0f} %: the classical method wants 20 %"
    return ""


def _of_angle(ends: Float[np.ndarray, "2 2"]) -> str:
    """A note on an edge's angle, where the classical method goes wrong."""
    across, down = np.abs(ends[1] - ends[0])
    angle = math.degrees(math.atan2(min(across, down), max(across, down)))
    for critical, near in CRITICAL:
        if abs(angle - critical) < near:
            return (
                f"{_NOTE}{angle:.1f} degrees to the pixels is near {critical:.4g}: "
                "the classical method sees few phases"
            )
    return ""


def _of_grid(light: Float[np.ndarray, "row column 3"], grid: Grid, found: ChartMap) -> str:
    """Of a grid: how many of its points are in the picture and seen, its pitch, blur and clipping."""
    places = found(grid.points.reshape(-1, 2))
    out = int(np.sum(np.any((places < 2) | (places > np.array(light.shape[1::-1]) - 2), axis=1)))
    if out > len(places) // 2:
        return f"outside the picture: {out} of {len(places)} points"
    steps = np.diff(found(grid.points), axis=1)
    pitch = float(np.median(np.linalg.norm(steps, axis=-1))) if steps.size else LEAST_PATCH
    if pitch < LEAST_PATCH:
        return f"too small: {pitch:.1f} px from point to point, {LEAST_PATCH:.0f} needed"
    inner = np.all((places >= 2) & (places <= np.array(light.shape[1::-1]) - 2), axis=1)
    seen, sharp = seen_points(light, grid, found)
    hidden = int(np.sum(inner & ~seen))
    if hidden > np.sum(inner) // 2:
        return f"hidden or contrast too low: {hidden} of {len(places)} points are not seen"
    if not sharp:
        return "blurred: its dots have no even middle"
    clipped = region(light, found(corners_of(grid))).clipped
    words = [f"{hidden} of {len(places)} points are hidden"] if hidden else []
    words += [f"{out} of {len(places)} points are outside the picture"] if out else []
    words += [f"{100 * clipped:.0f} % of its pixels are clipped"] if clipped > MOST_CLIPPED else []
    return _NOTE + "; ".join(words) if words else ""


def _of_texture(
    light: Float[np.ndarray, "row column 3"],
    target: Star | Leaves,
    found: ChartMap,
    corners: Float[np.ndarray, "n 2"],
) -> str:
    """Of a star or of leaves: size, clipping and contrast."""
    part = region(light, corners)
    needed = 2 * LEAST_STAR if isinstance(target, Star) else LEAST_LEAVES
    if part.width < needed:
        return f"too small: {part.width:.0f} px wide, {needed:.0f} needed"
    if part.clipped > 0.01:
        return f"clipped: {100 * part.clipped:.0f} % of its pixels are at the picture's limit"
    if part.spread < 0.05 * part.luminance:
        return "contrast too low, blurred or hidden: its pixels hardly differ"
    return ""


def _hidden_patches(
    light: Float[np.ndarray, "row column 3"], chart: Chart, found: ChartMap
) -> dict[str, str]:
    """Patches far off the tone curve through all: what lies over them is not their paint.

    The logarithm of the measured luminance against that of the paint's is fitted by a line, with medians of
    slopes, which a few strangers do not move (Theil 1950, Sen 1968).
    """
    patches = [one for one in chart.targets if isinstance(one, Patch)]
    if len(patches) < 6:
        return {}
    expected = np.array([((max(chart.paints[one.paint].lab[0], 8.0) + 16) / 116) ** 3 for one in patches])
    measured = np.array([region(light, found(np.array(one.corners))).luminance for one in patches])
    known = (measured > 2e-3) & (measured < 0.95)
    if known.sum() < 6 or np.ptp(np.log(expected[known])) < 0.5:
        return {}
    x, y = np.log(expected[known]), np.log(measured[known])
    first, second = np.triu_indices(len(x), 1)
    apart = np.abs(x[first] - x[second]) > 0.2
    slope = float(np.median((y[first] - y[second])[apart] / (x[first] - x[second])[apart]))
    level = float(np.median(y - slope * x))
    off = np.abs(np.log(np.maximum(measured, 1e-6)) - level - slope * np.log(expected))
    return {
        one.name: f"hidden or in shadow: {math.exp(away):.1f} times off the chart's other patches"
        for one, away, at in zip(patches, off, known, strict=True)
        if at and away > math.log(_HIDDEN)
    }
