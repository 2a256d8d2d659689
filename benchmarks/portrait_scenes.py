"""Scenes with depth for `portrait.py`, and a renderer that follows single rays through the lens.

A scene is a set of planes with textures, seen from the middle of the lens: coordinates are tangents, and on a
plane the reciprocal distance is linear in them. The ray through a place p of the lens that meets the picture
at x has, at the reciprocal distance w, the tangents ``a + b w``; for a thin lens focused at 1/w0 these are
``a = t(x) - p w0`` and ``b = p``, for a traced one its direction and its place before the lens. So the
renderer is exact for any lens, but for the number of its rays.
"""

from dataclasses import dataclass

import numba
import numpy as np

MARGIN = 0.25
"""Of the field, by which textures go beyond it on each side."""
TEXELS = 2
"""Of a texture, along a pixel."""


@dataclass(frozen=True)
class Plane:
    """A plane with a texture.

    Attributes:
        rgba: ``[row, column, 4]``, colours not premultiplied, over the field and its margin.
        vergence: reciprocal distance on the axis, mm^-1, and its slopes along x and y by tangent.
        is_subject: whether the matte is of it.
    """

    rgba: np.ndarray
    vergence: tuple[float, float, float]
    is_subject: bool = False


@dataclass(frozen=True)
class Scene:
    """Planes in a field of so many tangents from side to side; ``size`` rows and columns."""

    name: str
    planes: tuple[Plane, ...]
    size: tuple[int, int]
    field: tuple[float, float]


@numba.njit(cache=True, fastmath=True, inline="always")
def _texel(rgba, y, x, out):
    rows, columns = rgba.shape[:2]
    y = min(max(y - 0.5, 0.0), rows - 1.001)
    x = min(max(x - 0.5, 0.0), columns - 1.001)
    i, j = int(y), int(x)
    f, g = y - i, x - j
    for k in range(4):
        out[k] = (rgba[i, j, k] * (1 - f) * (1 - g) + rgba[i, j + 1, k] * (1 - f) * g
                  + rgba[i + 1, j, k] * f * (1 - g) + rgba[i + 1, j + 1, k] * f * g)  # fmt: skip


@numba.njit(cache=True, parallel=True)
def rays(textures, planes, field, a, b, out):  # noqa: C901  one ray after another
    """Mean light of rays: ``a`` and ``b`` are [row, column, 2] and [2] of one place of the lens; adds to out.

    out: [row, column, 5]: light, coverage by the subject, vergence of the first opaque plane.
    """
    rows, columns = a.shape[:2]
    count = len(planes)
    height, width = textures.shape[1:3]
    for row in numba.prange(rows):
        texel = np.empty(4, np.float32)
        done = np.empty(count, np.bool_)
        for column in range(columns):
            ax, ay = a[row, column, 0], a[row, column, 1]
            done[:] = False
            free, seen = 1.0, 0.0
            for _ in range(count):
                best, near = -1, -1.0
                for k in range(count):
                    if done[k]:
                        continue
                    w = (planes[k, 0] + planes[k, 1] * ax + planes[k, 2] * ay) / (
                        1 - planes[k, 1] * b[0] - planes[k, 2] * b[1]
                    )
                    if w > near:
                        near, best = w, k
                if best < 0:
                    break
                done[best] = True
                x = ax + b[0] * near
                y = ay + b[1] * near
                _texel(
                    textures[best],
                    (y / field[0] + 0.5 + MARGIN) / (1 + 2 * MARGIN) * height,
                    (x / field[1] + 0.5 + MARGIN) / (1 + 2 * MARGIN) * width,
                    texel,
                )
                share = free * texel[3]
                for k in range(3):
                    out[row, column, k] += share * texel[k]
                out[row, column, 3] += share * planes[best, 3]
                if seen == 0.0 and texel[3] >= 0.5:
                    seen = near
                free -= share
                if free < 1e-4:
                    break
            out[row, column, 4] += seen


def _packed(scene):
    textures = np.stack([plane.rgba for plane in scene.planes]).astype(np.float32)
    planes = np.array([(*plane.vergence, float(plane.is_subject)) for plane in scene.planes])
    return textures, planes, np.array(scene.field)


