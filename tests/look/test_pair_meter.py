"""A look designed by numbers comes back from a photograph before and after it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

import designed_look
from designed_look import jpeg, picture, scene
from lichtbild.core.errors import BadInput
from lichtbild.look import meter
from lichtbild.look.meter import Measured
from lichtbild.look.pair_meter import CHROMA_ERROR, TONE_ERROR, of_pair
from lichtbild.look.readings import Readings

TRUE = meter.measured(designed_look.clipped, "finished")


def pair(codes: np.ndarray) -> Measured:
    """The designed look measured on a photograph, both of its files being JPEGs."""
    return of_pair(jpeg(codes), jpeg(designed_look.encoded(codes)))


def off(found: Readings, true: Readings) -> np.ndarray:
    """How many standard errors the readings that there are lie off."""
    known = found.known
    return np.asarray(((found.value - true.value) / found.error)[known])


def check(found: Measured) -> None:
    """The readings lie within what their errors allow: fewer than one in 370 beyond three."""
    for name in ("tone", "chroma", "turn", "shade"):
        assert np.abs(off(getattr(found, name), getattr(TRUE, name))).max() < 4.5, name


def test_a_picture_of_all_colours_tells_the_whole_look() -> None:
    found = pair(scene())
    assert found.chroma.known.all() and found.tone.known.sum() >= 19
    check(found)
    assert np.nanmax(found.chroma.error) < CHROMA_ERROR and np.nanmax(found.tone.error) < TONE_ERROR
    np.testing.assert_allclose(found.chroma.value, TRUE.chroma.value, atol=0.05)
    np.testing.assert_allclose(found.turn.value, TRUE.turn.value, atol=3)
    assert found.contrast == pytest.approx(TRUE.contrast, abs=0.02)
    assert found.contrast_error < 0.02
    assert np.isnan(found.primaries).all() and found.scatter < 1


def test_colours_that_the_picture_lacks_are_left_out() -> None:
    """A scene of reds to yellows says nothing of greens to violets, and knows it."""
    found = pair(scene(hues=(0.0, 90.0)))
    assert found.chroma.known[1:3].all() and not found.chroma.known[5:11].any()
    assert np.isnan(found.turn.value[6]) and np.isnan(found.shade.value[6])
    assert found.support[2] > 10 * found.support[7]
    check(found)


def test_the_same_picture_twice_is_no_look() -> None:
    codes = scene(240)
    found = of_pair(jpeg(codes), jpeg(codes))
    np.testing.assert_allclose(found.tone.value[found.tone.known], found.tone.at[found.tone.known], atol=0.3)
    np.testing.assert_allclose(found.chroma.value[found.chroma.known], 1, atol=0.03)
    assert found.clipped == 0 and not found.is_monochrome


def test_a_thing_that_moved_does_not_count() -> None:
    codes = scene()
    after = designed_look.encoded(codes)
    after[200:260, 200:260] = [0.9, 0.1, 0.8]
    found = of_pair(jpeg(codes), jpeg(after))
    np.testing.assert_allclose(found.chroma.value, TRUE.chroma.value, atol=0.06)


def test_monochrome_is_told() -> None:
    codes = scene()
    grey = np.repeat((codes @ [0.3, 0.5, 0.2])[..., None], 3, axis=-1)
    found = of_pair(jpeg(codes), jpeg(grey))
    assert found.is_monochrome and np.isnan(found.turn.value).all()


def test_a_pair_that_is_none_is_refused() -> None:
    codes = scene(240)
    with pytest.raises(BadInput, match="240 x 240 and 240 x 200 pixels"):
        of_pair(picture(codes), picture(codes[:200]))
    with pytest.raises(BadInput, match="do not show the same"):
        of_pair(picture(codes), picture(np.random.default_rng(1).random((240, 240, 3))))
    with pytest.raises(BadInput, match=r"moved by about \+5 pixels to the right and \+3 down"):
        of_pair(picture(codes[3:, 5:]), picture(codes[:-3, :-5]))
    with pytest.raises(BadInput, match="48 x 48 pixels; a look is measured from 64"):
        of_pair(picture(codes[:48, :48]), picture(codes[:48, :48]))


def test_large_pictures_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a tenth of the blocks errors grow, and the readings stay within them."""
    monkeypatch.setattr("lichtbild.look.pair_samples.MOST", 400)
    found = pair(scene())
    check(found)
    assert found.support.sum() < 400


@pytest.mark.slow
@pytest.mark.shared
def test_photographs_tell_a_look_within_their_errors(shared: Path) -> None:
    """Over six photographs three in four readings lie within 1.15 standard errors, as of a normal law."""
    found = [
        pair(
            np.asarray(PIL.Image.open(shared / "data" / "truth" / "kodak24" / f"kodim{number:02}.png")) / 255
        )
        for number in (4, 8, 10, 15, 21, 23)
    ]
    for name, most in (("tone", 1.5), ("chroma", 1.15), ("turn", 1.15), ("shade", 1.15)):
        errors = np.concatenate([off(getattr(each, name), getattr(TRUE, name)) for each in found])
        assert np.quantile(np.abs(errors), 0.75) < most, name
        assert len(errors) > 25


def test_readings_can_be_taken_away() -> None:
    held = Readings(np.arange(3.0), np.array([1.0, 2.0, 4.0]), np.array([0.1, 0.2, 0.2]))
    assert held(1.5) == 3 and held.error_at(0.5) == pytest.approx(0.15)
    less = held.where(np.array([True, False, True]))
    assert less.mean == 2.5 and less.mean_error == pytest.approx(np.hypot(0.1, 0.2) / 2)
    assert np.isnan(replace(less, value=np.full(3, np.nan)).mean)
