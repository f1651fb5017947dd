"""Which orders stand: row by row as rulebook part 3 words it, in plain Python, against the columns."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from gridsim.rules.shape_lists import SessionKind
from gridsim.trading.sessions import Sessions
from gridsim.trading.standing import REASONS, books_of, rejected_table, standing_filings, standing_orders
from gridsim.trading.terms import Terms
from tests.shared import ints

OPENS = datetime(2021, 6, 1, 9)
CLOSES = OPENS + timedelta(hours=2)
INSTANTS = st.integers(-1, 3).map(lambda hours: OPENS + timedelta(hours=hours))
PRODUCTS = ("flat", "total")


class Order(NamedTuple):
    session: str
    participant_id: str
    side: str
    product: str
    month: str
    segment: str | None
    submitted_at: datetime


class Filing(NamedTuple):
    session: str
    contract_id: str
    buyer_id: str
    product: str
    filed_at: datetime
    confirmed_at: datetime | None


orders = st.builds(
    Order,
    *(st.sampled_from(texts) for texts in ("AB", ("G1", "U1", "U2"), ("buy", "sell"), PRODUCTS, ("2021", "2021-H2"))),
    st.sampled_from([None, "mid", "late"]),
    INSTANTS,
)
filings = st.builds(
    Filing,
    *(st.sampled_from(texts) for texts in ("AB", ("C1", "C2", "C3"), ("U1", "U2"), PRODUCTS)),
    INSTANTS,
    st.none() | INSTANTS,
)


def frame(rows: list[Any], kind: type) -> pd.DataFrame:
    columns = {}
    for name, values in zip(kind._fields, zip(*rows, strict=True), strict=True):  # type: ignore[attr-defined]
        if name.endswith("_at"):
            columns[name] = pd.Series(values, dtype="datetime64[us]")
        else:
            categories = PRODUCTS if name == "product" else None
            columns[name] = pd.Series(pd.Categorical(values, categories=categories))
    return pd.DataFrame(columns)


def may(buyer: str, product: str) -> bool:
    return buyer == "U1" or product == "total"


BUYERS: Any = SimpleNamespace(
    account_of=lambda ids: None,
    has_own_periods=lambda ids, product: np.zeros(len(ids), dtype=bool),
    may_trade=lambda ids, product: np.array([may(one, PRODUCTS[code]) for one, code in zip(ids, product, strict=True)]),
)
KIND = SessionKind("any", "high_low")
SESSIONS = Sessions(
    ["B", "A"],
    pd.DataFrame({"opens_at": pd.Series([OPENS] * 2), "closes_at": pd.Series([CLOSES] * 2)}),
    (KIND,),
    (Terms.of(KIND, None),),  # type: ignore[arg-type]
    np.zeros(2, np.int64),
    np.zeros(2, np.int64),
)


def of_order(row: Order, rows: list[Order]) -> str:
    def before_others(one: Order) -> str:
        if not OPENS <= one.submitted_at <= CLOSES:
            return "outside_window"
        if (one.side == "sell") != (one.participant_id == "G1"):
            return "product_not_allowed"
        if one.side == "buy" and not may(one.participant_id, one.product):
            return "product_not_allowed"
        return "stands"

    later = [one for one in rows if one[:-1] == row[:-1] and before_others(one) == "stands"]
    if before_others(row) == "stands" and row.submitted_at < max(one.submitted_at for one in later):
        return "superseded"
    return before_others(row)


def of_filing(row: Filing, rows: list[Filing]) -> str:
    def before_others(one: Filing) -> str:
        if one.confirmed_at is None:
            return "unconfirmed"
        if not all(OPENS <= time <= CLOSES for time in (one.filed_at, one.confirmed_at)):
            return "outside_window"
        return "stands" if may(one.buyer_id, one.product) else "product_not_allowed"

    if before_others(row) != "stands":
        return before_others(row)
    mine = [one for one in rows if one.contract_id == row.contract_id and before_others(one) == "stands"]
    last = max((one.confirmed_at, one.filed_at) for one in mine)
    return "stands" if (row.confirmed_at, row.filed_at) == last else "superseded"


@given(st.lists(orders, min_size=1, max_size=12))
def test_orders(rows: list[Order]) -> None:
    none, is_generator = np.zeros(len(rows), np.int64), np.array([row.participant_id == "G1" for row in rows])
    found = standing_orders(frame(rows, Order), none, is_generator, SESSIONS, BUYERS)
    assert [REASONS[code] for code in found] == [of_order(row, rows) for row in rows]


@given(st.lists(filings, min_size=1, max_size=12))
def test_filings(rows: list[Filing]) -> None:
    found = standing_filings(frame(rows, Filing), SESSIONS, BUYERS)
    assert [REASONS[code] for code in found] == [of_filing(row, rows) for row in rows]


@given(st.lists(orders, min_size=1, max_size=12))
def test_books_are_numbered_in_ascending_text_order(rows: list[Order]) -> None:
    keys = [(row.session, row.month, row.segment or "", row.product) for row in rows]
    numbers = {key: number for number, key in enumerate(sorted(set(keys)))}
    assert books_of(frame(rows, Order), np.zeros(len(rows), np.int64), ints(range(len(rows)))).tolist() == [
        numbers[key] for key in keys
    ]


def test_what_is_not_allowed_is_told_in_words_of_its_own() -> None:
    """A product that the buyer has no unit for, the wrong side of new energy, a session without transfers."""
    codes = np.flatnonzero(np.array(REASONS) == "product_not_allowed").astype(np.int8)
    told = rejected_table(codes[:0], codes).column("detail").to_pylist()
    assert [text.split(";")[0] for text in told] == [
        "the buyer has no settlement unit that trades this product",
        "new energy is sold by generators and bought by users and retailers",
        "the session allows no transfers",
        "the session is one of transfers alone",
    ]


def test_the_table_names_rows_from_one_and_each_has_its_words() -> None:
    filed, ordered = (np.array(codes, dtype=np.int8) for codes in ([0, 1, 2, 3, 4], [4, 0, 2, 3]))
    rows = rejected_table(filed, ordered).to_pylist()
    assert [(row["table"], row["row"], row["reason"]) for row in rows] == [
        *(("bilateral", code + 1, REASONS[code]) for code in (1, 2, 3, 4)),
        ("orders", 1, "superseded"),
        ("orders", 3, "outside_window"),
        ("orders", 4, "product_not_allowed"),
    ]
    assert all(row["detail"] for row in rows)
    assert len(rejected_table(filed[:1], ordered[1:2])) == 0