def tangents(scene, finer=1):
    """Of the pixels' middles, ``[row, column, 2]``: x, y."""
    rows, columns = (side * finer for side in scene.size)
    y = ((np.arange(rows) + 0.5) / rows - 0.5) * scene.field[0]
    x = ((np.arange(columns) + 0.5) / columns - 0.5) * scene.field[1]
    return np.stack(np.meshgrid(x, y), axis=-1)


def sharp(scene, finer=4):
    """The picture that a pinhole takes, the subject's coverage, and the vergence in each pixel."""
    packed = _packed(scene)
    out = np.zeros((*(side * finer for side in scene.size), 5), np.float32)
    rays(*packed, tangents(scene, finer), np.zeros(2), out)
    blocks = out.reshape(scene.size[0], finer, scene.size[1], finer, 5)
    means = blocks.mean(axis=(1, 3))
    return means[..., :3], means[..., 3], np.median(blocks[..., 4], axis=(1, 3)).astype(np.float32)


def lens_picture(scene, bundles):
    """The picture of a lens: ``bundles`` gives (a, b, weight), a of three bands or one."""
    packed, total, weights = _packed(scene), np.zeros((*scene.size, 3), np.float64), np.zeros(3)
    for a, b, weight in bundles:
        for band in range(3) if len(a) == 3 else (0,):
            out = np.zeros((*scene.size, 5), np.float32)
            rays(*packed, a[band], b, out)
            part = slice(band, band + 1) if len(a) == 3 else slice(0, 3)
            w = weight[band] if len(a) == 3 else weight
            total[..., part] += (out[..., :3] * np.asarray(w)[..., None] if np.ndim(w) else out[..., :3] * w)[
                ..., part
            ]
            weights[part] += 1
    return total


def sunflower(count, turn=0.0):
    """Points of the unit disc."""
    k = np.arange(count) + 0.5
    angle = k * np.pi * (3 - 5**0.5) + turn
    return np.stack([np.sqrt(k / count) * np.cos(angle), np.sqrt(k / count) * np.sin(angle)], -1)


def thin_lens_picture(scene, focus, radius, count=1024, turn=0.0):
    """The picture of a thin lens of a radius in mm, focused at a distance in mm."""
    t = tangents(scene)
    bundles = ((np.array([t - radius * p / focus]), radius * p, 1 / count) for p in sunflower(count, turn))
    return lens_picture(scene, bundles)


def _texture(rng, size, kind):
    """Colours of a plane: leaves of all sizes, or soft blotches, with the contrast of common things."""
    rows, columns = size
    if kind == "plain":
        grid = rng.uniform(0.15, 0.6, (4, 5, 3))
        y, x = np.linspace(0, 2.999, rows), np.linspace(0, 3.999, columns)
        i, j = y.astype(int), x.astype(int)
        f, g = (y - i)[:, None, None], (x - j)[None, :, None]
        found = (grid[i][:, j] * (1 - f) * (1 - g) + grid[i][:, j + 1] * (1 - f) * g
                 + grid[i + 1][:, j] * f * (1 - g) + grid[i + 1][:, j + 1] * f * g)  # fmt: skip
    else:
        found = np.empty((rows, columns, 3))
        found[:] = rng.uniform(0.1, 0.6, 3)
        least, most = (4, 0.25 * columns)
        for _ in range(500):
            r = 1 / np.sqrt(rng.uniform(1 / most**2, 1 / least**2))
            cy, cx = rng.uniform(0, rows), rng.uniform(0, columns)
            top, left = max(int(cy - r), 0), max(int(cx - r), 0)
            part = found[top : int(cy + r) + 1, left : int(cx + r) + 1]
            yy, xx = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]]
            part[(yy + 0.5 - cy) ** 2 + (xx + 0.5 - cx) ** 2 < r * r] = rng.uniform(0.02, 0.8, 3) ** 1.5
    return found


