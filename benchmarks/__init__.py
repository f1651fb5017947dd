"""Benchmarks that a sceptic can run: one file per subject, other ways to do the same beside them in `baselines`."""
