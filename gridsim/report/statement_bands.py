"""Which band a line of a statement settles, where a market has several on one side (rulebook part 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsim.rules.shape import OVERRUN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from gridsim.io.named_frames import ExactTables
    from gridsim.rules.shape import MarketShape

__all__ = ["OVER", "UNDER", "bands_of_lines"]

OVER, UNDER = "over", "under"
_CELL = ["unit_id", "user_id", "period", "tariff_period", "trial"]


def bands_of_lines(
    exact: ExactTables, month: str, units: Sequence[str], ledger: pd.DataFrame, shape: MarketShape
) -> list[str]:
    """The band of each ledger line of units, as ``over 10300``; empty where there is none, or it cannot be told.

    A line of overrun is told by its price, and where that does not tell it, by its place among the lines of its cell,
    which stand in the order of the bands. A fee is told by its amount.

    Parameters
    ----------
    exact : ExactTables
    month : str
    units : sequence of str
    ledger : DataFrame
        Lines of that month; empty cells are empty texts.
    shape : MarketShape
    """
    if not any(len(bands) > 1 for mode in shape.modes for bands in (mode.over, mode.under)):
        return [""] * len(ledger)
    held: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for row in exact.arrow("position_bands", {"month": month, "unit_id": list(units)}).to_pylist():
        held.setdefault((row["unit_id"], row["trial"]), []).append(row)
    names = ["unit_id", "trial", "item", "price_micro_yuan_per_kwh", "amount_micro_yuan"]
    lines = ledger[names].astype({"unit_id": object, "item": object})
    over = ledger.loc[ledger["item"] == OVERRUN, _CELL]
    of_cell = over.groupby(_CELL, observed=True, sort=False)
    place = of_cell.cumcount().reindex(ledger.index, fill_value=0)
    count = of_cell["trial"].transform("size").reindex(ledger.index, fill_value=0)
    fee = "" if shape.fees is None else shape.fees.item
    found = []
    for unit, trial, item, price, amount, at, of in zip(*(lines[name] for name in names), place, count, strict=True):
        rows = held.get((unit, bool(trial)), []) if item in (OVERRUN, fee) else []
        found.append(_fee_band(rows, amount) if item == fee else _over_band(rows, price, int(at), int(of)))
    return found


def _over_band(rows: list[dict[str, Any]], price: float, place: int, count: int) -> str:
    over = [row for row in rows if row["side"] == OVER]
    edges = list(dict.fromkeys(row["edge"] for row in over))
    priced = {row["edge"] for row in over if row["price_micro_yuan_per_kwh"] == price}
    if len(priced) != 1 and count == len(edges) > 0:
        priced = {edges[place]}
    return _named(OVER, priced)


def _fee_band(rows: list[dict[str, Any]], amount: int) -> str:
    found = {(row["side"], row["edge"]) for row in rows if row["fee_micro_yuan"] == amount}
    if len(found) != 1:
        return ""
    ((side, edge),) = found
    return _named(side, {edge})


def _named(side: str, edges: set[int | None]) -> str:
    edge = next(iter(edges)) if len(edges) == 1 else None
    return "" if edge is None else f"{side} {edge}"
