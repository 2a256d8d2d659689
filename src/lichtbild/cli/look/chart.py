"""``lichtbild look chart``: a chart to learn a look from."""

from pathlib import Path
from typing import Annotated

import typer

from lichtbild.cli.destination import Overwrite, make_parent, refuse_existing


def chart(
    output: Annotated[
        Path,
        typer.Option("-o", "--output", help="Picture to write: .png or .tif.", metavar="FILE"),
    ] = Path("chart.png"),
    overwrite: Overwrite = False,
) -> None:
    """Draw a chart of known colours.

    Send it through the program whose look is wanted, or show it and photograph it; then learn the look with
    'lichtbild look learn --chart FILE'.
    """
    import numpy as np

    from lichtbild.core.errors import BadInput
    from lichtbild.core.window import Extent, Window
    from lichtbild.image.picture import Picture
    from lichtbild.io.export import save
    from lichtbild.look.learn.chart import colours, picture

    if output.suffix.lower() not in (".png", ".tif", ".tiff"):
        raise BadInput(f"{output}: the chart is written without loss; name a .png or .tif file with -o")
    refuse_existing(output, overwrite)
    drawn = picture()
    extent = Extent(*drawn.shape[:2])
    make_parent(output)
    save(Picture(np.asarray(drawn, np.float32), Window.whole(extent), extent), output, bits=8)
    typer.echo(f"{output}: {len(colours())} patches, {extent.width} x {extent.height} pixels", err=True)
