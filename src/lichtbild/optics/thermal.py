"""A lens at another temperature: what expands, what bends light less, and where the focus goes.

Glass and plastic grow in all directions alike by their linear expansion: radii, thicknesses, apertures,
aspheres. Between elements stands the mount, a thin tube from edge to edge: it grows by its own expansion,
and the air gap on the axis follows from it and from both surfaces' sags at their semi-apertures, which have
grown with the surfaces (OpticStudio models mounts so, too). Surfaces without a semi-aperture are touched at
their vertices. Indices follow through the lens's own temperature (`lichtbild.optics.glass`). Media without
thermal constants neither grow nor change; `without_thermal_data` tells them.

The way to the object stays. Sources: Schott, TIE-19 (indices); Jamieson, Opt. Eng. 20, 156 (1981) (the
constant of a medium).
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.essence import nameless, plain
from lichtbild.optics.glass import refractive_index, thermal_expansion
from lichtbild.optics.lens import Aperture, Gap, Lens
from lichtbild.optics.medium import Air, Glass, Medium
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.pytree import register
from lichtbild.optics.sag import sag, stacked
from lichtbild.optics.surface import (
    Departure,
    ForbesQbfs,
    ForbesQcon,
    Pose,
    PowerSeries,
    Surface,
    Toroid,
    XYPolynomial,
)

ALUMINIUM: Final = 23.6e-6
"""Linear expansion of aluminium alloy 6061, 1 / K."""


ROOM = 293.15
"""Temperature of a lens that says nothing of it, K."""


def own_temperature(lens: Lens) -> Any:
    """The temperature that a lens is written down for, K."""
    return ROOM if lens.temperature is None else lens.temperature


def at_temperature(
    lens: Lens, temperature: Any, pressure: Any = 1.0, mount_expansion: Any = ALUMINIUM
) -> Lens:
    """The lens as it is at another temperature.

    An entrance pupil diameter or a stop's radius grows with the mount; an f-number stays.

    Args:
        lens: as it is at its own temperature.
        temperature: K.
        pressure: of the air, atmospheres.
        mount_expansion: linear, 1 / K.
    """
    warmer = temperature - own_temperature(lens)
    mount = 1 + mount_expansion * warmer
    media = [None if isinstance(gap.medium, Air) else _growth(gap.medium, warmer) for gap in lens.gaps]
    growths = [_of_surface(*pair, mount) for pair in pairwise(media)]
    return replace(
        lens,
        surfaces=tuple(
            grown(surface, growth, mount) for surface, growth in zip(lens.surfaces, growths, strict=True)
        ),
        gaps=_grown_gaps(lens, media, growths, mount),
        aperture=_grown_aperture(lens.aperture, mount),
        temperature=temperature,
        pressure=pressure,
    )


def without_thermal_data(lens: Lens) -> tuple[int, ...]:
    """Gaps whose medium is neither air nor known to expand or to change its index."""
    return tuple(
        index
        for index, gap in enumerate(lens.gaps)
        if not isinstance(gap.medium, Air)
        and (not isinstance(gap.medium, Glass) or gap.medium.thermal is None)
    )


def _growth(medium: Medium, warmer: Any) -> Any:
    return 1 + thermal_expansion(medium) * warmer


def _of_surface(before: Any, after: Any, mount: Any) -> Any:
    """Growth of a surface: its element's, the mean of two cemented ones, the mount's of stop or mirror."""
    if before is None and after is None:
        return mount
    if before is not None and after is not None:
        return (before + after) / 2
    return after if before is None else before


def grown(surface: Surface, growth: Any, mount: Any) -> Surface:
    """The surface with every length times ``growth``, in a place that the mount has moved."""
    return replace(
        surface,
        curvature=surface.curvature / growth,
        departure=_grown_departure(surface.departure, growth),
        semi_aperture=None if surface.semi_aperture is None else surface.semi_aperture * growth,
        edge=None if surface.edge is None else surface.edge * growth,
        pose=_moved(surface.pose, mount),
        turn=_moved(surface.turn, mount),
    )


def _moved(pose: Pose | None, mount: Any) -> Pose | None:
    if pose is None:
        return None
    x, y, z = pose.decentre
    return replace(pose, decentre=(x * mount, y * mount, z * mount))


def _grown_departure(departure: Departure | None, growth: Any) -> Departure | None:
    """What makes the sag at ``growth`` times the distance from the axis ``growth`` times as large."""
    match departure:
        case PowerSeries(powers, coefficients):
            return PowerSeries(powers, _grown_series(powers, coefficients, growth))
        case ForbesQcon() | ForbesQbfs() | XYPolynomial():
            coefficients = tuple(value * growth for value in departure.coefficients)
            return replace(departure, norm_radius=departure.norm_radius * growth, coefficients=coefficients)
        case Toroid(curvature, powers, coefficients):
            return Toroid(curvature / growth, powers, _grown_series(powers, coefficients, growth))
        case None:
            return None


def _grown_series(powers: tuple[int, ...], coefficients: tuple[Any, ...], growth: Any) -> tuple[Any, ...]:
    return tuple(value * growth ** (1 - power) for power, value in zip(powers, coefficients, strict=True))


def _grown_gaps(lens: Lens, media: list[Any], growths: list[Any], mount: Any) -> tuple[Gap, ...]:
    touched = [*_touching_sags(lens.surfaces), 0.0]
    gaps = [lens.gaps[0]]
    for index, gap in enumerate(lens.gaps[1:], start=1):
        if media[index] is not None:
            gaps.append(replace(gap, thickness=gap.thickness * media[index]))
            continue
        before, after = touched[index - 1], touched[index]
        tube = (gap.thickness - before + after) * mount
        growth_after = growths[index] if index < len(growths) else mount
        thickness = tube + before * growths[index - 1] - after * growth_after
        gaps.append(replace(gap, thickness=plain(thickness)))
    return tuple(gaps)


def _touching_sags(surfaces: tuple[Surface, ...]) -> Array:
    """Sags where the mount touches each surface, mm."""
    heights = jnp.stack(
        [jnp.asarray(0.0 if surface.semi_aperture is None else surface.semi_aperture) for surface in surfaces]
    )
    sags: Array = jax.vmap(sag)(stacked(surfaces), jnp.zeros_like(heights), heights)
    return sags


def _grown_aperture(aperture: Aperture, mount: Any) -> Aperture:
    if aperture.kind in ("entrance pupil diameter", "stop semi-aperture"):
        return replace(aperture, value=aperture.value * mount)
    return aperture


@register
@dataclass(frozen=True)
class ThermalFocus:
    """First-order data against temperature, each ``[temperature]``.

    Args:
        temperature: K.
        focal_length: mm.
        back_focal_length: mm.
        image_gap: from the last surface to the image surface, which the mount holds, mm.
        focus_shift: paraxial image from the image surface, against what it was at the lens's own temperature,
            along +z, mm.
    """

    temperature: Array
    focal_length: Array
    back_focal_length: Array
    image_gap: Array
    focus_shift: Array


def thermal_focus_shift(lens: Lens, temperatures: Any, mount_expansion: Any = ALUMINIUM) -> ThermalFocus:
    """Where the focus goes when lens and mount get warmer or colder.

    Args:
        lens: as it is at its own temperature and pressure.
        temperatures: K, ``[temperature]``.
        mount_expansion: linear, 1 / K.
    """
    warmth = jnp.asarray(temperatures, float)
    table: ThermalFocus = _thermal_focus_shift(nameless(lens), warmth, jnp.asarray(mount_expansion, float))
    return table


@jax.jit
def _thermal_focus_shift(lens: Lens, temperatures: Array, mount_expansion: Array) -> ThermalFocus:
    home = first_order(replace(lens, temperature=own_temperature(lens))).defocus

    def at(temperature: Array) -> ThermalFocus:
        there = at_temperature(lens, temperature, lens.pressure, mount_expansion)
        data = first_order(there)
        gap = jnp.asarray(there.gaps[-1].thickness)
        shift = data.defocus - home
        return ThermalFocus(temperature, data.focal_length, data.back_focal_length, gap, shift)

    table: ThermalFocus = jax.vmap(at)(temperatures)
    return table


def thermal_focus_rate(lens: Lens, mount_expansion: Any = ALUMINIUM) -> Array:
    """Derivative of the focus shift by temperature, at the lens's own, mm / K; 0 is an athermal lens."""
    rate: Array = _thermal_focus_rate(nameless(lens), jnp.asarray(mount_expansion, float))
    return rate


@jax.jit
def _thermal_focus_rate(lens: Lens, mount_expansion: Array) -> Array:
    def defocus(temperature: Array) -> Array:
        return first_order(at_temperature(lens, temperature, lens.pressure, mount_expansion)).defocus

    rate: Array = jax.jacfwd(defocus)(jnp.asarray(own_temperature(lens), float))
    return rate


def thermo_optic_constant(
    medium: Medium, wavelength: Any, temperature: Any = 293.15, pressure: Any = 1.0
) -> Array:
    """The thermal constant of a medium, (dn/dT) / (n - 1) less its expansion, 1 / K.

    A thin element's power changes by that share each kelvin. Elements on one aluminium mount make an athermal
    lens if the sum of their powers times their constants, over the power, is the mount's negative expansion.

    Args:
        medium: a solid; air has none.
        wavelength: mm.
        temperature: K.
        pressure: of the air, atmospheres.
    """

    def index(warmth: Array) -> Array:
        return jnp.asarray(refractive_index(medium, wavelength, warmth, pressure))

    here = jnp.asarray(temperature, float)
    n, rate = jax.jvp(index, (here,), (jnp.ones(()),))
    constant: Array = rate / (n - 1) - thermal_expansion(medium)
    return constant
