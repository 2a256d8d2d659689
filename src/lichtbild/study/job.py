"""The nouns of a batch: a job, what holds for all jobs, and what came of one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lichtbild.camera.recipe import Recipe
from lichtbild.image.depth_map import DepthRange
from lichtbild.study.bursts import MERGED


@dataclass(frozen=True)
class Job:
    """One photograph to develop: from which files, and where it goes.

    Attributes:
        source: the raw file or picture; of a burst the first frame.
        target: the photograph's file.
        named: whether the user named this very file: then it is replaced without being asked, and its folder
            keeps no ledger.
        others: the other frames of a burst, in the order in which they were taken.
    """

    source: Path
    target: Path
    named: bool = False
    others: tuple[Path, ...] = ()

    @property
    def sources(self) -> tuple[Path, ...]:
        """All files that the photograph is made of."""
        return (self.source, *self.others)

    @property
    def merged(self) -> Path:
        """Where the merged frame of a burst goes, if it is wanted: beside the photograph."""
        return self.target.with_name(f"{self.target.stem}{MERGED}.dng")

    @property
    def report(self) -> Path:
        """Where the report of a photograph goes, if it is wanted: beside it."""
        return self.target.with_name(f"{self.target.stem}.report.html")


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Attributes:
        job: which.
        status: "done"; "skipped", because the photograph was made before, or is not ours to replace; or
            "failed".
        message: what went wrong, or what the user should know.
        exit_code: 0, or that of the error.
        seconds: time it took.
        pixels: of the photograph that was made.
        kept: whether it was skipped because what is there is not what we wrote.
        frames: how many were merged into it; 0 where it is of one file.
        left_out: name of each file of its burst that was not, and why, to follow the name and a colon.
    """

    job: Job
    status: Literal["done", "skipped", "failed"]
    message: str = ""
    exit_code: int = 0
    seconds: float = 0.0
    pixels: int = 0
    kept: bool = False
    frames: int = 0
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Settings:
    """What holds for every job of a batch.

    Attributes:
        recipe: how to develop.
        layout: TOML that says how headerless files are laid out; None looks beside each file.
        dumps: names of stages whose result is written too.
        merged_dng: whether the merged frame of each burst is written too.
        report: whether a report of each photograph is written too.
        overwrite: whether any target that is there is replaced.
        output: the folder below which folders are made as they are needed.
        threads: cores to use: tiles of one file, or files of many, at a time.
        finished: whether the sources are finished pictures that get a look; a raw file is refused.
        own_space: whether a finished picture is written in its own space instead of the recipe's.
        camera: TOML of the camera that took the frames, whose calibration counts before what files say.
        depth: file of a portrait's distances; None estimates them.
        depth_range: what its numbers mean.
        subject_mask: file of a portrait's subject; None looks for people.
    """

    recipe: Recipe
    layout: Path | None = None
    dumps: tuple[str, ...] = ()
    merged_dng: bool = False
    report: bool = False
    overwrite: bool = False
    output: Path | None = None
    threads: int = 1
    finished: bool = False
    own_space: bool = False
    camera: Path | None = None
    depth: Path | None = None
    depth_range: DepthRange | None = None
    subject_mask: Path | None = None


def written(job: Job, settings: Settings) -> tuple[Path, ...]:
    """The files that a job writes and the ledger knows: the photograph, and what else is wanted."""
    merged = (job.merged,) if settings.merged_dng and job.others else ()
    report = (job.report,) if settings.report else ()
    return (job.target, *merged, *report)
