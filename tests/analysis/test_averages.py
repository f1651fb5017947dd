"""Prices are money over energy."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.analysis.plain import Frame, as_dict, grouped, plain_ledger, result_of, results, with_units
from tests.shared import SCENARIOS, fresh


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


def test_deviation_holds_its_fees() -> None:
    """jiangsu-2023-mini by hand: in January 12,840 and 9,384 for overrun and a fee of 782."""
    statistics = fresh(SCENARIOS / "jiangsu-2023-mini").statistics
    table = statistics.deviation(("buyer", "month"))
    assert table.loc[("U", "2023-01"), ["overrun_yuan", "fee_yuan", "deviation_yuan"]].tolist() == [22224, 782, 23006]
    assert table.exact.loc[("R", "2023-08"), "deviation_micro_yuan"] == 1_290_000_000 + 3_284_400_000 + 273_700_000
    assert "fee_yuan" not in fresh().statistics.deviation()
