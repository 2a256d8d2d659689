"""The laboratory at work: many pictures measured side by side, resumed where a run was stopped."""

import base64
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import lichtbild
from lichtbild.camera.specimen import specimen
from lichtbild.core.errors import BadInput, LichtbildError
from lichtbild.image.specimen import Specimen
from lichtbild.io import ledger, machine, search_ledger
from lichtbild.io.bench_file import digest_of, read_for_bench
from lichtbild.io.files import PICTURE_SUFFIXES, RAW_SUFFIXES, expand, expand_deep, size
from lichtbild.quality.bench import DEFECT, VERSION, measured
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.full_reference import Comparison, compare_pictures
from lichtbild.quality.parts.subject import Conditions
from lichtbild.quality.record import Record
from lichtbild.quality.repeats import groups
from lichtbild.quality.report.results import Failure
from lichtbild.quality.series import series_record
from lichtbild.study import workers

_ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}
"""Each worker keeps to one core: threads of libraries would wait for one another's."""
_MEMORY_FIXED = 500 << 20
_MEMORY_PER_PIXEL = 60
"""Bytes, measured on 12 and 50 MP pictures."""
_BYTES_PER_PIXEL = 0.2
"""Of a small JPEG file: a picture has at most so many pixels as its file lets suppose."""


_WIDEST = 1100
_OVERLAYS = 1_700_000
"""Bytes of all pictures of what was found, about."""
_BYTES_OF_OVERLAY = 0.17
"""By pixel, of charts."""


@dataclass(frozen=True)
class Shot:
    """A picture to be measured.

    Attributes:
        path: of its file.
        camera: whose pictures it is counted to.
    """

    path: Path
    camera: str


@dataclass(frozen=True)
class Order:
    """What the laboratory was asked for.

    Attributes:
        conditions: known beside the pictures.
        corrected: the corrections that raw files ask for are made.
        layout: for headerless dumps, the TOML that describes them.
        cards: names of the score cards that cameras are held against.
        reference: picture that all others are held against; None for none.
        registered: pictures are shifted on to the reference first.
        overlay: pixels of the longer side of the pictures of what was found; 0 for none.
        threads: tiles computed at a time in one picture.
    """

    conditions: Conditions = field(default_factory=Conditions)
    corrected: bool = False
    layout: Path | None = None
    cards: tuple[str, ...] = ()
    reference: Path | None = None
    registered: bool = False
    overlay: int = _WIDEST
    threads: int = 1

    @property
    def told(self) -> dict[str, Any]:
        """What decides on the numbers, for the report and for a run's key."""
        table = asdict(self.conditions) | {"corrected": self.corrected, "cards": self.cards}
        if self.reference is not None:
            table |= {"reference": self.reference.name, "registered": self.registered}
        return table | ({} if self.layout is None else {"layout": self.layout.name})


@dataclass(frozen=True)
class Found:
    """What came of a shot.

    Attributes:
        shot: that was measured.
        record: of it; None where it could not be measured.
        overlay: a picture of what was found; empty without.
        seen: a map of what is seen of the difference to the reference; empty without.
        reason: why it could not be measured.
        exit_code: of the reason.
        together: it is of several shots, and no picture of a camera.
    """

    shot: Shot
    record: Record | None
    overlay: bytes = b""
    seen: bytes = b""
    reason: str = ""
    exit_code: int = 0
    together: bool = False

    @property
    def failure(self) -> Failure:
        """The shot as a failure."""
        return Failure(self.shot.path.name, self.reason)


def plan(names: Sequence[str], *, deep: bool = False) -> tuple[Shot, ...]:
    """The shots that names of files, folders and patterns stand for, each once.

    A picture in a folder that was named counts to the camera of that folder's name; others to what their
    files say, which only reading them tells.

    Raises:
        BadInput: a name stands for nothing.
    """
    suffixes = (*RAW_SUFFIXES, *PICTURE_SUFFIXES)
    shots: dict[Path, Shot] = {}
    for name in names:
        found = (expand_deep if deep else expand)(name, suffixes)
        if not found:
            raise BadInput(f"{name}: there is no picture in it; name files, folders or patterns of pictures")
        camera = Path(name).resolve().name if Path(name).is_dir() else ""
        for path in found:
            shots.setdefault(path.resolve(), Shot(path, camera))
    return tuple(shots.values())


def series(found: Sequence[Found], order: Order) -> tuple[Found, ...]:
    """What rows of shots in one setting tell together; of two shots or more."""
    told = []
    by_record = {each.record: each.shot for each in found if each.record is not None}
    for records in by_camera(found).values():
        for group in groups(records):
            shots = [by_record[record] for record in group]
            if len(shots) > 1:
                told.append(_of_series(shots, order))
    return tuple(told)


def _of_series(shots: Sequence[Shot], order: Order) -> Found:
    """A series as one more record, counted to no camera."""
    name = Shot(shots[0].path, "series")
    try:
        frames = (_specimen(shot.path, order) for shot in shots)
        return Found(name, series_record(frames, order.conditions), together=True)
    except LichtbildError as error:
        reason = _named(shots[0].path, error)
        return Found(name, None, reason=reason, exit_code=error.exit_code, together=True)


def overlay_width(count: int) -> int:
    """Pixels of the longer side of so many pictures of what was found, so that a page holds them all."""
    pixels = _OVERLAYS / max(count, 1) / _BYTES_OF_OVERLAY
    return int(max(240, min(_WIDEST, round((4 / 3 * pixels) ** 0.5))))


