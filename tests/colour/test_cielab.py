import colour
import numpy as np

from lichtbild.colour import cielab
from lichtbild.colour.spaces import D65_XY, REC2020_TO_XYZ


def test_agrees_with_colour_science() -> None:
    rgb = np.random.default_rng(0).random((500, 3)) ** 3
    np.testing.assert_allclose(
        cielab.from_rec2020(rgb), colour.XYZ_to_Lab(rgb @ REC2020_TO_XYZ.T, D65_XY), atol=1e-10
    )


def test_inverse() -> None:
    rgb = np.random.default_rng(1).random((500, 3)) ** 3
    np.testing.assert_allclose(cielab.to_rec2020(cielab.from_rec2020(rgb)), rgb, atol=1e-12)
