"""Form image: the light of a scene laid upon a sensor by a lens.

The scene is taken where each square of the sensor looks, and spread by the point spread of its place. Point
spreads change over the field: the picture is cut into blocks, one around each node of the response and with
its point spread, that fade into one another up to their neighbours' nodes. So every place has the point
spread that lies bilinearly between the nodes around it. What a block sends beyond its border lands on its
neighbours. Products of Fourier transforms spread all bands of a block at once.

A square sends its light from all of itself, not from its middle, which would blur twice: the point spread's
second moment is made smaller by that of a square.

A camera that moves while its rows see looks elsewhere in each row, where it looks in the mean of the row's
time; what its motion adds about the mean is part of the block's point spread.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from os import cpu_count
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from lichtbild.core.window import Extent, Window
from lichtbild.image.camera_path import Shutter
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.numerics.blocks import Block
from lichtbild.optics.kernels.shade import shade
from lichtbild.optics.scene_seen import Seen, imaged, seen
from lichtbild.optics.shake import farthest, moved_by, trace, turns
from lichtbild.optics.spread import Channels, Grid, Light, Waves, grid, waves_of

STEPS = 1 << 16
"""Of the table of illumination, even in the squared distance from the axis."""

Told = Callable[[int, int], None]
"""Called with how many blocks are done, and how many there are."""


def in_silence(done: int, total: int) -> None:
    """Nobody is told."""


class Strip(NamedTuple):
    """Rows of an optical image.

    Attributes:
        top: the first row.
        irradiance: photons s^-1 mm^-2, float32 ``[row, column, band]``.
    """

    top: int
    irradiance: Float[np.ndarray, "row column band"]


def form_image(  # noqa: PLR0913  two of them say how, not what
    response: OpticalResponse,
    scene: Scene,
    extent: Extent,
    finer: int = 2,
    *,
    shutter: Shutter | None = None,
    threads: int | None = None,
    told: Told = in_silence,
) -> OpticalImage:
    """The light on a sensor in the middle of a lens's image; the same for any number of threads.

    Args:
        response: of the lens, in squares of the pixels' pitch over ``finer``.
        scene: beyond its borders its outermost pixels go on.
        extent: pixels of the sensor.
        finer: squares along a pixel.
        shutter: when rows see, and how the camera moves meanwhile; None for a camera at rest.
        threads: at once; by default one for each core.
        told: of progress.

    Raises:
        BadInput: pixels without squares, a response whose point spreads are too wide, or a camera that moves
            too far while a row sees.
    """
    strips = form_strips(response, scene, extent, finer, shutter=shutter, threads=threads, told=told)
    return whole_image(strips, response, extent, finer)


def form_strips(  # noqa: PLR0913  as of `form_image`
    response: OpticalResponse,
    scene: Scene,
    extent: Extent,
    finer: int = 2,
    *,
    shutter: Shutter | None = None,
    threads: int | None = None,
    told: Told = in_silence,
) -> Iterator[Strip]:
    """The same light as of `form_image`, some rows after the others, so that no more is ever held.

    Args:
        response: as of `form_image`, and so on.
        scene: what the camera looks at.
        extent: pixels of the sensor.
        finer: squares along a pixel.
        shutter: when rows see.
        threads: at once.
        told: of progress.

    Raises:
        BadInput: as of `form_image`, when the first strip is asked for.
    """
    squares = squares_of(response, extent, finer, shutter)
    looks = seen(scene, response, squares.whole, row_turns(squares, shutter))
    spectra = np.asarray(scene.in_bands(response.bands), np.float32)
    channels = Channels(spectra, np.arange(len(response.bands)))
    source = Source(response, looks, channels, shutter)
    with ThreadPoolExecutor(threads or cpu_count() or 1) as pool:
        yield from shaded(light_of([source], waves_of(squares), pool, told), response, squares)


def whole_image(
    strips: Iterable[Strip], response: OpticalResponse, extent: Extent, finer: int
) -> OpticalImage:
    """The optical image that strips make, whose bands lie one after the other in memory."""
    planes = np.empty((len(response.bands), *extent), np.float32)
    for strip in strips:
        rows = slice(strip.top, strip.top + len(strip.irradiance))
        planes[:, rows] = np.moveaxis(strip.irradiance, -1, 0)
    return OpticalImage(
        np.moveaxis(planes, 0, -1),
        response.bands,
        response.pitch * finer,
        response.chief_angles,
        response.f_number,
    )


class Source(NamedTuple):
    """Light that is on its way to a sensor.

    Attributes:
        response: of the lens that it goes through.
        looks: how squares look at it.
        channels: what is made of it.
        shutter: when rows see.
    """

    response: OpticalResponse
    looks: Seen
    channels: Channels
    shutter: Shutter | None


def squares_of(response: OpticalResponse, extent: Extent, finer: int, shutter: Shutter | None) -> Grid:
    """The squares of a sensor, with a border for what point spreads and the camera's motion reach."""
    still = grid(response, extent, finer)
    if shutter is None:
        return still
    return grid(response, extent, finer, farthest(shutter, imaged(response), still))


