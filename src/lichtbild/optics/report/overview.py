"""Parts that need no real rays: first-order data, paraxial rays, Seidel sums, colour, heat, depth."""

import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Line, Mark, Rule
from lichtbild.figure.page import Block, Figure, Paragraph
from lichtbild.figure.plot import plot
from lichtbild.figure.svg import Svg
from lichtbild.optics.chromatic import paraxial_focus_shift
from lichtbild.optics.depth_of_field import depth_of_field, depth_of_focus
from lichtbild.optics.paraxial import paraxial_rays
from lichtbild.optics.report.part import Part, Rows, table
from lichtbild.optics.report.subject import Subject
from lichtbild.optics.seidel import Sums, seidel, wave_coefficients
from lichtbild.optics.thermal import thermal_focus_shift, without_thermal_data

FIRST_ORDER = (
    ("focal_length", "Focal length", "mm"),
    ("back_focal_length", "Back focal length", "mm"),
    ("front_focal_length", "Front focal length", "mm"),
    ("f_number", "F-number", ""),
    ("working_f_number", "Working f-number", ""),
    ("numerical_aperture", "Numerical aperture", ""),
    ("entrance_pupil", "Entrance pupil behind first surface", "mm"),
    ("entrance_pupil_diameter", "Entrance pupil diameter", "mm"),
    ("exit_pupil", "Exit pupil behind image", "mm"),
    ("exit_pupil_diameter", "Exit pupil diameter", "mm"),
    ("stop_semi_aperture", "Stop semi-aperture (paraxial)", "mm"),
    ("defocus", "Paraxial image behind image surface", "mm"),
    ("magnification", "Magnification", ""),
    ("image_height", "Paraxial image height", "mm"),
    ("track_length", "Track length", "mm"),
    ("petzval_radius", "Petzval radius", "mm"),
    ("lagrange_invariant", "Lagrange invariant", "mm"),
    ("front_principal", "Front principal point behind first surface", "mm"),
    ("rear_principal", "Rear principal point behind last surface", "mm"),
)
"""What first-order data a designer reads first, with their names and units."""


DIGITS = 12
"""Behind the point: what rounding leaves of a chief ray in the stop is shown as 0."""


def first_order_part(subject: Subject) -> Part:
    """First-order data at the primary wavelength."""
    data = subject.first_order
    rows: Rows = [
        (name, float(getattr(data, key)), unit)
        for key, name, unit in FIRST_ORDER
        if np.isfinite(getattr(data, key))
    ]
    return Part("First-order data", (table(("Quantity", "Value", "Unit"), rows),), vars(data))


def rays_part(subject: Subject) -> Part:
    """The marginal and the chief paraxial ray at every surface."""
    rays = paraxial_rays(subject.lens)
    found = (rays.marginal.height, rays.marginal.slope, rays.chief.height, rays.chief.slope)
    columns = [np.round(np.asarray(values), DIGITS) for values in found]
    names = [*map(str, range(len(subject.lens.surfaces))), "image"]
    rows: Rows = [(name, *(float(column[i]) for column in columns)) for i, name in enumerate(names)]
    header = ("Surface", "Marginal height", "Slope before", "Chief height", "Slope before")
    return Part("Paraxial rays", (table(header, rows, "Heights in mm, slopes dy/dz."),), vars(rays))


SUMS = (
    ("spherical", "S I spherical"),
    ("coma", "S II coma"),
    ("astigmatism", "S III astigmatism"),
    ("petzval", "S IV Petzval"),
    ("distortion", "S V distortion"),
    ("axial_colour", "C L axial colour"),
    ("lateral_colour", "C T lateral colour"),
)


