"""What changed between two runs is found, no cause is excluded that was one, and differences are the ledgers'."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gridsim
from gridsim.analysis.changes import changes_between
from gridsim.columns import ITEMS
from gridsim.result import ExactTables
from tests.shared import MINI, fresh, scenario_in, stored

Tables = dict[str, pd.DataFrame]


def tables_of(folder: Path = MINI) -> Tables:
    return {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in folder.glob("*.csv")}


def run_with(edit: Callable[[Tables], Any], overrides: Mapping[str, Any] | None = None) -> gridsim.Result:
    tables = tables_of()
    edit(tables)
    return gridsim.run(gridsim.scenario_from_tables(tables, name="edited", year=2021, overrides=overrides))


def cell(table: str, column: str, value: str, **of: str) -> Callable[[Tables], None]:
    """An edit of one column, in the rows that have these texts."""

    def edit(tables: Tables) -> None:
        frame = tables[table]
        rows = pd.Series(True, index=frame.index)
        for name, text in of.items():
            rows &= frame[name] == text
        assert rows.any() and (frame.loc[rows, column] != value).all()
        frame.loc[rows, column] = value

    return edit


def drop(table: str, row: int) -> Callable[[Tables], None]:
    return lambda tables: tables.update({table: tables[table].drop(index=row)})


RULES: dict[str, Any] = {
    "settlement.conventional.upper": "1.03",
    "settlement.conventional.lower": "0.97",
    "settlement.tou.upper": "1.02",
    "settlement.tou.lower": "0.99",
    "settlement.shortfall_price": "20",
    "settlement.conventional.overrun_catalogue.valley": "flat",
    "settlement.tou.overrun_catalogue.valley": "valley",
    "tariff.coefficient.peak": "1.6",
    "tariff.coefficient.valley": "0.45",
    "fallback.multiple": "1.5",
    "matching.k": "0.25",
    "matching.mechanism": "uniform",
    "matching.ties": "pro_rata",
    "matching.heat_priority": False,
    "decomposition.method": "equal",
    "transition.months": [],
    "compliance.annual_cover": "0.5",
    "compliance.direct_access_energy": "100",
}
INPUTS: dict[str, tuple[str, Callable[[Tables], Any]]] = {
    "tariffs.catalogue_peak": ("column", cell("tariffs", "catalogue_peak", "901", voltage="110kV", effective_from="")),
    "tariffs.catalogue_flat": ("column", cell("tariffs", "catalogue_flat", "655", voltage="10kV")),
    "tariffs.catalogue_valley": ("column", cell("tariffs", "catalogue_valley", "333", voltage="35kV")),
    "tariffs.transmission": ("column", cell("tariffs", "transmission", "161.5", effective_from="")),
    "tariffs.funds": ("column", cell("tariffs", "funds", "31", effective_from="")),
    "tariffs.source": ("column", cell("tariffs", "source", "synthetic, again")),
    "bilateral.price_yuan_per_mwh": (
        "column", cell("bilateral", "price_yuan_per_mwh", "361.5", contract_id="C-101", filed_at="2020-12-16T09:30:00")
    ),
    "bilateral.energy_mwh": (
        "column", cell("bilateral", "energy_mwh", "30000", contract_id="C-101", filed_at="2020-12-16T09:30:00")
    ),
    "bilateral.confirmed_at": (
        "column", cell("bilateral", "confirmed_at", "", contract_id="C-101", filed_at="2020-12-16T09:30:00")
    ),
    "orders.price_yuan_per_mwh": (
        "column", cell("orders", "price_yuan_per_mwh", "353", participant_id="G3", session="AM-2021", product="total")
    ),
    "orders.energy_mwh": (
        "column", cell("orders", "energy_mwh", "5000", participant_id="R1", session="AM-2021", product="total")
    ),
    "users.peak_valley_tariff": ("column", cell("users", "peak_valley_tariff", "true", user_id="U2")),
    "users.name": ("column", cell("users", "name", "合成新名", user_id="U2")),
    "users.mode": ("column", cell("users", "mode", "conventional", user_id="U3")),
    "users.exit_month": ("column", cell("users", "exit_month", "2021-07", user_id="U5")),
    "generators.heat_priority": ("column", cell("generators", "heat_priority", "false", generator_id="G2")),
    "generators.technology": ("column", cell("generators", "technology", "hydro", generator_id="G3")),
    "retailers.name": ("column", cell("retailers", "name", "合成新售电公司")),
    "history.energy_mwh": ("column", cell("history", "energy_mwh", "47001", user_id="U1", year="2018")),
    "sessions.announced_on": ("column", cell("sessions", "announced_on", "2020-12-09", session="AB-2021")),
    "sessions.closes_at": ("column", cell("sessions", "closes_at", "2020-12-15T17:00:00", session="AB-2021")),
    "meter.energy_mwh": ("column", cell("meter", "energy_mwh", "5000", user_id="U1", month="2021-08")),
    "bilateral": ("removed", drop("bilateral", 1)),
    "orders": ("removed", drop("orders", 1)),
    "history": ("removed", drop("history", 0)),
    "meter": ("removed", drop("meter", 100)),
    "sessions": ("table", lambda tables: tables.pop("sessions")),
    "orders in reverse": ("order", lambda tables: tables.update(orders=tables["orders"][::-1])),
    "users in reverse": ("order", lambda tables: tables.update(users=tables["users"][::-1])),
    "meter in reverse": ("unknown", lambda tables: tables.update(meter=tables["meter"][::-1])),
}  # fmt: skip


@cache
def under_rule(path: str) -> gridsim.Result:
    return gridsim.run(scenario_in().with_overrides({path: RULES[path]}))


@cache
def edited(what: str | None) -> gridsim.Result:
    """Run with one of `INPUTS`, or read the same way with none."""
    return run_with(INPUTS[what][1] if what else lambda tables: None)


def moved(before: gridsim.Result, after: gridsim.Result) -> set[str]:
    """The items of which any line of the ledgers differs."""
    columns = ["month", "item", "payer", "payee", "unit_id", "user_id", "period", "clause"]

    def lines(result: gridsim.Result) -> pd.Series:
        ledger = result.exact.ledger
        ledger = ledger[~ledger["trial"]].astype(dict.fromkeys(columns, "str")).fillna("")
        return ledger.groupby(columns)[["energy_kwh", "amount_micro_yuan"]].sum().stack()

    one, other = lines(before), lines(after)
    index = one.index.union(other.index)
    unlike = one.reindex(index, fill_value=0) != other.reindex(index, fill_value=0)
    return set(index[unlike.to_numpy()].get_level_values("item"))


@pytest.mark.parametrize("path", list(RULES))
def test_one_rule_is_found_and_excludes_no_item_that_it_moved(path: str) -> None:
    before, after = fresh(), under_rule(path)
    (change,) = changes_between(before, after)
    assert (change.kind, change.name) == ("rule", path)
    assert change.clause == before.rules.entry(path).clause
    assert moved(before, after) <= change.items
    comparison = before.compare(after)
    assert list(comparison.rules.index) == [path] and not len(comparison.inputs)
    text = comparison.text()
    assert f"rule {path} ({change.clause})" in text
    if comparison.money("unit").exact["difference"].any():
        assert "Only this changed, so it alone is the cause" in text


@pytest.mark.parametrize("what", list(INPUTS))
def test_one_input_is_found_and_excludes_no_item_that_it_moved(what: str) -> None:
    kind = INPUTS[what][0]
    before, after = edited(None), edited(what)
    (change,) = changes_between(before, after)
    assert (change.kind, change.name) == (kind, what.split(" ", maxsplit=1)[0])
    assert moved(before, after) <= change.items
    comparison = before.compare(after)
    assert not len(comparison.rules)
    units = {unit for unit, row in comparison.money("unit").exact.iterrows() if row["difference"]}
    if change.table is not None and change.table.table in ("meter", "tariffs"):
        # These reach no unit but their own: meters and tariffs decide no trade.
        assert units <= {*change.table.units, ""}
    assert comparison.text("zh") and comparison._repr_html_()


def test_the_cases_move_what_they_are_meant_to() -> None:
    """Were nothing moved, nothing would be tested above."""
    before = fresh()
    of_rules = {path: moved(before, under_rule(path)) for path in RULES}
    still = {path for path, items in of_rules.items() if not items}
    assert still <= {
        "compliance.annual_cover",
        "compliance.direct_access_energy",
        "matching.ties",
        "matching.mechanism",
    }
    of_inputs = {what: moved(before, edited(what)) for what in INPUTS}
    assert set().union(*of_inputs.values()) == set(ITEMS)
    for what in (
        "users.name",
        "history.energy_mwh",
        "tariffs.source",
        "sessions.announced_on",
        "generators.technology",
    ):
        assert not of_inputs[what]


def test_every_kind_of_table_change_at_once() -> None:
    def edit(tables: Tables) -> None:
        cell("meter", "energy_mwh", "4100", user_id="U1", month="2021-04", period="peak")(tables)
        drop("orders", 1)(tables)
        meter = tables["meter"]
        new = meter[meter["user_id"] == "U4"].assign(user_id="U7")
        tables["meter"] = pd.concat([meter, new])
        users = tables["users"]
        added = users[users["user_id"] == "U4"].assign(user_id="U7", retailer_id="R1")
        tables["users"] = pd.concat([users, added])

    before, after = run_with(lambda tables: None), run_with(edit)
    comparison = before.compare(after)
    inputs = comparison.inputs
    assert inputs.loc["users", ["added", "removed", "changed"]].tolist() == [1, 0, 0]
    assert inputs.loc["orders", ["added", "removed", "changed"]].tolist() == [0, 1, 0]
    new = int((tables_of()["meter"]["user_id"] == "U4").sum())
    assert inputs.loc["meter", ["added", "removed", "changed", "columns"]].tolist() == [new, 0, 1, "energy_mwh"]
    metered = pd.to_numeric(tables_of()["meter"]["energy_mwh"]).sum()
    assert inputs.loc["meter", "energy_mwh_before"] == metered
    rows = comparison.details("meter")
    assert rows["how"].tolist() == ["changed"] + ["added"] * new
    first = rows.iloc[0]
    assert (first["user_id"], first["month"], first["period"]) == ("U1", "2021-04", "peak")
    assert first["energy_kwh_after"] == 4_100_000 and first["energy_kwh_before"] < 4_100_000
    assert rows.iloc[1]["energy_kwh_before"] is None and rows.iloc[1]["user_id"] == "U7"
    assert comparison.concerned("R1/conventional") == ["orders", "meter"] or comparison.concerned("R1/tou")
    assert comparison.concerned("U5/conventional") == []
    with pytest.raises(
        gridsim.ResultError, match=r"details: no changed table 'order' here; allowed: users, orders, meter"
    ):
        comparison.details("order")
    assert "Several things changed at once" in comparison.text()
    assert {change.name for change in comparison.causes("fallback")} == {"users", "meter", "meter.energy_mwh"}
    with pytest.raises(gridsim.ResultError, match=r"item: no item 'fund'.*nearest: funds"):
        comparison.causes("fund")


def sums(result: gridsim.Result, by: str) -> dict[str, int]:
    ledger = result.exact.ledger
    amounts = ledger[~ledger["trial"]].groupby(ledger[by].fillna(""))["amount_micro_yuan"].sum()
    return {str(key): int(value) for key, value in amounts.items()}


@pytest.fixture(scope="module")
def pair() -> tuple[gridsim.Result, gridsim.Result]:
    scenario = scenario_in()
    more = scenario.with_load("1.07", users=["U1"]).with_overrides({"settlement.shortfall_price": 20})
    return fresh(), gridsim.run(more)


@pytest.mark.parametrize(("by", "column"), [("item", "item"), ("unit", "unit_id"), ("month", "month")])
def test_differences_are_those_of_the_ledgers_largest_first(pair: Any, by: str, column: str) -> None:
    before, after = (sums(result, column) for result in pair)
    table = pair[0].compare(pair[1]).money(by)
    found = {key: tuple(map(int, row)) for key, row in zip(table.index, table.exact.to_numpy(), strict=True)}
    expected = {
        key: (before.get(key, 0), after.get(key, 0), after.get(key, 0) - before.get(key, 0), abs(before.get(key, 0)))
        for key in before | after
    }
    assert found == expected
    sizes = [abs(difference) for _, _, difference, _ in found.values()]
    assert sizes == sorted(sizes, reverse=True) and sizes[0]
    assert table["difference_amount_yuan"].tolist() == [row[2] / 10**6 for row in found.values()]
    largest = pair[0].compare(pair[1]).money(by, top=1)
    assert list(largest.index)[1:] == ["(others)"]
    assert int(largest.exact["difference"].sum()) == sum(row[2] for row in expected.values())


def test_the_text_reads_each_ledger_once(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long ledger is made or read part by part each time that it is asked."""
    read: list[str] = []
    parts = ExactTables.parts

    def counted(tables: ExactTables, name: str, *arguments: Any, **more: Any) -> Any:
        read.append(name)
        return parts(tables, name, *arguments, **more)

    comparison = pair[0].compare(pair[1])
    overview = comparison.overview()
    monkeypatch.setattr(ExactTables, "parts", counted)
    comparison.text()
    assert read.count("ledger") == 2
    for by, table in overview.items():
        alone = comparison.parties() if by == "party" else comparison.money(by)
        pd.testing.assert_frame_equal(table.exact, alone.exact)


