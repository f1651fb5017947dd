"""Contract money by user adds up to that of the positions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.analysis.plain import as_dict, grouped, order, plain_ledger, result_of, results, with_units


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
