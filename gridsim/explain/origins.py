"""Where a leg comes from: a contract that was filed or stands, or a matched pair of orders; its share of the month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.arrow import dicts, rows_at, rows_where
from gridsim.calendar import days_in_month, delivery_months, is_month
from gridsim.explain.agree import same
from gridsim.explain.arithmetic import split
from gridsim.explain.held import deals_behind, is_deal
from gridsim.explain.mechanisms import UNIFORM, limits_of, mechanism_of, pair_price
from gridsim.integrity.places import TablePlace

if TYPE_CHECKING:
    import datetime as dt

    import pyarrow as pa

    from gridsim.explain.arithmetic import Quotient, Share
    from gridsim.explain.held import HeldDeal
    from gridsim.explain.legs import Leg
    from gridsim.explain.mechanisms import Mechanism
    from gridsim.explain.moves import Move, Moves
    from gridsim.explain.source import ResultFacts

__all__ = ["Filing", "MonthShares", "Order", "Origin", "Pair", "origins_of"]


@dataclass(frozen=True, slots=True)
class Filing:
    """The filing that stands. `unused` are the contract's other rows of that product: (row, reason)."""

    row: int
    filed_at: dt.datetime
    confirmed_at: dt.datetime
    unused: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """A row of `orders`; `left` is what it had left before the pair [kWh], `replaced` the rows that it superseded.

    `price` is None of an order that takes any price.
    """

    row: int
    participant: str
    price: int | None
    energy: int
    left: int
    replaced: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A matched pair.

    Attributes
    ----------
    sell, buy : Order
    price_of : tuple of Order
        The sell and buy order that make its price: its own, or those of the last pair.
    price : Quotient or None
        Before it is rounded; None where both orders take any price.
    mechanism : Mechanism
    held : int or None
        Where a floor or a cap holds the price: what it is then [micro-yuan/kWh].
    """

    sell: Order
    buy: Order
    price_of: tuple[Order, Order]
    price: Quotient | None
    mechanism: Mechanism
    held: int | None = None


@dataclass(frozen=True, slots=True)
class MonthShares:
    """A delivery of several months split to months; shares in their order."""

    method: str
    months: tuple[str, ...]
    weights: tuple[int, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """The trade behind a leg: energy [kWh], price [micro-yuan/kWh]; `seen_by` as of `ResultFacts`."""

    leg: Leg
    session: str
    kind: str
    delivery: str
    segment: str | None
    contract: str | None
    energy: int
    price: int
    filing: Filing | None
    pair: Pair | None
    deal: HeldDeal | None
    decomposition: MonthShares | None
    move: Move | None
    cuts: tuple[Move, ...]
    seen_by: str = ""


def origins_of(source: ResultFacts, legs: Sequence[Leg], month: str, moves: Moves) -> dict[str, Origin]:
    """The origin of each leg, checked against the inputs.

    Parameters
    ----------
    source : ResultFacts
    legs : sequence of Leg
    month : str
    moves : Moves
        Of the month, for the products of the legs.

    Raises
    ------
    ResultError
        A leg does not follow from its trade, or a trade from its filing or orders.
    """
    trades = rows_at(source.exact.arrow("trades"), {leg.trade_row for leg in legs})
    filings = _filings(source, [trade for trade in trades.values() if trade["bilateral_row"] is not None])
    pairs = _pairs(source, [trade for trade in trades.values() if trade["sell_row"] is not None])
    deals = deals_behind(source, [trade for trade in trades.values() if is_deal(trade)])
    origins = {}
    for leg in legs:
        trade = trades[leg.trade_row]
        decomposition = _decomposition(source, trade, month)
        energy = trade["energy_kwh"]
        if decomposition is not None:
            energy = decomposition.shares[decomposition.months.index(month)].value
        place, move, cut = TablePlace("legs", leg.id), moves.made.get(leg.id), moves.cut_from(leg.id)
        whole, its_price = energy, trade["price_micro_yuan_per_kwh"]
        if decomposition is not None and trade["sell_row"] is not None:
            its_price = limits_of(source, trade["kind"], month).held(its_price)
        if move is not None:
            whole, its_price = move.share.value, move.own_price
        energy_as_traded, price_as_traded = leg.traded
        same(place, "energy_kwh", energy_as_traded, whole - cut)
        same(place, "price_micro_yuan_per_kwh", price_as_traded, its_price)
        origins[leg.id] = Origin(
            leg=leg,
            session=trade["session"],
            kind=trade["kind"],
            delivery=trade["month"],
            segment=trade["segment"],
            contract=trade["contract_id"],
            energy=trade["energy_kwh"],
            price=trade["price_micro_yuan_per_kwh"],
            filing=filings.get(leg.trade_row),
            pair=pairs.get(leg.trade_row),
            deal=deals.get(leg.trade_row),
            decomposition=decomposition,
            move=move,
            cuts=moves.cuts.get(leg.id, ()),
            seen_by=source.seen_by,
        )
    return origins


def _decomposition(source: ResultFacts, trade: Mapping[str, Any], month: str) -> MonthShares | None:
    months = delivery_months(trade["month"], int(month[:4]))
    if len(months) == 1:
        return None
    rules = source.rules.values.decomposition
    if rules.method == "calendar_days":
        weights = tuple(days_in_month(each) for each in months)
    elif rules.method == "equal":
        weights = (1,) * len(months)
    else:
        weights = tuple(rules.typical_curve[int(each[5:]) - 1] for each in months)
    return MonthShares(rules.method, months, weights, split(trade["energy_kwh"], weights))


def _filings(source: ResultFacts, trades: Sequence[Mapping[str, Any]]) -> dict[int, Filing]:
    """The filing behind each trade, by the trade's number."""
    if not trades:
        return {}
    table = source.input("bilateral")
    rows = rows_at(table, {trade["bilateral_row"] for trade in trades})
    unused = _unused_rows(source, table, {trade["contract_id"] for trade in trades})
    filings = {}
    for trade in trades:
        row = rows[trade["bilateral_row"]]
        for name in ("contract_id", "product", "month", "energy_kwh", "price_micro_yuan_per_kwh"):
            same(TablePlace("trades", trade["number"]), name, trade[name], row[name])
        others = tuple(unused[row["contract_id"], row["product"]])
        filings[trade["number"]] = Filing(row["number"], row["filed_at"], row["confirmed_at"], others)
    return filings


