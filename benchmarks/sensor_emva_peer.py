"""Run by `sensor_emva.py` with a Python that has the reference implementation of EMVA 1288.

``DESCRIPTOR OUT`` evaluates the frames that an EMVA 1288 descriptor names, kept as NumPy arrays, and keeps
what the evaluator finds.
"""

import json
import logging
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from emva1288.process.data import Data1288
from emva1288.process.loader import LoadImageData
from emva1288.process.parser import ParseEmvaDescriptorFile
from emva1288.process.results import Results1288

QUIET: Any = {"loglevel": logging.ERROR}


def evaluated(descriptor: str) -> dict[str, float | str]:
    """What the evaluator finds."""
    images = ParseEmvaDescriptorFile(descriptor, **QUIET).images
    data = Data1288(LoadImageData(images, fload=np.load, **QUIET).data, **QUIET).data
    found = Results1288(data, **QUIET)
    names = ("K", "QE", "sigma_d", "DSNU1288", "PRNU1288", "u_e_sat", "LE_min", "LE_max")
    values: dict[str, float | str] = {}
    for name in names:
        value = getattr(found, name)
        values[name] = float(value() if callable(value) else value)
    return {**values, "version": version("emva1288")}


if __name__ == "__main__":
    source, out = sys.argv[1:]
    Path(out).write_text(json.dumps(evaluated(source)))
