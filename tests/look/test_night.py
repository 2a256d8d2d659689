"""A night: capped, dark where it is unlit, and its noise not lifted; a day is left alone."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.colour.brightness import MESOPIC
from lichtbild.colour.cielab import from_rec2020, lightness
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look import recipe as looks
from lichtbild.look.local_tone import LocalTone
from lichtbild.look.night import (
    ACCEPTABLE,
    DISPLAY,
    MOST_TAMED,
    RANGE,
    UNLIT,
    Night,
    exposure_ev,
    mean_lightness,
    tone_targets,
)
from lichtbild.look.style import NightCaps, style
from lichtbild.look.view import GREY

AUTHENTIC = style("authentic")
LOOKS = ("authentic", "natural", "vibrant", "modern")
GREY_LIGHTNESS = 49.0


def street(bright: float = 1.0) -> LinearImage:
    """A sky, a lit street below it, windows and a lamp; a full sensor is 1."""
    light = np.full((48, 64), 0.0005)
    light[24:] = np.geomspace(0.003, 0.03, 64)
    light[26:34, 4:60:8] = 0.3
    light[20, 30] = 1.0
    samples = np.repeat((bright * light)[..., None], 3, axis=2).astype(np.float32)
    extent = Extent(48, 64)
    return LinearImage(samples, Window.whole(extent), extent)


def shown(
    scene: LinearImage,
    night: Night,
    look: str = "authentic",
    metered: float = 0.0,
    local_tone: float | None = None,
) -> np.ndarray:
    """L* of the small picture by a look."""
    ev = looks.exposure_ev(looks.look_named(look), scene, night, metered, local_tone=local_tone)
    exposed = replace(scene, samples=scene.samples * np.float32(2.0**ev))
    given = looks.stages(
        looks.look_named(look), scene=exposed, cell=1.0, local_tone=local_tone, night=night, ev=ev
    )
    for _, stage in given:
        exposed = stage(exposed)
    return np.asarray(from_rec2020(exposed.samples.astype(float))[..., 0])


def test_half_way_between_the_eye_and_the_picture() -> None:
    # In the dark the eye sees nothing, and half of the picture's vote is left; as bright as a display it
    # sees what the picture shows.
    assert mean_lightness(1e-9, GREY_LIGHTNESS) == pytest.approx(GREY_LIGHTNESS / 2, rel=1e-3)
    assert mean_lightness(DISPLAY, GREY_LIGHTNESS) == mean_lightness(1e4, GREY_LIGHTNESS) == GREY_LIGHTNESS
    found = [mean_lightness(luminance, GREY_LIGHTNESS) for luminance in np.geomspace(1e-3, DISPLAY, 50)]
    assert (np.diff(found) > 0).all()
    # The road at 0.1 lux: 0.1 / pi of a white, and about a twelfth of it reflected.
    assert 18 < mean_lightness(0.1 / np.pi / 12, GREY_LIGHTNESS) < 32


@pytest.mark.parametrize("look", LOOKS)
def test_a_darker_night_has_a_darker_picture_and_none_is_above_its_cap(look: str) -> None:
    grey = float(lightness(style(look).view.display(np.full((1, 1, 3), GREY)))[0, 0, 1])
    means = []
    for luminance in (0.003, 0.03, 0.3, 3.0):
        picture = shown(street(), Night(luminance), look)
        means.append(picture.mean())
        assert picture.mean() <= min(mean_lightness(luminance, grey), style(look).night.mean_lightness) + 0.1
        assert np.percentile(picture, UNLIT[0]) <= UNLIT[1] + 0.1
    assert (np.diff(means) > -0.1).all()


@pytest.mark.parametrize("look", LOOKS)
def test_what_was_exposed_does_not_say_how_bright_a_night_is(look: str) -> None:
    # Twice the ISO is the same street at half of the light that fills the sensor.
    once, twice = (shown(street(by), Night(0.03), look) for by in (0.5, 1.0))
    assert once.mean() == pytest.approx(twice.mean(), abs=0.2)


def test_a_bright_exposure_is_taken_back() -> None:
    bright = shown(street(4.0), Night(0.003), metered=0.0)
    assert bright.mean() <= mean_lightness(0.003, GREY_LIGHTNESS) + 0.1


def test_a_look_s_own_cap_binds_where_it_is_the_lower() -> None:
    # At the end of night the rule would let the mean rise to 0.9 of mid-grey's L*.
    lit = replace(street(), samples=np.full_like(street().samples, 0.02))
    lit.samples[:20] = 1.5e-3
    means = []
    for cap, unlit in ((100.0, 12.0), (32.0, 12.0), (100.0, 2.0)):
        look = replace(AUTHENTIC, night=NightCaps(cap, unlit))
        ev = exposure_ev(look, lit, Night(MESOPIC), 0.0)
        exposed = replace(lit, samples=lit.samples * np.float32(2.0**ev))
        picture = lightness(np.asarray(look.view(exposed).samples[..., 1], float))
        means.append(picture.mean())
        assert picture.mean() <= cap + 0.1 and np.percentile(picture, UNLIT[0]) <= unlit + 0.1
    assert means[1] < means[0] - 1 and means[2] < means[0] - 1


def test_a_day_is_left_alone() -> None:
    day = Night(DISPLAY)
    assert exposure_ev(AUTHENTIC, street(), day, 0.7) == 0.7
    targets = tone_targets(AUTHENTIC.local_tone, street(10.0), day, 0.7)
    assert (targets.lift_ev, targets.tame_ev, targets.sink_ev) == (
        AUTHENTIC.local_tone.lift_ev,
        AUTHENTIC.local_tone.tame_ev,
        0.0,
    )
    assert Night(MESOPIC).share == 1
    assert 0 < Night((MESOPIC * DISPLAY) ** 0.5).share < 1


def test_a_look_without_a_style_takes_what_was_metered() -> None:
    assert looks.exposure_ev(looks.look_named("linear"), street(), Night(0.01), 0.3) == 0.3


def test_noise_ends_the_lift() -> None:
    noisy = Night(0.003, (1e-2, 1e-4))
    light = noisy.light(ACCEPTABLE)
    assert light / (1e-2 * light + 1e-4) ** 0.5 == pytest.approx(ACCEPTABLE)
    found = exposure_ev(AUTHENTIC, street(), noisy, 0.0)
    assert found == pytest.approx(max(np.log2(GREY / light), RANGE[0]), abs=0.02)
    assert found < exposure_ev(AUTHENTIC, street(), Night(0.003), 0.0)


def test_noise_sinks_back_to_where_it_was() -> None:
    night = Night(0.003, (0.0, 0.0005**2))  # as much noise as sky
    dark = tone_targets(AUTHENTIC.local_tone, street(), night, 2.0)
    tone = LocalTone.of(street(), dark, cell=1.0)
    gain = tone.gain_ev(np.array([dark.noise_ev - 1, dark.noise_ev, dark.noise_ev + 2]))
    assert gain == pytest.approx([-2.0, gain[1], 0.0], abs=0.02)
    assert -2 < gain[1] < -1  # Wiener takes 1 EV where noise and light are alike
    assert dark.noise_ev == pytest.approx(2 + np.log2(0.0005 / GREY))


def test_lamps_are_tamed_and_keep_their_order() -> None:
    bright = street(20.0)
    targets = tone_targets(AUTHENTIC.local_tone, bright, Night(0.01), 3.0)
    assert targets.tame_ev == pytest.approx(AUTHENTIC.local_tone.tame_ev + MOST_TAMED)
    tone = LocalTone.of(bright, style("natural").local_tone.times(2.0), cell=1.0)
    tone = replace(tone, tame_ev=tone.tame_ev + MOST_TAMED, sink_ev=2.3, noise_ev=-8.0)
    base = np.linspace(-12, 10, 500)
    assert (np.diff(base + tone.gain_ev(base)) > 0).all()


@pytest.mark.parametrize("strength", [0.0, 0.01, 0.5, 1.0, 2.0])
def test_what_night_adds_goes_with_the_strength_of_local_tone(strength: float) -> None:
    night, own = Night(0.003, (0.0, 0.0005**2)), AUTHENTIC.local_tone
    full = tone_targets(own, street(20.0), night, 2.0)
    found = tone_targets(own, street(20.0), night, 2.0, strength=strength)
    added = min(strength, 1.0)
    assert found.lift_ev == pytest.approx(strength * own.lift_ev)
    assert found.tame_ev - strength * own.tame_ev == pytest.approx(added * (full.tame_ev - own.tame_ev))
    assert found.sink_ev == pytest.approx(added * full.sink_ev)
    assert full.sink_ev > 1.5


def test_the_picture_is_continuous_in_the_strength_of_local_tone() -> None:
    night = Night(0.003, (1e-6, 0.0005**2))
    off, hardly = (shown(street(4.0), night, local_tone=strength) for strength in (0.0, 0.001))
    # The search of the exposure ends within 1/100 EV, a tenth to a fifth of an L*.
    np.testing.assert_allclose(hardly, off, atol=0.25)
    half, more = (shown(street(4.0), night, local_tone=strength) for strength in (0.5, 0.501))
    np.testing.assert_allclose(more, half, atol=0.25)


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_the_cap_holds_with_the_local_tone_that_is_applied(strength: float) -> None:
    """Without the sinking of noise an even picture is lighter, so that less is added."""
    noisy = Night(0.003, (0.0, 0.001**2))
    grey = float(lightness(AUTHENTIC.view.display(np.full((1, 1, 3), GREY)))[0, 0, 1])
    even = street()
    even = replace(even, samples=np.clip(even.samples, 0.004, 0.03))
    picture = shown(even, noisy, local_tone=strength)
    held = picture.mean() / mean_lightness(0.003, grey), np.percentile(picture, UNLIT[0]) / UNLIT[1]
    # To within the colour mix, which the search leaves out: 0.1 L*.
    assert 0.98 < max(held) < 1.01


def test_a_display_with_headroom_has_the_same_darkness_and_untamed_lamps() -> None:
    night, bright = Night(0.003), street(20.0)
    plain, high = (
        dict(
            looks.stages(looks.look_named("authentic"), scene=bright, night=night, ev=1.0, headroom=headroom)
        )["local_tone"]
        for headroom in (0.0, 2.0)
    )
    assert isinstance(plain, LocalTone) and isinstance(high, LocalTone)
    assert (high.tame_ev, high.sink_ev) == (0.0, plain.sink_ev)
    base = np.linspace(-12, 1, 100)
    np.testing.assert_array_equal(plain.gain_ev(base), high.gain_ev(base))


def test_the_kernel_sinks_as_the_definition_does() -> None:
    exposed = street(4.0)
    tone = replace(LocalTone.of(exposed, AUTHENTIC.local_tone, cell=1.0), sink_ev=1.5, noise_ev=-6.0)
    np.testing.assert_allclose(tone(exposed).samples, tone.definition(exposed).samples, rtol=2e-5)
