"""Ray table: one real ray at every surface, as designers read it."""

from typing import Literal

import jax.numpy as jnp
import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.optics.aim import aimed, chief_rays, sights
from lichtbild.optics.launch import launched
from lichtbild.optics.report.part import Rows
from lichtbild.optics.report.subject import Subject
from lichtbild.optics.trace import Status, trace_through

HEAD = ("Surface", "x mm", "y mm", "z mm", "slope x", "slope y", "incidence °", "path mm")

Which = Literal["chief", "marginal"]


def ray_table(subject: Subject, which: Which) -> Rows:
    """The outermost field's chief ray, or the axis's ray at the upper rim of the stop, primary wavelength.

    Raises:
        BadInput: there is no such ray: it cannot be aimed, or something stops it on its way.
    """
    lens = subject.lens
    field = subject.curve[-1:] if which == "chief" else np.zeros((1, 2))
    aims = sights(lens, field, [lens.wavelengths[lens.primary]])
    found = chief_rays(aims)
    if which == "marginal":
        found = aimed(aims, found, jnp.array([0.0, 1.0]).reshape(2, 1, 1, 1))
    passage = trace_through(aims.train, launched(aims.light, found.place))
    status, where = int(passage.status.ravel()[0]), int(passage.where.ravel()[0])
    if not bool(found.found.ravel()[0]) or status != Status.PASSED:
        ending = Status(status).name.lower() + f" at surface {where}" if status else "not aimed"
        raise BadInput(f"the {which} ray does not reach the image: {ending}; check apertures and field")
    x, y, z = (np.asarray(axis).reshape(len(aims.train)) for axis in jnp.moveaxis(passage.position, 1, 0))
    dx, dy, dz = (np.asarray(axis).reshape(len(aims.train)) for axis in jnp.moveaxis(passage.direction, 1, 0))
    incidence = np.degrees(np.arccos(np.clip(np.asarray(passage.cosine).ravel(), -1, 1)))
    path = np.asarray(passage.path).ravel()
    names = [*map(str, range(len(lens.surfaces))), "image"]
    columns = (x, y, z, dx / dz, dy / dz, incidence, path - path[0])
    return [(name, *(float(column[i]) for column in columns)) for i, name in enumerate(names)]
