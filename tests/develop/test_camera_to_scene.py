import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.camera_to_scene import CameraToScene
from lichtbild.develop.colour_matrix import ColourMatrix
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.highlights import ClipHighlights, RebuildHighlights
from lichtbild.image.camera_image import CameraImage

MATRIX = ColourMatrix(np.array([[1.6, -0.5, -0.1], [-0.2, 1.4, -0.2], [0.0, -0.6, 1.6]]))


def image_of(planes: int = 3) -> CameraImage:
    rng = np.random.default_rng(7)
    samples = rng.uniform(-0.05, 2.2, (90, 150, planes)).astype(np.float32)
    return CameraImage(samples, Window(31, 17, 121, 167), Extent(200, 300))


def rebuild() -> RebuildHighlights:
    rng = np.random.default_rng(8)
    ratios = np.exp(rng.normal(0, 0.5, (13, 19, 3))).astype(np.float32)
    white = (np.float32([2.0, 1.0, 1.5]) * rng.uniform(1, 1.2, (13, 19, 1))).astype(np.float32)
    return RebuildHighlights(ratios, white, 16.0)


@pytest.mark.parametrize("highlights", [rebuild(), ClipHighlights(), ClipHighlights(1.3), None])
@pytest.mark.parametrize("exposure", [None, Exposure(-1.3)])
def test_the_fused_stage_is_the_three_one_after_another(highlights, exposure) -> None:
    stage, image = CameraToScene(highlights, MATRIX, exposure), image_of()
    found, wanted = stage(image), stage.definition(image)
    assert found.samples.dtype == np.float32
    assert (found.window, found.extent) == (wanted.window, wanted.extent)
    # Some twenty roundings of numbers up to 10.
    np.testing.assert_allclose(found.samples, wanted.samples, rtol=0, atol=20 * 10 * np.finfo(np.float32).eps)


def test_what_the_kernel_is_not_made_for_goes_by_the_definition() -> None:
    four = ColourMatrix(np.ones((3, 4)) / 4)
    image = image_of(4)
    np.testing.assert_array_equal(
        CameraToScene(None, four, Exposure(1.0))(image).samples, Exposure(1.0)(four(image)).samples
    )
    with pytest.raises(BadInput, match="4"):
        CameraToScene(None, MATRIX, None)(image)


def test_a_part_of_an_image_that_is_not_contiguous() -> None:
    image = image_of()
    part = Window(40, 30, 60, 80)
    stage = CameraToScene(rebuild(), MATRIX, None)
    np.testing.assert_array_equal(stage(image.crop(part)).samples, stage(image).crop(part).samples)
