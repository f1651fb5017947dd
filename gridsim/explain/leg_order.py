"""In which order the legs of a position are filled, and the keys that decide it (rulebook part 9, `order_of_legs`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gridsim.arrow import rows_at, rows_where
from gridsim.calendar import delivery_months
from gridsim.explain.held import deals_behind, is_deal

if TYPE_CHECKING:
    import datetime as dt

    from gridsim.explain.legs import Leg
    from gridsim.explain.source import ResultFacts
    from gridsim.rules.shape import MarketShape

__all__ = ["LegKeys", "filling_order", "key_names", "keys_of_legs"]

_DIRECT, _TRANSFERRED = "direct", "transferred"  # of a contract that names no variety; of one that changed hands


class LegKeys(NamedTuple):
    """What the order of legs asks of a leg.

    Attributes
    ----------
    ends : str
        The last month of its contract.
    variety, group : str
    time : datetime or None
        When the contract was filed or concluded, or the buyer's order submitted.
    """

    ends: str
    variety: str
    group: str
    time: dt.datetime | None


def key_names(shape: MarketShape) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The keys of a market: what each looks at, and the values that go first where it names some."""
    return tuple(
        (key, ())
        if isinstance(key, str)
        else next((name, tuple(values)) for name, values in key if name in ("variety", "group"))  # type: ignore[attr-defined]
        for key in shape.order_of_legs
    )


def filling_order(legs: Sequence[Leg], keys: Mapping[str, LegKeys], shape: MarketShape, month: str) -> list[int] | None:
    """The places of legs in the order in which they are filled; None: in proportion."""
    if not shape.order_of_legs:
        return None

    def rank(place: int) -> tuple[Any, ...]:
        leg = legs[place]
        ranks = [_rank(name, values, leg, keys[leg.id], shape, month) for name, values in key_names(shape)]
        return (*ranks, leg.trade_row, place)

    return sorted(range(len(legs)), key=rank)


def _rank(name: str, values: tuple[str, ...], leg: Leg, keys: LegKeys, shape: MarketShape, month: str) -> Any:
    """Where one key puts a leg: the smaller comes first."""
    if name == "ends_this_month":
        return keys.ends != month
    if name == "variety":
        return keys.variety not in values if values else shape.varieties.index(keys.variety)
    if name == "group":
        return values.index(keys.group) if keys.group in values else len(values)
    return leg.price if name == "price" else (keys.time is None, keys.time)


def keys_of_legs(source: ResultFacts, legs: Sequence[Leg], month: str) -> dict[str, LegKeys]:
    """The keys of some legs of a month, by leg; none in a market that fills them in proportion.

    Parameters
    ----------
    source : ResultFacts
    legs : sequence of Leg
    month : str
    """
    if not legs or not source.rules.shape.order_of_legs:
        return {}
    return {leg.id: _keys(source, leg.id, leg.trade_row, leg.cut_from, month) for leg in legs}


def _keys(source: ResultFacts, leg: str, trade_row: int, cut_from: str | None, month: str) -> LegKeys:
    trade = rows_at(source.exact.arrow("trades"), {trade_row})[trade_row]
    group = _group(source.rules.shape, trade["kind"])
    if cut_from is None:
        return _of_new_energy(source, trade, group, int(month[:4]))
    (own,) = rows_where(source.exact.arrow("legs"), {"leg_id": cut_from})
    of = _keys(source, cut_from, own["trade_row"], own.get("from_leg_id"), month)
    time = of.time
    if trade["transfer"] == "buyers":  # the one who took it over ordered it then
        time = _row(source, "orders", trade["buy_row"])["submitted_at"]
    return LegKeys(month, _variety_of_new(source.rules.shape, of.variety), group or "listing", time)


def _of_new_energy(source: ResultFacts, trade: Mapping[str, Any], group: str, year: int) -> LegKeys:
    last = delivery_months(trade["month"], year)[-1]
    of_contract = {"contract_id": trade["contract_id"]}
    if is_deal(trade):
        deal = deals_behind(source, [trade])[trade["number"]]
        ends = [last] if trade["contract_id"] is None else _ends(source, of_contract, year, of_deals=True)
        return LegKeys(max(ends), deal.variety or _DIRECT, group, deal.concluded_on)
    if trade["bilateral_row"] is None:
        variety = _row(source, "orders", trade["sell_row"]).get("variety") or _DIRECT
        return LegKeys(last, variety, group, _row(source, "orders", trade["buy_row"])["submitted_at"])
    row = _row(source, "bilateral", trade["bilateral_row"])
    ends = _ends(source, of_contract, year, of_deals=False)
    return LegKeys(max(ends), row.get("variety") or _DIRECT, group, row["filed_at"])


def _ends(source: ResultFacts, of_contract: Mapping[str, Any], year: int, *, of_deals: bool) -> list[str]:
    """The last month of each delivery of a contract; one of deals may be called as one that was filed."""
    columns = ("month", "bilateral_row", "sell_row")
    rows = rows_where(source.exact.arrow("trades"), of_contract, columns)
    return [delivery_months(row["month"], year)[-1] for row in rows if is_deal(row) == of_deals]


def _variety_of_new(shape: MarketShape, variety: str) -> str:
    """Energy that changed hands is a variety of its own, but for varieties that go before all others."""
    if _TRANSFERRED not in shape.varieties:
        return variety
    first = [value for name, values in key_names(shape) if name == "variety" for value in values]
    return variety if variety in first else _TRANSFERRED


def _group(shape: MarketShape, kind: str) -> str:
    return next((each.group for each in (*shape.sessions, *shape.without_sessions) if each.id == kind), "")


def _row(source: ResultFacts, table: str, number: int) -> dict[str, Any]:
    return rows_at(source.input(table), {number})[number]
