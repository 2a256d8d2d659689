import numpy as np
import pytest
from scipy import stats

from lichtbild.panel.scale.link import Link, cdf, density, log_cdf, log_slopes, preference


@pytest.mark.parametrize("link", Link)
def test_three_of_four_prefer_what_is_better_by_one_jnd(link: Link) -> None:
    assert preference(link, np.array([0.0, 1.0, -1.0])) == pytest.approx([0.5, 0.75, 0.25], abs=1e-12)


@pytest.mark.parametrize(("link", "known"), [(Link.NORMAL, stats.norm), (Link.LOGISTIC, stats.logistic)])
def test_the_distribution_is_scipys(link: Link, known: stats.rv_continuous) -> None:
    u = np.linspace(-6, 6, 41)
    np.testing.assert_allclose(cdf(link, u), known.cdf(u), rtol=1e-12)
    np.testing.assert_allclose(density(link, u)[0], known.pdf(u), rtol=1e-10)
    np.testing.assert_allclose(log_cdf(link, u), known.logcdf(u), rtol=1e-10)


@pytest.mark.parametrize("link", Link)
def test_slopes_of_the_logarithm_are_slopes_far_out_too(link: Link) -> None:
    u, h = np.array([-45.0, -8.0, -1.0, 0.0, 2.0, 9.0]), 1e-4
    _, first, second = log_slopes(link, u)
    low, high = log_slopes(link, u - h), log_slopes(link, u + h)
    np.testing.assert_allclose((high[0] - low[0]) / (2 * h), first, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose((high[1] - low[1]) / (2 * h), second, rtol=1e-5, atol=1e-9)
