"""The noise that a model predicts is taken, and what is not noise stays."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.denoise import Denoise, Method
from lichtbild.develop.kernels import denoise_bayes as groups
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.noise_profile import NoiseProfile

ISO_1600 = NoiseProfile((0.968 / 959,), (2.979 / 959**2,))
ISO_6400 = NoiseProfile((3.846 / 959,), (33.44 / 959**2,))
PHASES = ("RGGB", "BGGR", "GRBG", "GBRG")


RGGB = Cfa.bayer("RGGB")


def mosaic(samples: np.ndarray, cfa: Cfa | None = RGGB) -> Mosaic:
    samples = samples if samples.ndim == 3 else samples[..., None]
    extent = Extent(*samples.shape[:2])
    return Mosaic(samples.astype(np.float32), Window.whole(extent), extent, cfa)


def noisy(truth: np.ndarray, noise: NoiseProfile, seed: int = 3) -> np.ndarray:
    """Truth as a sensor of this noise sees it."""
    rng = np.random.default_rng(seed)
    scale, offset = noise.scale[0], noise.offset[0]
    return scale * rng.poisson(truth / scale) + rng.normal(0, offset**0.5, truth.shape)


def grey(extent: tuple[int, int], phase: str, level: float) -> np.ndarray:
    """A grey surface in daylight as a Bayer sensor sees it."""
    plane = Cfa.bayer(phase).planes(Extent(*extent))
    return level * np.array([0.5, 1.0, 0.65])[plane]


def chart(extent: tuple[int, int], phase: str) -> np.ndarray:
    """Ramps, an edge and stripes in grey."""
    y, x = np.mgrid[: extent[0], : extent[1]]
    light = 0.05 + 0.3 * (x / extent[1]) + 0.2 * (np.hypot(y - 60, x - 90) < 40) + 0.05 * np.sin(y / 5)
    return grey(extent, phase, 1.0) * light


def deviation(values: np.ndarray) -> float:
    return float(np.sqrt((values.astype(np.float64) ** 2).mean()))


@pytest.mark.parametrize("phase", PHASES)
def test_noise_goes_and_the_chart_stays(phase: str) -> None:
    truth = chart((160, 200), phase)
    image = mosaic(noisy(truth, ISO_1600), Cfa.bayer(phase))
    before, after = (deviation(m.samples[..., 0] - truth) for m in (image, Denoise(ISO_1600)(image)))
    assert after < before / 2.2


def test_every_phase_is_treated_alike() -> None:
    """A mosaic turned upside down and its phase with it: rows 0 and 1 of cells change places."""
    truth = chart((160, 192), "RGGB")
    image = noisy(truth, ISO_1600)
    straight = Denoise(ISO_1600)(mosaic(image, Cfa.bayer("RGGB"))).samples
    turned = Denoise(ISO_1600)(mosaic(image[::-1, ::-1], Cfa.bayer("BGGR"))).samples
    np.testing.assert_allclose(turned[::-1, ::-1], straight, atol=1e-5)


@pytest.mark.parametrize("photons", [0.2, 1.0, 4.0, 30.0])
def test_a_flat_keeps_its_mean(photons: float) -> None:
    noise = ISO_6400
    truth = np.full((256, 256), photons * noise.scale[0])
    result = Denoise(noise)(mosaic(noisy(truth, noise))).samples
    sigma = (noise.scale[0] * truth[0, 0] + noise.offset[0]) ** 0.5
    # A tenth of the noise of one pixel is the promise; the mean's own error is 1 / 256 of it.
    assert abs(result.mean(dtype=np.float64) - truth[0, 0]) < 0.1 * sigma
    assert deviation(result - result.mean()) < 0.35 * sigma


def test_no_noise_returns_what_was_given() -> None:
    image = mosaic(np.random.default_rng(0).uniform(-0.1, 1.2, (40, 41)))
    assert Denoise(NoiseProfile((0.0,), (0.0,)))(image) is image


def test_no_strength_leaves_the_samples() -> None:
    image = mosaic(np.random.default_rng(0).uniform(-0.1, 1.2, (40, 41)))
    result = Denoise(ISO_1600, luma=0.0, chroma=0.0)(image).samples
    np.testing.assert_allclose(result, image.samples, atol=3e-6)


def test_luma_and_chroma_have_strengths_of_their_own() -> None:
    """Of the noise of a grey flat, luma holds a quarter in stabilised samples."""
    truth = np.full((192, 192), 0.2)
    image = mosaic(noisy(truth, ISO_1600))
    left = [
        deviation(
            Denoise(ISO_1600, luma=luma, chroma=chroma, neutral=(1, 1, 1))(image).samples[..., 0] - truth
        )
        for luma, chroma in ((0, 1), (1, 0), (0, 0))
    ]
    assert left[0] / left[2] == pytest.approx(0.25**0.5, rel=0.15)
    assert left[1] / left[2] == pytest.approx(0.75**0.5, rel=0.1)


def test_a_constant_stays_within_a_photon() -> None:
    for level in (0.0, 0.3, 1.0, 1.5):
        result = Denoise(ISO_1600)(mosaic(np.full((37, 50), level))).samples
        np.testing.assert_allclose(result, level, atol=ISO_1600.scale[0])


def test_clipped_highlights_get_no_holes() -> None:
    """A lamp ten times brighter than white, clipped, beside dark: nothing falls within it."""
    y, x = np.mgrid[:160, :160]
    distance = np.hypot(y - 80, x - 80)
    truth = np.where(distance < 30, 10.0, 0.05)
    clipped = np.minimum(noisy(truth, ISO_6400), 1.0)
    result = Denoise(ISO_6400)(mosaic(clipped)).samples[..., 0]
    assert (result[distance < 14] >= 1).all()
    # The rim may lose what the noise of light as bright as white would hide.
    assert (result[distance < 30] > 1 - 3 * ISO_6400.scale[0] ** 0.5).all()
    assert result[distance < 30].mean() > 0.995


def test_huge_noise_and_numbers_beyond_reason_stay_finite() -> None:
    rng = np.random.default_rng(0)
    for noise in (
        NoiseProfile((2.0,), (5.0,)),
        NoiseProfile((1e-12,), (0.0,)),
        NoiseProfile((0.0,), (1e-20,)),
    ):
        for samples in (rng.normal(0, 3, (30, 33)), np.full((30, 33), -1e4), np.full((30, 33), 1e4)):
            assert np.isfinite(Denoise(noise)(mosaic(samples)).samples).all()


@pytest.mark.parametrize("extent", [(1, 1), (1, 9), (2, 2), (3, 7), (8, 8), (17, 5)])
def test_images_smaller_than_a_block(extent: tuple[int, int]) -> None:
    samples = np.random.default_rng(0).uniform(0, 1, extent)
    result = Denoise(ISO_1600)(mosaic(samples)).samples
    assert result.shape == (*extent, 1)
    assert np.isfinite(result).all()


def test_unequal_greens_stay_unequal() -> None:
    """Green beside red is often a little unlike green beside blue: that is signal, not noise."""
    truth = np.full((128, 128), 0.2)
    truth[::2, 1::2] *= 1.03
    result = Denoise(ISO_1600)(mosaic(noisy(truth, ISO_1600))).samples[..., 0]
    assert result[::2, 1::2].mean() / result[1::2, ::2].mean() == pytest.approx(1.03, abs=0.003)


def test_planes_without_a_filter_array() -> None:
    truth = np.stack([chart((96, 128), "RGGB")] * 3, -1) * [0.5, 1.0, 0.65]
    profile = NoiseProfile(ISO_1600.scale * 3, ISO_1600.offset * 3)
    for planes in (truth, truth[..., :1]):
        image = mosaic(noisy(planes, ISO_1600), None)
        noise = profile if planes.shape[2] == 3 else ISO_1600
        result = Denoise(noise)(image).samples
        assert result.shape == planes.shape
        assert deviation(result - planes) < deviation(image.samples - planes) / 1.4


def test_other_patterns_pass() -> None:
    quad = Cfa(((0, 0, 1, 1), (0, 0, 1, 1), (1, 1, 2, 2), (1, 1, 2, 2)))
    image = mosaic(np.random.default_rng(0).uniform(0, 1, (24, 24)), quad)
    assert Denoise(ISO_1600)(image) is image


def test_a_plane_has_its_own_noise() -> None:
    """Red drowned in noise is smoothed by its own profile; with green's it would stay rough."""
    truth = np.full((128, 128), 0.2)
    red = np.zeros(truth.shape, bool)
    red[::2, ::2] = True
    rough = NoiseProfile((2e-2,), (1e-3,))
    samples = np.where(red, noisy(truth, rough), noisy(truth, ISO_1600))
    own = NoiseProfile((2e-2, *ISO_1600.scale * 2), (1e-3, *ISO_1600.offset * 2))
    by_own, by_greens = (deviation(Denoise(n)(mosaic(samples)).samples[red] - 0.2) for n in (own, ISO_1600))
    assert by_own < 0.3 * by_greens


