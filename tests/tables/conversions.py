"""Columns as they come from the outside, for tests of their conversion."""

from __future__ import annotations

from gridsim.columns import INPUT_TABLES

ENERGY = INPUT_TABLES["meter"]["energy_mwh"]