def _unused_rows(
    source: ResultFacts, table: pa.Table, contracts: set[str]
) -> Mapping[tuple[str, str], list[tuple[int, str]]]:
    """Rows of contracts that were not used, and why, by contract and product."""
    rows = rows_where(table, {"contract_id": contracts}, ("contract_id", "product"))
    reasons = _reasons(source, "bilateral", {row["number"] for row in rows})
    unused: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        if row["number"] in reasons:
            unused[row["contract_id"], row["product"]].append((row["number"], reasons[row["number"]]))
    return unused


def _reasons(source: ResultFacts, table: str, numbers: Collection[int]) -> dict[int, str]:
    """Why rows of an input table were not used."""
    rows = dicts(source.exact.arrow("rejected", {"table": table, "row": numbers}, ("row", "reason")))
    return {row["row"]: row["reason"] for row in rows}


def _pairs(source: ResultFacts, trades: Sequence[Mapping[str, Any]]) -> dict[int, Pair]:
    """The matched pair behind each trade, by the trade's number."""
    if not trades:
        return {}
    year = min(trade["month"] for trade in trades)[:4]
    how = {t["kind"]: mechanism_of(source, t["kind"], f"{year}-01") for t in trades}
    # In uniform clearing the book's last pair makes the price, else each pair its own.
    priced_by = {t["number"]: _last_of_book(source, t) if how[t["kind"]].how == UNIFORM else t for t in trades}
    orders = _orders(
        source, {trade[side] for trade in (*trades, *priced_by.values()) for side in ("sell_row", "buy_row")}
    )
    sold = _traded_before(source, "sell_row", {trade["sell_row"] for trade in trades})
    bought = _traded_before(source, "buy_row", {trade["buy_row"] for trade in trades})
    pairs = {}
    for trade in trades:
        number, mechanism = trade["number"], how[trade["kind"]]
        sell = _order(orders[trade["sell_row"]], sold[number])
        buy = _order(orders[trade["buy_row"]], bought[number])
        makes_price = priced_by[number]
        price_of = (_order(orders[makes_price["sell_row"]], 0), _order(orders[makes_price["buy_row"]], 0))
        price = pair_price(mechanism, *(orders[makes_price[side]] for side in ("sell_row", "buy_row")))
        place, held = TablePlace("trades", number), None
        if price is not None and not mechanism.prices_at_margin:
            if is_month(trade["month"]) and not trade.get("transfer"):
                held = limits_of(source, trade["kind"], trade["month"]).held(price.rounded)
            stands = price.rounded if held is None else held
            same(place, "price_micro_yuan_per_kwh", trade["price_micro_yuan_per_kwh"], stands)
        if mechanism.is_one_by_one:
            same(place, "energy_kwh", trade["energy_kwh"], min(sell.left, buy.left))
        is_held = held is not None and price is not None and held != price.rounded
        pairs[number] = Pair(sell, buy, price_of, price, mechanism, held if is_held else None)
    return pairs


def _last_of_book(source: ResultFacts, trade: Mapping[str, Any]) -> Mapping[str, Any]:
    book = {name: trade.get(name) for name in ("session", "month", "segment", "product", "transfer")}
    return [row for row in rows_where(source.exact.arrow("trades"), book) if row["sell_row"] is not None][-1]


def _traded_before(source: ResultFacts, side: str, orders: set[int]) -> dict[int, int]:
    """What each trade's order on one side had traded before it [kWh], by the trade's number."""
    before = {}
    total: dict[int, int] = defaultdict(int)
    for trade in rows_where(source.exact.arrow("trades"), {side: orders}, (side, "energy_kwh")):
        before[trade["number"]] = total[trade[side]]
        total[trade[side]] += trade["energy_kwh"]
    return before


_BOOK_AND_SIDE = ("session", "participant_id", "side", "product", "month", "segment")


def _orders(source: ResultFacts, numbers: set[int]) -> dict[int, dict[str, Any]]:
    """Rows of orders by number, each with the rows that it superseded under ``replaced``."""
    table = source.input("orders")
    orders = rows_at(table, numbers)
    whose = {name: {row[name] for row in orders.values()} for name in ("session", "participant_id")}
    of_key: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in rows_where(table, whose, (*_BOOK_AND_SIDE, "transfer")):
        of_key[_book_and_side(row)].append(row["number"])
    reasons = _reasons(source, "orders", [number for rows in of_key.values() for number in rows])
    for row in orders.values():
        row["replaced"] = tuple(number for number in of_key[_book_and_side(row)] if reasons.get(number) == "superseded")
    return orders


def _book_and_side(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*(row.get(name) for name in _BOOK_AND_SIDE), bool(row.get("transfer")))


def _order(row: Mapping[str, Any], traded_before: int) -> Order:
    return Order(
        row=row["number"],
        participant=row["participant_id"],
        price=row["price_micro_yuan_per_kwh"],
        energy=row["energy_kwh"],
        left=row["energy_kwh"] - traded_before,
        replaced=row["replaced"],
    )
