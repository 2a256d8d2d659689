import codecs
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lichtbild.core.errors import BadFile, BadInput, CannotWrite
from lichtbild.io.lens.agf import read_agf, write_agf
from lichtbild.io.lens.agf_lines import GLASS_LIMIT, LINE_LIMIT, SIZE_LIMIT, entries
from lichtbild.optics.glass import abbe_number, refractive_index
from lichtbild.optics.medium import Glass, Thermal, Transmission
from lichtbild.optics.spectral_line import D_LINE

CATALOGUES = [
    *("CDGM.AGF", "MISC.AGF", "PLASTIC2022.AGF", "SCHOTT.AGF"),
    *(f"zemaxglass_{maker}.agf" for maker in ("arton", "corning", "hikari", "hoya", "lzos", "misc", "nikon")),
    *(f"zemaxglass_{maker}.agf" for maker in ("ohara", "rpo", "schott", "sumita", "topas", "zeon")),
]

NOT_THEIR_OWN = {
    "H-TK9": "its NM line has numbers of another glass",
    "CDS": "a crystal without an index printed",
    "CR39": "a plastic without an index printed",
    "LZ_NEWGLASS": "a place-holder whose formula is 1",
    **dict.fromkeys(("IG2", "IG4", "IG5", "IG6"), "glasses for the infrared, opaque at the d line"),
}
"""Glasses whose formula does not give what their NM line prints, and why."""

LOOSE = {
    # By how much n_d and v_d of the NM line are off the formula's, where a maker prints his catalogue's
    # values beside a formula that was fitted to a melt, or prints coefficients with few digits.
    "zemaxglass_sumita.agf": (4e-5, 0.25),
    "zemaxglass_zeon.agf": (3e-5, 0.13),
    "zemaxglass_schott.agf": (6e-6, 0.01),
    "zemaxglass_lzos.agf": (1e-6, 5e-6),
}

SAMPLE = """CC Some header
NM Glass-1 2 517642 1.5168 64.17 0 1 2
GC a comment
ED 7.1 8.3 2.51 -0.0009 0
CD 1.03961212E+00 6.00069867E-03 2.31792344E-01 2.00179144E-02 1.01046945E+00 1.03560653E+02 0 0
TD 1.86E-06 1.31E-08 -1.37E-11 4.34E-07 6.27E-10 1.70E-01 2.0E+01
OD 1.0 2.3 1.0 2.3 2.3 _
LD 3.0E-01 2.5E+00
IT 3.0E-01 5.0E-02 2.5E+01
IT 4.0E-01 9.92E-01 2.5E+01
"""


def written(folder: Path, text: str | bytes, name: str = "maker.agf") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_glass_has_what_its_lines_say(tmp_path: Path) -> None:
    (glass,) = read_agf(written(tmp_path, SAMPLE))
    assert glass == Glass(
        "GLASS-1",
        2,
        (1.03961212, 0.00600069867, 0.231792344, 0.0200179144, 1.01046945, 103.560653, 0.0, 0.0),
        "MAKER",
        Thermal((1.86e-6, 1.31e-8, -1.37e-11), (4.34e-7, 6.27e-10), 0.00017, 293.15, 7.1e-6),
        Transmission((0.0003, 0.0004), (0.05, 0.992), (25.0, 25.0)),
        (0.0003, 0.0025),
    )


@pytest.mark.parametrize(
    "encoded",
    [
        SAMPLE.encode("ascii"),
        SAMPLE.replace("\n", "\r\n").encode("ascii"),
        SAMPLE.encode("utf-8-sig"),
        codecs.BOM_UTF16_LE + SAMPLE.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + SAMPLE.encode("utf-16-be"),
        SAMPLE.encode("utf-16-le"),
        SAMPLE.encode("utf-16-be"),
        SAMPLE.replace("a comment", "pr\xe9cision \x85 de").encode("latin-1"),
        SAMPLE.replace("\nLD", "\n\nLD").replace(" 2.00179144E-02", " \n2.00179144E-02").encode(),
    ],
    ids=[
        "ascii",
        "crlf",
        "utf8 mark",
        "utf16 le",
        "utf16 be",
        "utf16 le bare",
        "utf16 be bare",
        "latin1",
        "broken",
    ],
)
def test_every_encoding_that_makers_use_gives_the_same_glass(encoded: bytes, tmp_path: Path) -> None:
    assert read_agf(written(tmp_path, encoded)) == read_agf(written(tmp_path, SAMPLE, "plain/maker.agf"))


def printed(line_fields: tuple[str, ...]) -> Iterator[tuple[float, float]]:
    """n_d and v_d of an NM line, each with half a unit of its last digit."""
    for text in line_fields[3:5]:
        number = Decimal(text)
        exponent = number.as_tuple().exponent
        assert isinstance(exponent, int)
        yield float(number), 0.5 * 10.0**exponent