def test_the_definition_is_differentiable_in_strength_and_samples() -> None:
    image = mosaic(noisy(chart((24, 26), "RGGB"), ISO_1600))
    samples = jax.numpy.asarray(image.samples, dtype=float)

    def objective(strength: float, samples: jax.Array) -> jax.Array:
        stage = Denoise(ISO_1600, luma=strength, chroma=0.5 * strength)
        return (stage(replace(image, samples=samples)).samples ** 3).sum()

    run = jax.jit(jax.value_and_grad(objective, argnums=(0, 1)))
    _, slopes = run(0.8, samples)
    towards = np.random.default_rng(0).normal(size=samples.shape)
    step = 1e-5
    for slope, strength, values in ((slopes[0], 1.0, 0.0), ((slopes[1] * towards).sum(), 0.0, towards)):
        there, back = (run(0.8 + s * strength, samples + s * values)[0] for s in (step, -step))
        assert slope == pytest.approx(float(there - back) / (2 * step), rel=1e-5)


def test_a_window_at_any_place_gives_what_the_whole_gives() -> None:
    truth = chart((120, 150), "GRBG")
    image = mosaic(noisy(truth, ISO_1600), Cfa.bayer("GRBG"))
    stage = Denoise(ISO_1600)
    whole = stage(image).samples
    for window in (Window(31, 17, 44, 90), Window(0, 100, 9, 150), Window(119, 149, 120, 150)):
        part = stage.render(image.crop(stage.source(window, image.extent)), window)
        np.testing.assert_array_equal(part.samples, whole[image.window.slices_of(window)])


