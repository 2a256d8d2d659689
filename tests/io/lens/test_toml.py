"""Lenses as TOML: the same file again, every bit of every number, one sentence where something is wrong."""

import math
import re
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from any_lens import AnyLens
from lichtbild.core.errors import BadFile, BadInput, CannotWrite
from lichtbild.io.lens.toml import dumps, loads, read_toml, write_toml
from lichtbild.optics.lens import (
    Aperture,
    FieldPoint,
    Gap,
    Lens,
    Vignetting,
)
from lichtbild.optics.medium import Glass, ModelGlass
from lichtbild.optics.surface import (
    PowerSeries,
    Surface,
)

T = TypeVar("T")

SINGLET = """\
schema = 1
name = "a singlet"
aperture = {f_number = 4.0}
fields = [
  {y_deg = 0.0},
  {y_deg = 14.0, weight = 2.0, vignetting = {cy = 0.2}},
]
wavelengths = [
  {nm = 486.1327},
  {nm = 587.5618, primary = true},
]

[[surface]]
stop = true
radius = 50.0
conic = -0.5
asphere = {r4 = 1.5e-06, r6 = -2.3e-09}
semi_aperture = 6.25
thickness = 5.0
medium = {index = 1.5168, abbe = 64.17}

[[surface]]
radius = -80.0
thickness = 45.0
"""


@pytest.mark.parametrize("first", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (50, 100, 150))])
def test_every_lens_comes_back_and_its_text_too(first: int) -> None:
    for seed in range(first, first + 50):
        lens = AnyLens(seed).lens()
        text = dumps(lens)
        assert loads(text) == lens
        assert dumps(loads(text)) == text


def test_the_text_is_what_a_designer_would_write() -> None:
    lens = loads(SINGLET)
    assert dumps(lens) == SINGLET
    assert lens.surfaces[0].curvature == 1.0 / 50.0
    assert lens.gaps[1] == Gap(5.0, ModelGlass(1.5168, 64.17))
    assert lens.gaps[0].thickness == math.inf
    assert lens.fields[1] == FieldPoint(0.0, math.radians(14.0), 2.0, Vignetting(cy=0.2))
    assert lens.wavelengths[1] == 587.5618 / 1e6 and lens.primary == 1


def test_a_file_is_written_and_read_again(tmp_path: Path) -> None:
    write_toml(loads(SINGLET), tmp_path / "lens.toml")
    assert (tmp_path / "lens.toml").read_bytes() == SINGLET.encode()
    reading = read_toml(tmp_path / "lens.toml")
    assert reading.lens == loads(SINGLET) and reading.findings == ()


def test_a_glass_of_its_own_is_described_once_and_called_by_name() -> None:
    glass = Glass("MINE", 2, (1.0, 0.01, 0.2, 0.02, 1.0, 100.0), band=(4e-4, 7e-4))
    lens = Lens(
        (Surface(), Surface(), Surface(), Surface()),
        (Gap(math.inf), Gap(1.0, glass), Gap(1.0), Gap(1.0, glass), Gap(1.0)),
        0,
        Aperture("f-number", 2.0),
    )
    text = dumps(lens)
    assert text.count("[media.MINE]") == 1 and text.count('medium = "MINE"') == 2
    assert loads(text) == lens


