"""The rows of the table of deals behind trades: contracts as they stand (rulebook part 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.arrow import rows_at
from gridsim.explain.agree import same
from gridsim.integrity.places import TablePlace

if TYPE_CHECKING:
    import datetime as dt

    from gridsim.explain.source import ResultFacts

__all__ = ["HeldDeal", "deals_behind", "is_deal"]

_ALIKE = ("product", "month", "energy_kwh", "price_micro_yuan_per_kwh")


@dataclass(frozen=True, slots=True)
class HeldDeal:
    """A row of the table of deals, with what it says of itself."""

    row: int
    id: str | None
    variety: str | None
    concluded_on: dt.datetime | None
    note: str | None


def is_deal(trade: Mapping[str, Any]) -> bool:
    """Whether a trade is a deal: it comes neither of a filing nor of orders."""
    return trade["bilateral_row"] is None and trade["sell_row"] is None


def deals_behind(source: ResultFacts, trades: Sequence[Mapping[str, Any]]) -> dict[int, HeldDeal]:
    """The deal behind each trade, by the trade's number.

    Every row of the table is a trade, in the order of the rows, right behind the bilateral ones.

    Parameters
    ----------
    source : ResultFacts
    trades : sequence of mapping
        Rows of ``trades`` that are deals.

    Raises
    ------
    ResultError
        A trade does not follow from its row.
    """
    if not trades:
        return {}
    bilateral = source.exact.arrow("trades", None, ("bilateral_row",)).column("bilateral_row")
    before = len(bilateral) - bilateral.null_count
    rows = rows_at(source.input("deals"), {trade["number"] - before for trade in trades})
    found = {}
    for trade in trades:
        row = rows[trade["number"] - before]
        for name in _ALIKE:
            same(TablePlace("trades", trade["number"]), name, trade[name], row[name])
        found[trade["number"]] = HeldDeal(
            row["number"], row["deal_id"], row.get("variety"), row["concluded_on"], row["note"]
        )
    return found
