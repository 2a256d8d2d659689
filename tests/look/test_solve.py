from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.look.film import WEIGHTS
from lichtbild.look.look_text import tables, with_numbers
from lichtbild.look.monochrome import Monochrome
from lichtbild.look.reached import measured, reached
from lichtbild.look.recipe import LOOKS
from lichtbild.look.solve import PLAIN, read, refuse_conflict, solved
from lichtbild.look.style import parse, style
from lichtbild.look.targets import parse_targets
from lichtbild.look.tone_fit import fit_view

pytest.importorskip("scipy")

TARGETS = """schema = 1
# what it is to reach
[targets]
grey_lightness = 52
black_lightness = 2
lift_limit_ev = 0.3
overshoot_limit = 0.04
chroma_ratio = 0.9              # calm
tone = [
  { ev = -2, lightness = 22 },
  { ev = -1, lightness = 35 },
  { ev = 1, lightness = 69 },
]
colours = [
  { hue_deg = 30, chroma = 1.0, shift_deg = 3 },
  { hue_deg = 150, chroma = 0.8, shift_deg = -4 },
  { hue_deg = 270, chroma = 0.9, shift_deg = 0 },
]
tints = [
  { lightness = 80, a = 1, b = 2 },
]
"""


CONFLICT = """schema = 1
[targets]
grey_lightness = 52
chroma_ratio = 0.9
tone = [
  { ev = -0.1, lightness = 32 },
  { ev = 1, lightness = 69 },
]
colours = [
  { hue_deg = 150, chroma = 0.8, shift_deg = 0 },
  { hue_deg = 152, chroma = 1.4, shift_deg = 0 },
]
"""


def text_of(name: str) -> str:
    return resources.read("look", "catalogue", f"{name}.toml").decode()


DEAR = ("modern", "selenium")
"""Looks whose targets take longest to solve."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(look.name, marks=[pytest.mark.slow] * (look.name in DEAR))
        for look in LOOKS.values()
        if look.has_style
    ],
)
def test_the_catalogue_is_what_the_solver_makes_of_its_targets(name: str) -> None:
    # Other processors round otherwise; what they round lies far below what can be seen.
    held, made = tables(style(name)), tables(solved(text_of(name).encode(), name).style)
    assert held.keys() == made.keys()
    for part, numbers in held.items():
        for key, value in numbers.items():
            np.testing.assert_allclose(made[part][key], value, rtol=5e-3, atol=0.02, err_msg=f"{part}.{key}")


def test_a_file_of_targets_alone_is_a_look() -> None:
    look = read(TARGETS.encode(), "mine")
    assert all(one.is_met for one in reached(look, parse_targets(TARGETS.encode(), "mine")))
    assert look.local_tone.lift_ev == pytest.approx(0.24, abs=0.01)
    assert look.sharpen.overshoot == 0.04
    assert read(text_of("authentic").encode(), "authentic") == style("authentic")


def test_numbers_are_written_beside_what_the_file_says() -> None:
    written = with_numbers(TARGETS, read(TARGETS.encode(), "mine"))
    assert written.index("[view]") < written.index("[targets]")
    assert "# what it is to reach" in written and "chroma_ratio = 0.9              # calm" in written
    assert parse(written.encode(), "mine") == read(TARGETS.encode(), "mine")
    # A second time nothing is left to write.
    assert with_numbers(written, parse(written.encode(), "mine")) == written


def test_a_filter_goes_on_to_decide_the_weights() -> None:
    text = 'schema = 1\n[monochrome]\nfilter = "red"\n[targets]\ngrey_lightness = 50\n'
    written = with_numbers(text, read(text.encode(), "mine"))
    assert parse(written.encode(), "mine").monochrome == Monochrome(WEIGHTS["red"])
    other = written.replace('"red"', '"blue"')
    assert parse(other.encode(), "mine").monochrome == Monochrome(WEIGHTS["blue"])
    # Weights of the file's own are numbers as all others.
    text = text.replace('filter = "red"', "weights = [0.2, 0.7, 0.1]")
    assert "weights = [0.2, 0.7, 0.1]" in with_numbers(text, read(text.encode(), "mine"))


def test_the_same_targets_give_the_same_bytes() -> None:
    first, second = (with_numbers(TARGETS, solved(TARGETS.encode(), "mine").style) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        # Tone that climbs by 20 L* within a tenth of a stop, hues two degrees apart with another chroma each.
        pytest.param("", "", ({3, 6, 7}, {10, 11}), marks=pytest.mark.slow),
        pytest.param("ev = -0.1,", "ev = -1.2,", ({10, 11},), marks=pytest.mark.slow),
    ],
    ids=["both", "hues"],
)
def test_targets_that_conflict_are_named_with_their_lines(
    old: str, new: str, lines: tuple[set[int], ...]
) -> None:
    solution = solved(CONFLICT.replace(old, new, 1).encode(), "mine")
    named = {aim.line for aim in solution.conflict}
    assert named <= set().union(*lines) and all(len(named & kind) >= 2 for kind in lines)
    with pytest.raises(BadInput, match=f"line {min(named)}") as raised:
        refuse_conflict(solution, "mine")
    assert "\n" not in str(raised.value) and "cannot reach" in str(raised.value)


@pytest.mark.slow
def test_without_any_one_of_a_conflict_the_rest_is_met() -> None:
    text = CONFLICT[: CONFLICT.index("colours")].replace("chroma_ratio = 0.9\n", "")
    conflict = solved(text.encode(), "mine").conflict
    assert len(conflict) > 1
    for left_out in conflict:
        rest = [aim for aim in conflict if aim is not left_out]
        look = replace(PLAIN, view=fit_view(rest, PLAIN.view))
        assert all(aim.is_met(measured(look, aim)) for aim in rest)


def test_a_file_without_targets_or_numbers_is_refused() -> None:
    with pytest.raises(BadInput, match=r"needs a table \[view\]"):
        read(b"schema = 1", "mine")
    with pytest.raises(BadInput, match=r"no table \[targets\]"):
        solved(b"schema = 1", "mine")