def test_given_media_go_before_the_built_in_ones() -> None:
    mine = ModelGlass(1.9, 20.0, name="MINE")
    text = SINGLET.replace("{index = 1.5168, abbe = 64.17}", '"MINE"')
    assert loads(text, [mine]).gaps[1].medium == mine


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("schema = 1", "schema = 2", r"begins with 'schema = 1', this one has 2"),
        ("schema = 1\n", "", r"begins with 'schema = 1', this one has None"),
        ("conic", "conik", r"surface\[0\] has no key 'conik'; did you mean 'conic'\?"),
        ("radius = 50.0", 'radius = "flat"', r"surface\[0\].radius is a number, not 'flat'"),
        ("radius = 50.0", "radius = 0", r"surface\[0\].radius cannot be 0; leave it out for a plane"),
        ("radius = 50.0", "radius = 50.0\ncurvature = 0.02", r"has a radius and a curvature"),
        ("radius = 50.0", "radius = nan", r"surface\[0\].radius is a finite number"),
        ("thickness = 5.0", "thickness = 1e400", r"surface\[0\].thickness is a finite number"),
        ("thickness = 5.0", "thickness = true", r"surface\[0\].thickness is a number, not true"),
        ("stop = true\n", "", r"exactly one surface has 'stop = true', in this lens none"),
        ("radius = -80.0", "stop = true", r"in this lens surfaces 0, 1"),
        (", primary = true", "", r"exactly one of the wavelengths has 'primary = true'"),
        ("f_number", "f_numbr", r"aperture has no key 'f_numbr'; did you mean 'f_number'\?"),
        ("{f_number = 4.0}", "{}", r"needs \[aperture\] with one of f_number,"),
        ("r4 =", "a4 =", r"surface\[0\].asphere has no key 'a4'; .* r4"),
        ("{y_deg = 0.0}", "{y_mm = 0.0}", r"fields\[0\] has no key 'y_mm'; it may have x_deg, y_deg,"),
        ("name =", 'field_kind = "angel"\nname =', r"'field_kind' is one of angle, .*, not 'angel'"),
        ("index", "indx", r"surface\[0\].medium needs the number 'index'"),
        ("radius = -80.0", 'coating = "AR"', r"\[coatings\] have no 'AR'"),
        ("radius = 50.0", "asphere = {}\nxy = {norm_radius = 1.0}", r"is not TOML|asphere and xy"),
        ("[[surface]]", "[[surface]", r"is not TOML \(.*line 13"),
    ],
)
def test_one_sentence_says_what_is_wrong(old: str, new: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        loads(SINGLET.replace(old, new, 1))


def test_a_power_given_twice_is_not_written() -> None:
    lens = loads(SINGLET)
    twice = Surface(departure=PowerSeries((4, 4), (1.0, 2.0)))
    with pytest.raises(BadInput, match="comes twice"):
        dumps(Lens((twice, lens.surfaces[1]), lens.gaps, 0, lens.aperture))


def test_what_is_no_lens_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"cannot be read .* name an existing lens file"):
        read_toml(tmp_path / "none.toml")
    (tmp_path / "long.toml").write_bytes(b"#" * (1 << 21))
    with pytest.raises(BadFile, match="at most 1048576 bytes"):
        read_toml(tmp_path / "long.toml")
    (tmp_path / "latin.toml").write_bytes("name = 'Größe'".encode("latin-1"))
    with pytest.raises(BadFile, match="no text in UTF-8"):
        read_toml(tmp_path / "latin.toml")
    with pytest.raises(CannotWrite):
        write_toml(loads(SINGLET), tmp_path / "no folder" / "lens.toml")


@pytest.mark.parametrize(
    "text",
    [
        "a." * 200_000 + "b = 1",
        "''." * 200_000 + "b = 1",
        '"\\"".' * 100_000 + "b = 1",
        "a = " + "[" * 100_000,
        "a = {" * 50_000,
        "x = " + "9" * 100_000,
        "schema = 1\n" + "[[surface]]\n" * 10_000,
    ],
)
def test_hostile_texts_end_in_a_sentence(text: str) -> None:
    with pytest.raises(BadInput):
        loads(text)


@settings(max_examples=100)
@given(st.data())
def test_mutated_files_give_a_lens_or_a_sentence(data: st.DataObject) -> None:
    tokens = re.findall(r"\w+|\W", SINGLET)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(tokens) - 1))
        tokens[at] = data.draw(
            st.sampled_from([*set(tokens), "1e999", "-1", "true", '"x"', "[[", "99999999999"])
        )
    try:
        lens = loads("".join(tokens))
    except BadInput:
        return
    assert loads(dumps(lens)) == lens


@given(st.text(max_size=200))
def test_any_text_gives_a_sentence(text: str) -> None:
    with pytest.raises(BadInput):
        loads(text)
