"""Everything that comes in and goes out: scenario folders, tables, results."""

from gridsim.io.folder import load
from gridsim.io.frames import scenario_from_tables

__all__ = ["load", "scenario_from_tables"]
