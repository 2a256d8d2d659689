"""Fall-off: how a channel's light falls from its brightest place outward.

    light = s (1 + a r^2 + b r^4 + c r^6),

r being the distance from the fitted centre of the fall-off in half diagonals.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import iterated, namespace

_STEPS: Final = 12


@dataclass(frozen=True, eq=False)
class FallOff:
    """Fall-off of one channel; numbers of NumPy or JAX.

    Attributes:
        centre: ``(column, row)``, px.
        terms: a, b, c.
        covariance: of (column, row, a, b, c), from the residuals.
        corner: light at the farthest corner block over that at the centre.
    """

    centre: Any
    terms: Any
    covariance: Any
    corner: Any


def fall_off(blocks: Any, size: tuple[int, int]) -> FallOff:
    """Fall-off of a channel and its centre, by damped Gauss-Newton steps.

    Args:
        blocks: means ``[row, column]`` of one channel, NumPy or JAX.
        size: height and width of the field, px.
    """
    xp = namespace(blocks)
    half = float(np.hypot(*size)) / 2
    rows, columns = blocks.shape
    y = ((np.arange(rows) + 0.5) / rows - 0.5) * size[0] / half
    x = ((np.arange(columns) + 0.5) / columns - 0.5) * size[1] / half
    across, down = (part.ravel() for part in np.meshgrid(x, y))
    wanted = blocks.reshape(-1) / blocks.max()
    # Of a field without fall-off the centre cannot be told: this keeps it in the middle.
    ridge = np.diag([1e-6, 1e-6, 1e-12, 1e-12, 1e-12, 0.0])

    def step(_: Any, theta: Any) -> Any:
        model, slopes = _surface(xp, theta, across, down)
        change = xp.linalg.solve(slopes.T @ slopes + ridge, slopes.T @ (wanted - model))
        return theta + xp.concatenate([xp.clip(change[:2], -0.1, 0.1), change[2:]])

    theta = iterated(step, xp.asarray([0.0, 0.0, 0.0, 0.0, 0.0, 1.0], dtype=wanted.dtype), _STEPS)
    model, slopes = _surface(xp, theta, across, down)
    variance = ((wanted - model) ** 2).sum() / (len(across) - 6)
    covariance = xp.linalg.inv(slopes.T @ slopes + ridge) * variance
    # From light to light relative to the centre: terms by the scale, places by the half diagonal.
    scale = xp.concatenate([xp.zeros(2) + half, xp.zeros(3) + 1 / theta[5]])
    relative = covariance[:5, :5] * scale[:, None] * scale
    corner = (model / theta[5])[int(np.argmax(np.hypot(across, down)))]
    middle = xp.asarray([size[1] / 2, size[0] / 2])
    return FallOff(middle + half * theta[:2], theta[2:5] / theta[5], relative, corner)


def radial_profile(
    blocks: Float[np.ndarray, "row column channel"], size: tuple[int, int], bins: int = 8
) -> tuple[Float[np.ndarray, " bin"], Float[np.ndarray, "bin channel"]]:
    """Mean of each channel over rings about the middle, relative to the innermost, and the rings' radii.

    Args:
        blocks: means.
        size: height and width of the field, px.
        bins: rings; those without a block are left out.
    """
    rows, columns = blocks.shape[:2]
    half = float(np.hypot(*size)) / 2
    y = ((np.arange(rows) + 0.5) / rows - 0.5) * size[0] / half
    x = ((np.arange(columns) + 0.5) / columns - 0.5) * size[1] / half
    radius = np.hypot(y[:, None], x).ravel()
    ring = np.minimum((radius / radius.max() * bins).astype(int), bins - 1)
    held = np.unique(ring)
    values = blocks.reshape(rows * columns, -1)
    means = np.stack([values[ring == one].mean(axis=0) for one in held])
    return np.array([radius[ring == one].mean() for one in held]), means / means[0]


def _surface(xp: Any, theta: Any, across: np.ndarray, down: np.ndarray) -> tuple[Any, Any]:
    """The fall-off, and its slopes by (x0, y0, s a, s b, s c, s)."""
    x, y = across - theta[0], down - theta[1]
    square = x * x + y * y
    powers = [square, square**2, square**3]
    light = theta[5] + sum(theta[2 + i] * power for i, power in enumerate(powers))
    steep = sum((i + 1) * theta[2 + i] * square**i for i in range(3))
    return light, xp.stack([-2 * x * steep, -2 * y * steep, *powers, 1 + 0 * square], axis=1)
