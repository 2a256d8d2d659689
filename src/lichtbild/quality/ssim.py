"""SSIM: how alike the structure of a picture and of its reference are, at one scale or at five.

Each place is seen through a Gaussian of 1.5 px, cut to 11 x 11 px; m, v and c are the weighted means,
variances and covariance there::

    l = (2 m_x m_y + C1) / (m_x^2 + m_y^2 + C1)        luminance
    s = (2 c_xy + C2) / (v_x + v_y + C2)               contrast and structure
    SSIM = mean of l s       MS-SSIM = (mean of l s at scale 5)^w5 times (mean of s at scale k)^wk, k = 1..4

C1 = (0.01 peak)^2 and C2 = (0.03 peak)^2; each scale is half the size of the one before, by means of 2 x 2.
Only places count where the window lies inside the picture, as in the authors' programs.

Sources: Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural
similarity", IEEE Trans. Image Processing 13(4), 600 (2004), equations 13 to 16; Wang, Simoncelli and Bovik,
"Multi-scale structural similarity for image quality assessment", Asilomar (2003), equation 7 and section 3.3.
"""

from typing import Any, Final

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.numerics.separable import filtered, gaussian
from lichtbild.quality.psnr import same_size

METHOD: Final = "ssim 1"
MULTI_SCALE_METHOD: Final = "ms-ssim 1"
SCALE_WEIGHTS: Final = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""From the finest scale to the coarsest."""
SMALLEST_OF_SCALES: Final = 161
"""Pixels along a side from which five scales can be seen: the coarsest has 11."""
_RADIUS: Final = 5
_WINDOW: Final = gaussian(1.5, _RADIUS)
_K1, _K2 = 0.01, 0.03


def ssim(reference: Any, picture: Any, peak: float = 1.0) -> Any:
    """Mean SSIM, 1 for equal pictures; differentiable with regard to both.

    Args:
        reference: a plane ``[row, column]``, NumPy or JAX, encoded as it is seen.
        picture: the same shape.
        peak: the largest value.

    Raises:
        BadInput: the shapes differ, or a side is below 11 px.
    """
    light, structure = _parts(reference, picture, peak)
    return namespace(picture).mean(light * structure)


def ssim_map(reference: Any, picture: Any, peak: float = 1.0) -> Any:
    """SSIM at each place, five pixels smaller on each side; arguments and errors as for `ssim`."""
    light, structure = _parts(reference, picture, peak)
    return light * structure


def ms_ssim(reference: Any, picture: Any, peak: float = 1.0) -> Any:
    """MS-SSIM over five scales, 1 for equal pictures; a scale where nothing is alike makes it 0.

    Arguments and errors as for `ssim`; a side has at least 161 px, so that the coarsest scale has 11.
    """
    xp = namespace(picture)
    if min(picture.shape) < SMALLEST_OF_SCALES:
        raise BadInput(
            f"MS-SSIM halves a picture four times and needs {SMALLEST_OF_SCALES} px on each side, not "
            f"{tuple(picture.shape)}; take SSIM"
        )
    result = 1.0
    for scale, weight in enumerate(SCALE_WEIGHTS):
        light, structure = _parts(reference, picture, peak)
        last = scale == len(SCALE_WEIGHTS) - 1
        mean = xp.mean(light * structure if last else structure)
        # A negative mean has no real power; its slope is guarded where it is cut.
        result = result * xp.where(mean > 0, xp.maximum(mean, 1e-12) ** weight, 0.0)
        if not last:
            reference, picture = _halved(reference), _halved(picture)
    return result


def _parts(reference: Any, picture: Any, peak: float) -> tuple[Any, Any]:
    """Luminance, and contrast with structure, at each place."""
    same_size(reference, picture)
    first, second = (_K1 * peak) ** 2, (_K2 * peak) ** 2
    mean_x, mean_y = _seen(reference), _seen(picture)
    # One filter of the sum of squares does for both variances, which are only ever added.
    squares = _seen(reference * reference + picture * picture) - mean_x**2 - mean_y**2
    shared = _seen(reference * picture) - mean_x * mean_y
    light = (2 * mean_x * mean_y + first) / (mean_x**2 + mean_y**2 + first)
    return light, (2 * shared + second) / (squares + second)


def _seen(plane: Any) -> Any:
    return filtered(plane, _WINDOW, _WINDOW)


def _halved(plane: Any) -> Any:
    """Means of 2 x 2 samples; an odd last row or column stands for two."""
    xp = namespace(plane)
    plane = xp.pad(plane, ((0, plane.shape[0] % 2), (0, plane.shape[1] % 2)), mode="edge")
    return (plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]) / 4
