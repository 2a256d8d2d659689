"""Edge profiles known in closed form: a Gaussian blur and a pixel's square, and the tail of a lens."""

import math

import numpy as np
from jaxtyping import Float64

from lichtbild.numerics.kernel import kernel
from lichtbild.quality.kernels.edge_sums import STEP

_ROOT_2 = math.sqrt(2.0)
_ROOT_2PI = math.sqrt(2.0 * math.pi)
# Gauss and Legendre's places and weights, over -1 to 1: five, three and two of them.
_PLACES = np.array(
    [
        [-0.9061798459386640, -0.5384693101056831, 0.0, 0.5384693101056831, 0.9061798459386640],
        [-0.7745966692414834, 0.0, 0.7745966692414834, 0.0, 0.0],
        [-0.5773502691896258, 0.5773502691896258, 0.0, 0.0, 0.0],
    ]
)
_SHARES = np.array(
    [
        [0.1184634425280945, 0.2393143352496833, 0.2844444444444445, 0.2393143352496833, 0.1184634425280945],
        [5.0 / 18.0, 4.0 / 9.0, 5.0 / 18.0, 0.0, 0.0],
        [0.5, 0.5, 0.0, 0.0, 0.0],
    ]
)
_COUNTS = (5, 3, 2)
_Line = Float64[np.ndarray, " k"]


@kernel
def blurred_step(
    shift: float, sigma: float, normal: tuple[float, float], out: Float64[np.ndarray, "3 k"], bow: _Line
) -> None:
    """Splines of a step from 0 to 1 behind a Gaussian and a square pixel, and of its derivatives.

    The square, seen along the edge, is a trapezoid: two boxes as wide as the normal's two parts. Over the
    wider the integral is taken in closed form, over the narrower by two, three or five places of Gauss, by
    its width beside sigma, which leaves less than 1e-6.

    Args:
        shift: of the step, px.
        sigma: of the Gaussian, px.
        normal: the parts of the edge's unit normal.
        out: takes the coefficients of the step, of its derivative by the shift and of that by ln sigma.
        bow: takes those of what an excess kurtosis of the Gaussian adds, to first order (Gram and Charlier).
    """
    wide = max(abs(normal[0]), abs(normal[1]))
    narrow = min(abs(normal[0]), abs(normal[1]))
    count = out.shape[1]
    first = -0.5 * (count - 1) * STEP - shift
    beyond = 6.5 * sigma + 0.5 * (wide + narrow)
    values = np.empty((4, count + 4))
    rule = 2 if narrow < 0.1 * sigma else (1 if narrow < 0.6 * sigma else 0)
    for a in range(count + 4):
        d = first + (a - 2) * STEP
        if d < -beyond:
            value, shifted, wider, bowed = 0.0, 0.0, 0.0, 0.0
        elif d > beyond:
            value, shifted, wider, bowed = 1.0, 0.0, 0.0, 0.0
        else:
            value, shifted, wider, bowed = _step_at(d, sigma, wide, narrow, rule)
        values[0, a], values[1, a], values[2, a], values[3, a] = value, shifted, wider, bowed
    for k in range(3):
        _coefficients(values[k], out[k])
    _coefficients(values[3], bow)


@kernel
def _coefficients(values: _Line, out: _Line) -> None:
    """From values, two more at either end, to the spline that has their spectrum, to order 6."""
    for a in range(out.size):
        near, far = values[a + 1] + values[a + 3], values[a] + values[a + 4]
        out[a] = (362.0 * values[a + 2] - 68.0 * near + 7.0 * far) / 240.0


@kernel
def _step_at(
    d: float, sigma: float, wide: float, narrow: float, rule: int
) -> tuple[float, float, float, float]:
    value, rise, wider, bow = 0.0, 0.0, 0.0, 0.0
    for q in range(_COUNTS[rule]):
        x = d + 0.5 * narrow * _PLACES[rule, q]
        for side in (0.5, -0.5):
            z = (x + side * wide) / sigma
            below = 0.5 * math.erfc(-z / _ROOT_2)
            bell = math.exp(-0.5 * z * z) / _ROOT_2PI
            share = _SHARES[rule, q] * (2.0 * side) / wide
            value += share * sigma * (z * below + bell)
            rise += share * below
            wider += share * bell
            bow += share * bell * (z * z - 1.0)
    return value, -rise, sigma * wider, sigma * bow / 24.0


@kernel
def tail_step(width: float, shift: float, out: _Line) -> None:
    """The spline of a step whose spread falls like the square of the distance (Lorentz), from 0 to 1."""
    first = -0.5 * (out.size - 1) * STEP - shift
    values = np.empty(out.size + 4)
    for a in range(values.size):
        values[a] = 0.5 + math.atan((first + (a - 2) * STEP) / width) / math.pi
    _coefficients(values, out)


@kernel
def wave_of_spline(spline: _Line, start: int, stop: int, frequency: float) -> tuple[float, float]:
    """The Fourier transform of a spline's derivative, real and imaginary part; the spline ends in 0.

    Of a B-spline of knots a step h apart: h sinc(f h)^4; the derivative multiplies by 2 pi i f.
    """
    turn = 2.0 * math.pi * frequency
    first = (start - 0.5 * (spline.size - 1)) * STEP
    cosine, sine = math.cos(turn * first), math.sin(turn * first)
    step_cosine, step_sine = math.cos(turn * STEP), math.sin(turn * STEP)
    real, imaginary = 0.0, 0.0
    for a in range(start, stop):
        real += spline[a] * cosine
        imaginary -= spline[a] * sine
        cosine, sine = cosine * step_cosine - sine * step_sine, sine * step_cosine + cosine * step_sine
    x = 0.5 * turn * STEP
    lobe = 1.0 if x == 0.0 else (math.sin(x) / x) ** 4
    scale = turn * STEP * lobe
    return -scale * imaginary, scale * real
