from dataclasses import replace

import numpy as np
import pytest

from lichtbild.look.style import style
from lichtbild.look.unrender import BRIGHTEST, DARKEST, light_of, unrendered, unrendered_rows

VIEW = style("natural").view
VIEWS = [
    VIEW,
    replace(VIEW, preserve_hue=0.0),
    replace(VIEW, preserve_hue=0.5),
    replace(VIEW, contrast=2.2, skew=0.5, inset=0.3, outset=1.3, black=0.01),
    replace(VIEW, contrast=1.0, skew=2.0, inset=0.0, outset=0.9, black=0.0),
]
SCENE = np.random.default_rng(0).uniform(0.35, 0.9, (40, 50, 3)) ** 2  # told by all of these curves


@pytest.mark.parametrize("view", VIEWS)
def test_scene_light_is_found_again(view) -> None:  # type: ignore[no-untyped-def]
    found = unrendered(view.display(SCENE), view)
    np.testing.assert_allclose(found.scene, SCENE, rtol=1e-7, atol=1e-9)
    assert np.abs(found.above).max() < 1e-12
    assert np.abs(found.below).max() < 1e-12


@pytest.mark.parametrize("view", VIEWS)
def test_what_lies_beyond_completes_every_colour(view) -> None:  # type: ignore[no-untyped-def]
    shown = np.random.default_rng(1).uniform(0, 1, (40, 50, 3)) ** 2
    shown[0, :3] = [[0, 0, 0], [1, 1, 1], [1, 0.5, 0]]
    found = unrendered(shown, view)
    assert np.isfinite(found.scene).all()
    again = view.display(found.scene) + found.above + found.below
    np.testing.assert_allclose(again, shown, atol=1e-9)


@pytest.mark.parametrize("view", VIEWS)
def test_kernel_equals_definition(view) -> None:  # type: ignore[no-untyped-def]
    shown = (np.random.default_rng(2).uniform(0.01, 0.95, (30, 41, 3)) ** 2).astype(np.float32)
    expected = unrendered(shown.astype(np.float64), view)
    scene, beyond = unrendered_rows(shown, view, np.ones(3), np.ones(3))
    # Rounding of the brightest plane reaches the others where purity is brought back.
    size = np.abs(expected.scene).max(axis=-1, keepdims=True)
    assert (np.abs(scene - expected.scene) <= 1e-4 * size + 1e-6).all()
    np.testing.assert_allclose(beyond, expected.above + expected.below, atol=3e-7)


def test_factors_weigh_what_lies_beyond() -> None:
    shown = np.array([[[0, 0, 0], [1, 1, 1]]], np.float32)
    _, beyond = unrendered_rows(shown, VIEW, np.full(3, 2.0), np.full(3, 0.5))
    _, plain = unrendered_rows(shown, VIEW, np.ones(3), np.ones(3))
    np.testing.assert_allclose(beyond, plain * np.array([[[0.5], [2.0]]]), rtol=1e-6)


def test_the_curve_is_inverted_up_to_both_ends() -> None:
    shown = np.array([DARKEST, 1e-3, 0.18, 0.9, BRIGHTEST])
    np.testing.assert_allclose(VIEW.curve(light_of(VIEW.curve, shown)), shown, rtol=1e-12)
