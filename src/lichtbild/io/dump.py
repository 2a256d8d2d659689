"""Intermediates: what a stage gave, as float TIFF that any instrument reads."""

import json
from pathlib import Path

import numpy as np

from lichtbild.image.raster import AbstractRaster
from lichtbild.io.atomic import replacing


def dump(noun: AbstractRaster, path: Path | str) -> None:
    """Write the samples of a noun, as they are, to a TIFF with its kind in the description.

    Samples are float32 and neither scaled nor clipped; a raw frame keeps the type it was stored in.

    Raises:
        CannotWrite: the file cannot be written there.
    """
    import tifffile  # photographs without intermediates do not wait for it

    samples = np.asarray(noun.samples)
    planes = samples.shape[2]
    description = {"lichtbild": type(noun).__name__, "planes": planes}
    with replacing(Path(path)) as beside:
        tifffile.imwrite(
            beside,
            samples[..., 0] if planes == 1 else samples,
            photometric="rgb" if planes == 3 else "minisblack",
            planarconfig=None if planes == 1 else "contig",
            description=json.dumps(description),
            metadata=None,
            software="Lichtbild",
        )
