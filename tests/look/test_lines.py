from lichtbild.look.lines import line_of, lines_of

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