def test_parties_and_energies(pair: Any) -> None:
    comparison = pair[0].compare(pair[1])
    net = [{account.party: account.net_micro_yuan for account in result.summary().accounts} for result in pair]
    table = comparison.parties()
    assert {key: int(value) for key, value in table.exact["difference"].items()} == {
        party: net[1][party] - net[0][party] for party in net[0]
    }
    assert table.exact["difference"].sum() == 0
    energy = comparison.energy("unit").exact["difference"]
    u1 = pair[0].exact.cell_settlement.query("user_id == 'U1' and not trial")["metered_kwh"].sum()
    assert energy["R1/conventional"] == u1 * 7 // 100 and energy.drop("R1/conventional").eq(0).all()
    assert comparison.difference("overrun_yuan", "tariff_class").exact["difference"].sum() > 0
    assert comparison.difference("positions", "month").exact["difference"].eq(0).all()
    only = comparison.money("month", {"unit": "U4/tou"})
    assert only.exact["before"].sum() == sums(pair[0], "unit_id")["U4/tou"]
    with pytest.raises(gridsim.ResultError, match=r"column: no column that adds up 'deviation_rate'"):
        comparison.difference("deviation_rate", "unit")
    with pytest.raises(gridsim.ResultError, match=r"where: no unit 'U4' in this result; there are: R1/conventional"):
        comparison.money("month", {"unit": "U4"})


