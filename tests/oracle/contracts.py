"""Rulebook 3, 9 and 10: filings and matched pairs to trades; trades to contract legs by month."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .dates import days_of_month, instant, months_of_delivery, shortest_name
from .deals import check_deals, deal_trade, keys_of_deal
from .exact import energy_kwh, price_micro_yuan, ratio, split
from .legs import Leg
from .market import Market, Row
from .matching import Order, Pair, match_book
from .prices import Place, evaluated
from .rolling import roll_book
from .rule_values import Rules
from .sessions import (
    against_one_direction,
    is_giving,
    is_transfer,
    kind_of_session,
    rejection,
    rules_of_kind,
    standing_filings,
    standing_orders,
)
from .shape import FaultError, is_true
from .transfers import apply_transfers, held_to_give, turn_of

Trade = dict[str, Any]
Book = tuple[str, str, str, str, int]  # session, delivery, segment, product, and which of these:
NEW_ENERGY, BUYERS, GENERATORS = range(3)  # rulebook 10, in this order
TRANSFER_NAMES = {NEW_ENERGY: "", BUYERS: "buyers", GENERATORS: "generators"}
Orders = list[tuple[int, Row]]  # 1-based row, row


def clear(market: Market) -> tuple[list[Trade], list[dict[str, Any]]]:
    """The `trades` table, in its order (rulebook 5, R5), and the `rejected` table."""
    filings, rejected_filings = standing_filings(market)
    orders, rejected_orders = standing_orders(market)
    if market.shape.get("without_sessions") is None and market.sessions is None and (filings or orders):
        raise FaultError("sessions is required with orders or bilateral")
    check_deals(market)
    trades = [filed_trade(market, number, row) for number, row in filings]
    trades += [deal_trade(market, row) for row in market.deals]

    # One book = one session × delivery × segment × product × what is traded; nothing crosses between books.
    books: dict[Book, Orders] = {}
    for number, row in orders:
        books.setdefault(book_of(market, row), []).append((number, row))
    cleared: dict[Book, list[Trade]] = {}
    for book, rows in books.items():
        if book[-1] == NEW_ENERGY:
            cleared[book] = book_trades(market, book, clear_book(market, rows))

    # Transfers are tested against all new energy of the month, whatever the sessions' dates.
    new_legs = new_energy_legs(trades + [t for book in sorted(cleared) for t in cleared[book]], market)
    given, against = clear_transfers(market, {book: rows for book, rows in books.items() if book[-1]}, new_legs)
    for book, pairs in given.items():
        cleared[book] = book_trades(market, book, pairs)
    # Python sorts text by code points, and an empty segment before the others.
    trades += [trade for book in sorted(cleared) for trade in cleared[book]]
    rejected = rejected_filings + sorted(rejected_orders + against, key=lambda row: row["row"])
    return trades, rejected


def book_of(market: Market, row: Row) -> Book:
    what = NEW_ENERGY
    if is_transfer(row):
        what = GENERATORS if row["participant_id"] in market.heat_priority else BUYERS
        if len(months_of_delivery(row["month"], market.year)) > 1:
            raise FaultError("a transfer delivers one month")
    return row["session"], shortest_name(row["month"], market.year), row.get("segment", ""), row["product"], what


def order_of(market: Market, number: int, row: Row) -> Order:
    who, text = row["participant_id"], row["price_yuan_per_mwh"]
    return Order(
        row=number,
        participant=who,
        price=price_micro_yuan(text) if text != "" else None,
        energy=energy_kwh(row["energy_mwh"]),
        submitted_at=instant(row["submitted_at"]),
        heat_priority=row["side"] == "sell" and market.heat_priority.get(who, False),
        capacity=market.capacity.get(who, Fraction(0)),
    )


def clear_book(market: Market, rows: Orders) -> list[Pair]:
    """A book of new energy, or of transfers in a matched session, by the mechanism of its session's kind."""
    kind = rules_of_kind(market, rows[0][1]["session"], "matched")
    orders = [(row["side"], order_of(market, number, row)) for number, row in rows]
    if kind["how"] == "rolling":
        return roll_book(orders)[0]
    if kind["how"] != "uniform" and any(order.price is None for _, order in orders):
        raise FaultError("an order without a price stands in a uniform session alone")
    return match_book(
        [order for side, order in orders if side == "sell"],
        [order for side, order in orders if side == "buy"],
        mechanism=kind["how"],
        ties=kind.get("ties", "time"),
        k=ratio(kind.get("k", "0.5")),
        heat_priority=is_true(kind.get("heat_priority")),
    )