@cache
def catalogue(path: Path) -> tuple[Glass, ...]:
    """A maker's catalogue, read once for all tests."""
    return read_agf(path)


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_glass_of_every_catalogue_has_the_index_and_abbe_number_printed(
    name: str, shared: Path
) -> None:
    path = shared / "data" / "optics" / "agf" / name
    index_slack, abbe_slack = LOOSE.get(name, (0.0, 0.0))
    wrong = []
    for entry, glass in zip(entries(path), catalogue(path), strict=True):
        if glass.name in NOT_THEIR_OWN:
            continue
        (index, index_digit), (abbe, abbe_digit) = printed(entry[0].fields)
        close = abs(float(refractive_index(glass, D_LINE, None)) - index) <= 1.001 * max(
            index_digit, index_slack
        ) and abs(float(abbe_number(glass)) - abbe) <= 1.001 * max(abbe_digit, abbe_slack)
        if not close:
            wrong.append(glass.name)
    assert wrong == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_catalogue_is_written_and_read_again_with_every_digit(
    name: str, shared: Path, tmp_path: Path
) -> None:
    glasses = catalogue(shared / "data" / "optics" / "agf" / name)
    write_agf(glasses, tmp_path / name)
    assert read_agf(tmp_path / name) == glasses


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
POSITIVE = st.floats(1e-300, 1e300)


@given(
    coefficients=st.lists(NUMBERS, min_size=1, max_size=16),
    thermal=st.none()
    | st.builds(
        Thermal,
        st.tuples(*[NUMBERS] * 3),
        st.tuples(*[NUMBERS] * 2),
        st.floats(-1e200, 1e200),
        st.floats(200, 400),
    ),
    band=st.none() | st.tuples(st.floats(1e-5, 1e-3), st.floats(2e-3, 1.0)),
    samples=st.lists(
        st.tuples(st.floats(1e-5, 1.0), st.floats(0, 1), POSITIVE), unique_by=lambda s: s[0], max_size=4
    ),
)
@settings(max_examples=60)
def test_any_numbers_come_back_to_the_last_bit(
    coefficients: list[float],
    thermal: Thermal | None,
    band: tuple[float, float] | None,
    samples: list[tuple[float, float, float]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    columns = tuple(tuple(column) for column in zip(*sorted(samples), strict=True))
    glass = Glass(
        "X", 1, tuple(coefficients), "MAKER", thermal, Transmission(*columns) if samples else None, band
    )
    path = tmp_path_factory.mktemp("agf") / "maker.agf"
    write_agf([glass], path)
    assert read_agf(path) == (glass,)


def test_a_written_line_has_the_index_abbe_number_and_partial_dispersion(tmp_path: Path) -> None:
    write_agf(read_agf(written(tmp_path, SAMPLE)), tmp_path / "out.agf")
    lines = (tmp_path / "out.agf").read_text().splitlines()
    assert lines[1] == "NM GLASS-1 2 0 1.516800 64.167336 0 0 0"
    fields = lines[2].split()
    assert fields[:2] == ["ED", "7.1"]
    assert float(fields[4]) == pytest.approx(-0.0009, abs=0.5e-4)


def test_a_glass_without_an_index_in_light_is_written_too(tmp_path: Path) -> None:
    glass = Glass("DARK", 2, (-3.0, 0.1), "OUT")
    write_agf([glass], tmp_path / "out.agf")
    assert "NM DARK 2 0 1.000000 0.000000" in (tmp_path / "out.agf").read_text()
    assert read_agf(tmp_path / "out.agf") == (glass,)


def test_a_name_beyond_ascii_is_written_in_utf_16(tmp_path: Path) -> None:
    glass = Glass("GL\u00c4S", 1, (2.25,), "OUT")
    write_agf([glass], tmp_path / "out.agf")
    assert (tmp_path / "out.agf").read_bytes().startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    assert read_agf(tmp_path / "out.agf") == (glass,)


def test_samples_that_cannot_be_are_left_out(tmp_path: Path) -> None:
    lines = [
        "0.5 0.9 10",
        "0.5 0.8 10",
        "0.4 1.005 10",
        "0.6 12 10",
        "0.7 -1 10",
        "0.8 0.9 0",
        "0.9 0.9",
        "1.0 _ 5",
    ]
    text = SAMPLE.partition("IT")[0] + "".join(f"IT {line}\n" for line in lines)
    (glass,) = read_agf(written(tmp_path, text))
    assert glass.transmission == Transmission((0.0004, 0.0005), (1.0, 0.9), (10.0, 10.0))


def test_what_is_left_empty_is_not_known(tmp_path: Path) -> None:
    text = "NM A 1\nED _ _\nCD 2.25\nTD  \nLD 0 0\n"
    assert read_agf(written(tmp_path, text)) == (Glass("A", 1, (2.25,), "MAKER"),)
    (glass,) = read_agf(written(tmp_path, text.replace("ED _", "ED 60")))
    assert glass.thermal == Thermal(expansion=60e-6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no line that begins with NM"),
        ("just words\n", "has no line that begins with NM"),
        ("NM A\nCD 1\n", r"line 1 \(NM\): needs a name and the number of a dispersion formula"),
        ("NM A 14\nCD 1\n", r"line 1 \(NM\): dispersion formula '14' is unknown; its number is 1 to 13"),
        ("NM A 1.5\nCD 1\n", "dispersion formula '1.5' is unknown"),
        ("NM A x\nCD 1\n", "dispersion formula 'x' is unknown"),
        ("NM A 1\n", "the glass 'A' has no coefficients"),
        ("NM A 1\nCD\n", "the glass 'A' has no coefficients"),
        ("NM A 1\nCD 1 two\n", r"line 2 \(CD\): 'two' is not a number"),
        ("NM A 1\nCD nan\n", "'nan' is not a number"),
        ("NM A 1\nCD 1e999\n", "'1e999' is not a number in the range of doubles"),
        ("NM A 1\nCD 1e9999999999\n", "is not a number in the range of doubles"),
        ("NM A 1\nCD 1_0\n", "'1_0' is not a number"),
        ("NM A 1\nCD " + "1 " * 21, "has 21 coefficients, and no formula more than 20"),
        ("NM A 1\nCD 2\nTD 1 2 3\n", r"line 3 \(TD\): has 3 values and needs 7"),
        ("NM A 1\nCD 2\nTD 0 0 0 0 0 0 -300\n", "below absolute zero"),
        ("NM A 1\nCD 2\nLD 0.4\n", "has 1 values and needs 2"),
        ("NM A 1\nCD 2\nLD 0.7 0.4\n", "must be positive and rise"),
        ("NM A 1\nCD 2\nIT 0.5 much 10\n", r"line 3 \(IT\): 'much' is not"),
        ("NM A 1\nCD 2\nED soft\n", r"line 3 \(ED\): 'soft' is not"),
        ("NM A 1 " + "x" * LINE_LIMIT, f"line 1 has {LINE_LIMIT + 7} characters"),
        ("NM A 1\nCD 2\n" * (GLASS_LIMIT + 1), "a catalogue has at most"),
        ("NM A 1\nCD 2\n" + "IT 0.5 1 1\n" * 1001, "a catalogue has at most"),
        ("NM A 1\nCD 1\n" + "2\n" * 100_000, r"line 2 \(CD\): goes on for more than 100 values"),
        (b"\xff\xfeN", "is neither UTF-16, UTF-8 nor Latin-1 text"),
    ],
)
def test_a_line_without_sense_is_named_with_its_file(text: str | bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=words) as caught:
        read_agf(written(tmp_path, text))
    assert str(caught.value).startswith(str(tmp_path / "maker.agf"))


def test_a_file_that_is_too_large_or_not_there_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.agf"
    with large.open("wb") as file:
        file.truncate(SIZE_LIMIT + 1)
    with pytest.raises(BadFile, match=f"has more than {SIZE_LIMIT} bytes"):
        read_agf(large)
    for missing in (tmp_path / "none.agf", tmp_path):
        with pytest.raises(BadFile, match="cannot be read"):
            read_agf(missing)


@pytest.mark.parametrize(
    ("glass", "words"),
    [
        (Glass("TWO WORDS", 1, (2.0,)), "'TWO WORDS' cannot be a glass in a catalogue"),
        (Glass("", 1, (2.0,)), "'' cannot be a glass"),
        (Glass("A", 1, (float("nan"),)), "a glass with the number nan cannot be written"),
        (Glass("A", 77, (2.0,)), "dispersion formula 77 is unknown"),
    ],
)
def test_a_glass_that_cannot_be_written_leaves_no_file(glass: Glass, words: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=words):
        write_agf([glass], tmp_path / "out.agf")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="there is no folder"):
        write_agf([Glass("A", 1, (2.0,))], tmp_path / "none" / "out.agf")


