"""The contact sheet of all charts, `docs/pictures/charts.jpg`.

python docs/make_chart_picture.py
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lichtbild.image.chart_catalogue import chart_named, chart_names
from lichtbild.image.chart_print import printed

WIDTH, GAP, LINE = 300, 12, 18
FINER = 3
"""Pixels of the drawing along one of the sheet."""


def small(name: str) -> Image.Image:
    """A chart as small as it stands on the sheet."""
    chart = chart_named(name)
    picture = printed(chart, FINER * WIDTH * 25.4 / chart.size[1])
    image = Image.fromarray((np.asarray(picture.samples) >> 8).astype(np.uint8))
    return image.resize((WIDTH, round(WIDTH * chart.size[0] / chart.size[1])), Image.Resampling.LANCZOS)


def main() -> None:
    """Draw every chart and write the sheet."""
    names = chart_names()
    pictures = [small(name) for name in names]
    tall = pictures[0].height + LINE + GAP
    columns = 4
    rows = -(-len(names) // columns)
    sheet = Image.new("RGB", (columns * (WIDTH + GAP) + GAP, rows * tall + GAP), (225, 228, 232))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for index, (name, picture) in enumerate(zip(names, pictures, strict=True)):
        x, y = GAP + index % columns * (WIDTH + GAP), GAP + index // columns * tall
        sheet.paste(picture, (x, y))
        pen.text((x, y + picture.height + 2), name, (40, 40, 40), font)
    place = Path(__file__).parent / "pictures" / "charts.jpg"
    sheet.save(place, quality=86, subsampling=0, optimize=True)


if __name__ == "__main__":
    main()
