"""Whether a lens can form an image at all: what first-order data mean is said here, in sentences.

Checks look at values, so they are for lenses of plain numbers, never inside a compiled function.
"""

import math

import jax.numpy as jnp
import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.optics.lens import Lens
from lichtbild.optics.meridian import meridian
from lichtbild.optics.paraxial import FirstOrder, first_order
from lichtbild.optics.paraxial_lens import filled
from lichtbild.optics.pupils import paraxial_pupils

WEAKEST = 1e-12
"""Power under which a lens counts as afocal, as a share of its surfaces' own powers: some rounding errors."""


def check_first_order(lens: Lens) -> FirstOrder:
    """First-order data of a lens that forms a real image.

    Raises:
        BadInput: it is afocal, its image is virtual or at infinity, or its stop, aperture and fields do not
            go together.
    """
    check_conjugates(lens)
    found = first_order(lens)
    if not math.isfinite(float(found.stop_semi_aperture)) or float(found.stop_semi_aperture) <= 0:
        raise BadInput(
            f"no stop radius follows from the {lens.aperture.kind} {float(lens.aperture.value):g}, since the "
            "entrance pupil is at infinity or in the object; give the stop semi-aperture instead"
        )
    _check_image(lens, float(found.image_distance))
    return found


def check_conjugates(lens: Lens) -> None:
    """Nothing; a lens whose stop, aperture, object and fields go together passes.

    Raises:
        BadInput: they do not.
    """
    surfaces = len(lens.surfaces)
    if not 0 <= lens.stop < surfaces:
        raise BadInput(f"the stop is surface {lens.stop}, but the lens has surfaces 0 to {surfaces - 1}")
    far = math.isinf(float(lens.object_distance))
    _check_aperture(lens, far)
    if lens.field_kind == "object height" and far:
        raise BadInput(
            "fields are object heights, but the object is at infinity; give angles, or the object's distance"
        )
    way = meridian(lens)
    seen = paraxial_pupils(filled(way), jnp.asarray(lens.stop))
    strength = float(seen.power)
    if abs(strength) <= WEAKEST * _own_powers(way.curvature, way.index):
        raise BadInput("the lens is afocal: its power is 0, so that it forms no image of a far object")
    if lens.field_kind == "angle" and not far and float(seen.at_stop[0]) == 0.0:
        raise BadInput(
            "fields are angles, but the lens is telecentric in object space; give object heights instead"
        )


def _own_powers(curvature: object, index: object) -> float:
    bends = np.abs(np.asarray(curvature) * np.diff(np.asarray(index)))
    return max(float(np.sum(bends)), 1e-300)


def _check_aperture(lens: Lens, far: bool) -> None:
    kind, value = lens.aperture.kind, float(lens.aperture.value)
    if not (math.isfinite(value) and value > 0):
        raise BadInput(f"the {kind} is {value:g}; it must be greater than 0")
    if kind != "object na":
        return
    if far:
        raise BadInput(
            "the aperture is a numerical aperture in object space, but the object is at infinity; give an "
            "f-number, an entrance pupil diameter or the stop's semi-aperture"
        )
    index = float(meridian(lens).index[0])
    if value >= index:
        raise BadInput(
            f"the object-space numerical aperture is {value:g}; it must be less than the index {index:g}"
        )


def _check_image(lens: Lens, distance: float) -> None:
    mirrors = sum(surface.mirror for surface in lens.surfaces)
    onward = distance if mirrors % 2 == 0 else -distance
    if not math.isfinite(distance):
        raise BadInput(
            "the lens forms no real image: its image lies at infinity, as the object is in its front focal "
            "plane; change the object's distance"
        )
    if onward < 0:
        raise BadInput(
            f"the lens forms no real image: light leaves its last surface as if from a point {-onward:g} mm "
            "before it; check the signs of its curvatures and the object's distance"
        )
