"""Ray fans: transverse aberrations and path differences of rays along the axes of the pupil."""

from typing import Any

import numpy as np

from lichtbild.figure.axes import Axis
from lichtbild.figure.marks import Line, Mark
from lichtbild.figure.page import Figure
from lichtbild.figure.palette import wavelength_inks
from lichtbild.figure.panels import Panels, panels
from lichtbild.figure.svg import Svg
from lichtbild.optics.fans import fans
from lichtbild.optics.report.part import Part
from lichtbild.optics.report.shared_rays import FANS
from lichtbild.optics.report.subject import Subject
from lichtbild.optics.wavefront import of_bundle


def fans_part(subject: Subject) -> Part:
    """Fans of the rays' places in the image, and of their optical paths."""
    rays, found = _transverse(subject)
    paths, differences = _paths(subject)
    return Part(
        "Ray fans",
        (
            Figure(rays, "From the primary wavelength's chief ray.", wide=True),
            Figure(paths, "Over the sphere about the chief ray's image point, rim to rim.", wide=True),
        ),
        found | differences,
    )


def _transverse(subject: Subject) -> tuple[Svg, dict[str, Any]]:
    """Distances from the chief ray, along the field and across it."""
    found = fans(subject.lens)
    pairs = (
        np.where(np.asarray(there), np.asarray(values)[axis], np.nan) * 1e3
        for values, there, axis in (
            (found.tangential, found.tangential_found, 1),
            (found.sagittal, found.sagittal_found, 0),
        )
    )
    axes = Axis("Stop"), Axis("Aberration", "µm")
    drawn = _drawn(subject, "Ray fans", axes, np.asarray(found.stop), *pairs)
    numbers = {"stop": found.stop, "tangential_mm": found.tangential, "sagittal_mm": found.sagittal}
    return drawn, numbers


def _paths(subject: Subject) -> tuple[Svg, dict[str, Any]]:
    """Optical path differences."""
    pair = [
        np.asarray(of_bundle(subject.lens, disc, subject.rays(name)).difference)
        for name, disc in FANS.items()
    ]
    across = np.linspace(-1, 1, pair[0].shape[-1])
    drawn = _drawn(
        subject, "Fans of optical path", (Axis("Pupil"), Axis("Difference", "waves")), across, *pair
    )
    return drawn, {"pupil": across, "tangential_waves": pair[0], "sagittal_waves": pair[1]}


def _drawn(subject: Subject, title: str, axes: tuple[Axis, Axis], stop: np.ndarray, *pair: np.ndarray) -> Svg:
    """A row of two plots for each field, a line for each wavelength."""
    inks = wavelength_inks(subject.wavelengths)
    cells: list[list[list[Mark]]] = [
        [
            [
                Line(stop, values[field, wave], name, ink, width=1.3)
                for wave, (name, ink) in enumerate(zip(subject.wave_names, inks, strict=True))
            ]
            for values in pair
        ]
        for field in range(len(subject.fields))
    ]
    names = ("Tangential", "Sagittal")
    return panels(Panels(*axes, title, subject.field_names, names, (300, 150)), cells)
