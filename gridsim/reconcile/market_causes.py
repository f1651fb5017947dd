"""Causes that lie in the market: prices, contracts, rules, users, transfers, rows that the other side lacks or has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.reconcile.causes import Cause
from gridsim.reconcile.explained import Unknown
from gridsim.reconcile.ledger_lines import users_of
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

__all__ = ["market_causes", "unknown_figures"]

_PRICE = "_micro_yuan_per_kwh"
_PRICE_SCALE = 1_000
_CONTRACTS = ("bilateral", "deals")


def market_causes(state: State, differing: Differing) -> Iterator[Cause]:
    """Each market with rows or names otherwise that could explain something that differs.

    Parameters
    ----------
    state : State
    differing : Differing
        Of the same state.
    """
    yield from _contracts_missing(state, differing)
    yield from _tariff_rows(state)
    yield from _users(state, differing)
    yield from _transfers(state, differing)


def unknown_figures(state: State, differing: Differing) -> Iterator[Unknown]:
    """Each single figure of tariffs, contracts and rules that the other side may have otherwise.

    Parameters
    ----------
    state, differing
        As `market_causes` takes them.
    """
    yield from _tariff_prices(state, differing)
    yield from _contract_figures(state, differing)
    yield from _rule_values(state)


# ---- contracts ------------------------------------------------------------------------------------------------------


def _contract_rows(state: State, differing: Differing) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Rows of contracts of the side that deliver in a month that differs: table, row, and what names it."""
    for table in _CONTRACTS:
        frame = state.scenario.tables.get(table)
        if frame is None or not len(frame):
            continue
        names = ("contract_id",) if "contract_id" in frame else ("contract", "deal_id")
        parties = {state.side.party} | users_of(state.scenario, state.side.party)
        buyers, sellers = (frame[key].isin(parties) for key in ("buyer_id", _seller(frame)))
        is_theirs = (buyers | sellers).to_numpy(dtype=bool)
        months = frame["month"].astype(object).to_numpy()
        whole = ~np.isin(months, list(state.scenario.months))
        for row in np.flatnonzero(is_theirs & (whole | np.isin(months, list(differing.months)))):
            called = next(
                (str(frame[name].iloc[row]) for name in names if pd.notna(frame[name].iloc[row])), f"#{row + 1}"
            )
            where = {"contract": called, "month": str(months[row])}
            yield table, int(row), {**where, "product": str(frame["product"].iloc[row])}


def _seller(frame: pd.DataFrame) -> str:
    return "generator_id" if "generator_id" in frame else "seller_id"


def _contracts_missing(state: State, differing: Differing) -> Iterator[Cause]:
    for table, row, where in _contract_rows(state, differing):
        sentence = Sentence(
            "contract {contract} of {month} is missing on their side", contract=where["contract"], month=where["month"]
        )
        yield Cause("contract_missing", where, sentence, partial(without_rows, table=table, rows=np.array([row])))


def _contract_figures(state: State, differing: Differing) -> Iterator[Unknown]:
    for table, row, where in _contract_rows(state, differing):
        frame = state.scenario.tables[table]
        for kind, column, probe in (
            ("contract_price", "price_micro_yuan_per_kwh", 10_000),
            ("contract_energy", "energy_kwh", 1_000),
        ):
            if kind == "contract_energy" and not differing.has_energies and frame[column].iloc[row] < probe:
                continue
            yield Unknown(
                int(frame[column].iloc[row]),
                probe,
                partial(_contract_cause, kind, table, row, column, where, int(frame[column].iloc[row])),
            )


def _contract_cause(
    kind: str, table: str, row: int, column: str, where: dict[str, str], ours: int, theirs: int
) -> Cause:
    sentence = (
        Sentence("another price of contract {contract} in {month}", contract=where["contract"], month=where["month"])
        if kind == "contract_price"
        else Sentence(
            "another energy of contract {contract} in {month}", contract=where["contract"], month=where["month"]
        )
    )
    values = {column: theirs}
    edit = partial(with_cells, table=table, rows=np.array([row]), values=values)
    return Cause(kind, {**where, "ours": ours, "theirs": theirs}, sentence, edit)


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
    columns = [str(name) for name in frame if str(name).endswith(_PRICE)]
    for row, rate in enumerate(zip(frame["tariff_class"], frame["voltage"], strict=True)):
        if rate not in rates:
            continue
        for column in columns:
            if pd.notna(frame[column].iloc[row]):
                ours = int(frame[column].iloc[row])
                yield Unknown(ours, 10_000, partial(_tariff_cause, rate, row, column, ours))


