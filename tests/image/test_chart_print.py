"""Charts as pictures for printers: bare paper is white, greys are grey, colours are those of their Lab."""

import numpy as np
import pytest

from lichtbild.colour import cielab, spaces
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart, Leaves
from lichtbild.image.chart_catalogue import chart_named
from lichtbild.image.chart_print import MOST_PIXELS, print_colours, printed, texture, xyz_d50
from lichtbild.image.charts.paints import PAPER, colour_checker, grey, of_density, reflectance
from lichtbild.image.picture import ColourSpace


def test_paper_takes_no_ink_and_greys_are_parts_of_it() -> None:
    chart = Chart("a", "a", (50.0, 60.0), (grey(PAPER), of_density(1.0), grey(0.0)))
    np.testing.assert_allclose(
        print_colours(chart), np.outer([1.0, 0.1 / PAPER, 0.0], np.ones(3)), rtol=1e-12
    )


def test_reflectance_is_the_inverse_of_lightness() -> None:
    for share in (0.0, 1e-6, 0.0088, 0.18, 1.0):
        assert reflectance(grey(share)) == pytest.approx(share, rel=1e-12)


@pytest.mark.parametrize("space", [ColourSpace.SRGB, ColourSpace.DISPLAY_P3])
def test_colours_go_back_to_their_lab(space: ColourSpace) -> None:
    """Through the space's own matrix, the adaptation back to D50 and another text of CIELAB."""
    paints = colour_checker()
    chart = Chart("a", "a", (50.0, 60.0), (grey(1.0), *paints))
    to_xyz = spaces.SRGB_TO_XYZ if space is ColourSpace.SRGB else spaces.P3_TO_XYZ
    xyz = print_colours(chart, space)[1:] @ to_xyz.T @ spaces.adaptation(spaces.D65_XY, spaces.D50_XY).T
    np.testing.assert_allclose(xyz, [xyz_d50(paint) for paint in paints], atol=1e-12)
    lightness = cielab.lightness(xyz[:, 1])
    np.testing.assert_allclose(lightness, [paint.lab[0] for paint in paints], atol=1e-9)


def test_a_picture_has_the_size_of_its_paper() -> None:
    picture = printed(chart_named("grey-scale"), 25.4)
    assert tuple(picture.extent) == (297, 420) and picture.bits == 16
    assert picture.metadata.dots_per_inch == 25.4
    assert (picture.samples[0, 0] == 65535).all()
    # 18 % of a paper of 90 %, in sRGB (IEC 61966-2-1): 1.055 x 0.2^(1 / 2.4) - 0.055.
    expected = round((1.055 * 0.2 ** (1 / 2.4) - 0.055) * 65535)
    assert (np.abs(picture.samples[40, 40].astype(int) - expected) <= 1).all()
    with pytest.raises(BadInput, match="can have 120 million"):
        printed(chart_named("grey-scale"), 25.4 * (MOST_PIXELS / 297 / 420) ** 0.5 * 1.01)
    with pytest.raises(BadInput, match="srgb or display-p3, not in prophoto"):
        printed(chart_named("grey-scale"), 20.0, ColourSpace.PROPHOTO)


def test_a_texture_is_its_part_of_the_picture() -> None:
    leaves = Leaves((10.0, 12.7), (25.4, 50.8), (1.0, 8.0), (0.09, 0.45), 4)
    chart = Chart("a", "a", (50.8, 76.2), (grey(PAPER),), (leaves,))
    part = texture(chart, leaves, 25.0)
    assert part.shape == (25, 50, 3)
    # Leaves of a tenth to half of the paper, encoded in sRGB.
    assert 0.349 < part.min() < 0.4 and 0.65 < part.max() < 0.736