# ---- transfers: rulebook 10 ----------------------------------------------------------------------------------------


def clear_transfers(
    market: Market, books: dict[Book, Orders], new_legs: list[Leg]
) -> tuple[dict[Book, list[Pair]], list[dict[str, Any]]]:
    """Every book of transfers: matched ones are tested before rolling ones. And the rows rejected."""
    cleared: dict[Book, list[Pair]] = {}
    rejections: list[dict[str, Any]] = []
    before: list[tuple[int, Row]] = []
    for turn in sorted({turn_of(market, book[0]) for book in books}):
        here = {book: rows for book, rows in books.items() if turn_of(market, book[0]) == turn}
        wrong_way = against_one_direction(market, [row for rows in here.values() for row in rows], before)
        here = {book: [(n, row) for n, row in rows if n not in wrong_way] for book, rows in here.items()}
        too_much = clear_turn(market, here, new_legs, cleared)
        before += [row for rows in here.values() for row in rows]
        rejections += [rejection("orders", number, "one_direction") for number in wrong_way]
        rejections += [rejection("orders", number, "exceeds_contracts") for number in too_much]
    return cleared, rejections


def clear_turn(
    market: Market, books: dict[Book, Orders], new_legs: list[Leg], cleared: dict[Book, list[Pair]]
) -> list[int]:
    """The books of transfers that are counted at one time go into `cleared`; the rows that exceed what is left."""
    rolling = sorted(b for b in books if rules_of_kind(market, b[0], "matched")["how"] == "rolling")
    matched = sorted(books.keys() - rolling)

    too_much = exceeding_in_matched(market, [row for book in matched for row in books[book]], new_legs, cleared)
    for book in matched:
        rows = [(number, row) for number, row in books[book] if number not in too_much]
        cleared[book] = clear_book(market, rows) if rows else []
    for book in rolling:
        cleared[book], rejected = roll_transfers(market, book, books[book], new_legs, cleared)
        too_much += rejected
    return too_much


def given_before(cleared: dict[Book, list[Pair]], participant: str, month: str, product: str, what: int) -> int:
    """What a participant has given away of a month and product in the books that are cleared."""
    side = "sell" if what == BUYERS else "buy"
    return sum(
        pair.energy
        for book, pairs in cleared.items()
        if (book[1], book[3], book[4]) == (month, product, what)
        for pair in pairs
        if getattr(pair, side).participant == participant
    )


def exceeding_in_matched(
    market: Market, rows: Orders, new_legs: list[Leg], cleared: dict[Book, list[Pair]]
) -> list[int]:
    """The standing orders to give of a month and product, in row order: the first too large, and every later one."""
    left: dict[tuple[str, str, str], int | None] = {}  # None: nothing more may be given
    rejected = []
    for number, row in sorted(rows, key=lambda row: row[0]):
        if not is_giving(market, row):
            continue
        key = (row["participant_id"], shortest_name(row["month"], market.year), row["product"])
        if key not in left:
            what = GENERATORS if row["participant_id"] in market.heat_priority else BUYERS
            held = held_to_give(market, new_legs, *key, row["session"])
            left[key] = held - given_before(cleared, *key, what)
        energy, still = energy_kwh(row["energy_mwh"]), left[key]
        if still is None or energy > still:
            left[key] = None
            rejected.append(number)
        else:
            left[key] = still - energy
    return rejected


