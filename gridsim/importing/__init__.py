"""`gridsim import`: the files that meter systems, exchanges and grid companies export, as tables of a scenario."""
