"""What the market of the rule set has no price, no window or no place for (rulebook part 9)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridsim.columns import INPUT_TABLES
from gridsim.errors import Fault
from gridsim.scenario.draft import Draft
from gridsim.tables.faults import missing_table
from gridsim.words import Sentence

__all__ = ["needed_sessions", "prices_of_months", "users_outside", "varieties"]

_LEFT, _PRIORITY = "left_market", "priority_purchase"


def users_outside(draft: Draft) -> Iterator[Fault]:
    """A user without a settlement unit, in a market that has no price for such users."""
    users = draft.tables.get("users")
    if users is None:
        return
    priced = {why for why, _ in draft.shape.outside}
    if _PRIORITY not in priced:
        rows = np.flatnonzero(users.usable("priority_purchase") & users.frame["priority_purchase"].to_numpy(dtype=bool))
        message = Sentence("priority purchase, for which the rule set has no price")
        yield from users.faults(rows, "priority_purchase", message, Sentence("false, or nothing"))
    if _LEFT not in priced:
        rows = np.flatnonzero(users.usable("exit_month") & (users.codes("exit_month") >= 0))
        yield from users.faults(
            rows, "exit_month", Sentence("a user that leaves, for whom the rule set has no price"), Sentence("nothing")
        )


def needed_sessions(draft: Draft) -> Iterator[Fault]:
    """No table of sessions, in a market in which their kinds decide how contracts settle."""
    if draft.shape.without_sessions or "sessions" in draft.given:
        return
    tables = (draft.tables.get(name) for name in ("bilateral", "orders"))
    if any(table is not None and len(table) for table in tables):
        yield missing_table(INPUT_TABLES["sessions"])


def prices_of_months(draft: Draft) -> Iterator[Fault]:
    """A month that settles, as energy was metered or generated in it, without a row of market prices."""
    prices = draft.get("market_prices", "month")
    if prices is None or not prices.table.required or draft.year is None:
        return
    settled: set[str] = set()
    for name in ("meter", "generation"):
        table = draft.get(name, "month")
        if table is not None:
            categories = table.categories("month")
            settled |= {categories[code] for code in np.unique(table.codes("month")).tolist() if code >= 0}
    categories = prices.categories("month")
    known = {categories[code] for code in np.unique(prices.codes("month")).tolist() if code >= 0}
    lacking = sorted(settled - known)
    if len(lacking) > prices.unknown_count("month"):  # else they may be those that could not be read
        for month in lacking:
            message = Sentence("no row for {month}, in which energy was metered or generated", month=month)
            yield Fault(prices.file, None, "month", None, message, Sentence("a row for each month that settles"))


def varieties(draft: Draft) -> Iterator[Fault]:
    """A kind of contract in an order that sells no new energy: who sells that names it."""
    orders = draft.tables.get("orders")
    if orders is None or not draft.shape.varieties:
        return
    is_buy = orders.codes("side") == orders.table["side"].values.index("buy")
    is_other = is_buy | orders.frame["transfer"].to_numpy(dtype=bool)
    rows = np.flatnonzero(orders.usable("side", "transfer", "variety") & is_other & (orders.codes("variety") >= 0))
    message = Sentence("a kind of contract in an order that sells no new energy")
    yield from orders.faults(rows, "variety", message, Sentence("nothing: the order that sells it names it"))
