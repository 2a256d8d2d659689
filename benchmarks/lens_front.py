"""A front of lenses by one command, and whether others agree on each.

Usage: python benchmarks/lens_front.py FOLDER PYTHON [MINUTES]

The front is ``examples/lens_front.toml``, MINUTES for each lens. Lenses and ledgers stay in FOLDER: run
again, the searches go on (0 minutes only measures). PYTHON is as of `lens_design.py`.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import record
from lens_design import SHARES, confirmed
from lichtbild.io.lens import read_lens

SHOWN = ("f-number", "track", "distortion", "chief ray angle", "relative illumination", "RMS spot")
"""Lines of the table of specification against result, by how they begin."""


def searched(folder: Path, minutes: float) -> list[dict[str, Any]]:
    """What the command says of the front's lenses."""
    front = str(record.ROOT / "examples" / "lens_front.toml")
    command = ["lichtbild", "design", front, "-o", str(folder), "--minutes", str(minutes), "--json"]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return found


def apart(ours: list[list[float]], theirs: list[list[float]]) -> str:
    """How far radii differ at most, nm, and at how many of the fields the peer traced all rays."""
    both = [(a, b) for (a, _), (b, lost) in zip(ours, theirs, strict=True) if not lost]
    return f"{max((abs(a - b) for a, b in both), default=0.0) * 1e6:.3f} at {len(both)} of {len(ours)}"


def row(told: dict[str, Any], folder: Path, python: str) -> tuple[list[str], list[str]]:
    """A lens's line of the table, and the names of the peers that it was shown to."""
    place, measures = Path(told["lens"]), told["measures"]
    if not measures:
        return [place.stem, *["-"] * (len(SHOWN) + 1), "-", "-"], []
    values = [
        next(f"{each['value']:.4g} {each['unit']}" for each in measures if each["name"].startswith(name))
        for name in SHOWN
    ]
    missed = ", ".join(each["name"] for each in measures if not each["is_met"])
    seen = confirmed(read_lens(place).lens, place.stem, folder, python)
    ours = seen.pop("Lichtbild")
    beside = [apart(ours, rows) for rows in seen.values()]
    return [place.stem, *values, missed or "all met", *beside], list(seen)


def main(place: str, python: str, minutes: str = "4") -> None:
    folder = Path(place)
    told = searched(folder, float(minutes))
    rows = [row(each, folder, python) for each in told]
    peers = next(names for _, names in rows if names)
    heads = ["lens", *SHOWN, "limits", *(f"apart from {name}, nm" for name in peers)]
    taken = [each["history"][-1]["seconds"] for each in told if each["history"]]
    record.write(
        "lens_front",
        f"A front of {len(told)} lenses by one command; each found within {max(taken) / 60:.1f} minutes",
        record.table(heads, [cells for cells, _ in rows]),
        f"Radii beside others' are at {', '.join(map(str, SHARES))} of the field, where these lose no ray.",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
