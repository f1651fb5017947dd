"""Nominations by month and period, in units of one product and of several."""

from __future__ import annotations

import gridsim
from gridsim.analysis.attribution.held import HeldPositions
from gridsim.analysis.attribution.plans import Plans
from tests.analysis.attribution.worked import MONTH, worked

CELLS = {"A": {"peak": 10, "flat": 20, "valley": 30}, "B": {"peak": 1, "flat": 2, "valley": 3}}


def plans(**how: object) -> dict[str, tuple[tuple[int, ...], tuple[str, ...]]]:
    """Plans and where they are from, by product, of a unit by periods that bought 60, 30 and 10 MWh."""
    users = [
        {
            "user_id": user, "tariff_class": "large", "voltage": "110 kV", "peak_valley_tariff": True, "mode": "tou",
            "retailer_id": "R",
        }
        for user in CELLS
    ]  # fmt: skip
    bilateral = [
        {
            "session": "b", "contract_id": product, "generator_id": "G1", "buyer_id": "R", "product": product,
            "month": MONTH, "energy_mwh": energy, "price_yuan_per_mwh": 400, "filed_at": "2020-12-01",
            "confirmed_at": "2020-12-02",
        }
        for product, energy in (("peak", 60), ("flat", 30), ("valley", 10))
    ]  # fmt: skip
    scenario = worked(CELLS, None, users=users, bilateral=bilateral, **how)  # type: ignore[arg-type]
    held = HeldPositions(gridsim.run(scenario))
    found = Plans(held)
    return {each.product: (found.of(each).plan.energy, found.of(each).plan.origin) for each in held}


def test_a_months_nomination_falls_into_products_as_the_contract_does() -> None:
    found = plans(nominations=[{"user_id": "A", "month": MONTH, "energy_mwh": 50}])
    assert found == {
        "peak": ((30_000, 30_000), ("nomination", "equal")),
        "flat": ((15_000, 15_000), ("nomination", "equal")),
        "valley": ((5_000, 5_000), ("nomination", "equal")),
    }


def test_a_nomination_by_period_is_taken_as_it_is() -> None:
    rows = [
        {"user_id": "A", "month": MONTH, "period": period, "energy_mwh": energy}
        for period, energy in (("peak", 70), ("flat", 10), ("valley", 0))
    ]
    found = plans(nominations=rows, history=[{"user_id": "B", "year": 2020, "energy_mwh": 5}])
    assert found == {
        "peak": ((70_000, 0), ("nomination", "history")),
        "flat": ((10_000, 20_000), ("nomination", "history")),
        "valley": ((0, 10_000), ("nomination", "history")),
    }


def test_who_has_no_history_takes_the_mean_of_the_others() -> None:
    found = plans(history=[{"user_id": "A", "year": 2020, "energy_mwh": 5}])
    assert found["flat"] == ((15_000, 15_000), ("history", "mean_of_others"))
    by_period = [
        {"user_id": user, "year": 2020, "month": "05", "period": period, "energy_mwh": energy}
        for user, period, energy in (("A", "peak", 1), ("B", "peak", 3), ("A", "flat", 1), ("B", "flat", 1))
    ]
    found = plans(history=by_period)
    assert found["peak"] == ((15_000, 45_000), ("history", "history"))
    assert found["flat"] == ((15_000, 15_000), ("history", "history"))
    assert found["valley"][0] == (3_333, 6_667)  # no history of the valley: the month's 2 and 4
