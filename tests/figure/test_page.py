"""Pages: one file, nothing fetched, nothing that a hostile name could run."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Line
from lichtbild.figure.page import Download, Figure, Paragraph, Section, Table, page, quantity
from lichtbild.figure.plot import plot
from lichtbild.figure.png import png_bytes

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=y> \"'& \x00"
VOID = {"meta", "img"}


class Outline(HTMLParser):
    """Tags that are open, and those that were seen, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(text: str) -> Outline:
    found = Outline()
    found.feed(text)
    assert found.open == []
    return found


def example(name: str) -> str:
    curve = plot(Axes(Axis(name), title=name), [Line(np.arange(3.0), np.arange(3.0), name)])
    blocks = (
        Paragraph(name),
        Figure(curve, name),
        Figure(curve, name, wide=True),
        Figure(png_bytes(np.zeros((2, 2, 3), np.float32)), name),
        Table((name, "mm"), ((name, 1.5), (name, None)), name),
        Download(name, b"data"),
    )
    return page(
        name, [Section(name, blocks), Section(name, ())], subtitle=name, data={name: 1.5}, footer=name
    )


def test_a_hostile_name_is_only_text() -> None:
    hostile, plain = outline(example(HOSTILE)), outline(example("plain"))
    assert [tag for tag, _ in hostile.seen] == [tag for tag, _ in plain.seen]
    assert {name for _, attributes in hostile.seen for name in attributes if name.startswith("on")} == set()


def test_nothing_is_fetched_and_nothing_runs() -> None:
    text = example("plain")
    found = outline(text)
    scripts = [attributes for tag, attributes in found.seen if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "data"}]
    for tag, attributes in found.seen:
        for name in ("src", "href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:")), tag
    assert "url(" not in text
    assert "@import" not in text


def test_numbers_come_back() -> None:
    data = {"name": HOSTILE, "values": [0.1, 1e-30, None]}
    text = page("x", [], data=data)
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    assert json.loads(found[1]) == data
    with pytest.raises(ValueError, match="not JSON compliant"):
        page("x", [], data={"value": float("nan")})


def test_contents_lead_to_sections() -> None:
    """Also where headings are alike, or have no letter that an anchor could keep."""
    headings = ("Ray fans", "Ray fans", "µ", "data")
    found = outline(page("x", [Section(heading, ()) for heading in headings]))
    targets = [attributes["href"] for tag, attributes in found.seen if tag == "a"]
    ids = [attributes["id"] for tag, attributes in found.seen if tag == "section"]
    assert targets == [f"#{name}" for name in ids]
    assert len(set(ids)) == 4
    assert "data" not in ids


def test_pictures_have_words() -> None:
    found = outline(example("plain"))
    pictures = [
        attributes
        for tag, attributes in found.seen
        if (tag in ("img", "svg") and "viewbox" in attributes) or tag == "img"
    ]
    assert len(pictures) == 3
    assert all(attributes.get("alt") or attributes.get("aria-label") for attributes in pictures)


def test_quantities() -> None:
    assert [quantity(value) for value in (1.0, -0.5, 12345.678, 0.0, 5e-4)] == [
        "1.0000", "−0.50000", "12346", "0", "5.0000e−4",
    ]  # fmt: skip
    assert (quantity(float("nan")), quantity(7), quantity(float("-inf"))) == ("–", "7", "−∞")


def test_same_input_same_bytes() -> None:
    assert example("plain") == example("plain")
