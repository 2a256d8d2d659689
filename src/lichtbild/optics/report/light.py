"""Parts that need bundles of rays: spots, illumination, encircled energy and ghosts."""

from dataclasses import replace

import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Line
from lichtbild.figure.page import Figure
from lichtbild.figure.plot import plot
from lichtbild.optics import pencil
from lichtbild.optics.bundle import taken
from lichtbild.optics.ghost import ghosts, worst
from lichtbild.optics.illumination import of_bundles
from lichtbild.optics.report.part import Part, Rows, table
from lichtbild.optics.report.subject import Subject
from lichtbild.optics.transmission import losses


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
