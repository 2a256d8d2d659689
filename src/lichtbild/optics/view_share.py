"""View share: how much of the light at each place of a sensor one photodiode of a dual pixel sees."""

import numpy as np
from jaxtyping import Float, Float32

from lichtbild.image.optical_response import OpticalResponse


def view_share(
    response: OpticalResponse, y: Float[np.ndarray, " row"], x: Float[np.ndarray, " column"]
) -> Float32[np.ndarray, "row column band"]:
    """The share of the light that a response's view takes, bilinear between nodes; 1 for the whole pupil.

    Shares of left and right add up to 1 everywhere.

    Args:
        response: of a lens.
        y: of rows of places, upward from the axis, mm; beyond the outermost nodes as there.
        x: of columns of places, to the right, mm.
    """
    if response.share is None:
        return np.ones((len(y), len(x), len(response.bands)), np.float32)
    rows, columns = _tents(-response.rows, -np.asarray(y)), _tents(response.columns, np.asarray(x))
    found = np.tensordot(rows, np.tensordot(columns, response.share, axes=(1, 1)), axes=(1, 1))
    return np.asarray(found, np.float32)


def _tents(nodes: np.ndarray, places: np.ndarray) -> Float[np.ndarray, "place node"]:
    """How much each node counts at each place."""
    return np.stack([np.interp(places, nodes, own) for own in np.eye(len(nodes))], axis=-1)
