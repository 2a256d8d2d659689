"""Demosaic: the colours that each pixel did not see, from the pixels around it.

Every method is a function of one signature, from mosaic samples ``[row, column]`` and the pattern that begins
at their corner to samples of all planes. Beyond the borders samples are mirrored about the outermost pixel,
which keeps the phase of a Bayer pattern; for other patterns the outermost period is repeated. Measured
samples stay what they are, and negative ones are welcome.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage
from lichtbild.core.window import Extent
from lichtbild.develop.kernels import ddfapd as directional
from lichtbild.develop.kernels.periodic import weighted_sums
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic

Method = Literal["ddfapd", "malvar", "bilinear", "generic"]
Samples = Float[Any, "h w"]
Planes = Float[Any, "h w planes"]

_DDFAPD_RADIUS: Final = 10
_GENERIC_RADIUS: Final = 5


@dataclass(frozen=True)
class Demosaic(LocalStage):
    """All planes at every pixel; an image that has them already passes as it is.

    Attributes:
        method: how the missing colours are found: "ddfapd" along edges, "malvar" by linear filters,
            "bilinear" as Adobe's DNG SDK does, "generic" for any periodic pattern. The first three know
            Bayer patterns only; other patterns are always interpolated by "generic".
    """

    method: Method = "ddfapd"

    @property
    def halo(self) -> int:
        """Pixels around a window that its colours depend on, for whatever pattern the image may have."""
        return 2 * _GENERIC_RADIUS

    def __call__(self, image: Mosaic) -> CameraImage:
        """The image with every plane at every pixel.

        Raises:
            BadInput: the image is smaller than its pattern, or the pattern is too sparse in a colour.
        """
        samples = image.samples
        if image.cfa is not None:
            if image.window.height < image.cfa.extent.height or image.window.width < image.cfa.extent.width:
                raise BadInput(
                    f"an image of {image.window.height} x {image.window.width} pixels is too small for "
                    f"a colour filter pattern of {image.cfa.extent.height} x {image.cfa.extent.width}"
                )
            method = METHODS[self.method] if image.cfa.is_bayer else generic
            samples = method(samples[..., 0], image.cfa.shifted(image.window.top, image.window.left))
        return CameraImage(samples, image.window, image.extent)


def bilinear(samples: Samples, cfa: Cfa) -> Planes:
    """All planes by the mean of the nearest samples of each colour; differentiable.

    Source: the bilinear interpolation by which Adobe's DNG SDK makes its stage 3.
    """
    xp = namespace(samples)
    padded = xp.pad(samples, 1, mode="reflect")
    colours = np.pad(cfa.planes(_extent(samples)), 1, mode="reflect")
    planes = []
    for colour in range(3):
        known = xp.where(colours == colour, padded, xp.zeros((), dtype=samples.dtype))
        side = known[1:-1, :-2] + known[1:-1, 2:] + known[:-2, 1:-1] + known[2:, 1:-1]
        total = known[1:-1, 1:-1] + 0.25 * side
        if colour != 1:
            corners = known[:-2, :-2] + known[:-2, 2:] + known[2:, :-2] + known[2:, 2:]
            total = known[1:-1, 1:-1] + 0.5 * side + 0.25 * corners
        planes.append(total)
    return xp.stack(planes, axis=-1)


def malvar(samples: Samples, cfa: Cfa) -> Planes:
    """All planes by 5 x 5 linear filters that carry the detail of the known colour over; differentiable.

    Source: Malvar, He and Cutler, "High-quality linear interpolation for demosaicing of Bayer-patterned
    color images", ICASSP 2004, figure 2.
    """
    xp = namespace(samples)
    height, width = samples.shape
    padded = xp.pad(samples, 2, mode="reflect")

    def at(row: int, column: int) -> Any:
        return padded[2 + row : 2 + row + height, 2 + column : 2 + column + width]

    across, along = at(0, -1) + at(0, 1), at(-1, 0) + at(1, 0)
    far_across, far_along = at(0, -2) + at(0, 2), at(-2, 0) + at(2, 0)
    corners = at(-1, -1) + at(-1, 1) + at(1, -1) + at(1, 1)
    green = (4 * samples + 2 * (across + along) - far_across - far_along) / 8
    in_row = (5 * samples + 4 * across + 0.5 * far_along - far_across - corners) / 8
    in_column = (5 * samples + 4 * along + 0.5 * far_across - far_along - corners) / 8
    opposite = (6 * samples + 2 * corners - 1.5 * (far_across + far_along)) / 8

    colours = cfa.planes(_extent(samples))
    planes = [None, xp.where(colours == 1, samples, green), None]
    for colour, other in ((0, 2), (2, 0)):
        row_has = np.broadcast_to((colours == colour).any(axis=1, keepdims=True), colours.shape)
        at_green = xp.where(row_has, in_row, in_column)
        planes[colour] = xp.where(colours == other, opposite, xp.where(colours == 1, at_green, samples))
    return xp.stack(planes, axis=-1)


def ddfapd(samples: Samples, cfa: Cfa) -> Planes:
    """All planes along the direction, horizontal or vertical, in which colour differences vary less.

    Source: Menon, Andriani and Calvagno, "Demosaicing with directional filtering and a posteriori
    decision", IEEE Trans. Image Processing 16, 132 (2007), with its refining step.
    """
    height, width = samples.shape
    red_row, red_column = _place_of(cfa, 0)
    # One row or column more brings red to even rows and columns of the padded tile.
    top, left = _DDFAPD_RADIUS + red_row, _DDFAPD_RADIUS + red_column
    m = np.ascontiguousarray(
        np.pad(samples, ((top, _DDFAPD_RADIUS), (left, _DDFAPD_RADIUS)), mode="reflect"), dtype=np.float32
    )
    dh, dv, dr, db = (np.zeros_like(m) for _ in range(4))
    is_horizontal = np.zeros(m.shape, dtype=np.bool_)
    directional.directional_differences(m, dh, dv)
    directional.decide(dh, dv, dr, db, is_horizontal)
    directional.fill_green_pixels(dr, db, 5)
    directional.fill_chroma_pixels(dr, db, is_horizontal, 6)
    directional.refine_green(dr, db, is_horizontal, 6)
    directional.fill_green_pixels(dr, db, 7)
    directional.refine_chroma(dr, db, is_horizontal, 8)
    rgb = np.empty((height, width, 3), dtype=np.float32)
    directional.assemble(m, dr, db, top, left, rgb)
    return rgb


def generic(samples: Samples, cfa: Cfa) -> Planes:
    """All planes of any periodic pattern, guided by the colour that most pixels see.

    The guide is interpolated first, by a plane fitted to the near samples with Gaussian weights; then the
    difference of each other colour to it. Grey stays grey, and ramps stay ramps.

    Source: Knutsson and Westin, "Normalized and differential convolution", CVPR 1993, of order 1.
    """
    radius, extent = _GENERIC_RADIUS, _extent(samples)
    m = samples[np.ix_(*(_repeated(*sizes, 2 * radius) for sizes in zip(extent, cfa.extent, strict=True)))]
    m = m.astype(np.float32, copy=False)
    guide_plane = _densest(cfa)
    # The padded mosaic begins elsewhere in the pattern than the image does.
    shifted = cfa.shifted(-radius, -radius)
    guide = np.empty((extent.height + 2 * radius, extent.width + 2 * radius), dtype=np.float32)
    weighted_sums(m, *_taps(shifted, guide_plane), radius, guide)
    difference = m[radius:-radius, radius:-radius] - guide
    planes = np.empty((*extent, len(cfa.colours)), dtype=np.float32)
    inner = guide[radius:-radius, radius:-radius]
    step = np.empty(extent, dtype=np.float32)
    for plane in range(len(cfa.colours)):
        if plane == guide_plane:
            planes[..., plane] = inner
        else:
            weighted_sums(difference, *_taps(cfa, plane), radius, step)
            # Rounding must not touch what was measured.
            planes[..., plane] = np.where(cfa.planes(extent) == plane, samples, inner + step)
    return planes


METHODS: Final[Mapping[str, Callable[[Samples, Cfa], Planes]]] = {
    "ddfapd": ddfapd,
    "malvar": malvar,
    "bilinear": bilinear,
    "generic": generic,
}
"""The methods by name."""


def _extent(samples: Samples) -> Extent:
    return Extent(*samples.shape)


def _repeated(size: int, period: int, margin: int) -> Int[np.ndarray, " n"]:
    """Indices of a row with a margin on each side, in which the outermost period is repeated."""
    index = np.arange(-margin, size + margin)
    beyond = np.maximum(-(-(index - size + 1) // period), 0) + np.minimum(index // period, 0)
    return np.asarray(index - period * beyond)


def _place_of(cfa: Cfa, plane: int) -> tuple[int, int]:
    """Row and column of a plane's first pixel in the pattern."""
    row, column = np.argwhere(np.asarray(cfa.pattern) == plane)[0]
    return int(row), int(column)


