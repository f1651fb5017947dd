"""What `gridsim bench` measures; the rivals, and all goals, stand in ``benchmarks/``, which build on it."""
