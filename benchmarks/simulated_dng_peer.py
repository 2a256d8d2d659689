"""Run by `simulated_dng.py` with a Python that has dngpy, Adobe's DNG SDK for Python.

``FILE`` opens it and prints, as JSON, what the SDK says of it; its warnings go to standard error.
"""

import json
import sys

import dngpy
import numpy as np


def main() -> None:
    file = dngpy.Dng(sys.argv[1])
    codes = np.asarray(file._get_pixels().data)
    print(json.dumps({"shape": codes.shape, "sum": int(codes.sum(dtype=np.uint64))}))


if __name__ == "__main__":
    main()
