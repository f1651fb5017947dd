"""Sessions, their windows, and what is traded in them (rulebook part 3)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gridsim.calendar import is_month
from gridsim.columns import SESSION_KINDS
from gridsim.errors import Fault
from gridsim.scenario.reading import Reading, ReadTable
from gridsim.words import Sentence

__all__ = ["filings_agree", "segment_deliveries", "session_kinds", "windows"]

_BILATERAL = SESSION_KINDS.index("annual_bilateral")
_INTRA_MONTH = SESSION_KINDS.index("intra_month")
_UNKNOWN = -1


def session_kinds(reading: Reading) -> Iterator[Fault]:
    """Filings in a matched session, orders in the bilateral one, segments where there are none."""
    sessions = reading.get("sessions", "session", "kind")
    if sessions is None:
        return
    bilateral = reading.get("bilateral", "session")
    if bilateral is not None:
        kinds = _kind_of_rows(bilateral, sessions)
        rows = np.flatnonzero((kinds != _UNKNOWN) & (kinds != _BILATERAL))
        yield from bilateral.faults(
            rows,
            "session",
            Sentence("a filing in a session that is matched"),
            Sentence("a session of kind {codes}", codes="annual_bilateral"),
        )
    orders = reading.get("orders", "session")
    if orders is None:
        return
    kinds = _kind_of_rows(orders, sessions)
    rows = np.flatnonzero(kinds == _BILATERAL)
    yield from orders.faults(
        rows,
        "session",
        Sentence("an order in a bilateral session"),
        Sentence("a session of kind {codes}", codes=", ".join(SESSION_KINDS[1:])),
    )
    segments = orders.codes("segment")
    usable = orders.usable("segment")
    rows = np.flatnonzero(usable & (kinds == _INTRA_MONTH) & (segments < 0))
    yield from orders.faults(
        rows, "segment", Sentence("an order of an intra_month session without a segment"), Sentence("mid or late")
    )
    other = (kinds != _UNKNOWN) & (kinds != _INTRA_MONTH)
    rows = np.flatnonzero(usable & other & (segments >= 0))
    yield from orders.faults(
        rows,
        "segment",
        Sentence("a segment in a session that is not intra_month"),
        Sentence("nothing, or a session of kind intra_month"),
    )


def segment_deliveries(reading: Reading) -> Iterator[Fault]:
    """Ten days of more than one month."""
    orders = reading.get("orders", "segment", "month")
    if orders is None:
        return
    is_long = np.array([not is_month(text) for text in orders.categories("month")] + [False])
    usable = orders.usable("segment", "month")
    rows = np.flatnonzero(usable & (orders.codes("segment") >= 0) & is_long[orders.codes("month")])
    yield from orders.faults(
        rows, "month", Sentence("a segment of more than one month"), Sentence("a single month YYYY-MM")
    )


def windows(reading: Reading) -> Iterator[Fault]:
    """A window that closes before it opens."""
    sessions = reading.get("sessions", "opens_at", "closes_at")
    if sessions is None:
        return
    opens, closes = sessions.frame["opens_at"].to_numpy(), sessions.frame["closes_at"].to_numpy()
    rows = np.flatnonzero(sessions.usable("opens_at", "closes_at") & (closes < opens))

    def allowed(position: int) -> Sentence:
        return Sentence("an instant not before opens_at, {time}", time=sessions.shown(position, "opens_at"))

    yield from sessions.faults(rows, "closes_at", Sentence("closes before it opens"), allowed)


def filings_agree(reading: Reading) -> Iterator[Fault]:
    """Rows of one filing (contract_id and filed_at) that were confirmed at different times."""
    columns = ("contract_id", "filed_at", "confirmed_at")
    table = reading.get("bilateral", *columns)
    if table is None:
        return
    usable = np.flatnonzero(table.usable(*columns))
    contracts = table.codes("contract_id")[usable]
    filed = table.frame["filed_at"].to_numpy().astype(np.int64)[usable]
    confirmed = table.frame["confirmed_at"].to_numpy().astype(np.int64)[usable]  # missing is the least int64
    order = np.lexsort((usable, filed, contracts))
    same = (np.diff(contracts[order]) == 0) & (np.diff(filed[order]) == 0)
    starts = np.maximum.accumulate(np.where(np.append(False, same), 0, np.arange(len(order)))) if len(order) else order
    first = order[starts]
    differs = confirmed[order] != confirmed[first]
    first_of = dict(zip(usable[order[differs]].tolist(), usable[first[differs]].tolist(), strict=True))

    def message(position: int) -> Sentence:
        return Sentence("rows of one filing disagree: see row {row}", row=table.row_number(first_of[position]))

    def allowed(position: int) -> Sentence:
        at = table.shown(first_of[position], "confirmed_at")
        if not at:
            return Sentence("empty, as in the first row of that contract_id and filed_at")
        return Sentence("{time}, as in the first row of that contract_id and filed_at", time=at)

    rows: NDArray[np.intp] = np.array(sorted(first_of), dtype=np.intp)
    yield from table.faults(rows, "confirmed_at", message, allowed, kind=Sentence("rows of one filing disagree"))


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