def row_turns(squares: Grid, shutter: Shutter | None) -> Float[np.ndarray, "h 9"] | None:
    """Mean rotation of the camera while each row of squares sees; None where it is at rest."""
    if shutter is None:
        return None
    rows = (np.arange(squares.whole.height) + 0.5 - squares.border) / squares.finer - 0.5
    return turns(shutter, rows).reshape(-1, 9)


def light_of(
    sources: Sequence[Source], waves: Waves, pool: ThreadPoolExecutor, told: Told
) -> Iterator[Light]:
    """What reaches the sensor of several sources together, some whole rows after the others, unshaded.

    Blocks are added in their own order, whichever is done first.
    """
    squares, rows = waves.grid, waves.grid.rows()

    def spread(block: Block) -> Light | None:
        total: Light | None = None
        for source in sources:
            light = _spread(source, waves, block)
            if total is None or light is None:
                total = total or light
            else:
                total = Light(total.window, total.planes + light.planes)
        return total

    every = [block for row in rows for block in row]
    done = _in_turn(pool, spread, every)
    width, count = squares.extent.width, sources[0].channels.spectra.shape[1]
    carried = np.zeros((count, 0, width), np.float32)
    finished = 0
    tops = [max(0, squares.landed(row[0])[0]) for row in rows] + [squares.extent.height]
    for number, row in enumerate(rows):
        top, after = tops[number], tops[number + 1]
        bottom = max(after, min(squares.extent.height, squares.reached(row[0])[0]))
        strip = np.zeros((count, bottom - top, width), np.float32)
        strip[:, : carried.shape[1]] = carried
        for _ in row:
            light = next(done)
            finished += 1
            if light is not None:
                window = light.window
                strip[:, window.top - top : window.bottom - top, window.left : window.right] += light.planes
            told(finished, len(every))
        carried = strip[:, after - top :]
        if after > top:
            yield Light(Window(top, 0, after, width), strip[:, : after - top])


def _spread(source: Source, waves: Waves, block: Block) -> Light | None:
    """The light of a block of squares; None where there is none."""
    squares = waves.grid
    which, planes = source.looks.looked(block, squares.sorting(block))
    if len(which) == 0:
        return None
    own = kernels(source.response, squares.place(block))
    if source.shutter is not None:
        own = moved_by(own, _trace(source, squares, block), squares.size)
    channels = Channels(source.channels.spectra[which], source.channels.bands)
    return waves.light(block, planes, channels, own)


