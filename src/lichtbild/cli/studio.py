"""``lichtbild studio``: photographs developed by eye, on a local page."""

from pathlib import Path
from typing import Annotated

import typer

from lichtbild.cli import choices
from lichtbild.cli.options import option
from lichtbild.core.errors import BadInput

_PLACES, _SERVER, _RUN = "Places", "Server", "Run"


def studio(
    folder: Annotated[
        Path,
        typer.Argument(help="Raw files, our own shots, or pictures.", metavar="FOLDER", show_default=False),
    ] = Path("."),
    output: Annotated[
        Path | None,
        option(_PLACES, "-o --output", "FOLDER", "Where exports go.", "developed, in the folder"),
    ] = None,
    camera: Annotated[
        str | None,
        option(_PLACES, "--camera", "NAME", "The camera of the shots: a name of the catalogue, or a file."),
    ] = None,
    port: Annotated[int, option(_SERVER, "--port", "N", "0 takes one that is free.", "0")] = 0,
    browser: Annotated[bool, option(_SERVER, "--browser/--no-browser", "", "Open the page.")] = True,
    threads: Annotated[int, option(_RUN, "-j --threads", "N", "Cores to use.", "all")] = 0,
) -> None:
    """Open a page on this machine to develop photographs by eye; edits are recipes beside the photographs."""
    from lichtbild.cli.interrupt import Interruption
    from lichtbild.studio.serve import door, serve
    from lichtbild.studio.serve import token as new_token
    from lichtbild.studio.studio_app import Studio, application
    from lichtbild.study.batch import thread_count
    from lichtbild.study.camera_room import CameraRoom, known_camera
    from lichtbild.study.darkroom import Darkroom
    from lichtbild.study.roll import roll

    if not 0 <= port <= 65535:
        raise BadInput(f"--port takes 0 to 65535, not {port}")
    photos, known = roll(folder), None if camera is None else known_camera(camera)
    cores, token = thread_count(choices.count(threads, "--threads")), new_token("")
    measured = None if known is None else known.calibration
    opened = door("127.0.0.1", port)
    served = Studio(
        photos,
        Darkroom(photos, measured, threads=cores),
        token,
        output or folder / "developed",
        lens=CameraRoom(known),
        camera=Path(camera) if camera is not None and measured is not None else None,
        threads=cores,
    )
    link = f"{opened.address}/#{token}"

    def ready() -> None:
        typer.echo(f"{folder}: {len(photos)} photographs; open until Ctrl-C at", err=True)
        typer.echo(link)
        if browser:
            import webbrowser

            webbrowser.open(link)

    try:
        serve(application(served), opened, ready)
    except Interruption as error:
        if error.number != 2:
            raise
    typer.echo("closed; what was saved is kept", err=True)