def seidel_part(subject: Subject) -> Part:
    """Seidel and chromatic sums of every surface and of the lens, and its wave coefficients."""
    found = seidel(subject.lens)
    waves = wave_coefficients(found.total, subject.wavelengths[subject.lens.primary])
    rows: Rows = [
        (str(number), *(float(np.asarray(getattr(found.surfaces, key))[number]) for key, _ in SUMS))
        for number in range(len(subject.lens.surfaces))
    ]
    rows.append(("sum", *(float(getattr(found.total, key)) for key, _ in SUMS)))
    header = ("Surface", *(name for _, name in SUMS))
    in_waves: Rows = [(name.upper(), float(value)) for name, value in vars(waves).items()]
    return Part(
        "Seidel and chromatic sums",
        (
            Figure(_sums_figure(found.surfaces), "What each surface adds; a good lens adds up to little."),
            table(("Coefficient", "Wavelengths"), in_waves, "At the pupil's rim and the outermost field."),
            table(header, rows, "mm, at the outermost field and full aperture."),
        ),
        {"surfaces": found.surfaces, "total": found.total, "wave_coefficients": waves},
    )


def _sums_figure(sums: Sums) -> Svg:
    number = np.arange(len(np.asarray(sums.spherical)), dtype=float)
    lines = [
        Line(number, np.asarray(getattr(sums, key)), name, dots=True, width=1.0) for key, name in SUMS[:5]
    ]
    axes = Axes(Axis("Surface", ticks=8), Axis("Contribution", "mm"), "Seidel contributions", origin=True)
    return plot(axes, lines)


def axial_colour_part(subject: Subject) -> Part:
    """Paraxial focus against wavelength, over the band of the lens."""
    waves = subject.wavelengths
    band = np.linspace(waves.min(), waves.max(), 41) if len(waves) > 1 else waves
    shift = np.asarray(paraxial_focus_shift(subject.lens, band))
    primary = float(waves[subject.lens.primary] * 1e6)
    marks: list[Mark] = [Line(band * 1e6, shift * 1e3), Rule(primary, "x")]
    axes = Axes(Axis("Wavelength", "nm"), Axis("Focus shift", "µm"), "Axial colour, paraxial", origin=True)
    return Part(
        "Axial colour",
        (Figure(plot(axes, marks), "Where paraxial light of each wavelength has its focus."),),
        {"wavelength_mm": band, "focus_shift_mm": shift},
    )


def temperature_part(subject: Subject) -> Part:
    """Focus against temperature, in a mount of aluminium."""
    lens = subject.lens
    found = thermal_focus_shift(lens, subject.settings.temperatures)
    celsius = np.asarray(found.temperature) - 273.15
    marks = [Line(celsius, np.asarray(found.focus_shift) * 1e3, dots=True)]
    axes = Axes(Axis("Temperature", "°C"), Axis("Focus shift", "µm"), "Thermal focus shift", origin=True)
    blocks: list[Block] = [Figure(plot(axes, marks), "The paraxial focus in a mount of aluminium.")]
    if unknown := without_thermal_data(lens):
        gaps = ", ".join(map(str, unknown))
        blocks.append(
            Paragraph(f"Nothing is known of how the media in gaps {gaps} change; they are taken not to.")
        )
    return Part("Temperature", tuple(blocks), vars(found))


def depth_part(subject: Subject) -> Part:
    """Depth of field and of focus for a blur of two pixels."""
    blur = 2 * subject.settings.pitch
    field, focus = depth_of_field(subject.lens, blur), depth_of_focus(subject.lens, blur)
    rows: Rows = [
        ("Permitted blur", blur, "mm"),
        ("Depth of focus, geometric", float(focus.geometric), "± mm"),
        ("Depth of focus, diffraction", float(focus.diffraction), "± mm"),
        ("Near limit", float(field.near), "mm"),
        ("Far limit", float(field.far), "mm"),
        ("Hyperfocal distance", float(field.hyperfocal), "mm"),
    ]
    shown = table(("Quantity", "Value", "Unit"), rows, "Distances from the first surface.")
    return Part("Depth of field", (shown,), {"blur_mm": blur, "field": field, "focus": focus})
