"""Table: names and values as a small piece of HTML."""

from base64 import b64encode
from collections.abc import Iterable
from html import escape


def table_html(title: str, rows: Iterable[tuple[str, object]], picture: bytes | None = None) -> str:
    """HTML of a table with two columns, under a title and beside an optional PNG.

    Args:
        title: what the table describes.
        rows: names and values; a value that is empty or None is left out.
        picture: bytes of a PNG to show above the table.
    """
    cells = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th>"
        f"<td style='text-align:left'>{escape(str(value))}</td></tr>"
        for name, value in rows
        if value is not None and value != ""
    )
    image = (
        "" if picture is None else f"<img alt='' src='data:image/png;base64,{b64encode(picture).decode()}'>"
    )
    return f"<div>{image}<table><caption>{escape(title)}</caption><tbody>{cells}</tbody></table></div>"
