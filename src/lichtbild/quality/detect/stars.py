"""Stars: Siemens stars, found where stripes converge and brightness runs round the middle as one harmonic.

The outline of a round star is an ellipse; it and the image of the star's centre, on which the spokes
converge, tell the plane's perspective but for a turn, which no star shows.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.chart import Chart, Star
from lichtbild.quality.detect.borders import sampled
from lichtbild.quality.detect.candidate import Candidate
from lichtbild.quality.detect.chart_map import ChartMap, half_diagonal, middle
from lichtbild.quality.detect.made_chart import grey_paint
from lichtbild.quality.detect.preview import Preview
from lichtbild.quality.detect.spokes import centres
from lichtbild.quality.detect.vision import opencv

_ANGLES: Final = 1024
_RADII: Final = (0.5, 0.6, 0.7, 0.78, 0.86, 0.92)
_PURE: Final = 0.6
"""Share of the variance round a middle that one harmonic must have, at three of the radii."""
_WIDTHS: Final = (16, 16, 10, 8)
"""Neighbours of the harmonic that belong to it, step by step as the middle is found."""
_CYCLES: Final = (12, 400)
_LEAST: Final = 24.0
"""Pixels of the preview's radius."""
_SECTORS: Final = 24
"""Of the turn, in each of which the star's end is looked for."""
_SAMPLES: Final = 42
"""Of a sector, round the middle."""
_END: Final = 0.4
"""Of the star's contrast, below which it has ended."""
_ENOUGH: Final = 14
"""Sectors whose ends must lie on one ellipse."""
_OBLIQUE: Final = 3.0
"""Ratio of an ellipse's axes at most."""

Matrix = Float[np.ndarray, "3 3"]


def stars(view: Preview) -> tuple[Candidate, ...]:
    """Siemens stars in a picture."""
    found = []
    for centre in centres(view.tone):
        conic = _outline(view, centre)
        star = None if conic is None else _star(view, centre, conic)
        if star is not None:
            found.append(star)
    return tuple(found)


