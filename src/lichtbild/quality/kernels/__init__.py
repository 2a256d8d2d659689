"""Kernels of the laboratory, reached only through the measures that they speed up."""
