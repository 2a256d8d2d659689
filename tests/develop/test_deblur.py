"""Deblurring against scenes whose sharp truth is known: gratings, edges, photographs seen through pixels."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from scipy import fft

from lichtbild.colour.transfer import SRGB
from lichtbild.core.window import Extent, Window
from lichtbild.develop.deblur import (
    LUMINANCE,
    MOST_NOISE_GAIN,
    Deblur,
    filter_of,
    luminance_noise,
    noise_gain,
    response,
)
from lichtbild.develop.known_blur import transfer
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.noise_profile import NoiseProfile

sys.path.insert(0, str(Path(__file__).parents[1]))
from frames import flat_frame

CUTOFFS = (None, 4.0, 1.5, 1.0, 0.8)
QUIET = (1e-9, 1e-9)


def stage(limit: float | None, noise: tuple[float, float] = QUIET, full: float = 10.0) -> Deblur:
    (edge, corner), caution = filter_of(limit)
    return Deblur(edge, corner, caution, noise, full)


def image_of(grey: np.ndarray) -> LinearImage:
    samples = np.repeat(np.asarray(grey, np.float32)[..., None], 3, axis=2)
    extent = Extent(*grey.shape)
    return LinearImage(samples, Window.whole(extent), extent)


def grating(x: float, y: float, contrast: float, size: int = 64) -> np.ndarray:
    row, column = np.mgrid[:size, :size]
    return 0.4 * (1 + contrast * np.cos(2 * np.pi * (x * column + y * row) + 0.3))


@pytest.mark.parametrize("limit", CUTOFFS)
@pytest.mark.parametrize("angle", [0.0, 22.5, 45.0])
@pytest.mark.parametrize("f", [0.05, 0.1, 0.2, 0.3, 0.35])
def test_a_grating_gets_its_contrast_back(limit: float | None, angle: float, f: float) -> None:
    x, y = f * np.cos(np.radians(angle)), f * np.sin(np.radians(angle))
    kept = float(transfer(x, y, limit))
    inner = (slice(2, -2), slice(2, -2))
    # A weak grating, which the ends of the neighbours' range do not reach: every peak has one on each side.
    made = stage(limit)(image_of(grating(x, y, 0.3 * kept))).samples[..., 1][inner]
    wave = np.exp(-2j * np.pi * (x * np.mgrid[:64, :64][1] + y * np.mgrid[:64, :64][0]))[inner]
    found = abs(np.sum((made - 0.4) * wave)) / abs(np.sum((grating(x, y, 0.3) - 0.4)[inner] * wave))
    assert abs(1 - found) < abs(1 - kept) + 0.01
    # 3 x 3 pixels cannot follow the inverse everywhere, and below a cut-off of 1 the noise gain is limited.
    assert (0.84 if limit != 0.8 else 0.7) < found < 1.13


def test_the_kernel_filters_as_its_response_says() -> None:
    (edge, corner), _ = filter_of(1.5)
    x, y = 0.21, 0.13
    made = stage(1.5)(image_of(grating(x, y, 0.1))).samples[..., 0]
    expected = grating(x, y, 0.1 * float(response(x, y, edge, corner)))
    # Caution at this signal is 1e-6; the rest is rounding of float32.
    np.testing.assert_allclose(made[1:-1, 1:-1], expected[1:-1, 1:-1], atol=2e-6)


@pytest.mark.parametrize("limit", [*CUTOFFS, 0.5, 0.1])
def test_flat_light_stays_and_white_noise_grows_by_the_stated_gain_and_no_more(limit: float | None) -> None:
    flat = image_of(np.full((20, 30), 0.3))
    np.testing.assert_array_equal(stage(limit)(flat).samples, flat.samples)
    (edge, corner), _ = filter_of(limit)
    assert 1 < noise_gain(edge, corner) <= MOST_NOISE_GAIN + 1e-9
    x, y = np.meshgrid(*2 * [(np.arange(64) + 0.5) / 128])
    assert noise_gain(edge, corner) ** 2 == pytest.approx(
        np.mean(response(x, y, edge, corner) ** 2), rel=1e-9
    )


@pytest.mark.parametrize("limit", CUTOFFS)
def test_noise_is_not_dug_up(limit: float | None) -> None:
    """The noise that the stage was told of grows by the filter's gain in the light, by little in the dark."""
    rng = np.random.default_rng(4)
    for snr in (3.0, 8.0, 1000.0):
        signal = 0.2
        made = stage(limit, (0.0, (signal / snr) ** 2))
        noisy = image_of(signal * (1 + rng.normal(0, 1 / snr, (300, 300))))
        gain = made(noisy).samples.std() / noisy.samples.std()
        if snr < 10:
            # Pixels that noise makes brighter count as less noisy; few of them pass the limit.
            assert gain < 1.15
        else:
            # The ends of the range stop the largest changes, so that noise grows by less than the gain.
            assert 0.75 < gain / noise_gain(made.edge, made.corner) < 1.02


