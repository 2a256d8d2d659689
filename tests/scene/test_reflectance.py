"""Reflectances of the catalogue."""

import colour
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.scene import reflectance
from scene.charts import EDGES


def test_the_iso_checker_is_the_published_table() -> None:
    found = reflectance.colour_checker(EDGES, "iso-17321")
    table = np.stack([np.asarray(sd.values) for sd in colour.SDS_COLOURCHECKERS["ISO 17321-1"].values()])
    # The mean over 5 nm about a sample is 6/8 of it and 1/8 of each neighbour.
    inner = (table[:, :-2] + 6 * table[:, 1:-1] + table[:, 2:]) / 8
    assert found.values[:, 1:-1] == pytest.approx(inner, rel=1e-9)
    assert len(found.names) == 24


def test_greys_of_the_checker_have_their_densities() -> None:
    found = reflectance.colour_checker(EDGES)
    density = -np.log10(found.values[18:, 35])  # at 555 nm
    # The chart's makers print 0.05, 0.23, 0.44, 0.70, 1.05 and 1.50; the average chart is within 0.03.
    assert density == pytest.approx([0.05, 0.23, 0.44, 0.70, 1.05, 1.50], abs=0.03)


@pytest.mark.parametrize("table", [reflectance.skin(EDGES), reflectance.nature(EDGES)])
def test_catalogued_reflectances_are_reflectances(table: reflectance.Reflectances) -> None:
    assert ((table.values > 0) & (table.values < 1)).all()
    assert len(set(table.names)) == len(table.values)


def test_skin_reddens_and_shows_blood() -> None:
    found = reflectance.skin(EDGES)
    assert found.names == ("african american", "asian", "caucasian", "east indian", "middle eastern")
    nm = 380 + 5 * np.arange(81)
    at = {wavelength: found.values[:, nm == wavelength][:, 0] for wavelength in (450, 545, 560, 575, 650)}
    assert (at[650] > 1.5 * at[450]).all()
    # Oxyhaemoglobin absorbs at 542 and 577 nm: between them all but the darkest skin is brighter.
    assert (2 * at[560] > at[545] + at[575])[1:].all()


def test_what_is_no_reflectance() -> None:
    assert reflectance.grey(0.18, EDGES) == pytest.approx(np.full(81, 0.18))
    with pytest.raises(BadInput, match="0 to 1, not 18"):
        reflectance.grey(18.0, EDGES)
    with pytest.raises(BadInput, match="there are babelcolor and iso-17321"):
        reflectance.colour_checker(EDGES, "passport")
