"""Colour map: the CIEDE2000 difference between a picture and its reference at each pixel.

Sources: CIE 142-2001 (CIEDE2000); CIE 15:2018 section 8.2.1 (CIELAB), with D65 as its white.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import Any, Final

import numpy as np

from lichtbild.colour import cielab
from lichtbild.colour.difference import ciede2000
from lichtbild.colour.spaces import SRGB_TO_XYZ, XYZ_TO_REC2020
from lichtbild.core.array import namespace, transformed
from lichtbild.quality.psnr import same_size

METHOD: Final = "ciede2000-map 1"
_ROWS: Final = 16
"""Of a NumPy picture that are compared at once: their intermediate values stay in the cache."""


@dataclass(frozen=True)
class ColourStatistics:
    """Of a map of CIEDE2000.

    Attributes:
        mean: over all pixels.
        median: half of them lie below.
        high: 95 % of them lie below.
        most: the largest.
    """

    mean: float
    median: float
    high: float
    most: float


def difference_map(reference: Any, picture: Any) -> Any:
    """CIEDE2000 at each pixel ``[row, column]``; differentiable with regard to the picture.

    Args:
        reference: linear sRGB, 1 for white, ``[row, column, RGB]``, NumPy or JAX of floats.
        picture: the same shape.

    Raises:
        BadInput: the shapes differ.
    """
    same_size(reference, picture)
    if not isinstance(picture, np.ndarray):
        return _differences(reference, picture)
    bands = [slice(top, top + _ROWS) for top in range(0, picture.shape[0], _ROWS)]
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        found = list(pool.map(lambda band: _differences(reference[band], picture[band]), bands))
    return np.concatenate(found)


def mean_difference(reference: Any, picture: Any) -> Any:
    """Mean of `difference_map`, with its arguments and errors."""
    return namespace(picture).mean(difference_map(reference, picture))


def statistics(differences: np.ndarray) -> ColourStatistics:
    """Mean, median, 95th percentile and largest of a map."""
    median, high = np.percentile(differences, (50, 95))
    return ColourStatistics(
        float(differences.mean(dtype=np.float64)), float(median), float(high), float(differences.max())
    )


def _differences(reference: Any, picture: Any) -> Any:
    xp = namespace(picture)
    first, second = xp.asarray(_lab(reference)), _lab(picture)
    # Where nothing differs there is no slope; a place that does differ is measured there instead.
    same = xp.all(first == second, axis=-1)
    apart = ciede2000(first, xp.where(same[..., None], second + 1.0, second))
    return xp.where(same, 0.0, apart)


def _lab(light: Any) -> Any:
    return cielab.from_rec2020(transformed(light, XYZ_TO_REC2020 @ SRGB_TO_XYZ))
