"""The mini scenario: what its READMEs say of it is so."""

from __future__ import annotations

import pandas as pd
import pytest

import gridsim
from gridsim.units import ENERGY_DECIMALS, PRICE_DECIMALS
from tests.shared import MINI
from tests.templates.markdown import number, section_tables

UNIT, MONTH = "R1/conventional", "2021-04"
READMES = ("README.md", "README.zh.md")


@pytest.fixture(params=READMES)
def readme(request: pytest.FixtureRequest) -> str:
    return (MINI / request.param).read_text(encoding="utf-8")


def energy(text: str) -> int:
    return number(text, ENERGY_DECIMALS)


def price(text: str) -> int:
    return number(text, PRICE_DECIMALS)


def of_position(frame: pd.DataFrame) -> pd.DataFrame:
    chosen = (frame["unit_id"] == UNIT) & (frame["month"] == MONTH)
    return frame[chosen & ~frame["trial"]] if "trial" in frame else frame[chosen]


# ---- the position worked out by hand ---------------------------------------------------------------------------------


def test_readme_trades(readme: str, mini: gridsim.Result) -> None:
    trades = mini.exact.trades
    book = trades[(trades["session"] == "M-2021-04") & (trades["product"] == "total")]
    columns = ["seller_id", "buyer_id", "energy_kwh", "price_micro_yuan_per_kwh"]
    _, table = section_tables(readme, "### 1.")
    assert book[columns].to_numpy().tolist() == [
        [seller, buyer, energy(mwh), price(formula.split("=")[1])] for seller, buyer, mwh, formula in table
    ]


def test_readme_legs(readme: str, mini: gridsim.Result) -> None:
    legs = of_position(mini.exact.legs)
    source = legs["contract_id"].where(legs["contract_id"].fillna("") != "", legs["session"])
    columns = ["leg_id", "seller_id", "source", "energy_kwh", "price_micro_yuan_per_kwh"]
    (table,) = section_tables(readme, "### 2.")
    assert legs.assign(source=source)[columns].to_numpy().tolist() == [
        [leg, seller, source, energy(mwh), price(yuan)] for leg, seller, source, mwh, yuan in table
    ]


def test_readme_band(readme: str, mini: gridsim.Result) -> None:
    columns = ["contract", "upper", "lower", "metered", "in_band", "overrun", "shortfall"]
    position = of_position(mini.exact.positions)[[f"{name}_kwh" for name in columns]]
    (table,) = section_tables(readme, "### 3.")
    assert position.to_numpy().tolist() == [[energy(row[-1]) for row in table]]


def test_readme_shares(readme: str, mini: gridsim.Result) -> None:
    legs, cells = section_tables(readme, "### 4.")
    settled = mini.exact.leg_settlement
    settled = settled[settled["leg_id"].isin([row[0] for row in legs]) & ~settled["trial"]]
    assert settled[["leg_id", "in_band_kwh"]].to_numpy().tolist() == [[row[0], energy(row[-1])] for row in legs]
    assert all(energy(row[-1]) == int(row[2].replace(",", "")) + int(row[3]) for row in legs)

    settled = of_position(mini.exact.cell_settlement)
    name = settled["user_id"] + " " + settled["period"]
    columns = ["name", "metered_kwh", "in_band_kwh", "overrun_kwh"]
    assert settled.assign(name=name)[columns].to_numpy().tolist() == [
        [cell, energy(metered), energy(in_band), energy(overrun)] for cell, metered, _, _, in_band, overrun in cells
    ]


def test_readme_ledger(readme: str, mini: gridsim.Result) -> None:
    (adjustments,), (table,) = section_tables(readme, "### 5."), section_tables(readme, "### 6.")
    ledger = of_position(mini.exact.ledger).fillna("")
    subject = ledger["leg_id"].where(ledger["leg_id"] != "", ledger["user_id"] + " " + ledger["period"])
    columns = [
        "item", "payer", "payee", "subject", "energy_kwh", "price_micro_yuan_per_kwh", "amount_micro_yuan", "clause",
    ]  # fmt: skip
    printed = [
        [item, payer, payee, of, energy(mwh), price(yuan_per_mwh), number(yuan), clause]
        for item, payer, payee, of, mwh, yuan_per_mwh, yuan, clause in table
    ]
    assert sorted(ledger.assign(subject=subject)[columns].to_numpy().tolist()) == sorted(printed)

    by_period = {row[3]: row[5] for row in printed if row[0] == "tou_adjustment"}
    assert by_period == {f"U1 {period}": price(yuan) for period, _, yuan in adjustments}


def test_readme_sums(readme: str, mini: gridsim.Result) -> None:
    position = of_position(mini.exact.positions)
    for column in ("energy_micro_yuan", "overrun_micro_yuan"):
        amount = int(position[column].iloc[0])
        assert f"{amount // 10**6:,}.{amount % 10**6:06d}".rstrip("0") in readme


# ---- one of everything -----------------------------------------------------------------------------------------------


def test_it_loads_without_a_warning(scenario: gridsim.Scenario) -> None:
    assert scenario.warnings == ()
    assert scenario.year == 2021


