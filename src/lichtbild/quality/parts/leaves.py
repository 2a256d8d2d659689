"""What dead leaves tell: how much of fine texture is left."""

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Leaves, Patch
from lichtbild.image.measure import Curve
from lichtbild.quality import texture
from lichtbild.quality.acutance import viewed_weights
from lichtbild.quality.parts.subject import Part, Subject, luminance
from lichtbild.quality.patch_samples import patch_samples
from lichtbild.quality.texture_cross import cross_response, cut, reference_tiles, target_power
from lichtbild.quality.viewing import viewing_named

BESIDE = "mean"
"""How the names of even patches begin that are as bright as the leaves."""


def leaves(subject: Subject) -> Part:
    """Response of texture by the cross method, and by the direct one where even patches lie beside."""
    plane = luminance(subject.specimen)
    viewing = viewing_named(subject.conditions.viewing)
    views = {viewing.name: viewed_weights(texture.frequencies(), viewing, len(plane))}
    parts = []
    for target in subject.usable(Leaves):
        assert isinstance(target, Leaves)
        for name, asked in (("cross", _cross), ("direct", _direct)):
            try:
                response = asked(plane, target, subject)
            except BadInput as error:
                parts.append(Part(notes=(f"texture, {name} method: {error}",)))
                continue
            where = subject.placed("leaves")
            points = tuple(
                (float(x), float(y)) for x, y in zip(response.frequencies, response.mtf, strict=True)
            )
            curve = Curve("texture_mtf", "frequency [cycles/px]", "response", points, f"{where}, {name}")
            parts.append(Part(texture.measures(response, views, where), (curve,)))
    return Part.of(parts)


def _cross(plane: np.ndarray, target: Leaves, subject: Subject) -> texture.TextureResponse:
    return cross_response(plane, target, subject.found.to_picture)[0]


def _direct(plane: np.ndarray, target: Leaves, subject: Subject) -> texture.TextureResponse:
    tiles = reference_tiles(plane, target, subject.found.to_picture)
    patches = [
        patch_samples(plane, _corners(each, subject)).rectangle()[..., 0]
        for each in subject.usable(Patch)
        if isinstance(each, Patch) and each.name.startswith(BESIDE)
    ]
    return texture.direct_response(cut(plane, tiles[0]), patches, target_power(tiles))


def _corners(patch: Patch, subject: Subject) -> tuple[tuple[float, float], ...]:
    places = subject.found.to_picture(np.asarray(patch.corners, float))
    return tuple((float(x), float(y)) for x, y in places)
