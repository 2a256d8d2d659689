"""Patch samples: what a picture or a raw plane holds inside a polygon.

Places are ``(column, row)`` in pixels, pixel centres at half-integers, as found charts give them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float, Shaped

from lichtbild.core.errors import BadInput
from lichtbild.quality.kernels.rectangle import largest_rectangle

MARGIN: Final = 0.1
"""Border that is left out, as a share of the square root of the polygon's area."""

LEAST: Final = 16
"""Pixels below which a patch says nothing."""


@dataclass(frozen=True, eq=False)
class PatchSamples:
    """Samples of an even patch.

    Attributes:
        window: samples of the polygon's surrounding box, float64.
        inside: which of them lie inside the polygon, off its border.
        corner: column and row of the box's upper left corner, px.
        clipped: share of the samples inside that are clipped, above or below, by channel.
    """

    window: Float[np.ndarray, "h w channel"]
    inside: Bool[np.ndarray, "h w"]
    corner: tuple[int, int]
    clipped: Float[np.ndarray, " channel"]

    @property
    def count(self) -> int:
        """Pixels inside."""
        return int(self.inside.sum())

    @cached_property
    def values(self) -> Float[np.ndarray, "n channel"]:
        """Samples inside, row after row."""
        return np.asarray(self.window[self.inside])

    @property
    def mean(self) -> Float[np.ndarray, " channel"]:
        """Mean of each channel."""
        return np.asarray(self.values.mean(axis=0))

    @property
    def variance(self) -> Float[np.ndarray, " channel"]:
        """Variance of each channel, slow changes of light included."""
        return np.asarray(self.values.var(axis=0, ddof=1))

    def surface(self, order: int) -> Float[np.ndarray, "n term"]:
        """Polynomials up to an order at the pixels inside, orthonormal over them; kept."""
        if order not in self._surfaces:
            rows, columns = np.nonzero(self.inside)
            self._surfaces[order] = surface_terms(rows, columns, self.inside.shape, order)
        return self._surfaces[order]

    @cached_property
    def _surfaces(self) -> dict[int, Float[np.ndarray, "n term"]]:
        return {}

    @property
    def centre(self) -> tuple[float, float]:
        """Column and row of the middle of the pixels inside."""
        rows, columns = np.nonzero(self.inside)
        return self.corner[0] + float(columns.mean()) + 0.5, self.corner[1] + float(rows.mean()) + 0.5

    def flattened(self, order: int = 2) -> Float[np.ndarray, "n channel"]:
        """Samples inside without their polynomial surface, whose mean is 0.

        Args:
            order: of the surface: 0 takes the mean away, 1 a slope, 2 a bowl.
        """
        terms = self.surface(order)
        return np.asarray(self.values - terms @ (terms.T @ self.values))

    def noise_variance(self, order: int = 2) -> Float[np.ndarray, " channel"]:
        """Variance of each channel about the polynomial surface of an order."""
        left = self.flattened(order)
        return np.asarray((left**2).sum(axis=0) / (self.count - terms_of(order)))

    def rectangle(self) -> Float[np.ndarray, "height width channel"]:
        """The largest upright rectangle of samples that lies inside, for spectra."""
        top, bottom, left, right = self._rectangle
        return self.window[top:bottom, left:right]

    @cached_property
    def _rectangle(self) -> tuple[int, int, int, int]:
        return _largest_rectangle(self.inside)


def patch_samples(
    picture: Shaped[np.ndarray, "*shape"],
    corners: Sequence[tuple[float, float]],
    *,
    margin: float = MARGIN,
    limits: tuple[float, float] = (0.0, 1.0),
) -> PatchSamples:
    """The samples of a patch.

    Args:
        picture: ``[row, column]`` or ``[row, column, channel]``: linear light, or one plane of codes.
        corners: of the polygon, ``(column, row)`` in px, in order.
        margin: border to leave out, as a share of the square root of the polygon's area.
        limits: a sample at or beyond one of them is clipped.

    Raises:
        BadInput: the polygon is none, or has too few pixels of the picture inside.
    """
    if picture.ndim not in (2, 3) or len(corners) < 3:
        raise BadInput(
            f"a patch of {len(corners)} corners in an array of {picture.ndim} axes cannot be read; give "
            "three corners or more in a picture of rows, columns and perhaps channels"
        )
    outline = np.asarray(corners, float)
    (left, top), (right, bottom) = _box(outline, picture.shape)
    inside = _inside(outline, margin, (left, right), (top, bottom))
    if int(inside.sum()) < LEAST:
        raise BadInput(
            f"the patch has {int(inside.sum())} pixels inside; {LEAST} are needed: take a larger one, or a "
            "smaller margin"
        )
    window = np.asarray(picture[top:bottom, left:right], np.float64)
    window = window[..., None] if window.ndim == 2 else window
    within = window[inside]
    if not np.isfinite(within).all():
        raise BadInput("the patch has samples that are not finite; give linear light or codes")
    clipped = ((within <= limits[0]) | (within >= limits[1])).mean(axis=0)
    return PatchSamples(window, inside, (left, top), np.asarray(clipped))


