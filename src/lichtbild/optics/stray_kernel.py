"""Kernels that lay the rays of ghosts on grids; see `lichtbild.image.stray_response.GhostRays`."""

import numpy as np

from lichtbild.numerics.kernel import kernel


@kernel
def between(
    rays: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], at: tuple[int, int, int], part: float
) -> tuple[float, float, float, float, float, float, float]:
    """A ray between two fields: place, reach along two directions, power.

    A ray that arrives from one of the fields alone goes on with the whole patch.

    Args:
        rays: places, reaches, powers and shifts as of GhostRays.
        at: ghost, field before and ray.
        part: of the way to the next field, 0 to 1.
    """
    place, reach, power, shift = rays
    ghost, field, ray = at
    first, second = power[ghost, field, ray], power[ghost, field + 1, ray]
    strength = first + (second - first) * part
    if first > 0 and second > 0:
        a, b = 1 - part, part
        lift = 0.0
    elif first > 0:
        a, b = 1.0, 0.0
        lift = part * shift[ghost, field]
    else:
        a, b = 0.0, 1.0
        lift = (part - 1) * shift[ghost, field]
    p, q = place[ghost, field, ray], place[ghost, field + 1, ray]
    r, s = reach[ghost, field, ray], reach[ghost, field + 1, ray]
    return (
        a * p[0] + b * q[0],
        a * p[1] + b * q[1] + lift,
        a * r[0, 0] + b * s[0, 0],
        a * r[0, 1] + b * s[0, 1],
        a * r[1, 0] + b * s[1, 0],
        a * r[1, 1] + b * s[1, 1],
        strength,
    )


@kernel
def samples_of(first: float, second: float, step: float, most: int) -> int:
    """How many samples a tent needs that reaches so far to either side, for a grid of a step."""
    return max(1, min(most, int(np.ceil(2 * np.sqrt(first * first + second * second) / step))))


@kernel
def tent(number: int, count: int) -> tuple[float, float]:
    """Where a sample of a tent lies, -1 to 1, and its share of the whole."""
    at = (2 * number + 1) / count - 1
    whole = count / 2 if count % 2 == 0 else (count * count + 1) / (2 * count)
    return at, (1 - abs(at)) / whole


@kernel
def lay_rings(
    rays: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    ghost: int,
    step: float,
    counts: tuple[int, int],
    laid: np.ndarray,
    total: np.ndarray,
) -> None:
    """Add the power of one ghost to rings, for sources spread about each field by a tent.

    Args:
        rays: as of `between`.
        ghost: number.
        step: of rings, mm.
        counts: sources between two fields, and most samples along each side of a ray's tent.
        laid: power ``[field, ring, azimuth]``, float32.
        total: the same before any is lost outside of the rings, ``[field]``.
    """
    for field in range(laid.shape[0] - 1):
        for source in range(counts[0]):
            part = (source + 0.5) / counts[0]
            for ray in range(rays[2].shape[2]):
                x, y, ux, uy, vx, vy, power = between(rays, (ghost, field, ray), part)
                if power <= 0:
                    continue
                total[field] += (1 - part) * power * 2
                total[field + 1] += part * power * 2
                n, m = samples_of(ux, uy, step, counts[1]), samples_of(vx, vy, step, counts[1])
                for i in range(n):
                    a, first = tent(i, n)
                    for j in range(m):
                        b, second = tent(j, m)
                        place = (x + a * ux + b * vx) / step, (y + a * uy + b * vy) / step
                        lay_sample(laid, (field, part), place, power * first * second)


@kernel
def lay_sample(laid: np.ndarray, source: tuple[int, float], place: tuple[float, float], power: float) -> None:
    """Share a sample and its mirror image out to two fields, two rings and two azimuths.

    Args:
        laid: as of `lay_rings`.
        source: field before, part of the way to the next.
        place: x and y in rings.
        power: of each of the two.
    """
    azimuths = laid.shape[2]
    field, part = source
    radius = np.sqrt(place[0] * place[0] + place[1] * place[1])
    ring = int(radius)
    if ring >= laid.shape[1] - 1:
        return
    out, angle = radius - ring, np.arctan2(place[0], place[1]) * azimuths / (2 * np.pi)
    for mirrored in range(2):
        turn = (angle if mirrored == 0 else -angle) + azimuths
        slot = int(turn)
        over = turn - slot
        for inner in range(2):
            share = power * (out if inner == 1 else 1 - out)
            for clockwise in range(2):
                at, light = (slot + clockwise) % azimuths, share * (over if clockwise == 1 else 1 - over)
                laid[field, ring + inner, at] += (1 - part) * light
                laid[field + 1, ring + inner, at] += part * light


@kernel
def lay_lamp(
    rays: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    source: tuple[int, float, float, float],
    flux: np.ndarray,
    grid: tuple[float, float, float, int],
    canvas: np.ndarray,
) -> None:
    """Add the power of a lamp's first ghosts to cells.

    Args:
        rays: as of `between`.
        source: field before, part of the way to the next, sine and cosine of the azimuth from y to x.
        flux: power of each ghost for one of the rays' powers, ``[ghost, band]``; of as many as are drawn.
        grid: side of a cell, mm; row and column where the axis meets the cells, counted from the middle of
            the first one; most samples along each side of a ray's tent.
        canvas: power ``[row, column, band]``, float32.
    """
    field, part, sine, cosine = source
    step, middle, centre, most = grid
    for ghost in range(flux.shape[0]):
        for ray in range(rays[2].shape[2]):
            x, y, ux, uy, vx, vy, power = between(rays, (ghost, field, ray), part)
            if power <= 0:
                continue
            n, m = samples_of(ux, uy, step, most), samples_of(vx, vy, step, most)
            for i in range(n):
                a, first = tent(i, n)
                for j in range(m):
                    b, second = tent(j, m)
                    px, py = x + a * ux + b * vx, y + a * uy + b * vy
                    light = power * first * second
                    # The source's own axes: up the radius, and a right angle clockwise from there.
                    up, side = (py * cosine, py * sine), (px * sine, px * cosine)
                    right = middle - (up[0] - side[0]) / step, centre + (up[1] + side[1]) / step
                    left = middle - (up[0] + side[0]) / step, centre + (up[1] - side[1]) / step
                    lay_cells(canvas, right, flux[ghost], light)
                    lay_cells(canvas, left, flux[ghost], light)


@kernel
def lay_cells(canvas: np.ndarray, place: tuple[float, float], flux: np.ndarray, power: float) -> None:
    """Share a sample out to the four cells around it.

    Args:
        canvas: as of `lay_lamp`.
        place: row and column.
        flux: of each band.
        power: of the sample.
    """
    row, column = place
    top, left = int(np.floor(row)), int(np.floor(column))
    for r in range(top, top + 2):
        for c in range(left, left + 2):
            if 0 <= r < canvas.shape[0] and 0 <= c < canvas.shape[1]:
                share = power * (1 - abs(row - r)) * (1 - abs(column - c))
                for band in range(canvas.shape[2]):
                    canvas[r, c, band] += share * flux[band]
