"""Other ways to do what gridsim does: the limit in C++, and what a user would write with polars.

Those that need neither a compiler nor another library (numpy, pandas) stand in `gridsim.bench.baselines`, because
`gridsim bench` runs them too.
"""
