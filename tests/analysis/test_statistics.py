"""Statistics are what plain pandas makes of the tables: exact integers, for many groupings."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import gridsim
from tests.analysis.plain import as_dict, grouped, plain_ledger, result_of, results, with_units
from tests.markets import RESULT_TABLES
from tests.shared import fresh

LEDGER_GROUPS: list[tuple[str, ...]] = [
    (),
    *((name,) for name in ("unit", "buyer", "retailer", "mode", "user", "tariff_class", "voltage", "generator")),
    *((name,) for name in ("month", "period", "product", "item", "clause", "session", "kind", "payer", "payee")),
    ("payer_group", "payee_group", "item"),
    ("unit", "month"),
    ("session", "product", "generator"),
    ("retailer", "tariff_class", "voltage", "month", "period", "item"),
    ("payer", "payee", "month"),
]


@results
@pytest.mark.parametrize("trial", [False, True], ids=["", "trial"])
@pytest.mark.parametrize("by", LEDGER_GROUPS, ids="-".join)
def test_money_is_the_ledger_grouped(of: str, by: tuple[str, ...], trial: bool) -> None:
    ledger = plain_ledger(of)
    lines = ledger[ledger["trial"] == trial]
    table = result_of(of).statistics.money(by, trial=trial)
    columns = ["amount_micro_yuan"] + (["energy_kwh"] if "item" in by else [])
    assert as_dict(table.exact, columns) == grouped(lines, by, columns)
    assert table["lines"].sum() == len(lines)
    amounts = table.exact["amount_micro_yuan"]
    assert table["amount_yuan"].tolist() == [int(amount) / 10**6 for amount in amounts]
    assert list(table.index.names) == (list(by) or [None])


@results
def test_money_of_chosen_rows(of: str) -> None:
    ledger = plain_ledger(of)
    statistics = result_of(of).statistics
    where: dict[str, Any] = {"month": ["2021-04", "2021-08"], "mode": "tou", "item": ["energy", "overrun", "funds"]}
    lines = ledger[~ledger["trial"] & ledger["month"].isin(where["month"]) & (ledger["mode"] == "tou")]
    lines = lines[lines["item"].isin(where["item"])]
    assert len(lines)
    expected = grouped(lines, ("item", "period"), ["amount_micro_yuan"])
    assert as_dict(statistics.money(("item", "period"), where).exact, ["amount_micro_yuan"]) == expected
    narrowed = statistics.where(month=["2021-04", "2021-08", "2021-09"]).where(mode="tou")
    again = narrowed.money(("item", "period"), {"month": where["month"], "item": where["item"]})
    assert as_dict(again.exact, ["amount_micro_yuan"]) == expected
    outside = ledger[~ledger["trial"] & ledger["unit"].isna()]
    table = statistics.money("item", {"unit": ""})
    assert as_dict(table.exact, ["amount_micro_yuan"]) == grouped(outside, ("item",), ["amount_micro_yuan"])


@results
@pytest.mark.parametrize("how", ["mean", "min", "max"])
def test_money_aggregated_otherwise(of: str, how: str) -> None:
    ledger = plain_ledger(of)
    lines = ledger[~ledger["trial"]]
    table = result_of(of).statistics.money(("item", "month"), aggregate=how)  # type: ignore[arg-type]
    groups = lines.groupby(["item", "month"])["amount_micro_yuan"]
    for (item, month), amounts in groups:
        values = [int(amount) for amount in amounts]
        exact = {"mean": Fraction(sum(values), len(values)), "min": min(values), "max": max(values)}[how]
        assert table.loc[(item, month), "amount_yuan"] == float(Fraction(exact) / 10**6)
        assert table.loc[(item, month), "lines"] == len(values)


@results
def test_breakdown_has_every_item_and_adds_up(of: str) -> None:
    ledger = plain_ledger(of)
    lines = ledger[~ledger["trial"]]
    table = result_of(of).statistics.breakdown("unit")
    assert [name.removesuffix("_yuan") for name in table.columns[1:]] == [
        *("energy", "shortfall", "overrun", "transmission", "tou_adjustment", "funds", "fallback", "catalogue"),
        "transfer",
    ]
    for item in lines["item"].unique():
        of_item = grouped(lines[lines["item"] == item], ("unit",), ["amount_micro_yuan"])
        column = as_dict(table.exact, [f"{item}_micro_yuan"])
        assert {unit: value for unit, value in column.items() if value != [0]} == {
            unit: value for unit, value in of_item.items() if value != [0]
        }
    totals = grouped(lines, ("unit",), ["amount_micro_yuan"])
    assert as_dict(table.exact, ["total_micro_yuan"]) == totals


@results
@pytest.mark.parametrize(
    "by", [(), ("unit",), ("retailer", "month"), ("product", "mode"), ("unit", "month", "product")]
)
def test_energy_and_deviation_are_the_positions(of: str, by: tuple[str, ...]) -> None:
    result = result_of(of)
    for trial in (False, True):
        positions = with_units(result.exact.positions, result)
        positions = positions[positions["trial"] == trial]
        columns = [f"{name}_kwh" for name in ("contract", "metered", "in_band", "overrun", "shortfall")]
        energy = result.statistics.energy(by, trial=trial)
        expected = grouped(positions, by, columns)
        found = as_dict(energy.exact, columns)
        assert {key: found[key] for key in expected} == expected
        cells = with_units(result.exact.cell_settlement, result)
        left = cells[cells["unit"].isna() & (cells["trial"] == trial)]
        assert energy.exact["outside_kwh"].sum() == left["metered_kwh"].sum()
        deviation = result.statistics.deviation(by, trial=trial)
        columns = [f"{name}_kwh" for name in ("contract", "metered", "lower", "upper", "overrun", "shortfall")]
        columns += ["overrun_micro_yuan", "shortfall_micro_yuan"]
        assert as_dict(deviation.exact, columns) == grouped(positions, by, columns)
        off = positions[(positions["overrun_kwh"] > 0) | (positions["shortfall_kwh"] > 0)]
        assert deviation["out_of_band"].sum() == len(off)
        assert deviation["positions"].sum() == len(positions)


@results
def test_rates_are_the_nearest_floats(of: str) -> None:
    table = result_of(of).statistics.deviation(("unit", "month"))
    exact = table.exact
    for row in range(len(table)):
        contract, metered = int(exact["contract_kwh"].iloc[row]), int(exact["metered_kwh"].iloc[row])
        rate = table["deviation_rate"].iloc[row]
        if contract:
            assert rate == float(Fraction(metered - contract, contract))
            assert table["overrun_rate"].iloc[row] == float(Fraction(int(exact["overrun_kwh"].iloc[row]), contract))
        else:
            assert np.isnan(rate)


@results
@pytest.mark.parametrize("by", [("user",), ("tariff_class", "period"), ("period",), ("voltage", "month", "product")])
def test_energy_by_user_is_the_cells(of: str, by: tuple[str, ...]) -> None:
    result = result_of(of)
    users = result.inputs["users"].to_pandas().set_index("user_id")
    for trial in (False, True):
        cells = with_units(result.exact.cell_settlement, result)
        cells = cells[cells["trial"] == trial].rename(columns={"user_id": "user"})
        cells["tariff_class"] = cells["user"].map(users["tariff_class"].astype("str"))
        cells["voltage"] = cells["user"].map(users["voltage"].astype("str"))
        cells["product"] = cells["period"].where(cells["mode"] == "tou").mask(cells["mode"] == "conventional", "total")
        columns = ["metered_kwh", "in_band_kwh", "overrun_kwh"]
        table = result.statistics.energy(by, trial=trial)
        assert "contract_mwh" not in table and "shortfall_mwh" not in table
        found = as_dict(table.exact, columns)
        expected = grouped(cells[cells["unit"].notna()], by, columns)
        assert {key: found[key] for key in expected} == expected
        outside = as_dict(table.exact, ["outside_kwh"])
        of_left = grouped(cells[cells["unit"].isna()], by, ["metered_kwh"])
        assert {key: outside[key] for key in of_left} == of_left
        assert not any(any(row) for key, row in found.items() if key not in expected)


@results
@pytest.mark.parametrize("by", [("generator",), ("session", "product"), ("kind", "retailer", "month")])
def test_energy_by_generator_is_the_legs(of: str, by: tuple[str, ...]) -> None:
    result = result_of(of)
    legs = with_units(result.exact.legs, result).rename(columns={"seller_id": "generator"})
    legs["kind"] = [result.exact.trades["kind"].iloc[row - 1] for row in legs["trade_row"]]
    table = result.statistics.energy(by)
    assert as_dict(table.exact, ["contract_kwh"]) == grouped(legs, by, ["energy_kwh"])
    settled = result.exact.leg_settlement.merge(legs, on="leg_id", suffixes=("", "_of_leg"))
    columns = ["in_band_kwh", "shortfall_kwh"]
    assert as_dict(table.exact, columns) == grouped(settled[~settled["trial"]], by, columns)
    tried = settled[settled["trial"]]
    trial = as_dict(result.statistics.energy(by, trial=True).exact, ["contract_kwh", *columns])
    assert trial == grouped(tried, by, ["energy_kwh", *columns])


@results
@pytest.mark.parametrize("how", ["mean", "min", "max"])
def test_energy_aggregated_otherwise(of: str, how: str) -> None:
    result = result_of(of)
    positions = result.exact.positions[~result.exact.positions["trial"]]
    table = result.statistics.energy("unit", aggregate=how)  # type: ignore[arg-type]
    for unit, rows in positions.groupby("unit_id"):
        for name in ("contract", "metered", "overrun"):
            values = [int(value) for value in rows[f"{name}_kwh"]]
            exact = {"mean": Fraction(sum(values), len(values)), "min": min(values), "max": max(values)}[how]
            assert table.loc[unit, f"{name}_mwh"] == float(Fraction(exact) / 1000)
    assert np.isnan(table["outside_mwh"].drop("", errors="ignore")).all()


@results
def test_accounts_are_the_summarys(of: str) -> None:
    result = result_of(of)
    table = result.statistics.accounts()
    summary = result.summary()
    columns = ["paid_micro_yuan", "received_micro_yuan", "net_micro_yuan"]
    assert as_dict(table.exact, columns) == {
        (account.party,): [account.paid_micro_yuan, account.received_micro_yuan, account.net_micro_yuan]
        for account in summary.accounts
    }
    assert table.exact["net_micro_yuan"].sum() == 0
    by_group = result.statistics.accounts(("party_group", "item"), {"party_group": ["grid", "users"]})
    grid = by_group.exact.xs("grid", level="party_group")["received_micro_yuan"].sum()
    assert grid == next(account.received_micro_yuan for account in summary.accounts if account.party == "GRID")


@results
@pytest.mark.parametrize(("where", "trial"), [({}, False), ({}, True), ({"month": "2021-04"}, False)])
def test_an_overview_is_money_and_accounts(of: str, where: dict[str, str], trial: bool) -> None:
    statistics = result_of(of).statistics
    overview = statistics.overview(where, trial=trial)
    assert list(overview) == ["item", "unit", "month", "party"]
    for by, table in overview.items():
        alone = statistics.accounts if by == "party" else statistics.money
        expected = alone(by, where, trial=trial)
        pd.testing.assert_frame_equal(table.exact, expected.exact)
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(expected))
        pd.testing.assert_frame_equal(pd.DataFrame(table.top(2)), pd.DataFrame(expected.top(2)))


def test_accounts_near_what_int64_holds() -> None:
    """One party pays 6·10¹⁸ micro-yuan and another gets them: neither turnover leaves int64, that of all does."""
    result = fresh()
    ledger = result.exact.arrow("ledger")
    is_first = np.arange(len(ledger)) == int(np.argmin(ledger.column("trial").to_numpy(zero_copy_only=False)))
    amount = pa.array(np.where(is_first, 6 * 10**18, 0))
    large = ledger.set_column(ledger.column_names.index("amount_micro_yuan"), "amount_micro_yuan", amount)
    tables = {name: result.exact.arrow(name) for name in RESULT_TABLES} | {"ledger": large}
    statistics = gridsim.Result(tables, result.inputs, result.manifest).statistics
    net = statistics.accounts().exact["net_micro_yuan"]
    assert sorted(net[net != 0]) == [-6 * 10**18, 6 * 10**18]
    with pytest.raises(gridsim.InputOverflowError, match="group by party"):
        statistics.accounts("month")


def test_a_broken_table_is_told_of(tmp_path: Path) -> None:
    fresh().save(tmp_path)
    (tmp_path / "ledger.parquet").write_bytes(b"PAR1")
    with pytest.raises(gridsim.ResultError, match=r"ledger\.parquet: not the file that the manifest tells of"):
        gridsim.Result.load(tmp_path).statistics.money()
