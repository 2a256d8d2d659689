"""Innovations of a burst's frames, tile by tile of 16 x 16 cells of 2 x 2 filters.

An innovation is a frame's sample less what the base, the merged and demosaiced picture, shows at its place.
Each tile has one shift for each frame. Numbers are white balanced; planes are ``2 * row + column`` of a cell.
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
LOST = np.int16(-32768)
"""Code of an innovation of a sample that tells nothing."""
TAPS = 6
"""Pixels along the filter by which the base is interpolated."""
_ONE, _ZERO = np.float32(1), np.float32(0)
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
def _nearest_cell(shift: float) -> int:
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
            down, right = _nearest_cell(shifts[i, j, 0]), _nearest_cell(shifts[i, j, 1])
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
                        if code == LOST:
                            seen[y, x] = 0
                        r = np.float32(code) / CODES
                        power[y, x] += np.float32(0.25) * r * r if code != LOST else _ZERO


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
            out[place + x] = np.int16(np.rint(code)) if sample < full else LOST


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
    """A frame's mean trust in each tile, and each plane's mean square of innovations that are trusted."""
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
    tiles: tuple[Float32[np.ndarray, "rows columns 2"], Float32[np.ndarray, "rows columns 4"]],
    rows: tuple[int, int],
    maps: tuple[_Map, _Map],
) -> None:
    """What the detail leaves of a frame's innovations, squared over what is expected.

    Args:
        codes: the frame's innovations.
        detail: as `resolved` gives it.
        camera: colour of each plane of the cell, and its gain.
        tiles: offsets in pixels of the frame's samples from the reference's places, and variance of each
            plane's samples.
        rows: first tile row, and the one after the last.
        maps: what detail may leave beside the noise in each cell; and takes the mean of the cell.
    """
    (colours, gains), (offsets, noise), (allowed, out) = camera, tiles, maps
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
