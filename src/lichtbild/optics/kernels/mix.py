"""Mix: transforms of weights, times spectra, times transforms of point spreads."""

import numpy as np

from lichtbild.numerics.kernel import kernel


@kernel
def mix(
    weights: np.ndarray, spectra: np.ndarray, spreads: np.ndarray, bands: np.ndarray, result: np.ndarray
) -> None:
    """Write the transform of the light on pixels.

    Complex numbers are two neighbours, real and imaginary part.

    Args:
        weights: of each plane and place in the pixel, ``[plane, place, row, 2 column]``.
        spectra: ``[plane, channel]``.
        spreads: of each band and place in the pixel, ``[band, place, row, 2 column]``.
        bands: of each channel.
        result: ``[channel, row, 2 column]``.
    """
    planes, places, rows, width = weights.shape
    part = np.empty(width, np.float32)
    for row in range(rows):
        for channel in range(spectra.shape[1]):
            out = result[channel, row]
            for i in range(width):
                out[i] = np.float32(0)
            for place in range(places):
                for i in range(width):
                    part[i] = np.float32(0)
                for plane in range(planes):
                    much, wave = spectra[plane, channel], weights[plane, place, row]
                    if much != np.float32(0):
                        for i in range(width):
                            part[i] += much * wave[i]
                by = spreads[bands[channel], place, row]
                for j in range(width // 2):
                    real, imaginary = part[2 * j], part[2 * j + 1]
                    out[2 * j] += real * by[2 * j] - imaginary * by[2 * j + 1]
                    out[2 * j + 1] += real * by[2 * j + 1] + imaginary * by[2 * j]


@kernel
def combine(weights: np.ndarray, spectra: np.ndarray, result: np.ndarray) -> None:
    """Write channels ``[channel, place, row, column]`` of planes, by spectra ``[plane, channel]``."""
    planes, places, rows, columns = weights.shape
    for channel in range(spectra.shape[1]):
        for place in range(places):
            for row in range(rows):
                out = result[channel, place, row]
                for i in range(columns):
                    out[i] = np.float32(0)
                for plane in range(planes):
                    much, line = spectra[plane, channel], weights[plane, place, row]
                    for i in range(columns):
                        out[i] += much * line[i]
