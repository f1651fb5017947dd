"""The sessions, filings and orders of the mini template."""

from __future__ import annotations

from gridsim.templates.writing import Row

__all__ = ["BILATERAL", "ORDERS", "SESSIONS"]

SESSIONS: tuple[Row, ...] = (
    ("AB-2021", "annual_bilateral", "2020-12-10", "2020-12-14T09:00:00", "2020-12-18T17:00:00"),
    ("AM-2021", "annual_matched", "2020-12-18", "2020-12-22T09:00:00", "2020-12-22T17:00:00"),
    ("HY-2021", "half_year", "2021-06-21", "2021-06-24T09:00:00", "2021-06-24T17:00:00"),
    ("I-2021-06-late", "intra_month", "2021-06-11", "2021-06-16T09:00:00", "2021-06-16T17:00:00"),
    ("I-2021-06-mid", "intra_month", "2021-06-04", "2021-06-08T09:00:00", "2021-06-08T17:00:00"),
    ("M-2021-04", "monthly", "2021-03-17", "2021-03-24T09:00:00", "2021-03-24T17:00:00"),
    # Announced on the 20th, not before it: this calendar check fails.
    ("M-2021-09", "monthly", "2021-08-20", "2021-08-25T09:00:00", "2021-08-25T17:00:00"),
)


def _filing(contract: str, generator: str, buyer: str, filed: str, confirmed: str, *rows: tuple[str, ...]) -> list[Row]:
    """The rows of one filing; `rows` are product, month, energy, price."""
    filed_at = f"2020-12-{filed}:00"
    confirmed_at = f"2020-12-{confirmed}:00" if confirmed else ""
    return [("AB-2021", contract, generator, buyer, *row, filed_at, confirmed_at) for row in rows]


BILATERAL: tuple[Row, ...] = (
    # Three filings of one contract: the second is the last one confirmed and stands; its 8 odd kWh show the largest
    # remainder (36,500 MWh would be 100 MWh a day).
    *_filing("C-101", "G1", "R1", "14T10:00", "14T15:00", ("total", "2021", "36500", "372")),
    *_filing("C-101", "G1", "R1", "16T09:30", "16T14:00", ("total", "2021", "36500.008", "368")),
    *_filing("C-101", "G1", "R1", "18T11:00", "", ("total", "2021", "40000", "365")),
    *_filing(
        "C-102", "G2", "R1", "15T10:00", "15T16:00",
        ("peak", "2021", "9125", "500"),
        ("flat", "2021", "7300", "360"),
        ("valley", "2021", "7300", "255"),
    ),
    *_filing("C-103", "G3", "U5", "15T11:00", "15T16:30", ("total", "2021", "182500", "358")),
    # Confirmed after the window closed at 17:00.
    *_filing("C-103", "G3", "U5", "18T16:30", "18T17:40", ("total", "2021", "200000", "356")),
    # Month by month, then the second half as one; the last row is for a product that a tou user may not trade.
    *_filing(
        "C-104", "G1", "U4", "16T10:00", "17T09:15",
        ("peak", "2021", "1460", "505"),
        ("flat", "2021", "1460", "358"),
        ("valley", "2021-04", "75", "252"),
        ("valley", "2021-05", "75", "252"),
        ("valley", "2021-06", "75", "252"),
        ("valley", "2021-H2", "460", "250"),
        ("total", "2021", "365", "355"),
    ),
)  # fmt: skip


def _orders(session: str, day: str, month: str, segment: str, *rows: tuple[str, ...]) -> list[Row]:
    """The orders of one session and delivery; `rows` are participant, side, product, price, energy, time of day."""
    return [
        (session, participant, side, product, month, segment, price, energy, f"{day}T{time}:00")
        for participant, side, product, price, energy, time in rows
    ]


ORDERS: tuple[Row, ...] = (
    *_orders(
        "AM-2021", "2020-12-22", "2021", "",
        ("R1", "buy", "total", "350", "7300", "09:15"),  # superseded at 10:20
        ("G3", "sell", "total", "352", "7300", "09:30"),
        ("G1", "sell", "total", "358", "3650", "10:00"),  # two price steps, both above what is left to buy
        ("G1", "sell", "total", "366", "3650", "10:00"),
        ("R1", "buy", "total", "362", "7300", "10:20"),
        ("U5", "buy", "total", "355", "3650", "10:45"),
        ("U1", "buy", "total", "370", "365", "11:00"),  # product_not_allowed: U1 buys through R1
        ("G2", "sell", "total", "340", "3650", "17:20"),  # outside_window
        ("R1", "buy", "flat", "351", "365", "10:25"),
        ("G2", "sell", "flat", "345", "365", "10:30"),
        ("U4", "buy", "peak", "500", "365", "10:40"),
        ("G1", "sell", "peak", "520", "365", "10:50"),
    ),
    *_orders(
        "M-2021-04", "2021-03-24", "2021-04", "",
        ("R1", "buy", "total", "355", "300", "09:20"),  # superseded at 10:05
        ("G1", "sell", "total", "350", "300", "09:40"),
        ("R1", "buy", "total", "364", "300", "10:05"),  # two price steps
        ("R1", "buy", "total", "356", "200", "10:05"),
        ("G3", "sell", "total", "360", "400", "10:10"),
        ("U5", "buy", "total", "352", "250", "10:30"),
        ("G2", "sell", "total", "350", "300", "11:00"),  # the heat supplier wins the tie with G1, though later
        ("U4", "buy", "peak", "505", "20", "10:15"),
        ("G1", "sell", "peak", "495", "30", "10:35"),
    ),
    *_orders(
        "I-2021-06-mid", "2021-06-08", "2021-06", "mid",
        ("R1", "buy", "total", "365", "100", "09:30"),
        ("G3", "sell", "total", "359", "120", "09:45"),
        ("U4", "buy", "flat", "358", "10", "10:00"),
        ("G2", "sell", "flat", "350", "10", "10:10"),
    ),
    *_orders(
        "I-2021-06-late", "2021-06-16", "2021-06", "late",
        ("R1", "buy", "total", "350", "60", "09:30"),  # below the offer: no trade
        ("G3", "sell", "total", "355", "60", "09:45"),
        ("R1", "buy", "peak", "520", "30", "10:00"),
        ("G1", "sell", "peak", "510", "30", "10:10"),
    ),
    *_orders(
        "HY-2021", "2021-06-24", "2021-H2", "",
        ("R1", "buy", "total", "360", "1840", "09:30"),
        ("G1", "sell", "total", "354", "1840", "09:45"),
        ("U4", "buy", "peak", "510", "552", "10:00"),
        ("G3", "sell", "peak", "500", "552", "10:10"),
        ("U4", "buy", "flat", "356", "184", "10:00"),
        ("G2", "sell", "flat", "350", "184", "10:20"),
    ),
    *_orders(
        "M-2021-09", "2021-08-25", "2021-09", "",
        ("R1", "buy", "total", "358", "150", "09:30"),
        ("G2", "sell", "total", "350", "150", "09:50"),
        ("R1", "buy", "valley", "262", "60", "10:00"),
        ("G3", "sell", "valley", "250", "50", "10:10"),  # the buyer's last 10 MWh find no seller
    ),
)  # fmt: skip