def roll_transfers(
    market: Market, book: Book, rows: Orders, new_legs: list[Leg], cleared: dict[Book, list[Pair]]
) -> tuple[list[Pair], list[int]]:
    """A rolling book of transfers: a row to give is tested when it comes.

    What was given before it: in all matched books, and in the rolling books that stand before this one.
    """
    session, month, _, product, what = book
    giving_side = "sell" if what == BUYERS else "buy"

    def exceeds(side: str, order: Order, traded_here: int, still_offered: int) -> bool:
        if side != giving_side:
            return False
        before = given_before(cleared, order.participant, month, product, what)
        may_give = held_to_give(market, new_legs, order.participant, month, product, session)
        return before + traded_here + still_offered + order.energy > may_give

    return roll_book([(row["side"], order_of(market, number, row)) for number, row in rows], exceeds=exceeds)


# ---- rows of `trades` ----------------------------------------------------------------------------------------------


def filed_trade(market: Market, number: int, row: Row) -> Trade:
    """A valid bilateral row."""
    return {
        "session": row["session"],
        "kind": kind_of_session(market, row["session"], "bilateral"),
        "product": row["product"],
        "month": shortest_name(row["month"], market.year),
        "segment": "",
        "seller_id": row["generator_id"],
        "buyer_id": row["buyer_id"],
        "energy_kwh": energy_kwh(row["energy_mwh"]),
        "price_micro_yuan_per_kwh": price_micro_yuan(row["price_yuan_per_mwh"]),
        "contract_id": row["contract_id"],
        "sell_row": None,
        "buy_row": None,
        "bilateral_row": number,
        "transfer": "",
    }


def book_trades(market: Market, book: Book, pairs: list[Pair]) -> list[Trade]:
    """The pairs of a book, in the order of matching. A price of one month is clamped here, others leg by leg."""
    session, delivery, segment, product, what = book
    months = months_of_delivery(delivery, market.year)
    trades = []
    for pair in pairs:
        price = pair.price
        if len(months) == 1 and what == NEW_ENERGY:
            price = clamped(market, session, delivery, price)
        trades.append(
            {
                "session": session,
                "kind": kind_of_session(market, session, "matched"),
                "product": product,
                "month": delivery,
                "segment": segment,
                "seller_id": pair.sell.participant,
                "buyer_id": pair.buy.participant,
                "energy_kwh": pair.energy,
                "price_micro_yuan_per_kwh": price,
                "contract_id": "",
                "sell_row": pair.sell.row,
                "buy_row": pair.buy.row,
                "bilateral_row": None,
                "transfer": TRANSFER_NAMES[what],
            }
        )
    return trades


def clamped(market: Market, session: str, month: str, price: int) -> int:
    """Rulebook 9, `price_floor` and `price_cap`; `clamp: true` means the month's columns `floor` and `cap`.

    A month that lacks the one or the other is not clamped by it.
    """
    kind = rules_of_kind(market, session, "matched")
    clamp = is_true(kind.get("clamp"))
    for word, column, stricter in (("price_floor", "floor", max), ("price_cap", "cap", min)):
        expression = kind.get(word, {"market": column} if clamp else None)
        if expression is not None:
            limit = evaluated(expression, Place(market, month))
            price = price if limit is None else int(stricter(Fraction(price), limit))
    return price


# ---- legs ----------------------------------------------------------------------------------------------------------


def monthly_weights(months: list[str], rules: Rules) -> list[int]:
    """Rulebook 3: `calendar_days`, `equal`, or `typical_curve` with given weights; of the months delivered (R5)."""
    method = rules["decomposition.method"]
    if method == "calendar_days":
        return [days_of_month(month) for month in months]
    if method == "equal":
        return [1 for _ in months]
    if method == "typical_curve":
        curve = [int(ratio(weight) * 10_000) for weight in rules["decomposition.typical_curve"]]
        return [curve[int(month[-2:]) - 1] for month in months]
    raise ValueError(method)


