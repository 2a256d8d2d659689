import colour
import numpy as np
import pytest

from lichtbild.core.errors import BadFile
from lichtbild.io.lut import cube
from lichtbild.io.lut.label import Label
from lichtbild.look.lut import Lut, nodes

LABEL = Label("warm", "lichtbild look warm, numbers 0123, strength 100 %, srgb")
CAST = np.array([[0.9, 0.06, 0.0], [0.05, 0.85, 0.1], [0.02, 0.08, 0.8]])
"""Rows: what each input plane adds to the outputs."""


def warm(size: int = 9) -> Lut:
    return Lut(((nodes(size) @ CAST) ** 1.2).astype(np.float32), title="warm")


def lines(table: Lut) -> list[str]:
    return cube.encode(table, LABEL).decode().split("\n")


def decoded(text: list[str] | str) -> cube.FoundLut:
    return cube.decode(("\n".join(text) if isinstance(text, list) else text).encode(), "t.cube")


def test_what_was_written_is_read_again_to_seven_decimals() -> None:
    found = cube.decode(cube.encode(warm(), LABEL))
    np.testing.assert_allclose(found.lut.table, warm().table, rtol=0, atol=6e-8)
    assert (found.lut.title, found.notes) == ("warm", ())


def test_another_reader_finds_the_same_colours(tmp_path) -> None:
    cube.write(warm(), tmp_path / "t.cube", LABEL)
    other = colour.io.read_LUT_IridasCube(str(tmp_path / "t.cube"))
    rgb = np.random.default_rng(1).random((500, 3))
    theirs = other.apply(rgb, interpolator=colour.algebra.table_interpolation_tetrahedral)
    np.testing.assert_allclose(warm()(rgb), theirs, atol=2e-6)


def test_bytes_are_the_same_every_time_and_say_which_look_it_is() -> None:
    data = cube.encode(warm(), LABEL)
    assert data == cube.encode(warm(), LABEL)
    assert data.startswith(b'# lichtbild look warm, numbers 0123, strength 100 %, srgb\nTITLE "warm"\n')


def test_a_table_with_blue_fastest_is_read_right_and_says_so() -> None:
    crossed = Lut(np.ascontiguousarray(warm().table.transpose(2, 1, 0, 3)))
    found = cube.decode(cube.encode(crossed, LABEL))
    np.testing.assert_allclose(found.lut.table, warm().table, rtol=0, atol=6e-8)
    assert "blue fastest" in found.notes[0]


@pytest.mark.parametrize("chroma", [1.5, 1.0, 0.5, 0.15])
def test_calm_and_strong_tables_show_their_order(chroma: float) -> None:
    grid = nodes(9)
    grey = grid @ np.array([0.21, 0.72, 0.07])
    table = np.clip(grey[..., None] + chroma * (grid - grey[..., None]), 0, 1).astype(np.float32)
    for stored in (table, table.transpose(2, 1, 0, 3)):
        found = cube.decode(cube.encode(Lut(np.ascontiguousarray(stored)), LABEL))
        np.testing.assert_allclose(found.lut.table, table, rtol=0, atol=6e-8)


def test_a_black_and_white_table_keeps_the_order_of_the_standard() -> None:
    grey = (nodes(5) @ np.array([0.1, 0.3, 0.6]))[..., None].repeat(3, axis=-1).astype(np.float32)
    found = cube.decode(cube.encode(Lut(grey), LABEL))
    np.testing.assert_allclose(found.lut.table, grey, atol=6e-8)
    assert found.notes == ()


def test_a_domain_comments_and_other_line_ends_are_read() -> None:
    table = Lut(warm().table, low=(-0.5, 0.0, 0.0), high=(2.0, 1.0, 1.5))
    text = cube.encode(table, LABEL).replace(b"\n0.", b"\n\n# comment\n0.", 1).replace(b"\n", b"\r\n")
    found = cube.decode(b"\xef\xbb\xbf" + text)
    assert (found.lut.low, found.lut.high) == (table.low, table.high)
    np.testing.assert_allclose(found.lut.table, table.table, atol=6e-8)
    ranged = decoded([*lines(warm(2))[:3], "LUT_3D_INPUT_RANGE 0 2", *lines(warm(2))[3:]])
    assert (ranged.lut.low, ranged.lut.high) == ((0.0,) * 3, (2.0,) * 3)


