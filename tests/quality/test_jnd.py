"""Losses of quality against published numbers, and the statements that our estimates make."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.jnd import (
    ATTRIBUTES,
    CHROMA,
    COLOUR_UNIFORMITY,
    DISTORTION,
    LATERAL_COLOUR,
    VISUAL_NOISE,
    Increment,
    attribute_named,
    chroma_loss,
    combined_interval,
    combined_loss,
    distortion_loss,
    lateral_colour_loss,
    loss_interval,
    visual_noise_loss,
)


@pytest.mark.parametrize(
    ("omega", "loss"),
    [(0.4, 0.0), (0.4627, 0.0), (0.6, 0.07), (0.8, 0.39), (1.0, 0.97), (1.5, 3.43), (2.0, 7.22)],
)
def test_visual_noise_costs_what_was_published(omega: float, loss: float) -> None:
    assert visual_noise_loss(np.array(omega)) == pytest.approx(loss, abs=5.1e-3)


@pytest.mark.parametrize(
    ("losses", "together"),
    [((1, 1, 1), 2.67), ((5, 5), 7.76), ((15, 3), 15.13), ((4, 0, 0), 4.0), ((0, 0), 0.0)],
)
def test_losses_add_as_published(losses: tuple[float, ...], together: float) -> None:
    assert combined_loss(np.array(losses, float)) == pytest.approx(together, abs=5e-3)


def test_losses_add_for_many_pictures_at_once() -> None:
    many = np.array([[1.0, 1, 1], [15, 3, 0]])
    np.testing.assert_allclose(combined_loss(many), [combined_loss(one) for one in many])


@pytest.mark.parametrize(
    ("increment", "costs_one"),
    [(COLOUR_UNIFORMITY, 5.0), (LATERAL_COLOUR, 1.4), (DISTORTION, 3.0), (CHROMA, 25.0)],
)
def test_estimates_cost_1_where_they_say(increment: Increment, costs_one: float) -> None:
    assert increment.loss(np.array(costs_one)) == pytest.approx(1, abs=5e-3)
    assert increment.loss(np.array(increment.threshold)) == 0


@pytest.mark.parametrize("increment", [VISUAL_NOISE, COLOUR_UNIFORMITY, LATERAL_COLOUR, DISTORTION, CHROMA])
def test_far_above_the_threshold_a_step_costs_1(increment: Increment) -> None:
    far = increment.threshold + 1e4 * increment.roundness / increment.step
    two = increment.loss(np.array([far, far + increment.step]))
    assert two[1] - two[0] == pytest.approx(1, abs=2e-4)


def test_signs_do_not_count_and_chroma_has_a_best() -> None:
    assert lateral_colour_loss(np.array(-2.0)) == lateral_colour_loss(np.array(2.0)) > 0
    assert distortion_loss(np.array(-4.0)) == distortion_loss(np.array(4.0)) > 0
    assert chroma_loss(np.array(110.0)) == 0
    assert chroma_loss(np.array(85.0)) == pytest.approx(chroma_loss(np.array(135.0)))


def test_an_interval_that_holds_the_best_begins_at_nought() -> None:
    chroma = attribute_named("chroma_level")
    low, high = loss_interval(chroma, (60.0, 120.0))
    assert low == 0
    assert high == pytest.approx(float(chroma_loss(np.array(60.0))))


def test_the_interval_of_the_whole() -> None:
    """One part alone: its own interval; two equal and independent ones: less than both added."""
    one = combined_interval(np.array([4.0, 0.0]), np.array([[3.0, 5.5], [0.0, 0.0]]))
    assert one == pytest.approx((3.0, 5.5), abs=1e-6)
    low, high = combined_interval(np.array([2.0, 2.0]), np.array([[1.5, 2.5], [1.5, 2.5]]))
    widest = float(combined_loss(np.array([2.5, 2.5])))
    assert float(combined_loss(np.array([2.5, 2.0]))) < high < widest
    assert low > float(combined_loss(np.array([1.5, 1.5])))


def test_the_table_names_its_bases() -> None:
    published = {attribute.name for attribute in ATTRIBUTES if attribute.basis == "published"}
    assert published == {"edge_acutance", "visual_noise"}
    with pytest.raises(BadInput, match="edge_acutance"):
        attribute_named("bokeh")