def by_month(energy: int, delivery: str, market: Market) -> dict[str, int]:
    """Rulebook 3, last bullet: in whole kWh, by largest remainder."""
    months = months_of_delivery(delivery, market.year)
    # A delivery of several months is split; one of a single month has nothing to split (its weight may be zero).
    energies = split(energy, monthly_weights(months, market.rules)) if len(months) > 1 else [energy]
    return dict(zip(months, energies, strict=True))


def new_energy_legs(trades: list[Trade], market: Market) -> list[Leg]:
    """R5: in the order of trades, months ascending."""
    legs: list[Leg] = []
    ends = ends_of_contracts(market, trades)
    deals = iter(market.deals)
    for trade_row, trade in enumerate(trades, start=1):
        if trade["transfer"]:
            continue
        months = by_month(trade["energy_kwh"], trade["month"], market)
        deal = next(deals) if is_deal(trade) else None
        keys = keys_of_trade(market, trade) if deal is None else keys_of_deal(market, deal)
        for month, energy in months.items():
            price = trade["price_micro_yuan_per_kwh"]
            if len(months) > 1 and trade["sell_row"] is not None:
                price = clamped(market, trade["session"], month, price)
            legs.append(
                Leg(
                    id=f"L{len(legs) + 1}",
                    unit=market.unit(trade["buyer_id"], trade["product"]),
                    buyer=trade["buyer_id"],
                    month=month,
                    product=trade["product"],
                    seller=trade["seller_id"],
                    energy=energy,
                    price=price,
                    session=trade["session"],
                    contract=trade["contract_id"],
                    segment=trade["segment"],
                    trade_row=trade_row,
                    **keys,
                    ends=ends.get(contract_of(trade)) or months_of_delivery(trade["month"], market.year)[-1],
                    kind=trade["kind"],
                    delivery=trade["month"],
                    from_deal=deal is not None,
                )
            )
    return legs


def keys_of_trade(market: Market, trade: Trade) -> dict[str, Any]:
    """What `order_of_legs` asks of a leg of new energy: variety, group, time; and the kind that checks ask for."""
    if trade["bilateral_row"] is not None:
        row = market.bilateral[trade["bilateral_row"] - 1]
        variety, time, otherwise = row.get("variety", ""), row["filed_at"], "bilateral"
    else:
        variety = market.orders[trade["sell_row"] - 1].get("variety", "")
        time, otherwise = market.orders[trade["buy_row"] - 1]["submitted_at"], "matched"
    return {
        "variety": variety or "direct",
        "group": rules_of_kind(market, trade["session"], otherwise).get("group", ""),
        "time": instant(time),
    }


def is_deal(trade: Trade) -> bool:
    """Neither of a filing nor of orders."""
    return trade["bilateral_row"] is None and trade["sell_row"] is None


def contract_of(trade: Trade) -> tuple[bool, str]:
    """A contract by its id, those of deals and those of filings apart."""
    return is_deal(trade), trade["contract_id"]


def ends_of_contracts(market: Market, trades: list[Trade]) -> dict[tuple[bool, str], str]:
    """A contract ends with the last month of its standing filing's rows, or of its deals."""
    ends: dict[tuple[bool, str], str] = {}
    for trade in trades:
        if trade["contract_id"] != "":
            last = months_of_delivery(trade["month"], market.year)[-1]
            ends[contract_of(trade)] = max(last, ends.get(contract_of(trade), last))
    return ends


def legs_of_trades(trades: list[Trade], market: Market) -> list[Leg]:
    """The `legs` table: new energy, and after all of it the transfers in the order of trades (rulebook 10)."""
    return apply_transfers(market, trades, new_energy_legs(trades, market))