def test_an_edge_rings_by_less_than_a_tenth_of_its_height_and_gets_steeper() -> None:
    fine = 8
    row, column = np.mgrid[: 48 * fine, : 48 * fine]
    scene = np.where(column - 24 * fine > 0.09 * (row - 24 * fine), 0.8, 0.1)
    spectrum = fft.dctn(scene, norm="ortho")
    x, y = (np.arange(48 * fine) / 96 for _ in range(2))
    v = np.minimum(np.hypot(y[:, None], x) / 1.5, 1)
    spectrum *= 2 / np.pi * (np.arccos(v) - v * np.sqrt(1 - v * v))
    seen = fft.idctn(spectrum, norm="ortho").reshape(48, fine, 48, fine).mean((1, 3))
    made = stage(1.5)(image_of(seen)).samples[4:-4, 4:-4, 0]
    before = seen[4:-4, 4:-4]
    assert made.max() < before.max() + 0.07
    assert made.min() > 0.75 * before.min() - 1e-6
    assert np.abs(np.diff(made, axis=1)).max() > 1.3 * np.abs(np.diff(before, axis=1)).max()


def test_light_beside_a_clipped_pixel_is_left_alone() -> None:
    grey = np.full((9, 9), 0.3)
    grey[:, 5:] = 1.0
    grey[:, 4] = 0.6
    made = stage(1.5, full=1.0)(image_of(grey)).samples[..., 0]
    np.testing.assert_array_equal(made[:, 4:], grey[:, 4:].astype(np.float32))
    assert (stage(1.5, full=3.0)(image_of(grey)).samples[:, 4, 0] != np.float32(0.6)).all()


def test_light_that_falls_nowhere_below_black_does_not_get_there() -> None:
    grey = np.full((9, 9), 0.8)
    grey[4, 4] = 0.01
    assert stage(1.0)(image_of(grey)).samples.min() >= 0.0074


def test_an_edge_of_colour_moves_all_planes_alike() -> None:
    rng = np.random.default_rng(8)
    image = replace(image_of(np.zeros((20, 20))), samples=rng.uniform(0.1, 1, (20, 20, 3)).astype(np.float32))
    change = stage(1.5)(image).samples - image.samples
    np.testing.assert_allclose(change[..., 0], change[..., 1], atol=2e-7)
    assert np.abs(change).max() > 0.05


def test_luminance_noise_is_that_of_noisy_planes() -> None:
    profile = NoiseProfile((2e-4, 1e-4, 3e-4), (1e-6, 2e-6, 5e-6))
    gains, ev = (2.0, 1.0, 1.6), 1.0
    matrix = np.array([[1.6, -0.5, -0.1], [-0.2, 1.4, -0.2], [0.0, -0.6, 1.6]])
    slope, offset = luminance_noise(profile, gains, matrix, ev)
    rng = np.random.default_rng(2)
    for level in (0.02, 0.4):
        raw = level / 2**ev / np.array(gains)
        deviation = np.sqrt(np.array(profile.scale) * raw + profile.offset)
        planes = rng.normal(raw, deviation, (400_000, 3)) * gains * 2**ev
        variance = (planes @ matrix.T @ LUMINANCE).var()
        # The relative deviation of a variance of n samples is sqrt(2 / n), here 0.22 %; five of them.
        assert slope * level + offset == pytest.approx(variance, rel=0.011)