def test_every_kind_of_session_and_segment_trades(scenario: gridsim.Scenario, mini: gridsim.Result) -> None:
    kinds = {"annual_bilateral", "annual_matched", "half_year", "monthly", "intra_month"}
    assert set(scenario.tables["sessions"]["kind"]) == kinds
    assert set(mini.trades["kind"]) == kinds
    assert set(mini.trades["product"]) == {"total", "peak", "flat", "valley"}
    assert set(mini.trades["month"]) >= {"2021", "2021-H2", "2021-04"}
    assert set(mini.trades["segment"].dropna()) >= {"mid", "late"}


def test_what_is_rejected(scenario: gridsim.Scenario, mini: gridsim.Result) -> None:
    named = {"bilateral": "contract_id", "orders": "participant_id"}
    found = [
        (reason, scenario.tables[table][named[table]].iloc[row - 1])
        for table, row, reason in mini.rejected[["table", "row", "reason"]].to_numpy().tolist()
    ]
    assert sorted(found) == [
        ("outside_window", "C-103"),
        ("outside_window", "G2"),
        ("product_not_allowed", "C-104"),
        ("product_not_allowed", "U1"),
        ("superseded", "C-101"),
        ("superseded", "R1"),
        ("superseded", "R1"),
        ("unconfirmed", "C-101"),
    ]


@pytest.mark.parametrize(
    ("unit", "month", "product", "what"),
    [
        ("R1/conventional", "2021-04", "total", "overrun"),
        ("R1/conventional", "2021-08", "total", "overrun"),
        ("R1/conventional", "2021-06", "total", "shortfall"),
        ("R1/conventional", "2021-11", "total", "shortfall"),
        ("U5/conventional", "2021-04", "total", "at upper"),
        ("U5/conventional", "2021-06", "total", "at lower"),
        ("R1/tou", "2021-04", "peak", "overrun"),
        ("R1/tou", "2021-04", "flat", "shortfall"),
        ("R1/tou", "2021-04", "valley", "at upper"),
        ("R1/tou", "2021-05", "valley", "overrun"),
        ("R1/tou", "2021-06", "valley", "at lower"),
        ("U4/tou", "2021-01", "valley", "no contract"),
        ("U5/conventional", "2021-08", "total", "no consumption"),
    ],
)
def test_positions_are_what_the_readme_says(
    unit: str, month: str, product: str, what: str, mini: gridsim.Result
) -> None:
    table = mini.exact.positions
    chosen = (table["unit_id"] == unit) & (table["month"] == month) & (table["product"] == product) & ~table["trial"]
    (position,) = table[chosen].to_dict("records")
    contract, metered = position["contract_kwh"], position["metered_kwh"]
    assert {
        "overrun": position["overrun_kwh"] > 0 and contract > 0,
        "shortfall": position["shortfall_kwh"] > 0 and metered > 0,
        "at upper": metered == position["upper_kwh"] and position["overrun_kwh"] == 0,
        "at lower": metered == position["lower_kwh"] and position["shortfall_kwh"] == 0,
        "no contract": contract == 0 and position["overrun_kwh"] == metered > 0,
        "no consumption": metered == 0 and position["shortfall_kwh"] == position["lower_kwh"] > 0,
    }[what]


def test_valley_overrun_pays_the_flat_catalogue_price(mini: gridsim.Result) -> None:
    ledger = mini.exact.ledger
    chosen = (ledger["unit_id"] == "R1/tou") & (ledger["month"] == "2021-05") & (ledger["item"] == "overrun")
    assert ledger[chosen][["period", "price_micro_yuan_per_kwh"]].to_numpy().tolist() == [["valley", 610_000]]


def test_every_item_of_the_ledger_occurs(mini: gridsim.Result) -> None:
    ledger = mini.exact.ledger
    assert set(ledger["item"]) == {
        "energy", "shortfall", "overrun", "transmission", "tou_adjustment", "funds", "fallback", "catalogue",
    }  # fmt: skip
    assert set(ledger["month"][ledger["trial"]]) == {"2021-01", "2021-02", "2021-03"}
    assert set(ledger["user_id"][ledger["item"] == "fallback"]) == {"U5"}
    assert set(ledger["user_id"][ledger["item"] == "catalogue"]) == {"U6"}


def test_compliance_passes_and_fails_where_the_readme_says(mini: gridsim.Result) -> None:
    judged = mini.compliance.dropna(subset="passed")
    failing = {(row.check, row.subject) for row in judged[~judged["passed"].astype(bool)].itertuples()}
    assert failing == {
        ("direct_access", "U4"),
        ("annual_cover", "U4"),
        ("mode", "U5"),
        ("total_cover", "U5"),
        ("calendar", "M-2021-09"),
    }
    passing = {(row.check, row.subject) for row in judged[judged["passed"].astype(bool)].itertuples()}
    assert passing >= {
        ("annual_cover", "R1"),
        ("total_cover", "R1"),
        ("total_cover", "U4"),
        ("direct_access", "U5"),
        ("annual_cover", "U5"),
        ("calendar", "AB-2021"),
    }
