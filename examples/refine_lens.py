"""Make a disturbed triplet sharp again: by its spots over arrays, and by a plain function of the lens."""

from math import inf

import jax
import jax.numpy as jnp

from lichtbild.io.lens import read_lens
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.lens import Lens
from lichtbild.optics.merit.operands import FocalLength
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.refine import refine, with_numbers
from lichtbild.optics.refine_spots import refine_spots

lens = with_semi_apertures(read_lens("triplet").lens)
focal = float(first_order(lens).focal_length)

bends = {f"surfaces[{n}].curvature": (-inf, inf) for n, s in enumerate(lens.surfaces) if s.curvature}
start = with_numbers(lens, tuple(bends), [1.002 * lens.surfaces[int(p[9])].curvature for p in bends])
found = refine_spots(start, bends, (FocalLength(*map(jnp.asarray, (focal, focal, 0.1))),))
print(
    f"half the sum of squared spots: {found.history[0]:.1f} um^2, after {found.steps} steps {found.merit:.1f}"
)


def focus(lens: Lens) -> jax.Array:
    """What is wanted, as residuals: the image in the paraxial focus."""
    return first_order(lens).defocus[None]


last = len(found.lens.gaps) - 1
sharp = refine(found.lens, {f"gaps[{last}].thickness": (0.0, inf)}, focus)
print(f"paraxial focus {sharp.lens.gaps[last].thickness - found.lens.gaps[last].thickness:+.3f} mm away")
