import numpy as np

from lichtbild.quality.detect.card_lattice import apply, lattices
from lichtbild.quality.detect.card_quads import Quads

MATRIX = np.array([[30.0, -9.0, 100.0], [8.0, 27.0, 50.0], [0.01, 0.02, 1.0]])


def seen(cells: np.ndarray) -> Quads:
    ends = [apply(MATRIX, cells + np.array(step)) for step in ((0.4, 0), (-0.4, 0), (0, 0.4), (0, -0.4))]
    sides = np.stack([ends[0] - ends[1], ends[2] - ends[3]], axis=1)
    return Quads(apply(MATRIX, cells), sides)


def test_a_lattice_with_holes_and_strangers_is_put_together() -> None:
    cells = np.array(
        [(column, row) for row in range(4) for column in range(6) if (column, row) not in {(1, 1), (4, 2)}]
    )
    known = seen(cells.astype(float))
    strangers = np.random.default_rng(1).uniform(0, 300, (10, 2))
    found = Quads(
        np.concatenate([known.centres, strangers]),
        np.concatenate([known.sides, np.tile(12 * np.eye(2), (10, 1, 1))]),
    )
    lattice = lattices(found)[0]
    assert set(range(len(cells))) <= set(lattice.members.tolist())
    back = apply(lattice.to_view, lattice.cells[lattice.members < len(cells)].astype(float))
    np.testing.assert_allclose(back, known.centres[lattice.members[lattice.members < len(cells)]], atol=1.0)
    assert abs(lattice.side - 0.8) < 0.05
    assert np.linalg.det(lattice.to_view) > 0


def test_a_row_or_too_few_are_no_lattice() -> None:
    row = np.array([(column, 0) for column in range(8)], dtype=float)
    assert lattices(seen(row)) == ()
    assert lattices(seen(row[:3])) == ()
