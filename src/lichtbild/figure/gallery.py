"""Gallery: pictures of one scene on a page, each to be enlarged, and compared with the first while held.

Nothing is fetched and no script runs: a hidden check box enlarges a picture, and the first one lies over it
as long as the pointer is down.
"""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import Final

from lichtbild.figure.svg import FAMILY, clean

_RULES: Final = """
* { box-sizing: border-box; }
body { margin: 0; padding: 28px; background: #383838; color: #dcdcdc; font-size: 15px; }
h1 { font-size: 20px; font-weight: 600; margin: 0 0 4px; overflow-wrap: anywhere; }
p { margin: 0 0 22px; color: #b4b4b4; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 24px; }
figure { margin: 0; }
label { display: block; cursor: zoom-in; }
input { position: absolute; opacity: 0; }
.frame { display: block; position: relative; }
img { display: block; width: 100%; height: auto; user-select: none; -webkit-user-drag: none; }
.frame::after { content: ""; position: absolute; inset: 0; background: var(--first) center / 100% 100%;
  visibility: hidden; }
figcaption { padding: 9px 0 0; text-align: center; }
input:focus-visible + label { outline: 2px solid #dcdcdc; outline-offset: 4px; }
input:checked + label { position: fixed; inset: 0; z-index: 1; background: #383838; cursor: zoom-out;
  display: flex; align-items: center; justify-content: center; }
input:checked + label .frame { max-width: 100vw; }
input:checked + label img { width: auto; height: auto; max-width: 100vw; max-height: 100vh; }
.frame:active::after { visibility: visible; }
"""


def gallery(title: str, words: str, pictures: Sequence[tuple[str, bytes]]) -> str:
    """Text of an HTML file.

    Args:
        title: of the page.
        words: under the title.
        pictures: names and JPEGs; the first is what all are compared with.
    """
    first = f"data:image/jpeg;base64,{b64encode(pictures[0][1]).decode()}" if pictures else ""
    body = "\n".join(_figure(place, name, data) for place, (name, data) in enumerate(pictures))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{_text(title)}</title>\n<style>\n:root {{ --first: url({first}); }}\n"
        f"body {{ font-family: {FAMILY}; }}{_RULES}</style>\n</head>\n<body>\n"
        f"<h1>{_text(title)}</h1>\n<p>{_text(words)}</p>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _figure(place: int, name: str, data: bytes) -> str:
    source = f"data:image/jpeg;base64,{b64encode(data).decode()}"
    return (
        f'<figure><input type="checkbox" id="p{place}" aria-label="Enlarge {_text(name)}">'
        f'<label for="p{place}"><span class="frame"><img alt="{_text(name)}" src="{source}" '
        f'draggable="false"></span></label><figcaption>{_text(name)}</figcaption></figure>'
    )


def _text(text: str) -> str:
    return escape(clean(text))
