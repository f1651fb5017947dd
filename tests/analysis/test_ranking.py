"""Shares, ranking, concentration."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.analysis.plain import as_dict, grouped, result_of, results


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