def _person(rng, size, middle, scale, hair):
    """Coverage of a head and shoulders with an arm apart from the body, and hair in strands."""
    rows, columns = size
    y, x = np.mgrid[:rows, :columns]
    u, v = (x + 0.5) / columns - middle[0], ((y + 0.5) / rows - middle[1]) * rows / columns
    u, v = u / scale, v / scale

    def soft(field, width=1.5):
        return np.clip(0.5 - field * scale * columns / width, 0, 1)

    head = np.hypot(u / 0.75, v) - 0.5
    body = np.hypot(u / 1.25, (v - 1.75) / 1.2) - 1.0
    arm = np.abs(np.hypot((u - 1.15) / 0.9, (v - 1.55)) - 0.62) - 0.12
    found = np.maximum.reduce([soft(field) for field in (head, body, arm)])
    for _ in range(hair):
        angle = rng.uniform(-np.pi, 0.15 * np.pi)
        length, bend = rng.uniform(0.15, 0.5), rng.normal(0, 0.25)
        s = np.linspace(0, 1, 160)
        px = (0.36 * np.cos(angle) + s * length * np.cos(angle + bend * s)) * scale + middle[0]
        py = (0.48 * np.sin(angle) + s * length * np.sin(angle + bend * s)) * scale
        cx, cy = px * columns, (py * columns / rows + middle[1]) * rows
        i, j = np.floor(cy).astype(int), np.floor(cx).astype(int)
        kept = (i >= 0) & (i < rows) & (j >= 0) & (j < columns)
        np.maximum.at(found, (i[kept], j[kept]), rng.uniform(0.3, 0.9))
    return found


def _lamps(rng, colours, count, power):
    rows, columns = colours.shape[:2]
    for _ in range(count):
        i, j = rng.integers(0, int(0.7 * rows)), rng.integers(0, columns)
        colours[i : i + 4, j : j + 4] = power * rng.uniform(0.4, 1, 3)
    return colours


def scene(number, size=(360, 480)):
    """The scene of a number; the first six are for developing, from 100 on for the benchmark."""
    rng = np.random.default_rng(number)
    large = tuple(int(side * TEXELS * (1 + 2 * MARGIN)) for side in size)
    field = (0.6 * size[0] / size[1], 0.6)
    kind = number % 6
    texture = lambda name: _texture(rng, large, name)  # noqa: E731
    full = np.ones((*large, 1))
    wall = rng.uniform(3000, 9000)
    background = texture("leaves")
    if kind in (1, 4):
        background = _lamps(rng, background * 0.25, 40, 30.0)
    slope = rng.uniform(-1, 1) * 0.15 / wall if kind == 3 else 0.0
    planes = [Plane(np.concatenate([background, full], -1), (1 / wall, slope, 0.0))]
    if kind in (0, 2, 5):  # a floor 900 mm below the lens, up to the wall: 1/z = y / 900
        planes.append(
            Plane(np.concatenate([texture("leaves"), full], -1), (0.0, 0.0, 1 / rng.uniform(600, 1200)))
        )
    middle = (rng.uniform(0.4, 0.6), rng.uniform(0.4, 0.5))
    person = _person(rng, large, middle, rng.uniform(0.11, 0.16), 400 if kind != 3 else 0)
    skin = 0.5 * texture("plain") + 0.5 * texture("leaves")
    planes.append(Plane(np.concatenate([skin, person[..., None]], -1), (1 / 1500.0, 0.0, 0.0), True))
    if kind == 2:  # a second person, farther
        other = _person(rng, large, (middle[0] + 0.22, middle[1]), 0.08, 100)
        planes.append(
            Plane(np.concatenate([texture("leaves"), other[..., None]], -1), (1 / 2400.0, 0.0, 0.0))
        )
    if kind in (4, 5):  # a twig before all
        y, x = np.mgrid[: large[0], : large[1]]
        twig = np.clip(1.5 - np.abs((x - 0.2 * large[1]) + 0.4 * (y - large[0] / 2)) / 12, 0, 1)
        planes.append(Plane(np.concatenate([texture("plain"), twig[..., None]], -1), (1 / 900.0, 0.0, 0.0)))
    return Scene(f"{number}", tuple(planes), size, field)
