from base64 import b64encode
from html.parser import HTMLParser

from lichtbild.figure.gallery import gallery


def test_a_page_holds_all_and_fetches_nothing() -> None:
    text = gallery("photo <1>.jpg", "Words", [("original", b"first"), ("mono & more", b"second")])
    assert "photo &lt;1&gt;.jpg" in text and "mono &amp; more" in text
    for data in (b"first", b"second"):
        assert f"data:image/jpeg;base64,{b64encode(data).decode()}" in text
    assert "<script" not in text and "http:" not in text and "https:" not in text
    assert "default-src 'none'" in text


def test_each_picture_can_be_reached_by_keyboard() -> None:
    class Boxes(HTMLParser):
        labels: list[str]
        ids: list[str]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            held = dict(attrs)
            if tag == "label":
                self.labels.append(str(held["for"]))
            if tag == "input":
                self.ids.append(str(held["id"]))

    boxes = Boxes()
    boxes.labels, boxes.ids = [], []
    boxes.feed(gallery("t", "w", [("a", b"1"), ("b", b"2"), ("c", b"3")]))
    assert boxes.labels == boxes.ids and len(set(boxes.ids)) == 3
