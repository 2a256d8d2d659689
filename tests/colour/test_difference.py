import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.colour.difference import cie76, cie94, ciede2000, parts

# Sharma, Wu and Dalal (2005), table 1: L*, a*, b* of two colours and their difference to four decimals.
PUBLISHED = np.array(
    [
        (50.0, 2.6772, -79.7751, 50.0, 0.0, -82.7485, 2.0425),
        (50.0, 3.1571, -77.2803, 50.0, 0.0, -82.7485, 2.8615),
        (50.0, 2.8361, -74.0200, 50.0, 0.0, -82.7485, 3.4412),
        (50.0, -1.3802, -84.2814, 50.0, 0.0, -82.7485, 1.0000),
        (50.0, -1.1848, -84.8006, 50.0, 0.0, -82.7485, 1.0000),
        (50.0, -0.9009, -85.5211, 50.0, 0.0, -82.7485, 1.0000),
        (50.0, 0.0, 0.0, 50.0, -1.0, 2.0, 2.3669),
        (50.0, -1.0, 2.0, 50.0, 0.0, 0.0, 2.3669),
        (50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0009, 7.1792),
        (50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0010, 7.1792),
        (50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0011, 7.2195),
        (50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0012, 7.2195),
        (50.0, -0.0010, 2.4900, 50.0, 0.0009, -2.4900, 4.8045),
        (50.0, -0.0010, 2.4900, 50.0, 0.0010, -2.4900, 4.8045),
        (50.0, -0.0010, 2.4900, 50.0, 0.0011, -2.4900, 4.7461),
        (50.0, 2.5000, 0.0, 50.0, 0.0, -2.5000, 4.3065),
        (50.0, 2.5000, 0.0, 73.0, 25.0, -18.0, 27.1492),
        (50.0, 2.5000, 0.0, 61.0, -5.0, 29.0, 22.8977),
        (50.0, 2.5000, 0.0, 56.0, -27.0, -3.0, 31.9030),
        (50.0, 2.5000, 0.0, 58.0, 24.0, 15.0, 19.4535),
        (50.0, 2.5000, 0.0, 50.0, 3.1736, 0.5854, 1.0000),
        (50.0, 2.5000, 0.0, 50.0, 3.2972, 0.0, 1.0000),
        (50.0, 2.5000, 0.0, 50.0, 1.8634, 0.5757, 1.0000),
        (50.0, 2.5000, 0.0, 50.0, 3.2592, 0.3350, 1.0000),
        (60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644),
        (63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630),
        (61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731),
        (35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645),
        (22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373),
        (36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146),
        (90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441),
        (90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381),
        (6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377),
        (2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082),
    ]
)


@pytest.mark.parametrize("library", ["numpy", "jax"])
def test_published_pairs(library: str) -> None:
    one, other, expected = PUBLISHED[:, :3], PUBLISHED[:, 3:6], PUBLISHED[:, 6]
    with jax.enable_x64():
        convert = np.asarray if library == "numpy" else jnp.asarray
        np.testing.assert_allclose(ciede2000(convert(one), convert(other)), expected, atol=5e-5)
        np.testing.assert_allclose(ciede2000(convert(other), convert(one)), expected, atol=5e-5)


def test_nothing_differs_from_itself() -> None:
    lab = np.random.default_rng(0).uniform((0, -90, -90), (100, 90, 90), (500, 3))
    np.testing.assert_allclose(ciede2000(lab, lab), 0, atol=1e-10)


def test_between_greys_near_the_middle_it_is_the_difference_of_lightness() -> None:
    # S_L is 1 at L* 50, and no other term has a part in it.
    assert float(ciede2000(np.array([49.5, 0.0, 0.0]), np.array([50.5, 0.0, 0.0]))) == pytest.approx(1.0)


def test_shapes_broadcast() -> None:
    assert ciede2000(np.zeros((4, 5, 3)), np.array([50.0, 1.0, 2.0])).shape == (4, 5)


# Of the documentation of colour-science 0.4.7, graphic arts.
CIE94 = np.array(
    [
        (100, 21.57210357, 272.22819350, 100, 426.67945353, 72.39590835, 83.7792255009),
        (100, 21.57210357, 272.22819350, 100, 74.05216981, 276.45318193, 10.0539319546),
        (100, 21.57210357, 272.22819350, 100, 8.32281957, -73.58297716, 57.5354537067),
    ]
)


def test_cie94_as_published() -> None:
    np.testing.assert_allclose(cie94(CIE94[:, :3], CIE94[:, 3:6]), CIE94[:, 6], atol=1e-9)


def test_cie94_by_hand() -> None:
    """A colour of chroma 20 against one of 24 and the same hue: 4 / (1 + 0.045 * 20), and L* beside it."""
    one, other = np.array([50.0, 12.0, 16.0]), np.array([53.0, 14.4, 19.2])
    assert float(cie94(one, other)) == pytest.approx(np.hypot(3, 4 / 1.9))
    assert float(cie94(other, one)) == pytest.approx(np.hypot(3, 4 / 2.08))


def test_parts_sum_to_the_whole() -> None:
    lab, other = np.random.default_rng(0).uniform((0, -90, -90), (100, 90, 90), (2, 500, 3))
    total = sum(part**2 for part in parts(lab, other))
    np.testing.assert_allclose(total, cie76(lab, other) ** 2, rtol=1e-9)
    opposite = parts(np.array([50.0, 10.0, 0.0]), np.array([50.0, -40.0, 0.0]))
    assert [float(part) for part in opposite] == pytest.approx([0, 30, 40])


def test_gradients_are_finite_where_colours_are_equal_or_grey() -> None:
    places = jnp.asarray([[50.0, 10.0, 20.0], [50.0, 0.0, 0.0]])
    slope = jax.jit(jax.grad(lambda lab: (cie76(places, lab) + cie94(places, lab)).sum()))(places)
    assert bool(jnp.isfinite(slope).all())