@pytest.mark.parametrize("tile", [pytest.param(24, marks=pytest.mark.slow), 47, 96])
@pytest.mark.parametrize("phase, extent", [("RGGB", (130, 151)), ("GBRG", (97, 120))])
def test_best_gives_the_same_bytes_by_tiles(phase: str, extent: tuple[int, int], tile: int) -> None:
    image = mosaic(noisy(chart(extent, phase), ISO_1600), Cfa.bayer(phase))
    chain = Chain((("denoise", Denoise(ISO_1600, "best")),))
    whole = chain(image)
    for part in chain.run(image, tile=tile):
        np.testing.assert_array_equal(part.samples, whole.crop(part.window).samples)


def test_best_is_better_than_fast() -> None:
    truth = chart((160, 200), "RGGB")
    image = mosaic(noisy(truth, ISO_6400))
    fast, best = (deviation(Denoise(ISO_6400, m)(image).samples[..., 0] - truth) for m in ("fast", "best"))
    assert best < 0.95 * fast


@pytest.mark.parametrize("extent", [(1, 1), (2, 3), (5, 4), (17, 30)])
def test_best_of_images_smaller_than_a_patch(extent: tuple[int, int]) -> None:
    for samples in (np.full(extent, 0.4), np.random.default_rng(0).uniform(0, 1, extent)):
        result = Denoise(ISO_1600, "best")(mosaic(samples)).samples
        assert result.shape == (*extent, 1)
        assert np.isfinite(result).all()
        assert np.abs(result - samples.mean()).max() < 1


def test_best_leaves_what_is_not_to_be_taken() -> None:
    image = mosaic(noisy(chart((40, 44), "RGGB"), ISO_1600))
    result = Denoise(ISO_1600, "best", luma=0.0, chroma=0.0)(image).samples
    # A thousandth of the noise's variance is always taken, to have an inverse.
    assert deviation(result - image.samples) < 0.01 * deviation(image.samples)
    flat = Denoise(ISO_1600, "best")(mosaic(np.full((40, 44), 0.3))).samples
    np.testing.assert_allclose(flat, 0.3, atol=ISO_1600.scale[0])


@pytest.mark.parametrize("method", ["best", "net"])
def test_what_has_no_derivative_says_so(method: Method) -> None:
    image = mosaic(np.zeros((8, 8)))
    with pytest.raises(BadInput, match="fast"):
        Denoise(ISO_1600, method)(replace(image, samples=jax.numpy.asarray(image.samples)))


@pytest.mark.parametrize("phase", PHASES)
def test_net_is_better_than_best_in_every_phase(phase: str) -> None:
    truth = chart((160, 200), phase)
    image = mosaic(noisy(truth, ISO_6400), Cfa.bayer(phase))
    best, net = (deviation(Denoise(ISO_6400, m)(image).samples[..., 0] - truth) for m in ("best", "net"))
    assert net < 0.97 * best


@pytest.mark.parametrize("tile", [96, 131])
@pytest.mark.parametrize("phase, extent", [("RGGB", (190, 251)), ("GBRG", (203, 180))])
def test_net_gives_the_same_bytes_by_tiles(phase: str, extent: tuple[int, int], tile: int) -> None:
    image = mosaic(noisy(chart(extent, phase), ISO_1600), Cfa.bayer(phase))
    chain = Chain((("denoise", Denoise(ISO_1600, "net")),))
    whole = chain(image)
    for part in chain.run(image, tile=tile):
        np.testing.assert_array_equal(part.samples, whole.crop(part.window).samples)


