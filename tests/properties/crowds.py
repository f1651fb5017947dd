"""Markets with many orders in a book, and many legs and cells in a position: the other ways through the kernels."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.properties.draws import Chooser, Row, SeededChooser, mwh, yuan_per_mwh

YEAR = 2021
TARIFF_KEY = {"tariff_class": "large", "voltage": "110kV"}


def crowded_scenario(seed: int) -> dict[str, Any]:
    """One retailer with many users, and matched sessions with many orders; the same seed, the same scenario."""
    choose = SeededChooser(seed)
    month = choose.one((f"{YEAR}-02", f"{YEAR}-07"))
    user_ids = [f"U{number}" for number in range(choose.number(2, 150))]
    users = [
        {
            "user_id": user,
            **TARIFF_KEY,
            "peak_valley_tariff": choose.one(("true", "true", "false")),
            "mode": choose.one(("conventional", "tou")),
            "retailer_id": "R",
        }
        for user in user_ids
    ]
    rules = {
        "calendar.holidays": [],
        "calendar.working_weekends": [],
        "matching.ties": choose.one(("time", "pro_rata")),
        "matching.mechanism": choose.one(("high_low", "uniform")),
        "matching.k": choose.one(("0.5", "0.3333")),
    }
    cells = [(user, period) for user in user_ids for period in ("peak", "flat", "valley")]
    top = choose.one((10, 1000, 1_000_000))
    tables = {
        "generators": [{"generator_id": f"G{n}", "heat_priority": choose.one(("true", "false"))} for n in range(9)],
        "retailers": [{"retailer_id": "R"}],
        "users": users,
        "tariffs": [
            {
                **TARIFF_KEY,
                "catalogue_peak": "900.001",
                "catalogue_flat": "600",
                "catalogue_valley": "300",
                "transmission": "205.1",
                "funds": "27.195",
            }
        ],
        "orders": [row for name in "ST"[: choose.number(1, 2)] for row in book(choose, name, month)],
        "meter": [
            {"user_id": user, "month": month, "period": period, "energy_mwh": mwh(choose, choose.number(0, top))}
            for user, period in choose.permuted(cells)
        ],
    }
    return {"name": f"crowd {seed}", "year": YEAR, "rules": rules, "tables": tables}


def book(choose: Chooser, session: str, month: str) -> list[Row]:
    """Up to a few hundred orders on each side, mixed; of one price and moment, or of many."""
    product = choose.one(("total", "peak", "flat"))
    price_step, most_steps = choose.one(((1, 3), (500, 20), (7, 60_000)))
    moments = choose.one((1, 5, 100_000))
    # A seller's or buyer's orders stand together only if they came together: most are to stand.
    opened = datetime.fromisoformat(f"{YEAR}-01-25T09:00:00")
    rows = []
    for side, who in (("sell", [f"G{n}" for n in range(9)]), ("buy", ["R"])):
        for participant in who:
            submitted_at = opened + timedelta(seconds=choose.number(0, moments))
            for _ in range(choose.number(1, 45 if side == "sell" else 300)):
                rows.append(
                    {
                        "session": session,
                        "participant_id": participant,
                        "side": side,
                        "product": product,
                        "month": month,
                        "price_yuan_per_mwh": yuan_per_mwh(choose, 300_000 + price_step * choose.number(0, most_steps)),
                        "energy_mwh": mwh(choose, choose.number(1, choose.one((3, 5000)))),
                        "submitted_at": f"{submitted_at:%Y-%m-%dT%H:%M:%S}",
                    }
                )
    return choose.permuted(rows)
