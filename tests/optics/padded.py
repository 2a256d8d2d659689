"""Sights of any lens in arrays of one shape, so that a test over many lenses compiles once."""

from dataclasses import replace

import jax
import jax.numpy as jnp

from lichtbild.optics.aim import Sights

BEFORE = 10
"""The stop's row in every padded train."""
ROWS = 40
TERMS = 15
"""Even terms of every padded sag."""


def padded(aims: Sights) -> Sights:
    """The same sights with planes before and behind the lens that change nothing: one index on both sides."""
    train = aims.train
    if train.shape.even is None:
        even = jnp.zeros((len(train), TERMS))
    else:
        even = jnp.pad(train.shape.even, ((0, 0), (0, TERMS - train.shape.even.shape[1])))
    train = replace(train, shape=replace(train.shape, even=even))
    before, behind = BEFORE - aims.stop, ROWS - BEFORE - (len(train) - aims.stop)
    assert before >= 0 and behind >= 0
    image = len(train) - 1
    lens, screen = train.rows(slice(image)), train.rows(slice(image, None))
    rows = [_plane(train, 0)] * before + [lens] + [_plane(train, image - 1)] * behind + [screen]
    joined = jax.tree.map(lambda *parts: jnp.concatenate(parts), *rows)
    return replace(aims, train=joined, stop=BEFORE)


def _plane(train, end):
    """One row: a plane through the vertex of the first or the last surface of the lens."""
    one = train.rows(jnp.array([end]))
    index = one.before if end == 0 else one.after
    shape = jax.tree.map(jnp.zeros_like, one.shape)
    flat = replace(
        one.reach,
        extent=jnp.full_like(one.reach.extent, 1e6),
        low=jnp.full_like(one.reach.low, -1e-9),
        high=jnp.full_like(one.reach.high, 1e-9),
        bend=jnp.zeros_like(one.reach.bend),
    )
    return replace(
        one,
        shape=shape,
        reach=flat,
        before=index,
        after=index,
        mirror=jnp.zeros_like(one.mirror),
        semi_aperture=jnp.full_like(one.semi_aperture, jnp.inf),
    )
