import numpy as np
import pytest

import designed_look
from lichtbild.look import meter
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.meter import HUES, LIGHTNESS, Measured, measured, of_lut
from lichtbild.look.readings import Readings
from lichtbild.look.recipe import look_named, stages
from lichtbild.look.words import filter_colour, sentence


def in_lab(change: object) -> Measured:
    """What a change of CIELAB ``[patch, (L*, a*, b*)]`` is measured to do."""

    def render(light: np.ndarray) -> np.ndarray:
        lab = meter.cielab.from_rec2020(light)
        change(lab)  # type: ignore[operator]
        return np.asarray(meter.cielab.to_rec2020(lab))

    return measured(render, "finished")


def weighted(*weights: float) -> Measured:
    """A table that makes encoded light monochrome."""
    grey = nodes(17) @ np.array(weights, np.float32)
    return of_lut(Lut(np.repeat(grey[..., None], 3, axis=-1)))


def test_a_picture_left_as_it_is() -> None:
    assert sentence(of_lut(Lut.identity(9))) == "No difference that would be noticed."
    natural = meter.of_stages(stages(look_named("natural")))
    assert sentence(natural, natural) == "No difference that would be noticed."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lab: lab.__setitem__((..., 0), 50 + 1.15 * (lab[..., 0] - 50)), "Contrasty (1.15x)"),
        (lambda lab: lab.__setitem__((..., 0), 50 + 0.7 * (lab[..., 0] - 50)), "Very soft (0.70x), lifted"),
        (lambda lab: lab.__setitem__((..., 0), 5 + 0.95 * lab[..., 0]), "blacks (L* 5)"),
        (lambda lab: lab.__setitem__((..., 0), 0.94 * lab[..., 0]), "whites held back (L* 94)"),
        (lambda lab: lab.__imul__([1, 0.86, 0.86]), "Calm colours (0.86x)."),
        (lambda lab: lab.__imul__([1, 1.4, 1.4]), "Vivid colours (1.40x)."),
        (lambda lab: lab.__iadd__([0, 0, 4]), "A warm tint."),
        (lambda lab: lab.__iadd__([0, -1, -4]), "A cool tint."),
        (lambda lab: lab.__iadd__(np.outer(lab[:, 0] > 70, [0, 0, 4])), "a warm tint in the light tones"),
        (lambda lab: lab.__setitem__((..., 0), 100 - lab[..., 0]), "tones that turn back"),
    ],
    ids=["contrast", "soft", "lifted", "held", "calm", "vivid", "warm", "cool", "light", "negative"],
)
def test_each_property_has_its_words(change: object, words: str) -> None:
    assert words.lower() in sentence(in_lab(change)).lower()


def test_what_is_not_noticed_is_not_said() -> None:
    """A tint of 2, a chroma of 0.95 and a contrast of 1.04 stay below what is said."""

    def slightly(lab: np.ndarray) -> None:
        lab[..., 0] = 50 + 1.02 * (lab[..., 0] - 50)
        lab[..., 1:] *= 0.95
        lab[..., 2] += 2

    assert sentence(in_lab(slightly)) == "No difference that would be noticed."


def test_single_colours_are_told_with_their_direction() -> None:
    def greens(lab: np.ndarray) -> None:
        colour = lab[..., 1] + 1j * lab[..., 2]
        near = np.clip(1 - np.abs(np.angle(colour * np.exp(-1j * np.radians(150)))) / np.radians(45), 0, 1)
        lab[..., 0] -= 4 * near * np.abs(colour) / 25
        colour = colour * np.exp(-1j * np.radians(8) * near)
        lab[..., 1], lab[..., 2] = colour.real, colour.imag

    found = sentence(in_lab(greens))
    assert found == "Greens darker and turned 8 degrees towards yellow."


def test_monochrome_is_described_by_its_filter() -> None:
    """Red, orange and blue weights act as filters of these colours do; luminance acts as none."""
    assert sentence(weighted(0.9, 0.1, 0.0)).startswith("Black and white, as through a")
    assert filter_colour(weighted(0.9, 0.1, 0.0)) in ("a red", "an orange")
    assert filter_colour(weighted(0.0, 0.1, 0.9)) == "a blue"
    assert filter_colour(weighted(0.0, 0.9, 0.1)) == "a green"
    panchromatic = in_lab(lambda lab: lab.__imul__([1, 0, 0]))
    assert filter_colour(panchromatic) == "" and sentence(panchromatic) == "Black and white."

    def sepia(lab: np.ndarray) -> None:
        lab[..., 1:] = [2, 8]

    assert sentence(in_lab(sepia)) == "Black and white and toned sepia."


def test_colours_that_a_pair_lacks_are_named() -> None:
    known = HUES < 100
    some = meter.measured(designed_look.rendered, "finished")
    parts = {name: getattr(some, name).where(known) for name in ("chroma", "turn", "shade")}
    found = Measured(**{**vars(some), **parts})
    assert sentence(found).endswith("blues, violets and magentas are not in the picture.")
    none = {name: Readings.exact(HUES, np.full(12, np.nan)) for name in parts}
    assert "too little colour" in sentence(Measured(**{**vars(some), **none}))
    empty = Readings.exact(LIGHTNESS, np.full(21, np.nan))
    assert sentence(Measured(**{**vars(some), **none, "tone": empty, "tint": (empty, empty)})).startswith(
        "No diff"
    )


def test_the_same_look_is_always_called_the_same() -> None:
    found = meter.measured(designed_look.rendered, "finished")
    assert sentence(found) == sentence(meter.measured(designed_look.rendered, "finished"))
    assert "contrasty" in sentence(found).lower() and "calm colours" in sentence(found)
