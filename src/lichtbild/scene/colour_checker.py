"""Colour checker: the 24 patches that cameras' colours are judged by, and charts of skin.

Source: C. S. McCamy, H. Marcus and J. G. Davidson, "A color-rendition chart", Journal of Applied Photographic
Engineering 2, 95 (1976), for the arrangement in 4 rows and 6 columns.
"""

from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting
from lichtbild.scene.patch_chart import Board, patch_chart
from lichtbild.scene.reflectance import colour_checker as checker_reflectances
from lichtbild.scene.reflectance import skin as skin_reflectances
from lichtbild.scene.truth import ChartScene


def colour_checker(
    frame: Frame, lighting: Lighting, *, edition: str = "babelcolor", board: Board | None = None
) -> ChartScene:
    """A ColorChecker Classic: 4 rows of 6 patches on a black board, in a grey surround.

    Args:
        frame: where the chart lies.
        lighting: what falls on it.
        edition: whose measurement, "babelcolor" or "iso-17321".
        board: how the patches lie; by default as on the chart.

    Raises:
        BadInput: there is no such edition.
    """
    reflectances = checker_reflectances(lighting.edges, edition)
    return patch_chart(frame, lighting, reflectances, 6, board or Board(), "ColorChecker")


def skin_chart(frame: Frame, lighting: Lighting, *, board: Board | None = None) -> ChartScene:
    """Five patches of facial skin side by side, the means of five groups.

    Args:
        frame: where the chart lies.
        lighting: what falls on it.
        board: how the patches lie.
    """
    reflectances = skin_reflectances(lighting.edges)
    return patch_chart(frame, lighting, reflectances, 5, board or Board(gap=0.1), "skin")
