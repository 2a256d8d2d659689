import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.style import style
from lichtbild.look.vignette import Falloff, Vignette

EXTENT = Extent(300, 400)


def even(extent: Extent = EXTENT) -> LinearImage:
    return LinearImage(np.ones((*extent, 3), np.float32), Window.whole(extent), extent)


def radius(extent: Extent, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Distance from the middle, 1 in the corners, of places in pixels."""
    height, width = extent
    return np.hypot(rows[:, None] - height / 2, columns - width / 2) / (np.hypot(height, width) / 2)


def cos4(extent: Extent, rows: np.ndarray, columns: np.ndarray, corner_deg: float = 43.0) -> np.ndarray:
    """The fall-off of a lens by the fourth power of the cosine."""
    return (1 + (radius(extent, rows, columns) * np.tan(np.radians(corner_deg))) ** 2) ** -2.0


def in_cells(cell: int) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.arange(-(-side // cell)) * cell + cell / 2 for side in EXTENT)  # type: ignore[return-value]


def pixels(extent: Extent) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.arange(side) + 0.5 for side in extent)  # type: ignore[return-value]


@pytest.mark.parametrize("keep", [0.0, 0.29, 0.4, 1.0])
def test_it_is_a_share_of_the_lens_everywhere(keep: float) -> None:
    """Cells of h = 0.08 half diagonals know a lens of f'' = 4 EV to h^2 f'' / 8 = 0.003 EV.

    Half a cell beyond the last centre, where it is thought straight, they know it to 3 h^2 f'' / 8 = 0.01 EV.
    """
    known = cos4(EXTENT, *in_cells(20)).astype(np.float32)
    gain = np.log2(Vignette.of_lens(known, keep, cell=20.0)(even()).samples[..., 1])
    lens = np.log2(cos4(EXTENT, *pixels(EXTENT)))
    assert lens.min() < -1.79
    np.testing.assert_allclose(gain, keep * lens, atol=0.012 * keep + 1e-6)


def test_another_lens_gives_another_look() -> None:
    corners = []
    for angle in (15.0, 30.0, 43.0):
        known = cos4(EXTENT, *in_cells(20), angle).astype(np.float32)
        gain = Vignette.of_lens(known, 0.4, cell=20.0)(even()).samples
        corners.append(float(np.log2(gain[0, 0, 0])))
    expected = [0.4 * 4 * np.log2(np.cos(np.radians(angle))) for angle in (15.0, 30.0, 43.0)]
    assert corners == pytest.approx(expected, abs=0.01)


def test_cells_of_a_small_picture_have_the_gains_of_their_places() -> None:
    """Local tone looks at a picture with a pixel for each cell; it must see the same vignette."""
    known = cos4(EXTENT, *in_cells(20)).astype(np.float32)
    small = Extent(*known.shape)
    gain = Vignette.of_lens(known, 0.4, cell=1.0)(even(small)).samples[..., 0]
    np.testing.assert_allclose(gain, known**0.4, rtol=2e-6)


def test_all_planes_have_the_same_gain() -> None:
    colours = np.random.default_rng(0).random((*EXTENT, 3)).astype(np.float32)
    held = LinearImage(colours, Window.whole(EXTENT), EXTENT)
    ratio = Vignette.of_law(Falloff(0.4, -0.7), EXTENT)(held).samples / colours
    np.testing.assert_allclose(ratio, ratio[..., :1].repeat(3, axis=2), rtol=3e-7)


@pytest.mark.parametrize("extent", [EXTENT, Extent(3000, 4000), Extent(640, 480), Extent(7, 9), Extent(1, 1)])
def test_the_law_of_a_finished_picture(extent: Extent) -> None:
    law = Falloff(0.4, -0.7, 3.2)
    stage = Vignette.of_law(law, extent)
    for row, column in (
        (0, 0),
        (extent.height // 2, extent.width // 2),
        (extent.height - 1, extent.width // 3),
    ):
        window = Window(row, column, row + 1, column + 1)
        part = LinearImage(np.ones((1, 1, 3), np.float32), window, extent)
        r = radius(extent, np.array([row + 0.5]), np.array([column + 0.5]))[0, 0]
        assert np.log2(stage(part).samples[0, 0, 0]) == pytest.approx(-0.7 * r**3.2, abs=0.003)


def test_the_style_reaches_what_it_says() -> None:
    """-0.7 EV in the corner, -0.08 half way; and 0.4 of 43 degrees' cos^4 is -0.73."""
    own = style("authentic").vignette
    assert own is not None
    assert own.ev_at(1.0) == pytest.approx(-0.7) and own.ev_at(0.5) == pytest.approx(-0.08, abs=0.01)
    assert own.keep * 4 * np.log2(np.cos(np.radians(43))) == pytest.approx(-0.73, abs=0.01)


def test_a_night_has_half_of_it_and_a_strength_its_share() -> None:
    law = Falloff(0.4, -0.7)
    assert law.at_night(1.0) == Falloff(0.2, -0.35)
    assert law.at_night(0.0) == law
    more = law.times(1.5)
    assert (more.keep, more.corner_ev) == pytest.approx((0.6, -1.05))
    assert law.times(4.0).keep == 1.0
    assert law.times(0.0).keep == 0.0


def test_a_broken_map_does_not_blacken_the_picture() -> None:
    known = np.ones((5, 6), np.float32)
    known[0, 0] = 0.0
    gain = Vignette.of_lens(known, 0.4, cell=70.0)(even()).samples
    assert np.isfinite(gain).all() and gain.min() > 0.01


def test_one_text_for_jax() -> None:
    stage = Vignette.of_law(Falloff(0.4, -0.7), EXTENT)
    held = even()
    found = jax.jit(lambda light: stage(LinearImage(light, held.window, held.extent)).samples)(
        jnp.asarray(held.samples)
    )
    np.testing.assert_allclose(found, stage(held).samples, rtol=1e-6)
