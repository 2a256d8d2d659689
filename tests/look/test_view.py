from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.colour import cielab, oklab
from lichtbild.look.style import style
from lichtbild.look.view import GREY, ViewTransform

VIEW = style("natural").view
HDR = ViewTransform(**{**vars(VIEW), "headroom": 2.0})
BENT = replace(VIEW, toe=0.05, shoulder=0.4)


def lab(scene: np.ndarray) -> np.ndarray:
    return cielab.from_rec2020(VIEW.display(scene))


def greys(exposures_ev: list[float]) -> np.ndarray:
    return np.repeat(GREY * 2.0 ** np.array(exposures_ev)[:, None], 3, axis=1)


def test_neutral_stays_neutral_and_tone_is_monotone() -> None:
    scene = greys(list(np.linspace(-16, 12, 400))).astype(np.float32)
    out = VIEW.display(scene)
    assert out.dtype == np.float32
    assert np.ptp(out, axis=-1).max() < 1e-6
    assert np.all(np.diff(out[:, 1]) >= -1e-7)
    assert 0 <= out.min() <= out.max() <= 1 + 1e-6


def test_a_bright_coloured_light_goes_to_white() -> None:
    light = np.array([1.0, 0.3, 0.1])
    chroma = [np.hypot(*lab(light[None] * 2.0**ev)[0, 1:]) for ev in (2, 5, 8)]
    assert chroma[0] > 2 * chroma[1] > 4 * chroma[2]


@pytest.mark.parametrize("view", [VIEW, HDR, BENT], ids=["plain", "headroom", "bent"])
def test_one_text_for_jax_and_finite_gradient(view: ViewTransform) -> None:
    scene = np.random.default_rng(0).random((50, 3)).astype(np.float32)
    scene[0] = 0
    compiled = jax.jit(view.display)
    np.testing.assert_allclose(compiled(jnp.asarray(scene)), view.display(scene), atol=4e-6)
    assert np.isfinite(jax.jit(jax.grad(lambda x: compiled(x).sum()))(jnp.asarray(scene))).all()


def test_a_toe_doubles_the_power_of_deep_shadows_and_a_shoulder_that_of_the_lights() -> None:
    view = replace(BENT, black=0.0)
    dark, light = view.display(greys([-14.0, -13.0]))[:, 1], 1 - view.display(greys([11.0, 12.0]))[:, 1]
    # Far below the toe light u is x^2 / toe, far above 1 / shoulder it is shoulder x^2.
    assert np.log2(dark[1] / dark[0]) == pytest.approx(2 * view.contrast * view.skew, rel=0.01)
    assert np.log2(light[0] / light[1]) == pytest.approx(2 * view.contrast, rel=0.01)
    np.testing.assert_allclose(view.display(greys([0.0])), VIEW.grey, rtol=1e-6)


def test_without_toe_and_shoulder_light_is_not_bent_by_a_bit() -> None:
    light = np.geomspace(1e-8, 1e8, 999, dtype=np.float32)
    np.testing.assert_array_equal(VIEW.bent(light), light)


@pytest.mark.parametrize("view", [VIEW, BENT, replace(BENT, toe=0.0), replace(BENT, shoulder=0.0)])
def test_what_is_bent_can_be_unbent(view: ViewTransform) -> None:
    light = np.geomspace(1e-4, 1e5, 500)
    np.testing.assert_allclose(view.unbent(view.bent(light)), light, rtol=1e-9)
    assert (np.diff(view.bent(light)) > 0).all()


@pytest.mark.parametrize("name", ["natural", "authentic", "vibrant", "heritage", "modern", "ccd-day"])
def test_every_look_has_one_grey_on_both_displays(name: str) -> None:
    plain, high = style(name).view, replace(style(name).view, headroom=2.0)
    scene = greys([-12, -4, -3, -2, -1, 0])
    apart = np.abs(np.log2(high.display(scene) / plain.display(scene))).max(axis=1)
    assert apart[-1] < 0.001 and apart.max() < 0.15
    # Under lifted black the ratio of the curves falls by what no display shows.
    assert np.all(np.diff(high.display(greys(list(np.linspace(-12, 16, 600))))[:, 1]) > -1e-6)


def test_headroom_keeps_mid_grey_and_what_lies_below() -> None:
    scene = greys([-10, -4, -3, -2, -1, 0])
    apart = np.abs(np.log2(HDR.display(scene) / VIEW.display(scene))).max(axis=1)
    assert apart[-1] < 0.001  # solved by halving
    # Below mid-grey only the two demands at its ends hold the curves together.
    assert apart.max() < 0.06


def test_headroom_is_used_up_to_the_peak_and_never_beyond() -> None:
    out = HDR.display(greys(list(np.linspace(-12, 16, 600))))[:, 1]
    assert np.all(np.diff(out) > 0)
    assert 3.97 < out[-1] <= 4
    wild = np.random.default_rng(0).random((5000, 3)) ** 4 * 100
    assert HDR.display(wild).max() <= 4.1  # purity out may pass the peak as it may pass white


def test_both_displays_show_the_same_hue_and_saturation() -> None:
    scene = np.random.default_rng(1).random((2000, 3)) ** 2 * 4
    plain, high = oklab.from_rec2020(VIEW.display(scene)), oklab.from_rec2020(HDR.display(scene))
    is_coloured = np.hypot(*plain[:, 1:].T) > 0.01
    turned = np.angle(np.exp(1j * (np.arctan2(*plain[:, :0:-1].T) - np.arctan2(*high[:, :0:-1].T))))
    assert np.abs(np.degrees(turned[is_coloured])).max() < 0.01
    saturation = [np.hypot(*one[:, 1:].T) / one[:, 0] for one in (plain, high)]
    np.testing.assert_allclose(*saturation, rtol=1e-6)


def test_no_headroom_is_the_plain_curve() -> None:
    curve = ViewTransform(**{**vars(VIEW), "headroom": 1e-9}).high_curve
    np.testing.assert_allclose(
        [curve.peak, curve.knee, curve.contrast, curve.skew], list(vars(VIEW.curve).values()), rtol=1e-6
    )


@pytest.mark.parametrize("value", [0.0, -1.0, -1e6, 1e30, 1e-38])
def test_any_light_gives_a_number(value: float) -> None:
    for samples in (np.full((1, 3), value, np.float32), np.array([[value, 1, 0.1]], np.float32)):
        for view in (VIEW, HDR, BENT):
            assert np.isfinite(view.display(samples)).all()
