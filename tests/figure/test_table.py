"""A table shows what it is given, and nothing of it acts as HTML."""

from lichtbild.figure.table import table_html


def test_text_is_escaped_and_empty_rows_are_left_out() -> None:
    html = table_html("<b>", [("a<script>", "x & y"), ("empty", ""), ("none", None), ("zero", 0)])
    assert "<script>" not in html and "<b>" not in html
    assert "x &amp; y" in html and "zero" in html
    assert "empty" not in html and "none" not in html


def test_a_picture_is_embedded() -> None:
    assert "data:image/png;base64,YWJj" in table_html("t", [], b"abc")
