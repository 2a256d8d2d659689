import numpy as np

from lichtbild.look.look_prior import colour_covariance, light_covariance


def colours(count: int = 60) -> np.ndarray:
    random = np.random.default_rng(0)
    return np.column_stack([random.uniform(0, 100, count), *random.uniform(-50, 50, (2, count))])


def test_covariances_are_hermitian_and_not_negative() -> None:
    """A covariance has no negative eigenvalue, but for rounding."""
    for covariance in (light_covariance, colour_covariance):
        found = covariance(colours(), colours(), 1.0)
        np.testing.assert_allclose(found, found.conj().T, atol=1e-9)
        assert np.linalg.eigvalsh(found).min() > -1e-8 * np.trace(found).real


def test_greys_are_tinted_alike_and_their_colours_are_free() -> None:
    """Of a grey only tint and rest can change; neighbours in hue change alike, opposite ones hardly."""
    grey = np.array([[50.0, 0.0, 0.0]])
    red, reddish, cyan = (np.array([[50.0, *each]]) for each in ((30.0, 0.0), (29.0, 8.0), (-30.0, 0.0)))
    assert colour_covariance(grey, grey, 0.0)[0, 0] == 18
    near = colour_covariance(red, reddish, 0.0)[0, 0].real
    far = abs(colour_covariance(red, cyan, 0.0)[0, 0])
    assert near > 0.9 * colour_covariance(red, red, 0.0)[0, 0].real > far
