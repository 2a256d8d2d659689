from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.demosaic import Demosaic
from lichtbild.develop.quad import BinQuad, RemosaicQuad
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic

QUAD = Cfa(((1, 1, 0, 0), (1, 1, 0, 0), (2, 2, 1, 1), (2, 2, 1, 1)))


def quad_mosaic(rgb) -> Mosaic:
    extent = Extent(*rgb.shape[:2])
    samples = np.take_along_axis(rgb, QUAD.planes(extent)[..., None], axis=2)
    return Mosaic(samples, Window.whole(extent), extent, QUAD)


def test_binning_is_the_mean_of_four_under_a_bayer_pattern() -> None:
    rgb = np.random.default_rng(0).random((13, 18, 3), dtype=np.float32)
    mosaic = quad_mosaic(rgb)
    binned = BinQuad()(mosaic)
    assert binned.cfa == Cfa.bayer("GRBG")
    assert binned.extent == (6, 9)
    means = mosaic.samples[:12, :18, 0].astype(np.float64).reshape(6, 2, 9, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(binned.samples[..., 0], means, rtol=2e-7)


def test_remosaicing_keeps_samples_under_their_colour_and_grey_ramps() -> None:
    rows, columns = np.mgrid[:40, :40].astype(np.float32)
    ramp = np.repeat((0.1 + 0.003 * rows + 0.005 * columns)[..., None], 3, axis=2)
    mosaic = quad_mosaic(ramp)
    bayer = RemosaicQuad()(mosaic)
    assert bayer.cfa == Cfa.bayer("GRBG")
    assert bayer.extent == mosaic.extent
    kept = bayer.cfa.planes(bayer.extent) == QUAD.planes(bayer.extent)
    assert kept.mean() == 6 / 16
    np.testing.assert_array_equal(bayer.samples[kept], mosaic.samples[kept])
    np.testing.assert_allclose(bayer.samples[12:-12, 12:-12, 0], ramp[12:-12, 12:-12, 0], rtol=0, atol=2e-6)


def test_other_mosaics_are_refused() -> None:
    bayer = Mosaic(np.ones((4, 4, 1), np.float32), Window(0, 0, 4, 4), Extent(4, 4), Cfa.bayer("RGGB"))
    for stage in (BinQuad(), RemosaicQuad()):
        with pytest.raises(BadInput, match="quad-Bayer"):
            stage(bayer)


def test_remosaicing_then_demosaicing_recovers_a_photograph(shared: Path) -> None:
    truth = np.asarray(Image.open(shared / "data/truth/kodak24/kodim23.png")).astype(np.float32)
    result = Demosaic()(RemosaicQuad()(quad_mosaic(truth))).samples
    error = np.mean((np.clip(result, 0, 255) - truth)[8:-8, 8:-8] ** 2)
    # Bilinear from a Bayer mosaic of the same picture reaches 34 dB; a quad mosaic samples half as finely.
    assert 10 * np.log10(255**2 / error) > 31.5
