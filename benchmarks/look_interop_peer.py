"""What OpenColorIO makes of colours by a table: called by `look_interop.py` in an environment that has it.

python benchmarks/look_interop_peer.py TABLE COLOURS.npy RESULT.npy
"""

import sys

import numpy as np
import PyOpenColorIO as ocio

table, colours, result = sys.argv[1:4]
transform = ocio.FileTransform(table, interpolation=ocio.INTERP_TETRAHEDRAL)
processor = ocio.Config.CreateRaw().getProcessor(transform).getDefaultCPUProcessor()
pixels = np.ascontiguousarray(np.load(colours), np.float32)
processor.applyRGB(pixels)
np.save(result, pixels)
