"""Demosaicing against plain implementations after the papers, in double precision by scipy's filters."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import convolve, correlate1d

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.demosaic import KERNELS, METHODS, Demosaic, bilinear, malvar
from lichtbild.develop.residual import residual, residual_by_rows
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic

PHASES = ("RGGB", "BGGR", "GRBG", "GBRG")
X_TRANS = Cfa(
    tuple(
        tuple("RGB".index(letter) for letter in row)
        for row in ("GBGGRG", "RGRBGB", "GBGGRG", "GRGGBG", "BGBRGR", "GRGGBG")
    )
)
QUAD = Cfa(((0, 0, 1, 1), (0, 0, 1, 1), (1, 1, 2, 2), (1, 1, 2, 2)))
RGBW = Cfa(((3, 0, 3, 1), (0, 3, 1, 3), (3, 1, 3, 2), (1, 3, 2, 3)), ("red", "green", "blue", "white"))
FAST = {**METHODS, **KERNELS}
CASES = [(method, Cfa.bayer(phase)) for method in METHODS for phase in PHASES] + [
    ("generic", cfa) for cfa in (X_TRANS, QUAD, RGBW)
]


def mosaic_of(rgb, cfa: Cfa):
    planes = cfa.planes(Extent(*rgb.shape[:2]))
    return np.take_along_axis(rgb, planes[..., None], axis=2)[..., 0]


def whole(samples, cfa: Cfa | None) -> Mosaic:
    extent = Extent(*samples.shape[:2])
    return Mosaic(samples.reshape(*extent, -1), Window.whole(extent), extent, cfa)


def codes(seed: int, shape: tuple[int, int]):
    """Whole numbers, some negative, whose sums are exact in float32, so that decisions have equal ties."""
    return np.random.default_rng(seed).integers(-16, 1024, shape).astype(np.float32)


def naive_bilinear(m, cfa: Cfa):
    colours = cfa.planes(Extent(*m.shape))
    cross = np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]]) / 4
    box = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 4
    return np.stack(
        [convolve(np.where(colours == c, m, 0.0), cross if c == 1 else box, mode="mirror") for c in range(3)],
        -1,
    )


def naive_malvar(m, cfa: Cfa):
    """Pixel by pixel, the four kernels of the paper's figure 2."""
    green = (
        np.array([[0, 0, -1, 0, 0], [0, 0, 2, 0, 0], [-1, 2, 4, 2, -1], [0, 0, 2, 0, 0], [0, 0, -1, 0, 0]])
        / 8
    )
    row = (
        np.array(
            [[0, 0, 0.5, 0, 0], [0, -1, 0, -1, 0], [-1, 4, 5, 4, -1], [0, -1, 0, -1, 0], [0, 0, 0.5, 0, 0]]
        )
        / 8
    )
    diagonal = (
        np.array(
            [[0, 0, -1.5, 0, 0], [0, 2, 0, 2, 0], [-1.5, 0, 6, 0, -1.5], [0, 2, 0, 2, 0], [0, 0, -1.5, 0, 0]]
        )
        / 8
    )
    padded, colours = np.pad(m.astype(np.float64), 2, mode="reflect"), cfa.planes(Extent(*m.shape))
    out = np.empty((*m.shape, 3))
    for y, x, c in np.ndindex(out.shape):
        here = colours[y, x]
        if here == c:
            out[y, x, c] = m[y, x]
            continue
        if c == 1:
            kernel = green
        elif here != 1:
            kernel = diagonal
        else:
            kernel = row if c in colours[y] else row.T
        out[y, x, c] = np.sum(kernel * padded[y : y + 5, x : x + 5])
    return out


