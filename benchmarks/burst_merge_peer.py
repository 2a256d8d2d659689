"""Run by `burst_merge.py` in an environment that has HDR+ in Python's needs: it aligns and merges a burst.

Usage: burst_merge_peer.py CHECKOUT IN OUT

CHECKOUT is of github:amonod/hdrplus-python (AGPL: run here, never part of Lichtbild). IN holds ``frames`` of
codes ``[frame, row, column]``, the number of the ``reference``, and the ``noise``: slope and offset of the
codes' variance. OUT gets the merged codes and the processor's seconds, without its saving of files.
"""

import sys
import time
from pathlib import Path

import numpy as np

RUNS = 3


def main(checkout: str, source: Path, out: Path) -> None:
    """Merge once to compile on a corner, then whole; the quickest of several runs counts."""
    sys.path.insert(0, checkout)
    setattr(np, "int", int)  # noqa: B010  it was written for an older NumPy
    from package.algorithm.alignment import alignBurst
    from package.algorithm.merging import mergeHdrplus
    from package.algorithm.params import getParams

    params, given = getParams("full"), np.load(source)
    frames, reference = list(given["frames"]), int(given["reference"])
    params["merging"]["tuning"]["noiseCurve"] = tuple(map(float, given["noise"]))
    options = {"verbose": 0, "temporalFactor": 75.0, "spatialFactor": 0.0}

    def merged(images: list[np.ndarray]) -> np.ndarray:
        tiles, padding = alignBurst("", [], images, reference, params["alignment"], options)
        return mergeHdrplus(
            images[reference], tiles, padding, {}, [0] * 4, 1, params["merging"]["tuning"], options
        )

    merged([frame[:1024, :1024] for frame in frames])
    seconds = []
    for _ in range(RUNS):
        begun = time.process_time()
        found = merged(frames)
        seconds.append(time.process_time() - begun)
    np.savez(out, merged=found, seconds=min(seconds))


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
