"""Figures that users' bills rest on and the other side may have otherwise: retail contracts, nominations, demand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.reconcile.causes import Cause
from gridsim.reconcile.explained import Unknown, touching
from gridsim.reconcile.variants import with_cells
from gridsim.units import POWER_DECIMALS, RATIO_DECIMALS, format_fixed
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.reconcile.differing import Differing
    from gridsim.reconcile.settling import State
    from gridsim.scenario import Scenario

__all__ = ["bill_figures"]

_PRICE = "_micro_yuan_per_kwh"
_RATIOS = ("share", "free", "rate")
_BILLED = ("capacity_va", "demand_w", "reactive_kvarh")
_PRICE_PROBE, _RATIO_PROBE, _BILLED_PROBE, _ENERGY_PROBE = 10_000, 100, 10_000, 10_000


def bill_figures(state: State, differing: Differing) -> Iterator[Unknown]:
    """Each figure that a bill of a user who differs may rest on.

    Parameters
    ----------
    state : State
    differing : Differing
        Of the same state.
    """
    for table, columns in _columns(state.scenario).items():
        frame = state.scenario.tables[table]
        here = frame["user_id"].isin(differing.users).to_numpy()
        if "month" in frame:
            here = here & frame["month"].isin(differing.months).to_numpy()
        rows = np.flatnonzero(here).tolist()
        cells = [(row, column) for row in rows for column in columns if pd.notna(frame[column].iloc[row])]
        yield from touching(state, (_unknown(state, table, row, column) for row, column in cells))


def _unknown(state: State, table: str, row: int, column: str) -> Unknown:
    ours = int(state.scenario.tables[table][column].iloc[row])
    least = -(2**53) if column.endswith(_PRICE) else 0
    return Unknown(ours, _probe(column), partial(_cause, state, table, row, column, ours), least=least)


def _columns(scenario: Scenario) -> dict[str, list[str]]:
    """The figures of each table that the scenario was given."""
    found: dict[str, list[str]] = {}
    if "retail_contracts" in scenario.given:
        names = list(map(str, scenario.tables["retail_contracts"]))
        found["retail_contracts"] = [name for name in names if name.endswith(_PRICE) or name in _RATIOS]
    if "billing" in scenario.given:
        found["billing"] = list(_BILLED)
    if "nominations" in scenario.given:
        found["nominations"] = ["energy_kwh"]
    return found


def _probe(column: str) -> int:
    if column.endswith(_PRICE):
        return _PRICE_PROBE
    return _RATIO_PROBE if column in _RATIOS else _BILLED_PROBE if column in _BILLED else _ENERGY_PROBE


def _cause(state: State, table: str, row: int, column: str, ours: int, theirs: int) -> Cause:
    one = state.scenario.tables[table].iloc[row]
    where: dict[str, object] = {"user": str(one["user_id"])}
    if "month" in one:
        where["month"] = str(one["month"])
    edit = partial(with_cells, table=table, rows=np.array([row]), values={column: theirs})
    if table == "nominations":
        where |= {"ours": ours, "theirs": theirs}
        sentence = Sentence("another nomination of user {user} in {month}", user=where["user"], month=where["month"])
        return Cause("nomination", where, sentence, edit)
    if table == "billing":
        name, _, _ = column.rpartition("_")
        decimals = 0 if column == "reactive_kvarh" else POWER_DECIMALS
        sides = (format_fixed(value, decimals) for value in (ours, theirs))
        where |= {"column": name, **dict(zip(("ours", "theirs"), sides, strict=True))}
        sentence = Sentence(
            "another {column} of user {user} in {month}", column=name, user=where["user"], month=where["month"]
        )
        return Cause("billed_figure", where, sentence, edit)
    name = column.removesuffix(_PRICE)
    kind = "retail_price" if column.endswith(_PRICE) else "retail_term"
    both = (ours, theirs) if kind == "retail_price" else tuple(format_fixed(x, RATIO_DECIMALS) for x in (ours, theirs))
    where |= {"column": name, "ours": both[0], "theirs": both[1]}
    sentence = Sentence("another {column} in the retail contract of user {user}", column=name, user=where["user"])
    return Cause(kind, where, sentence, edit)
