"""A scenario of the market of ``tests/shapes/five-periods.yaml``, as plain tables."""

from __future__ import annotations

from typing import Any

__all__ = ["Rows", "tables"]

Rows = list[dict[str, Any]]

PERIODS = ("night", "dawn", "noon", "dusk", "late")


def tables() -> dict[str, Rows]:
    """Two generators, two users, a filing, orders of two kinds of session, tariffs with a row for each price."""
    rate = {"tariff_class": "works", "voltage": "10kV"}
    prices = [rate | {"item": "list_price", "period": period, "price_yuan_per_mwh": 400 + place}
              for place, period in enumerate(PERIODS)]  # fmt: skip
    order = {"month": "2021-05", "price_yuan_per_mwh": 350, "energy_mwh": 5, "submitted_at": "2021-04-20T10:00:00"}
    return {
        "generators": [{"generator_id": "G1", "capacity_mw": "12.345"}, {"generator_id": "G2", "capacity_mw": None}],
        "users": [
            {"user_id": "U1", **rate, "mode": "joined"},
            {"user_id": "U2", **rate, "mode": "split", "exit_month": "2021-09"},
        ],
        "tariffs": [*prices, rate | {"item": "wires", "period": None, "price_yuan_per_mwh": 90}],
        "sessions": [
            {"session": name, "kind": kind, "opens_at": "2021-04-20T09:00:00", "closes_at": "2021-04-20T17:00:00"}
            for name, kind in (("Y", "yearly"), ("D", "daily"), ("T", "thirds"))
        ],
        "bilateral": [
            {
                "session": "Y",
                "contract_id": "C1",
                "generator_id": "G1",
                "buyer_id": "U1",
                "product": "bundle",
                "month": "2021",
                "energy_mwh": 120,
                "price_yuan_per_mwh": 333,
                "filed_at": "2021-04-20T10:00:00",
                "confirmed_at": "2021-04-20T11:00:00",
                "variety": "wind",
            },
        ],
        "orders": [
            {"session": "D", "participant_id": "G2", "side": "sell", "product": "dark", "variety": "coal"} | order,
            {"session": "T", "participant_id": "U2", "side": "buy", "product": "bright", "segment": "mid"} | order,
        ],
        "meter": [
            {"user_id": user, "month": "2021-05", "period": period, "energy_mwh": "1.5"}
            for user in ("U1", "U2")
            for period in PERIODS
        ],
        "market_prices": [
            {"month": "2021-05", "spot": None, "penalty": 40},
            {"month": "2021-08", "spot": "0", "penalty": 41},
        ],
    }
