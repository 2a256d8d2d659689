"""Stars: Siemens stars, found as texture whose brightness runs round a middle as one harmonic."""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.chart import Chart, Star
from lichtbild.quality.detect.borders import sampled
from lichtbild.quality.detect.candidate import Candidate
from lichtbild.quality.detect.chart_map import ChartMap, half_diagonal, middle
from lichtbild.quality.detect.made_chart import grey_paint
from lichtbild.quality.detect.preview import Preview
from lichtbild.quality.detect.vision import opencv

_ANGLES: Final = 1024
_RADII: Final = (0.5, 0.6, 0.7, 0.8, 0.9)
_PURE: Final = 0.6
"""Share of the variance round a middle that one harmonic must have, at three of five radii."""
_SHARES: Final = (0.1, 0.03)
"""Of the busiest texture's power, from which an area counts as textured; a star is not always the busiest."""
_WIDTHS: Final = (16, 16, 10, 8)
"""Neighbours of the harmonic that belong to it, step by step as the middle is found."""
_CYCLES: Final = (12, 400)
_LEAST: Final = 24.0
"""Pixels of the preview's radius."""
_MOST: Final = 8


def stars(view: Preview) -> tuple[Candidate, ...]:
    """Siemens stars in a picture."""
    found = []
    for centre, axes in _textured(view)[:_MOST]:
        star = _star(view, centre, axes)
        if star is not None:
            found.append(star)
    return tuple(found)


def _textured(view: Preview) -> list[tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2 2"]]]:
    """Ellipses about textured areas, the largest first: middle, and axes, which a unit circle takes to it."""
    cv2 = opencv()
    fine = view.tone - cv2.GaussianBlur(view.tone, (0, 0), 4.0)
    busy = cv2.GaussianBlur(fine * fine, (0, 0), 3.0)
    found = []
    for share in _SHARES:
        mask = (busy > max(share * float(np.percentile(busy, 99)), 1e-4)).astype(np.uint8)
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        found += [ellipse for ellipse in map(_ellipse, outlines) if ellipse is not None]
    found.sort(key=lambda one: -one[0])
    return [(centre, axes) for _, centre, axes in found]


def _ellipse(outline: np.ndarray) -> tuple[float, Float[np.ndarray, "2"], Float[np.ndarray, "2 2"]] | None:
    """Area, middle and axes of an outline that is an ellipse; None of any other."""
    cv2 = opencv()
    area = cv2.contourArea(outline)
    if len(outline) < 40 or area < np.pi * _LEAST**2:
        return None
    (x, y), (wide, high), angle = cv2.fitEllipse(outline)
    if not 0.8 < area / (np.pi * wide * high / 4 + 1e-9) < 1.2 or max(wide, high) > 4 * min(wide, high):
        return None
    turn = np.radians(angle)
    turning = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    # The symmetric part of the polar decomposition keeps the star's way up.
    return area, np.array([x, y]), turning @ np.diag([wide / 2, high / 2]) @ turning.T


def _star(view: Preview, centre: Float[np.ndarray, "2"], axes: Float[np.ndarray, "2 2"]) -> Candidate | None:
    """The star in an ellipse; None of any other texture."""
    at, size = view.to_picture(centre), axes * view.factor
    for width in _WIDTHS:
        cycles, pure, bent = _harmonic(view, at, size, width)
        if cycles is None:
            return None
        at = at + bent
    if np.sum(np.array(pure) > _PURE) < 3:
        return None
    radius = float(np.sqrt(np.linalg.det(size))) * 0.97
    side = 2.2 * radius
    scaled = size * 0.97 / radius
    matrix = np.eye(3)
    matrix[:2, :2] = scaled / half_diagonal(view.shape)
    matrix[:2, 2] = (at - middle(view.shape) - scaled @ np.full(2, side / 2)) / half_diagonal(view.shape)
    values = sampled(view.light, _circle(at, size, 0.9))
    low, high = np.percentile(values, (5, 95))
    paints = (
        grey_paint(float(np.median(values)), "ground"),
        grey_paint(float(low), "dark"),
        grey_paint(float(high), "bright"),
    )
    star = Star((side / 2, side / 2), radius, 0.1 * radius, cycles, 1, 2)
    chart = Chart("siemens-star", f"Siemens star of {cycles} cycles", (side, side), paints, (star,), (star,))
    return Candidate(chart, ChartMap(matrix, view.shape), float(np.hypot(*bent)), certainty=1)


def _circle(
    at: Float[np.ndarray, "2"], size: Float[np.ndarray, "2 2"], share: float
) -> Float[np.ndarray, "n 2"]:
    turn = 2 * np.pi * np.arange(_ANGLES) / _ANGLES
    return at + share * np.stack([np.cos(turn), np.sin(turn)], axis=1) @ size.T


def _harmonic(
    view: Preview, at: Float[np.ndarray, "2"], size: Float[np.ndarray, "2 2"], width: int
) -> tuple[int | None, list[float], Float[np.ndarray, "2"]]:
    """The harmonic that the circles share, its share of their variance, and by how much the middle is off.

    About a middle that is off by d the phase of the harmonic m at radius r runs as m (d x u) / r with the
    angle; its first harmonic is therefore m |d| / r.
    """
    lines = np.stack([sampled(view.light, _circle(at, size, share)) for share in _RADII])
    if not np.isfinite(lines).all():
        return None, [], np.zeros(2)
    spectrum = np.fft.rfft(lines - lines.mean(axis=1, keepdims=True), axis=1)
    power = np.abs(spectrum) ** 2
    total = np.maximum(power[:, 1:].sum(axis=1), 1e-12)
    inner = (power / total[:, None]).mean(axis=0)
    # A middle that is off spreads the harmonic to its neighbours.
    spread = np.convolve(inner, np.ones(2 * width + 1), "same")
    cycles = int(np.argmax(spread[_CYCLES[0] : _CYCLES[1]])) + _CYCLES[0]
    if spread[cycles] < _PURE / 2:
        return None, [], np.zeros(2)
    width = min(width, cycles // 4)
    near = slice(max(cycles - width, 1), cycles + width + 1)
    pure = [float(one) for one in power[:, near].sum(axis=1) / total]
    turn = 2 * np.pi * np.arange(_ANGLES) / _ANGLES
    basis = np.stack([np.cos(turn), np.sin(turn), np.ones(_ANGLES), turn / (2 * np.pi)], axis=1)
    moves, wound = [], []
    for share, line in zip(_RADII, spectrum, strict=True):
        band = np.zeros(_ANGLES, complex)
        band[near] = line[near]
        phase = np.unwrap(np.angle(np.fft.ifft(band) * np.exp(-1j * cycles * turn)))
        fit = np.linalg.lstsq(basis, phase, rcond=None)[0]
        moves.append(share * np.array([fit[1], -fit[0]]) / cycles)
        wound.append(round((phase[-1] - phase[0]) / (2 * np.pi)))
    cycles += int(np.median(wound))
    return (cycles if cycles >= _CYCLES[0] else None), pure, size @ np.median(moves, axis=0)
