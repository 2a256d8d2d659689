import numpy as np
import pytest

from frames import smooth_frame
from lichtbild.camera import photograph
from lichtbild.camera.in_looks import in_looks, smaller
from lichtbild.camera.recipe import LookRecipe, OutputRecipe, Recipe
from lichtbild.core.errors import BadInput
from pictures import picture

LOOKS = (LookRecipe("natural"), LookRecipe("authentic"))


def test_a_raw_frame_is_rendered_by_each_look_as_if_it_were_developed_by_it() -> None:
    """The scene is made small before the look and not after, which a smooth one hardly shows."""
    frame = smooth_frame((240, 360))
    made = in_looks(frame, LOOKS, 120)
    for look, small in zip(LOOKS, made, strict=True):
        whole = photograph.develop(frame, Recipe(look=look, output=OutputRecipe(long_edge=120)))
        assert small.extent == whole.extent
        inner = np.abs(small.samples - whole.samples)[6:-6, 6:-6]
        assert np.median(inner) < 0.01 and np.quantile(inner, 0.95) < 0.03
    assert np.abs(made[0].samples - made[1].samples).mean() > 0.005


def test_a_finished_picture_is_given_the_looks_as_filters() -> None:
    source = picture(80, 120)
    plain, natural, other = in_looks(source, (LookRecipe("linear"), *LOOKS), 60)
    assert max(plain.extent) == 60
    np.testing.assert_allclose(plain.samples, smaller(source, 60).samples, atol=1e-6)
    np.testing.assert_allclose(natural.samples, plain.samples, atol=0.002)  # natural's filter changes nothing
    assert np.abs(other.samples - plain.samples).mean() > 0.005


def test_small_pictures_stay_as_they_are() -> None:
    assert smaller(picture(24, 40), 480).extent == (24, 40)


def test_looks_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadInput, match="renders scenes"):
        in_looks(picture(), (LookRecipe("aces2"),), 40)
    with pytest.raises(BadInput, match="leave it out"):
        in_looks(smooth_frame((60, 72)), (LookRecipe("profile"),), 40)
