"""Surface scatter: the glare about every bright point that rough and dusty surfaces of a lens make.

A surface of roughness sigma scatters a share TIS = (2 pi (n' - n) sigma / lambda)^2 of the light, and spreads
it over the direction cosine b from the direct ray by the law of Harvey and Shack, b0 (1 + (b / l)^2)^(s / 2),
whose logarithm has the slope s beyond the shoulder l (A / (B + b^g) with g = -s and B = l^g is nearly the
same curve). Light that is scattered by b where the axial beam has the radius y lands y b / NA from the
image, by Lagrange's invariant; b counts in air, and what is scattered farther than b = 1 stays in the glass.

Sources (all but the last from memory): Harvey, Understanding Surface Scatter (SPIE 2019), for the law and
TIS; Peterson, Analytic expressions for in-field scattered light distributions, Proc. SPIE 5178, 184 (2004),
for the invariant; Pfisterer, Approximated scatter models for stray light analysis, Optics and Photonics News
(October 2011), for b0 from TIS; FRED's manual, "Harvey-Shack", for the usual shoulder of 0.01 and slope of
-1.5.
"""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.image.bands import Bands
from lichtbild.image.stray_response import Glare
from lichtbild.optics.lens import Lens
from lichtbild.optics.paraxial import first_order, paraxial_rays
from lichtbild.optics.train import train


@dataclass(frozen=True)
class Scatter:
    """How rough and how dirty the surfaces of a lens are. The defaults are estimates, see the module.

    Attributes:
        roughness: root mean square of each surface's height, mm, 0 or more; estimated: 3 nm, between polished
            glass (1 to 2 nm) and moulds turned by diamond (5 nm).
        shoulder: direction cosine up to which scatter is flat, above 0 and below 1.
        slope: of its logarithm beyond, above -2 and below 0.
        haze: share that dust and grease on the first surface scatter besides, 0 to 1; 0 is a clean lens.
    """

    roughness: float = nm(3)
    shoulder: float = 0.01
    slope: float = -1.5
    haze: float = 0.0

    def __post_init__(self) -> None:
        if not (self.roughness >= 0 and 0 < self.shoulder < 1 and -2 < self.slope < 0 <= self.haze <= 1):
            raise BadInput(
                f"scatter of roughness {self.roughness:g} mm, shoulder {self.shoulder:g}, slope "
                f"{self.slope:g} and haze {self.haze:g} is none: roughness is 0 or more, the shoulder lies "
                "in 0 to 1, the slope in -2 to 0, haze in 0 to 1"
            )


def glare(lens: Lens, bands: Bands, scatter: Scatter) -> Glare:
    """The glare of a lens.

    Args:
        lens: with semi-apertures.
        bands: of wavelength.
        scatter: of its surfaces.

    Raises:
        BadInput: so rough that more than all light is scattered.
    """
    waves = jnp.asarray(bands.middles)[:, None]
    met = train(lens, waves)
    step = np.asarray(met.after - met.before)[:-1, :, 0]
    lost = (2 * np.pi * step * scatter.roughness / bands.middles) ** 2
    lost[0] += scatter.haze
    scattered = lost.sum(axis=0)
    if not (scattered < 1).all():
        raise BadInput(
            f"surfaces of {scatter.roughness:g} mm roughness scatter {scattered.max():.2f} of the light; "
            "the law holds for a small part of it: give some nanometres"
        )
    height = np.abs(np.asarray(paraxial_rays(lens).marginal.height))[: len(step)].reshape(len(step))
    # Whatever share the sum has, the parts of a lens that scatters nothing are even.
    weight = np.where(step.any(axis=1), 1.0, 0.0) if not lost.any() else lost.mean(axis=1)
    used = (weight > 0) & (height > 0)
    reach = height[used] * 2 * float(first_order(lens).working_f_number)
    share = weight[used] / weight[used].sum()
    return Glare(reach, share, scatter.shoulder, scatter.slope, scattered)
