import tomllib

import numpy as np
import pytest

from lichtbild.colour import cielab
from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.style import Style, parse, style
from lichtbild.look.view import GREY

TEXT = {name: resources.read("look", "catalogue", f"{name}.toml") for name in ("natural", "authentic")}
TARGETS = {name: tomllib.loads(text.decode())["targets"] for name, text in TEXT.items()}
LOOKS = pytest.mark.parametrize("name", list(TEXT))


def lab(look: Style, scene: np.ndarray) -> np.ndarray:
    """CIELAB of the picture of a list of colours."""
    extent = Extent(1, len(scene))
    image = look.view.definition(LinearImage(scene[None], Window.whole(extent), extent))
    if look.colour_mix is not None:
        image = look.colour_mix.definition(image)
    return cielab.from_rec2020(image.samples[0])


def lightness(look: Style, exposures_ev: list[float]) -> np.ndarray:
    return lab(look, np.repeat(GREY * 2.0 ** np.array(exposures_ev)[:, None], 3, axis=1))[:, 0]


def measured(look: Style, hues_deg: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Chroma ratio and shift of hue of colours with L* 50 and C* 15, 25 and 35; means over chroma."""
    hue = np.radians(np.repeat(hues_deg, 3))
    chroma = np.tile([15.0, 25.0, 35.0], len(hues_deg))
    colours = np.stack([np.full_like(hue, 50.0), chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
    out = lab(look, cielab.to_rec2020(colours))
    ratio = np.hypot(out[:, 1], out[:, 2]) / chroma
    turned = np.degrees(np.angle(np.exp(1j * (np.arctan2(out[:, 2], out[:, 1]) - hue))))
    return ratio.reshape(-1, 3).mean(1), turned.reshape(-1, 3).mean(1)


@LOOKS
def test_tone_meets_its_targets(name: str) -> None:
    look, targets = style(name), TARGETS[name]
    wanted = [point["lightness"] for point in targets["tone"]]
    found = lightness(look, [point["ev"] for point in targets["tone"]])
    np.testing.assert_allclose(found, wanted, atol=targets["tone_tolerance"])
    assert lightness(look, [0.0])[0] == pytest.approx(targets["grey_lightness"], abs=0.01)
    assert lab(look, np.zeros((1, 3)))[0, 0] == pytest.approx(targets["black_lightness"], abs=0.01)


def test_authentic_has_its_slope_and_a_shoulder_without_a_step() -> None:
    look, targets = style("authentic"), TARGETS["authentic"]
    low, high = lightness(look, [-1, 1])
    assert (high - low) / 2 == pytest.approx(targets["slope"], abs=targets["slope_tolerance"])
    assert lightness(look, [targets["white_ev"]])[0] >= 98
    slopes = np.diff(lightness(look, list(np.arange(0, 6, 0.1))))
    assert np.abs(slopes[1:] / slopes[:-1] - 1).max() < 0.2


@LOOKS
def test_mean_chroma_and_skin_hue_meet_their_targets(name: str) -> None:
    look, targets = style(name), TARGETS[name]
    ratio, shift = measured(look, [*range(0, 360, 30), targets["skin_hue_deg"]])
    assert ratio[:12].mean() == pytest.approx(targets["chroma_ratio"], abs=targets["chroma_tolerance"])
    assert abs(shift[12]) <= targets["skin_shift_limit_deg"]


def test_authentic_gives_each_hue_its_chroma_and_its_shift() -> None:
    look, targets = style("authentic"), TARGETS["authentic"]
    points = targets["colours"]
    ratio, shift = measured(look, [point["hue_deg"] for point in points])
    np.testing.assert_allclose(ratio, [point["chroma"] for point in points], atol=targets["chroma_tolerance"])
    np.testing.assert_allclose(
        shift, [point["shift_deg"] for point in points], atol=targets["hue_tolerance_deg"]
    )


@LOOKS
def test_local_tone_and_sharpening_keep_the_looks_limits(name: str) -> None:
    look, targets = style(name), TARGETS[name]
    assert look.local_tone.lift_ev <= targets["lift_limit_ev"]
    assert look.sharpen.overshoot <= targets["overshoot_limit"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"schema = 1", b"schema = 2", "schema"),
        (b"contrast =", b"controst =", "exactly"),
        (b"skew = 1", b"skew = 9", "0.2 to 5"),
        (b"skew = ", b"skew = nan #", "0.2 to 5"),
        (b"[view]", b"[view", "not TOML"),
        (b"[sharpening]", b"[sharpness]", r"\[sharpening\] with exactly"),
        (b"lift_ev = 0", b"lift_ev = 7", "0 to 0.8"),
        (b"chroma = [", b"chroma = [1, ", "12 numbers"),
        (b"hue_deg = [", b"hue_deg = 4 #", "12 numbers"),
        (b"hue_deg = [0", b"hue_deg = [true, 0", "12 numbers"),
    ],
)
def test_bad_text_is_refused_in_one_sentence(old: bytes, new: bytes, words: str) -> None:
    assert old in TEXT["authentic"]
    with pytest.raises(BadInput, match=words):
        parse(TEXT["authentic"].replace(old, new, 1), "authentic")
