"""``lichtbild doctor``: what is installed, what can be read and written, and what to do about it."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Literal

State = Literal["ok", "note", "finding"]

EXTRAS = {
    "heif": "reads HEIF and HEIC pictures",
    "exr": "writes and reads OpenEXR",
    "optics": "traces lenses",
    "codesign": "gradients through the differentiable stages",
    "test": "runs the tests",
    "docs": "builds the documentation",
}
"""What each extra of the package adds."""

FORMATS = (
    ("DNG", "reads, and writes linear ones", ("tifffile", "imagecodecs")),
    ("other raw files", "reads", ("rawpy",)),
    ("headerless raw files", "reads", ("numpy",)),
    ("JPEG", "reads and writes", ("PIL",)),
    ("PNG", "reads and writes", ("PIL", "imagecodecs")),
    ("TIFF", "reads and writes", ("tifffile",)),
    ("AVIF", "reads and writes", ("PIL", "PIL._avif")),
    ("HEIF", "reads", ("pi_heif",)),
    ("OpenEXR", "reads and writes", ("OpenEXR",)),
)
"""File formats, and the modules without which each cannot be used."""

CODECS = {
    "lossless JPEG": "LJPEG",
    "lossy JPEG": "JPEG8",
    "JPEG XL": "JPEGXL",
    "Deflate": "ZLIB",
}
"""Codecs that occur inside DNG, by their names in imagecodecs."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        group: what it belongs to.
        name: what was looked at.
        state: "ok", "note" (optional, nothing is wrong) or "finding" (something is wrong).
        says: what was found.
        remedy: what to do about it; empty where nothing need be done.
    """

    group: str
    name: str
    state: State
    says: str
    remedy: str = ""


def doctor(as_json: bool, warm: bool) -> int:
    """Exit code 0, or 1 when something is wrong; the findings go to the terminal.

    Args:
        as_json: whether they are written to stdout as JSON, instead of as tables to stderr.
        warm: whether the kernels are compiled first.
    """
    if warm:
        _warm(quiet=as_json)
    found = tuple(findings())
    if as_json:
        sys.stdout.write(json.dumps([asdict(finding) for finding in found], indent=2) + "\n")
    else:
        _show(found)
    return int(any(finding.state == "finding" for finding in found))


def findings() -> Iterator[Finding]:
    """Everything that was looked at, group by group."""
    yield from _machine()
    yield from _packages()
    yield from _extras()
    yield from _formats()
    yield from _cache()
    yield from _data()


def _machine() -> Iterator[Finding]:
    import platform

    from lichtbild import __version__

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Finding("machine", "lichtbild", "ok", f"{__version__} in {Path(__file__).parents[1]}")
    yield Finding("machine", "python", "ok", f"{platform.python_version()}, {sys.executable}")
    yield Finding("machine", "system", "ok", f"{platform.system()} {platform.machine()}")
    yield Finding("machine", "cores", "ok", str(cores))
    memory = _memory_gb()
    if memory is None:
        yield Finding("machine", "memory", "note", "this system does not say")
    elif memory < 2:
        remedy = "close other programs, or develop one tile at a time with -j 1"
        yield Finding(
            "machine", "memory", "finding", f"{memory:.1f} GB; large raw files take up to 1 GB", remedy
        )
    else:
        yield Finding("machine", "memory", "ok", f"{memory:.1f} GB")


def _memory_gb() -> float | None:
    """Memory of the machine in GB, where the system says."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):
        return None


def _requirements(extra: str = "") -> tuple[tuple[str, str], ...]:
    """Name and lowest version of each package that Lichtbild, or one of its extras, asks for."""
    wanted = []
    for line in metadata.requires("lichtbild") or ():
        requirement, _, marker = line.partition(";")
        named = marker.partition("extra ==")[2].strip().strip("'\"")
        if named == extra and not requirement.startswith("lichtbild"):
            name, _, lowest = requirement.partition(">=")
            wanted.append((name.strip(), lowest.strip()))
    return tuple(wanted)


