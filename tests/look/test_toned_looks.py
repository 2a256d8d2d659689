"""Black-and-white and toned looks, measured through their stages against the targets in their files."""

import tomllib

import numpy as np
import pytest

from lichtbild.colour import cielab
from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look import film
from lichtbild.look.recipe import LOOKS
from lichtbild.look.render import Render
from lichtbild.look.solve import read
from lichtbild.look.style import Style, parse, style
from lichtbild.look.view import GREY

NAMES = tuple(name for name, look in LOOKS.items() if look.style is not None and look.style.monochrome)
TEXT = {name: resources.read("look", "catalogue", f"{name}.toml") for name in NAMES}
TABLES = {name: tomllib.loads(text.decode()) for name, text in TEXT.items()}
EVERY = pytest.mark.parametrize("name", NAMES)
CHROMAS = (15.0, 25.0, 35.0)


def lab(look: Style, scene: np.ndarray) -> np.ndarray:
    """CIELAB of the picture of a list of colours."""
    extent = Extent(1, len(scene))
    stage = Render(None, look.monochrome, look.view, look.colour_mix, look.tone_bath)
    shown = stage(LinearImage(scene[None].astype(np.float32), Window.whole(extent), extent))
    return cielab.from_rec2020(shown.samples[0].astype(float))


def neutral(light: np.ndarray) -> np.ndarray:
    return np.repeat(np.asarray(light, float)[:, None], 3, axis=1)


def shown_by_natural(lightness: np.ndarray) -> np.ndarray:
    """Neutral scene light that `natural` shows with some L*."""
    light = np.geomspace(1e-4, 100, 4001)
    return np.interp(lightness, lab(style("natural"), neutral(light))[:, 0], light)


def rise(look: Style, low: float, high: float) -> float:
    """L* that lie between two neutrals, for one L* between them in `natural`."""
    found = lab(look, neutral(shown_by_natural(np.array([low, high]))))[:, 0]
    return float(found[1] - found[0]) / (high - low)


def test_the_family_is_whole() -> None:
    filters = ("yellow", "red", "green", "blue")
    assert (
        "mono",
        "mono-hard",
        *(f"mono-hard-{one}" for one in filters),
        "sepia",
        "blue",
        "selenium",
    ) == NAMES


@EVERY
def test_tone_black_and_contrast_meet_their_targets(name: str) -> None:
    look, targets = style(name), TABLES[name]["targets"]
    exposures = np.array([point["ev"] for point in targets["tone"]])
    found = lab(look, neutral(GREY * 2.0**exposures))[:, 0]
    np.testing.assert_allclose(
        found, [point["lightness"] for point in targets["tone"]], atol=targets["tone_tolerance"]
    )
    grey, black = lab(look, neutral(np.array([GREY, 0.0])))[:, 0]
    assert grey == pytest.approx(targets["grey_lightness"], abs=targets["grey_tolerance"])
    assert black == pytest.approx(targets["black_lightness"], abs=targets["black_tolerance"])
    assert rise(look, 25, 75) == pytest.approx(targets["contrast"], abs=targets["contrast_tolerance"])


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("mono-hard")])
def test_the_hard_looks_have_their_toe_and_shoulder(name: str) -> None:
    look, targets = style(name), TABLES[name]["targets"]
    assert (targets["contrast"], targets["toe_slope"], targets["shoulder_slope"]) == (1.22, 0.35, 0.55)
    tolerance = 2 * targets["contrast_tolerance"]
    assert rise(look, 4, 6) == pytest.approx(targets["toe_slope"], abs=tolerance)
    assert rise(look, 94, 96) == pytest.approx(targets["shoulder_slope"], abs=tolerance)


@EVERY
def test_each_hue_is_as_light_as_the_film_sees_it(name: str) -> None:
    look, targets = style(name), TABLES[name]["targets"]
    for point in targets["grey_by_hue"]:
        hue = np.radians(point["hue_deg"])
        patches = np.array([[50, c * np.cos(hue), c * np.sin(hue)] for c in CHROMAS] + [[50, 0, 0]])
        found = lab(look, cielab.to_rec2020(patches))[:, 0]
        assert found[:3].mean() - found[3] == pytest.approx(
            point["lightness"], abs=targets["grey_by_hue_tolerance"]
        ), f"hue {point['hue_deg']}"


