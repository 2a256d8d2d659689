from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from lichtbild.colour import cielab
from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look import style as styles
from lichtbild.look.reached import neutrals, reached, shown
from lichtbild.look.recipe import LOOKS
from lichtbild.look.render import Render
from lichtbild.look.style import NightCaps, Style, parse, style
from lichtbild.look.targets import parse_targets

NAMES = tuple(name for name, look in LOOKS.items() if look.has_style)
COLOUR_LOOKS = ("natural", "authentic", "vibrant", "heritage", "modern", "ccd-day")
TEXT = {name: resources.read("look", "catalogue", f"{name}.toml") for name in NAMES}
EXTENT = Extent(24, 31)
SCENE = LinearImage(
    np.random.default_rng(3).random((*EXTENT, 3)).astype(np.float32) ** 3 * 2, Window.whole(EXTENT), EXTENT
)


def rendered(look: Style) -> np.ndarray:
    render = Render(None, look.monochrome, look.view, look.colour_mix, look.tone_bath)
    return np.asarray(render(SCENE).samples)


@pytest.mark.parametrize("name", NAMES)
def test_every_target_is_inside_its_tolerance(name: str) -> None:
    missed = [
        f"{one.aim.name} (line {one.aim.line}): {one.value:.3f}, not {one.aim.low:g} to {one.aim.high:g}"
        for one in reached(style(name), parse_targets(TEXT[name], name))
        if not one.is_met
    ]
    assert not missed


def test_the_targets_are_those_of_the_table() -> None:
    def wanted(name: str, measure: str) -> list[float]:
        return [aim.wanted for aim in parse_targets(TEXT[name], name).of(measure)]

    tone = {
        "authentic": [3, 18.5, 32, 68, 83.5, 89, 49],
        "vibrant": [6.5, 27, 41, 73, 87, 91.5, 56],
        "heritage": [2, 16, 31, 70, 86, 90, 50],
        "modern": [9, 29, 42, 70, 84, 89, 54],
    }
    colours = {
        "authentic": [1.06, 1.00, 0.93, 0.83, 0.88, 0.92, 0.97],
        "vibrant": [1.18, 1.06, 1.25, 1.25, 1.20, 1.25, 1.15],
        "heritage": [1.0, 0.95, 0.85, 0.72, 0.78, 0.80, 0.80],
        "modern": [1.05, 1.02, 0.95, 0.88, 0.92, 0.95, 1.0],
    }
    for name, lightness in tone.items():
        assert wanted(name, "tone")[:7] == lightness
        assert wanted(name, "chroma") == colours[name]
    both = {"authentic": (0.8, 17.5), "vibrant": (1.5, 16), "heritage": (1.0, 19.5), "modern": (5.0, 15.0)}
    for name, (black, slope) in both.items():
        assert (*wanted(name, "black"), *wanted(name, "slope")) == (black, slope)


def test_natural_is_a_view_alone_that_can_be_taken_back() -> None:
    natural = style("natural")
    assert natural.colour_mix is None and natural.tone_bath is None and natural.monochrome is None
    assert natural.view.toe == natural.view.shoulder == 0


@pytest.mark.parametrize("name", NAMES)
def test_strength_begins_with_natural_and_goes_on_smoothly(name: str) -> None:
    look = style(name)
    np.testing.assert_array_equal(rendered(look.at(0.0)), rendered(style("natural")))
    assert look.at(1.0) is look
    strengths = np.linspace(0, 1.5, 16)
    pictures = [cielab.from_rec2020(rendered(look.at(strength)).astype(float)) for strength in strengths]
    assert all(np.isfinite(picture).all() for picture in pictures)
    assert np.abs(pictures[0] - cielab.from_rec2020(rendered(style("natural")).astype(float))).max() == 0
    # No step on the way; a filtered grey comes with a rush, since L* is steep in the dark.
    steps = [np.abs(after - before).mean() for before, after in pairwise(pictures)]
    assert max(steps) <= 4 * np.mean(steps) + 0.05
    shadows = [float(shown(look.at(strength), neutrals(-2.0))[0, 0]) for strength in strengths]
    change = np.diff(shadows)
    assert (change >= -2e-3).all() or (change <= 2e-3).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("strength", [0.2, 0.7, 1.3, 1.5])
def test_numbers_stay_what_they_may_be_at_any_strength(name: str, strength: float) -> None:
    look = style(name).at(strength)
    parts = [
        (look.view, styles.VIEW),
        (look.local_tone, styles.LOCAL_TONE),
        (look.sharpen, styles.SHARPENING),
    ]
    parts += [(look.colour_mix, styles.COLOUR_MIX)] if look.colour_mix is not None else []
    for part, ranges in parts:
        for key, (low, high) in ranges.items():
            values = np.atleast_1d(getattr(part, key))
            assert ((values >= low) & (values <= high)).all(), key
    assert 0 <= look.white_share <= 1


def test_a_look_may_have_its_own_white_and_caps_on_nights() -> None:
    assert style("ccd-day").white_kelvin == 5350 and style("authentic").white_kelvin is None
    assert style("ccd-day").at(0.5).white_share == 0.5
    caps = {name: style(name).night.mean_lightness for name in COLOUR_LOOKS}
    assert caps == {
        "natural": 38,
        "authentic": 32,
        "vibrant": 42,
        "heritage": 32,
        "modern": 38,
        "ccd-day": 32,
    }
    assert style("authentic").night.unlit_lightness == 12
    assert parse(TEXT["mono"].split(b"[night]")[0], "mono").night == NightCaps()


def test_a_file_without_toe_and_shoulder_has_none() -> None:
    text = TEXT["authentic"].replace(b"toe = 0.0\nshoulder = 0.0\n", b"")
    assert text != TEXT["authentic"]
    assert parse(text, "authentic") == replace(style("authentic"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"schema = 1", b"schema = 2", "schema"),
        (
            b"contrast =",
            b"contrst =",
            r"line 7 of look 'authentic' has 'contrst' in \[view\]; it takes contrast,",
        ),
        (b"skew = ", b"# ", r"line 6 .* without skew; it takes contrast, .* if wanted toe, shoulder"),
        (b"skew = 0", b"skew = 9", r"line 8 of look .* view.skew .* 0.2 to 5"),
        (b"skew = ", b"skew = nan #", "0.2 to 5"),
        (b"[view]", b"[view", "not TOML .*line 6"),
        (
            b"[sharpening]",
            b"[sharpness]",
            r"line 21 of look 'authentic' has 'sharpness'; a look has view, colo",
        ),
        (b"[sharpening]", b"[local_tone.more]", "local_tone"),
        (b"lift_ev = 0", b"lift_ev = 7", "line 18 .* 0 to 0.8"),
        (b"chroma = [", b"chroma = [1, ", "12 numbers"),
        (b"\nhue_deg = [", b"\nhue_deg = 4 #", "12 numbers"),
        (b"\nhue_deg = [0", b"\nhue_deg = [true, 0", "12 numbers"),
        (b"strength = 1", b"strength = 2", "skin.strength .* 0 to 1"),
        (b"mean_lightness = 32", b"mean_lightness = -3", "night.mean_lightness .* 5 to 100"),
    ],
)
def test_bad_text_is_refused_in_one_sentence_with_its_line(old: bytes, new: bytes, words: str) -> None:
    assert old in TEXT["authentic"]
    with pytest.raises(BadInput, match=words) as raised:
        parse(TEXT["authentic"].replace(old, new, 1), "authentic")
    assert "\n" not in str(raised.value)
