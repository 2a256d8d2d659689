import numpy as np

from lichtbild.image.chart import Patch
from lichtbild.quality.detect.card_layout import card_layouts, reference


def test_patches_lie_where_rows_columns_and_pitch_say() -> None:
    for layout in card_layouts():
        patches = [target for target in layout.chart.targets if isinstance(target, Patch)]
        assert len(patches) == layout.rows * layout.columns
        middles = np.array([np.mean(patch.corners, axis=0) for patch in patches])
        rows, columns = np.divmod(np.arange(len(patches)), layout.columns)
        expected = np.array(layout.first) + np.array(layout.pitch) * np.stack([columns, rows], axis=1)
        np.testing.assert_allclose(middles, expected, atol=1e-6)
        assert 0.7 < layout.patch < 1


def test_the_classic_begins_with_skin_and_ends_with_a_falling_scale_of_greys() -> None:
    classic = card_layouts()[0]
    assert classic.names[0] == "dark skin"
    greys = reference(classic)[18:]
    assert (np.diff(greys.mean(axis=1)) < 0).all()
    assert np.ptp(greys[1], axis=0) < 0.02


def test_makers_of_one_arrangement_differ_by_patch_over_pitch() -> None:
    ratios = sorted(layout.patch for layout in card_layouts() if layout.rows == 4)
    assert (np.diff(ratios) > 0.05).all()
