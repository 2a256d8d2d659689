from pathlib import Path

import numpy as np
import PIL.Image
import pytest

import designed_look
from lichtbild.image.picture import ColourSpace
from lichtbild.look import meter
from lichtbild.look.encode import from_rec2020
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.meter import EXPOSURES, HUES, LIGHTNESS, Measured
from lichtbild.look.recipe import look_named, stages

WEIGHTS = np.array([0.3, 0.5, 0.2])
"""Of a monochrome table, on encoded light: more red and blue than luminance has."""


def table(function: object, size: int = 33, bits: int | None = None) -> Lut:
    """A table of a function of encoded colours, rounded to codes of so many bits."""
    made = function(nodes(size).astype(float))  # type: ignore[operator]
    if bits is not None:
        top = (1 << bits) - 1
        made = np.round(made * top) / top
    return Lut(np.asarray(made, np.float32))


def monochrome(codes: np.ndarray) -> np.ndarray:
    return np.repeat((codes @ WEIGHTS)[..., None], 3, axis=-1)


def test_what_changes_nothing_is_measured_so() -> None:
    found = meter.of_lut(Lut.identity(17))
    np.testing.assert_allclose(found.tone.value, LIGHTNESS, atol=1e-3)
    np.testing.assert_allclose(found.chroma.value, 1, atol=1e-4)
    np.testing.assert_allclose(found.turn.value, 0, atol=1e-2)
    np.testing.assert_allclose(found.shade.value, 0, atol=1e-3)
    assert found.contrast == pytest.approx(1, abs=1e-5)
    assert (found.black, found.reversals) == (pytest.approx(0, abs=1e-3), 0)
    assert found.primaries == pytest.approx((53.24, 87.73, 32.30), abs=0.01)  # L* of sRGB's primaries
    assert found.clipped == 0 and found.scatter == 0 and not found.is_monochrome


def test_a_designed_look_comes_back_from_its_function() -> None:
    """The tint at the light that is shown is that of the light given to a hundredth of C* 15."""
    found = meter.measured(designed_look.rendered, "finished")
    np.testing.assert_allclose(found.chroma.value, designed_look.CHROMA, atol=0.01)
    np.testing.assert_allclose(found.turn.value, designed_look.TURN, atol=0.5)
    assert found.black == pytest.approx(designed_look.BLACK, abs=0.01)
    assert found.contrast == pytest.approx(0.97 * 1.36, abs=1e-6)  # its sine is -1 at 75 and 1 at 25
    assert found.tint_at(90.0) == pytest.approx((0.5, 1.5), abs=1e-6)  # fading to white
    assert found.shade.value[2] == pytest.approx(2, abs=0.1)  # 0.08 of C* 25 at hue 60


@pytest.mark.parametrize(("size", "bits"), [(33, None), (64, 16), (64, 8)], ids=["cube", "hald16", "hald8"])
def test_a_designed_look_comes_back_from_its_table(size: int, bits: int | None) -> None:
    """Interpolation costs least; half a code of 8 bits is 0.2 in CIELAB, a hundredth of C* 15 or 0.8 degrees,
    and the mean of a dozen patches has a third of it."""
    true = meter.measured(designed_look.clipped, "finished")
    found = meter.of_lut(table(designed_look.encoded, size, bits))
    np.testing.assert_allclose(found.chroma.value, true.chroma.value, atol=0.01)
    np.testing.assert_allclose(found.turn.value, true.turn.value, atol=0.5)
    np.testing.assert_allclose(found.shade.value, true.shade.value, atol=0.15)
    np.testing.assert_allclose(found.tone.value, true.tone.value, atol=0.3)


def test_monochrome_is_told_by_what_it_does_to_lightness() -> None:
    found = meter.of_lut(table(monochrome))
    assert found.is_monochrome and np.isnan(found.turn.value).all()
    # Encoded grey is the weights' sum of the encoded primaries.
    light = meter.cielab.lightness(meter.SRGB.decode(WEIGHTS))
    assert found.primaries == pytest.approx(light, abs=0.05)
    assert found.shade.value[0] > 1 and found.shade.value[5] < -1  # pinks lighter, greens darker


def test_a_table_of_another_space_is_measured_in_it() -> None:
    """The same table means a wider gamut's colours, so that a matrix on its codes changes other hues."""
    found = meter.of_lut(Lut.identity(17), ColourSpace.DISPLAY_P3)
    np.testing.assert_allclose(found.chroma.value, 1, atol=1e-4)
    muted = table(lambda codes: 0.5 * codes + 0.5 * codes.mean(axis=-1, keepdims=True))
    srgb, wide = meter.of_lut(muted), meter.of_lut(muted, ColourSpace.DISPLAY_P3)
    assert np.abs(srgb.chroma.value - wide.chroma.value).max() > 0.005


