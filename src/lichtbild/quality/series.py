"""Series: frames of a camera that stood still, from which noise in time and the fixed pattern are told apart.

The chart is found in the first frame and read at the same places of all.
"""

import hashlib
from collections.abc import Iterable

from lichtbild.core.errors import BadInput
from lichtbild.image.specimen import Specimen
from lichtbild.quality.bench import find
from lichtbild.quality.parts.greys import Grey, greys_in, greys_of_series
from lichtbild.quality.parts.subject import Conditions, Part, Subject
from lichtbild.quality.record import Record


def series_record(frames: Iterable[Specimen], conditions: Conditions) -> Record:
    """What a series tells beyond its frames.

    Args:
        frames: of one size; each is dropped when it was read, so that any number takes the room of one.
        conditions: as of a single picture.

    Raises:
        BadInput: there are fewer than two, they differ in size, or the first shows no chart with greys.
    """
    subjects: tuple[Subject, ...] = ()
    read: list[list[tuple[Grey, ...]]] = []
    names: list[str] = []
    digest = hashlib.sha256()
    for frame in frames:
        if not names:
            charts, _ = find(frame, conditions)
            subjects = tuple(Subject(frame, chart, conditions, len(charts) > 1) for chart in charts)
        elif frame.light.shape != subjects[0].specimen.light.shape:
            raise BadInput(f"{frame.name} has another size than {names[0]}; a series has one")
        here = [Subject(frame, each.found, conditions, each.several) for each in subjects]
        read.append([greys_in(each) for each in here])
        if not any(read[0]):
            raise BadInput(f"no grey patch was found in {frame.name}, by which a series could be told")
        names.append(frame.name)
        digest.update(frame.sha256.encode())
    if len(names) < 2:
        raise BadInput("a series has two frames or more; 8 are advised")
    parts = [
        greys_of_series(subject, [frame[k] for frame in read])
        for k, subject in enumerate(subjects)
        if read[0][k]
    ]
    return _named(subjects[0].specimen, names, digest.hexdigest(), Part.of(parts))


def _named(first: Specimen, names: list[str], sha256: str, part: Part) -> Record:
    whole = Record.of(first, (), part.measures, part.curves, part.notes)
    title = f"series of {len(names)}: {names[0]} to {names[-1]}"
    return Record(**{**vars(whole), "name": title, "sha256": sha256})
