"""Sessions, their windows, and what is traded in them (rulebook part 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gridsim.calendar import is_month
from gridsim.columns import INPUT_TABLES
from gridsim.errors import Fault
from gridsim.scenario.draft import Draft
from gridsim.tables.faults import missing_table
from gridsim.tables.read_table import IntArray, ReadTable
from gridsim.words import Sentence, both, named

if TYPE_CHECKING:
    from gridsim.rules.shape_lists import SessionKind

__all__ = [
    "filings_agree",
    "one_segment",
    "orders_at_any_price",
    "segment_deliveries",
    "session_kinds",
    "sessions_that_count",
    "transfer_deliveries",
    "windows",
]

_FILINGS = "filings"
_UNKNOWN = -1


def session_kinds(draft: Draft) -> Iterator[Fault]:
    """Filings in a matched session, orders in one of filings, segments where there are none."""
    sessions = draft.get("sessions", "session", "kind")
    if sessions is None:
        return
    of_market = draft.shape.sessions
    filed, matched = _places(of_market, lambda kind: kind.how == _FILINGS)
    with_segments, without = _places(of_market, lambda kind: kind.segments)
    bilateral = draft.get("bilateral", "session")
    if bilateral is not None:
        kinds = _kind_of_rows(bilateral, sessions)
        rows = np.flatnonzero(np.isin(kinds, matched))
        yield from bilateral.faults(
            rows,
            "session",
            Sentence("a filing in a session that is matched"),
            Sentence("a session of kind {codes}", codes=_named(of_market, filed)),
        )
    orders = draft.get("orders", "session")
    if orders is None:
        return
    kinds = _kind_of_rows(orders, sessions)
    rows = np.flatnonzero(np.isin(kinds, filed))
    yield from orders.faults(
        rows,
        "session",
        Sentence("an order in a bilateral session"),
        Sentence("a session of kind {codes}", codes=_named(of_market, matched)),
    )
    segments = orders.codes("segment")
    usable = orders.usable("segment")
    rows = np.flatnonzero(usable & np.isin(kinds, with_segments) & (segments < 0))
    of_segments = _named(of_market, with_segments)
    names = draft.shape.words.get("sessions", {})
    called = both(
        ", ".join(of_market[place].id for place in with_segments),
        "、".join(names[of_market[place].id].zh for place in with_segments),
    )
    yield from orders.faults(
        rows,
        "segment",
        Sentence("an order of an {kind} session without a segment", kind=called),
        Sentence("mid or late"),
    )
    rows = np.flatnonzero(usable & np.isin(kinds, without) & (segments >= 0))
    yield from orders.faults(
        rows,
        "segment",
        Sentence("a segment in a session that is not {kind}", kind=called)
        if with_segments
        else Sentence("a segment, which no session of this market has"),
        Sentence("nothing, or a session of kind {kind}", kind=of_segments) if with_segments else Sentence("nothing"),
    )


def _places(kinds: Sequence[SessionKind], test: Callable[[SessionKind], bool]) -> tuple[list[int], list[int]]:
    """The places of the kinds that pass a test, and those of the others."""
    passed = [place for place, kind in enumerate(kinds) if test(kind)]
    return passed, [place for place in range(len(kinds)) if place not in passed]


def _named(kinds: Sequence[SessionKind], places: Sequence[int]) -> Sentence:
    return named(kinds[place].id for place in places)


def orders_at_any_price(draft: Draft) -> Iterator[Fault]:
    """An order without a price where the kind of its session takes none."""
    orders = draft.get("orders", "price_yuan_per_mwh")
    if orders is None or not orders.table["price_yuan_per_mwh"].may_lack:
        return
    lacks = orders.frame[orders.table["price_yuan_per_mwh"].exact].isna().to_numpy()
    if not lacks.any():
        return
    shape, sessions = draft.shape, draft.get("sessions", "session", "kind")
    if "sessions" in draft.given:
        of_market = shape.sessions
        kinds = np.full(len(lacks), _UNKNOWN) if sessions is None else _kind_of_rows(orders, sessions)
    else:
        of_market = tuple(kind for kind in shape.without_sessions if kind.how != _FILINGS)
        kinds = np.zeros(len(lacks), dtype=np.int64)
    takers, others = _places(of_market, lambda kind: kind.takers)
    rows = np.flatnonzero(orders.usable("price_yuan_per_mwh") & lacks & np.isin(kinds, others))
    yield from orders.faults(
        rows,
        "price_yuan_per_mwh",
        Sentence("an order without a price in a session that takes none at any price"),
        Sentence("a price, or a session of kind {kind}", kind=_named(of_market, takers))
        if takers
        else Sentence("a price"),
    )


def segment_deliveries(draft: Draft) -> Iterator[Fault]:
    """Ten days of more than one month."""
    orders = draft.get("orders", "segment", "month")
    if orders is None:
        return
    is_long = np.array([not is_month(text) for text in orders.categories("month")] + [False])
    usable = orders.usable("segment", "month")
    rows = np.flatnonzero(usable & (orders.codes("segment") >= 0) & is_long[orders.codes("month")])
    yield from orders.faults(
        rows, "month", Sentence("a segment of more than one month"), Sentence("a single month YYYY-MM")
    )


def transfer_deliveries(draft: Draft) -> Iterator[Fault]:
    """A transfer of more than one month."""
    orders = draft.get("orders", "transfer", "month")
    if orders is None:
        return
    is_long = np.array([not is_month(text) for text in orders.categories("month")] + [False])
    is_transfer = orders.frame["transfer"].to_numpy(dtype=bool)
    rows = np.flatnonzero(orders.usable("transfer", "month") & is_transfer & is_long[orders.codes("month")])
    yield from orders.faults(
        rows, "month", Sentence("a transfer of more than one month"), Sentence("a single month YYYY-MM")
    )


def sessions_that_count(draft: Draft) -> Iterator[Fault]:
    """Transfers that count closed sessions alone, where no table tells when a session closes."""
    orders = draft.get("orders", "transfer")
    if orders is None or draft.rules is None or "sessions" in draft.given:
        return
    if draft.rules.values.transfers.counted == "closed_sessions" and orders.frame["transfer"].any():
        yield missing_table(INPUT_TABLES["sessions"])


def windows(draft: Draft) -> Iterator[Fault]:
    """A window that closes before it opens."""
    sessions = draft.get("sessions", "opens_at", "closes_at")
    if sessions is None:
        return
    opens, closes = sessions.frame["opens_at"].to_numpy(), sessions.frame["closes_at"].to_numpy()
    rows = np.flatnonzero(sessions.usable("opens_at", "closes_at") & (closes < opens))

    def allowed(position: int) -> Sentence:
        return Sentence("an instant not before opens_at, {time}", time=sessions.shown(position, "opens_at"))

    yield from sessions.faults(rows, "closes_at", Sentence("closes before it opens"), allowed)


def one_segment(draft: Draft) -> Iterator[Fault]:
    """Orders of one session in both segments: each is a session of its own, with a window of its own."""
    orders = draft.get("orders", "session", "segment")
    if orders is None:
        return
    segments = orders.codes("segment")
    rows = np.flatnonzero(orders.usable("session", "segment") & (segments >= 0))
    first_of = _disagreeing(rows, [orders.codes("session")[rows]], segments[rows])

    def message(position: int) -> Sentence:
        return Sentence("both segments in one session: see row {row}", row=orders.row_number(first_of[position]))

    def allowed(position: int) -> Sentence:
        return Sentence(
            "{segment}, as in the first row of that session, or a session of its own",
            segment=orders.shown(first_of[position], "segment"),
        )

    yield from orders.faults(
        sorted(first_of), "segment", message, allowed, kind=Sentence("both segments in one session")
    )


def filings_agree(draft: Draft) -> Iterator[Fault]:
    """Rows of one filing that name two sessions or times of confirmation; filings of one contract with two parties."""
    for column in ("session", "confirmed_at"):
        yield from _agree(draft, ("contract_id", "filed_at"), column, Sentence("rows of one filing disagree"))
    for column in ("generator_id", "buyer_id"):
        yield from _agree(draft, ("contract_id",), column, Sentence("filings of one contract disagree"))


def _agree(draft: Draft, by: tuple[str, ...], column: str, kind: Sentence) -> Iterator[Fault]:
    """Rows of `bilateral` that agree in the columns `by` and not in `column`."""
    table = draft.get("bilateral", *by, column)
    if table is None:
        return
    key = " and ".join(by)
    rows = np.flatnonzero(table.usable(*by, column))
    first_of = _disagreeing(rows, [_numbers(table, part)[rows] for part in by], _numbers(table, column)[rows])

    def message(position: int) -> Sentence:
        return Sentence("{what}: see row {row}", what=kind, row=table.row_number(first_of[position]))

    def allowed(position: int) -> Sentence:
        there = table.shown(first_of[position], column)
        if not there:
            return Sentence("empty, as in the first row of that {key}", key=key)
        return Sentence("{value}, as in the first row of that {key}", value=there, key=key)

    yield from table.faults(sorted(first_of), column, message, allowed, kind=kind)


def _numbers(table: ReadTable, column: str) -> IntArray:
    """Integers that are equal where the cells are; of a missing instant the least of all."""
    if table.frame[column].dtype.name == "category":
        return table.codes(column)
    return table.frame[column].to_numpy().astype(np.int64)


def _disagreeing(rows: NDArray[np.intp], keys: Sequence[IntArray], value: IntArray) -> dict[int, int]:
    """The rows whose value is not that of the first row with their keys, and that first row."""
    if not len(rows):
        return {}
    order = np.lexsort((rows, *keys))
    begins = np.zeros(len(order), dtype=bool)
    for key in keys:
        begins[1:] |= np.diff(key[order]) != 0
    first = order[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))]
    differs = value[order] != value[first]
    return dict(zip(rows[order[differs]].tolist(), rows[first[differs]].tolist(), strict=True))


def _kind_of_rows(table: ReadTable, sessions: ReadTable) -> NDArray[np.int64]:
    """The code of the kind of each row's session; −1 where it is not known."""
    usable = sessions.usable("session", "kind")
    names = sessions.categories("session")
    kind_of: dict[str, int] = {}
    for code, kind in zip(sessions.codes("session")[usable], sessions.codes("kind")[usable], strict=True):
        kind_of.setdefault(names[code], int(kind))
    texts = table.categories("session")
    by_code = np.array([kind_of.get(text, _UNKNOWN) for text in texts] + [_UNKNOWN], dtype=np.int64)
    kinds: NDArray[np.int64] = by_code[table.codes("session")]
    return kinds