@pytest.mark.parametrize("extent", [(1, 1), (2, 3), (17, 30)])
def test_net_of_small_images(extent: tuple[int, int]) -> None:
    result = Denoise(ISO_1600, "net")(mosaic(np.full(extent, 0.4))).samples
    np.testing.assert_allclose(
        result, 0.4, atol=0.3 * deviation(noisy(np.full((50, 50), 0.4), ISO_1600) - 0.4)
    )


def test_net_takes_the_share_of_noise_that_is_asked_for() -> None:
    truth = grey((64, 64), "RGGB", 0.3)
    image = mosaic(noisy(truth, ISO_1600))
    none, half, whole, more = (
        Denoise(ISO_1600, "net", luma=s, chroma=s)(image).samples for s in (0.0, 0.5, 1.0, 2.0)
    )
    np.testing.assert_allclose(none, image.samples, atol=1e-5)
    np.testing.assert_allclose(half, (none + whole) / 2, atol=0.02 * deviation(image.samples))
    left = [deviation(part[..., 0] - truth) for part in (more, whole, none)]
    assert left[0] <= left[1] < 0.2 * left[2]


def test_net_of_images_that_it_does_not_know_is_best() -> None:
    planes = np.random.default_rng(0).uniform(0.2, 0.6, (40, 44, 3))
    for image in (mosaic(planes, None), mosaic(planes[..., :1], None)):
        best, net = (Denoise(ISO_1600, m)(image).samples for m in ("best", "net"))
        np.testing.assert_array_equal(net, best)


def test_patches_are_estimated_as_the_paper_says() -> None:
    """Lebrun's formula, written for one group at a time with NumPy's own algebra and a full sort."""
    rng = np.random.default_rng(4)
    height, width, side, reach = 24, 27, groups.PATCH, groups.REACH
    noisy_cells = rng.normal(0, 3, (height, width, 4)).astype(np.float32)
    pilot = (noisy_cells + rng.normal(0, 0.5, noisy_cells.shape)).astype(np.float32)
    noise = np.tile([1.0, 0.8, 0.8, 1.2], side**2)
    inside = (2, 1, height - 1, width - 3)
    total, weight = np.zeros(noisy_cells.shape), np.zeros((height, width))

    def patches(image: np.ndarray, places: list[tuple[int, int]]) -> np.ndarray:
        return np.array([image[y : y + side, x : x + side].ravel() for y, x in places], np.float64)

    for y in range(inside[0], min(height - side + 1, inside[2]), side):
        for x in range(inside[1], min(width - side + 1, inside[3]), side):
            around = [
                (y + dy, x + dx)
                for dy in range(-reach, reach + 1)
                for dx in range(-reach, reach + 1)
                if (dy, dx) == (0, 0)
                or (inside[0] <= y + dy <= inside[2] - side and inside[1] <= x + dx <= inside[3] - side)
            ]
            luma = patches(pilot[..., :1], around)
            apart = ((luma - patches(pilot[..., :1], [(y, x)])) ** 2).sum(axis=1)
            group = [around[k] for k in np.argsort(apart, kind="stable")[: groups.GROUP]]
            seen, clean = patches(noisy_cells, group), patches(pilot, group)
            clean -= clean.mean(axis=0)
            covariance = clean.T @ clean / len(group) + np.diag(noise)
            step = np.linalg.solve(covariance, (seen - seen.mean(axis=0)).T).T * noise
            for (top, left), patch in zip(group, seen - step, strict=True):
                total[top : top + side, left : left + side] += patch.reshape(side, side, 4)
                weight[top : top + side, left : left + side] += 1

    out, count = np.zeros((height, 4 * width), np.float32), np.zeros((height, width), np.float32)
    groups.estimate_patches(
        noisy_cells.reshape(height, -1),
        pilot.reshape(height, -1),
        np.ascontiguousarray(pilot[..., 0]),
        np.array(inside),
        np.array(inside[:2]),
        noise.astype(np.float32),
        out,
        count,
    )
    np.testing.assert_array_equal(count, weight)
    # Some hundred sums of numbers of up to 10, in floats.
    np.testing.assert_allclose(out.reshape(total.shape), total, atol=2e-3)


def test_what_cannot_be_used_is_said() -> None:
    with pytest.raises(BadInput, match="strength of luma"):
        Denoise(ISO_1600, luma=-1.0)
    with pytest.raises(BadInput, match="no variance"):
        Denoise(NoiseProfile((-1.0,), (0.0,)))
    with pytest.raises(BadInput, match="2 planes"):
        Denoise(NoiseProfile((1.0, 1.0), (0.0, 0.0)))(mosaic(np.zeros((8, 8))))
