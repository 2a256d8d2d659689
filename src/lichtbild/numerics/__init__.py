"""Floor 1: warps, interpolation and compiled kernels, without any knowledge of cameras."""
