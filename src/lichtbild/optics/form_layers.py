"""Form layers: the light of a scene with depth, laid upon a sensor by a lens that is focused at one distance.

The lens's response is known at some distances, and between them it is mixed, linearly in 1 / distance. The
depth is cut into slabs, one about each of these distances. Within a slab light adds up; from far to near,
each slab covers what is behind it by its opacity, the shares s of its places spread by point spreads K::

    light    = light    (1 - sum K s) + sum K (s L)
    coverage = coverage (1 - sum K s) + sum K s

and the light over the coverage is the picture, so that an even scene is even whatever its depth. What lies
behind a nearer thing is not in the scene; it is drawn from what is seen around it in the slab or farther,
so that a blurred thing in front fades into a background, and not into the dark.

What one photodiode of a dual pixel sees is composed as if its half pupil were the whole, for a thing hides
from it all that lies behind; the picture then gets the view's share of the light.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from os import cpu_count
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.image.camera_path import Shutter
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.numerics.fill import filled
from lichtbild.optics.form_image import (
    Source,
    Strip,
    Told,
    form_strips,
    in_silence,
    light_of,
    row_turns,
    shaded,
    squares_of,
    whole_image,
)
from lichtbild.optics.kernels.look import COARSE, TILE
from lichtbild.optics.scene_seen import Layer, Seen, seen
from lichtbild.optics.spread import Channels, Light, waves_of
from lichtbild.optics.view_share import view_share

FARTHER = 8.0
"""Square root of how much more far places count than the slab's nearest ones in what is drawn behind."""


class AtDistance(NamedTuple):
    """What a lens does to the light of one distance.

    Attributes:
        distance: of the object, mm, above 0, infinite if far.
        response: of the lens, whose focus is the same for all.
    """

    distance: float
    response: OpticalResponse


def form_layers(  # noqa: PLR0913  as of `form_image`
    responses: tuple[AtDistance, ...],
    scene: Scene,
    extent: Extent,
    finer: int = 2,
    *,
    shutter: Shutter | None = None,
    threads: int | None = None,
    told: Told = in_silence,
) -> OpticalImage:
    """The light on a sensor in the middle of a lens's image; the same for any number of threads.

    Distortion and illumination are those of the farthest response: the chief ray of a direction is the same
    whatever the distance.

    Args:
        responses: nearest first; what is nearer or farther than all of them is taken as if at the next.
        scene: with its depth; one that has one depth is formed in one layer.
        extent: pixels of the sensor.
        finer: squares along a pixel.
        shutter: when rows see, and how the camera moves meanwhile.
        threads: at once.
        told: of progress, by the blocks of the farthest slab.

    Raises:
        BadInput: as of `form_image`; or responses are not sorted by distance or do not fit each other.
    """
    strips = layer_strips(responses, scene, extent, finer, shutter=shutter, threads=threads, told=told)
    return whole_image(strips, responses[-1].response, extent, finer)


