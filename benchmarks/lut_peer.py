"""CPU time of a picture through a table by OpenColorIO; called by `lut.py` in an environment that has it.

python benchmarks/lut_peer.py TABLE.npy PICTURE.npy RESULT.npy KIND ROUNDS
"""

import sys
import time

import numpy as np
import PyOpenColorIO as ocio

nodes, picture = np.load(sys.argv[1]), np.load(sys.argv[2])
kind, rounds = sys.argv[4], int(sys.argv[5])
depth = {
    "uint8": ocio.BIT_DEPTH_UINT8,
    "uint16": ocio.BIT_DEPTH_UINT16,
    "float32": ocio.BIT_DEPTH_F32,
}[kind]
size = len(nodes)
transform = ocio.Lut3DTransform(gridSize=size, interpolation=ocio.INTERP_TETRAHEDRAL)
transform.setData(np.ascontiguousarray(nodes, np.float32).reshape(-1))
processor = ocio.Config.CreateRaw().getProcessor(transform)
cpu = processor.getOptimizedCPUProcessor(depth, depth, ocio.OPTIMIZATION_DEFAULT)
height, width, _ = picture.shape
result = np.empty_like(picture)
strides = (ocio.AutoStride,) * 3
source = ocio.PackedImageDesc(picture, width, height, 3, depth, *strides)
target = ocio.PackedImageDesc(result, width, height, 3, depth, *strides)
seconds = []
for _ in range(rounds):
    began = time.process_time()
    cpu.apply(source, target)
    seconds.append(time.process_time() - began)
np.save(sys.argv[3], result)
print(ocio.GetVersion(), *seconds)
