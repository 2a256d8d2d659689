"""Parts of wave optics: transfer functions and images of points."""

import jax.numpy as jnp
import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.colour_map import ColourMap, symmetric
from lichtbild.figure.marks import Circle, Image, Line, Mark
from lichtbild.figure.page import Figure
from lichtbild.figure.palette import Ink, series_ink
from lichtbild.figure.panels import Panels, panels
from lichtbild.figure.plot import plot
from lichtbild.optics.lens import Lens
from lichtbild.optics.mtf import Transfer, behind_image, directions, of_pencil
from lichtbild.optics.pencil import of_bundle
from lichtbild.optics.psf import of_pencil as spread
from lichtbild.optics.pupil_function import pupil_function
from lichtbild.optics.report.part import Part, Rows, table
from lichtbild.optics.report.shared_rays import INSIDE, MAP, SQUARES
from lichtbild.optics.report.subject import Subject
from lichtbild.optics.spot import airy_radius
from lichtbild.optics.wavefront import of_bundle as of_rays

FREQUENCIES = 41
"""Frequencies of a curve, from 0 to the Nyquist frequency of the sensor or the lens's limit."""

PLANES = 21
"""Planes of transfer through focus."""

PIXELS = 64
"""Samples along a point's image."""

SIDES = ("T", "S")
DASHES = (None, "5 3")


def _limit(subject: Subject) -> float:
    """The lens's cut-off or the sensor's Nyquist frequency, whichever is less, cycles / mm."""
    wave = float(subject.wavelengths[subject.lens.primary])
    cutoff = 1 / (wave * abs(float(subject.first_order.working_f_number)))
    return min(cutoff, 1 / (2 * subject.settings.pitch))


