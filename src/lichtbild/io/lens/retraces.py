"""Retraces: builds that were traced already, kept so that a run that was stopped goes on where it was.

One file for each lens, budget and seed, by their content; a line for each build. A line that was being
written when the run was stopped is passed over.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lichtbild import __version__
from lichtbild.core.cache_folder import cache_folder
from lichtbild.core.errors import CannotWrite
from lichtbild.io.lens.budget import dumps

if TYPE_CHECKING:
    from lichtbild.optics.tolerance.monte_carlo import Builds
    from lichtbild.optics.tolerance.prepared import Prepared


def retraced_anew(
    ready: "Prepared", seed: int, count: int, folder: Path | None = None
) -> "Iterator[tuple[int, Builds]]":
    """The first builds of a seed, one by one with their numbers; those known from an earlier run come first.

    Args:
        ready: the lens and its budget.
        seed: of the draws.
        count: how many builds.
        folder: where they are kept; by default in the cache.

    Raises:
        CannotWrite: the folder cannot be written to.
    """
    from lichtbild.optics.tolerance.retrace import retraced

    path = kept_at(ready, seed, folder)
    shape = ready.nominal.contrast.shape[1:]
    known = {number: build for number, build in _read(path, shape) if number < count}
    yield from sorted(known.items())
    missing = [number for number in range(count) if number not in known]
    errors = ready.errors(count, seed)[missing]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n")
            for number, build in zip(missing, retraced(ready, errors), strict=True):
                file.write(json.dumps(_row(number, build)) + "\n")
                file.flush()
                yield number, build
    except OSError as error:
        raise CannotWrite(
            f"{path}: cannot be written ({error.strerror}); set LICHTBILD_CACHE to a folder that can"
        ) from error


def in_order(found: "Iterable[tuple[int, Builds]]") -> "Builds":
    """Numbered builds in a row, by their numbers."""
    from lichtbild.optics.tolerance.retrace import joined

    return joined([build for _, build in sorted(found, key=lambda pair: pair[0])])


def kept_at(ready: "Prepared", seed: int, folder: Path | None = None) -> Path:
    """The file that holds the retraced builds of a lens, a budget and a seed."""
    content = f"{__version__}\n{ready.lens!r}\n{dumps(ready.budget)}\n{seed}"
    place = folder or cache_folder() / "tolerance"
    return place / f"{sha256(content.encode()).hexdigest()[:32]}.jsonl"


def _row(number: int, build: "Builds") -> dict[str, Any]:
    return {
        "build": number,
        "contrast": build.contrast[0].tolist(),
        "focus": float(build.focus[0]),
        "tilt": build.tilt[:, 0].tolist(),
    }


def _read(path: Path, shape: tuple[int, ...]) -> "Iterator[tuple[int, Builds]]":
    """Builds of whole lines; none where there is no file."""
    from lichtbild.optics.tolerance.monte_carlo import Builds

    lines: list[str] = []
    with suppress(OSError):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            row = json.loads(line)
            contrast = np.array(row["contrast"], float)
            if contrast.shape == shape:
                tilt = np.array(row["tilt"], float).reshape(2, 1)
                yield int(row["build"]), Builds(contrast[None], np.array([float(row["focus"])]), tilt)