def test_a_key_that_is_not_known_is_named() -> None:
    found = decoded(["LUT_IN_VIDEO_RANGE", *lines(warm(2))])
    assert "line 1, LUT_IN_VIDEO_RANGE" in found.notes[0]


COLOURS = lines(warm(2))[3:11]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1 comes before any colour"),
        ('TITLE "no colours"', "line 1 comes before any colour"),
        ("\x00\x01\x02", "line 1 is no text"),
        ("%PDF-1.7", "line 1 is neither a key nor a colour"),
        (["LUT_1D_SIZE 2", "0 0 0", "1 1 1"], "line 1 asks for curves"),
        (COLOURS, "line 1 holds a colour, but no line before it says LUT_3D_SIZE"),
        (["LUT_3D_SIZE 1", "0 0 0"], "line 1 asks for '1' nodes an axis; 2 to 144"),
        (["LUT_3D_SIZE 999999999", "0 0 0"], "line 1 asks for '999999999' nodes"),
        (["LUT_3D_SIZE -2", "0 0 0"], "line 1 asks for '-2' nodes"),
        (["LUT_3D_SIZE two", "0 0 0"], "line 1 asks for 'two' nodes"),
        (["LUT_3D_SIZE 2", *COLOURS[:-1]], "line 8 is the last colour, number 7, but 2 nodes an axis need 8"),
        (["LUT_3D_SIZE 2", *COLOURS, "1 1 1"], "line 10 is one colour too many"),
        (["LUT_3D_SIZE 2", *COLOURS[:2], "0 0", *COLOURS[3:]], "line 4 holds 2 words"),
        (
            ["LUT_3D_SIZE 2", *COLOURS[:2], "0 nan 0", *COLOURS[3:]],
            "line 4 holds '0 nan 0', a number",
        ),
        (["LUT_3D_SIZE 2", *COLOURS[:2], "0 1e999 0", *COLOURS[3:]], "line 4 holds '0 1e999 0', a number"),
        (["LUT_3D_SIZE 2", "inf 0 0", *COLOURS[1:]], "line 2 holds 'inf 0 0', a number"),
        (["LUT_3D_SIZE 2", *COLOURS[:2], "0,5 0,5 0,5", *COLOURS[3:]], "line 4 has a comma in '0,5 0,5 0,5'"),
        (["LUT_3D_SIZE 2", *COLOURS[:2], "0 0 O", *COLOURS[3:]], "line 4 holds '0 0 O', which is not 3"),
        (["LUT_3D_SIZE 2", "DOMAIN_MIN 0 0", *COLOURS], "line 2 holds 2 words, '0 0', but 3 numbers"),
        (
            ["LUT_3D_SIZE 2", "DOMAIN_MIN 1 1 1", *COLOURS],
            "line 2 ends a domain from (1.0, 1.0,",
        ),
        (["LUT_3D_SIZE 2", "DOMAIN_MAX 0,5 1 1", *COLOURS], "line 2 has a comma"),
    ],
)
def test_what_is_no_table_is_refused_by_its_line(text: list[str] | str, words: str) -> None:
    with pytest.raises(BadFile, match=r"t\.cube: ") as error:
        decoded(text)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_too_large_or_missing_is_refused_unread(tmp_path, monkeypatch) -> None:
    path = tmp_path / "t.cube"
    with pytest.raises(BadFile, match="cannot be read"):
        cube.read(path)
    cube.write(warm(), path, LABEL)
    monkeypatch.setattr(cube, "MOST_BYTES", 1000)
    with pytest.raises(BadFile, match="at most 1000"):
        cube.read(path)
