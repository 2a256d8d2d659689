"""Design from a specification alone: what `lichtbild design` finds, how soon, and whether others agree.

Usage: python benchmarks/lens_design.py FOLDER PYTHON [MINUTES [LONGER]]

The specifications are ``examples/lens_5p.toml`` and ``lens_6p.toml``. Lenses and ledgers stay in FOLDER: run
again, the searches go on (0 minutes only measures). PYTHON is an interpreter with the packages of
`requirements-peers.txt`, which opens the exported ``.zmx``. LONGER is a folder with copies of the ledgers
with which `lichtbild design` has gone on: the curve of best against minutes is theirs, the rest is FOLDER's.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

import record
from lichtbild.io.lens import read_lens, write_lens
from lichtbild.io.lens.specification import read_specification
from lichtbild.optics.aim import stop_radius
from lichtbild.optics.bundle import bundle
from lichtbild.optics.disc import polar
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Lens
from lichtbild.optics.search.target import SAMPLING
from lichtbild.optics.spot import spot
from lichtbild.optics.trace import Status
from lichtbild.study.design import Search

NAMES = ("5p", "6p")
SHARES = (0.0, 0.3, 0.5, 0.7, 0.85)
MARKS_S = (60, 120, 180, 300, 480, 600, 1200, 1800, 3600)


def designed(name: str, folder: Path, minutes: float) -> dict[str, object]:
    """What the command says of a lens."""
    spec, lens = record.ROOT / "examples" / f"lens_{name}.toml", folder / f"lens_{name}.toml"
    command = ["lichtbild", "design", str(spec), "-o", str(lens), "--minutes", str(minutes), "--json"]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    (told,) = json.loads(said.stdout)
    found: dict[str, object] = told
    return found


def confirmed(lens: Lens, name: str, folder: Path, python: str) -> dict[str, list[list[float]]]:
    """RMS radii at some fields, mm, and the share of rays lost there: ours, and each peer's by its name."""
    write_zmx, media, out = (folder / f"lens_{name}{end}" for end in (".zmx", ".media.json", ".peer.json"))
    write_lens(lens, write_zmx)
    waves, edge = np.array(lens.wavelengths), float(lens.fields[-1].y)
    indices = [
        np.broadcast_to(refractive_index(gap.medium, waves, None), waves.shape).tolist() for gap in lens.gaps
    ]
    asked = {
        "wavelengths_um": (waves * 1e3).tolist(),
        "indices": indices,
        "shares": SHARES,
        "edge_rad": edge,
        "stop_radius_mm": float(stop_radius(lens)),
    }
    media.write_text(json.dumps(asked))
    peer = str(Path(__file__).with_name("lens_design_peer.py"))
    subprocess.run([python, "-W", "ignore", peer, *map(str, (write_zmx, media, out))], check=True)
    rays = bundle(lens, polar(10, 24), np.stack([np.zeros(len(SHARES)), np.array(SHARES) * edge], axis=1))
    lost = np.asarray(rays.traced.status != Status.PASSED).mean(axis=0).mean(axis=-1)
    own = np.stack([np.asarray(spot(rays, lens.weights).rms), lost], axis=1)
    return {"Lichtbild": own.tolist(), **json.loads(out.read_text())}


def _curve(name: str, folder: Path) -> list[str]:
    """The best radius in the ledger at each mark, um: of lenses polished or varied, by many rays."""
    (wanted,) = read_specification(record.ROOT / "examples" / f"lens_{name}.toml")
    state = Search(wanted, 0, folder / f"lens_{name}.toml")
    inner = np.array(SAMPLING.fields) <= wanted.unvignetted + 1e-9
    found = [
        (entry["seconds"], 1e3 * np.array(entry["radii"])[inner].max())
        for task, entry in state.known.items()
        if entry["kind"] == "lens" and not task.startswith("start")
    ]

    def at(mark: float) -> str:
        reached = [radius for seconds, radius in found if seconds <= mark]
        return f"{min(reached):.2f}" if reached and mark <= state.seconds + 60 else "-"

    return [at(mark) for mark in MARKS_S]


def main(place: str, python: str, minutes: str = "9", longer: str = "") -> None:
    folder = Path(place)
    folder.mkdir(exist_ok=True)
    told = {name: designed(name, folder, float(minutes)) for name in NAMES}
    rows = [
        [
            name.upper(),
            each["name"],
            _asked(each),
            f"{each['value']:.4g} {each['unit']}",
            "" if each["is_met"] else "missed",
        ]
        for name in NAMES
        for each in told[name]["measures"]
    ]
    seen = {
        name: confirmed(read_lens(folder / f"lens_{name}.toml").lens, name, folder, python) for name in NAMES
    }
    programs = list(seen[NAMES[0]])
    beside = [
        [name.upper(), f"{share:g}", *(_radius(*seen[name][program][row]) for program in programs)]
        for name in NAMES
        for row, share in enumerate(SHARES)
    ]
    heads = [f"{mark / 60:g} min" for mark in MARKS_S]
    curves = [[name.upper(), *_curve(name, Path(longer or place))] for name in NAMES]
    record.write(
        "lens_design",
        "Specification against result, by the lens room's tracer",
        record.table(["lens", "", "asked for", "reached", ""], rows),
        "The greatest RMS radius to 0.85 of the field, um, of the best lens so far, by minutes of search",
        record.table(["lens", *heads], curves),
        "The exported .zmx as others trace it: RMS radii in um, five wavelengths",
        record.table(["lens", "field", *programs], beside),
    )


def _radius(radius: float, lost: float) -> str:
    """In um, and how many of the rays did not arrive."""
    return f"{1e3 * radius:.4f}" + (f" ({lost:.1%} lost)" if lost else "") if lost < 1 else "all lost"


def _asked(measure: dict[str, object]) -> str:
    least, most = measure["least"], measure["most"]
    if most is None:
        return f"at least {least:.4g}" if least else ""
    return f"at most {most:.4g}" if not least else f"{least:.4g} to {most:.4g}"


if __name__ == "__main__":
    main(*sys.argv[1:])
