"""Scene: the light that comes to a camera, and where it comes from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from lichtbild.core.window import Extent
from lichtbild.image.bands import Bands


@dataclass(frozen=True, eq=False)
class Scene:
    """What a camera has before it, on a plane across its axis at distance 1 from its entrance pupil.

    A place is told by tangents: x to the right, y up, (0, 0) on the axis, which meets the middle of the
    picture. Row 0 is at the top. The radiance of a place is a sum of spectra, as few as the scene needs:
    ``weights[row, column] @ spectra``, never below 0.

    Attributes:
        weights: float32 ``[row, column, spectrum]``.
        spectra: photon radiance of a weight of 1, of each band, photons s^-1 mm^-2 sr^-1,
            ``[spectrum, band]``.
        bands: of the spectra.
        size: height and width in tangents; pixels need not be square.
        depth: distance of what is seen along the axis, mm; one for all or ``[row, column]``; infinite if far.
        motion: velocity of what is seen, tangents s^-1 along x and y, ``[row, column, 2]``; None at rest.
        white: photon radiance of a perfect white diffuser in the scene's light, ``[band]``; None if unknown.
        name: for reports.
    """

    weights: Any
    spectra: Any
    bands: Bands
    size: tuple[float, float]
    depth: Any = np.inf
    motion: Float[np.ndarray, "row column 2"] | None = None
    white: Any = None
    name: str = ""

    def __post_init__(self) -> None:
        if self.weights.ndim != 3 or self.spectra.shape != (self.weights.shape[2], len(self.bands)):
            raise ValueError(
                f"weights of shape {tuple(self.weights.shape)} do not fit spectra of shape "
                f"{tuple(self.spectra.shape)} in {len(self.bands)} bands"
            )

    @property
    def extent(self) -> Extent:
        """Rows and columns."""
        return Extent(*map(int, self.weights.shape[:2]))

    def in_bands(self, bands: Bands) -> Any:
        """The spectra counted in other bands, ``[spectrum, band]``; light beyond them is left out."""
        return self.spectra @ bands.shares_of(self.bands)
