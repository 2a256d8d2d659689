import numpy as np

from lichtbild.look.pair_cells import MOST, cells
from lichtbild.look.pair_samples import Samples


def pair(count: int = 4000, noise: float = 0.5) -> Samples:
    random = np.random.default_rng(0)
    before = np.column_stack([random.uniform(10, 90, count), *random.uniform(-30, 30, (2, count))])
    after = before + random.normal([5, 0, 0], noise, (count, 3))
    return Samples(before, after, np.ones(count), np.ones(count, bool))


def test_cells_are_few_and_keep_the_change() -> None:
    """Their noise is that of a mean: the change lies within four of its standard errors."""
    found = cells(pair())
    change = found.after - found.before - [5, 0, 0]
    assert len(found.count) <= MOST
    assert np.abs(change[:, 0] / np.sqrt(found.noise[:, 0])).max() < 4.5
    assert 0.2 < np.median(found.noise[:, 0] * found.count) < 0.3  # 0.5 squared


def test_what_moved_does_not_count() -> None:
    held = pair()
    held.after[::20] += [30, 30, 0]
    found = cells(held)
    assert np.median(np.abs(found.after - found.before - [5, 0, 0])[:, 0]) < 0.3


def test_uneven_and_cut_samples_are_left_out() -> None:
    held = pair()
    held.weight[:2000] = 0.001
    held.inside[2000:3000] = False
    coloured = np.hypot(held.before[:, 1], held.before[:, 2]) >= 5
    kept = (np.arange(4000) >= 2000) & (held.inside | ~coloured)
    assert cells(held).count.sum() <= kept.sum() + 1e-6
