import numpy as np
import pytest

from lichtbild.camera.calibration.spectral_curves import BANDS, LitCard, spectral_curves
from lichtbild.colour import light
from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.scene.reflectance import colour_checker

MIDDLES = np.array([nm(600), nm(540), nm(460)])
CURVES = np.exp(-(((BANDS.middles - MIDDLES[:, None]) / nm(40)) ** 2) / 2)
PAINTS = colour_checker(BANDS.edges).values


def card(name: str, level: float) -> LitCard:
    photons = light.named(name, BANDS.edges).photons(1.0)
    return LitCard(level * PAINTS @ (CURVES * photons / photons.sum()).T, PAINTS, photons)


def test_curves_that_agree_with_both_lights() -> None:
    """The numbers come back, each curve's middle within 10 nm, and how much longer one was exposed."""
    found = spectral_curves([card("A", 3.0), card("D65", 7.0)])
    assert found.error < 0.01
    assert (found.values >= 0).all()
    assert found.values.max() == pytest.approx(1)
    middles = (found.values * BANDS.middles).sum(axis=1) / found.values.sum(axis=1)
    np.testing.assert_allclose(middles, MIDDLES, atol=nm(10))
    assert found.levels[1] / found.levels[0] == pytest.approx(7 / 3, rel=0.05)


def test_no_card() -> None:
    with pytest.raises(BadInput, match="ColorChecker"):
        spectral_curves([])
