"""What dead leaves tell: how much of fine texture is left."""

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Leaves
from lichtbild.image.measure import Curve
from lichtbild.quality import texture
from lichtbild.quality.acutance import viewed_weights
from lichtbild.quality.parts.subject import Part, Subject
from lichtbild.quality.texture_chart import responses


def leaves(subject: Subject) -> Part:
    """Response of texture by the cross method, and by the direct one where even patches lie beside."""
    plane = subject.luminance
    views = {
        viewing.name: viewed_weights(texture.frequencies(), viewing, len(plane))
        for viewing in subject.viewings
    }
    parts = []
    for target in subject.usable(Leaves):
        assert isinstance(target, Leaves)
        try:
            cross, direct = responses(subject.found, target, plane)
        except BadInput as error:
            parts.append(Part(notes=(f"texture: {error}",)))
            continue
        where = subject.placed("leaves")
        parts.append(Part(texture.measures(cross, views, where), (_curve(cross, f"{where}, cross"),)))
        if direct is None:
            note = "texture, direct method: no even patch of the leaves' brightness and 64 px is usable"
            parts.append(Part(notes=(note,)))
        else:
            parts.append(Part(texture.measures(direct, views, where), (_curve(direct, f"{where}, direct"),)))
    return Part.of(parts)


def _curve(response: texture.TextureResponse, where: str) -> Curve:
    points = tuple((float(x), float(y)) for x, y in zip(response.frequencies, response.mtf, strict=True))
    return Curve("texture_mtf", "frequency [cycles/px]", "response", points, where)
