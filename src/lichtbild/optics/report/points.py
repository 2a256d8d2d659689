"""Parts about images of points: spots by rays, spreads by diffraction, and the energy within a circle."""

from collections import Counter
from collections.abc import Mapping

import jax.numpy as jnp
import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.colour_map import ColourMap
from lichtbild.figure.marks import Circle, Dots, Image, Line, Mark
from lichtbild.figure.page import Figure
from lichtbild.figure.palette import Ink, wavelength_inks
from lichtbild.figure.panels import Panels, panels
from lichtbild.figure.plot import plot
from lichtbild.optics.best_focus import best_spot_focus
from lichtbild.optics.bundle import Bundle
from lichtbild.optics.encircled_energy import EncircledEnergy, encircled_by_diffraction, encircled_by_rays
from lichtbild.optics.report.part import Part, Rows, table
from lichtbild.optics.report.subject import Subject
from lichtbild.optics.spot import airy_radius, places, spot, spot_spread

PLANES = 5
"""Planes of a spot diagram through focus."""

RADII = 60
"""Radii of a curve of encircled energy."""

SHARES = (0.5, 0.8)
"""Of the energy, whose radii are told."""


def lost_rays(rays: Bundle) -> Mapping[str, int]:
    """How many rays of a bundle did not arrive, and why and where."""
    names = {1: "missed surface", 2: "totally reflected at surface", 3: "clipped at surface"}
    status, where = (np.asarray(values).ravel() for values in (rays.traced.status, rays.traced.where))
    counted: Counter[str] = Counter()
    for code, surface in zip(status[status != 0].tolist(), where[status != 0].tolist(), strict=True):
        counted[f"{names[code]} {surface}" if code in names else "not aimed"] += 1
    return {"passed": int((status == 0).sum()), **counted}


def spot_part(subject: Subject) -> Part:
    """Spots through focus, their RMS radii, and the plane of best focus."""
    lens = subject.lens
    rays = subject.rays("spot")
    here = spot(rays, lens.weights)
    best = float(best_spot_focus(rays, lens.weights))
    airy = float(airy_radius(lens))
    depth = max(2 * abs(best), 4 * float(subject.first_order.working_f_number) * airy)
    shifts = np.linspace(-depth, depth, PLANES)
    rms = np.asarray(spot_spread(rays, lens.weights).rms(shifts)) * 1e3
    rows: Rows = [
        (
            name,
            *(1e3 * float(np.asarray(values)[i]) for values in (here.rms, here.geometric)),
            rms[:, i].min(),
        )
        for i, name in enumerate(subject.field_names)
    ]
    head = ("Field", "RMS radius µm", "Farthest ray µm", "Least RMS radius shown µm")
    return Part(
        "Spot diagrams",
        (
            Figure(_spots(subject, rays, shifts, airy), "The dashed circle is Airy's.", wide=True),
            table(
                head, rows, f"All wavelengths, about the centroid. Best common focus at {1e3 * best:.4g} µm."
            ),
        ),
        {"rms_mm": here.rms, "geometric_mm": here.geometric, "best_focus_mm": best, "airy_radius_mm": airy},
        lost_rays(rays),
    )


def _spots(subject: Subject, rays: Bundle, shifts: np.ndarray, airy: float):  # type: ignore[no-untyped-def]
    inks = wavelength_inks(subject.wavelengths)
    centre = np.asarray(spot(rays, subject.lens.weights).centre)
    cells = []
    largest = 0.0
    for field in range(len(subject.fields)):
        row = []
        for shift in shifts:
            at = np.asarray(places(rays, shift)[0])[:, field] - centre[:, field, None, None]
            largest = max(largest, float(np.abs(at).max()))
            marks: list[Mark] = [
                Dots(1e3 * at[0, wave], 1e3 * at[1, wave], name, ink, 1.6)
                for wave, (name, ink) in enumerate(zip(subject.wave_names, inks, strict=True))
            ]
            row.append([*marks, Circle(0.0, 0.0, 1e3 * airy, ink=Ink.MUTED, dash="3 3")])
        cells.append(row)
    reach, depth = 1.1e3 * largest, np.abs(shifts).max()
    axis = Axis("", "µm", -reach, reach)
    columns = tuple(f"{shift:+.3g} mm" if depth >= 1 else f"{1e3 * shift:+.3g} µm" for shift in shifts)
    return panels(Panels(axis, axis, "Through focus", subject.field_names, columns, (150, 150), True), cells)


