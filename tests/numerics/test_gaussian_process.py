import numpy as np
import pytest

from lichtbild.numerics.gaussian_process import GaussianProcess


def covariance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(-0.5 * (one[:, None] - other[None]) ** 2))


SEEN = np.linspace(0, 6, 13)
ASKED = np.array([1.3, 3.0, 30.0])


@pytest.mark.parametrize("kind", [float, complex])
def test_what_was_seen_is_expected_again(kind: type) -> None:
    """With little noise at seen places; far from them the prior's mean and variance are back."""
    values = np.sin(SEEN) * (1 + (1j if kind is complex else 0))
    prior = covariance(SEEN, SEEN).astype(kind)
    process = GaussianProcess.of(prior, values, np.full(13, 1e-6))
    cross = covariance(ASKED, SEEN).astype(kind)
    expected = np.sin(ASKED) * (1 + (1j if kind is complex else 0))
    np.testing.assert_allclose(process.mean(cross)[:2], expected[:2], atol=1e-3)
    assert abs(process.mean(cross)[2]) < 1e-9
    left = np.diag(process.left(covariance(ASKED, ASKED).astype(kind), cross)).real
    assert left[:2].max() < 1e-3 and left[2] == pytest.approx(1)


def test_a_wrong_value_surprises_and_is_unlikely() -> None:
    values = np.sin(SEEN)
    noise = np.full(13, 1e-2)
    good = GaussianProcess.of(covariance(SEEN, SEEN), values, noise)
    values = np.where(np.arange(13) == 6, values + 3, values)
    bad = GaussianProcess.of(covariance(SEEN, SEEN), values, noise)
    assert good.surprises().max() < 2 and bad.surprises().argmax() == 6 and bad.surprises()[6] > 10
    assert bad.evidence < good.evidence - 50


def test_evidence_is_that_of_the_normal_law() -> None:
    values, noise = np.sin(SEEN), np.full(13, 0.1)
    whole = covariance(SEEN, SEEN) + np.diag(noise)
    wanted = -0.5 * (values @ np.linalg.inv(whole) @ values + np.linalg.slogdet(whole)[1])
    assert GaussianProcess.of(covariance(SEEN, SEEN), values, noise).evidence == pytest.approx(wanted)
