"""Widths of text, so that labels can be placed before anything draws them.

Source: Adobe, Helvetica AFM (advance widths in thousandths of the size); Arial and Liberation Sans have
the same.
"""

WIDTHS = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),  # space to /
    *(556,) * 10,  # digits
    *(278, 278, 584, 584, 584, 556, 1015),  # : to @
    *(667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833),  # A to M
    *(722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611),  # N to Z
    *(278, 278, 278, 469, 556, 333),  # [ to `
    *(556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833),  # a to m
    *(556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500),  # n to z
    *(334, 260, 334, 584),  # { to ~
)
OTHER = {"−": 584, "×": 584, "·": 278, "µ": 576, "°": 400, "±": 549, "–": 556, "…": 1000}
USUAL = 600

MINUS = "−"


def text_width(text: str, size: float = 12) -> float:
    """Width of one line in pixels, near enough to place it."""
    return sum(_advance(letter) for letter in text) * size / 1000


def shortened(text: str, width: float, size: float = 12) -> str:
    """Text that fits a width in pixels; what was cut off is marked by an ellipsis."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def signed(text: str) -> str:
    """A number's text with a real minus sign in place of the hyphen."""
    return text.replace("-", MINUS)


def _advance(letter: str) -> int:
    code = ord(letter) - 32
    return WIDTHS[code] if 0 <= code < len(WIDTHS) else OTHER.get(letter, USUAL)
