import numpy as np

from lichtbild.quality.detect.card_colours import coloured, finely_coloured


def tones(patch: int, colour: float) -> np.ndarray:
    """Greys under a warm light; in the middle a chequer of patches, every other one redder."""
    chance = np.random.default_rng(5)
    plane = np.repeat(chance.uniform(0.3, 0.9, (6, 8)).repeat(20, 0).repeat(20, 1)[..., None], 3, axis=2)
    plane[40:80, 40:100, 0] += colour * ((np.indices((40, 60)) // patch).sum(axis=0) % 2)
    return (plane * [1.2, 1.0, 0.8]).astype(np.float32)


def test_greys_under_a_coloured_light_hold_no_colours():
    assert not coloured(tones(5, 0.0)) and not finely_coloured(tones(5, 0.0))


def test_patches_are_colours_and_small_ones_fine_colours():
    assert coloured(tones(5, 0.2)) and finely_coloured(tones(5, 0.2))
