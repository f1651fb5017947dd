"""Statistics are what plain pandas makes of the tables: exact integers, for many groupings."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import gridsim
from gridsim.analysis import grouping
from gridsim.analysis import table as table_module
from gridsim.analysis.sources import LEDGER
from gridsim.columns import RESULT_TABLES
from tests.io.building import frames
from tests.shared import MINI, PROVINCE, fresh, loaded

Frame = pd.DataFrame
RESULTS: dict[str, Callable[[], gridsim.Result]] = {
    "mini": fresh,
    "mini from CSV": lambda: loaded(MINI, "csv"),
    "province from Parquet": lambda: loaded(PROVINCE),
}
results = pytest.mark.parametrize("of", list(RESULTS))


def result_of(of: str) -> gridsim.Result:
    return RESULTS[of]()


# ---- plain pandas ----------------------------------------------------------------------------------------------------


@cache
def plain_ledger(of: str) -> Frame:
    """The exact ledger with every dimension as a column of its own, found the slow way."""
    result = result_of(of)
    ledger = result.exact.ledger.drop(columns=["user_id"]).assign(user=result.exact.ledger["user_id"])
    inputs = {name: table.to_pandas() for name, table in result.inputs.items()}
    users = inputs["users"].astype({"tariff_class": "str", "voltage": "str"}).set_index("user_id")
    groups = {"GRID": "grid", "GOVERNMENT": "government"}
    for table, key in (("generators", "generator_id"), ("retailers", "retailer_id"), ("users", "user_id")):
        groups |= dict.fromkeys(inputs[table][key], table)
    legs = result.exact.legs.merge(
        result.exact.trades["kind"], left_on="trade_row", right_index=True, how="left"
    ).set_index("leg_id")
    legs["kind"] = [result.exact.trades["kind"].iloc[row - 1] for row in legs["trade_row"]]
    ledger["unit"] = ledger["unit_id"]
    ledger["buyer"] = ledger["unit_id"].str.rsplit("/", n=1).str[0]
    ledger["mode"] = ledger["unit_id"].str.rsplit("/", n=1).str[1]
    ledger["retailer"] = ledger["buyer"].where(ledger["buyer"].isin(inputs["retailers"]["retailer_id"]))
    ledger["user"] = ledger["user"].fillna(ledger["buyer"].where(ledger["buyer"].isin(users.index)))
    ledger["tariff_class"] = ledger["user"].map(users["tariff_class"])
    ledger["voltage"] = ledger["user"].map(users["voltage"])
    ledger["generator"] = ledger["payee"].where(ledger["payee"].map(groups) == "generators")
    ledger["product"] = ledger["leg_id"].map(legs["product"])
    of_cell = ledger["period"].where(ledger["mode"] == "tou").mask(ledger["mode"] == "conventional", "total")
    ledger["product"] = ledger["product"].fillna(of_cell)
    ledger["session"] = ledger["leg_id"].map(legs["session"])
    ledger["kind"] = ledger["leg_id"].map(legs["kind"])
    ledger["payer_group"] = ledger["payer"].map(groups)
    ledger["payee_group"] = ledger["payee"].map(groups)
    return ledger


def grouped(frame: Frame, by: tuple[str, ...], columns: list[str], how: str = "sum") -> dict[Any, list[int]]:
    """Sums of integer columns by group, as plain Python."""
    if not by:
        return {(): [int(getattr(frame[column], how)()) for column in columns]}
    keys = [frame[name].astype(object).fillna("").astype(object) for name in by]
    sums = frame.groupby(keys)[columns].agg(how)
    return {
        (key if isinstance(key, tuple) else (key,)): list(map(int, row))
        for key, row in zip(sums.index, sums.to_numpy(), strict=True)
    }


def as_dict(table: Frame, columns: list[str]) -> dict[Any, list[int]]:
    keys = [key if isinstance(key, tuple) else (key,) for key in table.index]
    if isinstance(table.index, pd.RangeIndex):
        keys = [()]
    return {key: list(map(int, row)) for key, row in zip(keys, table[columns].to_numpy(), strict=True)}


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
        *("energy", "shortfall", "overrun", "transmission", "tou_adjustment", "funds", "fallback", "catalogue")
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


def with_units(frame: Frame, result: gridsim.Result) -> Frame:
    frame = frame.assign(unit=frame["unit_id"])
    frame["mode"] = frame["unit_id"].str.rsplit("/", n=1).str[1]
    buyer = frame["unit_id"].str.rsplit("/", n=1).str[0]
    retailers = result.inputs["retailers"].to_pandas()["retailer_id"]
    frame["retailer"] = buyer.where(buyer.isin(retailers))
    return frame


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
@pytest.mark.parametrize("by", [(), ("unit",), ("retailer", "month"), ("product",)])
@pytest.mark.parametrize("trial", [False, True], ids=["", "trial"])
def test_prices_are_money_over_energy(of: str, by: tuple[str, ...], trial: bool) -> None:
    result = result_of(of)
    table = result.statistics.prices(by, trial=trial)
    ledger = plain_ledger(of)
    lines = ledger[(ledger["trial"] == trial) & ledger["unit"].notna()]
    positions = with_units(result.exact.positions, result)
    positions = positions[positions["trial"] == trial]
    legs = with_units(result.exact.legs, result)
    legs["money"] = legs["energy_kwh"] * legs["price_micro_yuan_per_kwh"]
    if trial:
        legs = legs[legs["month"].isin(positions["month"])]
    outside = ledger[(ledger["trial"] == trial) & ledger["unit"].isna()]
    left = with_units(result.exact.cell_settlement, result).assign(product=None)
    left = left[left["unit"].isna() & (left["trial"] == trial)]
    nothing = {key: [0] for key in as_dict(table.exact, ["in_band_kwh"])}

    def sums(frame: Frame, column: str, *items: str) -> dict[Any, list[int]]:
        frame = frame[frame["item"].isin(items)] if items else frame
        return nothing | grouped(frame, by, [column]) if len(frame) else nothing

    expected = {
        "contract": (sums(legs, "money"), sums(legs, "energy_kwh")),
        "in_band": (sums(lines, "amount_micro_yuan", "energy"), sums(positions, "in_band_kwh")),
        "with_deviation": (
            sums(lines, "amount_micro_yuan", "energy", "overrun", "shortfall"), sums(positions, "metered_kwh"),
        ),
        "delivered_without_deviation": (
            sums(lines, "amount_micro_yuan", "energy", "transmission", "tou_adjustment", "funds"),
            sums(positions, "in_band_kwh"),
        ),
        "delivered": (sums(lines, "amount_micro_yuan"), sums(positions, "metered_kwh")),
        "outside": (sums(outside, "amount_micro_yuan"), sums(left, "metered_kwh")),
    }  # fmt: skip
    for name, (money, energy) in expected.items():
        shown = dict(zip(nothing, table[f"{name}_yuan_per_mwh"], strict=True))
        for key, price in shown.items():
            (kwh,), (micro_yuan,) = energy[key], money[key]
            assert np.isnan(price) if kwh == 0 else price == float(Fraction(micro_yuan, kwh) / 1000), (name, key)


@results
@pytest.mark.parametrize("by", [("tariff_class",), ("user", "month"), ("period",), ()])
@pytest.mark.parametrize("trial", [False, True], ids=["", "trial"])
def test_prices_by_user_share_the_money_of_positions_exactly(of: str, by: tuple[str, ...], trial: bool) -> None:
    result = result_of(of)
    users = result.inputs["users"].to_pandas().set_index("user_id")
    cells = with_units(result.exact.cell_settlement, result).rename(columns={"user_id": "user"})
    cells = cells[(cells["trial"] == trial) & cells["unit"].notna()]
    cells["voltage"] = cells["user"].map(users["voltage"].astype("str"))
    cells["tariff_class"] = cells["user"].map(users["tariff_class"].astype("str"))
    cells["product"] = cells["period"].where(cells["mode"] == "tou", "total")
    positions = result.exact.positions[result.exact.positions["trial"] == trial]
    money = positions.set_index(["unit_id", "month", "product"])["energy_micro_yuan"]
    statistics = result.statistics
    # () is a matter of positions: `voltage` in `where` asks for the same by cells.
    where = {} if by else {"voltage": sorted(users["voltage"].astype("str").unique())}
    dimensions = list(by) or ["voltage"]
    expected: dict[Any, list[int]] = {}
    for place, rows in cells.groupby(["unit", "month", "product"]):
        weights = rows.groupby(dimensions)["in_band_kwh"].sum()
        weights = weights[weights > 0]
        total, whole = int(money[place]), int(weights.sum())  # type: ignore[index]
        shares = [Fraction(total * int(weight), whole) for weight in weights]
        floors = [share.numerator // share.denominator for share in shares]
        by_remainder = sorted(
            range(len(shares)), key=lambda n: (floors[n] - shares[n], order(statistics, dimensions, weights.index[n]))
        )
        for number in by_remainder[: total - sum(floors)]:
            floors[number] += 1
        for key, weight, share in zip(weights.index, weights, floors, strict=True):
            of_group = expected.setdefault((key if isinstance(key, tuple) else (key,)) if by else (), [0, 0])
            of_group[0] += int(weight)
            of_group[1] += share
    table = statistics.prices(by, where, trial=trial)
    found = as_dict(table.exact, ["in_band_kwh", "energy_micro_yuan"])
    assert {key: row for key, row in found.items() if any(row)} == expected
    assert table.exact["energy_micro_yuan"].sum() == positions["energy_micro_yuan"].sum()
    for price, (energy, amount) in zip(table["in_band_yuan_per_mwh"], found.values(), strict=True):
        assert np.isnan(price) if energy == 0 else price == float(Fraction(amount, energy) / 1000)
    if by == ("tariff_class",):
        for name in expected:
            alone = statistics.prices(by, {"tariff_class": name[0]}, trial=trial)
            assert as_dict(alone.exact, ["in_band_kwh", "energy_micro_yuan"]) == {name: found[name]}
        ledger = plain_ledger(of)
        lines = ledger[(ledger["trial"] == trial) & ledger["item"].isin(["transmission", "tou_adjustment", "funds"])]
        charges = grouped(lines[lines["unit"].notna()], by, ["amount_micro_yuan"])
        assert {k: v for k, v in as_dict(table.exact, ["charges_micro_yuan"]).items() if any(v)} == charges
        outside = grouped(ledger[(ledger["trial"] == trial) & ledger["unit"].isna()], by, ["amount_micro_yuan"])
        assert {k: v for k, v in as_dict(table.exact, ["outside_micro_yuan"]).items() if any(v)} == outside


def order(statistics: Any, dimensions: list[str], key: Any) -> tuple[int, ...]:
    texts = key if isinstance(key, tuple) else (key,)
    return tuple(statistics.values(name).index(text) for name, text in zip(dimensions, texts, strict=True))


@results
def test_prices_by_generator_are_those_of_legs(of: str) -> None:
    result = result_of(of)
    legs = result.exact.legs.assign(money=lambda leg: leg["energy_kwh"] * leg["price_micro_yuan_per_kwh"])
    settled = result.exact.leg_settlement[~result.exact.leg_settlement["trial"]].merge(
        legs[["leg_id", "seller_id"]], on="leg_id"
    )
    table = result.statistics.prices("generator")
    assert list(table.columns) == ["contract_yuan_per_mwh", "in_band_yuan_per_mwh"]
    for generator, row in table.iterrows():
        own, paid = legs[legs["seller_id"] == generator], settled[settled["seller_id"] == generator]
        for shown, amount, energy in (
            ("contract", own["money"], own["energy_kwh"]),
            ("in_band", paid["energy_micro_yuan"], paid["in_band_kwh"]),
        ):
            expected = float(Fraction(int(amount.sum()), int(energy.sum())) / 1000)
            assert row[f"{shown}_yuan_per_mwh"] == expected


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


# ---- shares, ranking, concentration, prices of the market ------------------------------------------------------------


@results
def test_shares_add_up_to_one_of_the_whole_or_of_each_group(of: str) -> None:
    statistics = result_of(of).statistics
    money = statistics.money(("mode", "item")).exact["amount_micro_yuan"]
    shares = statistics.shares(("mode", "item"), within="mode")
    for key, share in shares["share"].items():
        whole = sum(int(value) for other, value in money.items() if other[0] == key[0])  # type: ignore[index]
        assert share == float(Fraction(int(money[key]), whole))
    of_all = statistics.shares(("mode", "item"), top=3)
    assert len(of_all) == 4 and of_all.omitted == len(money) - 3
    total = int(money.sum())
    largest = sorted(map(int, money), reverse=True)
    expected = [Fraction(value, total) for value in (*largest[:3], sum(largest[3:]))]
    assert of_all["share"].tolist() == [float(share) for share in expected]


@results
def test_ranking(of: str) -> None:
    statistics = result_of(of).statistics
    money = statistics.money("payer")
    ranking = statistics.ranking("payer", top=3)
    expected = sorted(((-int(v), k) for k, v in money.exact["amount_micro_yuan"].items()), key=lambda pair: pair[0])
    assert list(ranking.index) == [key for _, key in expected[:3]]
    assert ranking["rank"].tolist() == [1, 2, 3]
    whole = int(money.exact["amount_micro_yuan"].sum())
    assert ranking["cumulative_share"].iloc[-1] == float(Fraction(-sum(value for value, _ in expected[:3]), whole))
    dearest = statistics.ranking("unit", by="delivered_yuan_per_mwh", top=2)
    assert "share" not in dearest and list(dearest.columns) == ["rank", "delivered_yuan_per_mwh"]
    prices = statistics.prices("unit")["delivered_yuan_per_mwh"].dropna()
    assert dearest["delivered_yuan_per_mwh"].tolist() == prices.sort_values(ascending=False).head(2).tolist()
    cheapest = statistics.ranking("unit", by="delivered_yuan_per_mwh", top=1, ascending=True)
    assert cheapest["delivered_yuan_per_mwh"].tolist() == [prices.min()]
    for by in ("overrun_mwh", "deviation_rate", "overrun_yuan", "contract_mwh", "total_yuan"):
        assert list(statistics.ranking("unit", by=by).columns)[:2] == ["rank", by]


@results
@pytest.mark.parametrize("by", [(), ("session",), ("product", "month")])
@pytest.mark.parametrize("seller", ["generator", "unit"])
def test_concentration(of: str, by: tuple[str, ...], seller: str) -> None:
    result = result_of(of)
    table = result.statistics.concentration(by, of=seller)
    legs = result.exact.legs.rename(columns={"seller_id": "generator", "unit_id": "unit"})
    energies = grouped(legs, (*by, seller), ["energy_kwh"])
    by_group: dict[Any, dict[str, int]] = {}
    for key, (energy,) in energies.items():
        if energy:
            by_group.setdefault(key[:-1], {})[key[-1]] = energy
    assert len(table) == len(by_group)
    for key, row in zip(as_dict(table.exact, ["energy_kwh"]), table.itertuples(), strict=True):
        shares = by_group[key]
        whole = sum(shares.values())
        assert row.energy_mwh == whole / 1000
        assert row.hhi == float(10_000 * Fraction(sum(energy**2 for energy in shares.values()), whole**2))
        assert row.sellers == len(shares)
        ordered = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
        assert row.largest == ordered[0][0]
        assert row.largest_share == float(Fraction(ordered[0][1], whole))
        assert row.top4_share == float(Fraction(sum(energy for _, energy in ordered[:4]), whole))


@results
@pytest.mark.parametrize("by", [("session",), ("session", "delivery", "segment", "product"), ("kind",), ()])
def test_market_prices(of: str, by: tuple[str, ...]) -> None:
    result = result_of(of)
    table = result.statistics.market_prices(by)
    trades = result.exact.trades.rename(columns={"month": "delivery"})
    trades["money"] = trades["energy_kwh"] * trades["price_micro_yuan_per_kwh"]
    money = grouped(trades, by, ["money", "energy_kwh"])
    price = "price_micro_yuan_per_kwh"
    lowest, highest = grouped(trades, by, [price], "min"), grouped(trades, by, [price], "max")
    sellers, buyers = (grouped(trades, by, [name], "nunique") for name in ("seller_id", "buyer_id"))
    keys = list(as_dict(table.exact, ["energy_kwh"]))
    assert set(keys) == set(money)
    for key, row in zip(keys, table.itertuples(), strict=True):
        assert row.energy_mwh == money[key][1] / 1000
        assert row.average_yuan_per_mwh == float(Fraction(*money[key]) / 1000)
        assert (row.lowest_yuan_per_mwh, row.highest_yuan_per_mwh) == (lowest[key][0] / 1000, highest[key][0] / 1000)
        assert (row.sellers, row.buyers) == (sellers[key][0], buyers[key][0])


@results
def test_sessions_stand_in_the_order_of_their_opening(of: str) -> None:
    result = result_of(of)
    sessions = result.inputs["sessions"].to_pandas().sort_values(["opens_at", "session"])["session"].tolist()
    order = [sessions.index(session) for session in result.statistics.market_prices().index]
    assert order == sorted(order) and len(order) > 1


# ---- one book --------------------------------------------------------------------------------------------------------


@results
def test_a_books_curves_meet_where_it_cleared(of: str) -> None:
    result = result_of(of)
    books = result.statistics.market_prices(("session", "product", "delivery", "segment"), {"kind": "annual_matched"})
    assert len(books)
    orders = result.inputs["orders"].to_pandas()
    for (session, product, delivery, segment), row in zip(books.index, books.itertuples(), strict=True):
        curve = result.statistics.curve(session, product, delivery, segment)
        assert dict(curve.book) == {"session": session, "product": product, "delivery": delivery, "segment": segment}
        exact, pairs = curve.exact["orders"], curve.exact["pairs"]
        assert pairs["energy_kwh"].sum() / 1000 == row.energy_mwh
        for side, falls in (("sell", False), ("buy", True)):
            of_side = exact[exact["side"] == side]
            prices = of_side["price_micro_yuan_per_kwh"].tolist()
            assert prices == sorted(prices, reverse=falls)
            assert of_side["to_kwh"].tolist() == of_side["energy_kwh"].cumsum().tolist()
            assert of_side["traded_kwh"].sum() == pairs["energy_kwh"].sum()
            assert (of_side["traded_kwh"] <= of_side["energy_kwh"]).all()
            # Under high-low matching what trades is the head of each curve.
            traded = of_side["traded_kwh"].to_numpy()
            first_open = [*np.flatnonzero(traded < of_side["energy_kwh"].to_numpy()), len(traded)][0]
            assert not traded[first_open + 1 :].any()
        rows = orders.iloc[exact["row"] - 1]
        assert rows["participant_id"].tolist() == exact["participant"].tolist()
        assert len(curve.supply) + len(curve.demand) == len(exact)


def test_a_book_that_is_not_named_enough_is_asked_for() -> None:
    statistics = fresh().statistics
    with pytest.raises(gridsim.ResultError, match=r"several books fit.*flat/2021/-, peak/2021/-, total/2021/-"):
        statistics.curve("AM-2021")
    with pytest.raises(gridsim.ResultError, match=r"no such book.*total/2021/-"):
        statistics.curve("AM-2021", "valley")
    with pytest.raises(gridsim.ResultError, match=r"no standing order in session 'AM-2022'.*nearest: AM-2021"):
        statistics.curve("AM-2022")


def test_rejected_orders_are_not_on_the_curve() -> None:
    result = fresh()
    rejected = result.exact.rejected
    unused = set(rejected.loc[rejected["table"] == "orders", "row"])
    assert unused
    shown: set[int] = set()
    for session, product, delivery, segment in result.statistics.market_prices(
        ("session", "product", "delivery", "segment")
    ).index:
        if not session.startswith("AB"):
            shown |= set(result.statistics.curve(session, product, delivery, segment).orders["row"])
    assert shown and not shown & unused


# ---- the table itself ------------------------------------------------------------------------------------------------


def test_a_table_is_a_dataframe_and_what_pandas_makes_of_it_is_plain() -> None:
    table = fresh().statistics.deviation(("unit", "month"))
    assert isinstance(table, pd.DataFrame)
    heat = table["deviation_rate"].unstack("month")
    assert type(heat) is pd.DataFrame and heat.shape == (4, 12)
    assert type(table.reset_index()) is pd.DataFrame
    assert type(table.groupby("unit").sum()) is pd.DataFrame
    assert table.exact["metered_kwh"].dtype == np.int64


def test_top_keeps_the_largest_and_sums_the_others() -> None:
    statistics = fresh().statistics
    whole = statistics.money("payer")
    table = statistics.money("payer", top=2)
    assert list(table.index) == ["U5", "R1", "(others)"] and table.omitted == len(whole) - 2
    assert table.exact["amount_micro_yuan"].sum() == whole.exact["amount_micro_yuan"].sum()
    assert table.equals(whole.top(2)) and table.exact.equals(whole.top(2).exact)
    assert list(whole.top(1, "lines", ascending=True).index) == [whole["lines"].idxmin(), "(others)"]
    assert whole.top(100).omitted == 0 and len(whole.top(100)) == len(whole)
    two = statistics.money(("payer", "item"), top=1)
    assert two.index[-1] == ("(others)", "(others)")
    assert np.isnan(two["energy_mwh"].iloc[-1]) and np.isnan(two["average_yuan_per_mwh"].iloc[-1])
    extremes = statistics.money("payer", aggregate="max", top=2)
    assert len(extremes) == 2 and extremes.omitted == len(whole) - 2  # maxima of others do not add up
    with pytest.raises(gridsim.ResultError, match=r"no column 'line'; allowed: amount_yuan, lines; nearest: lines"):
        whole.top(2, "line")
    for wrong in (0, -1):
        with pytest.raises(gridsim.ResultError, match="at least 1"):
            statistics.money("payer", top=wrong)
        with pytest.raises(gridsim.ResultError, match="at least 1"):
            whole.top(wrong)


def test_a_huge_table_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fresh().statistics.money("user")
    monkeypatch.setattr(table_module.StatisticsTable.limited, "__defaults__", (3,))
    cut = fresh().statistics.money("user")
    assert len(cut) == 4 and cut.omitted == len(whole) - 3
    assert list(cut.index) == ["U1", "U5", "", "(others)"]  # the largest, in the order of the whole
    assert cut.exact["amount_micro_yuan"].sum() == whole.exact["amount_micro_yuan"].sum()


@pytest.mark.parametrize("by", [("payer", "payee", "month", "period"), ("unit",), ()])
@pytest.mark.parametrize("how", ["sum", "min", "max"])
def test_many_possible_groups_take_another_way_to_the_same_sums(
    monkeypatch: pytest.MonkeyPatch, by: tuple[str, ...], how: Any
) -> None:
    statistics = loaded(PROVINCE).statistics
    expected = statistics.money(by, aggregate=how)
    monkeypatch.setattr(grouping, "_DENSE", 0)
    assert statistics.money(by, aggregate=how).exact.equals(expected.exact)


def test_a_sum_that_could_leave_int64_is_refused() -> None:
    result = fresh()
    legs = result.exact.arrow("legs")
    huge = pa.array(np.full(len(legs), 10**12))
    dear = legs.set_column(legs.column_names.index("price_micro_yuan_per_kwh"), "price_micro_yuan_per_kwh", huge)
    tables = {name: result.exact.arrow(name) for name in RESULT_TABLES} | {"legs": dear}
    statistics = gridsim.Result(tables, result.inputs, result.manifest).statistics
    with pytest.raises(gridsim.InputOverflowError, match=r"contract_micro_yuan: the sum .* could leave int64"):
        statistics.prices()
    assert len(statistics.money()) == 8


def test_more_dimensions_than_a_number_holds_are_refused() -> None:
    """All dimensions of the ledger have 2·10²¹ possible groups in the province: their numbers wrapped."""
    statistics = loaded(PROVINCE).statistics
    every = tuple(LEDGER.dimensions)
    with pytest.raises(gridsim.ResultError, match=r"groupby: unit, buyer, .* too many possible groups"):
        statistics.money(every)
    enough = tuple(name for name in every if name not in ("buyer", "retailer", "mode", "payer_group", "payee_group"))
    table = statistics.money(enough).reset_index()
    ledger = plain_ledger("province from Parquet")
    by_payer = grouped(ledger[~ledger["trial"]], ("payer",), ["amount_micro_yuan"])
    found = table.groupby("payer")["amount_yuan"].sum()
    assert {payer: round(amount * 10**6) for payer, amount in found.items()} == {
        payer: amount for (payer,), (amount,) in by_payer.items()
    }


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


def test_a_market_without_trades_has_no_kinds() -> None:
    mini = MINI
    tables = {name: pd.read_csv(mini / f"{name}.csv", dtype=str) for name in ("generators", "retailers", "users")}
    tables |= {name: pd.read_csv(mini / f"{name}.csv", dtype=str) for name in ("tariffs", "meter")}
    result = gridsim.run(gridsim.scenario_from_tables(tables, name="no trades", year=2021))
    statistics, ledger = result.statistics, result.exact.ledger
    assert statistics.money("kind").exact["amount_micro_yuan"].tolist() == [
        ledger.loc[~ledger["trial"], "amount_micro_yuan"].sum()
    ]
    assert (
        len(statistics.energy("kind")) == len(statistics.prices("kind")) == len(statistics.concentration("kind")) == 0
    )


def test_nothing_chosen_is_nothing() -> None:
    statistics = fresh().statistics
    where = {"unit": "U4/tou", "item": "catalogue"}
    assert len(statistics.money("month", where)) == 0
    assert statistics.money((), where).exact["amount_micro_yuan"].tolist() == [0]
    assert len(statistics.breakdown("unit", where)) == 0
    assert len(statistics.ranking("unit", where)) == 0
    assert len(statistics.shares("unit", where)) == 0
    assert len(statistics.market_prices(where={"session": "I-2021-06-late", "generator": "G3"})) == 0
    assert len(statistics.concentration(where={"session": "I-2021-06-late", "generator": "G3"})) == 0
    assert len(statistics.energy("unit", {"month": []})) == 0


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda s: s.money("unit_id"), r"groupby: no dimension of money 'unit_id'.*allowed: unit.*nearest: unit"),
        (lambda s: s.energy("item"), r"groupby: no dimension of energy 'item'"),
        (lambda s: s.energy(("user", "generator")), r"generator, user stand in no table together; allowed"),
        (lambda s: s.energy("user", {"session": "AM-2021"}), r"session, user stand in no table together"),
        (lambda s: s.deviation("period"), r"no dimension of deviation 'period'"),
        (lambda s: s.money(where={"mnth": "2021-01"}), r"where: no dimension 'mnth'.*nearest: month"),
        (lambda s: s.where(month="2022-01"), r"where: no month '2022-01' in this result; there are: 2021-01"),
        (lambda s: s.money(where={"unit": ["R1/conv"]}), r"no unit 'R1/conv'.*nearest: R1/conventional"),
        (lambda s: s.money(aggregate="average"), r"aggregate: no aggregate 'average'.*allowed: sum, mean, min, max"),
        (lambda s: s.shares("unit", within="item"), r"within: no dimension 'item' here; allowed: unit"),
        (lambda s: s.ranking(by="amount"), r"by: no column 'amount' here; allowed: amount_yuan.*nearest: amount_yuan"),
        (lambda s: s.ranking("item", by="overrun_rate"), r"no dimension of deviation 'item'"),
        (lambda s: s.ranking("user", by="contract_mwh"), r"by: no column 'contract_mwh'.*allowed: metered_mwh"),
        (lambda s: s.concentration(of="user"), r"of: no dimension 'user'.*allowed: generator, buyer, retailer, unit"),
        (lambda s: s.values("units"), r"values: no dimension 'units'.*nearest: unit"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_answered_with_what_is_allowed(
    ask: Callable[[gridsim.analysis.statistics.Statistics], object], told: str
) -> None:
    with pytest.raises(gridsim.ResultError, match=told):
        ask(fresh().statistics)


def test_values_are_listed_in_the_order_of_the_tables() -> None:
    statistics = fresh().statistics
    assert statistics.values("unit") == ["R1/conventional", "R1/tou", "U4/tou", "U5/conventional"]
    assert statistics.values("month")[0] == "2021-01"
    assert statistics.values("payer")[-2:] == ["GRID", "GOVERNMENT"]
    assert repr(statistics.where(unit="R1/tou")) == "Statistics(unit=['R1/tou'])"


def test_a_broken_table_is_told_of(tmp_path: Path) -> None:
    fresh().save(tmp_path)
    (tmp_path / "ledger.parquet").write_bytes(b"PAR1")
    with pytest.raises(gridsim.ResultError, match=r"ledger\.parquet: not the file that the manifest tells of"):
        gridsim.Result.load(tmp_path).statistics.money()


@pytest.mark.parametrize(
    ("heat_priority", "sellers"),
    [(True, [("G1", 100_000), ("G2", 20_000)]), (False, [("G2", 100_000), ("G1", 20_000)])],
)
def test_what_trades_stands_first_on_its_curve(heat_priority: bool, sellers: list[tuple[str, int]]) -> None:
    """At one price heat suppliers (G1) stand before an earlier order, or where the rule set asks not, behind it."""
    tables = frames()
    order = {"session": "AM", "product": "total", "month": "2021", "price_yuan_per_mwh": "340"}
    tables["orders"] = pd.DataFrame(
        [
            {**order, "participant_id": "G2", "side": "sell", "energy_mwh": "100", "submitted_at": "2020-12-10 10:00"},
            {**order, "participant_id": "G1", "side": "sell", "energy_mwh": "100", "submitted_at": "2020-12-10 10:01"},
            {**order, "participant_id": "U1", "side": "buy", "energy_mwh": "120", "submitted_at": "2020-12-10 10:02"},
        ]
    )
    scenario = gridsim.scenario_from_tables(
        tables, name="two sellers at one price", year=2021, overrides={"matching.heat_priority": heat_priority}
    )
    supply = gridsim.run(scenario).statistics.curve("AM").exact["orders"].query("side == 'sell'")
    assert list(zip(supply["participant"], supply["traded_kwh"], strict=True)) == sellers