def test_there_is_no_stage_where_nothing_is_known_or_wanted() -> None:
    frame = flat_frame()
    assert Deblur.of(frame, None) is None
    assert Deblur.of(frame, (1e-4, 1e-6), strength=0.0) is None
    linear = replace(frame, cfa=None, samples=np.zeros((*frame.extent, 3), np.uint16))
    assert Deblur.of(linear, (1e-4, 1e-6)) is None
    half, whole = (Deblur.of(frame, (1e-4, 1e-6), strength=share, ev=1.0) for share in (0.5, 1.0))
    assert half is not None and whole is not None
    assert half.corner == whole.corner / 2
    assert whole.full == 2.0
    assert whole.noise == (0.25e-4, 0.25e-6)


def test_impossible_noise_is_refused() -> None:
    with pytest.raises(ValueError, match="not above zero"):
        Deblur(-0.1, 0.0, (1.0, 1.0), (0.0, 0.0))


@pytest.mark.parametrize(("limit", "gain_db"), [(None, 0.1), (1.5, 1.2), (1.0, 1.5)])
def test_photographs_come_closer_to_the_sharp_truth(
    shared: Path, limit: float | None, gain_db: float
) -> None:
    """Kodak's pictures as the scene, seen by pixels of 3 x 3 of theirs through aperture and lens."""
    gained = []
    for name in ("kodim05", "kodim13", "kodim19", "kodim23"):
        coded = np.asarray(PIL.Image.open(shared / "data" / "truth" / "kodak24" / f"{name}.png"))
        truth, seen = _through_pixels(SRGB.decode(coded / 255.0), limit)
        extent = Extent(*seen.shape[:2])
        made = stage(limit, (1e-5, 1e-7), 1.0)(
            LinearImage(seen.astype(np.float32), Window.whole(extent), extent)
        ).samples
        gained.append(_psnr(truth, made) - _psnr(truth, seen))
    assert np.mean(gained) > gain_db
    assert min(gained) > 0


def _through_pixels(scene: np.ndarray, limit: float | None) -> tuple[np.ndarray, np.ndarray]:
    """The scene sampled without loss below half a cycle, and as pixels see it."""
    rows, columns = (size // 3 for size in scene.shape[:2])
    scene = scene[: 3 * rows, : 3 * columns]
    spectrum = fft.dctn(scene, axes=(0, 1), norm="ortho")
    truth = fft.idctn(spectrum[:rows, :columns] / 3, axes=(0, 1), norm="ortho")
    y, x = np.arange(3 * rows)[:, None] / (2 * rows), np.arange(3 * columns) / (2 * columns)
    # An unknown blur of 0.3 pixel stays: no lens is limited by diffraction alone.
    lens = np.exp(-2 * (np.pi * 0.3) ** 2 * (x * x + y * y))
    if limit is not None:
        v = np.minimum(np.hypot(x, y) / limit, 1)
        lens = lens * 2 / np.pi * (np.arccos(v) - v * np.sqrt(1 - v * v))
    seen = fft.idctn(spectrum * lens[..., None], axes=(0, 1), norm="ortho")
    return truth, seen.reshape(rows, 3, columns, 3, 3).mean((1, 3))


def _psnr(truth: np.ndarray, made: np.ndarray) -> float:
    """Of sRGB numbers, without a border of 4 pixels, in dB."""
    error = SRGB.encode(truth.clip(0, 1)) - SRGB.encode(np.asarray(made, np.float64).clip(0, 1))
    return float(-10 * np.log10(np.mean(error[4:-4, 4:-4] ** 2)))


def test_on_a_finer_grid_the_same_blur_is_wider() -> None:
    """The pixel's area is two of the finer pixels: more is undone, as far as noise lets it."""
    (usual, _), (finer, _) = filter_of(1.5), filter_of(1.5, 2.0)
    for frequency in (0.1, 0.2):
        assert response(frequency, 0, *finer) > response(frequency, 0, *usual) > 1
