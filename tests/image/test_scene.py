"""Scenes and optical images: what must fit together in them."""

import numpy as np
import pytest

from lichtbild.core.units import nm
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.optical_image import ChiefAngles, OpticalImage
from lichtbild.image.scene import Scene

ANGLES = ChiefAngles(np.array([0.0, 2.0, 4.0]), np.array([0.0, 0.4, 0.5]))


def test_spectra_in_other_bands_keep_their_photons() -> None:
    spectra = np.random.default_rng(1).uniform(size=(2, len(FINE)))
    scene = Scene(np.ones((3, 4, 2), np.float32), spectra, FINE, (0.6, 0.8))
    assert scene.extent == (3, 4)
    assert scene.in_bands(Bands.even(nm(370), nm(790), 9)).sum(axis=1) == pytest.approx(spectra.sum(axis=1))


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit spectra"):
        Scene(np.ones((3, 4, 2), np.float32), np.ones((3, len(FINE))), FINE, (0.6, 0.8))
    with pytest.raises(ValueError, match="is not"):
        OpticalImage(np.ones((3, 4, 2), np.float32), FINE, 1e-3, ANGLES, 2.0)


def test_angles_between_heights_and_beyond() -> None:
    assert ANGLES.at(np.array([1.0, 3.0, 9.0])) == pytest.approx([0.2, 0.45, 0.5])
