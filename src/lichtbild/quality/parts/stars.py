"""What Siemens stars tell: the response of the picture to waves."""

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Star
from lichtbild.image.measure import Curve
from lichtbild.quality import star as stars_of
from lichtbild.quality.parts.subject import Part, Subject


def stars(subject: Subject) -> Part:
    """Limiting resolution and response of each usable star, on the picture's luminance.

    The contrast of the chart's own paints makes the response absolute; the standard's, which is 1 at the
    star's lowest frequency, lies above it by what the camera has lost by then.
    """
    plane = subject.luminance
    parts = []
    for target in subject.usable(Star):
        assert isinstance(target, Star)
        where = subject.placed("star")
        try:
            contrast = stars_of.contrast_of(subject.found.chart, target)
            found = stars_of.measure_star(plane, target, subject.found.to_picture, contrast=contrast)
        except BadInput as error:
            parts.append(Part(notes=(f"{where}: {error}",)))
            continue
        points = tuple((float(x), float(y)) for x, y in zip(found.frequencies, found.sfr, strict=True))
        curve = Curve("s_sfr", "frequency [cycles/px]", "response", points, where)
        parts.append(Part(stars_of.measures(found, where), (curve,)))
    return Part.of(parts)
