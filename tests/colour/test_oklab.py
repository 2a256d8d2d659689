import colour
import numpy as np

from lichtbild.colour import oklab
from lichtbild.colour.spaces import REC2020_TO_XYZ


def test_agrees_with_colour_science() -> None:
    rgb = np.random.default_rng(0).random((500, 3))
    # Our cone rows are scaled by at most 5e-4, a cube root of which, times M2's largest 2.4, is 4e-4.
    np.testing.assert_allclose(
        oklab.from_rec2020(rgb), colour.XYZ_to_Oklab(rgb @ REC2020_TO_XYZ.T), atol=4e-4
    )


def test_inverse() -> None:
    rgb = np.random.default_rng(1).random((500, 3))
    np.testing.assert_allclose(oklab.to_rec2020(oklab.from_rec2020(rgb)), rgb, atol=1e-12)


def test_neutrals_have_no_chroma_and_white_is_one() -> None:
    grey = np.repeat(np.linspace(0, 1, 11)[:, None], 3, axis=1)
    lab = oklab.from_rec2020(grey)
    np.testing.assert_allclose(lab[:, 1:], 0, atol=1e-14)
    np.testing.assert_allclose(lab[:, 0], np.cbrt(grey[:, 0]), atol=1e-7)
