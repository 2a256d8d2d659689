"""Patch chart: rectangles of known reflectance on a board, in rows and columns."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.scene.coverage import Rectangle, rectangle
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting, lit
from lichtbild.scene.reflectance import Reflectances, check
from lichtbild.scene.truth import ChartScene, Patch, Truth


@dataclass(frozen=True)
class Board:
    """How patches lie on a board in the middle of a frame.

    Attributes:
        fill: part of the frame that the board fills, by the side that is nearer to it, above 0 to 1.
        gap: distance of patches and width of the border, in sides of a patch, 0 or more.
        board: reflectance of the board.
        surround: reflectance of what is about the board.
    """

    fill: float = 0.9
    gap: float = 0.15
    board: float = 0.03
    surround: float = 0.18

    def __post_init__(self) -> None:
        if not 0 < self.fill <= 1 or not self.gap >= 0:
            raise BadInput(
                f"a board fills above 0 to 1 of its frame, with gaps of 0 or more, not {self.fill:g} and "
                f"{self.gap:g}"
            )
        check(self.board)
        check(self.surround)

    def places(self, frame: Frame, rows: int, columns: int) -> tuple[Rectangle, tuple[Rectangle, ...]]:
        """Borders of the board and of its square patches, row by row from the upper left."""
        tall, wide = (count + self.gap * (count + 1) for count in (rows, columns))
        side = self.fill * min(frame.size[0] / tall, frame.size[1] / wide)
        left, top = -wide * side / 2, tall * side / 2
        step = side * (1 + self.gap)
        patches = []
        for row in range(rows):
            for column in range(columns):
                x, y = left + self.gap * side + column * step, top - self.gap * side - row * step
                patches.append((x, y - side, x + side, y))
        return (left, -top, -left, top), tuple(patches)


def patch_chart(
    frame: Frame,
    lighting: Lighting,
    reflectances: Reflectances,
    columns: int,
    board: Board,
    name: str,
) -> ChartScene:
    """Patches of all reflectances, row by row from the upper left.

    A spectrum for the board, one for each patch that is not grey; greys share one.

    Args:
        frame: where the chart lies.
        lighting: what falls on it.
        reflectances: in the lights' bands, 1 or more.
        columns: of patches, 1 or more.
        board: how they lie.
        name: for reports.

    Raises:
        BadInput: there are no columns.
    """
    if columns < 1:
        raise BadInput(f"a chart has 1 column of patches or more, not {columns}")
    values = reflectances.values
    count = len(values)
    ground, places = board.places(frame, -(-count // columns), columns)
    flat = np.ptp(values, axis=1) == 0
    coloured = np.flatnonzero(~flat)
    plane_of = {int(index): 1 + k for k, index in enumerate(coloured)}
    on_board = rectangle(frame, ground)
    # The ground is in double precision: the darkest patches are what is left when the board is taken off.
    under = board.surround + (board.board - board.surround) * on_board
    weights = np.zeros((frame.rows, frame.columns, 1 + len(coloured)), np.float32)
    for index, place in enumerate(places[:count]):
        share = rectangle(frame, place)
        under -= board.board * share
        if index in plane_of:
            weights[..., plane_of[index]] += share
        else:
            under += values[index, 0] * share
    weights[..., 0] = np.maximum(under, 0.0)
    spectra = np.concatenate([np.ones((1, values.shape[1])), values[coloured]])
    patches = tuple(
        Patch(label, place, index)
        for index, (label, place) in enumerate(zip(reflectances.names, places, strict=False))
    )
    return ChartScene(lit(frame, lighting, weights, spectra, name), Truth(patches, values))


def named_greys(names: tuple[str, ...], greys: Float[np.ndarray, " grey"], bands: int) -> Reflectances:
    """Greys as reflectances in a number of bands."""
    return Reflectances(names, np.repeat(greys[:, None], bands, axis=1))
