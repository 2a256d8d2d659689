"""Transfer part: MTF by diffraction and by rays, against frequency, over the field and through focus."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Line, Mark
from lichtbild.figure.page import Figure
from lichtbild.figure.palette import Ink, series_ink
from lichtbild.figure.plot import plot
from lichtbild.optics import mtf_correlation
from lichtbild.optics.lens import Lens
from lichtbild.optics.mtf import Transfer, behind_image, directions, geometric, of_pencil
from lichtbild.optics.pencil import of_bundle
from lichtbild.optics.report.part import Part, Rows, table
from lichtbild.optics.report.subject import Subject

FREQUENCIES = 41
"""Frequencies of a curve, from 0 to the Nyquist frequency of the sensor or the lens's limit."""

PLANES = 21
"""Planes of transfer through focus."""

SIDES = ("T", "S")
DASHES = (None, "5 3")

FREQUENCY = Axis("Frequency", "cycles/mm")
CONTRAST = Axis("MTF", low=0.0, high=1.0)


def _limit(subject: Subject) -> float:
    """The lens's cut-off or the sensor's Nyquist frequency, whichever is less, cycles / mm."""
    wave = float(subject.wavelengths[subject.lens.primary])
    cutoff = 1 / (wave * abs(float(subject.first_order.working_f_number)))
    return min(cutoff, 1 / (2 * subject.settings.pitch))


def mtf_part(subject: Subject) -> Part:
    """Diffraction and geometric MTF, all wavelengths together, in one image plane."""
    frequencies = np.linspace(0, _limit(subject), FREQUENCIES)
    modulus, by_rays, best = _against_frequency(subject, frequencies)
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
    rows.append(("Limit on the axis", *(float(np.interp(f, frequencies, best)) for f in chosen)))
    head = ("Field", *(f"{value:.4g} cycles/mm" for value in chosen))
    ideal = Line(frequencies, best, "limit", Ink.MUTED, "1 3")
    words = "T tangential, S sagittal; all wavelengths, one image plane."
    return Part(
        "MTF",
        (
            Figure(
                plot(
                    Axes(FREQUENCY, CONTRAST, "MTF by diffraction", 760, 420),
                    [*_curves(subject, frequencies, modulus), ideal],
                ),
                f"{words} Dotted: the lens on its axis without aberrations.",
                wide=True,
            ),
            over_field,
            through,
            Figure(
                plot(Axes(FREQUENCY, CONTRAST, "MTF by rays"), _curves(subject, frequencies, by_rays)),
                "Of the spots alone, without diffraction.",
            ),
            table(head, rows),
        ),
        {
            "frequency_per_mm": frequencies,
            "modulus": modulus,
            "modulus_by_rays": by_rays,
            "limit_on_axis": best,
            **field_numbers,
            **focus_numbers,
        },
    )


def _curves(subject: Subject, across: np.ndarray, modulus: np.ndarray) -> list[Mark]:
    """Tangential and sagittal curves of every field, from ``[field, direction, ...]``."""
    return [
        Line(across, modulus[field, side], f"{SIDES[side]} {name}", series_ink(field), DASHES[side])
        for field, name in enumerate(subject.field_names)
        for side in (0, 1)
    ]


def _against_frequency(subject: Subject, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Moduli by diffraction and by rays, ``[field, direction, frequency]``, and the limit ``[frequency]``.

    The limit is that of the pupils of the field point nearest to the axis.
    """
    lens, frequencies, along = subject.lens, jnp.asarray(wanted), directions(subject.lens)
    ideal = replace(subject.pupils, eikonal=jnp.zeros_like(subject.pupils.eikonal))
    nearest = int(np.argmin(np.hypot(*subject.fields.T)))
    found = (
        mtf_correlation.transfer(subject.pupils, along, frequencies),
        geometric(subject.pencils, frequencies, along),
        mtf_correlation.transfer(ideal, along, frequencies),
    )
    waves, rays, limit = (_modulus(Transfer(values, frequencies, along), lens) for values in found)
    return waves, rays, limit[nearest, 0]


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
    axes = Axes(Axis("Field", subject.field_unit), CONTRAST, "MTF against field")
    figure = Figure(plot(axes, marks), "At the frequencies named, cycles/mm.")
    return figure, {"field": subject.curve, "chosen_per_mm": chosen, "modulus_against_field": modulus}


def _through_focus(subject: Subject, frequency: float) -> tuple[Figure, dict[str, object]]:
    lens = subject.lens
    wave = float(subject.wavelengths[lens.primary])
    depth = max(4 * wave * float(subject.first_order.working_f_number) ** 2 * 2, 0.01)
    shifts = np.linspace(-depth, depth, PLANES)
    values = behind_image(subject.pupils, jnp.asarray([frequency]), directions(lens), shifts)
    weights = np.asarray(lens.weights) / np.sum(lens.weights)
    modulus = np.abs(np.einsum("zfwdn,w->zfdn", np.asarray(values), weights))[..., 0]
    axes = Axes(Axis("Focus", "µm"), CONTRAST, f"MTF through focus at {frequency:.4g} cycles/mm")
    figure = Figure(
        plot(axes, _curves(subject, shifts * 1e3, np.moveaxis(modulus, 0, -1))),
        "The plane behind the image surface.",
    )
    return figure, {"focus_mm": shifts, "modulus_through_focus": modulus}
