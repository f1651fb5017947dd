"""One scenario through the pipeline: trading, contracts, settlement, ledger, checks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.compliance import compliance_table
from gridsim.io.named_frames import makers
from gridsim.io.table_sets import MadeTables, selected
from gridsim.manifest import manifest_of
from gridsim.market_tables import input_tables, scenario_tables
from gridsim.result import Result
from gridsim.result_tables import ResultTables
from gridsim.scenario.notices_deals import unmetered_months
from gridsim.settled_market import settled_market
from gridsim.settlement.parted import PartedTable
from gridsim.settlement.year import unmetered_deals
from gridsim.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pandas as pd

    from gridsim.columns import Table
    from gridsim.scenario import Scenario

__all__ = ["inputs_of", "run", "unsettled"]


def run(scenario: Scenario, *, threads: int | None = None, stages: Stages | None = None) -> Result:
    """Clear and settle a scenario's year; `gridsim.run` says more.

    Parameters
    ----------
    scenario : Scenario
    threads : int, optional
        How many settle side by side; as many as there are processors if left out.
    stages : Stages, optional
        Takes the time of each stage.

    Raises
    ------
    KernelError
        A kernel met what the checks of a scenario exclude: a defect of gridsim, never of the input.
    """
    stages = stages or Stages()
    settled = settled_market(scenario, threads, stages)
    tables, year = settled.tables, settled.year
    with stages("compliance"):
        tables["compliance"] = compliance_table(
            scenario,
            settled.buyers,
            settled.sessions,
            settled.cleared.trades,
            settled.legs,
            year.outcomes[0],
            year.names,
            makers(tables),
        )
    made = MadeTables(tables)
    warnings = tuple(unmetered_months(unmetered_deals(year)))
    return Result(made, inputs_of(scenario), manifest_of(scenario, made, warnings), scenario.rules)


def unsettled(scenario: Scenario) -> ResultTables:
    """A scenario as results hold it, with nothing settled: what it takes to compare the inputs of two.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    ResultTables
        Its inputs, rules and manifest, and of the tables the metered energies of ``cell_settlement`` alone.
    """
    meter = _arrow(scenario.tables["meter"], input_tables(scenario.rules.shape)["meter"])
    names = ["metered_kwh" if name == "energy_kwh" else name for name in meter.column_names]
    cells = meter.rename_columns(names).append_column("trial", pa.array(np.zeros(len(meter), dtype=bool)))
    made = MadeTables({"cell_settlement": PartedTable(len(cells), partial(_cells, cells))})
    return ResultTables(made, inputs_of(scenario), manifest_of(scenario, made), scenario.rules)


def _cells(cells: pa.Table, columns: Collection[str] | None) -> Iterator[pa.Table]:
    yield selected(cells, columns)


def inputs_of(scenario: Scenario) -> MadeTables:
    """The input tables that a result keeps: all but meter, whose figures stand with the cells.

    Parameters
    ----------
    scenario : Scenario
    """
    specs = scenario_tables(scenario.rules.shape)
    return MadeTables(
        {
            name: PartedTable(len(frame), partial(_parts, frame, specs[name]))
            for name, frame in scenario.tables.items()
            if name != "meter" and name in scenario.given
        }
    )


def _parts(frame: pd.DataFrame, spec: Table, columns: Collection[str] | None) -> Iterator[pa.Table]:
    """An input table, made when it is asked for: a quarter of a small run, which a thousand of them do without."""
    yield selected(_arrow(frame, spec), columns)


def _arrow(frame: pd.DataFrame, spec: Table) -> pa.Table:
    """An exact frame as an Arrow table, texts and categories alike as texts."""
    columns = {}
    for column in spec:
        array = pa.array(frame[column.exact], from_pandas=True)
        if pa.types.is_dictionary(array.type) or pa.types.is_large_string(array.type):
            array = array.cast(pa.string())
        columns[column.exact] = array
    return pa.table(columns)
