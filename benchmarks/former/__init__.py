"""Kernels as they were before their algorithm changed, until both were measured on every kind of processor.

``GRIDSIM_FORMER=settlement make bench`` measures the former one in the place of today's.
"""
