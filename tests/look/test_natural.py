import tomllib

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.colour import cielab
from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.look.natural import GREY, natural, parse

TEXT = resources.read("look", "catalogue", "natural.toml")
TARGETS = tomllib.loads(TEXT.decode())["targets"]


def lab(scene: np.ndarray) -> np.ndarray:
    return cielab.from_rec2020(natural().display(scene))


def greys(exposures_ev: list[float]) -> np.ndarray:
    return np.repeat(GREY * 2.0 ** np.array(exposures_ev)[:, None], 3, axis=1)


def test_tone_meets_its_targets() -> None:
    points = TARGETS["tone"]
    lightness = lab(greys([point["ev"] for point in points]))[:, 0]
    wanted = [point["lightness"] for point in points]
    np.testing.assert_allclose(lightness, wanted, atol=TARGETS["tone_tolerance"])
    assert lab(greys([0.0]))[0, 0] == pytest.approx(TARGETS["grey_lightness"], abs=0.01)
    assert lab(np.zeros((1, 3)))[0, 0] == pytest.approx(TARGETS["black_lightness"], abs=0.01)


def test_chroma_and_skin_hue_meet_their_targets() -> None:
    hue = np.radians(np.repeat([*range(0, 360, 30), TARGETS["skin_hue_deg"]], 3))
    chroma = np.tile([15.0, 25.0, 35.0], 13)
    colours = np.stack([np.full(39, 50.0), chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
    out = lab(cielab.to_rec2020(colours))
    ratio = np.hypot(out[:, 1], out[:, 2]) / chroma
    assert ratio[:36].mean() == pytest.approx(TARGETS["chroma_ratio"], abs=TARGETS["chroma_tolerance"])
    turned = np.degrees(np.angle(np.exp(1j * (np.arctan2(out[:, 2], out[:, 1]) - hue))))
    assert np.abs(turned[36:]).max() <= TARGETS["skin_shift_limit_deg"]


def test_neutral_stays_neutral_and_tone_is_monotone() -> None:
    scene = greys(list(np.linspace(-16, 12, 400))).astype(np.float32)
    out = natural().display(scene)
    assert out.dtype == np.float32
    assert np.ptp(out, axis=-1).max() < 1e-6
    assert np.all(np.diff(out[:, 1]) >= -1e-7)
    assert 0 <= out.min() <= out.max() <= 1 + 1e-6


def test_a_bright_coloured_light_goes_to_white() -> None:
    light = np.array([1.0, 0.3, 0.1])
    chroma = [np.hypot(*lab(light[None] * 2.0**ev)[0, 1:]) for ev in (2, 5, 8)]
    assert chroma[0] > 2 * chroma[1] > 4 * chroma[2]


def test_one_text_for_jax_and_finite_gradient() -> None:
    scene = np.random.default_rng(0).random((50, 3)).astype(np.float32)
    scene[0] = 0
    view = natural()
    np.testing.assert_allclose(view.display(jnp.asarray(scene)), view.display(scene), atol=2e-6)
    assert np.isfinite(jax.grad(lambda x: view.display(x).sum())(jnp.asarray(scene))).all()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"schema = 1", b"schema = 2", "schema"),
        (b"contrast =", b"controst =", "exactly"),
        (b"skew = 1", b"skew = 9", "0.2 to 5"),
        (b"skew = ", b"skew = nan #", "0.2 to 5"),
        (b"[view]", b"[view", "not TOML"),
    ],
)
def test_bad_text_is_refused_in_one_sentence(old: bytes, new: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        parse(TEXT.replace(old, new, 1), "natural")
