import numpy as np
import pytest

from lichtbild.look.learn.description import HUES, description
from lichtbild.look.learn.display_colour import from_oklab, to_oklab
from lichtbild.look.lut import Lut, nodes


def baked(change) -> Lut:
    found = change(nodes(33).reshape(-1, 3).astype(np.float64))
    return Lut(np.asarray(found.reshape(33, 33, 33, 3), np.float32))


def test_the_table_that_changes_nothing() -> None:
    found = description(Lut.identity(17))
    assert (found.black, found.white, found.contrast) == pytest.approx((0, 100, 1), abs=0.01)
    np.testing.assert_allclose(found.chroma, 1, atol=0.01)
    np.testing.assert_allclose(found.hue_shift, 0, atol=0.3)


def test_half_the_chroma_is_half_the_chroma() -> None:
    found = description(baked(lambda rgb: from_oklab(to_oklab(rgb) * [1, 0.5, 0.5])))
    np.testing.assert_allclose(found.chroma, 0.5, atol=0.06)
    assert len(found.chroma) == len(HUES)


def test_a_table_of_greys_says_so() -> None:
    found = description(baked(lambda rgb: np.repeat(rgb.mean(-1, keepdims=True), 3, axis=-1)))
    assert found.sentences[-1] == "no colour is left"


def test_a_tint_is_that_of_a_middle_grey() -> None:
    found = description(baked(lambda rgb: np.clip(rgb * [1, 1, 0.9], 0, 1)))
    assert found.tint[1] > 3
    assert found.black == pytest.approx(0, abs=0.01)
