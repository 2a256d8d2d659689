"""Response's MTF: contrast that a lens leaves to fine detail, out of the point spreads of its response."""

import numpy as np
from jaxtyping import Float

from lichtbild.image.optical_response import OpticalResponse


def response_mtf(
    response: OpticalResponse,
    place: tuple[float, float],
    frequency: Float[np.ndarray, " f"],
    weights: Float[np.ndarray, " band"],
) -> tuple[Float[np.ndarray, " f"], Float[np.ndarray, " f"]]:
    """Sagittal and tangential MTF at a node, of light of several bands together, lateral colour included.

    The squares in which point spreads are told blur too; that is taken out.

    Args:
        response: of a lens.
        place: x and y, mm; the nearest node is taken, and its own azimuth.
        frequency: cycles / mm, below half a cycle a square.
        weights: of the bands, 0 or more.
    """
    x, y = place
    column = int(np.argmin(np.abs(response.columns - x)))
    row = int(np.argmin(np.abs(response.rows - y)))
    at = float(response.columns[column]), float(response.rows[row])
    spread = np.tensordot(weights / np.sum(weights), np.asarray(response.psf[row][column]), axes=(0, 0))
    along = np.array([0.0, 1.0]) if at == (0.0, 0.0) else np.array(at) / np.hypot(*at)
    across = np.array([along[1], -along[0]])
    return _transferred(spread, response.pitch, frequency, across), _transferred(
        spread, response.pitch, frequency, along
    )


def _transferred(
    spread: np.ndarray, pitch: float, frequency: np.ndarray, direction: np.ndarray
) -> Float[np.ndarray, " f"]:
    """Modulus of the Fourier transform along a direction (x, y), relative to that of no detail."""
    places = (np.arange(spread.shape[0]) - spread.shape[0] // 2) * pitch
    right = np.exp(-2j * np.pi * frequency[:, None] * direction[0] * places)
    up = np.exp(2j * np.pi * frequency[:, None] * direction[1] * places)
    waves = np.einsum("fy,yx,fx->f", up, spread, right, optimize=True)
    square = np.sinc(frequency * direction[0] * pitch) * np.sinc(frequency * direction[1] * pitch)
    return np.asarray(np.abs(waves) / np.sum(spread) / square)
