"""Distortion: how far a lens moves points of a flat chart from where its centre's scale would put them.

The ideal places come from `lichtbild.quality.radial_fit`, which takes perspective out; for charts square to
the camera, `central_ideal` is the pitch of the points in the middle, as the standard has it.

Sources: after ISO 17850:2015 (local geometric distortion from dots, line distortion); after IEEE 1858-2023
(local geometric distortion, its greatest radial value); SMIA 1.0 section 5.20, TV distortion.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality import bootstrap, interval
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.grid_points import GridPoints, grid_points, grids_of, pooled
from lichtbild.quality.radial_fit import RadialFit, radial_curve, radial_fit

METHOD: Final = "radial-distortion 2"

_BOWS: Final = ("line_bow_rows", "line_bow_columns")
_OF_BOW: Final = "% of picture height", "after ISO 17850:2015, line distortion"
_OF_GREATEST: Final = MappingProxyType(
    {
        "lgd_max": ("%", "after IEEE 1858-2023"),
        "distortion_shift_max": ("% of picture height", "after ISO 17850:2015"),
    }
)


def local_distortion(places: Any, ideal: Any, size: tuple[int, int]) -> Any:
    """Radial distortion of each point, %: 100 (r - r') / r', distances from the picture's middle.

    Args:
        places: ``(column, row)`` where the points are, px, NumPy or JAX.
        ideal: where they should be; a point within a pixel of the middle has 0.
        size: height and width of the picture, px.
    """
    xp = namespace(places)
    middle = np.array([size[1] / 2, size[0] / 2])
    wanted = ideal - xp.asarray(middle)
    square = (wanted**2).sum(axis=-1)
    # Along the ideal radius: across it nothing is radial.
    along = ((places - ideal) * wanted).sum(axis=-1)
    return 100 * xp.where(square > 1, along / xp.where(square > 1, square, 1.0), 0.0)


def central_ideal(
    chart: Float[np.ndarray, "point 2"], places: Any, size: tuple[int, int], share: float = 0.25
) -> Any:
    """Where points should be by the pitch and the turn of those in the middle, px.

    Args:
        chart: ``(x, y)`` of the points, mm.
        places: ``(column, row)`` in the picture, px, NumPy or JAX.
        size: height and width of the picture, px.
        share: of the half diagonal that counts as the middle.

    Raises:
        BadInput: fewer than five points lie there.
    """
    xp = namespace(places)
    middle, half = np.array([size[1] / 2, size[0] / 2]), float(np.hypot(*size)) / 2
    near = np.flatnonzero(np.linalg.norm(np.asarray(places) - middle, axis=1) < share * half)
    if len(near) < 5:
        raise BadInput(f"{len(near)} points lie in the picture's middle, where 5 are needed for the pitch")
    terms = np.concatenate([chart, np.ones((len(chart), 1))], axis=1)
    fitted = xp.asarray(np.linalg.pinv(terms[near])) @ places[near]
    return xp.asarray(terms) @ fitted


def tv_distortion(terms: Any, size: tuple[int, int]) -> Any:
    """SMIA's TV distortion, %: 100 (A - B) / B of a fit.

    A rectangle whose ideal picture is as large as the frame: A is its height at the corners, B in the
    middle. Positive for a pincushion. The EBU's picture height distortion is half of it.

    Args:
        terms: k1, k2, ..., NumPy or JAX.
        size: height and width of the picture, px.
    """
    corner = 1 + radial_curve(terms, 1.0) / 100
    middle = 1 + radial_curve(terms, size[0] / float(np.hypot(*size))) / 100
    return 100 * (corner - middle) / middle


def line_bows(places: Any, cells: Int[np.ndarray, "point 2"], size: tuple[int, int]) -> tuple[Any, ...]:
    """Greatest signed distance of the points of each row and of each column from their chord, % of height.

    Positive away from the picture's middle, as a barrel bends lines; a chord that runs through the very
    middle has no such side, and its sign means nothing.

    Args:
        places: ``(column, row)`` px, NumPy or JAX.
        cells: row and column of each point in its grid.
        size: height and width of the picture, px.

    Returns:
        Of rows and of columns; those of fewer than three points are left out.
    """
    xp = namespace(places)
    rows, columns = ([_bow(places, line, size) for line in _lines_of(cells, axis)] for axis in (0, 1))
    return tuple(xp.stack(bows) if bows else xp.zeros(0) for bows in (rows, columns))


def _lines_of(cells: np.ndarray, axis: int) -> list[np.ndarray]:
    """Indices of the points of each row or column, in order, of three and more."""
    lines = []
    for number in np.unique(cells[:, axis]):
        line = np.flatnonzero(cells[:, axis] == number)
        if len(line) >= 3:
            lines.append(line[np.argsort(cells[line, 1 - axis])])
    return lines


def _bow(places: Any, line: np.ndarray, size: tuple[int, int]) -> Any:
    xp = namespace(places)
    first, last = places[line[0]], places[line[-1]]
    chord = last - first
    normal = xp.stack([-chord[1], chord[0]]) / xp.sqrt((chord**2).sum())
    middle = np.array([size[1] / 2, size[0] / 2])
    outward = xp.where((((first + last) / 2 - middle) * normal).sum() < 0, -1.0, 1.0)
    away = ((places[line] - first) * normal).sum(axis=1)
    return 100 * outward * away[xp.argmax(xp.abs(away))] / size[0]


def measures(light: Float[np.ndarray, "row column 3"], found: FoundChart) -> tuple[Measure, ...]:
    """Distortion by the green channel's points of all usable grids of a found chart.

    Args:
        light: of the picture, linear sRGB primaries.
        found: the chart in it.

    Raises:
        BadInput: the chart has no usable grid, or too few of its points can be seen.
    """
    grids = grids_of(found)
    if not grids:
        raise BadInput(f"distortion is measured on a grid, and the chart {found.chart.name} has none usable")
    points = pooled([grid_points(light[..., 1], found, grid) for grid in grids])
    name = ", ".join(grid.name for grid in grids)
    return measures_of(points, (light.shape[0], light.shape[1]), f"grid {name}")


def measures_of(points: GridPoints, size: tuple[int, int], name: str) -> tuple[Measure, ...]:
    """Distortion by measured points.

    Args:
        points: of one grid or of several; NumPy.
        size: height and width of the picture, px.
        name: of what they belong to.

    Raises:
        BadInput: there are too few points, or all lie on a line.
    """
    cells, chart, places = (part[points.sound] for part in (points.cells, points.chart, points.places))
    fit = radial_fit(chart, places, size)
    half = float(np.hypot(*size)) / 2
    radius = np.linalg.norm(fit.ideal - np.array([size[1] / 2, size[0] / 2]), axis=1) / half
    reached = float(radius.max())
    count = f"{len(chart)} points to {reached:.2f} of the half diagonal"
    far = count if reached > 0.9 else f"extrapolated; {count}"
    draws = bootstrap.drawn(np.asarray(fit.terms), np.asarray(fit.covariance)[8:, 8:])
    found = [
        _of_terms(f"distortion_k{i + 1}", "", float(term), draws[:, i], name, count)
        for i, term in enumerate(fit.terms)
    ]
    corner, corners = radial_curve(fit.terms, 1.0), radial_curve(draws.T, 1.0)
    tv, tvs = tv_distortion(fit.terms, size), tv_distortion(draws.T, size)
    found += [
        _of_terms("distortion_corner", "%", float(corner), np.asarray(corners), name, far),
        _of_terms("tv_distortion", "%", float(tv), np.asarray(tvs), name, far),
        _of_terms("picture_height_distortion", "%", float(tv) / 2, np.asarray(tvs) / 2, name, far),
    ]
    noise = float(np.sqrt((np.asarray(fit.residual) ** 2).sum() / (2 * len(chart) - len(fit.covariance))))
    found.append(
        Measure(
            "distortion_residual",
            noise,
            "px",
            "rms of a coordinate that the radial fit leaves",
            METHOD,
            interval.of_deviation(noise, 2.0 * len(chart) - len(fit.covariance)),
            name,
            None,
            f"the half diagonal is {half:.0f} px; {count}",
        )
    )
    errors = draws - np.asarray(fit.terms)
    return (*found, *_of_points(_Shown(cells, places, size), fit, errors, (name, count)))


def _of_terms(
    name: str, unit: str, value: float, draws: Float[np.ndarray, " draw"], where: str, note: str
) -> Measure:
    clause = "SMIA 1.0, 5.20" if "tv" in name else "after ISO 17850:2015"
    if name.startswith("picture"):
        clause = "after EBU Tech 3249, picture height distortion"
    return Measure(name, value, unit, clause, METHOD, bootstrap.percentiles(draws), where, None, note)


@dataclass(frozen=True, eq=False)
class _Shown:
    """Points as a picture shows them."""

    cells: Int[np.ndarray, "point 2"]
    places: Float[np.ndarray, "point 2"]
    size: tuple[int, int]

    def greatest(self, fit: RadialFit) -> dict[str, tuple[float, int | None]]:
        """Greatest local distortion, shift and bows, signed, and the point of the first two."""
        local = np.asarray(local_distortion(self.places, fit.ideal, self.size))
        shift = np.linalg.norm(self.places - fit.ideal, axis=1)
        most, farthest = int(np.argmax(np.abs(local))), int(np.argmax(shift))
        found: dict[str, tuple[float, int | None]] = {
            "lgd_max": (float(local[most]), most),
            "distortion_shift_max": (100 * float(shift[farthest]) / self.size[0], farthest),
        }
        for name, lines in zip(_BOWS, line_bows(self.places, self.cells, self.size), strict=True):
            if len(lines):
                found[name] = float(lines[np.argmax(np.abs(lines))]), None
        return found

    def shares(self, fit: RadialFit) -> dict[str, Float[np.ndarray, "_ term"]]:
        """What each term of the fit adds to each value that the greatest is sought of."""
        out = np.asarray(fit.ideal) - np.array([self.size[1] / 2, self.size[0] / 2])
        half = float(np.hypot(*self.size)) / 2
        radius = np.linalg.norm(out, axis=1)[:, None] / half
        grown = 100 * radius ** (2 * np.arange(1, len(fit.terms) + 1))
        found = {"lgd_max": grown, "distortion_shift_max": grown * radius * half / self.size[0]}
        for axis, name in enumerate(_BOWS):
            if lines := _lines_of(self.cells, axis):
                bent = [_bent(np.asarray(fit.ideal)[line], out[line], grown[line]) for line in lines]
                found[name] = np.concatenate(bent) / self.size[0]
        return found


def _bent(
    line: Float[np.ndarray, "point 2"], out: Float[np.ndarray, "point 2"], grown: Float[np.ndarray, "point _"]
) -> Float[np.ndarray, "point _"]:
    """How far points of a straight line go from their chord as each goes outward by its share."""
    chord = line[-1] - line[0]
    length = float(np.hypot(*chord))
    away = (out @ np.array([-chord[1], chord[0]]) / length)[:, None] * grown
    along = ((line - line[0]) @ chord / length**2)[:, None]
    return np.asarray(away - (1 - along) * away[0] - along * away[-1])


def _of_points(shown: _Shown, fit: RadialFit, errors: np.ndarray, words: tuple[str, str]) -> list[Measure]:
    """What single points and lines say: greatest local distortion, shift and bow.

    They grow by chance, the more the more points there are; their intervals are those of the fit, of which
    each is a sum of terms, by draws of its errors. What the points themselves show lies within.
    """
    shares, found = shown.shares(fit), []
    for name, (value, index) in shown.greatest(fit).items():
        smooth = shares[name] @ np.asarray(fit.terms)
        ends = bootstrap.greatest(smooth, errors @ shares[name].T)
        if name != "distortion_shift_max":
            # Noise may have chosen a point of the other sign, so the fit's own counts.
            sign = value if name.startswith("line_bow") else float(smooth[np.argmax(np.abs(smooth))])
            ends = bootstrap.signed(sign, ends)
        ends = min(ends[0], value), max(ends[1], value)
        at = None if index is None else (float(shown.places[index, 0]), float(shown.places[index, 1]))
        unit, clause = _OF_GREATEST.get(name, _OF_BOW)
        note = f"positive outward; {words[1]}" if name.startswith("line_bow") else words[1]
        found.append(Measure(name, value, unit, clause, METHOD, ends, words[0], at, note))
    return found
