"""What must hold of every result, whatever the oracle says."""

from __future__ import annotations

import math
import tempfile
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markets import RESULT_TABLES
from tests.oracle.dates import shortest_name
from tests.oracle.market import read_market
from tests.properties.harness import Row, Tables, comparable, exact_tables, gridsim_result, portion
from tests.properties.scenarios import scenarios

Scenario = dict[str, Any]


def run(scenario: Scenario) -> Tables:
    return exact_tables(gridsim_result(scenario))


def with_tables(scenario: Scenario, **tables: list[dict[str, str]]) -> Scenario:
    return {**scenario, "tables": {**scenario["tables"], **tables}}


def multiset(table: str, rows: list[Row]) -> Counter[tuple[Any, ...]]:
    return Counter(comparable(table, rows))


# ---- accounts and energies -----------------------------------------------------------------------------------------


@portion(30)
@given(scenarios())
def test_accounts_sum_to_zero(scenario: Scenario) -> None:
    """Per month, per ledger and in all; and what a position, leg or cell shows is what the ledger moved."""
    tables = run(scenario)
    balances: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    by_item: Counter[tuple[Any, ...]] = Counter()
    for number, line in enumerate(tables["ledger"], start=1):
        assert line["line"] == number
        assert line["energy_kwh"] > 0  # lines of zero amount and zero energy are left out
        assert line["amount_micro_yuan"] == line["energy_kwh"] * line["price_micro_yuan_per_kwh"]
        assert line["payer"] != line["payee"]
        books = balances[line["month"], line["trial"]]
        books[line["payer"]] -= line["amount_micro_yuan"]
        books[line["payee"]] += line["amount_micro_yuan"]
        if line["payer"] != "MARKET":  # what a seller's deal without a buyer brings it is of no position
            by_item[line["item"], line["trial"]] += line["amount_micro_yuan"]
    for books in balances.values():
        assert sum(books.values()) == 0
    shown: Counter[tuple[Any, ...]] = Counter()
    for position in tables["positions"]:
        for item in ("energy", "overrun", "shortfall"):
            shown[item, position["trial"]] += position[f"{item}_micro_yuan"]
    for cell in tables["cell_settlement"]:
        for item in ("transmission", "tou_adjustment", "funds", "fallback", "catalogue"):
            shown[item, cell["trial"]] += cell[f"{item}_micro_yuan"]
    moved = {key: money for key, money in by_item.items() if money and key[0] != "transfer"}  # a price's difference
    assert {key: money for key, money in shown.items() if money} == moved


@portion(30)
@given(scenarios())
def test_energies_agree_to_the_kwh(scenario: Scenario) -> None:
    """Σ legs = Σ cells = in-band energy, of every position; nothing metered or contracted gets lost."""
    tables = run(scenario)
    leg_of = {leg["leg_id"]: leg for leg in tables["legs"]}
    legs: Counter[tuple[Any, ...]] = Counter()
    contracted: Counter[tuple[Any, ...]] = Counter()
    for row in tables["leg_settlement"]:
        leg = leg_of[row["leg_id"]]
        key = (leg["unit_id"], leg["month"], leg["product"], row["trial"])
        legs[*key, "in_band"] += row["in_band_kwh"]
        legs[*key, "shortfall"] += row["shortfall_kwh"]
        contracted[key] += leg["energy_kwh"]
    cells: Counter[tuple[Any, ...]] = Counter()
    for row in tables["cell_settlement"]:
        product = "total" if row["unit_id"].endswith("/conventional") else row["period"]
        key = (row["unit_id"], row["month"], product, row["trial"])
        for name in ("in_band", "overrun", "metered"):
            cells[*key, name] += row[f"{name}_kwh"]
            assert row[f"{name}_kwh"] >= 0
    for row in tables["positions"]:
        key = (row["unit_id"], row["month"], row["product"], row["trial"])
        assert row["contract_kwh"] == contracted[key]
        assert row["in_band_kwh"] == legs[*key, "in_band"] == cells[*key, "in_band"]
        assert row["shortfall_kwh"] == legs[*key, "shortfall"]
        assert row["overrun_kwh"] == cells[*key, "overrun"]
        assert row["metered_kwh"] == cells[*key, "metered"] == row["in_band_kwh"] + row["overrun_kwh"]
        assert row["in_band_kwh"] <= row["upper_kwh"]
    trades = sum(trade["energy_kwh"] for trade in tables["trades"] if not trade["transfer"])
    assert sum(leg["energy_kwh"] for leg in tables["legs"]) == trades
    total = sum(cell.energy for cell in read_market(scenario).cells)
    assert sum(row["metered_kwh"] for row in tables["cell_settlement"] if not row["trial"]) == total


