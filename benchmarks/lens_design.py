"""Design from a specification alone: what `lichtbild design` finds, how soon, and whether Optiland agrees.

Usage: python benchmarks/lens_design.py FOLDER PYTHON [MINUTES]

The specifications are ``examples/lens_5p.toml`` and ``lens_6p.toml``. Lenses and ledgers stay in FOLDER: run
again, the searches go on (0 minutes only measures). PYTHON is an interpreter with the packages of
`requirements-peers.txt`, which opens the exported ``.zmx``.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

import record
from lichtbild.io.lens import read_lens, write_lens
from lichtbild.optics.bundle import bundle
from lichtbild.optics.disc import polar
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Lens
from lichtbild.optics.spot import spot

NAMES = ("5p", "6p")
SHARES = (0.0, 0.3, 0.5, 0.7, 0.85)
MARKS_S = (60, 120, 180, 300, 450, 600, 1200, 1800, 3600)


def designed(name: str, folder: Path, minutes: float) -> dict[str, object]:
    """What the command says of a lens."""
    spec, lens = record.ROOT / "examples" / f"lens_{name}.toml", folder / f"lens_{name}.toml"
    command = ["lichtbild", "design", str(spec), "-o", str(lens), "--minutes", str(minutes), "--json"]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    (told,) = json.loads(said.stdout)
    found: dict[str, object] = told
    return found


def confirmed(
    lens: Lens, name: str, folder: Path, python: str
) -> tuple[str, list[tuple[float, float, float]]]:
    """RMS radii of ours and of the peer's at some fields, mm, and the share of rays that the peer lost."""
    write_zmx, media, out = (folder / f"lens_{name}{end}" for end in (".zmx", ".media.json", ".peer.json"))
    write_lens(lens, write_zmx)
    waves = np.array(lens.wavelengths)
    indices = [
        np.broadcast_to(refractive_index(gap.medium, waves, None), waves.shape).tolist() for gap in lens.gaps
    ]
    asked = {"wavelengths_um": (waves * 1e3).tolist(), "indices": indices, "shares": SHARES}
    media.write_text(json.dumps(asked))
    peer = str(Path(__file__).with_name("lens_design_peer.py"))
    subprocess.run([python, "-W", "ignore", peer, *map(str, (write_zmx, media, out))], check=True)
    found = json.loads(out.read_text())
    edge = float(lens.fields[-1].y)
    rays = bundle(lens, polar(10, 24), np.stack([np.zeros(len(SHARES)), np.array(SHARES) * edge], axis=1))
    own = np.asarray(spot(rays, lens.weights).rms)
    return found["name"], [(float(a), b, lost) for a, (b, lost) in zip(own, found["rms"], strict=True)]


def _curve(history: list[dict[str, float]]) -> list[str]:
    """The best radius at each mark, um."""
    return [
        f"{min(reached):.2f}" if (reached := [h["rms_um"] for h in history if h["seconds"] <= mark]) else "-"
        for mark in MARKS_S
    ]


def main(place: str, python: str, minutes: str = "9") -> None:
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
    peers = {
        name: confirmed(read_lens(folder / f"lens_{name}.toml").lens, name, folder, python) for name in NAMES
    }
    beside = [
        [name.upper(), f"{share:g}", f"{1e3 * own:.4f}", f"{1e3 * other:.4f}", f"{100 * lost:.1f} %"]
        for name in NAMES
        for share, (own, other, lost) in zip(SHARES, peers[name][1], strict=True)
    ]
    heads = [f"{mark / 60:g} min" for mark in MARKS_S]
    curves = [[name.upper(), *_curve(told[name]["history"])] for name in NAMES]
    record.write(
        "lens_design",
        "Specification against result, by the lens room's tracer",
        record.table(["lens", "", "asked for", "reached", ""], rows),
        "The greatest RMS radius to 0.85 of the field in um, as the search knows it, by minutes",
        record.table(["lens", *heads], curves),
        f"The exported .zmx traced by {peers[NAMES[0]][0]}: RMS radii in um, five wavelengths",
        record.table(["lens", "field", "Lichtbild", "Optiland", "rays that Optiland lost"], beside),
    )


def _asked(measure: dict[str, object]) -> str:
    least, most = measure["least"], measure["most"]
    if most is None:
        return f"at least {least:.4g}" if least else ""
    return f"at most {most:.4g}" if not least else f"{least:.4g} to {most:.4g}"


if __name__ == "__main__":
    main(*sys.argv[1:])
