import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.lut_table import from_table, resampled, to_table

COLOURS = np.random.default_rng(1).random((300, 3))


def rough(size: int) -> Lut:
    return Lut(np.random.default_rng(2).random((size, size, size, 3), np.float32))


@pytest.mark.parametrize("size", [2, 5, 33])
def test_a_table_comes_back_to_half_a_code_of_16_bits(size: int) -> None:
    found = from_table(to_table(rough(size)), "mine")
    np.testing.assert_allclose(found.table, rough(size).table, rtol=0, atol=0.51 / 65535)


def test_the_table_that_changes_nothing_takes_a_line() -> None:
    assert len(to_table(Lut.identity(33))["codes"]) < 400


def test_resampling_to_a_multiple_of_the_cells_keeps_every_colour() -> None:
    np.testing.assert_allclose(resampled(rough(5), 9)(COLOURS), rough(5)(COLOURS), atol=2e-6)


def test_resampling_brings_a_domain_to_0_to_1() -> None:
    wide = Lut(nodes(9), low=(-1.0, -1.0, -1.0), high=(1.0, 1.0, 1.0))
    found = resampled(wide, 9)
    assert (found.low, found.high) == ((0.0,) * 3, (1.0,) * 3)
    np.testing.assert_allclose(found(COLOURS), (COLOURS + 1) / 2, atol=2e-7)
    with pytest.raises(BadInput, match="resample it"):
        to_table(wide)


SOUND = to_table(rough(3))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (7, "needs a table .lut. with exactly size, codes"),
        ({"size": 3}, "with exactly size, codes"),
        ({**SOUND, "order": "red"}, "with exactly size, codes"),
        ({**SOUND, "size": 1}, "lut.size = 1; it takes whole numbers from 2 to 144"),
        ({**SOUND, "size": 3.0}, "lut.size = 3.0"),
        ({**SOUND, "size": True}, "lut.size = True"),
        ({**SOUND, "size": 4}, "do not unpack to 4 x 4 x 4 colours"),
        ({**SOUND, "codes": 5}, "lut.codes that are no text"),
        ({**SOUND, "codes": "öö"}, "do not unpack"),
        ({**SOUND, "codes": ""}, "do not unpack"),
        ({**SOUND, "codes": SOUND["codes"][:-30]}, "do not unpack"),
        ({**SOUND, "codes": "abc\\def"}, "do not unpack"),
    ],
)
def test_a_damaged_table_is_refused_in_a_sentence(table: object, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        from_table(table, "mine")