def plane_of(
    mosaic: Shaped[np.ndarray, "h w"], phase: tuple[int, int], period: tuple[int, int] = (2, 2)
) -> Shaped[np.ndarray, "ph pw"]:
    """The samples of a mosaic at one place of its pattern.

    Args:
        mosaic: samples under a colour filter array.
        phase: row and column of the place in the pattern.
        period: rows and columns of the pattern.
    """
    return mosaic[phase[0] :: period[0], phase[1] :: period[1]]


def in_plane(
    corners: Sequence[tuple[float, float]], phase: tuple[int, int], period: tuple[int, int] = (2, 2)
) -> tuple[tuple[float, float], ...]:
    """Places in a mosaic as places in the plane that `plane_of` takes from it."""
    return tuple(
        ((x - 0.5 - phase[1]) / period[1] + 0.5, (y - 0.5 - phase[0]) / period[0] + 0.5) for x, y in corners
    )


def terms_of(order: int) -> int:
    """Terms of a polynomial surface."""
    return (order + 1) * (order + 2) // 2


def surface_terms(rows: Any, columns: Any, shape: tuple[int, ...], order: int) -> Float[np.ndarray, "n term"]:
    """Polynomials in row and column at some pixels, orthonormal over them.

    Args:
        rows: of the pixels.
        columns: of the pixels.
        shape: height and width of the window, for the scale.
        order: of the surface, 0 to 3.

    Raises:
        BadInput: the pixels lie so that they do not determine the surface.
    """
    y = 2 * np.asarray(rows, float) / max(shape[0] - 1, 1) - 1
    x = 2 * np.asarray(columns, float) / max(shape[1] - 1, 1) - 1
    powers = [(i, j) for i in range(order + 1) for j in range(order + 1 - i)]
    terms, triangle = np.linalg.qr(np.stack([y**i * x**j for i, j in powers], axis=1))
    if np.abs(np.diag(triangle)).min() < 1e-9 * len(y) ** 0.5:
        raise BadInput(f"{len(y)} pixels do not determine a surface of order {order}; take a larger patch")
    return np.asarray(terms)


def _box(outline: np.ndarray, shape: tuple[int, ...]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Upper left and lower right corner of the polygon's box, cut at the picture."""
    low = np.maximum(np.floor(outline.min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(outline.max(axis=0)), shape[1::-1]).astype(int)
    if not np.isfinite(outline).all() or (high <= low).any():
        raise BadInput(
            f"the patch from {outline.min(axis=0)} to {outline.max(axis=0)} px lies outside the picture of "
            f"{shape[1]} x {shape[0]}; give places in it"
        )
    return (int(low[0]), int(low[1])), (int(high[0]), int(high[1]))


def _inside(
    outline: np.ndarray, margin: float, columns: tuple[int, int], rows: tuple[int, int]
) -> Bool[np.ndarray, "h w"]:
    """Pixels whose centres lie inside, and as far from each side as the margin asks."""
    x, y = np.arange(*columns) + 0.5, (np.arange(*rows) + 0.5)[:, None]
    ends = np.roll(outline, -1, axis=0)
    area = 0.5 * abs(float(np.sum(outline[:, 0] * ends[:, 1] - ends[:, 0] * outline[:, 1])))
    away = margin * np.sqrt(area)
    crossings = np.zeros((y.size, x.size), bool)
    near = np.zeros((y.size, x.size), bool)
    for (ax, ay), (bx, by) in zip(outline, ends, strict=True):
        dx, dy = bx - ax, by - ay
        if dy:
            crossings = crossings ^ (((ay > y) != (by > y)) & (x < ax + (y - ay) * dx / dy))
        along = np.clip(((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-300), 0, 1)
        near = near | ((x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2 < away**2)
    return np.asarray(crossings & ~near)


def _largest_rectangle(inside: np.ndarray, sides: int = 96) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of the largest rectangle, to a hundredth of a large window."""
    step = max(-(-max(inside.shape) // sides), 1)
    height, width = (size // step for size in inside.shape)
    whole = inside[: height * step, : width * step].reshape(height, step, width, step)
    blocks = np.ascontiguousarray(whole.all(axis=(1, 3)))
    found = np.zeros(4, np.int64)
    largest_rectangle(blocks, found)
    if not found.any():
        raise BadInput("no rectangle of pixels lies inside the patch; take a larger one")
    top, bottom, left, right = (edge * step for edge in found.tolist())
    return top, bottom, left, right