def _outline(view: Preview, centre: Float[np.ndarray, "2"]) -> Matrix | None:
    """The affine map from the unit circle to the ellipse in which stripes about a centre end, preview."""
    cv2 = opencv()
    reach = int(min(view.tone.shape))
    turned = cv2.warpPolar(
        view.tone,
        (reach, _SECTORS * _SAMPLES),
        tuple(map(float, centre)),
        reach,
        cv2.INTER_LINEAR | cv2.WARP_FILL_OUTLIERS,
    )
    sectors = turned.reshape(_SECTORS, _SAMPLES, reach)
    # Robust against what covers less than half of a sector: discs about a star, lines across it.
    contrast = np.median(np.abs(sectors - np.median(sectors, axis=1, keepdims=True)), axis=1)
    contrast = cv2.blur(contrast, (3, 1))
    common = np.median(contrast, axis=0)
    within = np.flatnonzero(_inside(view.tone.shape, centre, reach).mean(axis=0) > 0.5)
    if len(within) < _LEAST:
        return None
    peak = int(within[np.argmax(common[within])])
    level = _END * float(common[peak])
    # Moire near the middle may have contrast of its own; the star is what hangs together with the most.
    first = int(np.max(np.flatnonzero(common[: peak + 1] <= level), initial=-1)) + 1
    ends = [_end(line, first, level) for line in contrast]
    turn = 2 * np.pi * (np.arange(_SECTORS) + 0.5) / _SECTORS
    known = np.array([end is not None for end in ends])
    radii = np.array([0.0 if end is None else end for end in ends])
    points = centre + radii[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return _ellipse(points[known & np.all((points > 4) & (points < np.array(view.tone.shape[::-1]) - 5), 1)])


def _inside(shape: tuple[int, ...], centre: Float[np.ndarray, "2"], reach: int) -> np.ndarray:
    """Which samples of 16 rays from a centre lie in a picture, ``[ray, radius]``."""
    turn = np.pi / 8 * np.arange(16)
    at = centre + np.arange(reach)[None, :, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)[:, None]
    return np.asarray(np.all((at >= 0) & (at < np.array(shape[::-1])), axis=-1))


def _end(contrast: Float[np.ndarray, " radius"], first: int, level: float) -> float | None:
    """The radius at which contrast has fallen, between samples; None where it never does or never was."""
    above = contrast > level
    start = first + int(np.argmax(above[first:]))
    if not above[start]:
        return None
    low = ~above[start:]
    # One row of few samples may be poor by chance; an end lasts.
    lasting = low[:-2] & low[1:-1] & low[2:]
    if not lasting.any():
        return None
    index = start + int(np.argmax(lasting))
    before, after = float(contrast[index - 1]), float(contrast[index])
    return index - 1 + (before - level) / max(before - after, 1e-9)


def _ellipse(points: Float[np.ndarray, "n 2"]) -> Matrix | None:
    """The symmetric affine map from the unit circle to the ellipse through most of some points."""
    cv2 = opencv()
    for _ in range(4):
        if len(points) < _ENOUGH:
            return None
        (x, y), (wide, high), angle = cv2.fitEllipse(points.astype(np.float32))
        if min(wide, high) < 2 * _LEAST or max(wide, high) > _OBLIQUE * min(wide, high):
            return None
        turn = np.radians(angle)
        turning = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        affine = np.eye(3)
        # The symmetric part of the polar decomposition keeps the star's way up.
        affine[:2, :2] = turning @ np.diag([wide / 2, high / 2]) @ turning.T
        affine[:2, 2] = x, y
        off = np.linalg.norm(np.linalg.solve(affine[:2, :2], (points - [x, y]).T), axis=0) - 1
        good = np.abs(off) < max(3 * 1.4826 * float(np.median(np.abs(off))), 0.03)
        if good.all():
            return affine if np.abs(off).max() < 0.12 else None
        points = points[good]
    return affine


def _through(affine: Matrix, centre: Float[np.ndarray, "2"]) -> Matrix | None:
    """The homography that takes the unit circle to an ellipse, and its middle to a centre.

    Homographies that keep the unit circle and move its middle by s along an axis are
    x' = (x + s) / (1 + s x), y' = sqrt(1 - s^2) y / (1 + s x). Source: Cayley and Klein's model of the
    hyperbolic plane, whose translations they are.
    """
    off = np.linalg.solve(affine, np.append(centre, 1.0))[:2]
    shift = float(np.hypot(*off))
    if shift > 0.5:
        return None
    along = off / shift if shift > 0 else np.array([1.0, 0.0])
    turning = np.eye(3)
    turning[:2, :2] = np.stack([along, [-along[1], along[0]]], axis=1)
    moved = np.array([[1, 0, shift], [0, np.sqrt(1 - shift**2), 0], [shift, 0, 1]])
    return np.asarray(affine @ turning @ moved @ turning.T)


def _star(view: Preview, centre: Float[np.ndarray, "2"], affine: Matrix) -> Candidate | None:
    """The star in an ellipse; None of any other texture."""
    to_picture = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1 / view.factor]]) * view.factor
    affine = to_picture @ affine
    told = _centred(view, affine, view.to_picture(centre))
    if told is None:
        return None
    unit, cycles, off = told
    radius = float(np.sqrt(np.linalg.det(affine[:2, :2])))
    side = 2.2 * radius
    size = half_diagonal(view.shape)
    x, y = middle(view.shape)
    from_chart = np.array([[1, 0, -side / 2], [0, 1, -side / 2], [0, 0, radius]]) / radius
    to_plane = np.array([[1, 0, -x], [0, 1, -y], [0, 0, size]]) / size
    matrix = to_plane @ unit @ from_chart
    values = sampled(view.light, _circle(unit, 0.9))
    low, high = np.percentile(values, (5, 95))
    paints = (
        grey_paint(float(np.median(values)), "ground"),
        grey_paint(float(low), "dark"),
        grey_paint(float(high), "bright"),
    )
    star = Star((side / 2, side / 2), radius, 0.1 * radius, cycles, 1, 2)
    chart = Chart("siemens-star", f"Siemens star of {cycles} cycles", (side, side), paints, (star,), (star,))
    return Candidate(chart, ChartMap(matrix / matrix[2, 2], view.shape), off * radius, certainty=1)


