import colour
import numpy as np
import pytest

from lichtbild.colour.temperature import interpolation_weights, temperature_and_tint, xy_of

A, D50, D65 = (0.44757, 0.40745), (0.34567, 0.35850), (0.31270, 0.32900)


@pytest.mark.parametrize(("xy", "kelvin"), [(A, 2856), (D50, 5003), (D65, 6504), ((0.29902, 0.31485), 7504)])
def test_standard_illuminants_have_their_published_temperature(xy, kelvin: float) -> None:
    # CIE 15; Robertson's table interpolates to better than 0.1 percent.
    assert temperature_and_tint(xy)[0] == pytest.approx(kelvin, rel=1e-3)


@pytest.mark.parametrize("kelvin", [1700, 2100, 2856, 3077, 4000, 5003, 6504, 9000, 20000, 60000])
@pytest.mark.parametrize("tint", [-150.0, -60.0, 0.0, 35.0, 150.0])
def test_there_and_back(kelvin: float, tint: float) -> None:
    there = temperature_and_tint(xy_of(kelvin, tint))
    assert there[0] == pytest.approx(kelvin, rel=1e-12)
    assert there[1] == pytest.approx(tint, abs=1e-9)


@pytest.mark.parametrize("kelvin", [2000, 3000, 3300, 5000, 8000, 20000])
def test_robertson_as_colour_science_has_it(kelvin: float) -> None:
    for tint in (-30.0, 0.0, 30.0):
        xy = xy_of(kelvin, tint)
        uv = colour.UCS_to_uv(colour.XYZ_to_UCS(colour.xy_to_XYZ(xy)))
        reference, duv = colour.temperature.uv_to_CCT_Robertson1968(uv)
        found = temperature_and_tint(xy)
        assert found[0] == pytest.approx(reference, rel=1e-6)
        assert found[1] == pytest.approx(3000 * duv, abs=1e-6)


def test_temperatures_outside_of_the_table() -> None:
    assert temperature_and_tint((0.6, 0.38))[0] == pytest.approx(1e6 / 600)
    assert temperature_and_tint((0.2, 0.2))[0] == pytest.approx(1e5)
    for kelvin in (1000.0, 2e5, float("nan")):
        with pytest.raises(ValueError, match="1667 K to 100000 K"):
            xy_of(kelvin)


def test_two_calibrations_are_mixed_linearly_in_reciprocal_temperature() -> None:
    middle = xy_of(2 / (1 / temperature_and_tint(A)[0] + 1 / temperature_and_tint(D65)[0]))
    assert interpolation_weights(middle, [A, D65]) == pytest.approx((0.5, 0.5), abs=2e-3)
    assert interpolation_weights(A, [A, D65]) == (1.0, 0.0)
    assert interpolation_weights(xy_of(12000), [A, D65]) == (0.0, 1.0)
    assert interpolation_weights(xy_of(12000), [D65, A]) == (1.0, 0.0)
    assert interpolation_weights(D50, [D65, D65]) == (1.0, 0.0)
    assert interpolation_weights(D50, [A]) == (1.0,)


def test_of_three_calibrations_the_one_under_the_light_rules() -> None:
    lights = [A, D65, (0.38, 0.40)]
    for index, xy in enumerate(lights):
        assert interpolation_weights(xy, lights)[index] == pytest.approx(1, abs=1e-5)
    weights = interpolation_weights(D50, lights)
    assert sum(weights) == pytest.approx(1)
    assert min(weights) >= 0
    assert np.argmax(weights) == 1


def test_four_calibrations_are_refused() -> None:
    with pytest.raises(ValueError, match="one to three"):
        interpolation_weights(D50, [A, D50, D65, A])
