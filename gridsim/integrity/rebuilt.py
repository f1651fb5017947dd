"""The scenario behind a result: its stored inputs, and metered energy out of the table of cells, checked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from gridsim.errors import Fault, ScenarioError, shown_value
from gridsim.integrity.places import does_not_hold
from gridsim.io.assemble import assemble
from gridsim.io.decimals import outside_table
from gridsim.io.period_sets import with_period_sets
from gridsim.io.settings import Settings
from gridsim.manifest import changes_of
from gridsim.market_tables import TARIFF_PERIOD, USER_CHANGES, by_pairs_of_periods, scenario_tables
from gridsim.scenario.vary import as_changed, forecast_in, settled_for
from gridsim.tables.raw import RawTable
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.columns import Table
    from gridsim.io.table_sets import Tables
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario

__all__ = ["scenario_of"]

_CELLS = "cell_settlement"
_METERED = ("user_id", "month", "period", "metered_kwh")


def scenario_of(
    tables: Tables, inputs: Mapping[str, pa.Table], manifest: Mapping[str, Any], rules: RuleSet
) -> Scenario:
    """The scenario that a result was made from.

    Parameters
    ----------
    tables : Tables
        Exact.
    inputs : mapping of str to Arrow table
        Exact.
    manifest : mapping
    rules : RuleSet

    Raises
    ------
    ResultError
        Inputs, or the cells, are such as no run has; every fault is listed.
    """
    specs = scenario_tables(rules.shape)
    if USER_CHANGES in inputs:  # as they stood: rows of users, those with a month behind the others
        users = pa.concat_tables([inputs["users"], inputs[USER_CHANGES]], promote_options="permissive")
        inputs = {name: table for name, table in inputs.items() if name != USER_CHANGES} | {"users": users}
    raws = {name: _raw(table, specs[name], f"run_inputs/{name}") for name, table in inputs.items()}
    scenario = manifest["scenario"]
    settings = Settings(scenario["name"], scenario["year"], rules, scenario["seed"])
    settings, faults = with_period_sets(settings, scenario.get("period_sets"), "manifest.json")
    users = inputs.get("users")
    has_pairs = users is not None and "period_set" in users.column_names and users["period_set"].null_count < len(users)
    meter = by_pairs_of_periods(specs["meter"]) if has_pairs else specs["meter"]
    raws["meter"] = _raw(_meter(tables, (*_METERED, TARIFF_PERIOD) if has_pairs else _METERED), meter, _CELLS)
    try:
        found = assemble(settings, raws, given=frozenset(raws), source=scenario["name"], faults=faults, notes=())
        found = as_changed(found, changes_of(manifest), scenario.get("what_if", {}).get("from", ""))
    except ScenarioError as error:
        raise does_not_hold([_as_in_result(fault).sentence for fault in error.faults]) from None
    found = forecast_in(found, _months(scenario, "forecast_months", found) or ())
    settled = _months(scenario, "settled_months", found)
    return found if settled is None else settled_for(found, settled)


def _months(scenario: Mapping[str, Any], key: str, found: Scenario) -> list[str] | None:
    """Months of a manifest; None where it has none."""
    months = scenario.get(key)
    if months is not None and not (isinstance(months, list) and all(month in found.months for month in months)):
        fault = Fault(
            *("manifest.json", None, f"scenario.{key}", shown_value(months)),
            message=Sentence("not a month"),
            allowed=named(found.months),
        )
        raise does_not_hold([fault.sentence])
    return months


def _as_in_result(fault: Fault) -> Fault:
    """A fault of the meter table by the table in which its rows stand here."""
    return replace(fault, column="metered_kwh") if (fault.file, fault.column) == (_CELLS, "energy_mwh") else fault


def _meter(tables: Tables, columns: tuple[str, ...]) -> pa.Table:
    """Metered energy: the cells that count, which stand in the order of the meter table, the trial's behind them."""
    cells = pa.concat_tables(tables.parts(_CELLS, (*columns, "trial"))).unify_dictionaries()
    is_trial = np.asarray(cells.column("trial"))
    counted = int(np.count_nonzero(~is_trial))
    if is_trial[:counted].any():
        row = int(np.argmax(is_trial))
        raise does_not_hold(
            [
                Sentence(
                    "{place}, {part}: a row of the trial settlement stands before rows that are none",
                    place=_CELLS,
                    part=Sentence("row {row}", row=row + 1),
                )
            ]
        )
    return (
        cells.slice(0, counted)
        .drop_columns("trial")
        .rename_columns(["energy_kwh" if name == "metered_kwh" else name for name in columns])
    )


def _raw(exact: pa.Table, spec: Table, file: str) -> RawTable:
    outside = outside_table(exact, spec.columns)
    columns = {column: outside.column(column).combine_chunks() for column in outside.column_names}
    return RawTable(spec, file, columns, exact.num_rows)
