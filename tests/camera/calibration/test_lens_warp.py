import numpy as np

from chart_pictures import MIDDLE, SIZE, Lens, dot_grid, projected
from lichtbild.camera.calibration.lens_warp import lens_warp
from lichtbild.core.window import Extent
from lichtbild.develop.distortion import places

TERMS = (-0.08, 0.03, -0.01)
LENSES = {
    "red": Lens(TERMS, (0.1, -0.2), 1.002),
    "green": Lens(TERMS),
    "blue": Lens(TERMS, magnification=0.999),
}


def test_the_warp_goes_where_the_lens_goes() -> None:
    """A pixel of the corrected picture comes from where each colour's lens puts it, to 0.002 px.

    The red plane's shift is decentring, which this warp does not hold.
    """
    chart = dot_grid().points.reshape(-1, 2)
    warp = lens_warp(chart, {name: lens.places(projected(chart)) for name, lens in LENSES.items()}, SIZE)
    rows, columns = np.arange(5, SIZE[0], 20), np.arange(5, SIZE[1], 20)
    down, across = places(warp, rows, columns, Extent(*SIZE))
    y, x = np.meshgrid(rows + 0.5, columns + 0.5, indexing="ij")
    at = np.stack([x, y], axis=-1).astype(float)
    for plane, lens in enumerate(LENSES.values()):
        expected = Lens(TERMS, magnification=lens.magnification).places(at) - 0.5
        found = np.stack([across[plane], down[plane]], axis=-1)
        far = np.linalg.norm(at - MIDDLE, axis=-1) / np.linalg.norm(MIDDLE)
        assert np.abs(found - expected)[far < 0.8].max() < 2e-3