# ---- matching ------------------------------------------------------------------------------------------------------


def standing(scenario: Scenario, tables: Tables) -> dict[int, dict[str, Any]]:
    """The orders that were used, by row, in kWh and 10⁻⁶ yuan/kWh."""
    rejected = {row["row"] for row in tables["rejected"] if row["table"] == "orders"}
    return {
        number: {
            **row,
            "month": shortest_name(row["month"], scenario["year"]),  # as trades call it
            "price": round(float(row["price_yuan_per_mwh"]) * 1000),
            "energy": round(float(row["energy_mwh"]) * 1000),
        }
        for number, row in enumerate(scenario["tables"].get("orders", []), start=1)
        if number not in rejected
    }


@pytest.mark.slow
@portion(30)
@given(scenarios())
def test_no_trade_above_its_bid_or_below_its_offer(scenario: Scenario) -> None:
    """And no order trades more than it has, only standing orders trade, and nothing that could trade is left over."""
    tables = run(scenario)
    orders = standing(scenario, tables)
    left = {row: order["energy"] for row, order in orders.items()}
    for trade in tables["trades"]:
        if trade["sell_row"] is None:
            continue
        sell, buy = orders[trade["sell_row"]], orders[trade["buy_row"]]
        assert (sell["side"], buy["side"]) == ("sell", "buy")
        assert (sell["participant_id"], buy["participant_id"]) == (trade["seller_id"], trade["buyer_id"])
        for name in ("session", "product", "month", "segment"):
            assert sell[name] == buy[name] == trade[name]  # nothing crosses between books
        assert sell["price"] <= trade["price_micro_yuan_per_kwh"] <= buy["price"]
        assert trade["energy_kwh"] > 0
        left[trade["sell_row"]] -= trade["energy_kwh"]
        left[trade["buy_row"]] -= trade["energy_kwh"]
    assert all(energy >= 0 for energy in left.values())
    generators = {row["generator_id"] for row in scenario["tables"]["generators"]}
    books: dict[tuple[Any, ...], dict[str, list[int]]] = defaultdict(lambda: {"sell": [], "buy": []})
    for row, order in orders.items():
        if left[row] > 0:
            gives_away = str(order.get("transfer", "")).lower() == "true"
            among = gives_away and ("generators" if order["participant_id"] in generators else "buyers")
            book = order["session"], order["month"], order["segment"], order["product"], among
            books[book][order["side"]].append(order["price"])
    for book in books.values():
        if book["sell"] and book["buy"]:
            assert min(book["sell"]) > max(book["buy"])


# ---- order of rows -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@portion(20)
@given(scenarios(), st.data())
def test_file_order_of_participants_and_dates_decides_nothing(scenario: Scenario, data: st.DataObject) -> None:
    """A permutation of generators, retailers, users, tariffs, history and sessions leaves every row as it was."""
    names = ("generators", "retailers", "users", "tariffs", "history", "sessions")
    permuted = {
        name: data.draw(st.permutations(scenario["tables"][name])) for name in names if scenario["tables"].get(name)
    }
    before, after = run(scenario), run(with_tables(scenario, **permuted))
    assert before["trades"] == after["trades"]
    assert before["legs"] == after["legs"]
    for table in before:
        assert multiset(table, before[table]) == multiset(table, after[table]), table


