"""What users' bills rest on, item by item, in a market that can be added up by hand (rulebook part 13)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import gridsim
from gridsim.io import scenario_from_tables

KEY = {"tariff_class": "industry", "voltage": "10kV"}


def rows(*each: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(each, dtype="str").fillna("")


def market(**other: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """U1 buys directly, U2 too by periods, U3 through R, U4 is on priority purchase, U5 has left."""
    users = [
        {"user_id": "U1", "mode": "conventional"},
        {"user_id": "U2", "mode": "tou"},
        {"user_id": "U3", "mode": "conventional", "retailer_id": "R"},
        {"user_id": "U4", "mode": "conventional", "priority_purchase": "true"},
        {"user_id": "U5", "mode": "conventional", "exit_month": "2021-04"},
    ]
    meter = (("U1", "peak", "500"), ("U1", "valley", "100"), ("U2", "flat", "10"), ("U3", "flat", "20"))
    meter += (("U4", "peak", "30"), ("U5", "valley", "40"))
    contract = {"session": "a", "contract_id": "C1", "generator_id": "G1", "buyer_id": "U1", "product": "total"}
    tables = {
        "generators": rows({"generator_id": "G1"}),
        "retailers": rows({"retailer_id": "R"}),
        "users": rows(*({**KEY, "peak_valley_tariff": "true", **user} for user in users)),
        "tariffs": rows(
            {
                **KEY,
                "catalogue_peak": "942",
                "catalogue_flat": "600",
                "catalogue_valley": "300",
                "transmission": "150",
                "funds": "30",
                "capacity_yuan_per_kva": "20",
                "demand_yuan_per_kw": "28.5",
            }
        ),
        "bilateral": rows(
            contract
            | {"month": "2021-05", "energy_mwh": "500", "price_yuan_per_mwh": "400"}
            | {"filed_at": "2020-12-01", "confirmed_at": "2020-12-02"}
        ),
        "meter": rows(
            *({"user_id": u, "month": "2021-05", "period": p, "energy_mwh": energy} for u, p, energy in meter)
        ),
        "billing": rows(
            bill("U1", capacity_kva="1000", reactive_mvarh="400", power_factor_standard="0.90"),
            bill("U2", demand_kw="100.5", reactive_mvarh="5", power_factor_standard="0.85"),
            bill("U3", capacity_kva="500", reactive_mvarh="10", power_factor_standard="0.80"),
            bill("U4", reactive_mvarh="20", power_factor_standard="0.90"),
            bill("U5", reactive_mvarh="30", power_factor_standard="0.80"),
        ),
    }
    return tables | other


def bill(user: str, **cells: str) -> dict[str, str]:
    return {"user_id": user, "month": "2021-05", **cells}


def tail(**other: Any) -> dict[tuple[str, str], int]:
    """The lines of bills by user and item [micro-yuan]."""
    scenario = scenario_from_tables(market(**other), name="bills", year=2021, rules="henan-2021")
    ledger = gridsim.run(scenario).exact.ledger
    lines = ledger[ledger["item"].isin(("capacity", "demand", "power_factor"))]
    assert (lines["payee"] == "GRID").all()
    assert lines["unit_id"].isna().all()
    assert lines["price_micro_yuan_per_kwh"].isna().all()
    return {(line.user_id, line.item): int(line.amount_micro_yuan) for line in lines.itertuples()}


@pytest.mark.slow
def test_each_kind_of_user_by_hand() -> None:
    """U1: 0.83 of 0.90, +3.5 %; U2 0.89 of 0.85, −0.4 %; U4 0.83, +3.5 %; U5 0.80 of 0.80, nothing."""
    of_u1 = 20_000 + 525 * 150 + (137_156.25 - 24_062.5) + 525 * 400 + 58_875 + 3_750 - 75 * 30
    of_u2 = 2_864.25 + 10 * 600 - 10 * 30
    of_u4 = 30 * 942 - 30 * 30
    assert tail() == {
        ("U1", "capacity"): 20_000 * 10**6,
        ("U1", "power_factor"): round(of_u1 * 0.035 * 10**6),
        ("U2", "demand"): 2_864_250_000,
        ("U2", "power_factor"): round(-of_u2 * 0.004 * 10**6),
        ("U3", "capacity"): 10_000 * 10**6,  # no retail contract: no adjustment
        ("U4", "power_factor"): round(of_u4 * 0.035 * 10**6),
    }


@pytest.mark.slow
def test_a_retailers_customer_is_adjusted_on_what_it_pays_its_retailer() -> None:
    """R has bought nothing: U3's 20 MWh are overrun, 10,000 yuan to R and T&D and funds of 150 + 30 for each.

    Base: 10,000 of capacity + 10,000 + 3,600 − 20 × 30 of funds = 23,000. Power factor 20 / √(20² + 10²) = 0.89, nine
    hundredths above 0.80: −0.9 %.
    """
    contracts = rows({"user_id": "U3", "kind": "fixed", "price": "500"})
    assert ("U3", "power_factor") not in tail()
    assert tail(retail_contracts=contracts)["U3", "power_factor"] == -207_000_000


@pytest.mark.slow
def test_the_fallback_price_contains_no_funds() -> None:
    found = tail(billing=rows(bill("U5", reactive_mvarh="40", power_factor_standard="0.80")))
    fallback = 40 * 1.2 * (300 - 30)
    assert found == {("U5", "power_factor"): round(fallback * 0.045 * 10**6)}  # 0.71: nine hundredths below


@pytest.mark.slow
def test_a_price_of_capacity_may_stand_in_a_row_of_its_own_and_begin_later() -> None:
    prices = {"catalogue": ("942", "600", "300"), "transmission": ("150",), "funds": ("30",)}
    periods = {"catalogue": ("peak", "flat", "valley")}
    long = [
        {**KEY, "item": item, "period": period, "price_yuan_per_mwh": price}
        for item, of_item in prices.items()
        for period, price in zip(periods.get(item, ("",)), of_item, strict=True)
    ]
    long.append({**KEY, "item": "capacity_yuan_per_kva", "price_yuan_per_mwh": "21.5", "effective_from": "2021-05"})
    billing = rows(bill("U1", capacity_kva="2"), {"user_id": "U1", "month": "2021-06", "capacity_kva": "3"})
    found = tail(tariffs=rows(*long), billing=billing)
    assert found == {("U1", "capacity"): 64_500_000}  # of two months the last one
    earlier = rows({"user_id": "U1", "month": "2021-04", "capacity_kva": "3"})
    with pytest.raises(gridsim.ScenarioError, match="no price for it in the tariff"):
        tail(tariffs=rows(*long), billing=earlier)
