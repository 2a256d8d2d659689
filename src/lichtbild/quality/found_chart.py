"""Found chart: where a chart lies in a picture, and what became of each of its parts."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.image.chart import Chart, Target

Points = Float[np.ndarray, "*many 2"]


@dataclass(frozen=True)
class Verdict:
    """What a search says of one target of a chart.

    Attributes:
        target: its name.
        usable: it can be measured.
        reason: why it cannot, or what a reader has to know; empty for nothing.
    """

    target: str
    usable: bool
    reason: str = ""


@dataclass(frozen=True, eq=False)
class FoundChart:
    """A chart in a picture.

    Attributes:
        chart: which.
        to_picture: from places on the chart, mm, ``[..., (x, y)]``, to places in the picture, px,
            ``[..., (column, row)]``, pixel centres at half-integers; with the lens's distortion.
        quarter_turns: by which the chart is turned in the picture, anticlockwise, 0 to 3.
        rms: of what the map leaves of the found points, px.
        verdicts: one for each target, in the chart's order.
        distortion: radial terms of the map (k1, k2) about the picture's middle, by half its diagonal.
    """

    chart: Chart
    to_picture: Callable[[Points], Points]
    quarter_turns: int
    rms: float
    verdicts: tuple[Verdict, ...]
    distortion: tuple[float, float] = (0.0, 0.0)

    def usable(self, kind: type[Target]) -> tuple[Target, ...]:
        """The targets of a kind that can be measured, in the chart's order."""
        bad = {verdict.target for verdict in self.verdicts if not verdict.usable}
        targets = self.chart.targets
        return tuple(each for each in targets if isinstance(each, kind) and target_name(each) not in bad)


def target_name(target: Target) -> str:
    """The name of a target in verdicts; a star and leaves have none of their own."""
    return getattr(target, "name", type(target).__name__.lower())
