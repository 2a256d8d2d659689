"""Run by `denoise.py` in an environment that has torch 2.13: PMRID denoises mosaics.

Usage: denoise_pmrid.py CHECKOUT WEIGHTS IN OUT

CHECKOUT is of github:MegEngine/PMRID, WEIGHTS is its torch_pretrained.ckp. IN holds packed RGGB planes
in light where a full sensor is 1, and slope and offset of their noise at this ISO and at ISO 1600.
"""

import sys
import time
from pathlib import Path

import numpy as np
import torch

WHITE = 959.0
MULTIPLE = 32
SCALE = 256.0


def main(checkout: str, weights: Path, source: Path, out: Path) -> None:
    sys.path.insert(0, checkout)
    from models.net_torch import Network

    torch.set_num_threads(1)
    net = Network()
    net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    net.eval()
    given = dict(np.load(source))
    (k, s), (k0, s0) = given.pop("noise"), given.pop("anchor")
    # The k-sigma transform of its paper (ECCV 2020, equation 5), to the noise that it was trained at.
    gain, shift = k0 / k, (s / k**2 - s0 / k0**2) * k0
    results = {}
    for name, planes in given.items():
        start = time.process_time()
        light = (planes * WHITE * gain + shift) / WHITE * SCALE
        height, width = light.shape[:2]
        padded = np.pad(light, ((0, -height % MULTIPLE), (0, -width % MULTIPLE), (0, 0)), "reflect")
        with torch.no_grad():
            found = net(torch.from_numpy(padded.transpose(2, 0, 1)[None].astype(np.float32)))[0].numpy()
        made = found.transpose(1, 2, 0)[:height, :width] / SCALE * WHITE
        results[name] = (made - shift) / gain / WHITE
        results[f"{name}/seconds"] = time.process_time() - start
    np.savez(out, **results)


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
