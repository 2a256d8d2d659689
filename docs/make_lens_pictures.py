"""Figures of the report of a phone lens and of a Tessar, as SVG.

    python docs/make_lens_pictures.py

They are those that `lichtbild trace 6p-f1.85`, `lichtbild trace tessar` and `lichtbild tolerance 6p-f1.85
examples/budget.toml --builds 2000` show; they go to `docs/pictures/`.
"""

from pathlib import Path

from lichtbild.figure.page import Figure
from lichtbild.figure.svg import Svg, svg_text
from lichtbild.io.lens import catalogue_lens
from lichtbild.io.lens.budget import read_budget
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.report.assembly import ANALYSES
from lichtbild.optics.report.subject import Settings, subject
from lichtbild.optics.tolerance.prepared import prepared
from lichtbild.optics.tolerance.report import Findings, parts
from lichtbild.optics.tolerance.sensitivity import sensitivities

PICTURES = Path(__file__).parent / "pictures"
WANTED = {
    "6p-f1.85": ("layout", "mtf", "wavefront", "psf", "illumination", "sheets"),
    "tessar": ("layout",),
}
"""Of each, the first figure of these analyses."""


BUDGET = Path(__file__).parents[1] / "examples" / "budget.toml"


def yields() -> Svg:
    """The spread of builds of a lens."""
    ready = prepared(catalogue_lens("6p-f1.85"), read_budget(BUDGET))
    found = Findings(ready, 0, ready.predicted(ready.errors(2000, 0)), sensitivities(ready), ())
    blocks = parts(found)["yield"].blocks
    figure = next(block for block in blocks if isinstance(block, Figure))
    assert isinstance(figure.picture, Svg)
    return figure.picture


def main() -> None:
    """Write all figures."""
    (PICTURES / "6p-f185_yield.svg").write_text(svg_text(yields()), encoding="utf-8")
    for name, analyses in WANTED.items():
        ready = subject(with_semi_apertures(catalogue_lens(name)), (), Settings())
        for analysis in analyses:
            blocks = ANALYSES[analysis](ready).blocks
            figure = next(b for b in blocks if isinstance(b, Figure) and isinstance(b.picture, Svg))
            place = PICTURES / f"{name.replace('.', '')}_{analysis}.svg"
            place.write_text(svg_text(figure.picture), encoding="utf-8")


if __name__ == "__main__":
    main()