def _densest(cfa: Cfa) -> int:
    """The plane that most pixels see; of equal ones green, else the first."""
    counts = np.bincount(np.ravel(cfa.pattern), minlength=len(cfa.colours))
    best = [plane for plane, count in enumerate(counts) if count == counts.max()]
    return next((plane for plane in best if cfa.colours[plane] == "green"), best[0])


@lru_cache(maxsize=64)
def _taps(cfa: Cfa, plane: int) -> tuple[Int[np.ndarray, "r c taps 2"], Float[np.ndarray, "r c taps"]]:
    """Offsets and weights by which a plane is interpolated at each place of the pattern."""
    height, width = cfa.extent
    found = [[_taps_at(cfa, plane, row, column) for column in range(width)] for row in range(height)]
    longest = max(len(weights) for line in found for _, weights in line)
    offsets = np.zeros((height, width, longest, 2), dtype=np.int32)
    weights = np.zeros((height, width, longest), dtype=np.float32)
    for row, line in enumerate(found):
        for column, (places, shares) in enumerate(line):
            offsets[row, column, : len(shares)] = places
            weights[row, column, : len(shares)] = shares
    return offsets, weights


def _taps_at(
    cfa: Cfa, plane: int, row: int, column: int
) -> tuple[Int[np.ndarray, "taps 2"], Float[np.ndarray, " taps"]]:
    """Offsets and weights at one place: the value of a plane fitted to the samples of least distance.

    The neighbourhood grows until it determines a plane; where it never does, the weighted mean is taken.
    """
    height, width = cfa.extent
    if cfa.pattern[row][column] == plane:
        return np.zeros((1, 2), dtype=np.int64), np.ones(1)
    places = np.zeros((0, 2), dtype=np.int64)
    for radius in range(1, _GENERIC_RADIUS + 1):
        steps = range(-radius, radius + 1)
        near = [
            (y, x)
            for y in steps
            for x in steps
            if cfa.pattern[(row + y) % height][(column + x) % width] == plane
        ]
        if not near:
            continue
        places = np.array(near)
        weights = np.exp(-np.sum(places**2, axis=1) / (2 * (0.5 * radius) ** 2))
        design = np.column_stack([np.ones(len(places)), places])
        normal = design.T @ (weights[:, None] * design)
        if np.linalg.matrix_rank(normal) == 3:
            shares = weights * (np.linalg.solve(normal, [1.0, 0.0, 0.0]) @ design.T)
            kept = np.abs(shares) > 1e-9
            return places[kept], shares[kept] / shares[kept].sum()
    if not len(places):
        raise BadInput(
            f"the colour filter pattern has '{cfa.colours[plane]}' too rarely: no pixel within "
            f"{_GENERIC_RADIUS} pixels"
        )
    return places, weights / weights.sum()