@pytest.mark.slow
@portion(20)
@given(scenarios(with_load=False), st.data())
def test_file_order_of_meter_decides_the_last_kwh_alone(scenario: Scenario, data: st.DataObject) -> None:
    """A permutation of `meter` moves at most one kWh of a cell into or out of the band; positions and legs stand."""
    meter = data.draw(st.permutations(scenario["tables"]["meter"]))
    before, after = run(scenario), run(with_tables(scenario, meter=meter))
    for table in ("trades", "legs", "leg_settlement", "rejected", "compliance"):
        assert multiset(table, before[table]) == multiset(table, after[table]), table

    def without_overrun_money(tables: Tables) -> Counter[tuple[Any, ...]]:
        # Which cell has the last kWh decides which catalogue price it pays.
        return multiset("positions", [{**row, "overrun_micro_yuan": 0} for row in tables["positions"]])

    assert without_overrun_money(before) == without_overrun_money(after)

    def cells(tables: Tables) -> dict[tuple[Any, ...], Row]:
        names = ("user_id", "month", "period", "trial", "unit_id", "metered_kwh")
        return {tuple(row[name] for name in names): row for row in tables["cell_settlement"]}

    old, new = cells(before), cells(after)
    assert old.keys() == new.keys()
    for key, row in old.items():
        assert abs(row["in_band_kwh"] - new[key]["in_band_kwh"]) <= 1


@pytest.mark.slow
@portion(20)
@given(scenarios(), st.data())
def test_file_order_of_orders_decides_between_equals_alone(scenario: Scenario, data: st.DataObject) -> None:
    """Where no two standing orders of a book's side agree in price, priority and time, their file order is nothing.

    What is rejected never depends on file order.
    """
    orders = scenario["tables"].get("orders", [])
    order = data.draw(st.permutations(range(len(orders))))
    row_now = {old + 1: new + 1 for new, old in enumerate(order)}
    before, after = run(scenario), run(with_tables(scenario, orders=[orders[i] for i in order]))

    def renumbered(row: Row, *names: str) -> Row:
        return {**row, **{name: row_now[row[name]] for name in names if row[name] is not None}}

    rejected = [row if row["table"] == "bilateral" else renumbered(row, "row") for row in before["rejected"]]
    assert multiset("rejected", rejected) == multiset("rejected", after["rejected"])

    fronts = Counter(
        (*(row[name] for name in ("session", "side", "product", "month", "segment", "price")), instant(row))
        for row in standing(scenario, before).values()
    )
    if max(fronts.values(), default=1) > 1:
        return  # equals: here file order has its say
    assert [renumbered(trade, "sell_row", "buy_row") for trade in before["trades"]] == after["trades"]
    for table in ("legs", "positions", "leg_settlement", "cell_settlement", "ledger", "compliance"):
        assert multiset(table, before[table]) == multiset(table, after[table]), table


def instant(order: Row) -> datetime:
    return datetime.fromisoformat(order["submitted_at"])


