import pytest

from lichtbild.core.errors import BadInput
from lichtbild.look.lines import line_of, lines_of
from lichtbild.look.style import parse
from lichtbild.look.targets import parse_targets

TEXT = """# a look
schema = 1

[view]                  # [not a table]
contrast = 1.5
name = "[x] = 3 # no comment"

[targets]
tone = [                # { no table
  { ev = -1, lightness = 30 },
  # { ev = 0 }

  { ev = 1, lightness = 70 }, { ev = 2, lightness = 80 },
]
"grey" = 50
"""


def test_tables_keys_and_tables_in_lists_have_their_lines() -> None:
    lines = lines_of(TEXT)
    assert lines == {
        ("schema",): 2,
        ("view",): 4,
        ("view", "contrast"): 5,
        ("view", "name"): 6,
        ("targets",): 8,
        ("targets", "tone"): 9,
        ("targets", "tone", 0): 10,
        ("targets", "tone", 1): 13,
        ("targets", "tone", 2): 13,
        ("targets", "grey"): 15,
    }


def test_what_is_missing_has_the_line_of_what_would_hold_it() -> None:
    lines = lines_of(TEXT)
    assert line_of(lines, "targets", "tone", 7) == 9
    assert line_of(lines, "targets", "slope") == 8
    assert line_of(lines, "skin", "hue_deg") == 1


def test_dotted_keys_are_those_of_their_tables() -> None:
    lines = lines_of(
        "schema = 1\nview.contrast = 99\n\"view\" . 'skew' = 1\n[a.b]\nc.d = [\n  { e = 1 },\n]\n"
    )
    assert (line_of(lines, "view", "contrast"), line_of(lines, "view", "skew")) == (2, 3)
    assert (line_of(lines, "view"), line_of(lines, "view", "black")) == (2, 2)
    assert (line_of(lines, "a"), line_of(lines, "a", "b", "c", "d", 0)) == (4, 6)


def test_tables_that_stand_alone_in_a_list_are_counted() -> None:
    text = "[targets]\n[[targets.colours]]\nhue_deg = 1\n\n[[ targets.colours ]]\nhue_deg = 2\n"
    text += "[[targets.tone]]\nev = 0\n"
    lines = lines_of(text)
    assert line_of(lines, "targets", "colours") == 2
    assert [line_of(lines, "targets", "colours", k) for k in (0, 1)] == [2, 5]
    assert line_of(lines, "targets", "colours", 1, "hue_deg") == 6
    assert line_of(lines, "targets", "tone", 0, "ev") == 8


def test_messages_name_these_lines() -> None:
    numbers = b"view.skew = 1\nview.grey = 0.2\nview.black = 0\nview.inset = 0\nview.outset = 1\n"
    with pytest.raises(BadInput, match=r"line 2 of look 'mine' has view\.contrast = 99"):
        parse(b"schema = 1\nview.contrast = 99\nview.preserve_hue = 1\n" + numbers, "mine")
    colours = b"[[targets.colours]]\nhue_deg = 9\nchroma = 1\nshift_deg = 0\n"
    with pytest.raises(BadInput, match=r"line 8 of look 'mine' has chroma = 7"):
        parse_targets(b"schema = 1\n" + colours + colours.replace(b"chroma = 1", b"chroma = 7"), "mine")
