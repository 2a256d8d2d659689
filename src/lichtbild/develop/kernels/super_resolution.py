"""Innovations of a burst's frames, and the fine detail that they tell, tile by tile of 16 x 16 cells.

An innovation is a frame's sample less what the base, the merged and demosaiced picture, shows at its place.
Each tile has one shift for each frame. So every cell of it has its samples at the same places, and one set of
weights serves them all. Numbers are white balanced; planes are ``2 * row + column`` of the cell.
"""

import numpy as np
from jaxtyping import Float32, Float64, Int16, Int64, UInt8

from lichtbild.develop.kernels.merge import CELLS, MARGIN, weigh
from lichtbild.numerics.kernel import kernel

SIDE = CELLS + 2
"""Cells along a tile and one more on either side, whose samples its filters reach."""
BORDER = 8
"""Pixels around the base, by which it goes on beyond its borders."""
CODES = np.float32(16384)
"""Codes of an innovation of 1."""
UNITS = np.float32(32768)
"""Codes of a detail of 1."""
TAPS = 6
NEAREST = 160
"""Samples that a value is made from, at most."""
_ONE, _ZERO = np.float32(1), np.float32(0)
_LOST = np.int16(-32768)
"""Code of an innovation of a sample that tells nothing."""
_Line = Float32[np.ndarray, " n"]
_Map = Float32[np.ndarray, "h w"]


@kernel
def _lanczos(fraction: float, taps: _Line) -> None:
    """The weights of Lanczos's filter of three lobes at a fraction of a pixel, whose sum is 1."""
    total = 0.0
    for t in range(TAPS):
        x = np.pi * (t - 2 - fraction)
        weight = 1.0 if abs(x) < 1e-6 else 3 * np.sin(x) * np.sin(x / 3) / (x * x)
        taps[t] = weight
        total += weight
    for t in range(TAPS):
        taps[t] /= total


@kernel
def _base_at(base: Float32[np.ndarray, "H W"], corner: tuple[float, float], lines: _Line, out: _Line) -> None:
    """What the base shows at every second pixel down and right from a place, for a tile and its sides."""
    row, column = int(np.floor(corner[0])), int(np.floor(corner[1]))
    down, across = np.empty(TAPS, np.float32), np.empty(TAPS, np.float32)
    _lanczos(corner[0] - row, down)
    _lanczos(corner[1] - column, across)
    wide = 2 * SIDE + TAPS
    a, b, c, d, e, f = down[0], down[1], down[2], down[3], down[4], down[5]
    g, h, k, m, n, o = across[0], across[1], across[2], across[3], across[4], across[5]
    for y in range(SIDE):
        top, left = row - 2 + 2 * y, column - 2
        one, two, three = base[top], base[top + 1], base[top + 2]
        four, five, six = base[top + 3], base[top + 4], base[top + 5]
        for x in range(wide):
            i = np.uintp(left + x)
            lines[x] = (a * one[i] + b * two[i] + c * three[i]) + (d * four[i] + e * five[i] + f * six[i])
        for x in range(SIDE):
            i = np.uintp(2 * x)
            out[y * SIDE + x] = (g * lines[i] + h * lines[i + 1] + k * lines[i + 2]) + (
                m * lines[i + 3] + n * lines[i + 4] + o * lines[i + 5]
            )


@kernel
def nearest_cell(shift: float) -> int:
    """Cells by which a shift in pixels is nearest to none."""
    return int(np.floor(shift / 2 + 0.5))


