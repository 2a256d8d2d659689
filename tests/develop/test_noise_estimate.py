"""The noise of one frame, against frames whose noise is known."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lichtbild
from lichtbild.develop.noise_estimate import estimated, is_sane, of, with_pattern
from lichtbild.image.cfa import Cfa
from lichtbild.image.noise_profile import NoiseProfile

sys.path.insert(0, str(Path(__file__).parents[1]))
from frames import flat_frame
from sensor_noise import ROUNDING, exposed, mosaicked, phone_noise

RGGB = Cfa.bayer("RGGB")
SIGNALS = np.array([[0.01], [0.05], [0.18], [0.5]])


def ratio(found: NoiseProfile, truth: NoiseProfile) -> np.ndarray:
    """Found over true sigma at each of the signals, by plane."""
    return np.sqrt(found.variance(SIGNALS) / (truth.variance(SIGNALS) + ROUNDING))


def steps(size: int = 640) -> np.ndarray:
    """Twenty flat grey levels from 0.003 to 0.8."""
    levels = np.repeat(np.geomspace(0.003, 0.8, 20), size // 20)
    return np.broadcast_to(levels[None, :, None], (size, size, 3))


@pytest.mark.parametrize("iso", [100, 400, 1600, 6400])
@pytest.mark.parametrize("cfa", [RGGB, Cfa.bayer("GBRG")], ids=["RGGB", "GBRG"])
def test_flat_levels_give_their_noise(iso, cfa):
    noise = phone_noise(iso)
    found = ratio(estimated(exposed(mosaicked(steps(), cfa), noise, 5, cfa)), noise)
    # 1600 blocks in 20 levels, of which about 350 are of a plane of red or blue and unclipped: a level's
    # variance from 20 blocks of 16 terms has a relative sigma of 8 %, a line through twenty of them less
    # than a third of that in the middle and the whole at its ends; sigma has half of it. Four times that.
    assert np.abs(found - 1).max() < 0.16 and np.abs(found[1:] - 1).max() < 0.10


def test_the_line_of_a_plane_may_differ_from_the_others():
    frame = exposed(mosaicked(steps(), RGGB), phone_noise(800), 5, RGGB)
    doubled = frame.samples.copy()
    doubled[1::2, 1::2] = 64 + np.clip(2 * (doubled[1::2, 1::2].astype(int) - 64), -64, 959)
    found = estimated(replace(frame, samples=doubled)).variance(np.array([[0.2]]))[0]
    # Twice the code at the same light: slope 2, read noise 4 times.
    assert found[2] / found[1] == pytest.approx(2, rel=0.2)
    assert found[0] / found[1] == pytest.approx(1, rel=0.1)


def textured(shared: Path, name: str) -> np.ndarray:
    """A photograph as linear light, averaged over 2 x 2 pixels to be rid of the film's own grain."""
    coded = np.asarray(Image.open(shared / f"data/truth/kodak24/{name}.png").convert("RGB")) / 255.0
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4) / 2
    height, width = (size // 2 for size in linear.shape[:2])
    return linear.reshape(height, 2, width, 2, 3).mean(axis=(1, 3))


@pytest.mark.shared
@pytest.mark.parametrize("iso", [400, 1600, 6400])
def test_photographs_give_the_noise_that_was_added(shared, iso):
    noise, ratios = phone_noise(iso), []
    for k in range(1, 25):
        picture = textured(shared, f"kodim{k:02d}")
        ratios.append(ratio(estimated(exposed(mosaicked(picture, RGGB), noise, k, RGGB)), noise))
    # A sixteenth of a megapixel each, and some of nothing but leaves: the median picture within 10 % at
    # mid-tones and 20 % in the shadows, nine of ten within a half.
    assert np.abs(np.median(ratios, axis=0)[1:] - 1).max() < (0.10 if iso > 400 else 0.15)
    assert np.abs(np.median(ratios, axis=0)[0] - 1).max() < 0.20
    assert np.quantile(ratios, 0.9, axis=0)[1:].max() < 1.5


def test_what_the_file_states_is_taken_for_each_plane():
    frame = exposed(mosaicked(steps(), RGGB), phone_noise(400), 5, RGGB)
    one = phone_noise(400)
    stated = replace(frame, noise=NoiseProfile(one.scale[:1], one.offset[:1]))
    assert of(stated) == one
    assert of(replace(frame, noise=one)) == one


@pytest.mark.parametrize("factor", [0.0, 1e-9, 1e4, np.nan, np.inf, -1.0])
def test_nonsense_is_not_taken(factor):
    frame = exposed(mosaicked(steps(), RGGB), phone_noise(400), 5, RGGB)
    stated = phone_noise(400)
    nonsense = NoiseProfile(tuple(factor * s for s in stated.scale), tuple(factor * s for s in stated.offset))
    assert not is_sane(nonsense)
    assert of(replace(frame, noise=nonsense)) == estimated(frame)


def test_a_statement_that_the_frame_refutes_is_not_taken():
    frame = exposed(mosaicked(steps(), RGGB), phone_noise(100), 5, RGGB)
    assert of(replace(frame, noise=phone_noise(3200))) == estimated(frame)
    # Less noise than there is cannot be told from texture.
    noisy = exposed(mosaicked(steps(), RGGB), phone_noise(3200), 5, RGGB)
    assert of(replace(noisy, noise=phone_noise(100))) == phone_noise(100)


def test_full_images_have_a_line_for_each_plane():
    noise = phone_noise(1600)
    found = estimated(exposed(np.ascontiguousarray(steps()), noise, 5))
    assert len(found.scale) == 3
    assert np.abs(ratio(found, noise)[1:] - 1).max() < 0.10


@pytest.mark.parametrize("size", [(1, 1), (5, 5), (16, 16), (48, 60), (200, 200)])
def test_frames_in_which_nothing_is_to_be_measured_have_the_noise_of_rounding(size):
    # A noiseless frame; 1023 codes from black to white.
    found = estimated(flat_frame(size=size))
    assert found.variance(np.array([[0.5]])) == pytest.approx(np.full((1, 3), 1.5 / 12 / 1023**2), rel=1e-6)


def test_clipped_black_and_missing_numbers_are_left_out():
    frame = flat_frame(size=(200, 200))
    for samples in (np.full_like(frame.samples, 1087), np.zeros_like(frame.samples)):
        found = estimated(replace(frame, samples=samples))
        assert is_sane(found) and max(found.offset) < 1e-6
    missing = replace(frame, samples=np.full(frame.samples.shape, np.nan, np.float32))
    assert is_sane(estimated(missing)) or max(estimated(missing).scale) < 1e-12


def test_floating_point_codes_are_measured_too():
    frame = flat_frame(size=(400, 400))
    codes = np.random.default_rng(0).normal(300, 5, frame.samples.shape)
    found = estimated(replace(frame, samples=codes.astype(np.float32)))
    expected = np.full((1, 3), 5 / 1023)
    # 625 blocks of 16 terms, a quarter of them of red: relative sigma of a variance 2.8 %.
    np.testing.assert_allclose(np.sqrt(found.variance(np.array([[236 / 1023]]))), expected, rtol=0.056)


@pytest.mark.shared
def test_a_real_frame_without_a_profile(shared):
    frame = lichtbild.read(shared / "data/raw/colorchart.dng")
    assert isinstance(frame, lichtbild.RawFrame) and frame.noise is None
    sigma = np.sqrt(of(frame).variance(np.array([[0.18]])))[0]
    # A 14-bit camera at dusk: between the photon noise of 100 000 and of 1000 electrons at white.
    assert (sigma > 0.0013).all() and (sigma < 0.0135).all()


def test_a_dark_frame_shows_the_pattern_that_no_profile_tells():
    rng = np.random.default_rng(4)
    noise = phone_noise(400)
    light = np.broadcast_to(0.01 * np.ones((256, 256, 1)), (256, 256, 3))
    plain = exposed(mosaicked(light, RGGB), noise, 5, RGGB)
    pattern = 6.0  # codes of 959
    codes = np.rint(plain.samples + rng.normal(0, pattern, plain.samples.shape)).clip(0, 1023)
    dirty = replace(plain, samples=codes.astype(np.uint16), noise=noise)
    found = with_pattern(dirty, noise)
    assert found.scale == noise.scale
    variance = noise.offset[0] + noise.scale[0] * 0.01 + (pattern / 959) ** 2
    # 1024 blocks of 16 terms tell a variance to 1 or 2 % of a plane. At one level nothing tells what is
    # slope: shot noise may count as read noise, and a quarter of the pattern as slope.
    for offset in found.offset:
        assert 0.75 * (pattern / 959) ** 2 < offset < 1.1 * variance
    clean = with_pattern(replace(plain, noise=noise), noise)
    assert max(clean.offset) < 1.2 * (noise.offset[0] + noise.scale[0] * 0.01 + ROUNDING)
