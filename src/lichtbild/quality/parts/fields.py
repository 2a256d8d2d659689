"""What even fields and light traps tell: shading, uniformity of colour, flare."""

from lichtbild.image.chart import Patch
from lichtbild.image.specimen import Origin
from lichtbild.quality import colour_uniformity, flare, shading
from lichtbild.quality.parts.subject import Part, Subject


def fields(subject: Subject) -> Part:
    """Shading and colour uniformity of a chart's even area."""
    light, found = subject.specimen.light, subject.found
    return Part.each(
        (lambda: shading.measures(light, found), lambda: colour_uniformity.measures(light, found))
    )


def traps(subject: Subject) -> Part:
    """Flare at a chart's light traps."""
    if not any(isinstance(each, Patch) and each.role == "black" for each in subject.usable(Patch)):
        return Part()
    specimen = subject.specimen
    is_picture = specimen.origin is Origin.PICTURE
    return Part(flare.measures(specimen.light, subject.found, bits=specimen.bits, encoded=is_picture))
