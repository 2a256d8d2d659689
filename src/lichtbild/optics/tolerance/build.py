"""Build: a lens as it comes out of the making, with every error really in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import comb, cos, sin
from typing import Any

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Gap, Lens
from lichtbild.optics.medium import MeasuredGlass, Medium, ModelGlass
from lichtbild.optics.spectral_line import D_LINE
from lichtbild.optics.surface import Pose, PowerSeries, Surface, XYPolynomial
from lichtbild.optics.tolerance.form import MONOMIALS
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.parameter import Parameter, bodies


@dataclass
class _Errors:
    """Errors by their places."""

    thickness: dict[int, float] = field(default_factory=dict)
    shift: dict[int, list[float]] = field(default_factory=dict)
    tilt: dict[int, list[float]] = field(default_factory=dict)
    body_tilt: dict[int, list[float]] = field(default_factory=dict)
    body_shift: dict[int, list[float]] = field(default_factory=dict)
    radius: dict[int, float] = field(default_factory=dict)
    index: dict[int, float] = field(default_factory=dict)
    abbe: dict[int, float] = field(default_factory=dict)
    form: dict[int, dict[str, float]] = field(default_factory=dict)


def built(lens: Lens, parameters: Sequence[Parameter], errors: Any) -> Lens:
    """The lens with errors in it.

    Every surface gets a pose, the image too, so that all builds of a lens share what is compiled.

    Args:
        lens: on one straight axis.
        parameters: what has an error.
        errors: one for each parameter, in our units; of form errors the coefficient of the term, mm.

    Raises:
        BadInput: a form error of a surface whose shape has no polynomial in x and y.
    """
    wrong = _sorted(parameters, errors)
    gaps = tuple(_gap(lens, index, gap, wrong) for index, gap in enumerate(lens.gaps))
    poses = _poses(lens, gaps, wrong)
    surfaces = tuple(
        replace(_surface(index, surface, wrong), pose=pose)
        for index, (surface, pose) in enumerate(zip(lens.surfaces, poses, strict=True))
    )
    return replace(lens, surfaces=surfaces, gaps=gaps, image=replace(lens.image, pose=Pose()))


def refocused(lens: Lens, focus: float, tilt_x: float, tilt_y: float) -> Lens:
    """A build with its image surface moved by ``focus`` mm and tilted about x and y, rad."""
    last = replace(lens.gaps[-1], thickness=float(lens.gaps[-1].thickness) + focus)
    image = replace(lens.image, pose=Pose(tilt=(tilt_x, tilt_y, 0.0)))
    return replace(lens, gaps=(*lens.gaps[:-1], last), image=image)


def _sorted(parameters: Sequence[Parameter], errors: Any) -> _Errors:
    found = _Errors()
    plain = {
        Kind.THICKNESS: found.thickness,
        Kind.RADIUS: found.radius,
        Kind.INDEX: found.index,
        Kind.ABBE: found.abbe,
    }
    paired = {
        Kind.SURFACE_DECENTRE: found.shift,
        Kind.SURFACE_TILT: found.tilt,
        Kind.ELEMENT_DECENTRE: found.body_shift,
        Kind.ELEMENT_TILT: found.body_tilt,
    }
    for parameter, error in zip(parameters, np.asarray(errors, float), strict=True):
        kind, place, value = parameter.kind, parameter.place, float(error)
        if kind in plain:
            plain[kind][place] = value
        elif kind in paired:
            paired[kind].setdefault(place, [0.0, 0.0])["xy".index(parameter.axis)] = value
        else:
            found.form.setdefault(place, {})[parameter.axis] = value
    return found


def _gap(lens: Lens, index: int, gap: Gap, wrong: _Errors) -> Gap:
    medium = gap.medium
    if index in wrong.index or index in wrong.abbe:
        medium = with_error(lens, medium, wrong.index.get(index, 0.0), wrong.abbe.get(index, 0.0))
    return Gap(float(gap.thickness) + wrong.thickness.get(index, 0.0), medium)


def with_error(lens: Lens, medium: Medium, index: float, abbe: float) -> Medium:
    """A medium whose n_d is higher by ``index``, and its Abbe number by the relative ``abbe``.

    One that is known by these two numbers keeps its kind; any other becomes what is measured at the lens's
    wavelengths, ``n(w) = n_d' + (n(w) - n_d) (n_d' - 1) / (n_d - 1) / (1 + abbe)``.
    """
    if isinstance(medium, ModelGlass):
        return replace(medium, index=float(medium.index) + index, abbe=float(medium.abbe) * (1 + abbe))
    waves = np.sort(np.array([float(wave) for wave in lens.wavelengths]))
    of = (lens.temperature, lens.pressure)
    known = np.asarray(refractive_index(medium, waves, *of), float)
    nd = float(refractive_index(medium, D_LINE, *of))
    wrong = nd + index + (known - nd) * (nd + index - 1) / (nd - 1) / (1 + abbe)
    name = getattr(medium, "name", "")
    return MeasuredGlass(tuple(map(float, waves)), tuple(map(float, wrong)), name)


def _poses(lens: Lens, gaps: tuple[Gap, ...], wrong: _Errors) -> list[Pose]:
    """Where each surface stands beside its place; a body turns about the vertex of its first surface."""
    shifts = np.zeros((len(lens.surfaces), 3))
    tilts = np.zeros((len(lens.surfaces), 2))
    for index, (x, y) in wrong.shift.items():
        shifts[index, :2] += x, y
    for index, turn in wrong.tilt.items():
        tilts[index] += turn
    for number, body in enumerate(bodies(lens)):
        turn = wrong.body_tilt.get(number, [0.0, 0.0])
        x, y = wrong.body_shift.get(number, [0.0, 0.0])
        for index in range(body.front, body.back + 1):
            depth = sum(float(gap.thickness) for gap in gaps[body.front + 1 : index + 1])
            tilts[index] += turn
            shifts[index] += (x, y, 0.0) + depth * (_axis(*turn) - (0.0, 0.0, 1.0))
    return [
        Pose(decentre=(float(dx), float(dy), float(dz)), tilt=(float(tx), float(ty), 0.0))
        for (dx, dy, dz), (tx, ty) in zip(shifts, tilts, strict=True)
    ]


def _axis(about_x: float, about_y: float) -> np.ndarray:
    """The z axis after turning about x and then about the new y."""
    return np.array([sin(about_y), -sin(about_x) * cos(about_y), cos(about_x) * cos(about_y)])


def _surface(index: int, surface: Surface, wrong: _Errors) -> Surface:
    if index in wrong.radius:
        surface = replace(surface, curvature=float(surface.curvature) / (1 + wrong.radius[index]))
    if index in wrong.form:
        surface = replace(surface, departure=_with_form(index, surface, wrong.form[index]))
    return surface


def semi_aperture(surface: Surface) -> float:
    """Semi-aperture that a form error is over, mm; parameters are only of surfaces that have one."""
    return 1.0 if surface.semi_aperture is None else float(surface.semi_aperture)


def _with_form(index: int, surface: Surface, terms: dict[str, float]) -> XYPolynomial:
    """The departure of a surface and its form error, as one polynomial in x and y.

    It has the powers of every term of a form error, so that all builds share what is compiled.
    """
    departure, norm = surface.departure, semi_aperture(surface)
    table = {pair: 0.0 for term in MONOMIALS.values() for pair in term}
    match departure:
        case None:
            pass
        case PowerSeries(powers, coefficients) if all(power % 2 == 0 for power in powers):
            for power, value in zip(powers, coefficients, strict=True):
                for i in range(power // 2 + 1):
                    key = (2 * i, power - 2 * i)
                    term = comb(power // 2, i) * float(value) * norm**power
                    table[key] = table.get(key, 0.0) + term
        case XYPolynomial(old, pairs, coefficients):
            for (i, j), value in zip(pairs, coefficients, strict=True):
                table[i, j] = table.get((i, j), 0.0) + float(value) * (norm / float(old)) ** (i + j)
        case _:
            raise BadInput(
                f"surface {index} is a {type(departure).__name__}, whose form error cannot be built to be "
                "traced anew, only predicted; leave form_error_nm out or trace no builds anew"
            )
    for name, size in terms.items():
        for key, value in MONOMIALS[name].items():
            table[key] += size * value
    pairs = tuple(sorted(table))
    return XYPolynomial(norm, pairs, tuple(table[pair] for pair in pairs))
