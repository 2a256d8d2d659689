"""Seed: a number that is a picture's own, of what its pixels are, wherever its file lies."""

from hashlib import blake2b

import numpy as np

from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame


def seed_of(source: RawFrame | Picture) -> int:
    """64 bits of a hash of the samples: the same for the same samples, and else another."""
    samples = np.ascontiguousarray(source.samples)
    little = samples.astype(samples.dtype.newbyteorder("<"), copy=False)
    return int.from_bytes(blake2b(little.view(np.uint8).data, digest_size=8).digest(), "little")