@EVERY
def test_the_picture_is_neutral_but_for_its_tint(name: str) -> None:
    look, targets = style(name), TABLES[name]["targets"]
    colours = np.random.default_rng(0).random((500, 3)) ** 3 * 2
    found = lab(look, colours)
    if look.tone_bath is None:
        assert np.abs(found[:, 1:]).max() < 1e-3
        assert "tints" not in targets
        return
    light = np.geomspace(1e-4, 100, 4001)
    tones = lab(look, neutral(light))
    for plane, key in ((1, "a"), (2, "b")):
        at = np.interp([point["lightness"] for point in targets["tints"]], tones[:, 0], tones[:, plane])
        np.testing.assert_allclose(
            at, [point[key] for point in targets["tints"]], atol=targets["tint_tolerance"]
        )
        # A colour is as tinted as a grey that is shown as light.
        np.testing.assert_allclose(
            found[:, plane], np.interp(found[:, 0], tones[:, 0], tones[:, plane]), atol=0.02
        )


def tint(name: str, lightness: float) -> tuple[float, float]:
    """C* and hue in degrees of the neutral that a look shows with an L*."""
    tones = lab(style(name), neutral(np.geomspace(1e-5, 1000, 4001)))
    a, b = (np.interp(lightness, tones[:, 0], tones[:, plane]) for plane in (1, 2))
    return float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a)) % 360)


@pytest.mark.parametrize(("name", "chroma", "hue"), [("sepia", 6.5, 90.0), ("blue", 7.0, 272.0)])
def test_a_tint_is_strongest_in_the_middle_and_gone_in_the_lights(
    name: str, chroma: float, hue: float
) -> None:
    found = tint(name, 40)
    # Half of a unit of chroma at 6.5 turns the hue by 4 degrees.
    assert found[0] == pytest.approx(chroma, abs=0.5) and found[1] == pytest.approx(hue, abs=4)
    assert max(tint(name, lightness)[0] for lightness in np.linspace(92.1, 100, 40)) <= 2.0


def test_selenium_tints_shadows_only_and_lifts_black() -> None:
    found = tint("selenium", 20)
    assert found[0] == pytest.approx(4.5, abs=0.5) and found[1] == pytest.approx(350, abs=6)
    assert tint("selenium", 45)[0] == pytest.approx(4.5 / 2, abs=0.5)
    assert tint("selenium", 75)[0] < 0.05
    assert lab(style("selenium"), np.zeros((1, 3)))[0, 0] == pytest.approx(7.0, abs=0.6)


@EVERY
def test_its_weights_are_those_of_its_filter(name: str) -> None:
    table = TABLES[name]["monochrome"]
    assert tuple(table["weights"]) == film.WEIGHTS[table["filter"]]
    without = TEXT[name].replace(b"\nweights = ", b"\n# ")
    assert parse(without, name).monochrome == style(name).monochrome


@EVERY
def test_strength_goes_from_colour_to_the_look(name: str) -> None:
    colours = np.random.default_rng(1).random((50, 3))
    natural = lab(style("natural"), colours)
    np.testing.assert_allclose(lab(style(name).at(0.0), colours), natural, atol=1e-3)
    shown = [lab(style(name).at(strength), colours)[:, 1:] for strength in (0.0, 0.5, 1.0)]
    chroma = [np.hypot(*planes.T).mean() for planes in shown]
    assert chroma[0] > 1.3 * chroma[1] > 2 * chroma[2]
    assert np.isfinite(lab(style(name).at(1.5), colours)).all()
    if style(name).tone_bath is None:
        assert np.abs(lab(style(name).at(1.5), colours)[:, 1:]).max() < 1e-3


def test_a_filter_and_targets_are_a_look() -> None:
    text = b"""schema = 1
[monochrome]
filter = "green"
[targets]
black_lightness = 2
grey_lightness = 50
contrast = 1.1
tints = [{ lightness = 50, a = 2, b = 5 }]
"""
    look = read(text, "mine")
    assert look.monochrome is not None and look.monochrome.weights == film.WEIGHTS["green"]
    assert rise(look, 25, 75) == pytest.approx(1.1, abs=0.03)
    grey = lab(look, neutral(np.array([GREY])))[0]
    np.testing.assert_allclose(grey, [50, 2, 5], atol=0.5)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            b'filter = "light-yellow"',
            b'filter = "infrared"',
            "filter = 'infrared'; choose one of none",
        ),
        (b'filter = "light-yellow"', b"filter = [1]", "choose one of"),
        (b"weights = [0.1853", b"weights = [0.2853", "sum to 1.1"),
        (b"weights = [", b"weights = [1, ", "3 numbers"),
        (
            b"weights = ",
            b"wights = ",
            r"line \d+ of look 'sepia' has a table .* that needs a filter, or weights, or both",
        ),
        (b"\na = [0.0, ", b"\na = [0.0, 0, ", "11 numbers"),
        (b"\nb = [0.0, ", b"\nb = [99, ", "-30 to 30"),
    ],
)
def test_bad_text_is_refused_in_one_sentence(old: bytes, new: bytes, words: str) -> None:
    assert old in TEXT["sepia"]
    with pytest.raises(BadInput, match=words):
        parse(TEXT["sepia"].replace(old, new, 1), "sepia")
