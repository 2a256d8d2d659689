from lichtbild.optics.glass_map import nearest
from lichtbild.optics.media import media
from lichtbild.optics.medium import Glass


def test_the_nearest_media_to_a_model_glass_are_the_real_ones_near_it() -> None:
    assert nearest(1.5168, 64.17)[0].name in ("N-BK7", "BK7")
    assert nearest(1.5445, 55.99, count=1) == (media()["APL5014"],)
    assert nearest(1.661, 20.4)[0].name == "EP8000"


def test_a_thousandth_of_index_counts_as_one_abbe_number() -> None:
    near_index = Glass("A", 1, (1.5004**2,))
    near_abbe = Glass("B", 5, (1.49, 0.005))
    assert nearest(1.5, 0.0, among=(near_abbe, near_index)) == (near_index, near_abbe)


def test_as_many_come_as_are_asked_for() -> None:
    assert len(nearest(1.6, 40.0, count=5)) == 5
    assert nearest(1.6, 40.0, among=()) == ()


def test_a_glass_that_is_dark_in_light_is_the_farthest() -> None:
    dark, far = Glass("DARK", 2, (-3.0, 0.1)), Glass("FAR", 1, (9.0,))
    assert nearest(1.5, 60.0, among=(dark, far)) == (far, dark)
