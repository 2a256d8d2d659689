"""Protocol: how a question is put, shown, rated and screened.

Sources: ITU-R BT.500-15 (double stimulus, viewing, training); ITU-T P.910 (absolute category rating with
hidden reference); ISO 20462-1 to -3 (pairs, triplets, quality ruler); ISO/IEC 29170-2
(flicker).
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.panel.stimulus import check_distinct, check_range, check_text

MOST_TRIALS: Final = 5000
"""Of one observer."""
MOST_STEPS: Final = 101


class Method(StrEnum):
    """How the question is put."""

    PAIRS = "paired comparison"
    TRIPLETS = "triplet"
    RATING = "absolute category rating"
    DOUBLE = "double stimulus"
    RULER = "quality ruler"
    RANKING = "ranking"


class View(StrEnum):
    """How several pictures are shown."""

    SIDE_BY_SIDE = "side by side"
    FLICKER = "flicker"


class ScaleKind(StrEnum):
    """How a picture is rated: in words, or anywhere between two ends."""

    CATEGORY = "category"
    CONTINUOUS = "continuous"


class Schedule(StrEnum):
    """Which judgements are asked for: dealt out evenly, or pairs chosen by all votes so far."""

    BALANCED = "balanced"
    ACTIVE = "active"


@dataclass(frozen=True)
class Prior:
    """An objective measure of the pictures that an active schedule begins with.

    Attributes:
        file: CSV with columns condition, score, and scene where scenes differ; empty for none.
        in_jnd: whether its scores claim to be JND; else their unit and direction are learned.
    """

    file: str = ""
    in_jnd: bool = False


@dataclass(frozen=True)
class Session:
    """What one observer is given.

    Attributes:
        trials: judgements of one observer; 0 gives each observer all there are.
        pause_every: trials between two invitations to rest; 0 for none.
        repeats: times that each judgement is asked for, sides swapped each time.
        retests: judgements asked once more towards the end, to learn how steady the observer is.
        flicker_hz: changes a second of a flicker view, 0.5 to 10; 0 lets the observer change pictures.
        shortest_s: time that the pictures are seen before an answer is taken.
        screen_check: whether the size of the screen and its dark and light greys are checked first.
    """

    trials: int = 0
    pause_every: int = 50
    repeats: int = 1
    retests: int = 0
    flicker_hz: float = 0.0
    shortest_s: float = 0.0
    screen_check: bool = True

    def __post_init__(self) -> None:
        check_range(self.trials, 0, MOST_TRIALS, "session.trials")
        check_range(self.pause_every, 0, MOST_TRIALS, "session.pause_every")
        check_range(self.repeats, 1, 20, "session.repeats")
        check_range(self.retests, 0, 200, "session.retests")
        if self.flicker_hz and not 0.5 <= self.flicker_hz <= 10:
            raise BadInput(f"session.flicker_hz is 0, or 0.5 to 10 changes a second, not {self.flicker_hz:g}")
        check_range(self.shortest_s, 0, 60, "session.shortest_s")


@dataclass(frozen=True)
class Scale:
    """What a rating is given on.

    Attributes:
        kind: words, or a line between two ends.
        labels: of the categories, or along the line, worst first; without any those of ITU-T P.910, or of
            BT.500's impairment scale, in the observers' language.
        low: score of the worst end of a line.
        high: of the best.
    """

    kind: ScaleKind = ScaleKind.CATEGORY
    labels: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 100.0

    def __post_init__(self) -> None:
        if self.labels and not 2 <= len(self.labels) <= 11:
            raise BadInput(f"scale.labels are 2 to 11 words, not {len(self.labels)}")
        for label in self.labels:
            check_text(label, "scale.labels", 60)
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise BadInput(f"scale.low is below scale.high, not {self.low:g} and {self.high:g}")

    @property
    def categories(self) -> int:
        """Number of categories; five where no labels are given."""
        return len(self.labels) or 5


@dataclass(frozen=True)
class Ruler:
    """Pictures of known quality that others are held against (ISO 20462-3).

    Attributes:
        conditions: of the ruler's steps, best first.
        jnd: quality of each step in JND, falling.
        scene: that the ruler shows; empty for that of the picture judged.
    """

    conditions: tuple[str, ...] = ()
    jnd: tuple[float, ...] = ()
    scene: str = ""

    def __post_init__(self) -> None:
        if len(self.conditions) != len(self.jnd):
            raise BadInput(
                f"ruler.conditions are {len(self.conditions)} and ruler.jnd {len(self.jnd)}; one for each"
            )
        if len(self.conditions) == 1 or len(self.conditions) > MOST_STEPS:
            raise BadInput(f"a ruler has 2 to {MOST_STEPS} steps, not {len(self.conditions)}")
        check_distinct(self.conditions, "ruler.conditions")
        steps = zip(self.jnd, self.jnd[1:], strict=False)
        if any(not math.isfinite(step) for step in self.jnd) or any(a <= b for a, b in steps):
            raise BadInput(
                "ruler.jnd are finite numbers that fall from the best step to the worst; sort them"
            )


@dataclass(frozen=True)
class Screening:
    """Which observers count; what is not given is not asked for. Applied when results are made.

    Attributes:
        golden_share: least share of golden pairs answered rightly, 0 to 1.
        retest_share: least share of retests answered alike, 0 to 1.
        least_median_s: least median time of an answer.
        outliers: rule for observers unlike the others: "none", "bt500" (kurtosis rule, for ratings) or
            "likelihood" (leave-one-out likelihood, for comparisons).
    """

    golden_share: float | None = None
    retest_share: float | None = None
    least_median_s: float | None = None
    outliers: str = "none"

    def __post_init__(self) -> None:
        for name in ("golden_share", "retest_share"):
            if (share := getattr(self, name)) is not None:
                check_range(share, 0, 1, f"screening.{name}")
        if self.least_median_s is not None:
            check_range(self.least_median_s, 0, 600, "screening.least_median_s")
        if self.outliers not in ("none", "bt500", "likelihood"):
            raise BadInput(f"screening.outliers is none, bt500 or likelihood, not '{self.outliers[:40]}'")
