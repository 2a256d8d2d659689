import numpy as np

from chart_pictures import SIZE, Lens
from lichtbild.camera.calibration.lens_warp import lens_warp
from lichtbild.core.window import Extent
from lichtbild.develop.distortion import places

TERMS = (-0.08, 0.03, -0.01)
LENSES = (Lens(TERMS, magnification=1.002), Lens(TERMS), Lens(TERMS, magnification=0.999))


def test_the_warp_goes_where_the_lens_goes() -> None:
    """A pixel of the corrected picture comes from where each colour's lens puts it, also in the corners."""
    warp = lens_warp(TERMS, np.array([[0.002, 0, 0, 0], [-0.001, 0, 0, 0]]), SIZE)
    rows, columns = np.arange(0, SIZE[0], 20), np.arange(0, SIZE[1], 20)
    down, across = places(warp, rows, columns, Extent(*SIZE))
    y, x = np.meshgrid(rows + 0.5, columns + 0.5, indexing="ij")
    at = np.stack([x, y], axis=-1).astype(float)
    for plane, lens in enumerate(LENSES):
        found = np.stack([across[plane], down[plane]], axis=-1)
        assert np.abs(found - lens.places(at) + 0.5).max() < 1e-3


def test_more_terms_than_a_raw_file_has() -> None:
    """Ten terms that hold one another, as of aspheres, become eight to 1e-4 of the height."""
    powers = np.arange(1, 11)
    terms = tuple(
        (0.02 * (-1.0) ** (powers + 1) * (6.0**powers) / np.cumprod(powers * (2 * powers - 1))).tolist()
    )
    warp = lens_warp(terms, np.zeros((2, 4)), SIZE)
    corner = np.hypot(SIZE[0] - 1, SIZE[1] - 1) / np.hypot(*SIZE)
    for radius in (0.3, 0.7, 1.0):
        wanted = 1 + sum(term * (radius * corner) ** (2 * i + 2) for i, term in enumerate(terms))
        assert abs(np.polyval(warp.radial[1][::-1], radius) - wanted) < 1e-4