def mtf_part(subject: Subject) -> Part:
    """Diffraction MTF against frequency, against field and through focus; all wavelengths together."""
    lens = subject.lens
    frequencies = np.linspace(0, _limit(subject), FREQUENCIES)
    along = directions(lens)
    values = of_pencil(subject.pencils, jnp.asarray(frequencies), along, "fast", 0.0)
    modulus = _modulus(Transfer(values, jnp.asarray(frequencies), along), lens)
    marks: list[Mark] = [
        Line(frequencies, modulus[field, side], f"{SIDES[side]} {name}", series_ink(field), DASHES[side])
        for field, name in enumerate(subject.field_names)
        for side in (0, 1)
    ]
    axes = Axes(
        Axis("Frequency", "cycles/mm"), Axis("MTF", low=0.0, high=1.0), "MTF by diffraction", 760, 420
    )
    chosen = [value for value in subject.settings.frequencies if value <= _limit(subject)] or [
        _limit(subject)
    ]
    over_field, field_numbers = _against_field(subject, chosen)
    through, focus_numbers = _through_focus(subject, chosen[len(chosen) // 2])
    rows: Rows = [
        (f"{SIDES[side]} {name}", *(float(np.interp(f, frequencies, modulus[field, side])) for f in chosen))
        for field, name in enumerate(subject.field_names)
        for side in (0, 1)
    ]
    head = ("Field", *(f"{value:.4g} cycles/mm" for value in chosen))
    return Part(
        "MTF",
        (
            Figure(
                plot(axes, marks), "T tangential, S sagittal; all wavelengths, one image plane.", wide=True
            ),
            over_field,
            through,
            table(head, rows),
        ),
        {"frequency_per_mm": frequencies, "modulus": modulus, **field_numbers, **focus_numbers},
    )


def _modulus(found: Transfer, lens: Lens) -> np.ndarray:
    """Of all wavelengths together, ``[field, direction, frequency]``."""
    modulus: np.ndarray = np.asarray(found.polychromatic(lens.weights).modulus)[:, 0]
    return modulus


def _against_field(subject: Subject, chosen: list[float]) -> tuple[Figure, dict[str, object]]:
    lens = subject.lens
    along, frequencies = directions(lens, subject.curve), jnp.asarray(chosen)
    pencils = of_bundle(lens, subject.over_field[1])
    values = of_pencil(pencils, frequencies, along, "fast", 0.0)
    modulus = _modulus(Transfer(values, frequencies, along), lens)
    across = subject.curve_axis
    marks: list[Mark] = [
        Line(across, modulus[:, side, n], f"{SIDES[side]} {value:.4g}", series_ink(n), DASHES[side])
        for n, value in enumerate(chosen)
        for side in (0, 1)
    ]
    axes = Axes(Axis("Field", subject.field_unit), Axis("MTF", low=0.0, high=1.0), "MTF against field")
    figure = Figure(plot(axes, marks), "At the frequencies named, cycles/mm.")
    return figure, {"field": subject.curve, "chosen_per_mm": chosen, "modulus_against_field": modulus}


def _through_focus(subject: Subject, frequency: float) -> tuple[Figure, dict[str, object]]:
    lens = subject.lens
    wave = float(subject.wavelengths[lens.primary])
    depth = max(4 * wave * float(subject.first_order.working_f_number) ** 2 * 2, 0.01)
    shifts = np.linspace(-depth, depth, PLANES)
    pupils = pupil_function(subject.pencils)
    values = behind_image(pupils, jnp.asarray([frequency]), directions(lens), shifts)
    weights = np.asarray(lens.weights) / np.sum(lens.weights)
    modulus = np.abs(np.einsum("zfwdn,w->zfdn", np.asarray(values), weights))[..., 0]
    marks: list[Mark] = [
        Line(shifts * 1e3, modulus[:, field, side], f"{SIDES[side]} {name}", series_ink(field), DASHES[side])
        for field, name in enumerate(subject.field_names)
        for side in (0, 1)
    ]
    axes = Axes(
        Axis("Focus", "µm"), Axis("MTF", low=0.0, high=1.0), f"MTF through focus at {frequency:.4g} cycles/mm"
    )
    figure = Figure(plot(axes, marks), "The plane behind the image surface.")
    return figure, {"focus_mm": shifts, "modulus_through_focus": modulus}


def wavefront_part(subject: Subject) -> Part:
    """Wavefront maps at the primary wavelength, their figures and Zernike terms."""
    lens = subject.lens
    found = of_rays(lens, SQUARES, subject.rays("wavefront"))
    maps = np.full((len(subject.fields), MAP, MAP), np.nan)
    maps[:, INSIDE] = np.asarray(found.difference)[:, lens.primary]
    colours = symmetric(maps)
    cells = [[[Image(value, -1, 1, -1, 1, colours, "waves")] for value in maps]]
    axis = Axis("", "", -1, 1)
    figure = panels(Panels(axis, axis, "Wavefront", (), subject.field_names, (190, 190), True), cells)
    rms, valley, strehl = (
        np.asarray(values)[:, lens.primary] for values in (found.rms, found.peak_to_valley, found.strehl)
    )
    terms = np.asarray(found.zernikes().coefficients)[:, lens.primary]
    rows: Rows = [
        (name, *(float(values[i]) for values in (rms, valley, strehl)))
        for i, name in enumerate(subject.field_names)
    ]
    by_term: Rows = [
        (f"Z{number + 1}", *(float(field[number]) for field in terms)) for number in range(terms.shape[1])
    ]
    return Part(
        "Wavefront",
        (
            Figure(figure, "Over the sphere about the chief ray's image point, over the stop.", wide=True),
            table(("Field", "RMS waves", "Peak to valley waves", "Strehl, Maréchal"), rows),
            table(
                ("Noll's term", *subject.field_names), by_term, "Zernike coefficients in waves, orthonormal."
            ),
        ),
        {"rms_waves": rms, "peak_to_valley_waves": valley, "strehl": strehl, "zernike_noll_waves": terms},
    )


def spread_part(subject: Subject) -> Part:
    """Images of points, all wavelengths together, on a logarithmic scale."""
    lens = subject.lens
    found = spread(subject.pencils, PIXELS)
    weights = np.asarray(lens.weights) / np.sum(lens.weights)
    values = np.einsum("fwyx,w->fyx", np.asarray(found.values), weights)
    pitch = float(found.pitch)
    half = PIXELS / 2 * pitch * 1e3
    airy = float(airy_radius(lens)) * 1e3
    cells = [[_image(value, half, airy) for value in values]]
    axis = Axis("", "µm", -half, half)
    figure = panels(Panels(axis, axis, "Point spread", (), subject.field_names, (190, 190), True), cells)
    peak = values.max(axis=(1, 2))
    rows: Rows = [(name, float(value)) for name, value in zip(subject.field_names, peak, strict=True)]
    return Part(
        "Point spread",
        (
            Figure(figure, "Logarithm of the density over three decades; the circle is Airy's.", wide=True),
            table(("Field", "Peak 1/mm²"), rows, "Each integrates to 1."),
        ),
        {"pitch_mm": pitch, "peak_per_mm2": peak},
    )


def _image(values: np.ndarray, half: float, airy: float) -> list[Mark]:
    picture = Image(values / values.max(), -half, half, -half, half, ColourMap(1e-3, 1.0, log=True))
    return [picture, Circle(0.0, 0.0, airy, ink=Ink.PAPER, dash="3 3")]
