"""The worked month of rulebook 14 as tables, and what else its tests change in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gridsim

Rows = Sequence[Mapping[str, Any]]

MONTH = "2021-05"
CELLS = {"U1": {"peak": 320, "flat": 240}, "U2": {"flat": 480}, "U3": {"valley": 160}}
NOMINATED = {"U1": 360, "U2": 400, "U3": 240}
SHORT = {"U1": {"peak": 300}, "U2": {"flat": 390}, "U3": {"valley": 190}}
CONTRACTS = ((600, 400), (400, 420))
RETAIL = [
    {
        "user_id": "U1", "kind": "fixed", "price": 440, "deviation": "own", "free": "0.05", "deviation_price": 200,
        "capped": True,
    },
    {
        "user_id": "U2", "kind": "spread_share", "reference": 450, "share": "0.5", "floor": 430, "deviation": "own",
        "free": "0.05", "deviation_price": 200, "capped": True,
    },
    {"user_id": "U3", "kind": "cost_plus", "fee": 25, "deviation": "own", "rate": "0.1"},
]  # fmt: skip
DEALS = [
    {
        "seller_id": "G1",
        "buyer_id": "R",
        "product": "total",
        "month": MONTH,
        "energy_mwh": 600,
        "price_yuan_per_mwh": 400,
    },
    {
        "seller_id": None,
        "buyer_id": "R",
        "product": "total",
        "month": MONTH,
        "energy_mwh": 400,
        "price_yuan_per_mwh": 420,
    },
]


def worked(
    cells: Mapping[str, Mapping[str, Any]] = CELLS,
    nominated: Mapping[str, Any] | None = NOMINATED,
    contracts: Sequence[tuple[int, int]] = CONTRACTS,
    *,
    seed: int | None = None,
    month: str = MONTH,
    overrides: Mapping[str, object] | None = None,
    **tables: Rows,
) -> gridsim.Scenario:
    """The scenario: R and its conventional users, energies in MWh.

    Parameters
    ----------
    cells : mapping
        Metered energy by user and period.
    nominated : mapping or None
        By user; None: no nominations.
    contracts : sequence of (energy, price)
    seed : int, optional
    month : str
        YYYY-MM.
    overrides : mapping, optional
        Values of the rule set.
    **tables
        Other rows, by table.
    """
    made: dict[str, Rows] = {
        "generators": [{"generator_id": f"G{number}"} for number, _ in enumerate(contracts, 1)],
        "retailers": [{"retailer_id": "R"}],
        "users": [
            {
                "user_id": user, "tariff_class": "large", "voltage": "110 kV", "peak_valley_tariff": True,
                "mode": "conventional", "retailer_id": "R",
            }
            for user in cells
        ],
        "tariffs": [
            {
                "tariff_class": "large", "voltage": "110 kV", "catalogue_peak": 942, "catalogue_flat": 600,
                "catalogue_valley": 300, "transmission": 150, "funds": 30,
            }
        ],
        "bilateral": [
            {
                "session": "b", "contract_id": f"B{number}", "generator_id": f"G{number}", "buyer_id": "R",
                "product": "total", "month": month, "energy_mwh": energy, "price_yuan_per_mwh": price,
                "filed_at": "2020-12-01", "confirmed_at": "2020-12-02",
            }
            for number, (energy, price) in enumerate(contracts, 1)
        ],
        "meter": [
            {"user_id": user, "month": month, "period": period, "energy_mwh": energy}
            for user, of_user in cells.items()
            for period, energy in of_user.items()
        ],
    }  # fmt: skip
    if nominated is not None:
        made["nominations"] = [
            {"user_id": user, "month": month, "energy_mwh": energy} for user, energy in nominated.items()
        ]
    frames = {name: _as_columns(rows) for name, rows in {**made, **tables}.items() if rows}
    return gridsim.scenario_from_tables(frames, name="worked", year=int(month[:4]), seed=seed, overrides=overrides)


def _as_columns(rows: Rows) -> dict[str, list[Any]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [row.get(name) for row in rows] for name in names}
