"""What grids of dots or corners tell: distortion and lateral colour."""

from lichtbild.quality import distortion, lateral_colour
from lichtbild.quality.parts.subject import Part, Subject


def grids(subject: Subject) -> Part:
    """Distortion and lateral colour on the usable grids of a chart."""
    light, found = subject.specimen.light, subject.found
    asked = (
        lambda: distortion.measures(light, found),
        lambda: lateral_colour.measures(subject.planes, found, light.shape[:2]),
    )
    return Part.each(asked)
