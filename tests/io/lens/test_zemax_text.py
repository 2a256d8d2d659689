"""Encodings, line ends, and which line is about what."""

import codecs

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.zemax_read import reading_of
from lichtbild.io.lens.zemax_text import decoded, sheet
from zemax_files import BACK, FRONT, SYSTEM, changed, read, text_of

TEXT = text_of(FRONT, BACK, system=(*SYSTEM, "NAME Größe"))


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode(),
        TEXT.encode("latin-1"),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.replace("\r\n", "\n\n").encode(),
        TEXT.replace("\r\n  ", "\r\n\t").encode(),
    ],
    ids=["le", "be", "le bare", "be bare", "utf-8 mark", "utf-8", "latin-1", "lf", "cr", "blank", "tab"],
)
def test_the_same_text_in_every_encoding_is_the_same_lens(data: bytes) -> None:
    reading = reading_of(data, ())
    assert reading.lens == read(TEXT).lens
    assert reading.lens.name == "Größe"
    assert reading.findings == ()


def test_lines_need_no_indent() -> None:
    assert read(TEXT.replace("\r\n  ", "\r\n")).lens == read(TEXT).lens


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "has 0 surfaces"),
        (b"\0" * 400, "value 0"),
        (codecs.BOM_UTF16_LE + b"SURF"[:3], "breaks off at byte 4"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)), "has 0 surfaces"),
        (b"\n" * 200_001, "lines; a lens file has at most"),
        (text_of().encode(), "has 2 surfaces"),
    ],
    ids=["empty", "zeros", "half a letter", "picture", "lines", "nothing between"],
)
def test_what_is_no_lens_file_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        reading_of(data, ())


@pytest.mark.parametrize("number", ["3", "-1", "1.5", "1e9", "x"])
def test_surfaces_are_numbered_in_order(number: str) -> None:
    with pytest.raises(BadInput, match=r"line 13 \(SURF\)"):
        read(TEXT.replace("SURF 1\r\n", f"SURF {number}\r\n").replace("NAME Größe\r\n", ""))


def test_lines_are_sorted_by_what_they_are_about() -> None:
    text = text_of(FRONT, BACK, after=("EFFL 0 2 0 0", "PWAV 1", "MNUM 1 1", "MOFF 0 1", "SURF 9"))
    page = sheet(decoded(text.encode()), frozenset({"PWAV"}), frozenset())
    assert [line.key for line in page.merit] == ["EFFL"]
    assert [line.key for line in page.configurations] == ["MNUM", "MOFF", "SURF"]
    assert [line.key for line in page.system][-1] == "PWAV"
    assert [block.number for block in page.blocks] == [0, 1, 2, 3]


def test_nothing_is_dropped_in_silence() -> None:
    system = changed("XYZW 3", "GFAC 1 0.5", "FTYP 0 1 2 1 0 0 1", "FNUM 4 0")
    front = (*FRONT, "ABCD 1", "SQAP 3 2 0", "COAT AR", "CLAP 0.5 3 0", "OBSC 0 1 0")
    findings = read(text_of(front, BACK, system=system, after=("EFFL 0 1", "TOL X"))).findings
    expected = (
        "telecentric",
        "afocal",
        "given more than once",
        "apodisation",
        "XYZW",
        "surface 1: its rectangular aperture",
        "surface 1: its circular obscuration",
        "surface 1: the hole",
        "surface 1: its coating AR",
        "surface 1: lines that are not read: ABCD",
        "EFFL, TOL",
    )
    assert len(findings) == len(expected)
    for part, finding in zip(expected, findings, strict=True):
        assert part in finding
