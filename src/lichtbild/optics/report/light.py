"""Parts that need bundles of rays: spots, illumination, encircled energy and ghosts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Circle, Dots, Line, Mark
from lichtbild.figure.page import Figure
from lichtbild.figure.palette import Ink, wavelength_inks
from lichtbild.figure.panels import Panels, panels
from lichtbild.figure.plot import plot
from lichtbild.optics import pencil
from lichtbild.optics.best_focus import best_spot_focus
from lichtbild.optics.bundle import Bundle, taken
from lichtbild.optics.encircled_energy import encircled_by_rays
from lichtbild.optics.ghost import ghosts, worst
from lichtbild.optics.illumination import of_bundles
from lichtbild.optics.report.part import Part, Rows, table
from lichtbild.optics.report.subject import Subject
from lichtbild.optics.spot import airy_radius, places, spot, spot_spread
from lichtbild.optics.transmission import losses

PLANES = 5
"""Planes of a spot diagram through focus."""


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
    reach = 1.1e3 * largest
    axis = Axis("", "µm", -reach, reach)
    columns = tuple(f"{1e3 * shift:+.3g} µm" for shift in shifts)
    return panels(Panels(axis, axis, "Through focus", subject.field_names, columns, (150, 150), True), cells)


def illumination_part(subject: Subject) -> Part:
    """Relative illumination against field, with real pupils, without and with losses."""
    lens = subject.lens
    aims, rays = subject.over_field
    edge, inside = taken(rays, pencil.rim()), taken(rays, pencil.inside())
    lossy = of_bundles(aims, edge, inside, losses(lens))
    bare = replace(
        lossy, solid_angle=lossy.solid_angle / lossy.transmission, axis=lossy.axis / lossy.transmission[0]
    )
    curves = [np.asarray(found.polychromatic(lens.weights)) for found in (bare, lossy)]
    axes = Axes(
        Axis("Field", subject.field_unit),
        Axis("Relative illumination", low=0.0, high=None),
        "Relative illumination",
    )
    marks = [
        Line(subject.curve_axis, curves[0], "pupils and apertures"),
        Line(subject.curve_axis, curves[1], "with losses at surfaces and in media", dash="5 3"),
    ]
    transmission = float(np.average(np.asarray(lossy.transmission)[0], weights=lens.weights))
    rows: Rows = [
        ("Illumination at the outermost field", float(curves[0][-1]), ""),
        ("Transmission on the axis", transmission, ""),
        ("Least share of rays that arrive, over the field", float(np.min(np.asarray(lossy.found))), ""),
    ]
    return Part(
        "Relative illumination",
        (
            Figure(plot(axes, marks), "Projected solid angle of the light at the sensor; rims are traced."),
            table(("Quantity", "Value", "Unit"), rows),
        ),
        {
            "field": subject.curve,
            "relative": curves[0],
            "with_losses": curves[1],
            "transmission": transmission,
            "share_of_rays_arriving": lossy.found,
        },
    )


def encircled_part(subject: Subject) -> Part:
    """Energy within a circle, by rays."""
    lens = subject.lens
    here = spot(subject.rays("spot"), lens.weights)
    radii = np.linspace(0, float(np.asarray(here.geometric).max()) * 1.05, 60)
    found = encircled_by_rays(here, radii)
    energy = np.asarray(found.energy)
    marks = [Line(radii * 1e3, energy[field], name) for field, name in enumerate(subject.field_names)]
    axes = Axes(Axis("Radius", "µm"), Axis("Energy", low=0.0, high=1.0), "Encircled energy, by rays")
    return Part(
        "Encircled energy",
        (Figure(plot(axes, marks), "About the centroid, all wavelengths; without diffraction."),),
        {"radius_mm": radii, "energy": energy},
    )


def ghosts_part(subject: Subject) -> Part:
    """The strongest ghosts of two reflections, at the primary wavelength."""
    lens = subject.lens
    wave = [lens.wavelengths[lens.primary]]
    found = ghosts(lens, wave, sensor_reflectance=subject.settings.reflectance)
    order = worst(found, 12)
    last = len(subject.lens.surfaces)
    pairs = np.asarray(found.pair)
    irradiance, power, radius = (
        np.asarray(values).max(axis=1) for values in (found.irradiance, found.power, found.radius)
    )
    rows: Rows = [
        (
            " then ".join("sensor" if side == last else str(side) for side in pairs[ghost].tolist()),
            float(irradiance[ghost]),
            float(power[ghost]),
            float(radius[ghost]),
            float(np.asarray(found.focus)[ghost]),
        )
        for ghost in order.tolist()
    ]
    head = ("Reflected at", "Irradiance 1/mm²", "Power", "Radius mm", "Focus mm")
    words = (
        "In parts of the direct image's power; primary wavelength; the field where it is strongest. "
        f"The sensor reflects {subject.settings.reflectance:.3g}; surfaces as coated, or bare."
    )
    return Part("Ghosts", (table(head, rows, words),), vars(found))