def test_reversed_and_cut_tones_are_told() -> None:
    found = meter.of_lut(table(lambda codes: 1 - codes))
    assert found.reversals == pytest.approx(100, abs=0.1) and found.contrast == pytest.approx(-1, abs=0.2)
    cut = meter.of_lut(table(lambda codes: np.clip(2 * codes - 0.5, 0, 1)))
    # A plane is inside from 1/4 to 3/4: 7 to 9 of 15 values on each of three axes.
    assert 1 - (9 / 15) ** 3 <= cut.clipped <= 1 - (7 / 15) ** 3
    assert cut.roughness > 0.5


def test_a_scene_and_a_finished_picture_tell_tone_alike() -> None:
    """What natural shows of a scene's greys is what a table that changes nothing is said to show."""
    scene = meter.of_stages(stages(look_named("natural")))
    finished = meter.of_lut(Lut.identity(33))
    np.testing.assert_allclose(finished.exposure.value, scene.exposure.value, atol=0.05)
    assert scene.exposure(0.0) == pytest.approx(51.5, abs=0.1)  # natural's own target
    assert EXPOSURES[np.searchsorted(EXPOSURES, 2.4)] == pytest.approx(np.log2(1 / 0.18))


def test_authentic_is_measured_at_its_targets() -> None:
    found = meter.of_stages(stages(look_named("authentic")))
    assert found.light == "scene" and np.isnan(found.clipped)
    wanted = {30: 1.06, 90: 0.93, 150: 0.83, 210: 0.88, 270: 0.92, 330: 0.97}
    ratios = dict(zip(HUES.tolist(), found.chroma.value.tolist(), strict=True))
    assert {hue: ratios[hue] for hue in wanted} == pytest.approx(wanted, abs=0.03)
    assert found.turn.value[5] == pytest.approx(-4, abs=1)


def test_patches_of_finished_pictures_lie_in_srgb() -> None:
    coloured = meter.patches("finished")[101 + len(EXPOSURES) + 3 :]
    codes = meter.cielab.to_rec2020(coloured) @ from_rec2020(ColourSpace.SRGB).T
    assert len(coloured) > 150 and codes.min() >= -1e-9 and codes.max() <= 1 + 1e-9


def public(shared: Path, name: str) -> Measured:
    """A public table of the test data."""
    codes = np.asarray(PIL.Image.open(shared / "data" / "looks" / "haldclut" / f"{name}.png").convert("RGB"))
    size = round(len(codes) ** (2 / 3))
    made = codes.reshape(size, size, size, 3).transpose(2, 1, 0, 3) / np.float32(255)
    return meter.of_lut(Lut(np.ascontiguousarray(made, np.float32)))


PUBLIC = {
    "color_negative_a": (1.1, 1.18, 0.99, (1.09, 1.10, 0.84, 1.07, 0.85, 0.93)),
    "color_slide_a": (0.0, 1.15, 0.77, (0.91, 0.79, 0.63, 0.87, 0.74, 0.66)),
}
"""Black, contrast, mean chroma, and chroma at hues 30, 90 ... 330, as another meter found them."""

MONOCHROMES = {
    "bw_a": (3.0, 1.25, (55, 94, 85)),
    "bw_b": (2.7, 1.20, (65, 91, 88)),
    "bw_c": (0.0, 1.14, (16, 90, 56)),
}
"""Black, contrast, and L* of red, green and blue."""


@pytest.mark.shared
@pytest.mark.parametrize("name", list(PUBLIC))
def test_public_tables_read_as_another_meter_read_them(shared: Path, name: str) -> None:
    """Its patches' lightness is not known, which is worth 0.04 in chroma."""
    black, contrast, mean, ratios = PUBLIC[name]
    found = public(shared, name)
    assert found.black == pytest.approx(black, abs=0.06)
    assert found.contrast == pytest.approx(contrast, abs=0.015)
    assert found.chroma.mean == pytest.approx(mean, abs=0.015)
    np.testing.assert_allclose(found.chroma.value[1::2], ratios, atol=0.04)


@pytest.mark.shared
@pytest.mark.parametrize("name", list(MONOCHROMES))
def test_public_monochromes_read_as_another_meter_read_them(shared: Path, name: str) -> None:
    black, contrast, primaries = MONOCHROMES[name]
    found = public(shared, name)
    assert found.is_monochrome
    assert found.black == pytest.approx(black, abs=0.06)
    assert found.contrast == pytest.approx(contrast, abs=0.015)
    assert found.primaries == pytest.approx(primaries, abs=0.5)
