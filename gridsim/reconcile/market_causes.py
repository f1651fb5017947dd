"""Causes that lie in the market: tariffs, rules, users, transfers, rows that the other side lacks or has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.reconcile.causes import Cause
from gridsim.reconcile.change_causes import change_causes
from gridsim.reconcile.contract_causes import contracts_missing
from gridsim.reconcile.explained import Unknown, touching
from gridsim.reconcile.ledger_lines import users_of
from gridsim.reconcile.user_causes import user_causes
from gridsim.reconcile.variants import rows_where, with_cells, with_rule, without_rows
from gridsim.rules.kinds import Quantity, RatioKind
from gridsim.units import RATIO_DECIMALS
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.reconcile.differing import Differing
    from gridsim.reconcile.settling import State
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import ModeShape, RegimeShape
    from gridsim.scenario import Scenario

__all__ = ["band_edges", "market_causes", "unknown_figures"]

_PRICE = "_micro_yuan_per_kwh"
_PRICE_SCALE = 1_000
_PROBE = 10_000


def market_causes(state: State, differing: Differing) -> Iterator[Cause]:
    """Each market with rows or names otherwise that could explain something that differs.

    Parameters
    ----------
    state : State
    differing : Differing
        Of the same state.
    """
    yield from _tariff_rows(state)
    yield from user_causes(state, differing)
    yield from change_causes(state, differing)
    yield from contracts_missing(state, differing)
    yield from _transfers(state, differing)


def unknown_figures(state: State, differing: Differing) -> Iterator[Unknown]:
    """Each single figure of tariffs and rules that the other side may have otherwise.

    Parameters
    ----------
    state, differing
        As `market_causes` takes them.
    """
    yield from touching(state, _tariff_prices(state, differing))
    yield from touching(state, _rule_values(state))


# ---- tariffs --------------------------------------------------------------------------------------------------------


def _tariff_rows(state: State) -> Iterator[Cause]:
    """Rows of tariffs that are not used, so that those before them stand."""
    frame = state.scenario.tables["tariffs"]
    for row in np.flatnonzero(frame["effective_from"].notna().to_numpy()):
        names = {name: str(frame[name].iloc[row]) for name in ("tariff_class", "voltage", "effective_from")}
        sentence = Sentence("the tariff in force from {month} is not used", month=names["effective_from"])
        yield Cause("tariff_row", names, sentence, partial(without_rows, table="tariffs", rows=np.array([row])))


def _tariff_prices(state: State, differing: Differing) -> Iterator[Unknown]:
    frame, users = state.scenario.tables["tariffs"], state.scenario.tables["users"]
    concerned = users[users["user_id"].isin(differing.users)]
    rates = set(zip(concerned["tariff_class"], concerned["voltage"], strict=True))
    rate_of_row = list(zip(frame["tariff_class"], frame["voltage"], strict=True))
    rows = [row for row, rate in enumerate(rate_of_row) if rate in rates]
    columns = [str(name) for name in frame if str(name).endswith(_PRICE)]
    cells = [(row, column) for row in rows for column in columns if pd.notna(frame[column].iloc[row])]
    for row, column in cells:
        ours = int(frame[column].iloc[row])
        yield Unknown(ours, _PROBE, partial(_tariff_cause, rate_of_row[row], row, column, ours))


def _tariff_cause(rate: tuple[str, str], row: int, column: str, ours: int, theirs: int) -> Cause:
    name = column.removesuffix(_PRICE)
    where = {"tariff_class": rate[0], "voltage": rate[1], "column": name, "ours": ours, "theirs": theirs}
    sentence = Sentence(
        "another price {column} of {tariff_class}, {voltage}", column=name, tariff_class=rate[0], voltage=rate[1]
    )
    edit = partial(with_cells, table="tariffs", rows=np.array([row]), values={column: theirs})
    return Cause("tariff_price", where, sentence, edit)


# ---- rules ----------------------------------------------------------------------------------------------------------


def band_edges(state: State) -> Iterator[Unknown]:
    """The edge of each band.

    Parameters
    ----------
    state : State
    """
    ways: tuple[ModeShape | RegimeShape, ...] = (*state.scenario.rules.shape.modes, *state.scenario.rules.shape.regimes)
    bands = [band for way in ways for side in (way.over, way.under) for band in side]
    return _values(state, {path for band in bands if band.edge is not None for path in band.edge.paths()})


def _rule_values(state: State) -> Iterator[Unknown]:
    """Every ratio and price of the rule set that a line could rest on."""
    return _values(state, _paths_used(state.scenario.rules.shape))


def _values(state: State, used: set[str]) -> Iterator[Unknown]:
    rules = state.scenario.rules
    scales: dict[type, tuple[int, int]] = {RatioKind: (10**RATIO_DECIMALS, 10), Quantity: (_PRICE_SCALE, 100)}
    for path in rules.catalogue.kinds:
        item = rules.item(path)
        scale = scales.get(type(item.kind))
        if scale is None or path not in used or not isinstance(item.value, str):
            continue
        try:
            ours = round(float(item.value) * scale[0])
        except ValueError:
            continue
        yield Unknown(ours, scale[1], partial(_rule_cause, state, path, item.value, scale[0]), most=10 * scale[0] ** 2)


def _paths_used(shape: MarketShape) -> set[str]:
    """The values that bands, charges and coefficients name."""
    ways: tuple[ModeShape | RegimeShape, ...] = (*shape.modes, *shape.regimes)
    bands = [band for way in ways for side in (way.over, way.under) for band in side]
    charges = [charge for mode in shape.modes for charge in mode.charges]
    charges += [charge for _, of_users in shape.outside for charge in of_users]
    every = [expression for band in bands for expression in (band.edge, band.price, band.fee) if expression is not None]
    every += [charge.price for charge in charges]
    return {path for expression in (*every, *shape.coefficients) for path in expression.paths()}


def _rule_cause(state: State, path: str, ours: str, scale: int, theirs: int) -> Cause:
    value = f"{theirs // scale}.{theirs % scale:0{len(str(scale)) - 1}d}".rstrip("0").rstrip(".")
    kind, about = _what_a_value_is(state, path)
    if kind == "rule_value" and scale == _PRICE_SCALE:
        kind = "rule_price"
    sentence = Sentence("{path} is {value}", path=path, value=value)
    return Cause(kind, {**about, "path": path, "ours": ours, "theirs": value}, sentence, partial(_ruled, path, value))


def _ruled(path: str, value: str, scenario: Scenario) -> Scenario:
    return with_rule(scenario, path, value)


def _what_a_value_is(state: State, path: str) -> tuple[str, dict[str, str]]:
    """The edge of a band, a period's coefficient, or else a value of the rules."""
    shape = state.scenario.rules.shape
    ways: tuple[ModeShape | RegimeShape, ...] = (*shape.modes, *shape.regimes)
    for way in ways:
        for side, bands in (("over", way.over), ("under", way.under)):
            if any(band.edge is not None and path in band.edge.paths() for band in bands):
                return "band_edge", {"mode": way.id, "side": side}
    for period, expression in zip(shape.periods, shape.coefficients, strict=False):
        if path in expression.paths():
            return "coefficient", {"period": period}
    return "rule_value", {}


# ---- transfers ------------------------------------------------------------------------------------------------------


def _transfers(state: State, differing: Differing) -> Iterator[Cause]:
    """A session's transfers of one product that are not settled."""
    orders = state.scenario.tables["orders"]
    if not len(orders) or not orders["transfer"].any():
        return
    frame = orders[orders["transfer"].to_numpy(dtype=bool)]
    parties = {state.side.party} | users_of(state.scenario, state.side.party)
    frame = frame[frame["participant_id"].isin(parties)]
    for names in sorted(set(zip(frame["session"], frame["month"], frame["product"], strict=True))):
        session, month, product = map(str, names)
        if month in state.scenario.months and month not in differing.months:
            continue
        rows = rows_where(
            orders,
            {"session": session, "month": month, "product": product, "transfer": True, "participant_id": parties},
        )
        where = {"session": session, "month": month, "product": product}
        sentence = Sentence("a transfer of contracts in {session} is not settled", session=session)
        yield Cause("transfer_missing", where, sentence, partial(without_rows, table="orders", rows=rows))