def test_a_value_that_one_side_lacks_is_nothing_there() -> None:
    after = run_with(cell("users", "mode", "tou", user_id="U2"))  # R1/conventional keeps U1
    gone = run_with(lambda tables: [cell("users", "mode", "tou", user_id=user)(tables) for user in ("U1", "U2")])
    assert "R1/conventional" not in gone.statistics.values("unit")
    comparison = after.compare(gone)
    table = comparison.money("unit", {"unit": ["R1/conventional", "R1/tou"]}).exact
    assert table.loc["R1/conventional", "after"] == 0 and table.loc["R1/conventional", "before"] > 0


def test_results_of_two_years_are_not_compared(tmp_path: Path) -> None:
    manifest = copy.deepcopy(dict(fresh().manifest))
    manifest["scenario"]["year"] = 2022
    other = gridsim.Result({}, fresh().inputs, manifest)
    with pytest.raises(gridsim.ResultError, match="two years, 2021 and 2022"):
        fresh().compare(other)


def test_another_version_is_a_change() -> None:
    manifest = copy.deepcopy(dict(fresh().manifest))
    manifest["versions"]["gridsim"] = "9.9"
    other = gridsim.Result({name: fresh().exact.arrow(name) for name in TABLES}, fresh().inputs, manifest)
    (change,) = changes_between(fresh(), other)
    assert (change.kind, change.after) == ("program", "9.9")
    assert "9.9" in fresh().compare(other).text() and "to the micro-yuan" in fresh().compare(other).text()


TABLES = ("trades", "legs", "positions", "leg_settlement", "cell_settlement", "ledger", "rejected", "compliance")


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_loaded_results_compare_as_fresh_ones(pair: Any, tmp_path: Path, format: Any) -> None:
    assert stored(tmp_path / "same", format=format).compare(fresh()).changes == ()
    pair[1].save(tmp_path / "other", format=format)
    loaded = fresh().compare(gridsim.Result.load(tmp_path / "other"))
    assert loaded.text() == pair[0].compare(pair[1]).text()
    assert repr(loaded) == "Comparison('henan-2021-mini (synthetic)', 'henan-2021-mini (synthetic)', 2 changes)"


def test_nothing_changed() -> None:
    text = fresh().compare(fresh()).text()
    assert "No rule and no input changed" in text and "to the micro-yuan" in text
    assert "均无变动" in fresh().compare(fresh()).text("zh")
