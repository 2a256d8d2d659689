"""The nouns of a batch: a job, what holds for all jobs, and what came of one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lichtbild.camera.recipe import Recipe


@dataclass(frozen=True)
class Job:
    """One file to develop and where its photograph goes.

    Attributes:
        source: the raw file or picture.
        target: the photograph's file.
        named: whether the user named this very file: then it is replaced without being asked, and its folder
            keeps no ledger.
    """

    source: Path
    target: Path
    named: bool = False


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
    """

    job: Job
    status: Literal["done", "skipped", "failed"]
    message: str = ""
    exit_code: int = 0
    seconds: float = 0.0
    pixels: int = 0
    kept: bool = False


@dataclass(frozen=True)
class Settings:
    """What holds for every job of a batch.

    Attributes:
        recipe: how to develop.
        layout: TOML that says how headerless files are laid out; None looks beside each file.
        dumps: names of stages whose result is written too.
        overwrite: whether any target that is there is replaced.
        output: the folder below which folders are made as they are needed.
        threads: cores to use: tiles of one file, or files of many, at a time.
    """

    recipe: Recipe
    layout: Path | None = None
    dumps: tuple[str, ...] = ()
    overwrite: bool = False
    output: Path | None = None
    threads: int = 1
