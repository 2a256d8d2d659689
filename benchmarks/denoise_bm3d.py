"""Run by `denoise.py` in an environment that has bm3d and scikit-image; it needs nothing else.

``pictures OUT`` keeps scikit-image's photographs; ``denoise IN OUT`` gives each plane of unit noise to BM3D
and keeps the results and the seconds of processor time.
"""

import sys
import time
from pathlib import Path

import numpy as np


def pictures(out: Path) -> None:
    from skimage import data, io

    motorcycle = io.imread(Path(data.__file__).parent / "motorcycle_left.png")
    np.savez(out, astronaut=data.astronaut(), coffee=data.coffee(), motorcycle=motorcycle[..., :3])


def denoise(source: Path, out: Path) -> None:
    import bm3d

    results = {}
    for name, planes in np.load(source).items():
        start = time.process_time()
        done = [bm3d.bm3d(planes[..., c], 1.0) for c in range(planes.shape[2])]
        results[f"{name}/seconds"] = time.process_time() - start
        results[name] = np.stack(done, axis=-1)
    np.savez(out, **results)


if __name__ == "__main__":
    {"pictures": pictures, "denoise": denoise}[sys.argv[1]](*map(Path, sys.argv[2:]))
