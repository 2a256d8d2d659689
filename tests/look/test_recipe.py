import numpy as np
import pytest

from lichtbild.colour import oklab
from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.look.local_tone import LocalTone
from lichtbild.look.recipe import LOOKS, Look, encode, look_named, sharpening, stages
from lichtbild.look.style import style

SCENE = LinearImage(np.full((3, 4, 3), 0.18, np.float32), Window(0, 0, 3, 4), Extent(3, 4))


def names(name: str, **more: object) -> list[str]:
    return [stage for stage, _ in stages(look_named(name), **more)]  # type: ignore[arg-type]


def test_looks_have_stages_and_others_are_refused() -> None:
    assert [names(name) for name in ("linear", "profile", "natural", "authentic", "mono", "sepia")] == [
        [],
        ["profile"],
        ["natural"],
        ["authentic", "colour_mix"],
        ["monochrome", "mono"],
        ["monochrome", "sepia", "tone_bath"],
    ]
    with pytest.raises(ValueError, match="choose one of linear, profile, natural, authentic"):
        look_named("velvet")


def test_local_tone_needs_a_scene_and_can_be_tuned_or_left_out() -> None:
    assert names("natural", scene=SCENE) == ["local_tone", "natural"]
    assert names("natural", scene=SCENE, local_tone=0.0) == ["natural"]
    assert names("linear", scene=SCENE) == []
    stage = dict(stages(look_named("natural"), scene=SCENE, local_tone=1.5, cell=8.0))["local_tone"]
    assert isinstance(stage, LocalTone)
    assert (stage.cell, stage.lift_ev) == (8.0, pytest.approx(1.5 * style("natural").local_tone.lift_ev))


def test_headroom_raises_the_peak_and_leaves_highlights_alone() -> None:
    found = dict(stages(look_named("natural"), scene=SCENE, headroom=2.0))
    assert found["natural"].headroom == 2.0  # type: ignore[attr-defined]
    assert found["local_tone"].tame_ev == 0.0  # type: ignore[attr-defined]
    for name in ("linear", "profile"):
        with pytest.raises(BadInput, match="has no HDR rendition; choose one of natural, authentic"):
            stages(look_named(name), headroom=1.0)


@pytest.mark.parametrize("name", ["natural", "authentic"])
def test_both_renditions_have_the_same_hues_and_mid_grey(name: str) -> None:
    colours = np.random.default_rng(0).random((40, 50, 3)) ** 2 * 4
    colours[0] = 0.18
    extent = Extent(40, 50)
    labs = []
    for headroom in (0.0, 2.0):
        image = LinearImage(colours, Window.whole(extent), extent)
        for _, stage in stages(look_named(name), scene=SCENE, cell=16.0, headroom=headroom):
            image = stage(image)  # type: ignore[operator]
        labs.append(oklab.from_rec2020(image.samples))
    plain, high = labs
    hues = [np.arctan2(lab[..., 2], lab[..., 1]) for lab in labs]
    turned = np.abs(np.degrees(np.angle(np.exp(1j * (hues[0] - hues[1])))))
    assert turned[np.hypot(plain[..., 1], plain[..., 2]) > 0.005].max() < 1.0
    # Oklab lightness is the cube root of light: 0.02 EV are 0.46 %.
    np.testing.assert_allclose(high[0, :, 0], plain[0, :, 0], rtol=0.0046)


def test_sharpening_can_be_tuned_or_left_out() -> None:
    ((name, stage),) = sharpening(look_named("authentic"), 2.0)
    assert name == "sharpen"
    assert stage.amount == 2 * style("authentic").sharpen.amount  # type: ignore[attr-defined]
    left_out = [sharpening(look_named("authentic"), 0.0)]
    left_out += [sharpening(look_named(name)) for name in ("linear", "profile")]
    assert left_out == [()] * 3


def test_looks_with_a_style_keep_hue_in_the_gamut() -> None:
    for name, look in LOOKS.items():
        kept = encode(look_named(name), ColourSpace.SRGB).gamut
        assert kept == ("clip" if look.style is None else "constant-hue")


def test_a_look_of_ones_own_is_its_text() -> None:
    text = resources.read("look", "catalogue", "authentic.toml").decode()
    own = look_named("mine", text)
    assert own.style == style("authentic")
    assert names_of(own) == ["view", "colour_mix"]
    with pytest.raises(BadInput, match="look 'mine' is not TOML"):
        look_named("mine", text.replace("[view]", "[view"))


def names_of(look: Look) -> list[str]:
    return [stage for stage, _ in stages(look)]


def test_strength_is_for_looks_that_have_a_style() -> None:
    assert look_named("authentic", strength=0.0).style == style("natural")
    assert look_named("linear").style is None
    with pytest.raises(BadInput, match="has no strength; choose one of natural, authentic"):
        look_named("linear", strength=0.5)


@pytest.mark.parametrize("name", ["profile", "aces2", "natural", "linear", "grain", "deblur", "local_tone"])
def test_a_look_of_ones_own_is_itself_whatever_it_is_called(name: str) -> None:
    text = resources.read("look", "catalogue", "heritage.toml").decode()
    own = look_named(name, text)
    assert own.renders and not (own.is_profile or own.is_aces or own.changes_nothing)
    found, wanted = (stages(look, scene=SCENE) for look in (own, look_named("heritage")))
    assert [type(stage) for _, stage in found] == [type(stage) for _, stage in wanted]
    assert found[1] == ("view", style("heritage").view)
