"""Form: the numbers of a lens that a designer moves, as arrays, and the lens made of them again.

A search evaluates a lens many thousand times, so that it works on arrays of one structure; `Lens` remains
what is read and written.
"""

from dataclasses import dataclass, field, replace

import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.core.errors import BadInput
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Gap, Lens
from lichtbild.optics.pytree import register
from lichtbild.optics.reach import reach
from lichtbild.optics.sag import Shape, stacked
from lichtbild.optics.surface import STATIC, PowerSeries
from lichtbild.optics.train import Train, tame

BEYOND = 1.15
"""How far a sag is followed, in semi-apertures: rays of a design under way stray less than any lens's."""


@register
@dataclass(frozen=True)
class Opening:
    """How wide the axial beam is before a lens: its radius is share x focal length + height.

    Args:
        share: of the focal length.
        height: mm.
        wave: index of the wavelength of that focal length, and of the ray that opens the stop.
    """

    share: Array
    height: Array
    wave: int = field(metadata=STATIC)


@register
@dataclass(frozen=True)
class Form:
    """A lens of revolution for a far object, in air, without mirrors.

    Args:
        shape: of the surfaces and the image, ``[surface + 1, ...]``.
        thickness: behind each surface, ``[surface]``, mm.
        index: of each gap from the object's on, ``[surface + 1, wavelength]``.
        semi_aperture: of each surface, ``[surface]``, mm: how far its sag is followed.
        stop_radius: mm.
        stop: index of the stop.
        opening: what the stop's radius follows where variables move the lens; None if it stays.
    """

    shape: Shape
    thickness: Array
    index: Array
    semi_aperture: Array
    stop_radius: Array
    stop: int = field(metadata=STATIC)
    opening: Opening | None = None

    @property
    def surfaces(self) -> int:
        """How many, without the image."""
        return int(self.thickness.shape[0])


def form(lens: Lens, stop_radius: float, wavelengths: tuple[float, ...], terms: int = 0) -> Form:
    """The numbers of a lens.

    Args:
        lens: with semi-apertures on all surfaces.
        stop_radius: mm.
        wavelengths: mm.
        terms: least number of even powers, r^2 on, to make room for.

    Raises:
        BadInput: the lens has something that this form cannot hold.
    """
    _check(lens)
    waves = np.asarray(wavelengths, float)
    shape = stacked((*lens.surfaces, lens.image))
    even = jnp.zeros((len(lens.surfaces) + 1, 1)) if shape.even is None else shape.even
    missing = max(terms - even.shape[1], 0)
    return Form(
        shape=replace(shape, even=jnp.pad(even, ((0, 0), (0, missing)))),
        thickness=jnp.asarray([float(gap.thickness) for gap in lens.gaps[1:]]),
        index=jnp.stack(
            [
                jnp.asarray(
                    refractive_index(gap.medium, waves, lens.temperature, lens.pressure) * np.ones_like(waves)
                )
                for gap in lens.gaps
            ]
        ),
        semi_aperture=jnp.stack([jnp.asarray(surface.semi_aperture, float) for surface in lens.surfaces]),
        stop_radius=jnp.asarray(stop_radius, float),
        stop=lens.stop,
    )


def _check(lens: Lens) -> None:
    for number, surface in enumerate((*lens.surfaces, lens.image)):
        if surface.mirror or surface.pose is not None or surface.turn is not None:
            raise BadInput(
                f"surface {number} is a mirror or out of its place; design takes lenses of revolution only"
            )
        if not isinstance(surface.departure, PowerSeries | None) or any(
            power % 2 for power in getattr(surface.departure, "powers", ())
        ):
            raise BadInput(
                f"surface {number} is no sphere, conic or even asphere; design varies those kinds only"
            )
        if surface.semi_aperture is None and number < len(lens.surfaces):
            raise BadInput(f"surface {number} has no semi-aperture; with_semi_apertures(lens) finds them")
    if np.isfinite(float(lens.gaps[0].thickness)):
        raise BadInput("the object is near; design takes lenses for a far object only")


def lens_of(form: Form, like: Lens) -> Lens:
    """The lens with the numbers of a form, and all else as another one's."""
    shape, even = form.shape, np.asarray(form.shape.even)
    surfaces = []
    for number, surface in enumerate(like.surfaces):
        powers = tuple(range(2, 2 * even.shape[1] + 1, 2))
        used = [index for index, value in enumerate(even[number]) if value != 0.0]
        departure = PowerSeries(tuple(powers[i] for i in used), tuple(float(even[number, i]) for i in used))
        surfaces.append(
            replace(
                surface,
                curvature=float(shape.curvature[number]),
                conic=float(shape.conic[number]),
                departure=departure if used else None,
                semi_aperture=float(form.semi_aperture[number]),
            )
        )
    gaps = tuple(Gap(float(d), gap.medium) for d, gap in zip(form.thickness, like.gaps[1:], strict=True))
    return replace(like, surfaces=tuple(surfaces), gaps=(like.gaps[0], *gaps))


def train_of(form: Form) -> Train:
    """The surfaces of a form as light meets them, for rays ``[wavelength, ...]``."""
    count = form.surfaces
    vertices = jnp.concatenate([jnp.zeros(1), jnp.cumsum(form.thickness)])
    nothing = jnp.zeros_like(vertices)
    index = form.index[:, :, None]
    edge = 1 / jnp.sqrt(jnp.maximum((1 + form.shape.conic) * form.shape.curvature**2, 1e-30))
    wide = jnp.concatenate([BEYOND * form.semi_aperture, jnp.full(1, 1e6)])
    extent = tame(form.shape, jnp.minimum(wide, (1 - 1e-9) * edge))
    return Train(
        shape=form.shape,
        reach=reach(form.shape, extent),
        origin=jnp.stack([nothing, nothing, vertices], axis=-1),
        rotation=None,
        before=index,
        after=jnp.concatenate([index[1:], index[-1:]]),
        mirror=jnp.zeros(count + 1, bool),
        semi_aperture=jnp.full(count + 1, jnp.inf),
    )
