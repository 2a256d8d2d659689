import math

import pytest

from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.look.targets import Aim, Targets, parse_targets

TEXT = """schema = 1
[targets]
grey_lightness = 50
black_lightness = 1
tone_tolerance = 1.5
slope = 18
white_ev = 4.5
chroma_ratio = 1.0
lift_limit_ev = 0.15
tone = [
  { ev = -4, lightness = 3 },
  { ev = 1, lightness = 69 },
]
colours = [
  { hue_deg = 30, chroma = 1.1, shift_deg = 2 },
  { hue_deg = 270, chroma = 0.9, shift_deg = 0, shift_limit_deg = 3 },
]
tints = [
  { lightness = 90, a = 1, b = 3 },
]
"""


def targets(text: str = TEXT) -> Targets:
    return parse_targets(text.encode(), "mine")


def test_each_target_has_its_tolerance_and_its_line() -> None:
    aims = {aim.name: aim for aim in targets().aims}
    assert aims["L* of mid-grey"] == Aim("L* of mid-grey", "tone", 0.0, 50.0, 49.0, 51.0, 3)
    assert aims["L* at +1 EV"] == Aim("L* at +1 EV", "tone", 1.0, 69.0, 67.5, 70.5, 12)
    assert aims["lift at -3 EV"] == Aim("lift at -3 EV", "lift", -3.0, 0.15, -math.inf, 0.15, 9)
    white = aims["L* at +4.5 EV (white)"]
    assert (white.low, white.high, white.line) == (98.0, 99.5, 7)
    assert (aims["shift at 270°"].low, aims["shift at 270°"].high) == (-3.0, 3.0)
    assert (aims["b* of neutral at L* 90"].wanted, aims["b* of neutral at L* 90"].line) == (3.0, 19)


def test_a_miss_is_counted_in_tolerances() -> None:
    aim = Aim("tone", "tone", 0.0, 50.0, 48.0, 51.0, 1)
    assert [aim.miss(value) for value in (47.0, 50.0, 50.5)] == [-1.5, 0.0, 0.5]
    assert [aim.is_met(value) for value in (47.9, 48.0, 51.0, 51.1)] == [False, True, True, False]
    limit = Aim("lift", "lift", 0.0, 0.2, -math.inf, 0.2, 1)
    assert limit.miss(0.1) == 0.5 and limit.is_met(0.2) and not limit.is_met(0.21)


def test_targets_of_the_package_are_read() -> None:
    names = ("natural", "authentic", "vibrant", "heritage", "modern", "ccd-day", "mono-hard", "selenium")
    for name in names:
        found = parse_targets(resources.read("look", "catalogue", f"{name}.toml"), name)
        assert len(found.aims) >= 12


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("grey_lightness = 50", "grey_lightness = nan", "line 3 of look 'mine' has grey_lightness = nan"),
        ("grey_lightness = 50", "grey_lightness = 500", "line 3 .* takes numbers from 30 to 70"),
        ("grey_lightness = 50", "grey_lightness = true", "line 3 .* takes numbers from 30 to 70"),
        ("grey_lightness = 50", "grey_lightnes = 50", "line 3 .*targets.grey_lightnes, which no look has"),
        ("tone_tolerance = 1.5", "tone_tolerance = 0", "line 5 .* is a tolerance and takes numbers"),
        ("tone_tolerance = 1.5", "tone_tolerance = -1", "line 5 .* is a tolerance and takes numbers"),
        (
            "{ ev = 1, lightness = 69 }",
            "{ ev = 1, lightness = 40 }",
            "line 12 .* is not above L\\* of mid-grey",
        ),
        ("{ ev = 1, lightness = 69 }", "{ ev = 1, light = 69 }", "line 12 .* needs exactly ev, lightness"),
        ("{ ev = 1, lightness = 69 }", "{ ev = -4, lightness = 2 }", "line 12 .* a second time"),
        ("{ ev = 1, lightness = 69 }", "{ ev = 1, lightness = inf }", "line 12 .* has lightness = inf"),
        ("black_lightness = 1", "black_lightness = 4", "line 4 .* not below L\\* at -4 EV 3 of line 11"),
        ("hue_deg = 270", "hue_deg = 30", "line 16 .* asks for hue_deg 30 a second time"),
        ("tints = [", "tints = 3 #", "not TOML"),
        ("white_ev = 4.5", "white_ev = 4.5\ntone = 3", "not TOML"),
        ("slope = 18", "slope = 18\nvignette = 3", "line 7 .* has vignette that is no list of tables"),
        ("[targets]", "[target]", r"has no table \[targets\]"),
        ("[targets]", "[targets", "not TOML .*line 2"),
    ],
)
def test_what_no_look_can_reach_is_refused_with_its_line(old: str, new: str, words: str) -> None:
    assert old in TEXT
    with pytest.raises(BadInput, match=words) as raised:
        targets(TEXT.replace(old, new, 1))
    assert "\n" not in str(raised.value)
