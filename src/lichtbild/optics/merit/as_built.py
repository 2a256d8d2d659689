"""As built: how much wider spots are to be expected once a lens is made with errors.

Rays meet the image of a lens without errors at x_0. Small independent errors e_k move them by the sum of
e_k W_k, so that the expected mean square of what is added is the sum of s_k^2 |W_k|^2, with s_k the standard
deviations and |.| the root mean square over pupil and field. Here that sum is an operand: beside the spots,
whose squares add up to the nominal mean square radii, a search makes the expected lens best, not the nominal
one. The W_k follow from the responses of one nominal trace (`lichtbild.optics.merit.response`).

A surface that moves by u changes its height by g = u_z - z_x u_x - z_y u_y, and hits by h g + A . grad g.
Fields and errors go all around the axis: an error across and its equal at right angles, seen from all
azimuths, add up to the same two parts on the fields along y, one from the error along the field, one from
that across. What moves a spot as a whole counts nothing, and the image is refocused and tilted to make the
sum least: focus takes its part of errors along the axis, tilt of those along the field.

Source: McGuire and Kuper, Proc. SPIE 8487 (2012), for expected squares as a merit; derived anew for rays.
"""

from dataclasses import dataclass, field, replace

import jax
import jax.numpy as jnp
from jax import Array, lax

from lichtbild.optics.merit.beams import Beams, aimed_response, followed
from lichtbild.optics.merit.form import Form
from lichtbild.optics.merit.response import Response, slopes_and_bends
from lichtbild.optics.merit.state import State
from lichtbild.optics.pytree import register
from lichtbild.optics.sag import sag_and_slopes
from lichtbild.optics.surface import STATIC
from lichtbild.optics.trace import Passage
from lichtbild.optics.train import Train


@register
@dataclass(frozen=True)
class Faults:
    """Independent errors of making, each by one standard deviation.

    Each error across the axis stands for two, one along x and one along y, or about these.

    Args:
        shift: of surfaces across the axis, ``[across, surface]``, mm.
        turn: of surfaces, ``[across, surface]``, rad.
        pivot: the surface about whose vertex each turn is, ``[across]``.
        gap: what each gap is longer by, ``[along, surface]``, mm.
        bend: relative change of the curvature of surfaces, ``[along, surface]``.
        index: change of the index of each gap from the object's on, ``[along, surface + 1]``.
    """

    shift: Array
    turn: Array
    pivot: Array
    gap: Array
    bend: Array
    index: Array


@register
@dataclass(frozen=True)
class Added:
    """What errors of one standard deviation add to the places of rays on the image, x and y, mm.

    Args:
        aside: of errors at right angles to the field, ``[across, 2, field, ray]``.
        toward: of errors along the field, the same.
        along: of errors along the axis, ``[along, 2, field, ray]``.
        focus: of the image's distance, by 1 mm, ``[2, field, ray]``.
    """

    aside: Array
    toward: Array
    along: Array
    focus: Array