@kernel
def innovations(
    planes: Float32[np.ndarray, "4 h w"],
    base: Float32[np.ndarray, "3 H W"],
    camera: tuple[Int64[np.ndarray, "4"], Float32[np.ndarray, "4"]],
    shifts: Float64[np.ndarray, "rows columns 2"],
    rows: tuple[int, int],
    made: tuple[Int16[np.ndarray, "rows columns 4 n"], UInt8[np.ndarray, "h2 w2"], _Map],
) -> None:
    """A frame's samples less what the base shows at their places.

    Args:
        planes: of the frame, with `MARGIN` cells around them that are no number.
        base: planes of all colours, with `BORDER` pixels around them and whole tiles.
        camera: colour of each plane of the cell, and the level from which its samples are full.
        shifts: of the tiles, in pixels: (down, right).
        rows: first tile row, and the one after the last.
        made: takes the innovations of each tile and its sides in codes, zero where the frame shows nothing;
            255 in cells that it shows, and 0 in those that are full; and to it, their mean square is added.
    """
    colours, full = camera
    codes, seen, power = made
    height, width = power.shape
    lines, expected = np.empty(2 * SIDE + TAPS, np.float32), np.empty(SIDE * SIDE, np.float32)
    for i in range(rows[0], rows[1]):
        for j in range(shifts.shape[1]):
            top, left = i * CELLS, j * CELLS
            bottom, end = min(top + CELLS, height), min(left + CELLS, width)
            down, right = nearest_cell(shifts[i, j, 0]), nearest_cell(shifts[i, j, 1])
            first, begin = top - 1 + down + MARGIN, left - 1 + right + MARGIN
            inside = first >= 0 and begin >= 0
            inside = inside and first + SIDE <= planes.shape[1] and begin + SIDE <= planes.shape[2]
            seen[top:bottom, left:end] = 255 if inside else 0
            for p in range(4):
                tile = codes[i, j, p]
                tile[:] = 0
                if not inside:
                    continue
                # A sample's place in the base, from the first cell beside the tile.
                y0 = 2 * (top - 1 + down) + p // 2 - shifts[i, j, 0] + BORDER
                x0 = 2 * (left - 1 + right) + p % 2 - shifts[i, j, 1] + BORDER
                _base_at(base[colours[p]], (y0, x0), lines, expected)
                _coded(planes[p], (first, begin), full[p], expected, tile)
                for y in range(top, bottom):
                    place = (y - top + 1) * SIDE + 1
                    for x in range(left, end):
                        code = tile[place + x - left]
                        if code == _LOST:
                            seen[y, x] = 0
                        r = np.float32(code) / CODES
                        power[y, x] += np.float32(0.25) * r * r if code != _LOST else _ZERO


@kernel
def _coded(
    plane: Float32[np.ndarray, "h w"],
    corner: tuple[int, int],
    full: np.float32,
    expected: _Line,
    out: Int16[np.ndarray, " n"],
) -> None:
    """The codes of a tile's innovations; samples that are full or no number have one of their own."""
    most = np.float32(32767)
    for y in range(SIDE):
        line, place = plane[corner[0] + y], y * SIDE
        for x in range(SIDE):
            sample = line[corner[1] + x]
            code = min(max((sample - expected[place + x]) * CODES, -most), most)
            out[place + x] = np.int16(np.rint(code)) if sample < full else _LOST


@kernel
def trusted(
    departure: tuple[_Map, _Map],
    limits: tuple[np.float32, np.float32],
    of_reference: UInt8[np.ndarray, "h w"],
    out: UInt8[np.ndarray, "h w"],
) -> None:
    """How far each cell of a frame is trusted, of 255, where it is seen at all.

    Args:
        departure: of each cell, and the mean of it around.
        limits: up to which nothing is lost.
        of_reference: how far the reference is, by which all are multiplied.
        out: holds what the frame shows, and takes the trust.
    """
    height, width = out.shape
    share, weight = np.ones(width, np.float32), np.empty(width, np.float32)
    for y in range(height):
        weigh(share, (departure[0][y], departure[1][y]), limits, weight)
        for x in range(width):
            trust = np.float32(of_reference[y, x]) * weight[x] if out[y, x] > 0 else _ZERO
            out[y, x] = np.uint8(trust + np.float32(0.5))


@kernel
def tile_sums(
    codes: Int16[np.ndarray, "rows columns 4 n"],
    trust: UInt8[np.ndarray, "h w"],
    rows: tuple[int, int],
    sums: Float32[np.ndarray, "rows columns 5"],
) -> None:
    """A frame's mean trust in each tile, and of each plane the mean square of innovations that are trusted."""
    height, width = trust.shape
    for i in range(rows[0], rows[1]):
        for j in range(codes.shape[1]):
            bottom, end = min((i + 1) * CELLS, height), min((j + 1) * CELLS, width)
            squares, total, count = np.zeros(4, np.float32), _ZERO, 0
            for y in range(i * CELLS, bottom):
                place = (y - i * CELLS + 1) * SIDE + 1 - j * CELLS
                for x in range(j * CELLS, end):
                    t = np.float32(trust[y, x]) * np.float32(1 / 255)
                    total += t
                    count += 1
                    if t > _ZERO:
                        for p in range(4):
                            r = np.float32(codes[i, j, p, place + x])
                            squares[p] += t * r * r
            sums[i, j, 0] = total / np.float32(count)
            for p in range(4):
                sums[i, j, 1 + p] = squares[p] / (max(total, np.float32(1e-3)) * CODES * CODES)


