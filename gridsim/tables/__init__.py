"""One reader of tables for every door: folders, DataFrames, `gridsim.clear` and `gridsim.settle`."""