def spread_part(subject: Subject) -> Part:
    """Images of points, all wavelengths together, on a logarithmic scale."""
    lens, found = subject.lens, subject.spreads
    values = np.asarray(found.polychromatic(jnp.asarray(lens.weights, float)).values)[:, 0]
    pitch = float(found.pitch)
    half = values.shape[-1] / 2 * pitch * 1e3
    airy = float(airy_radius(lens)) * 1e3
    cells = [[_image(value, half, airy) for value in values]]
    axis = Axis("", "µm", -half, half)
    figure = panels(Panels(axis, axis, "Point spread", (), subject.field_names, (190, 190), True), cells)
    peak, shown = values.max(axis=(1, 2)), values.sum(axis=(1, 2)) * pitch**2
    rows: Rows = list(zip(subject.field_names, peak.tolist(), shown.tolist(), strict=True))
    return Part(
        "Point spread",
        (
            Figure(figure, "Logarithm of the density over three decades; the circle is Airy's.", wide=True),
            table(("Field", "Peak 1/mm²", "Energy in the picture"), rows, "Each integrates to 1."),
        ),
        {"pitch_mm": pitch, "peak_per_mm2": peak, "energy_shown": shown},
    )


def _image(values: np.ndarray, half: float, airy: float) -> list[Mark]:
    picture = Image(values / values.max(), -half, half, -half, half, ColourMap(1e-3, 1.0, log=True))
    return [picture, Circle(0.0, 0.0, airy, ink=Ink.PAPER, dash="3 3")]


def encircled_part(subject: Subject) -> Part:
    """Energy within a circle, by rays and by diffraction."""
    lens = subject.lens
    here = spot(subject.rays("spot"), lens.weights)
    by_rays = encircled_by_rays(here, np.linspace(0, float(np.asarray(here.geometric).max()) * 1.05, RADII))
    reach = float(subject.spreads.pitch) * subject.spreads.values.shape[-1] / 2
    by_waves = encircled_by_diffraction(
        subject.spreads, np.linspace(0, reach / 2, RADII), weights=np.asarray(lens.weights, float)
    )
    rows: Rows = [
        (name, *(_radius(found, share, field) for found in (by_waves, by_rays) for share in SHARES))
        for field, name in enumerate(subject.field_names)
    ]
    head = ("Field", *(f"{share:.0%} {way} µm" for way in ("by diffraction", "by rays") for share in SHARES))
    return Part(
        "Encircled energy",
        (
            _energy(subject, by_waves, "Encircled energy by diffraction"),
            _energy(subject, by_rays, "Encircled energy by rays"),
            table(head, rows, "Radii about the centroid that hold a share of the energy."),
        ),
        {
            "radius_mm": by_waves.radius,
            "energy": by_waves.energy,
            "radius_by_rays_mm": by_rays.radius,
            "energy_by_rays": by_rays.energy,
        },
    )


def _radius(found: EncircledEnergy, share: float, field: int) -> float | str:
    """The radius that holds a share of a field point's energy, µm, as far as it was looked for."""
    radius = 1e3 * float(found.radius_of(share)[field])
    return radius if float(found.energy[field, -1]) >= share else f"more than {radius:.4g}"


def _energy(subject: Subject, found: EncircledEnergy, title: str) -> Figure:
    radii, energy = np.asarray(found.radius) * 1e3, np.asarray(found.energy)
    marks: list[Mark] = [Line(radii, energy[field], name) for field, name in enumerate(subject.field_names)]
    axes = Axes(Axis("Radius", "µm"), Axis("Energy", low=0.0, high=1.0), title)
    return Figure(plot(axes, marks), "About the centroid, all wavelengths.")
