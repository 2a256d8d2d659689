import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.look.learn.pairs import joined, of_pictures
from look.learn.looks import photograph, warm_and_contrasty


def test_pairs_lie_on_the_look() -> None:
    picture = photograph(3)
    pairs = of_pictures(picture, warm_and_contrasty(picture))
    # A cell of 1/48 bends the look by far less than a code.
    np.testing.assert_allclose(pairs.after, warm_and_contrasty(pairs.before), atol=2e-3)


def test_pixels_at_edges_do_not_count() -> None:
    picture = np.full((40, 40, 3), 0.2)
    picture[:, 20:] = 0.8
    picture[:, :5, 0] = 0.6
    picture[10:20, 30:] = 0.4
    picture[30:, 30:, 2] = 0.3
    picture[:8, 12:18, 1] = 0.95
    picture[30:, :4] = 0.05
    picture[32:38, 12:18, 1] = 0.6
    picture[20:28, 30:, 1] = 0.55
    pairs = of_pictures(picture, picture)
    flat = {tuple(colour) for colour in picture.reshape(-1, 3).round(6)}
    assert all(tuple(colour) in flat for colour in pairs.before.round(6).tolist())


def test_pictures_are_joined_as_one() -> None:
    parts = [photograph(seed) for seed in (1, 2)]
    both = joined([of_pictures(part, warm_and_contrasty(part)) for part in parts])
    together = np.concatenate(parts, axis=1)
    assert abs(len(both) - len(of_pictures(together, warm_and_contrasty(together)))) < 0.1 * len(both)


def test_fewer_pairs_keep_to_the_look() -> None:
    picture = photograph(5)
    pairs = of_pictures(picture, warm_and_contrasty(picture)).at_most(60)
    assert 8 <= len(pairs) <= 60
    np.testing.assert_allclose(pairs.after, warm_and_contrasty(pairs.before), atol=0.03)


def test_what_is_no_pair_is_refused() -> None:
    with pytest.raises(BadInput, match="differ in size"):
        of_pictures(np.zeros((20, 20, 3)), np.zeros((20, 30, 3)))
    with pytest.raises(BadInput, match="too few to learn"):
        of_pictures(np.zeros((10, 20, 3)), np.zeros((10, 20, 3)))
    with pytest.raises(BadInput, match="only 1 different colours"):
        of_pictures(np.zeros((20, 20, 3)), np.zeros((20, 20, 3)))
