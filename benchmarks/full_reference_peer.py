"""Measures of pictures against their references by other programs; called by `full_reference.py`.

python benchmarks/full_reference_peer.py PAIRS.npz [PATH]

PAIRS.npz holds reference_NAME and picture_NAME, encoded float32 of 0 to 1; PATH is a folder of more packages.
Prints a line of JSON: for each name and measure its value and CPU seconds. What is not installed is left out.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

if len(sys.argv) > 2:
    sys.path.insert(0, sys.argv[2])

LUMA = np.array([0.2126, 0.7152, 0.0722])
found: dict[str, dict[str, tuple[float, float]]] = {}


def timed(name: str, measure: str, call: Callable[[], Any]) -> None:
    began = time.process_time()
    value = float(call())
    found.setdefault(name, {})[measure] = (value, time.process_time() - began)


def by_skimage(name: str, first: np.ndarray, second: np.ndarray) -> None:
    from skimage.color import deltaE_ciede2000, rgb2lab
    from skimage.measure import blur_effect
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    a, b = (one.astype(np.float64) for one in (first, second))
    x, y = a @ LUMA, b @ LUMA
    rule = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1.0}
    timed(name, "psnr", lambda: peak_signal_noise_ratio(a, b, data_range=1.0))
    timed(name, "ssim", lambda: structural_similarity(x, y, **rule))
    timed(name, "ciede2000_mean", lambda: deltaE_ciede2000(rgb2lab(a), rgb2lab(b)).mean())
    timed(name, "blur_effect", lambda: blur_effect(y))


def by_torch(name: str, first: np.ndarray, second: np.ndarray) -> None:
    import torch
    from pytorch_msssim import ms_ssim

    torch.set_num_threads(1)
    x, y = (torch.from_numpy((one.astype(np.float64) @ LUMA)[None, None]) for one in (first, second))
    timed(name, "ms_ssim", lambda: ms_ssim(x, y, data_range=1.0))


def by_flip(name: str, first: np.ndarray, second: np.ndarray) -> None:
    import flip_evaluator

    # The mean is taken here: theirs adds up single precision, which goes wrong for millions of pixels.
    timed(
        name,
        "flip",
        lambda: flip_evaluator.evaluate(first, second, "LDR", applyMagma=False, computeMeanError=False)[
            0
        ].mean(dtype=np.float64),
    )


pairs = np.load(sys.argv[1])
for key in pairs.files:
    if key.startswith("reference_"):
        label = key.removeprefix("reference_")
        for peer in (by_skimage, by_torch, by_flip):
            try:
                peer(label, pairs[key], pairs[f"picture_{label}"])
            except ImportError:
                continue
print(json.dumps(found))