def run(
    shots: Sequence[Shot], order: Order, ledger_path: Path | None, count: int
) -> Generator[Found, None, None]:
    """What came of each shot, as they are done; one that fails, fails alone.

    Args:
        shots: in their order.
        order: what is measured.
        ledger_path: where a stopped run notes what it has done; it is the caller's to take away in the end.
            None for a run that leaves no files.
        count: pictures at a time.
    """
    if ledger_path is not None:
        search_ledger.check(ledger_path)
    tasks = [_Task(shot, order, _key(shot, order)) for shot in shots]
    known = search_ledger.read_all(ledger_path) if ledger_path is not None else {}
    waiting = []
    for task in tasks:
        told = known.get((task.key, task.key))
        if told is None:
            waiting.append(task)
        else:
            yield _known(task.shot, told)
    for found, key in _answers(waiting, min(count, _affordable(waiting))):
        if ledger_path is not None and found.record is not None:
            search_ledger.append(ledger_path, key, key, _noted(found))
        yield found


@dataclass(frozen=True)
class _Task:
    shot: Shot
    order: Order
    key: str


def _answers(tasks: Sequence[_Task], count: int) -> Generator[tuple[Found, str], None, None]:
    if len(tasks) <= 1 or count <= 1:
        for task in tasks:
            yield _execute(task), task.key
        return
    with closing(workers.each(_execute, tasks, count, _ALONE)) as answers:
        for task, answer in answers:
            if isinstance(answer, workers.Lost):
                reason = f"{task.shot.path}: {answer}; measure fewer at a time (-j 1)"
                yield Found(task.shot, None, reason=reason, exit_code=3), task.key
            else:
                yield answer, task.key


def _execute(task: _Task) -> Found:
    machine.keep_freed_memory()
    shot, order = task.shot, task.order
    try:
        subject = _specimen(shot.path, order)
        record, charts = measured(subject, order.conditions)
        compared = _compared(subject, order)
    except LichtbildError as error:
        return Found(shot, None, reason=_named(shot.path, error), exit_code=error.exit_code)
    except MemoryError:
        reason = f"{shot.path}: there is not enough memory for it; measure fewer at a time (-j 1)"
        return Found(shot, None, reason=reason, exit_code=3)
    except Exception as error:  # a defect of ours costs one picture, not the run
        what = f"{shot.path}: {DEFECT} ({type(error).__name__}: {error})"
        return Found(shot, None, reason=f"{what}; please report it with the file", exit_code=3)
    if compared is not None:
        record = replace(record, measures=(*compared.measures, *record.measures))
    seen = b"" if compared is None else compared.flip_png
    kept = Record.of_table(record.to_table())  # as a ledger would tell it, so that resumed runs are the same
    return Found(shot, kept, _overlay(subject, charts, order.overlay), seen)


def _specimen(path: Path, order: Order) -> Specimen:
    source, sha256, lossy = read_for_bench(path, order.layout)
    return specimen(source, path.name, sha256, lossy=lossy, corrected=order.corrected, threads=order.threads)


def _compared(subject: Specimen, order: Order) -> Comparison | None:
    if order.reference is None:
        return None
    reference = _specimen(order.reference, order)
    return compare_pictures(reference.light, subject.light, registered=order.registered)


def _named(path: Path, error: LichtbildError) -> str:
    words = str(error)
    return words if words.startswith(str(path)) else f"{path}: {words}"


def _overlay(subject: Specimen, charts: tuple[FoundChart, ...], long_edge: int) -> bytes:
    if not long_edge:
        return b""
    from lichtbild.quality.detect.overlay import overlay

    return overlay(subject.light, charts, widest=long_edge, kind="WEBP")


def _key(shot: Shot, order: Order) -> str:
    """Digest of all that decides on a shot's numbers."""
    parts = [digest_of(shot.path), shot.path.name, shot.camera, str(sorted(order.told.items()))]
    parts.extend(digest_of(path) for path in (order.reference, order.layout) if path is not None)
    return ledger.key([*parts, str(order.overlay), lichtbild.__version__, str(VERSION)])


def _noted(found: Found) -> Mapping[str, Any]:
    assert found.record is not None
    pictures = {name: base64.b64encode(getattr(found, name)).decode() for name in ("overlay", "seen")}
    return {"record": found.record.to_table(), **pictures}


def _known(shot: Shot, told: Mapping[str, Any]) -> Found:
    overlay, seen = (base64.b64decode(told.get(name, "")) for name in ("overlay", "seen"))
    return Found(shot, Record.of_table(told["record"]), overlay, seen)


def _affordable(tasks: Iterable[_Task]) -> int:
    """How many pictures fit into the memory that is free, if all were as large as the largest file."""
    free = machine.free_memory()
    largest = max((size(task.shot.path) for task in tasks), default=0)
    if free is None:
        return 1 << 30
    return max(1, int(free / (_MEMORY_FIXED + _MEMORY_PER_PIXEL * largest / _BYTES_PER_PIXEL)))


def by_camera(found: Iterable[Found]) -> dict[str, tuple[Record, ...]]:
    """Records of pictures by the camera that they count to: the folder's name, else what the file says."""
    cameras: dict[str, list[Record]] = {}
    for each in found:
        if each.record is not None and not each.together:
            name = each.shot.camera or each.record.camera or "camera unknown"
            cameras.setdefault(name, []).append(each.record)
    return {name: tuple(records) for name, records in cameras.items()}
