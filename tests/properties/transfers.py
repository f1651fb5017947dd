"""Random orders by which contracted energy changes hands (rulebook part 10)."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.dates import months_of_delivery
from tests.properties.draws import ORDER_ENERGIES, PRICES, Chooser, Row, mwh, time_text, yuan_per_mwh
from tests.properties.trading import instants, some_buyer

_SMALL = (1, 2, 3, 7, 10)


def transfer_rows(
    choose: Chooser, year: int, tables: dict[str, list[Row]], sessions: list[Row], buyers: dict[str, list[str]], *,
    with_sessions: bool,
) -> list[Row]:  # fmt: skip
    """About what contracts hold: mostly the holder gives, others take; some give and take, or give too much.

    Parameters
    ----------
    choose : Chooser
    year : int
    tables : dict
        With contracts and orders of new energy.
    sessions : list of Row
    buyers : dict
        By product, who may buy it.
    with_sessions : bool
        Whether the scenario has a table of sessions.
    """
    adjusting = [row for row in sessions if row["kind"] == "intra_month" or not with_sessions]
    held = [(row["generator_id"], row["buyer_id"], row) for row in tables["bilateral"]]
    held += [(row["seller_id"], row["buyer_id"], row) for row in tables.get("deals", [])]
    if not held or not sessions or not choose.chance(70):
        return []
    rows: list[Row] = []
    for _ in range(choose.number(1, 3)):
        session = choose.one(adjusting if adjusting and not choose.chance(5) else sessions)
        if with_sessions and session["kind"] == "annual_bilateral":
            continue
        generator, buyer, contract = choose.one(held)
        row = {
            "session": session["session"],
            "product": contract["product"],
            "month": choose.one(months_of_delivery(contract["month"], year)),
            "segment": _segment(choose, session, [*tables["orders"], *rows], with_sessions=with_sessions),
            "transfer": "true",
        }
        generators = [each["generator_id"] for each in tables["generators"]]
        prices = choose.some(PRICES, 1, 2)
        for _ in range(choose.number(1, 3)):
            among_generators = bool(generator) and (choose.chance(50) or not buyer)
            holder, giving, taking = (generator, "buy", "sell") if among_generators else (buyer, "sell", "buy")
            taker = choose.one(generators) if among_generators else some_buyer(choose, tables, buyers[row["product"]])
            moment = choose.one(instants(session))
            for who, side in ((holder, giving), (taker, taking)):
                rows.append(_order(choose, row, who, side, prices, moment))
    return rows


def _order(choose: Chooser, row: Row, who: str, side: str, prices: list[int], moment: datetime) -> Row:
    return {
        **row,
        "participant_id": who,
        "side": side,
        "price_yuan_per_mwh": yuan_per_mwh(
            choose, max(prices) if side == "buy" and choose.chance(80) else choose.one(prices)
        ),
        "energy_mwh": mwh(choose, choose.one((*_SMALL, *_SMALL, *ORDER_ENERGIES))),
        "submitted_at": time_text(choose, moment),
    }


def _segment(choose: Chooser, session: Row, rows: list[Row], *, with_sessions: bool) -> str:
    """That of the session's other orders: both in one session are a fault."""
    others = {row["segment"] for row in rows if row["session"] == session["session"] and row["segment"]}
    if with_sessions and session["kind"] != "intra_month":
        return ""
    return choose.one(sorted(others) or ["mid", "late"])