def naive_residual(m, cfa: Cfa):
    """The five steps as whole-image filters on red, green and blue, each interpolated in its own plane."""
    pad = 36
    m = np.pad(m.astype(np.float64), pad, mode="reflect")
    colours = cfa.planes(Extent(*m.shape))
    is_c, is_row = [colours == c for c in range(3)], [(colours == c).any(1, keepdims=True) for c in range(3)]
    chroma, least = ~is_c[1], 2.0**-12

    def line(image, kernel, axis):
        return correlate1d(image, kernel, axis, mode="mirror")

    def comb(image):
        taps = [1, 0, 1, 0, 1, 0, 1, 0, 1]
        return line(line(image, taps, 0), taps, 1) + least

    def slope(of, over):
        changes = [
            [line(plane, taps, axis) for axis in (0, 1) for taps in ([-1, 0, 0, 0, 1], [-1, 0, 2, 0, -1])]
            for plane in (of, over)
        ]
        product = sum(a * b for a, b in zip(*changes, strict=True))
        return np.clip(comb(product) / comb(sum(b * b for b in changes[1])), 0, 2)

    estimates, variation = [], []
    for axis in (1, 0):
        outer, inner = line(m, [-1, 0, 0, 0, 1], axis), line(m, [-2, 0, 2], axis)
        carried = np.clip(comb(outer * inner) / comb(outer**2), 0, 2) * line(m, [-1, 0, 2, 0, -1], axis) / 4
        other = line(m, [0.5, 0, 0.5], axis) + carried
        green_less_chroma = np.where(chroma, other - m, m - other)
        estimates.append(line(green_less_chroma, [0.25, 0.5, 0.25], axis))
        variation.append(convolve(abs(line(green_less_chroma, [-1, 0, 1], axis)), np.ones((5, 5))) + 2.0**-8)
    f = variation[1] ** 2 / (variation[0] ** 2 + variation[1] ** 2)
    green = np.where(chroma, m + f * estimates[0] + (1 - f) * estimates[1], m)

    def near(in_row, in_column):
        return f * line(in_row, [0.5, 0, 0.5], 1) + (1 - f) * line(in_column, [0.5, 0, 0.5], 0)

    def planes(green):
        s = slope(m, green)
        diagonal = np.array([[1, 0, 1], [0, 0, 0], [1, 0, 1]]) / 4
        opposite = convolve(m, diagonal) + convolve(s, diagonal) * (green - convolve(green, diagonal))
        found = []
        for c in (0, 2):
            plane = np.where(is_c[c], m, opposite)
            s_at_green = np.where(is_row[c], line(s, [0.5, 0, 0.5], 1), line(s, [0.5, 0, 0.5], 0))
            found.append(
                np.where(chroma, plane, near(plane, plane) + s_at_green * (green - near(green, green)))
            )
        return found

    red, blue = planes(green)
    in_row, in_column = np.where(is_row[0], red, blue), np.where(is_row[0], blue, red)
    s = slope(green, m)
    refined = s * m + near(m, m) - s * near(in_row, in_column)
    green = np.where(chroma, 0.25 * green + 0.75 * refined, m)
    red, blue = planes(green)
    return np.stack([red, green, blue], -1)[pad:-pad, pad:-pad]


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("method", [residual, residual_by_rows])
@pytest.mark.parametrize("shape", [(70, 61), (13, 17), (2, 3)])
def test_residual_interpolation_is_what_its_steps_say(method, phase: str, shape: tuple[int, int]) -> None:
    m = np.random.default_rng(5).uniform(-0.05, 1.3, shape).astype(np.float32)
    result = method(m, Cfa.bayer(phase))
    assert result.dtype == np.float32
    # A hundred roundings of numbers near 1, and slopes that carry them on.
    np.testing.assert_allclose(result, naive_residual(m, Cfa.bayer(phase)), rtol=0, atol=1e-5)


@pytest.mark.parametrize("phase", PHASES)
def test_residual_interpolation_follows_the_slope_between_colours(phase: str) -> None:
    """Planes that are one picture times different gains are found as well as a grey picture is."""
    rows, columns = np.mgrid[:60, :64]
    grey = (0.5 + 0.3 * np.sin(0.8 * columns) * np.cos(0.3 * rows)).astype(np.float32)
    gains = np.array([0.3, 1.0, 0.45], dtype=np.float32)
    errors = [
        np.sqrt(np.mean((METHODS[method](mosaic_of(rgb, cfa), cfa) - rgb)[8:-8, 8:-8] ** 2))
        for cfa in [Cfa.bayer(phase)]
        for rgb in [grey[..., None] * gains]
        for method in ("residual", "malvar")
    ]
    assert errors[0] < errors[1] / 4


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("cfa", [Cfa.bayer("GRBG"), X_TRANS])
def test_a_kernel_gives_what_its_definition_gives(name: str, cfa: Cfa) -> None:
    if name == "generic" or cfa.is_bayer:
        m = np.random.default_rng(9).uniform(-0.05, 1.3, (45, 52)).astype(np.float32)
        np.testing.assert_allclose(KERNELS[name](m, cfa), METHODS[name](m, cfa), rtol=0, atol=0.5 / 65535)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(("method", "naive"), [(bilinear, naive_bilinear), (malvar, naive_malvar)])
