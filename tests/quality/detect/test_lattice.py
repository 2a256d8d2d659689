import numpy as np

from lichtbild.quality.detect.lattice import largest_lattice


def test_rows_and_columns_come_back_through_tilt_and_strangers():
    chance = np.random.default_rng(4)
    x, y = np.meshgrid(np.arange(9.0), np.arange(6.0))
    depth = 1 + 0.03 * x + 0.02 * y
    points = 40 * np.stack([(x + 0.2 * y) / depth, (y - 0.15 * x + 2) / depth], axis=-1).reshape(-1, 2)
    strangers = chance.uniform(-100, 450, (25, 2))
    order = chance.permutation(len(points) + 25)
    found = largest_lattice(np.concatenate([points, strangers])[order])
    origin = order[found.members]
    kept = origin < len(points)
    assert kept.sum() == len(points)
    assert found.size == (6, 9) or not kept.all()
    places = found.places[kept] - found.places[kept].min(axis=0)
    assert np.array_equal(places[:, 0], origin[kept] % 9)
    assert np.array_equal(places[:, 1], origin[kept] // 9)


def test_too_few_points_are_no_lattice():
    assert len(largest_lattice(np.zeros((3, 2))).members) == 0