def layer_strips(  # noqa: PLR0913  as of `form_image`
    responses: tuple[AtDistance, ...],
    scene: Scene,
    extent: Extent,
    finer: int = 2,
    *,
    shutter: Shutter | None = None,
    threads: int | None = None,
    told: Told = in_silence,
) -> Iterator[Strip]:
    """The same light as of `form_layers`, some rows after the others.

    Args:
        responses: as of `form_layers`, and so on.
        scene: with its depth.
        extent: pixels of the sensor.
        finer: squares along a pixel.
        shutter: when rows see.
        threads: at once.
        told: of progress, by the blocks of the farthest slab.

    Raises:
        BadInput: as of `form_layers`, when the first strip is asked for.
    """
    _check(responses)
    nearness = 1.0 / np.asarray(scene.depth, np.float64)
    knots = np.array([1.0 / at.distance for at in responses])
    within = np.clip(nearness, knots[-1], knots[0])
    if np.ptp(within) == 0:
        alone = _between(responses, float(within.flat[0]))
        each = replace(alone, share=None)
        strips = form_strips(each, scene, extent, finer, shutter=shutter, threads=threads, told=told)
        yield from _shared(strips, alone, extent, finer)
        return
    # Responses that nothing lies at, nor between them and the next, have no part.
    first, last = (int(np.searchsorted(-knots, -at)) for at in (within.max(), within.min()))
    first = first if knots[first] == within.max() else first - 1
    used = [replace(at.response, share=None) for at in responses[first : last + 1]]
    far = responses[-1].response
    squares = squares_of(far, extent, finer, shutter)
    looks = seen(scene, far, squares.whole, row_turns(squares, shutter))
    own = _nearness(within, looks)
    channels = _channels(np.asarray(scene.in_bands(far.bands), np.float32))
    waves = waves_of(squares)
    slabs = [
        [Source(used[number], replace(looks, layer=layer), channels, shutter) for number, layer in slab]
        for slab in _slabs(looks, own, knots[first : last + 1])
    ]
    with ThreadPoolExecutor(threads or cpu_count() or 1) as pool:
        every = [light_of(slab, waves, pool, in_silence) for slab in slabs[-2::-1]]
        every.insert(0, light_of(slabs[-1], waves, pool, told))
        yield from _shared(shaded(_composed(every, len(far.bands)), far, squares), far, extent, finer)


def _shared(
    strips: Iterator[Strip], response: OpticalResponse, extent: Extent, finer: int
) -> Iterator[Strip]:
    """Light times the share of it that the response's view takes."""
    if response.share is None:
        yield from strips
        return
    pitch = response.pitch * finer
    x = (np.arange(extent.width) + 0.5 - extent.width / 2) * pitch
    for strip in strips:
        rows = strip.top + np.arange(len(strip.irradiance))
        share = view_share(response, (extent.height / 2 - rows - 0.5) * pitch, x)
        yield Strip(strip.top, strip.irradiance * share)


def _check(responses: tuple[AtDistance, ...]) -> None:
    distances = [at.distance for at in responses]
    if not distances or not (np.diff([0.0, *distances]) > 0).all():
        raise BadInput(
            f"responses of a lens are given for object distances of {distances} mm; give one or more, the "
            "nearest first, all above 0 and different"
        )
    first = responses[0].response
    for distance, other in responses[1:]:
        if other.psf.shape != first.psf.shape or not np.isclose(other.pitch, first.pitch, rtol=1e-9):
            raise BadInput(
                f"the response at {distance:g} mm has point spreads of shape {tuple(other.psf.shape)} in "
                f"squares of {other.pitch:g} mm, the nearest of shape {tuple(first.psf.shape)} in squares of "
                f"{first.pitch:g} mm; make all with the same bands, nodes, squares and pitch"
            )


def _between(responses: tuple[AtDistance, ...], nearness: float) -> OpticalResponse:
    """The response at one nearness: between two of them the point spreads are mixed."""
    knots = np.array([1.0 / at.distance for at in responses])
    behind = min(int(np.searchsorted(-knots, -nearness)), len(knots) - 1)
    if behind == 0 or knots[behind] == nearness:
        return responses[behind].response
    share = (nearness - knots[behind]) / (knots[behind - 1] - knots[behind])
    near, far = (np.asarray(responses[i].response.psf, np.float32) for i in (behind - 1, behind))
    return replace(responses[behind].response, psf=np.float32(share) * near + np.float32(1 - share) * far)


def _nearness(nearness: np.ndarray, looks: Seen) -> np.ndarray:
    """Of the places of the planes that are looked at, which may be averages; of these, the middle ones."""
    rows, columns = (
        ((np.arange(few) + 0.5) * many / few).astype(int)
        for few, many in zip(looks.planes.shape[:2], nearness.shape, strict=True)
    )
    return np.ascontiguousarray(nearness[np.ix_(rows, columns)], np.float32)