@kernel
def unexplained(
    codes: Int16[np.ndarray, "rows columns 4 n"],
    detail: Int16[np.ndarray, "3 H W"],
    camera: tuple[Int64[np.ndarray, "4"], Float32[np.ndarray, "4"]],
    offsets: Float32[np.ndarray, "rows columns 2"],
    noise: Float32[np.ndarray, "rows columns 4"],
    rows: tuple[int, int],
    maps: tuple[_Map, _Map],
) -> None:
    """What the detail leaves of a frame's innovations, squared over what is expected.

    Args:
        codes: the frame's innovations.
        detail: as `resolved` gives it.
        camera: colour of each plane of the cell, and its gain.
        offsets: of the frame's samples from the reference's places, in pixels.
        noise: variance of each plane's samples in each tile.
        rows: first tile row, and the one after the last.
        maps: what detail may leave beside the noise in each cell; and takes the mean of the cell.
    """
    colours, gains = camera
    allowed, out = maps
    height, width = out.shape
    finer = detail.shape[1] // height
    shown = np.empty(CELLS * CELLS, np.float32)
    lines = np.empty(finer * CELLS + TAPS, np.float32)
    for i in range(rows[0], rows[1]):
        for j in range(codes.shape[1]):
            bottom, end = min((i + 1) * CELLS, height), min((j + 1) * CELLS, width)
            out[i * CELLS : bottom, j * CELLS : end] = _ZERO
            for p in range(4):
                y0 = (p // 2 + offsets[i, j, 0] + 0.5) * finer / 2 - 0.5 + i * CELLS * finer
                x0 = (p % 2 + offsets[i, j, 1] + 0.5) * finer / 2 - 0.5 + j * CELLS * finer
                _detail_at(detail[colours[p]], (y0, x0), finer, lines, shown)
                factor = gains[p] / UNITS
                for y in range(i * CELLS, bottom):
                    place = (y - i * CELLS + 1) * SIDE + 1 - j * CELLS
                    for x in range(j * CELLS, end):
                        d = factor * shown[(y - i * CELLS) * CELLS + x - j * CELLS]
                        r = np.float32(codes[i, j, p, place + x]) / CODES - d
                        out[y, x] += np.float32(0.25) * r * r / (noise[i, j, p] + allowed[y, x])


@kernel
def _detail_at(
    detail: Int16[np.ndarray, "H W"], corner: tuple[float, float], finer: int, lines: _Line, out: _Line
) -> None:
    """The detail at places of a tile that lie ``finer`` pixels of its grid apart, in codes."""
    row, column = int(np.floor(corner[0])), int(np.floor(corner[1]))
    down, across = np.empty(TAPS, np.float32), np.empty(TAPS, np.float32)
    _lanczos(corner[0] - row, down)
    _lanczos(corner[1] - column, across)
    height, width = detail.shape
    left = column - 2
    begin, end = max(0, -left), min(len(lines), width - left)
    for y in range(CELLS):
        lines[:] = _ZERO
        for t in range(TAPS):
            place = row - 2 + finer * y + t
            if 0 <= place < height:
                line, tap = detail[place], down[t]
                for x in range(begin, end):
                    lines[x] += tap * np.float32(line[left + x])
        for x in range(CELLS):
            total = _ZERO
            for t in range(TAPS):
                total += across[t] * lines[finer * x + t]
            out[y * CELLS + x] = total


@kernel
def _chosen(
    target: tuple[np.float32, np.float32],
    offsets: Float32[np.ndarray, "N 2"],
    trust: _Line,
    found: tuple[Int64[np.ndarray, "most 4"], Float32[np.ndarray, "most 2"]],
    most: int,
) -> int:
    """The samples nearest to a place in the cell, at most so many; returns how many.

    Args:
        target: row and column in pixels from the cell's first one.
        offsets: of each frame's samples from the cell's own places.
        trust: of each frame.
        found: takes frame, plane, and row and column of the cell, and the samples' places.
        most: samples.
    """
    bins = np.zeros(257, np.int64)
    radius = 256
    for sweep in range(2):
        count = 0
        for k in range(len(offsets)):
            if trust[k] <= np.float32(0.05):
                continue
            for p in range(4):
                for u in range(-1, 2):
                    y = np.float32(2 * u + p // 2) + offsets[k, 0]
                    for v in range(-1, 2):
                        x = np.float32(2 * v + p % 2) + offsets[k, 1]
                        square = (y - target[0]) ** 2 + (x - target[1]) ** 2
                        place = min(int(square * np.float32(32)), 256)
                        if sweep == 0:
                            bins[place] += 1
                        elif place < radius and count < most:
                            found[0][count, 0], found[0][count, 1] = k, p
                            found[0][count, 2], found[0][count, 3] = u, v
                            found[1][count, 0], found[1][count, 1] = y, x
                            count += 1
        if sweep == 0:
            radius = 0
            while radius < 256 and count + bins[radius] <= most:
                count += bins[radius]
                radius += 1
    return count


@kernel
def _prior(square: np.float32, table: _Line) -> np.float32:
    """A covariance by the squared distance in pixels, of which the table has 32 entries for each."""
    place = square * np.float32(32)
    i = int(place)
    if i >= len(table) - 1:
        return _ZERO
    f = place - np.float32(i)
    return table[i] + f * (table[i + 1] - table[i])


@kernel
def _weights(
    target: tuple[np.float32, np.float32],
    samples: tuple[Int64[np.ndarray, "most 4"], Float32[np.ndarray, "most 2"]],
    count: int,
    colours: Int64[np.ndarray, "4"],
    noise: Float32[np.ndarray, "N 4"],
    prior: Float32[np.ndarray, "2 n"],
    matrix: Float32[np.ndarray, "most more"],
) -> None:
    """The weights of least expected squared error of each colour, in the last three columns.

    The symmetric equations are eliminated row by row, the right sides with them, and solved backwards.
    """
    which, where = samples
    luma, own = prior[0], prior[1]
    width = count + 3
    for i in range(count):
        y, x, colour, row = where[i, 0], where[i, 1], colours[which[i, 1]], matrix[i]
        for j in range(i, count):
            square = (y - where[j, 0]) ** 2 + (x - where[j, 1]) ** 2
            value = _prior(square, luma)
            if colours[which[j, 1]] == colour:
                value += _prior(square, own)
            row[j] = value
        row[i] += noise[which[i, 0], which[i, 1]]
        square = (y - target[0]) ** 2 + (x - target[1]) ** 2
        shared = _prior(square, luma)
        for c in range(3):
            row[count + c] = shared + (_prior(square, own) if c == colour else _ZERO)
    for k in range(count):
        top, inverse = matrix[k], _ONE / matrix[k, k]
        for i in range(k + 1, count):
            row, factor = matrix[i], top[i] * inverse
            for j in range(np.uintp(i), np.uintp(width)):
                row[j] -= factor * top[j]
    for k in range(count - 1, -1, -1):
        row, inverse = matrix[k], _ONE / matrix[k, k]
        for c in range(3):
            total = row[count + c]
            for j in range(k + 1, count):
                total -= row[j] * matrix[j, count + c]
            row[count + c] = total * inverse


@kernel
def _filtered(held: _Line, place: tuple[int, int], taps: Float32[np.ndarray, "2 3"], out: _Line) -> None:
    """Two samples of every cell of a tile, times their taps, added to the three colours."""
    a, b, c = taps[0, 0], taps[0, 1], taps[0, 2]
    d, e, f = taps[1, 0], taps[1, 1], taps[1, 2]
    plane = np.uintp(CELLS * CELLS)
    for y in range(CELLS):
        i, j = np.uintp(place[0] + y * SIDE), np.uintp(place[1] + y * SIDE)
        k = np.uintp(y * CELLS)
        for x in range(np.uintp(CELLS)):
            one, two = held[i + x], held[j + x]
            out[k + x] += a * one + d * two
            out[k + x + plane] += b * one + e * two
            out[k + x + plane + plane] += c * one + f * two


@kernel
def resolved(
    codes: Int16[np.ndarray, "N rows columns 4 n"],
    trust: UInt8[np.ndarray, "N h w"],
    offsets: Float32[np.ndarray, "rows columns N 2"],
    known: tuple[Float32[np.ndarray, "rows columns N"], Float32[np.ndarray, "rows columns N 4"]],
    scale: tuple[Float32[np.ndarray, "rows columns 4"], Float32[np.ndarray, "rows columns 4"]],
    colours: Int64[np.ndarray, "4"],
    prior: Float32[np.ndarray, "2 n"],
    rows: tuple[int, int],
    sizes: tuple[int, int],
    out: Int16[np.ndarray, "3 H W"],
) -> None:
    """The detail on the finer grid.

    Args:
        codes: each frame's innovations.
        trust: in each cell of each frame, of 255.
        offsets: of each frame's samples from the reference's places, in pixels.
        known: each frame's mean trust, and the variance of its planes' noise over that of detail.
        scale: strength of each plane's texture in a tile, which has its colour: balanced, and as sampled.
        colours: of each plane.
        prior: covariance of the detail all colours share, and of a colour's own, by squared distance.
        rows: first tile row, and the one after the last.
        sizes: finer pixels along a cell, and samples for a value at most.
        out: takes the detail in units of 1 / `UNITS`.
    """
    trusts, noise = known
    frames, area, (finer, most) = codes.shape[0], SIDE * SIDE, sizes
    side = finer * CELLS
    held = np.empty(frames * 4 * area, np.float32)
    colour_scale, taps = np.empty(3, np.float32), np.empty((2, 3), np.float32)
    tile = np.empty(3 * CELLS * CELLS, np.float32)
    found = np.empty((NEAREST, 4), np.int64), np.empty((NEAREST, 2), np.float32)
    matrix = np.empty((NEAREST, NEAREST + 3), np.float32)
    for i in range(rows[0], rows[1]):
        for j in range(codes.shape[2]):
            if not noise[i, j, 0, 0] >= _ZERO:  # there is no detail to be found
                out[:, i * side : (i + 1) * side, j * side : (j + 1) * side] = 0
                continue
            for p in range(4):
                colour_scale[colours[p]] = scale[1][i, j, p] * (UNITS / CODES)
            for k in range(frames):
                part = held[4 * k * area : 4 * (k + 1) * area]
                _held(codes[k, i, j], trust[k], (i, j), scale[0][i, j], part)
            for t in range(finer * finer):
                y = (np.float32(t // finer) + np.float32(0.5)) * np.float32(2) / np.float32(finer)
                x = (np.float32(t % finer) + np.float32(0.5)) * np.float32(2) / np.float32(finer)
                target = y - np.float32(0.5), x - np.float32(0.5)
                count = _chosen(target, offsets[i, j], trusts[i, j], found, most)
                _weights(target, found, count, colours, noise[i, j], prior, matrix)
                tile[:] = _ZERO
                for n in range(0, count, 2):
                    last = min(n + 1, count - 1)
                    which = found[0]
                    one = (4 * which[n, 0] + which[n, 1]) * area
                    one += (which[n, 2] + 1) * SIDE + which[n, 3] + 1
                    two = (4 * which[last, 0] + which[last, 1]) * area
                    two += (which[last, 2] + 1) * SIDE + which[last, 3] + 1
                    for c in range(3):
                        taps[0, c] = matrix[n, count + c]
                        taps[1, c] = matrix[last, count + c] if last > n else _ZERO
                    _filtered(held, (one, two), taps, tile)
                _written(tile, colour_scale, (i, j, t), finer, out)


@kernel
def _held(
    codes: Int16[np.ndarray, "4 n"],
    trust: UInt8[np.ndarray, "h w"],
    place: tuple[int, int],
    texture: Float32[np.ndarray, "4"],
    out: _Line,
) -> None:
    """A tile's innovations of one frame, times the trust in them and over the texture's strength."""
    height, width = trust.shape
    share = np.float32(1 / 255)
    for y in range(SIDE):
        row = place[0] * CELLS - 1 + y
        for x in range(SIDE):
            column, n = place[1] * CELLS - 1 + x, y * SIDE + x
            inside = row >= 0 and column >= 0 and row < height and column < width
            t = share * np.float32(trust[row, column]) if inside else _ZERO
            for p in range(4):
                code = np.float32(codes[p, n]) if t > _ZERO and codes[p, n] != _LOST else _ZERO
                out[p * SIDE * SIDE + n] = t * code / texture[p]


@kernel
def _written(
    tile: _Line,
    scale: Float32[np.ndarray, "3"],
    place: tuple[int, int, int],
    finer: int,
    out: Int16[np.ndarray, "3 H W"],
) -> None:
    """One of the finer pixels of every cell of a tile, as codes."""
    i, j, t = place
    most = np.float32(32767)
    height, width = out.shape[1] // finer, out.shape[2] // finer
    for c in range(3):
        for y in range(min(CELLS, height - i * CELLS)):
            line = out[c, (i * CELLS + y) * finer + t // finer]
            for x in range(min(CELLS, width - j * CELLS)):
                value = tile[(c * CELLS + y) * CELLS + x] * scale[c]
                line[(j * CELLS + x) * finer + t % finer] = np.int16(np.rint(min(max(value, -most), most)))
