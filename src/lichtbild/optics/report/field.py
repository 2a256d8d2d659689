"""Parts along real chief rays: distortion, field curvature, lateral colour and chief ray angle."""

import numpy as np
from jax import Array

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Line, Mark, Rule
from lichtbild.figure.page import Figure
from lichtbild.figure.palette import Ink, wavelength_inks
from lichtbild.figure.plot import plot
from lichtbild.figure.svg import Svg
from lichtbild.optics.chief_ray import chief
from lichtbild.optics.distortion import distortion, distortion_grid
from lichtbild.optics.field_curvature import field_curvature
from lichtbild.optics.lateral_colour import lateral_colour, longitudinal_colour
from lichtbild.optics.report.part import Part, Rows, table
from lichtbild.optics.report.subject import Subject

GRID = 13
"""Lines of a distorted grid in either direction."""


def tall(subject: Subject, across: Axis, title: str) -> Axes:
    """Axes of a curve that has the field upwards, as tradition wants."""
    return Axes(across, Axis("Field", subject.field_unit), title, 420, 420, origin=True)


def seen(found: Array, values: Array, number: int | None = None) -> np.ndarray:
    """Values where there is a ray, NaN elsewhere; of one wavelength if it is numbered."""
    shown = np.where(np.asarray(found), np.asarray(values), np.nan)
    return shown if number is None else shown[:, number]


def distortion_part(subject: Subject) -> Part:
    """Distortion against field, and the picture of a grid."""
    found = distortion(subject.lens, subject.curve)
    percent = seen(found.found, found.percent)
    half = float(np.max(np.abs(np.asarray(found.ideal))))
    grid = distortion_grid(subject.lens, half * 0.8, half * 0.6, GRID)
    curve = plot(tall(subject, Axis("Distortion", "%"), "Distortion"), [Line(percent, subject.curve_axis)])
    rows: Rows = [
        ("Largest distortion", float(np.nanmax(np.abs(percent))), "%"),
        ("SMIA TV distortion", float(grid.smia_tv), "%"),
    ]
    return Part(
        "Distortion",
        (
            Figure(curve, "From f tan θ, along real chief rays."),
            Figure(_grid(grid.real, grid.ideal, grid.found), "A 4:3 grid; grey where an ideal lens puts it."),
            table(("Quantity", "Value", "Unit"), rows),
        ),
        {
            "field": subject.curve,
            "distortion_percent": percent,
            "real_image_mm": found.real,
            "smia_tv_percent": grid.smia_tv,
        },
    )


def _grid(real: Array, ideal: Array, found: Array) -> Svg:
    marks: list[Mark] = []
    for places, ink in ((np.asarray(ideal), Ink.RULE), (seen(found, real), Ink.BLUE)):
        for way in (places, places.swapaxes(1, 2)):
            marks += [Line(x, y, ink=ink, width=1.0) for x, y in zip(way[0], way[1], strict=True)]
    axes = Axes(Axis("x", "mm"), Axis("y", "mm"), "Picture of a grid", 520, 420, equal=True)
    return plot(axes, marks)


def field_curvature_part(subject: Subject) -> Part:
    """Tangential and sagittal foci against field."""
    found = field_curvature(subject.lens, subject.curve)
    marks: list[Mark] = []
    inks = wavelength_inks(subject.wavelengths)
    for number, (name, ink) in enumerate(zip(subject.wave_names, inks, strict=True)):
        for values, dash, which in ((found.tangential, None, "T"), (found.sagittal, "5 3", "S")):
            focus = seen(found.found, values, number) * 1e3
            marks.append(Line(focus, subject.curve_axis, f"{which} {name}", ink, dash))
    figure = plot(tall(subject, Axis("Focus", "µm"), "Field curvature"), marks)
    return Part(
        "Field curvature and astigmatism",
        (Figure(figure, "Foci of narrow pencils about real chief rays, from the image surface."),),
        {"field": subject.curve, "tangential_mm": found.tangential, "sagittal_mm": found.sagittal},
    )


def colour_part(subject: Subject) -> Part:
    """Lateral colour against field, and the focus of every zone at every wavelength."""
    inks = wavelength_inks(subject.wavelengths)
    lateral = lateral_colour(subject.lens, subject.curve)
    along = longitudinal_colour(subject.lens)
    sideways: list[Mark] = []
    zones: list[Mark] = []
    for number, (name, ink) in enumerate(zip(subject.wave_names, inks, strict=True)):
        shift = seen(lateral.found, lateral.radial, number) * 1e3
        sideways.append(Line(shift, subject.curve_axis, name, ink))
        focus = seen(along.found, along.focus)[number] * 1e3
        zones.append(Line(focus, np.asarray(along.zone), name, ink))
    zone_axes = Axes(
        Axis("Focus", "µm"), Axis("Zone", "stop radii"), "Longitudinal aberration", 420, 420, origin=True
    )
    return Part(
        "Colour",
        (
            Figure(
                plot(tall(subject, Axis("Shift", "µm"), "Lateral colour"), sideways),
                "Where chief rays of each wavelength meet the image, from that of the primary one.",
            ),
            Figure(plot(zone_axes, zones), "Where rays of each zone of the stop cross the axis."),
        ),
        {
            "field": subject.curve,
            "lateral_mm": lateral.radial,
            "zone": along.zone,
            "longitudinal_mm": along.focus,
        },
    )


def chief_ray_part(subject: Subject) -> Part:
    """Chief ray angle on the sensor against image height, and the angle of incidence on every surface."""
    lens = subject.lens
    found = chief(lens, subject.curve)
    height = np.hypot(*(seen(found.found, axis, lens.primary) for axis in found.image))
    angle = np.degrees(seen(found.found, found.angle, lens.primary))
    marks: list[Mark] = [Line(height, angle)]
    limit = subject.settings.chief_limit
    if limit is not None:
        marks.append(Rule(float(np.degrees(limit)), "y"))
    axes = Axes(Axis("Image height", "mm"), Axis("Chief ray angle", "°"), "Chief ray angle")
    incidence = np.degrees(np.asarray(found.incidence)[:, -1, lens.primary])
    names = [*map(str, range(len(lens.surfaces))), "image"]
    rows: Rows = [(name, float(value)) for name, value in zip(names, incidence, strict=True)]
    return Part(
        "Chief ray angle",
        (
            Figure(plot(axes, marks), "At the primary wavelength, to the sensor's normal."),
            table(("Surface", "Incidence °"), rows, "Of the outermost field's chief ray."),
        ),
        {"image_height_mm": height, "angle_deg": angle, "incidence_deg": incidence},
    )
