"""Full reference: our values and times beside scikit-image, pytorch-msssim and FLIP's authors' program.

    python benchmarks/full_reference.py PICTURES --peer PYTHON [--peer PYTHON] [--path FOLDER]

PICTURES is a folder of PNGs (Kodak's). Each picture is compared with itself as a JPEG of quality 40, blurred
by a Gaussian of 1 px, noisy by 5 %, and moved by a pixel; times are those of 12 megapixels. Each PYTHON is
the interpreter of an environment that has some of the peers, PATH a folder with more of its packages.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from lichtbild.colour.transfer import SRGB
from lichtbild.numerics.separable import filtered, gaussian
from lichtbild.quality.colour_map import mean_difference
from lichtbild.quality.flip import flip
from lichtbild.quality.full_reference import LUMA, compare_pictures
from lichtbild.quality.no_reference import blur_effect
from lichtbild.quality.psnr import psnr
from lichtbild.quality.ssim import ms_ssim, ssim
from record import table, write

PEERS = {
    "psnr": "scikit-image",
    "ssim": "scikit-image",
    "ms_ssim": "pytorch-msssim",
    "flip": "flip-evaluator",
    "ciede2000_mean": "scikit-image",
    "blur_effect": "scikit-image",
}
LARGE = "12 MP"


def worse(picture: np.ndarray) -> dict[str, np.ndarray]:
    """A picture made worse in four ways, float32 of 0 to 1."""
    held = BytesIO()
    Image.fromarray((picture * 255 + 0.5).astype(np.uint8)).save(held, "JPEG", quality=40)
    line = gaussian(1.0, 4)
    blurred = np.stack([filtered(picture[..., k], line, line, "held") for k in range(3)], axis=-1)
    noise = 0.05 * np.random.default_rng(0).standard_normal(picture.shape, dtype=np.float32)
    return {
        "JPEG 40": np.asarray(Image.open(held), np.float32) / 255,
        "blurred": blurred,
        "noisy": np.clip(picture + noise, 0, 1),
        "moved": np.roll(picture, 1, axis=1),
    }


def pairs_of(folder: Path, count: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    found = {}
    for path in sorted(folder.glob("*.png"))[:count]:
        picture = np.asarray(Image.open(path).convert("RGB"), np.float32) / 255
        found |= {f"{path.stem} {kind}": (picture, other) for kind, other in worse(picture).items()}
    tiled = np.tile(next(iter(found.values()))[0], (8, 8, 1))[:3000, :4000]
    return found | {LARGE: (tiled, worse(tiled)["noisy"])}


def ours(first: np.ndarray, second: np.ndarray) -> dict[str, tuple[float, float]]:
    a, b = (one.astype(np.float64) for one in (first, second))
    x, y = (one @ np.array(LUMA) for one in (a, b))
    calls: dict[str, Callable[[], float]] = {
        "psnr": lambda: psnr(a, b),
        "ssim": lambda: ssim(x, y),
        "ms_ssim": lambda: ms_ssim(x, y),
        "flip": lambda: flip(first, second),
        "ciede2000_mean": lambda: mean_difference(SRGB.decode(a), SRGB.decode(b)),
        "blur_effect": lambda: blur_effect(y),
    }
    found = {}
    for name, call in calls.items():
        began = time.process_time()
        found[name] = float(call()), time.process_time() - began
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--peer", action="append", default=[], help="a Python that has peers")
    parser.add_argument("--path", default="", help="a folder of more packages for the peers")
    parser.add_argument("--count", type=int, default=6, help="pictures")
    chosen = parser.parse_args()
    pairs = pairs_of(chosen.pictures, chosen.count)
    ours(*next(iter(pairs.values())))
    theirs = by_peers(pairs, chosen.peer, chosen.path)
    mine = {name: ours(*pair) for name, pair in pairs.items()}
    rows = [compared(measure, mine, theirs) for measure in PEERS]
    light = [SRGB.decode(one) for one in pairs[LARGE]]
    seconds = []
    for registered in (False, True):
        began = time.process_time()
        compare_pictures(*light, registered=registered)
        seconds.append(time.process_time() - began)
    header = ["measure", "peer", "pairs", "largest difference", "ours, CPU s at 12 MP", "peer's"]
    whole = "All of them and the map of FLIP for 12 megapixels: {:.1f} s of CPU time, {:.1f} s registered."
    write("full_reference", table(header, rows), whole.format(*seconds))


Values = dict[str, dict[str, tuple[float, float]]]


def by_peers(pairs: dict[str, tuple[np.ndarray, np.ndarray]], pythons: list[str], path: str) -> Values:
    """What the peers say of each pair: value and CPU seconds."""
    theirs: Values = {name: {} for name in pairs}
    script = str(Path(__file__).with_name("full_reference_peer.py"))
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "pairs.npz"
        references = {f"reference_{name}": pair[0] for name, pair in pairs.items()}
        np.savez(held, **references, **{f"picture_{name}": pair[1] for name, pair in pairs.items()})
        for python in pythons:
            call = [python, script, str(held), *filter(None, [path])]
            done = subprocess.run(call, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stderr)
            for name, values in json.loads(done.stdout.splitlines()[-1]).items():
                theirs[name] |= values
    return theirs


def compared(measure: str, mine: Values, theirs: Values) -> list[str]:
    """A row of the table."""
    both = [(mine[name][measure], theirs[name][measure]) for name in mine if measure in theirs[name]]
    apart = max((abs(a - b) for (a, _), (b, _) in both), default=float("nan"))
    seconds = mine[LARGE][measure][1], theirs[LARGE].get(measure, (0.0, float("nan")))[1]
    cells = [f"`{measure}`", PEERS[measure], str(len(both)), f"{apart:.1e}"]
    return cells + [f"{one:.2f}" for one in seconds]


if __name__ == "__main__":
    main()
