"""Comparison: builds by derivatives beside the same builds really traced."""

from dataclasses import dataclass

import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Dots, Line, Mark
from lichtbild.figure.page import Figure, Paragraph
from lichtbild.figure.palette import Ink
from lichtbild.figure.plot import plot
from lichtbild.optics.report.part import Part
from lichtbild.optics.tolerance.budget import Budget
from lichtbild.optics.tolerance.monte_carlo import Builds
from lichtbild.optics.tolerance.yield_rate import Yield, yield_of

SHOWN = 4000
"""Most points of the picture."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """The same builds twice.

    Args:
        predicted: by derivatives.
        traced: made and traced, with the same errors and the same rule of compensation.
        yields: of both.
    """

    predicted: Builds
    traced: Builds
    yields: tuple[Yield, Yield]

    @property
    def per_build(self) -> np.ndarray:
        """Root mean square difference of contrast over all fields, directions, frequencies, ``[build]``."""
        apart = self.predicted.contrast - self.traced.contrast
        return np.asarray(np.sqrt(np.mean(apart**2, axis=(1, 2, 3))))

    @property
    def rms(self) -> float:
        """The same over all builds."""
        return float(np.sqrt(np.mean(self.per_build**2)))


def compared(predicted: Builds, traced: Builds, budget: Budget, share: np.ndarray) -> Comparison:
    """Builds beside each other.

    Args:
        predicted: by derivatives.
        traced: with the same errors.
        budget: whose limits both are judged by.
        share: of the outermost field that each field point is at.
    """
    return Comparison(
        predicted, traced, (yield_of(predicted, budget, share), yield_of(traced, budget, share))
    )


def comparison_part(found: Comparison) -> Part:
    """The section of a report."""
    first, second = (rate.rate for rate in found.yields)
    per_build = found.per_build
    x, y = found.traced.contrast.ravel(), found.predicted.contrast.ravel()
    step = -(-x.size // SHOWN)
    high = float(max(np.nanmax(x), np.nanmax(y), 0.1))
    axes = Axes(
        Axis("Contrast, traced", low=0.0, high=high),
        Axis("Contrast, by derivatives", low=0.0, high=high),
        "",
        480,
        480,
    )
    marks: list[Mark] = [Dots(x[::step], y[::step], "builds", opacity=0.35, size=1.6), _diagonal(high)]
    return Part(
        "Traced anew",
        (
            Paragraph(
                f"{len(found.traced)} of the builds were really made and traced. Contrast by derivatives is "
                f"within {found.rms:.4f} (root mean square), of the worst build within "
                f"{np.max(per_build):.4f}; the yield is {first:.1%} by derivatives and {second:.1%} traced."
            ),
            Figure(plot(axes, marks), "Contrast of the same builds by both ways."),
        ),
        {
            "builds": len(found.traced),
            "contrast_rms": found.rms,
            "contrast_rms_worst_build": float(np.max(per_build)),
            "contrast_max": float(np.max(np.abs(found.predicted.contrast - found.traced.contrast))),
            "yield_by_derivatives": first,
            "yield_traced": second,
        },
    )


def _diagonal(high: float) -> Line:
    return Line(np.array([0.0, high]), np.array([0.0, high]), "equal", Ink.MUTED, "4 3", 1.2)
