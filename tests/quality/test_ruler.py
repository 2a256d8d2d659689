"""The quality ruler: end points and losses that literature states, and inverse pairs."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.acutance import acutance, acutance_weights
from lichtbild.quality.ruler import (
    TOP,
    acutance_loss,
    ruler_of_acutance,
    ruler_of_quality,
    ruler_response,
    sqs2,
)


def test_the_ends_of_the_ruler() -> None:
    assert sqs2(0.01) == pytest.approx(32.08, abs=5e-3)
    assert sqs2(0.01) == pytest.approx(TOP, abs=1e-12)
    assert sqs2(0.26) == pytest.approx(-0.01, abs=5e-3)


def test_the_response_is_that_of_a_lens_without_aberrations() -> None:
    v = np.array([0.0, 12.5, 25.0, 60.0])
    expected = [1.0, 0.6850376, 0.3910022, 0.0]
    np.testing.assert_allclose(ruler_response(v, 0.02), expected, atol=1e-6)


def test_the_sharpest_ruler_s_acutance() -> None:
    v = np.linspace(0, 100, 5001)
    assert acutance(ruler_response(v, 0.01), acutance_weights(v)) == pytest.approx(0.8859, abs=5e-5)
    assert ruler_of_acutance(np.array(0.8859)) == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize(
    ("value", "loss", "rounding"),
    [
        (0.860, 0.05, 0.005),
        (0.830, 0.36, 0.0055),
        (0.775, 1.50, 0.005),
        (0.672, 5.17, 0.02),
        (0.580, 9.32, 0.005),
        (0.502, 13.1, 0.05),
        (0.436, 16.2, 0.05),
        (0.335, 20.9, 0.05),
        (0.265, 23.9, 0.05),
    ],
)
def test_losses_that_were_tabulated(value: float, loss: float, rounding: float) -> None:
    """To half of the last digit; at 0.672 the table's acutance itself is rounded, 0.02 JND."""
    assert acutance_loss(np.array(value)) == pytest.approx(loss, abs=rounding)


def test_no_loss_from_0_8851_on() -> None:
    assert acutance_loss(np.array([0.8851, 0.9, 1.2])) == pytest.approx(0, abs=1e-9)
    # The scale's flat top: what it gives between lies below its rounding.
    assert 0 < acutance_loss(np.array(0.8730)) < 0.005


def test_the_loss_grows_as_acutance_falls_and_ends_with_the_ruler() -> None:
    values = np.linspace(0.05, 0.88, 300)
    losses = acutance_loss(values)
    assert (np.diff(losses) <= 0).all()
    assert losses[0] == pytest.approx(32.095, abs=1e-3)


def test_quality_and_ruler_are_inverse() -> None:
    for quality in (0.0, 5.0, 20.0, 31.9):
        assert sqs2(ruler_of_quality(quality)) == pytest.approx(quality, abs=1e-9)
    with pytest.raises(BadInput, match="not on the ruler"):
        ruler_of_quality(33.0)
