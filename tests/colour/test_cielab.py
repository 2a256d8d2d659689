import colour
import numpy as np

from lichtbild.colour import cielab
from lichtbild.colour.spaces import D50_XY, D65_XY, REC2020_TO_XYZ, SRGB_TO_XYZ, XYZ_TO_REC2020


def test_agrees_with_colour_science() -> None:
    rgb = np.random.default_rng(0).random((500, 3)) ** 3
    np.testing.assert_allclose(
        cielab.from_rec2020(rgb), colour.XYZ_to_Lab(rgb @ REC2020_TO_XYZ.T, D65_XY), atol=1e-10
    )


def test_inverse() -> None:
    rgb = np.random.default_rng(1).random((500, 3)) ** 3
    np.testing.assert_allclose(cielab.to_rec2020(cielab.from_rec2020(rgb)), rgb, atol=1e-12)


def test_srgb_and_rec2020_agree() -> None:
    light = np.array([[0.2, 0.5, 0.1], [0.9, 0.0, 0.4], [1.0, 1.0, 1.0]])
    from_rec2020 = cielab.from_rec2020(light @ (XYZ_TO_REC2020 @ SRGB_TO_XYZ).T)
    np.testing.assert_allclose(cielab.from_srgb(light), from_rec2020, atol=1e-9)


def test_adaptation_keeps_greys_and_returns() -> None:
    lab = np.array([[50.0, 0.0, 0.0], [40.0, 30.0, -20.0], [3.0, 1.0, 1.0]])
    there = cielab.adapted(lab, D50_XY, D65_XY)
    np.testing.assert_allclose(there[0], lab[0], atol=1e-9)
    assert np.abs(there[1] - lab[1]).max() > 0.5
    np.testing.assert_allclose(cielab.adapted(there, D65_XY, D50_XY), lab, atol=1e-9)
    np.testing.assert_allclose(cielab.from_xyz(cielab.to_xyz(lab, D50_XY), D50_XY), lab, atol=1e-9)
