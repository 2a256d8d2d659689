"""``lichtbild look list``: the looks by name."""

import typer


def list_looks() -> None:
    """Name the looks that come with the package."""
    from lichtbild.look.recipe import LOOKS

    for look in LOOKS.values():
        typer.echo(f"{look.name:16} {look.description}")
