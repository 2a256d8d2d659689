import numpy as np

from lichtbild.look.registration import registration


def picture(seed: int = 0) -> np.ndarray:
    """Smooth random lightness, 0 to 100."""
    random = np.random.default_rng(seed).normal(size=(96, 128))
    rows, columns = np.meshgrid(np.fft.fftfreq(96), np.fft.fftfreq(128), indexing="ij")
    smooth = np.fft.ifft2(np.fft.fft2(random) * np.exp(-((rows**2 + columns**2) / 0.01))).real
    return np.asarray(50 + 20 * smooth / smooth.std())


def test_a_shift_is_found_whatever_the_tones() -> None:
    before = picture()
    after = 100 * (np.roll(before, (3, -7), axis=(0, 1)) / 100).clip(0, 1) ** 1.6
    found = registration(before, after)
    assert (found.down, found.right) == (3, -7) and found.likeness > 0.9


def test_strangers_are_not_alike() -> None:
    """Smooth pictures have but some hundred vectors that are their own: their mean is long by chance."""
    assert registration(picture(), picture(1)).likeness < 0.2


def test_a_flat_picture_has_no_edges() -> None:
    assert registration(np.full((64, 64), 50.0), np.full((64, 64), 50.0)).likeness == 0