def _slabs(
    looks: Seen, nearness: np.ndarray, knots: Float[np.ndarray, " layer"]
) -> list[list[tuple[int, Layer]]]:
    """What each slab has of each response, by its number; nearest first."""
    reached, middles = _reached(nearness), (knots[1:] + knots[:-1]) / 2
    ends = np.array([np.inf, *middles, -1.0])
    found = []
    for slab, (high, low) in enumerate(pairwise(ends)):
        if np.isinf(high):
            plate, farness = np.zeros((1, 1, looks.planes.shape[2]), np.float32), np.zeros((1, 1), np.float32)
        else:
            plate, farness = _plate(looks.planes, nearness, high)
        parts = []
        for number in {slab, max(slab - 1, 0), min(slab + 1, len(knots) - 1)}:
            layer = Layer(nearness, reached, plate, farness, _tent(knots, number, low, high))
            parts.append((number, layer))
        found.append(sorted(parts, key=lambda part: part[0] != slab))
    return found


def _tent(knots: np.ndarray, number: int, low: float, high: float) -> np.ndarray:
    """The share of a response in a slab; beyond the last response its share stays 1."""
    behind = 1 / (knots[number] - knots[number + 1]) if number + 1 < len(knots) else 0.0
    before = 1 / (knots[number - 1] - knots[number]) if number > 0 else 0.0
    return np.array([low, high, knots[number], behind, before], np.float32)


def _reached(nearness: np.ndarray) -> np.ndarray:
    """Least and greatest nearness in tiles and those around them."""
    found = []
    for extreme in (np.minimum, np.maximum):
        values = nearness
        for axis in (0, 1):
            values = extreme.reduceat(values, np.arange(0, values.shape[axis], TILE), axis=axis)
            padded = np.pad(values, [(1, 1) if axis == a else (0, 0) for a in (0, 1)], mode="edge")
            ahead, back = (padded.take(range(k, k + values.shape[axis]), axis) for k in (0, 2))
            values = extreme(extreme(ahead, back), values)
        found.append(values)
    return np.stack(found, axis=-1)


def _plate(planes: np.ndarray, nearness: np.ndarray, nearer: float) -> tuple[np.ndarray, np.ndarray]:
    """What is seen at a nearness of less than a limit, and goes on behind what is nearer, by few pixels."""
    rows, columns = nearness.shape
    # Of two that meet around a nearer thing the farther one is more likely to go on behind it.
    doubt = nearness * np.float32(FARTHER / nearer)
    share = np.float32(COARSE**-2) / (1 + doubt * doubt)
    visible = np.where(nearness <= np.float32(nearer), share, np.float32(0))
    downs, acrosses = np.arange(0, rows, COARSE), np.arange(0, columns, COARSE)

    def sums(values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(np.add.reduceat(values, downs, axis=0), acrosses, axis=1)

    weight = sums(visible)
    few = np.stack([sums(planes[..., k] * visible) for k in range(planes.shape[2])], axis=-1)
    far = sums(nearness * visible)
    both = filled(np.concatenate([few, far[..., None]], axis=-1), weight)
    return np.ascontiguousarray(both[..., :-1]), np.ascontiguousarray(both[..., -1])


def _channels(spectra: Float[np.ndarray, "spectrum band"]) -> Channels:
    """Light in each band, and after it the opacity as each band's point spread lays it down."""
    count, bands = spectra.shape
    both = np.zeros((count + 1, 2 * bands), np.float32)
    both[:count, :bands], both[count, bands:] = spectra, 1.0
    return Channels(both, np.tile(np.arange(bands), 2))


def _composed(slabs: list[Iterator[Light]], bands: int) -> Iterator[Light]:
    """The picture of slabs, farthest first."""
    for lights in zip(*slabs, strict=True):
        light, coverage = np.zeros((2, *lights[0].planes[:bands].shape), np.float32)
        for slab in lights:
            open_share = 1 - np.clip(slab.planes[bands:], 0.0, 1.0)
            light = light * open_share + slab.planes[:bands]
            coverage = coverage * open_share + slab.planes[bands:]
        yield Light(lights[0].window, light / np.maximum(coverage, _LEAST))


_LEAST = np.float32(1e-3)
