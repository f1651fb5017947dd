"""A whole market, from text rows to every result table of formats 2."""

from __future__ import annotations

from typing import Any

from .billing import bill
from .compliance import compliance_rows
from .contracts import clear, legs_of_trades
from .corrections import correct
from .market import check_users, read_market
from .settlement import settle


def settle_market(scenario: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Settle one scenario by the rulebook.

    Parameters
    ----------
    scenario : dict
        ``year`` (int), ``rules`` (dotted path → value, where it is not henan-2021's own) and ``tables`` (table name →
        rows as they stand in the files: dicts of text). No `sessions` table, no windows. `load` stands for `meter`.
        ``shape`` (the name of one of `shapes`, or plain data in its words; else that of ``market``, or henan-2021) and
        ``period_sets`` (id → entries of `hours`), both optional. To another shape ``rules`` tell the calendar and the
        decomposition alone.

    Returns
    -------
    dict
        Result table name → rows. Energies are ints of kWh, prices of 10⁻⁶ yuan/kWh, money of 10⁻⁶ yuan; missing text
        is "", a missing number or truth value None.

    Raises
    ------
    FaultError
        What the rulebook calls a fault of the input and a settlement comes upon.
    """
    market = read_market(scenario)
    check_users(market, with_load="load" in scenario["tables"])
    trades, rejected = clear(market)
    legs = legs_of_trades(trades, market)
    settlement = settle(market, trades, legs)
    bill(market, settlement, scenario["tables"].get("billing", []))
    correct(market, settlement, scenario["tables"].get("corrections", []))
    return {
        "trades": trades,
        "legs": [leg.as_row() for leg in legs],
        "positions": settlement.positions,
        "position_bands": settlement.position_bands,
        "leg_settlement": settlement.leg_settlement,
        "cell_settlement": added_up(settlement.cell_settlement),
        "seller_settlement": settlement.seller_settlement,
        "ledger": [{"line": number, **line} for number, line in enumerate(settlement.ledger, start=1)],
        "rejected": rejected,
        "compliance": compliance_rows(market, legs, settlement.positions),
    }


def added_up(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rulebook 15: the parts of a month, from tariff to tariff, are one row of `cell_settlement`."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in ("user_id", "month", "period", "tariff_period", "trial"))
        if key not in found:
            found[key] = dict(row)
            continue
        for name, value in row.items():
            if name.endswith(("_kwh", "_micro_yuan")):
                found[key][name] += value
    return list(found.values())
