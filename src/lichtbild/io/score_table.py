"""Scores of pictures as CSV: a truth for simulated observers, or an objective measure for the schedule.

Columns ``condition`` and ``score``, and ``scene`` where scenes differ.
"""

import csv
import io
import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.atomic import put_text, replacing
from lichtbild.panel.stimulus import Stimulus

COLUMNS: Final = ("scene", "condition", "score")
SIZE_LIMIT: Final = 64 << 20


def read_scores(path: Path, stimuli: Collection[Stimulus]) -> dict[Stimulus, float]:
    """The scores of pictures; a row without a scene is of every scene.

    Args:
        path: the table.
        stimuli: pictures that are known; each needs a score.

    Raises:
        BadFile: it cannot be read, or a column, a picture or a number is missing or wrong.
    """
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise BadFile(path, "is larger than 64 MB, which no table of scores is")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror}); name a table of scores") from error
    except UnicodeDecodeError as error:
        raise BadFile(path, f"is no text in UTF-8 ({error.reason}); write it again") from error
    try:
        return _scores(text, stimuli)
    except (csv.Error, BadInput) as error:
        raise BadFile(path, str(error)) from error


def write_scores(scores: Mapping[Stimulus, float], path: Path) -> None:
    """Write scores as `read_scores` reads them.

    Raises:
        CannotWrite: the file cannot be put there.
    """
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows((each.scene, each.condition, f"{scores[each]:.6g}") for each in sorted(scores))
    with replacing(path) as draft:
        put_text(made.getvalue(), draft)


def _scores(text: str, stimuli: Collection[Stimulus]) -> dict[Stimulus, float]:
    table = csv.DictReader(io.StringIO(text), strict=True)
    names = list(table.fieldnames or ())
    if not {"condition", "score"} <= set(names) <= set(COLUMNS):
        raise BadInput(
            f"has the columns {', '.join(names)[:80]}; it needs condition and score, and may have scene"
        )
    found: dict[Stimulus, float] = {}
    for row in table:
        scene, condition = (row.get("scene") or "").strip(), (row["condition"] or "").strip()
        about = [each for each in stimuli if each.condition == condition and scene in ("", each.scene)]
        if not about:
            raise BadInput(
                f"line {table.line_num}: there is no picture of condition '{condition[:60]}' there"
            )
        for each in about:
            if each in found:
                raise BadInput(f"line {table.line_num}: scene '{each.scene}', '{condition}' stands twice")
            found[each] = _number(row["score"] or "", table.line_num)
    missing = sorted(set(stimuli) - set(found))
    if missing:
        raise BadInput(f"has no score of scene '{missing[0].scene}', condition '{missing[0].condition}'")
    return found


def _number(text: str, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(f"line {line}: a score is a finite number, not '{text[:40]}'")
    return value