def read_or_refused(path: Path) -> None:
    """Reads, and computes with what it read; nothing but BadFile may come out."""
    try:
        glasses = read_agf(path)
    except BadFile:
        return
    with np.errstate(all="ignore"):
        for glass in glasses[:3]:
            refractive_index(replace(glass), D_LINE)


WORDS = st.sampled_from(
    [
        "NM",
        "CD",
        "TD",
        "ED",
        "LD",
        "IT",
        "A",
        "1",
        "2",
        "13",
        "-0",
        "1e308",
        "1e-400",
        "inf",
        "nan",
        "_",
        "\n",
        "\r",
    ]
) | st.text(max_size=5)


@given(text=st.lists(WORDS, max_size=60).map(" ".join), encoding=st.sampled_from(["utf-8", "utf-16"]))
def test_words_of_a_catalogue_in_any_order_are_read_or_refused(
    text: str, encoding: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    read_or_refused(written(tmp_path_factory.mktemp("agf"), text.encode(encoding, "surrogatepass")))


@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    read_or_refused(written(tmp_path_factory.mktemp("agf"), data))


@given(place=st.integers(0, 4000), change=st.binary(max_size=6), cut=st.integers(0, 4000))
def test_a_damaged_catalogue_is_read_or_refused(
    place: int, change: bytes, cut: int, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = (shared / "data" / "optics" / "agf" / "PLASTIC2022.AGF").read_bytes()[: 4000 + cut]
    damaged = data[:place] + change + data[place + len(change) :]
    read_or_refused(written(tmp_path_factory.mktemp("agf"), damaged[: len(damaged) - cut]))
