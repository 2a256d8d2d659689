"""Exporting: photographs of a roll written into a folder, each by its own recipe."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Lock, Thread

from lichtbild.camera.recipe import Recipe
from lichtbild.core.errors import BadInput, LichtbildError
from lichtbild.io.export import BITS
from lichtbild.study import batch
from lichtbild.study.job import Job, Settings
from lichtbild.study.roll import Photo


@dataclass(frozen=True)
class Written:
    """What came of one photograph.

    Attributes:
        name: of the file that was to be written.
        status: "done", "skipped" or "failed".
        message: what its maker should know.
    """

    name: str
    status: str
    message: str = ""


@dataclass(frozen=True)
class Standing:
    """How far an export is.

    Attributes:
        total: photographs that it has.
        share: of all work, that is done, 0 to 1.
        written: what came of each that is done.
        ended: whether nothing more will come.
    """

    total: int
    share: float = 0.0
    written: tuple[Written, ...] = ()
    ended: bool = False


@dataclass(frozen=True, eq=False)
class Order:
    """What is to be written.

    Attributes:
        photos: each with its recipe.
        folder: where; made if the one above it is there.
        suffix: of the files, which decides their kind.
        camera: file of the calibration of the camera that took them.
        threads: tiles at a time.
    """

    photos: Sequence[tuple[Photo, Recipe]]
    folder: Path
    suffix: str
    camera: Path | None = None
    threads: int = 1

    def __post_init__(self) -> None:
        if self.suffix not in (*BITS, ".dng"):
            raise BadInput(f"'{self.suffix}' is no format we write; choose one of {', '.join(BITS)}, .dng")
        if not self.photos:
            raise BadInput("no photograph was chosen; choose one or more")


class _Stopped(Exception):
    """The export was cancelled while a photograph was being developed."""


@dataclass(eq=False)
class Export:
    """An order that is being carried out by a thread of its own."""

    order: Order
    _standing: Standing = field(init=False)
    _lock: Lock = field(default_factory=Lock)
    _stop: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self._standing = Standing(len(self.order.photos))
        self._thread = Thread(target=self._run, name="export", daemon=True)

    def start(self) -> "Export":
        """Begin."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """End after the tiles that are being developed; no part of a photograph is left."""
        self._stop.set()

    def wait(self) -> Standing:
        """How it ended."""
        self._thread.join()
        return self.standing

    @property
    def standing(self) -> Standing:
        """How far it is."""
        with self._lock:
            return self._standing

    def _run(self) -> None:
        try:
            for index, (photo, recipe) in enumerate(self.order.photos):
                if self._stop.is_set():
                    break
                made = self._write(photo, recipe, index)
                self._tell(share=(index + 1) / len(self.order.photos), written=(*self.standing.written, made))
        except _Stopped:
            pass
        finally:
            self._tell(ended=True)

    def _write(self, photo: Photo, recipe: Recipe, index: int) -> Written:
        target = self.order.folder / f"{photo.source.stem}{self.order.suffix}"
        settings = Settings(
            recipe=recipe,
            output=self.order.folder,
            threads=self.order.threads,
            camera=self.order.camera if photo.is_raw else None,
        )

        def tell(job: Job, share: float) -> None:
            if self._stop.is_set():
                raise _Stopped
            self._tell(share=(index + share) / len(self.order.photos))

        try:
            (outcome,) = batch.run([Job(photo.source, target, others=photo.sources[1:])], settings, tell)
        except LichtbildError as error:
            return Written(target.name, "failed", str(error))
        return Written(target.name, outcome.status, outcome.message)

    def _tell(self, **changes: object) -> None:
        with self._lock:
            self._standing = replace(self._standing, **changes)  # type: ignore[arg-type]
