"""Starts of a search: the same for the same seed, within the track, of the specification's materials."""

from dataclasses import replace
from math import radians

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.search.material import indices, palette
from lichtbild.optics.search.result import lens_of
from lichtbild.optics.search.start import start
from lichtbild.optics.search.target import band, form_of, ranges, term_of, variables
from lichtbild.optics.specification import Specification

WANTED = Specification(5, 2.0, 2.9, radians(38), 4.7)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 9])
def test_a_start_fills_the_track(count: int) -> None:
    wanted = replace(WANTED, elements=count, track=9.0)
    for seed in range(20):
        found = start(wanted, np.random.default_rng((0, seed)))
        assert found == start(wanted, np.random.default_rng((0, seed)))
        assert set(found.glasses) <= set(wanted.materials)
        assert len(found.glasses) == count
        assert len(found.thickness) == 2 * count + 3
        # Elements that were thickened to what can be moulded may add to the track.
        assert wanted.track - 1e-9 <= sum(found.thickness[1:]) <= wanted.track + count * wanted.limits.centre
        assert min(found.thickness[1::2]) >= min(wanted.limits.centre, wanted.plate)


def test_other_seeds_give_other_lenses() -> None:
    lenses = {start(WANTED, np.random.default_rng((0, seed))).curvature for seed in range(50)}
    assert len(lenses) == 50


def test_materials_rise_in_relative_dispersion() -> None:
    media = palette(WANTED)
    assert set(media.names) == set(WANTED.materials)
    relative = media.spread / (media.index - 1)
    assert (np.diff(relative) > 0).all()
    assert media.names[-1] == "EP10000"


def test_a_material_that_nobody_makes() -> None:
    with pytest.raises(BadInput, match="UNOBTAINIUM"):
        palette(replace(WANTED, materials=("PMMA", "UNOBTAINIUM")))


def test_the_lens_of_a_candidate_has_its_numbers() -> None:
    found = start(WANTED, np.random.default_rng(3))
    lens = lens_of(WANTED, found)
    assert [surface.curvature for surface in lens.surfaces[1:-2]] == list(found.curvature)
    assert [gap.thickness for gap in lens.gaps[1:]] == list(found.thickness)
    assert [gap.medium.name for gap in lens.gaps[2:-3:2]] == list(found.glasses)  # type: ignore[union-attr]
    assert lens.stop == 0
    assert lens.wavelengths[lens.primary] == pytest.approx(550e-6)


def test_the_arrays_of_a_candidate_have_its_numbers() -> None:
    found = start(WANTED, np.random.default_rng(3))
    form = form_of(WANTED, found)
    np.testing.assert_array_equal(form.shape.curvature[1:11], found.curvature)
    np.testing.assert_array_equal(form.thickness, found.thickness)
    waves = band(WANTED, 3)
    np.testing.assert_allclose(waves, [450e-6, 550e-6, 650e-6])
    for element, name in enumerate(found.glasses):
        np.testing.assert_array_equal(form.index[2 * element + 2], indices(name, waves))
    assert float(form.stop_radius) == pytest.approx(WANTED.focal_length / 4)


def test_ranges_and_terms_go_with_the_variables() -> None:
    moving = variables(WANTED, jnp.ones(14))
    low, high = ranges(WANTED)
    assert low.size == high.size == len(moving.thickness)
    assert (low < high).all()
    terms = term_of(moving)
    assert terms.size == moving.count
    assert (np.bincount(terms[terms >= 0]) == 10).all()
