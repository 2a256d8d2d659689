"""Wavefront part: maps over the pupils, their figures and their Zernike terms."""

import numpy as np

from lichtbild.figure.axes import Axis
from lichtbild.figure.colour_map import symmetric
from lichtbild.figure.marks import Image
from lichtbild.figure.page import Figure
from lichtbild.figure.panels import Panels, panels
from lichtbild.optics.report.part import Part, Rows, table
from lichtbild.optics.report.shared_rays import INSIDE, MAP, SQUARES
from lichtbild.optics.report.subject import Subject
from lichtbild.optics.wavefront import of_bundle, strehl_ratio

DIGITS = 9
"""Behind the point of Zernike coefficients: less is rounding."""


def wavefront_part(subject: Subject) -> Part:
    """Wavefront maps at the primary wavelength, their figures and Zernike terms."""
    lens = subject.lens
    found = of_bundle(lens, SQUARES, subject.rays("wavefront"))
    maps = np.full((len(subject.fields), MAP, MAP), np.nan)
    maps[:, INSIDE] = np.asarray(found.difference)[:, lens.primary]
    colours = symmetric(maps)
    cells = [[[Image(value, -1, 1, -1, 1, colours, "waves")] for value in maps]]
    axis = Axis("", "", -1, 1)
    figure = panels(Panels(axis, axis, "Wavefront", (), subject.field_names, (190, 190), True), cells)
    rms, valley, guessed, strehl = (
        np.asarray(values)[:, lens.primary]
        for values in (found.rms, found.peak_to_valley, found.strehl, strehl_ratio(subject.pupils))
    )
    terms = np.asarray(found.zernikes().coefficients)[:, lens.primary]
    rows: Rows = [
        (name, *(float(values[i]) for values in (rms, valley, strehl, guessed)))
        for i, name in enumerate(subject.field_names)
    ]
    by_term: Rows = [
        (f"Z{number}", *(round(float(value), DIGITS) for value in of_fields))
        for number, of_fields in enumerate(terms.T, start=1)
    ]
    return Part(
        "Wavefront",
        (
            Figure(figure, "Over the sphere about the chief ray's image point, over the stop.", wide=True),
            table(
                ("Field", "RMS waves", "Peak to valley waves", "Strehl ratio", "Maréchal's Strehl"),
                rows,
            ),
            table(
                ("Noll's term", *subject.field_names), by_term, "Zernike coefficients in waves, orthonormal."
            ),
        ),
        {
            "rms_waves": rms,
            "peak_to_valley_waves": valley,
            "strehl": strehl,
            "strehl_marechal": guessed,
            "zernike_noll_waves": terms,
        },
    )
