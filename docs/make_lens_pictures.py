"""Figures of the report of a phone lens and of a Tessar, as SVG.

    python docs/make_lens_pictures.py

They are those that `lichtbild trace 6p-f1.85` and `lichtbild trace tessar` show; they go to `docs/pictures/`.
"""

from pathlib import Path

from lichtbild.figure.page import Figure
from lichtbild.figure.svg import Svg, svg_text
from lichtbild.io.lens import catalogue_lens
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.report.assembly import ANALYSES
from lichtbild.optics.report.subject import Settings, subject

PICTURES = Path(__file__).parent / "pictures"
WANTED = {
    "6p-f1.85": ("layout", "mtf", "wavefront", "psf", "illumination", "sheets"),
    "tessar": ("layout",),
}
"""Of each, the first figure of these analyses."""


def main() -> None:
    """Write all figures."""
    for name, analyses in WANTED.items():
        ready = subject(with_semi_apertures(catalogue_lens(name)), (), Settings())
        for analysis in analyses:
            blocks = ANALYSES[analysis](ready).blocks
            figure = next(b for b in blocks if isinstance(b, Figure) and isinstance(b.picture, Svg))
            place = PICTURES / f"{name.replace('.', '')}_{analysis}.svg"
            place.write_text(svg_text(figure.picture), encoding="utf-8")


if __name__ == "__main__":
    main()