def _tariff_cause(rate: tuple[str, str], row: int, column: str, ours: int, theirs: int) -> Cause:
    name = column.removesuffix(_PRICE)
    where = {"tariff_class": rate[0], "voltage": rate[1], "column": name, "ours": ours, "theirs": theirs}
    sentence = Sentence(
        "another price {column} of {tariff_class}, {voltage}", column=name, tariff_class=rate[0], voltage=rate[1]
    )
    edit = partial(with_cells, table="tariffs", rows=np.array([row]), values={column: theirs})
    return Cause("tariff_price", where, sentence, edit)


# ---- rules ----------------------------------------------------------------------------------------------------------


def _rule_values(state: State) -> Iterator[Unknown]:
    """Every ratio and price of the rule set that a line could rest on."""
    rules = state.scenario.rules
    used = _paths_used(rules.shape)
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


# ---- users ----------------------------------------------------------------------------------------------------------


def _users(state: State, differing: Differing) -> Iterator[Cause]:
    scenario, party = state.scenario, state.side.party
    users = scenario.tables["users"]
    ours = users_of(scenario, party)
    is_retailer = party in set(scenario.tables["retailers"]["retailer_id"])
    rates = set(zip(scenario.tables["tariffs"]["tariff_class"], scenario.tables["tariffs"]["voltage"], strict=True))
    for row in range(len(users)):
        user = str(users["user_id"].iloc[row])

        def other(kind: str, sentence: Sentence, *, at: int = row, name: str = user, **values: object) -> Cause:
            told: dict[str, object] = {"user": name}
            for column, value in values.items():
                told |= {"ours": users[column].iloc[at], "theirs": value}
            edit = partial(with_cells, table="users", rows=np.array([at]), values=values)
            return Cause(kind, told, sentence, edit)

        if user not in ours:
            if is_retailer and differing.months_of_energy:
                yield other("foreign_user", Sentence("user {user} is counted as ours", user=user), retailer_id=party)
            continue
        if is_retailer and differing.months_of_energy and users["retailer_id"].iloc[row] == party:
            others = [name for name in scenario.tables["retailers"]["retailer_id"] if name != party]
            yield other(
                "lost_user",
                Sentence("user {user} is not counted as ours", user=user),
                retailer_id=(others or [None])[0],
            )
        if pd.notna(users["exit_month"].iloc[row]):
            yield other(
                "left_user", Sentence("user {user}, who has left, is still counted", user=user), exit_month=None
            )
        else:
            for month in differing.months:
                yield other(
                    "user_left",
                    Sentence("user {user} has left the market from {month} on", user=user, month=month),
                    exit_month=month,
                )
        if users["priority_purchase"].iloc[row]:
            sentence = Sentence("user {user}, on priority purchase, is counted in the unit", user=user)
            yield other("priority_purchase", sentence, priority_purchase=False)
        elif not differing.names_users or user in differing.users:
            yield other(
                "priority_purchase", Sentence("user {user} is on priority purchase", user=user), priority_purchase=True
            )
        if differing.names_users and user not in differing.users:
            continue
        own = (users["tariff_class"].iloc[row], users["voltage"].iloc[row])
        for rate in sorted(rates - {own}):
            edit = partial(
                with_cells,
                table="users",
                rows=np.array([row]),
                values=dict(zip(("tariff_class", "voltage"), rate, strict=True)),
            )
            told = {"user": user, "ours": own, "theirs": rate}
            yield Cause(
                "tariff_class",
                told,
                Sentence(
                    "user {user} is billed by {tariff_class}, {voltage}",
                    user=user,
                    tariff_class=rate[0],
                    voltage=rate[1],
                ),
                edit,
            )
        flag = bool(users["peak_valley_tariff"].iloc[row])
        yield other(
            "peak_valley_tariff",
            Sentence("user {user} is on the other kind of tariff by periods", user=user),
            peak_valley_tariff=not flag,
        )
        for mode in scenario.rules.shape.modes:
            if mode.id != users["mode"].iloc[row]:
                yield other("mode", Sentence("user {user} settles in another mode", user=user), mode=mode.id)


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
