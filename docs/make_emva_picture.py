"""The picture of `quality_noise.md`: variance over mean of a sensor whose codes bend, and both fits.

python docs/make_emva_picture.py
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from emva_nonlinear import bent, camera
from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Dots, Line
from lichtbild.figure.palette import Ink
from lichtbild.figure.plot import plot
from lichtbild.figure.svg import svg_text
from lichtbild.quality.emva.joint_fit import fit_joint
from lichtbild.quality.emva.level import level_of
from lichtbild.quality.emva.linear_fit import FIT, curve_of, fit_linear
from sensor_emva import laboratory, one_plane, truth

CURVE, LEVELS = (0.0, -0.02), 30


def main() -> None:
    """Write `pictures/emva_nonlinear.svg`."""
    sensor = laboratory(one_plane("imx477")).sized(512, 512)
    known, take = truth(sensor), camera(sensor)
    full = known["well"]
    lit = [
        level_of([bent(take(share * full, 2 * n + k), sensor, CURVE) for k in (0, 1)], share * full)
        for n, share in enumerate(np.linspace(0.03, 0.93, LEVELS), 1)
    ]
    dark = level_of([bent(take(0.0, 1000 + k), sensor, CURVE) for k in range(8)], 0.0)
    curve = curve_of(lit, [dark])
    line, joint = fit_linear(curve, lit=True), fit_joint(curve, lit=True)
    ratio = (curve.variance - curve.dark) / curve.code / known["K"]
    share = curve.code / (known["K"] * full)
    spread = joint.gain.value * joint.response.linear(curve.code) + joint.dark_variance.value
    model = joint.response.variance(joint.response.linear(curve.code), spread) + 1 / 12 - dark.temporal.total
    reach = np.array([0.0, FIT])
    marks = [
        Dots(share, ratio, "measured", Ink.INK, 4.0),
        Line(reach, np.full(2, line.gain.value / known["K"]), "line up to 70 %"),
        Line(share, model / curve.code / known["K"], "joint fit"),
        Line(np.array([0.0, 1.0]), np.full(2, joint.gain.value / known["K"]), "its gain", None, "4 3"),
    ]
    axes = Axes(
        Axis("mean above dark / full", ""),
        Axis("variance / mean / gain", ""),
        "A cubic response of -2 %, imx477",
    )
    place = ROOT / "docs" / "pictures" / "emva_nonlinear.svg"
    place.write_text(svg_text(plot(axes, marks)), encoding="utf-8")


if __name__ == "__main__":
    main()
