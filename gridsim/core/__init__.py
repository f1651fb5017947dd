"""Kernels: arrays of int64 in, arrays and a status code out. Imports numba and numpy alone."""