@pytest.mark.slow
@portion(20)
@given(scenarios(), st.data())
def test_file_order_of_filings_decides_the_last_kwh_alone(scenario: Scenario, data: st.DataObject) -> None:
    """A permutation of `bilateral` permutes trades and legs; no energy of a position changes."""
    rows = scenario["tables"].get("bilateral", [])
    permuted = data.draw(st.permutations(rows))
    before, after = run(scenario), run(with_tables(scenario, bilateral=permuted))

    def trades(tables: Tables) -> Counter[tuple[Any, ...]]:
        return multiset("trades", [{**trade, "bilateral_row": None} for trade in tables["trades"]])

    assert trades(before) == trades(after)
    assert Counter(row["reason"] for row in before["rejected"]) == Counter(row["reason"] for row in after["rejected"])

    def legs(tables: Tables) -> Counter[tuple[Any, ...]]:
        of_others = {"leg_id": "", "trade_row": 0}  # numbers of rows, as in from_leg_id
        return multiset(
            "legs", [{**leg, **of_others, "from_leg_id": leg["from_leg_id"] and "L"} for leg in tables["legs"]]
        )

    def energies(tables: Tables) -> Counter[tuple[Any, ...]]:
        money = {"energy_micro_yuan": 0}  # which leg has the last kWh decides its price
        return multiset("positions", [{**row, **money} for row in tables["positions"]])

    assert legs(before) == legs(after)
    assert energies(before) == energies(after)
    assert multiset("compliance", before["compliance"]) == multiset("compliance", after["compliance"])


# ---- sameness ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@portion(10)
@given(scenarios())
def test_the_same_scenario_twice(scenario: Scenario) -> None:
    """The same tables, the same manifest, the same bytes in every file."""
    first, second = gridsim_result(scenario), gridsim_result(scenario)
    assert exact_tables(first) == exact_tables(second)
    assert first.manifest == second.manifest
    with tempfile.TemporaryDirectory() as directory:
        for name, result in (("first", first), ("second", second)):
            result.save(Path(directory) / name / "parquet", format="parquet")
            result.save(Path(directory) / name / "csv", format="csv")
        assert files(Path(directory) / "first") == files(Path(directory) / "second")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
@portion(10)
@given(scenarios(with_load=True))
def test_load_is_nothing_but_its_sums(scenario: Scenario) -> None:
    """A scenario with `load` settles as one with `meter` that holds its sums in order of first appearance."""
    meter = [
        {
            "user_id": cell.user.id,
            "month": cell.month,
            "period": cell.period,
            "energy_mwh": f"{cell.energy // 1000}.{cell.energy % 1000:03d}",
        }
        for cell in read_market(scenario).cells
    ]
    tables = {name: rows for name, rows in scenario["tables"].items() if name != "load"}
    assert run(scenario) == run({**scenario, "tables": {**tables, "meter": meter}})


@pytest.mark.slow
@portion(20)
@given(scenarios(year=2021))
def test_the_trial_is_the_new_rules(scenario: Scenario) -> None:
    """The trial settlement of the first quarter is what those months settle to where there is no transition."""
    months = scenario["rules"].get("transition.months", ["2021-01", "2021-02", "2021-03"])
    without = run({**scenario, "rules": {**scenario["rules"], "transition.months": []}})
    for table in ("positions", "leg_settlement", "cell_settlement"):
        trial = [{**row, "trial": False} for row in run(scenario)[table] if row["trial"]]
        leg_months = {leg["leg_id"]: leg["month"] for leg in without["legs"]}
        real = [
            row
            for row in without[table]
            if (leg_months[row["leg_id"]] if table == "leg_settlement" else row["month"]) in months
            and row.get("unit_id", "a unit") != ""  # who has no unit has no trial
        ]
        assert multiset(table, trial) == multiset(table, real), table


@portion(10)
@given(scenarios())
def test_the_tables_for_people_are_the_nearest_floats(scenario: Scenario) -> None:
    result = gridsim_result(scenario)
    scales = {"energy": 10**3, "price": 10**3, "money": 10**6, "ratio": 10**4}
    for name, spec in RESULT_TABLES.items():
        shown, exact = getattr(result, name), getattr(result.exact, name)
        assert list(shown.columns) == [column.name for column in spec]
        for column in spec:
            if column.kind in scales:
                nearest = [
                    math.nan if pd.isna(number) else number / scales[column.kind] for number in exact[column.exact]
                ]
                assert shown[column.name].equals(pd.Series(nearest, dtype="float64"))
            else:
                assert shown[column.name].equals(exact[column.exact])
