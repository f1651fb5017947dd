"""The short benchmark that ships with the package (`gridsim bench`); the full ones in ``benchmarks/`` build on it.

Books in the shape of the notice, other ways to match them, and a clock that runs all of them side by side.
"""
