"""The worked case of rulebook 15 through the oracle, to the yuan."""

from __future__ import annotations

from typing import Any

from tests.oracle import settle_market
from tests.oracle.scenarios_by_hand import CHANGING, filed, lines


def money(results: dict[str, list[dict[str, Any]]], item: str, **where: Any) -> list[tuple[str, int, int]]:
    """(payer, MWh, yuan) of an item's lines."""
    return [(payer, kwh // 1000, amount // 10**6) for payer, _, kwh, amount in lines(results, item, **where)]


def test_the_worked_case() -> None:
    results = settle_market({"year": 2021, "rules": {}, "tables": CHANGING})
    assert money(results, "energy") == [("R1", 105, 42_000), ("R1", 50, 20_000), ("R2", 63, 25_830)]
    assert money(results, "transmission", user_id="U") == [("U", 70, 14_000), ("U", 63, 9_450)]
    assert money(results, "overrun", month="2021-06") == [("R1", 30, 21_000), ("R1", 15, 10_500)]
    assert money(results, "overrun", month="2021-07") == [("R2", 37, 22_200)]
    assert money(results, "shortfall") == [("R1", 45, 450)]
    assert money(results, "funds", user_id="U", month="2021-07") == [("U", 63, 1_890)]


def from_a_day() -> dict[str, Any]:
    """U alone; other prices from the 16th of May on."""
    old, _ = CHANGING["tariffs"]
    new = {**old, "transmission": "150", "effective_from": "2021-05-16"}
    new |= {f"catalogue_{period}": "600" for period in ("peak", "flat", "valley")}
    return {
        **CHANGING,
        "users": CHANGING["users"][:1],
        "tariffs": [{**old, "effective_from": ""}, new],
        "bilateral": [filed("C1", "G", "R1", "100", "400", month="2021-05")],
        "meter": [{"user_id": "U", "month": "2021-05", "period": "flat", "energy_mwh": "124"}],
    }


def test_a_tariff_from_a_day() -> None:
    tables = from_a_day()
    results = settle_market({"year": 2021, "rules": {}, "tables": tables})
    paid = [(kwh, amount / 10**6) for _, _, kwh, amount in lines(results, "transmission")]
    assert paid == [(50_806, 10_161.2), (54_194, 8_129.1)]
    paid = [(kwh, amount / 10**6) for _, _, kwh, amount in lines(results, "overrun")]
    assert paid == [(9_194, 6_435.8), (9_806, 5_883.6)]
    (row,) = results["cell_settlement"]
    assert (row["metered_kwh"], row["in_band_kwh"], row["overrun_kwh"]) == (124_000, 105_000, 19_000)


def test_a_tariff_from_a_day_by_load() -> None:
    tables = from_a_day()
    del tables["meter"]
    tables["load"] = [
        {"user_id": "U", "starts_at": f"2021-05-{day:02d}T{hour}", "energy_mwh": energy}
        for day, hour, energy in (
            (3, "14:00", "50"),
            (15, "23:00", "30"),
            (16, "12:00", "43.9996"),
            (31, "17:00", "0.0006"),
        )
    ]
    results = settle_market({"year": 2021, "rules": {"changes.tariff_within_month": "load"}, "tables": tables})
    paid = [(kwh, amount / 10**6) for _, _, kwh, amount in lines(results, "transmission")]
    assert paid == [(67_742, 13_548.4), (37_258, 5_588.7)]
    paid = [(kwh, amount / 10**6) for _, _, kwh, amount in lines(results, "overrun")]
    assert paid == [(12_258, 8_580.6), (6_742, 4_045.2)]
    (row,) = results["cell_settlement"]
    assert (row["metered_kwh"], row["in_band_kwh"], row["overrun_kwh"]) == (124_000, 105_000, 19_000)
    by_days = settle_market({"year": 2021, "rules": {}, "tables": tables})
    assert [kwh for _, _, kwh, _ in lines(by_days, "transmission")] == [50_806, 54_194]


def test_a_power_factor_in_a_month_of_two_tariffs() -> None:
    """Of 42,000 for energy, 18,290.30 of T&D, 12,319.40 of overrun less funds of 30, and 40 from the 16th on."""
    tables = from_a_day()
    tables["users"] = [{**tables["users"][0], "retailer_id": ""}]
    tables["bilateral"] = [filed("C1", "G", "U", "100", "400", month="2021-05")]
    tables["tariffs"][1]["funds"] = "40"
    tables["billing"] = [
        {"user_id": "U", "month": "2021-05", "reactive_mvarh": "126.505", "power_factor_standard": "0.90"}
    ]
    results = settle_market({"year": 2021, "rules": {}, "tables": tables})
    (line,) = (line for line in results["ledger"] if line["item"] == "power_factor")
    # A = 124, R = 126.505: 0.70, 20 × 0.5 % = 10 % of 42,000 + 18,290.30 + 12,319.40 − 9.194 × 30 − 9.806 × 40
    assert line["amount_micro_yuan"] == 7_194_164_000
