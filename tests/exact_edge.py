"""Edges whose samples and response are known in closed form: a Gaussian blur seen by square pixels."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import erf


def gaussian_edge(
    shape: tuple[int, int],
    angle: float,
    sigma: float,
    *,
    levels: tuple[float, float] = (0.2, 0.8),
    shift: float = 0.3,
    curvature: float = 0.0,
) -> np.ndarray:
    """Light of a straight edge through about the middle, dark on the left; ``angle`` against the vertical.

    Each pixel is the integral of the blurred edge over its square: the second antiderivative of the normal
    distribution at its corners. With ``curvature`` (px per px squared) the edge bends, and that is no longer
    exact, but within the curvature times a pixel.
    """
    t = np.radians(angle)
    across, along = np.cos(t), np.sin(t)
    rows, columns = shape
    y = np.arange(rows + 1) - rows / 2
    x = np.arange(columns + 1) - columns / 2 + shift
    depth = (x[None] * across + y[:, None] * along + curvature * y[:, None] ** 2) / sigma
    below = (1 + erf(depth / np.sqrt(2))) / 2
    density = np.exp(-(depth**2) / 2) / np.sqrt(2 * np.pi)
    twice = sigma**2 * ((depth**2 + 1) * below + depth * density) / 2
    share = (twice[1:, 1:] - twice[1:, :-1] - twice[:-1, 1:] + twice[:-1, :-1]) / (across * along)
    return levels[0] + (levels[1] - levels[0]) * share


def gaussian_response(frequency: np.ndarray | float, angle: float, sigma: float) -> np.ndarray | float:
    """Response along the normal: that of the blur times that of the pixel's square."""
    t = np.radians(angle)
    pixel = np.sinc(frequency * np.cos(t)) * np.sinc(frequency * np.sin(t))
    return np.exp(-2 * (np.pi * sigma * frequency) ** 2) * pixel


def sigma_of(mtf50: float, angle: float) -> float:
    """Blur, px, with which the response is one half at ``mtf50`` cycles/px."""
    return float(brentq(lambda sigma: gaussian_response(mtf50, angle, sigma) - 0.5, 1e-3, 20))
