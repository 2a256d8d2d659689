"""Trace a lens of the catalogue: first-order data, spots, and what each gap does to its focus."""

from dataclasses import replace

import jax
import jax.numpy as jnp

from lichtbild.io.lens import read_lens
from lichtbild.optics import disc
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.bundle import bundle
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.spot import spot

lens = with_semi_apertures(read_lens("triplet").lens)
seen = first_order(lens)
print(f"{lens.name}: f = {float(seen.focal_length):.2f} mm, f/{float(seen.f_number):.2f}")

spots = spot(bundle(lens, disc.hexapolar(6)))
for field, radius in zip(lens.fields, spots.rms, strict=True):
    print(f"  field {jnp.degrees(field.y):4.1f} degrees: RMS spot {1e3 * float(radius):.1f} um")


def focus(thicknesses: jax.Array) -> jax.Array:
    """Distance of the focus behind the last surface, with other gaps between the surfaces."""
    gaps = tuple(replace(gap, thickness=t) for gap, t in zip(lens.gaps, thicknesses, strict=True))
    return first_order(replace(lens, gaps=gaps)).back_focal_length


now = jnp.array([gap.thickness for gap in lens.gaps])
for number, slope in enumerate(jax.grad(focus)(now)):
    print(f"  0.1 mm more in gap {number} moves the focus by {0.1 * float(slope):+.3f} mm")