@pytest.mark.parametrize("shape", [(24, 30), (13, 17)])
def test_a_method_is_what_its_paper_says(method, naive, phase: str, shape: tuple[int, int]) -> None:
    m = codes(7, shape)
    result = method(m, Cfa.bayer(phase))
    assert result.dtype == np.float32
    # A dozen roundings of sums below 4096 in float32.
    np.testing.assert_allclose(result, naive(m, Cfa.bayer(phase)), rtol=0, atol=12 * 2.0**-12)


@pytest.mark.parametrize(("method", "cfa"), CASES)
def test_measured_samples_stay_and_a_constant_is_reproduced(method: str, cfa: Cfa) -> None:
    m = codes(3, (26, 29))
    result = FAST[method](m, cfa)
    np.testing.assert_array_equal(mosaic_of(result, cfa), m)
    constant = np.linspace(0.1, 0.7, len(cfa.colours), dtype=np.float32)
    rgb = np.broadcast_to(constant, (26, 29, len(cfa.colours)))
    np.testing.assert_allclose(METHODS[method](mosaic_of(rgb, cfa), cfa), rgb, rtol=0, atol=1e-6)


@pytest.mark.parametrize(("method", "cfa"), CASES)
def test_ramps_of_grey_stay_ramps_of_grey(method: str, cfa: Cfa) -> None:
    rows, columns = np.mgrid[:40, :44].astype(np.float32)
    ramp = np.repeat((0.1 + 0.003 * rows + 0.005 * columns)[..., None], len(cfa.colours), axis=2)
    result = FAST[method](mosaic_of(ramp, cfa), cfa)
    inner = np.s_[12:-12, 12:-12]
    np.testing.assert_allclose(result[inner], ramp[inner], rtol=0, atol=2e-6)


def test_a_full_image_and_monochrome_pass() -> None:
    for planes in (1, 3):
        samples = np.random.default_rng(1).random((5, 6, planes), dtype=np.float32)
        np.testing.assert_array_equal(Demosaic()(whole(samples, None)).samples, samples)


def test_an_image_smaller_than_its_pattern_is_refused() -> None:
    with pytest.raises(BadInput, match="too small"):
        Demosaic()(whole(np.ones((1, 8), np.float32), Cfa.bayer("RGGB")))


def test_a_pattern_without_a_colour_near_is_refused() -> None:
    pattern = tuple(tuple(int(r + c == 0) for c in range(16)) for r in range(16))
    with pytest.raises(BadInput, match="too rarely"):
        Demosaic()(whole(np.ones((32, 32), np.float32), Cfa(pattern, ("green", "red"))))


def cpsnr(method: str, cfa: Cfa, folder: Path, every: int) -> float:
    """Mean over the images of the colour peak signal-to-noise ratio in dB, 8 pixels cut at the border."""
    values = []
    for path in sorted(folder.glob("*.png"))[::every]:
        truth = np.asarray(Image.open(path)).astype(np.float32)
        result = np.clip(255 * FAST[method](mosaic_of(truth / 255, cfa), cfa), 0, 255).round()
        error = np.mean((result - truth)[8:-8, 8:-8].astype(np.float64) ** 2)
        values.append(10 * np.log10(255**2 / error))
    return float(np.mean(values))


@pytest.mark.parametrize(
    ("method", "published", "tolerance"),
    [("bilinear", 29.84, 0.02), ("malvar", 35.35, 0.05), ("residual", 39.64, 0.02)],
)
@pytest.mark.slow
def test_quality_on_kodak_is_the_known_one(
    method: str, published: float, tolerance: float, shared: Path
) -> None:
    quality = cpsnr(method, Cfa.bayer("RGGB"), shared / "data/truth/kodak24", 1)
    assert quality == pytest.approx(published, abs=tolerance)


def test_every_phase_is_as_good(shared: Path) -> None:
    qualities = [cpsnr("residual", Cfa.bayer(phase), shared / "data/truth/kodak24", 8) for phase in PHASES]
    # The phases sample each image differently: some tenths of a decibel on three images.
    assert max(qualities) - min(qualities) < 0.5


@pytest.mark.parametrize(("cfa", "least"), [(Cfa.bayer("RGGB"), 32.0), (X_TRANS, 32.0), (QUAD, 27.5)])
def test_generic_is_better_than_bilinear_bayer_where_the_pattern_allows(
    cfa: Cfa, least: float, shared: Path
) -> None:
    assert cpsnr("generic", cfa, shared / "data/truth/kodak24", 8) > least
