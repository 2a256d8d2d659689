"""A picture and its reference on which other programs' answers are known."""

import numpy as np


def reference_pair(height: int = 64, width: int = 72) -> tuple[np.ndarray, np.ndarray]:
    """The same picture moved by a pixel, darker and noisy; encoded, float32 of 0 to 1."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[:height, :width]
    planes = [
        0.5 + 0.4 * np.sin(x / 5) * np.cos(y / 7),
        0.5 + 0.35 * np.sin((x + y) / 9),
        0.3 + 0.3 * ((x // 12 + y // 9) % 2),
    ]
    reference = np.stack(planes, axis=-1)
    moved = np.roll(reference, 1, axis=1) * 0.95 + 0.03 * rng.standard_normal(reference.shape)
    return reference.astype(np.float32), np.clip(moved, 0, 1).astype(np.float32)