def _lacking(extra: str = "") -> tuple[str, ...]:
    """Requirements that are not met, as pip takes them."""
    lacking = []
    for name, lowest in _requirements(extra):
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            installed = ""
        if not installed or _numbers(installed) < _numbers(lowest):
            lacking.append(f"{name}>={lowest}" if lowest else name)
    return tuple(lacking)


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, to compare it by."""
    numbers = []
    for part in version.split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)


def _pip(requirements: tuple[str, ...]) -> str:
    """The command that installs them into this very environment."""
    return " ".join([sys.executable, "-m", "pip", "install", *(f'"{name}"' for name in requirements)])


def _packages() -> Iterator[Finding]:
    lacking = _lacking()
    for name, lowest in _requirements():
        wanted = f"{name}>={lowest}" if lowest else name
        if wanted in lacking:
            yield Finding("packages", name, "finding", f"missing or older than {lowest}", _pip((wanted,)))
        else:
            yield Finding("packages", name, "ok", metadata.version(name))


def _extras() -> Iterator[Finding]:
    for extra, gives in EXTRAS.items():
        lacking = _lacking(extra)
        if lacking:
            yield Finding("extras", extra, "note", f"not installed: {gives}", _pip(lacking))
        else:
            yield Finding("extras", extra, "ok", gives)


def _formats() -> Iterator[Finding]:
    for name, does, modules in FORMATS:
        missing = [module for module in modules if not _importable(module)]
        extra = {"HEIF": "heif", "OpenEXR": "exr"}.get(name, "")
        if not missing:
            yield Finding("formats", name, "ok", does)
        elif extra:
            yield Finding("formats", name, "note", f"needs the extra {extra}", _pip(_lacking(extra)))
        else:
            remedy = _pip(("--force-reinstall", missing[0].split(".")[0].replace("PIL", "pillow")))
            yield Finding("formats", name, "finding", f"cannot load {', '.join(missing)}", remedy)
    yield from _heif_encoder()
    yield from _codecs()


def _heif_encoder() -> Iterator[Finding]:
    """Whether HEIF can be written too, which a program beside Python does."""
    if not _importable("imagecodecs"):
        return
    from lichtbild.core.errors import BadInput
    from lichtbild.io.formats.heif import encoder

    try:
        yield Finding("formats", "HEIF encoder", "ok", f"writes, by {encoder()}")
    except BadInput as error:
        says, _, remedy = str(error).partition("; ")
        yield Finding("formats", "HEIF encoder", "note", says, remedy)


def _importable(module: str) -> bool:
    try:
        import_module(module)
    except (ImportError, OSError):
        return False
    return True


def _codecs() -> Iterator[Finding]:
    if not _importable("imagecodecs"):
        return
    import imagecodecs

    for name, codec in CODECS.items():
        if getattr(imagecodecs, codec).available:
            yield Finding("formats", f"DNG with {name}", "ok", "reads")
        else:
            remedy = _pip(("--force-reinstall", "imagecodecs"))
            yield Finding("formats", f"DNG with {name}", "finding", "imagecodecs lacks the codec", remedy)


def _cache() -> Iterator[Finding]:
    from lichtbild.core.cache_folder import cache_folder

    place = cache_folder()
    existing = next(parent for parent in (place, *place.parents) if parent.exists())
    if not os.access(existing, os.W_OK):
        remedy = "set LICHTBILD_CACHE to a folder that you may write to"
        yield Finding("cache", "folder", "finding", f"{place} cannot be written", remedy)
    else:
        free = shutil.disk_usage(existing).free / 1e9
        yield Finding("cache", "folder", "ok", f"{place}, {free:.0f} GB free")
    yield _kernels()


def _kernels() -> Finding:
    try:
        from lichtbild.study.warm import is_warm
    except (ImportError, OSError) as error:
        lacking = _lacking() or ("--force-reinstall", "numba", "llvmlite")
        return Finding("cache", "kernels", "finding", f"cannot be loaded: {error}", _pip(lacking))
    if is_warm():
        return Finding("cache", "kernels", "ok", "compiled")
    says = "not compiled yet; the first photograph takes some seconds longer"
    return Finding("cache", "kernels", "note", says, "lichtbild doctor --warm")


def _data() -> Iterator[Finding]:
    for name in ("LICHTBILD_SHARED", "LICHTBILD_ADOBE_SAMPLES"):
        place = os.environ.get(name)
        if not place:
            yield Finding("test data", name, "note", "not set; only the tests need it")
        elif Path(place).is_dir():
            yield Finding("test data", name, "ok", place)
        else:
            yield Finding(
                "test data", name, "finding", f"{place} is not a folder", f"unset {name}, or correct it"
            )


def _warm(quiet: bool) -> None:
    from rich.console import Console

    from lichtbild.study.warm import warm

    with Console(stderr=True, quiet=quiet).status("compiling kernels"):
        warm()


def _show(found: tuple[Finding, ...]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(stderr=True)
    marks = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "finding": "[red]finding[/]"}
    for group in dict.fromkeys(finding.group for finding in found):
        table = Table("", group, "", box=None, title_justify="left", pad_edge=False)
        for finding in found:
            if finding.group == group:
                table.add_row(marks[finding.state], finding.name, escape(finding.says))
        console.print(table, "")
    for finding in found:
        if finding.remedy:
            console.print(f"{marks[finding.state]} {finding.name}: {escape(finding.remedy)}", soft_wrap=True)
