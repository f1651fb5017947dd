"""One scenario through the pipeline: trading, contracts, settlement, ledger, checks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.compliance import compliance_table
from gridsim.contracts.concluded import concluded
from gridsim.io.table_sets import MadeTables, selected
from gridsim.manifest import manifest_of
from gridsim.market_tables import input_tables
from gridsim.result import Result
from gridsim.settlement.clauses import ledger_clauses
from gridsim.settlement.driver import settle_within_bounds
from gridsim.settlement.ledger import ledger_table
from gridsim.settlement.monthly import monthly_rules
from gridsim.settlement.names import names_of
from gridsim.settlement.parted import PartedTable
from gridsim.settlement.positions import meter_of, pack
from gridsim.settlement.settle import settle
from gridsim.settlement.tables import (
    cell_settlement_table,
    leg_ids,
    leg_settlement_table,
    legs_table,
    positions_table,
)
from gridsim.settlement.tariffs import tariffs_of
from gridsim.settlement.unitless import settle_unitless
from gridsim.stages import Stages
from gridsim.trading.buyers import buyers_of
from gridsim.trading.deals import trades_table
from gridsim.trading.market import trade
from gridsim.trading.sessions import sessions_of
from gridsim.trading.standing import rejected_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pandas as pd

    from gridsim.columns import Table
    from gridsim.scenario import Scenario

__all__ = ["run"]


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
    with stages("trading"):
        buyers = buyers_of(scenario)
        sessions = sessions_of(scenario)
        cleared = trade(scenario, buyers, sessions)
    with stages("contracts"):
        cleared, legs = concluded(scenario, buyers, sessions, cleared)
    with stages("settlement"):
        names = names_of(scenario, buyers)
        meter, tariffs = meter_of(scenario, buyers), tariffs_of(scenario)
        monthly = monthly_rules(scenario.rules, scenario.year)
        users = scenario.tables["users"]
        is_peak_valley = users["peak_valley_tariff"].to_numpy(dtype=bool)
        outcomes = []
        for trial, months in ((False, np.ones(12, dtype=bool)), (True, monthly.has_trial)):
            if trial and not months.any():
                continue
            positions = pack(legs, meter, buyers.units, months)
            outcomes.append(
                settle(
                    positions,
                    legs,
                    meter,
                    tariffs,
                    is_peak_valley,
                    monthly,
                    trial=trial,
                    threads=threads,
                    settler=settle_within_bounds,
                )
            )
        is_priority = users["priority_purchase"].to_numpy(dtype=bool)
        unitless = settle_unitless(meter, tariffs, is_peak_valley, is_priority, monthly)
    with stages("tables"):
        ids = leg_ids(len(legs))
        trades = trades_table(cleared.deals, scenario, buyers, sessions)
        tables: dict[str, pa.Table | PartedTable] = {
            "trades": trades,
            "legs": legs_table(legs, trades, names, ids),
            "positions": positions_table(outcomes, names),
            "leg_settlement": leg_settlement_table(outcomes, ids),
            "cell_settlement": cell_settlement_table(outcomes, unitless, meter, names),
            "rejected": rejected_table(cleared.filings, cleared.orders),
        }
    with stages("ledger"):
        clauses = ledger_clauses(scenario.rules, monthly.ways, transfers=len(legs.moves.leg) > 0)
        tables["ledger"] = ledger_table(outcomes, unitless, legs, meter, names, ids, clauses)
    with stages("compliance"):
        tables["compliance"] = compliance_table(scenario, buyers, sessions, cleared.deals, legs, outcomes[0], names)
    specs = input_tables(scenario.rules.shape)
    inputs = MadeTables(
        {
            name: PartedTable(len(frame), partial(_parts, frame, specs[name]))
            for name, frame in scenario.tables.items()
            if name != "meter" and name in scenario.given
        }
    )
    made = MadeTables(tables)
    return Result(made, inputs, manifest_of(scenario, made), scenario.rules)


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