def _centred(view: Preview, affine: Matrix, at: Float[np.ndarray, "2"]) -> tuple[Matrix, int, float] | None:
    """The unit circle's map with its middle by the harmonics' phases, their cycles, and the last step."""
    told: tuple[Matrix, int, float] | None = None
    pure = np.zeros(0)
    for width in _WIDTHS:
        unit = _through(affine, at)
        found = None if unit is None else _harmonic(view, unit, width)
        if unit is None or found is None:
            return None
        cycles, shares, bent = found
        pure = np.array(shares)
        at = at + affine[:2, :2] @ bent
        told = unit, cycles, float(np.hypot(*bent))
    return told if np.sum(pure > _PURE) >= 3 else None


def _circle(unit: Matrix, share: float) -> Float[np.ndarray, "n 2"]:
    """Places on the image of a circle about the star's centre."""
    turn = 2 * np.pi * np.arange(_ANGLES) / _ANGLES
    whole = np.stack([share * np.cos(turn), share * np.sin(turn), np.ones(_ANGLES)], axis=1) @ unit.T
    return np.asarray(whole[:, :2] / whole[:, 2:])


def _harmonic(
    view: Preview, unit: Matrix, width: int
) -> tuple[int, list[float], Float[np.ndarray, "2"]] | None:
    """The harmonic that the circles share, its share of their variance, and by how much the middle is off.

    About a middle that is off by d the phase of the harmonic m at radius r runs as m (d x u) / r with the
    angle; its first harmonic is therefore m |d| / r. The middle is off in radii of the star.
    """
    lines = np.stack([sampled(view.light, _circle(unit, share)) for share in _RADII])
    if not np.isfinite(lines).all():
        return None
    spectrum = np.fft.rfft(lines - lines.mean(axis=1, keepdims=True), axis=1)
    power = np.abs(spectrum) ** 2
    total = np.maximum(power[:, 1:].sum(axis=1), 1e-12)
    # Circles whose stripes are too fine for the picture hold noise; three that show them are enough.
    share_of = power / total[:, None]
    spreads = np.stack([np.convolve(one, np.ones(2 * width + 1), "same") for one in share_of])
    best = np.sort(spreads, axis=0)[-3:].mean(axis=0)
    cycles = int(np.argmax(best[_CYCLES[0] : _CYCLES[1]])) + _CYCLES[0]
    if best[cycles] < _PURE / 2:
        return None
    width = min(width, cycles // 4)
    near = slice(max(cycles - width, 1), cycles + width + 1)
    pure = [float(one) for one in power[:, near].sum(axis=1) / total]
    turn = 2 * np.pi * np.arange(_ANGLES) / _ANGLES
    basis = np.stack([np.cos(turn), np.sin(turn), np.ones(_ANGLES), turn / (2 * np.pi)], axis=1)
    moves, wound = [], []
    for index in np.argsort(pure, kind="stable")[-3:]:
        band = np.zeros(_ANGLES, complex)
        band[near] = spectrum[index, near]
        phase = np.unwrap(np.angle(np.fft.ifft(band) * np.exp(-1j * cycles * turn)))
        fit = np.linalg.lstsq(basis, phase, rcond=None)[0]
        moves.append(_RADII[index] * np.array([fit[1], -fit[0]]) / cycles)
        wound.append(round((phase[-1] - phase[0]) / (2 * np.pi)))
    cycles += int(np.median(wound))
    return (cycles, pure, np.median(moves, axis=0)) if cycles >= _CYCLES[0] else None
