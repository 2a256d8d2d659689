"""What a panel leaves behind: votes and pictures collected, and written as a page with JSON beside it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import lichtbild
from lichtbild.io.atomic import put_text, replacing
from lichtbild.io.thumbnail import thumbnail
from lichtbild.panel.experiment import Experiment
from lichtbild.panel.report.results import Results, results, results_json, results_page
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.vote import Vote
from lichtbild.study.panel_pictures import Exhibition

MOST_PICTURES: Final = 400
"""In one page; further scenes are left out of it."""


def report(
    experiment: Experiment,
    stimuli: Sequence[Stimulus],
    votes: Sequence[Vote],
    shown: Exhibition | None = None,
    *,
    dated: bool = True,
) -> Results:
    """What votes say.

    Args:
        experiment: that they answer.
        stimuli: names of all its pictures.
        votes: all.
        shown: the pictures, to stand in the page; None leaves them out.
        dated: whether the votes' dates are when they were given.

    Raises:
        BadInput: no vote counts, or the rules leave out everybody.
    """
    small = {} if shown is None else _small(shown)
    return results(lichtbild.__version__, experiment, stimuli, votes, small, dated=dated)


def write(found: Results, target: Path) -> None:
    """Write the page, and the numbers beside it as JSON.

    Raises:
        CannotWrite: a file cannot be put there.
    """
    with replacing(target.with_suffix(".json")) as draft:
        put_text(results_json(found), draft)
    with replacing(target) as draft:
        put_text(results_page(found), draft)


def as_json(found: Results) -> str:
    """The numbers as JSON."""
    return results_json(found)


def _small(shown: Exhibition) -> Mapping[Stimulus, bytes]:
    """Small pictures of as many whole scenes as a page holds."""
    kept: list[Stimulus] = []
    for scene in dict.fromkeys(each.scene for each in shown.stimuli):
        own = [each for each in shown.stimuli if each.scene == scene]
        if len(kept) + len(own) > MOST_PICTURES:
            break
        kept += own
    return {each: thumbnail(shown.store.read(shown.pictures[each])) for each in kept}