def _in_turn(
    pool: ThreadPoolExecutor, task: Callable[[Block], Light | None], every: list[Block]
) -> Iterator[Light | None]:
    """Results in the order of the blocks, never many of them ahead of who takes them."""
    waiting: deque[Future[Light | None]] = deque()
    most = 2 * (cpu_count() or 1)
    try:
        for block in every:
            if len(waiting) == most:
                yield waiting.popleft().result()
            waiting.append(pool.submit(task, block))
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _trace(source: Source, squares: Grid, block: Block) -> Float[np.ndarray, "time 2"]:
    """Where a point of a block goes while the block's middle row sees, squares right and down."""
    assert source.shutter is not None
    row = (block.middle[0] - squares.border) / squares.finer - 0.5
    return trace(source.shutter, row, squares.place(block), source.looks.tangents) / squares.pitch


def kernels(response: OpticalResponse, place: tuple[float, float]) -> Float[np.ndarray, "band y x"]:
    """Point spreads for squares that send light from all of themselves, between the nodes around a place.

    Args:
        response: of a lens.
        place: x and y, mm; beyond the outermost nodes as there.
    """
    x, y = place
    (left, over), (top, down) = _between(response.columns, x), _between(-response.rows, -y)
    psf = np.asarray(response.psf)[top : top + 2, left : left + 2].astype(np.float32)
    upper = (1 - over) * psf[0, 0] + over * psf[0, 1]
    lower = (1 - over) * psf[1, 0] + over * psf[1, 1]
    found = _narrowed((1 - down) * upper + down * lower)
    if response.share is None:
        return found
    shares = response.share[top : top + 2, left : left + 2]
    own = (1 - down) * ((1 - over) * shares[0, 0] + over * shares[0, 1])
    own = own + down * ((1 - over) * shares[1, 0] + over * shares[1, 1])
    return np.asarray(found * own[:, None, None], np.float32)


def _between(nodes: np.ndarray, at: float) -> tuple[int, np.float32]:
    """The node before a place, and how far from it to the next the place lies, 0 to 1."""
    before = int(np.clip(np.searchsorted(nodes, at) - 1, 0, len(nodes) - 2))
    share = (at - nodes[before]) / (nodes[before + 1] - nodes[before])
    return before, np.float32(np.clip(share, 0.0, 1.0))


def _narrowed(psf: np.ndarray) -> np.ndarray:
    """Less the second moment of a square, 1/12 in each direction: half of that times second differences."""
    around = np.pad(psf, ((0, 0), (1, 1), (1, 1)))
    beside = around[:, 1:-1, :-2] + around[:, 1:-1, 2:] + around[:, :-2, 1:-1] + around[:, 2:, 1:-1]
    found = psf - (beside - 4 * psf) / np.float32(24)
    return np.asarray(found / found.sum(axis=(1, 2), keepdims=True))


def shaded(lights: Iterable[Light], response: OpticalResponse, squares: Grid) -> Iterator[Strip]:
    """Radiance to irradiance: times the solid angle of the light at each pixel, and nothing below 0."""
    height, width = squares.extent
    pitch = squares.pitch * squares.finer
    farthest_square = ((height / 2 - 0.5) ** 2 + (width / 2 - 0.5) ** 2) * pitch**2
    distances = np.sqrt(np.linspace(0.0, farthest_square, STEPS))
    angles = np.asarray(response.solid_angle).T
    tables = np.stack([_smooth(response.height, angle, distances) for angle in angles]).astype(np.float32)
    scale = (STEPS - 1) * pitch**2 / farthest_square if farthest_square else 0.0
    for light in lights:
        place = np.array([light.window.top + 0.5 - height / 2, 0.5 - width / 2, scale])
        planes = np.ascontiguousarray(light.planes)
        shade(planes, tables, place)
        yield Strip(light.window.top, np.moveaxis(planes, 0, -1))


def _smooth(height: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """A curve of no slope on the axis, through values at heights."""
    from scipy.interpolate import CubicSpline

    return np.asarray(CubicSpline(height, values, bc_type=((1, 0.0), "not-a-knot"))(at))
