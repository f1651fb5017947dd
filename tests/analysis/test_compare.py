"""What changed between two runs is found, no cause is excluded that was one, and differences are the ledgers'."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import gridsim
from tests.analysis.edited import cell, run_with
from tests.shared import fresh, stored


def sums(result: gridsim.Result, by: str) -> dict[str, int]:
    ledger = result.exact.ledger
    amounts = ledger[~ledger["trial"]].groupby(ledger[by].fillna(""))["amount_micro_yuan"].sum()
    return {str(key): int(value) for key, value in amounts.items()}


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


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_loaded_results_compare_as_fresh_ones(pair: Any, tmp_path: Path, format: Any) -> None:
    assert stored(tmp_path / "same", format=format).compare(fresh()).changes == ()
    pair[1].save(tmp_path / "other", format=format)
    loaded = fresh().compare(gridsim.Result.load(tmp_path / "other"))
    assert loaded.text() == pair[0].compare(pair[1]).text()
    assert repr(loaded) == "Comparison('henan-2021-mini (synthetic)', 'henan-2021-mini (synthetic)', 2 changes)"
