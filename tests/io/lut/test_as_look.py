import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.colour.transfer import SRGB
from lichtbild.core import resources
from lichtbild.core.array import transformed
from lichtbild.core.errors import BadFile
from lichtbild.image.picture import ColourSpace
from lichtbild.io import learned_look
from lichtbild.io.look_file import SIZE_LIMIT, load_look
from lichtbild.io.lut import as_look, export
from lichtbild.io.lut.label import FoundLut, Label
from lichtbild.look.bake import encoded
from lichtbild.look.encode import from_rec2020
from lichtbild.look.filter import Filter
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.recipe import look_named
from lichtbild.look.residual import Residual
from lichtbild.look.style import style

COLOURS = np.random.default_rng(1).random((1, 500, 3))
LABEL = Label("warm")


def warm(size: int = 9) -> Lut:
    return Lut((nodes(size) ** np.float32(1.3) * np.array([1, 0.9, 0.7], np.float32)).astype(np.float32))


def filtered(text: str) -> np.ndarray:
    """What the look does to finished pictures in sRGB."""
    style = look_named("mine", text).style
    return encoded(Filter.of(style, ColourSpace.SRGB, ColourSpace.SRGB), COLOURS, ColourSpace.SRGB)


@pytest.mark.parametrize("suffix", [".cube", ".png", ".tif", ".xmp"])
def test_an_imported_table_does_to_a_picture_what_the_table_does(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    export.write(lambda size: warm(), path, LABEL, size=9)
    made = as_look.imported(as_look.read_lut(path), "mine")
    assert made.notes == ()
    # Codes of 16 bits in the file and in the look.
    np.testing.assert_allclose(filtered(made.text), warm()(COLOURS), rtol=0, atol=1.1 / 65535)


def test_the_look_of_a_table_that_changes_nothing_is_natural(tmp_path: Path) -> None:
    made = as_look.imported(FoundLut(Lut.identity(5)), "mine")
    own, natural = look_named("mine", made.text).style, look_named("natural").style
    assert (own.view, own.local_tone, own.sharpen) == (natural.view, natural.local_tone, natural.sharpen)
    np.testing.assert_allclose(filtered(made.text), COLOURS, atol=2e-5)


def test_a_made_look_says_nothing_of_natural() -> None:
    found = FoundLut(Lut.identity(3))
    for text in (
        as_look.imported(found, "mine").text,
        learned_look.text(replace(style("natural"), lut=Residual(found.lut)), "mine", ("it is known",)),
    ):
        table = tomllib.loads(text)
        assert table["name"] == "mine" and "targets" not in table
        natural = tomllib.loads(resources.read("look", "catalogue", "natural.toml").decode())
        assert all(table[key] == natural[key] for key in natural if key not in ("name", "targets"))
        said = [line for line in text.splitlines() if "#" in line]
        assert len(said) <= 2 and all(line.startswith("#") for line in said)
        assert not any(word in text for word in ("[targets]", "authentic", "vibrant", "aims"))


def test_a_large_table_is_resampled_says_by_how_much_and_stays_small(tmp_path: Path) -> None:
    rough = Lut(np.random.default_rng(2).random((36, 36, 36, 3), np.float32))
    made = as_look.imported(FoundLut(rough), "mine")
    assert made.notes[0].startswith("its 36 nodes an axis became 33: ")
    (tmp_path / "mine.toml").write_text(made.text)
    assert (tmp_path / "mine.toml").stat().st_size < SIZE_LIMIT
    name, text = load_look(tmp_path / "mine.toml")
    assert (name, text) == ("mine", made.text)


def test_values_beyond_the_range_are_cut_and_told() -> None:
    made = as_look.imported(FoundLut(Lut(warm().table * np.float32(1.5))), "mine")
    assert made.notes == ("its colours go 0.500 beyond 0 to 1; they were cut to it",)


def test_a_table_of_display_p3_becomes_one_of_srgb() -> None:
    """Where it keeps within sRGB, it does to light what the table did in its own space."""
    calm = Lut((0.3 + 0.4 * nodes(33) ** np.float32(1.2)).astype(np.float32))
    made = as_look.imported(FoundLut(calm, ColourSpace.DISPLAY_P3), "mine")
    assert "display-p3" in made.notes[0]
    to_p3 = from_rec2020(ColourSpace.DISPLAY_P3) @ np.linalg.inv(from_rec2020(ColourSpace.SRGB))
    wanted = SRGB.decode(calm(SRGB.encode(transformed(SRGB.decode(COLOURS), to_p3))))
    wanted = SRGB.encode(transformed(wanted, np.linalg.inv(to_p3)).clip(0, 1))
    # Between nodes the table is straight in the one space or the other; a cell is 1/32, its bend a tenth.
    np.testing.assert_allclose(filtered(made.text), wanted, atol=0.004)


def test_a_format_that_is_not_read_is_refused() -> None:
    with pytest.raises(BadFile, match=r"no format with a table that is read: .cube"):
        as_look.read_lut("look.3dl")
