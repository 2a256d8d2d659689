"""Style of a page: calm type, tabular digits, the reader's choice of light or dark, A4 on paper."""

from collections.abc import Mapping

from lichtbild.figure.palette import DARK, LIGHT, Ink
from lichtbild.figure.svg import FAMILY

RULES = """
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0 auto; padding: 40px 32px 64px; max-width: 1180px; background: var(--paper);
  color: var(--ink); font-size: 15px; line-height: 1.55; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.015em; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 19px; letter-spacing: -0.005em; margin: 56px 0 16px; padding-top: 20px;
  border-top: 1px solid var(--grid); }
p { max-width: 72ch; margin: 10px 0; overflow-wrap: anywhere; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 3px; }
.subtitle { color: var(--muted); margin: 8px 0 0; }
nav ol { list-style: none; display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 26px 0 0;
  padding: 14px 18px; background: var(--panel); border-radius: 8px; font-size: 14px; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
figure { margin: 18px 0; min-width: 0; }
figure svg, figure img { display: block; max-width: 100%; height: auto; }
figcaption { color: var(--muted); font-size: 13.5px; max-width: 76ch; margin-top: 6px; }
.row { display: flex; flex-wrap: wrap; gap: 8px 36px; align-items: flex-start; }
.scroll { overflow-x: auto; margin: 18px 0; }
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums lining-nums; }
caption { text-align: left; color: var(--muted); padding-bottom: 8px; }
th, td { padding: 5px 14px 5px 0; white-space: nowrap; border-bottom: 1px solid var(--grid); }
th { color: var(--muted); font-weight: 600; border-bottom: 1px solid var(--rule); vertical-align: bottom; }
td { white-space: normal; max-width: 42ch; overflow-wrap: anywhere; }
td.h, td.n { white-space: nowrap; }
.number, .n { text-align: right; }
.text { text-align: left; }
details { margin: 14px 0; }
summary { cursor: pointer; color: var(--accent); }
footer { color: var(--muted); font-size: 13px; margin-top: 56px; border-top: 1px solid var(--grid);
  padding-top: 14px; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  h2 { break-after: avoid; margin-top: 9mm; }
  figure, tr { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
}
"""


def style() -> str:
    """CSS of a page: the inks of both themes, then the rules."""
    return (
        f":root {{ color-scheme: light dark; {_inks(LIGHT)} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_inks(DARK)} }} }}\n"
        f"body {{ font-family: {FAMILY}; }}{RULES}"
    )


def _inks(theme: Mapping[Ink, str]) -> str:
    return " ".join(f"--{ink.value}: {colour};" for ink, colour in theme.items())