@register
@dataclass(frozen=True)
class AsBuilt:
    """Expected ray errors that making adds, at the middle wavelength; squares add up to square radii.

    Args:
        faults: errors of making.
        weight: of each field, ``[field]``.
        unit: RMS radius that counts as 1, mm.
        focus: whether each build is focused.
        tilt: whether its image is tilted.
    """

    faults: Faults
    weight: Array
    unit: Array
    focus: bool = field(default=True, metadata=STATIC)
    tilt: bool = field(default=True, metadata=STATIC)

    def __call__(self, at: State) -> Array:
        """Residuals of a state."""
        found = added(at.form, at.beams, self.faults)
        share = at.beams.share[:, 0] * self.weight[:, None]
        height = at.hits.y[:, at.hits.y.shape[1] // 2, :1]
        along, toward = found.along, found.toward
        if self.focus:
            along = _without(along, found.focus, share)
        if self.tilt:
            toward = _without(toward, height * found.focus, share)
        whole = jnp.concatenate([found.aside, toward, along])
        # The root of a share of 0, as rays along the rim have it, has no derivative.
        return whole * lax.stop_gradient(jnp.sqrt(share) / self.unit)


def _without(parts: Array, way: Array, share: Array) -> Array:
    """Parts less what one adjustment takes of each."""
    size = jnp.sum(share * way * way)
    taken = jnp.sum(share * way * parts, axis=(1, 2, 3)) / jnp.where(size > 0, size, 1.0)
    return parts - taken[:, None, None, None] * way


def added(form: Form, beams: Beams, faults: Faults) -> Added:
    """What errors of making add to the places of rays, less the shift of each spot.

    Args:
        form: of the lens.
        beams: aimed through it.
        faults: errors of making.
    """
    middle = beams.wave.shape[0] // 2
    form, beams = _at(form, beams, middle)
    train, start, passage = followed(form, beams)
    found, _, _ = aimed_response(form, train, beams, start, passage)
    height = found.height[:, :2, :, 0]
    toward_x, toward_y, about_x, about_y = _displaced(train, passage, found)
    depth = jnp.cumsum(form.thickness) - form.thickness
    depth = faults.turn * (depth - depth[faults.pivot][:, None])
    aside = _summed(faults.shift + depth, toward_x) + _summed(faults.turn, about_y)
    toward = _summed(faults.shift - depth, toward_y) + _summed(faults.turn, about_x)
    behind = jnp.cumsum(height[::-1], axis=0)[::-1][1:]
    along = (
        _summed(faults.gap, behind)
        + _summed(faults.bend, _bent(train, passage, found))
        + _summed(faults.index, _refracted(form, found))
    )
    share = beams.share[:, 0]
    return Added(
        _about_mean(aside, share, 0),
        _about_mean(toward, share, 1),
        _about_mean(along, share, 1),
        _about_mean(height[-1:], share, 1)[0],
    )


def _at(form: Form, beams: Beams, wave: int) -> tuple[Form, Beams]:
    """Form and beams of one wavelength alone."""
    one = slice(wave, wave + 1)
    alone = replace(
        beams, wave=jnp.ones(1), place=beams.place[:, :, one], inverse=beams.inverse[:, :, :, one]
    )
    return replace(form, index=form.index[:, one]), alone


def _summed(weights: Array, parts: Array) -> Array:
    return jnp.tensordot(weights, parts, axes=1)


def _about_mean(parts: Array, share: Array, axis: int) -> Array:
    """Shifts of rays less their mean over the pupil.

    Half of it is there. The shift along one axis, that of the error, is mirrored by the other half, so
    that the half has the mean of the whole; along the other one it is turned, and the mean of the whole is 0.
    """
    own = parts[:, axis]
    return parts.at[:, axis].set(own - jnp.sum(share * own, axis=-1, keepdims=True))


def _displaced(train: Train, passage: Passage, found: Response) -> tuple[Array, Array, Array, Array]:
    """Responses to surfaces that are shifted along x and y, and turned about x and y by their vertices.

    ``[surface, 2, field, ray]`` each, mm / mm and mm / rad.
    """
    x, y = passage.place[:-1, 0], passage.place[:-1, 1]

    def shape(surface: Train, x: Array, y: Array) -> tuple[Array, ...]:
        slopes, bends = slopes_and_bends(surface, x, y)
        return sag_and_slopes(surface.shape, x, y)[0], *slopes, *bends

    z, z_x, z_y, z_xx, z_xy, z_yy = jax.vmap(shape)(train.rows(slice(0, -1)), x, y)
    height, by_x, by_y = (part[:-1, :2] for part in (found.height, found.slope_x, found.slope_y))

    def moved(g: Array, g_x: Array, g_y: Array) -> Array:
        whole = height * g[:, None] + by_x * g_x[:, None] + by_y * g_y[:, None]
        return whole[:, :, :, 0]

    return (
        -moved(z_x, z_xx, z_xy),
        -moved(z_y, z_xy, z_yy),
        moved(y + z * z_y, z_x * z_y + z * z_xy, 1 + z_y * z_y + z * z_yy),
        -moved(x + z * z_x, 1 + z_x * z_x + z * z_xx, z_x * z_y + z * z_xy),
    )


def _bent(train: Train, passage: Passage, found: Response) -> Array:
    """Responses to relative changes of curvatures, ``[surface, 2, field, ray]``, mm."""
    rows = train.rows(slice(0, -1))

    def bend(surface: Train, x: Array, y: Array) -> tuple[Array, ...]:
        def at(share: Array) -> tuple[Array, ...]:
            curved = replace(surface.shape, curvature=surface.shape.curvature * share)
            return sag_and_slopes(curved, x, y)

        one = jnp.ones(())
        changed: tuple[Array, ...] = jax.jvp(at, (one,), (one,))[1]
        return changed

    g, g_x, g_y = jax.vmap(bend)(rows, passage.place[:-1, 0], passage.place[:-1, 1])
    height, by_x, by_y = (part[:-1, :2] for part in (found.height, found.slope_x, found.slope_y))
    whole = height * g[:, None] + by_x * g_x[:, None] + by_y * g_y[:, None]
    return whole[:, :, :, 0]


def _refracted(form: Form, found: Response) -> Array:
    """Responses to the index of each gap from the object's on, ``[surface + 1, 2, field, ray]``, mm."""
    ratio = found.ratio[:, :2, :, 0]
    before = form.index[:, 0][:, None, None, None]
    behind = jnp.concatenate([before[1:], before[-1:]])
    # Each gap is before the surface of its own number, and behind the one before it.
    own = ratio / behind
    return own - jnp.pad((ratio * before / behind**2)[:-1], ((1, 0), (0, 0), (0, 0), (0, 0)))
