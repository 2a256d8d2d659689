"""A lens by name or path, read and written by its suffix."""

from pathlib import Path

import pytest

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.lens import catalogue_lens, catalogue_names, read_lens, write_lens


def test_a_bare_name_is_a_lens_of_the_catalogue() -> None:
    assert read_lens("tessar").lens == catalogue_lens("tessar")
    assert read_lens("Tessar").lens == catalogue_lens("tessar")
    assert read_lens("6p-f1.85").lens.name.startswith("6P f/1.85")


@pytest.mark.parametrize("suffix", [".toml", ".TOML", ".zmx", ".seq"])
def test_a_lens_is_written_and_read_by_its_suffix(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"lens{suffix}"
    write_lens(catalogue_lens("tessar"), path)
    read = read_lens(path).lens
    assert read.surfaces[0].curvature == catalogue_lens("tessar").surfaces[0].curvature
    assert len(read.gaps) == len(catalogue_lens("tessar").gaps)


def test_a_catalogue_of_glasses_goes_before_the_built_in_one(tmp_path: Path) -> None:
    (tmp_path / "mine.agf").write_text("CC mine\nNM ODD 2 0 1.5 50 0 1\nCD 1.25 0 0 0 0 0\nLD 0.3 2.5\n")
    (tmp_path / "lens.toml").write_text(
        "schema = 1\naperture = {f_number = 4}\nwavelengths = [{nm = 587.5618}]\n"
        '[[surface]]\nstop = true\nradius = 50\nthickness = 2\nmedium = "ODD"\n'
    )
    with pytest.raises(BadFile, match=r"surface\[0\]\.medium: no medium is called 'ODD'"):
        read_lens(tmp_path / "lens.toml")
    lens = read_lens(tmp_path / "lens.toml", [tmp_path / "mine.agf"]).lens
    assert lens.gaps[1].medium.name == "ODD"


def test_what_there_is_not_is_said_with_its_neighbours(tmp_path: Path) -> None:
    with pytest.raises(
        BadInput, match=r"neither a file nor a lens of the catalogue called 'sonar'; .* sonnar"
    ):
        read_lens("sonar")
    with pytest.raises(BadInput, match="neither a file"):
        read_lens("x" * 5000)
    with pytest.raises(BadFile, match="cannot be read"):
        read_lens(tmp_path / "none.toml")
    with pytest.raises(BadFile, match="its name is none that a file can have"):
        read_lens("a\0b.toml")
    (tmp_path / "lens.docx").touch()
    with pytest.raises(BadFile, match=r"of a kind that is not read; lenses come as \.toml, \.zmx"):
        read_lens(tmp_path / "lens.docx")
    with pytest.raises(BadInput, match=r"not as '\.roa'; change the suffix"):
        write_lens(catalogue_lens("tessar"), tmp_path / "lens.roa")


def test_names_are_those_that_a_designer_types() -> None:
    assert all(name == name.lower() and " " not in name for name in catalogue_names())
