"""What a retail contract must have and may not have (rulebook part 14)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import months_of
from gridsim.market_tables import retail_price_column
from gridsim.rules.regimes import charges_of_month, regime_of_months
from gridsim.scenario.draft import Draft
from gridsim.tables.read_table import BoolArray, IntArray, ReadTable
from gridsim.units import HIGHEST_RATIO, RATIO_ONE, percentage_fault
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.errors import Fault
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import ChargeShape

__all__ = [
    "nominations_needed",
    "prices_by_period",
    "prices_of_kinds",
    "retail_months",
    "retail_users",
    "terms_of_deviation",
]

NAME = "retail_contracts"

_OF_KIND = {
    "fixed": ((), ("price",)),
    "spread_share": (("reference", "share"), ("reference", "share", "floor", "cap")),
    "cost_plus": (("fee",), ("fee",)),
}
"""Of each kind, the columns that it must have and those that it may have."""

_OF_DEVIATION = ("free", "rate", "deviation_price")
_NOTHING = Sentence("nothing")


def retail_users(draft: Draft) -> Iterator[Fault]:
    """A contract of a user that buys directly, or over a change of its retailer (rulebook part 15)."""
    table, users = draft.get(NAME, "user_id"), draft.users("retailer_id")
    if table is None or users is None or draft.year is None or not len(table):
        return
    if not users.usable("user_id", "retailer_id").all():
        return  # whose retailer could not be read is no user without one
    retailers, months = users.retailers(), months_of(draft.year)
    first, last = _ends(table)
    direct: list[int] = []
    changes: dict[int, str] = {}
    for row in np.flatnonzero(table.usable("user_id", "from", "to")).tolist():
        of_user = retailers.get(table.shown(row, "user_id"))
        if of_user is None:
            continue
        within = [month for month in range(len(months)) if first[row] <= months[month] <= last[row]]
        if all(of_user[month] is None for month in (within or range(len(months)))):
            direct.append(row)
            continue
        other = [month for month in within if of_user[month] != of_user[within[0]]]
        if other:
            changes[row] = months[other[0]]
    message = Sentence("a user without a retailer")
    yield from table.faults(direct, "user_id", message, Sentence("a user whose row in users names its retailer"))
    yield from table.faults(
        list(changes),
        ("user_id", "from", "to"),
        lambda row: Sentence("the user changes its retailer in {month}, within this contract", month=changes[row]),
        Sentence("a contract with one retailer: it ends (to) before the change, and another row begins (from)"),
        kind=Sentence("a change of the retailer within a contract"),
    )


def retail_months(draft: Draft) -> Iterator[Fault]:
    """Contracts that end before they begin, or two of one user in one month."""
    table = draft.get(NAME, "user_id", "from", "to")
    if table is None:
        return
    first, last = _ends(table)
    usable = np.flatnonzero(table.usable("user_id", "from", "to"))
    turned = [row for row in usable.tolist() if first[row] > last[row]]
    yield from table.faults(
        turned, ("from", "to"), Sentence("it ends before it begins"), Sentence("a last month not before the first")
    )
    user = table.codes("user_id").tolist()
    open_of: dict[int, list[int]] = {}
    other: dict[int, int] = {}
    for row in (row for row in usable.tolist() if first[row] <= last[row]):
        earlier = open_of.setdefault(user[row], [])
        same = [each for each in earlier if first[each] <= last[row] and first[row] <= last[each]]
        if same:
            other[row] = same[0]
        earlier.append(row)
    yield from table.faults(
        list(other),
        ("user_id", "from", "to"),
        lambda row: Sentence("months that row {row} of this user has too", row=table.row_number(other[row])),
        Sentence("one contract of a user in each month"),
        kind=Sentence("months that another row of this user has too"),
    )


def prices_of_kinds(draft: Draft) -> Iterator[Fault]:
    """A kind without what makes its price, or with what makes another's; a floor above the cap; a percentage."""
    table = draft.get(NAME, "kind")
    if table is None:
        return
    kinds, codes = table.table["kind"].values, table.codes("kind")
    by_period = _by_period(draft)
    for kind, (needed, may_have) in _OF_KIND.items():
        is_kind = table.usable("kind") & (codes == kinds.index(kind))
        for column in needed:
            rows = np.flatnonzero(is_kind & ~_is_filled(table, column) & _is_read(table, column))
            message = Sentence("{kind} without {column}", kind=kind, column=column)
            yield from table.faults(rows, column, message, Sentence("a value for each row of this kind"))
        others = [name for _, names in _OF_KIND.values() for name in names if name not in may_have]
        for column in (*others, *(() if kind == "fixed" else by_period)):
            rows = np.flatnonzero(is_kind & _is_filled(table, column))
            message = Sentence("{kind} makes nothing of {column}", kind=kind, column=column)
            yield from table.faults(rows, column, message, _NOTHING)
    yield from _unpriced(table, codes == kinds.index("fixed"), by_period)
    floor, cap = (table.frame[table.table[name].exact] for name in ("floor", "cap"))
    rows = np.flatnonzero(
        _is_filled(table, "floor") & _is_filled(table, "cap") & (floor > cap).fillna(False).to_numpy()
    )
    yield from table.faults(
        rows, ("floor", "cap"), Sentence("the floor is above the cap"), Sentence("a floor up to the cap")
    )
    for column in ("share", "rate"):
        yield from _percentages(table, column)


def terms_of_deviation(draft: Draft) -> Iterator[Fault]:
    """Deviation that someone bears without one price for it, and a price for what the retailer bears."""
    table = draft.get(NAME, "deviation")
    if table is None:
        return
    values = table.table["deviation"].values
    by_retailer = table.usable("deviation") & (table.codes("deviation") == values.index("retailer"))
    for column in _OF_DEVIATION:
        rows = np.flatnonzero(by_retailer & _is_filled(table, column) & (_numbers(table, column) != 0))
        yield from table.faults(
            rows,
            column,
            Sentence("a term of deviation that the retailer bears"),
            Sentence("nothing, or deviation own or price"),
        )
    has = [_is_filled(table, column) for column in ("rate", "deviation_price")]
    is_told = table.usable("deviation", table.table["rate"].exact, table.table["deviation_price"].exact)
    by_user = is_told & ~by_retailer
    both, none = np.flatnonzero(by_user & has[0] & has[1]), np.flatnonzero(by_user & ~has[0] & ~has[1])
    allowed = Sentence("one of rate and deviation_price")
    yield from table.faults(both, ("rate", "deviation_price"), Sentence("two prices of deviation"), allowed)
    yield from table.faults(none, ("rate", "deviation_price"), Sentence("no price of deviation"), allowed)
    rows = np.flatnonzero(_is_filled(table, "free") & (_numbers(table, "free") >= RATIO_ONE))
    yield from table.faults(
        rows, "free", Sentence("all of the nomination or more"), Sentence("a ratio below 1, such as 0.05 for 5 %")
    )

    if draft.rules is not None and draft.rules.values.retail.own_deviation == "forbidden":
        rows = np.flatnonzero(table.usable("deviation") & (table.codes("deviation") == values.index("own")))
        clause = draft.rules.entry("retail.own_deviation").clause
        message = Sentence("a separate charge on a user's deviation, which clause {clause} forbids", clause=clause)
        yield from table.faults(rows, "deviation", message, Sentence("retailer, or price: within the user's price"))


def prices_by_period(draft: Draft) -> Iterator[Fault]:
    """A price by period of a user whose bill has an item by which its energy costs more or less by period already."""
    table = draft.get(NAME, "user_id", "from", "to")
    users, rows = draft.get("users", "user_id", "mode"), draft.users("peak_valley_tariff")
    metered = None if table is None else _metered_months(draft)  # a long way through a province's meter
    if table is None or users is None or rows is None or metered is None or draft.rules is None or draft.year is None:
        return
    columns = [column for column in _by_period(draft) if _is_filled(table, column).any()]
    if not columns:
        return
    regimes = regime_of_months(draft.rules, draft.year)
    row_of = {code: row for row, code in enumerate(users.codes("user_id").tolist())}
    code_of = table.code_of(users.categories("user_id"), "user_id")
    user_row = {int(code): row_of.get(place, -1) for place, code in enumerate(code_of[:-1].tolist())}
    on_tariff, mode = rows.states.rows["peak_valley_tariff"].to_numpy(dtype=bool), users.codes("mode")
    state_of = rows.states.by_month()
    first, last = _ends(table)
    wrong: dict[int, tuple[str, str]] = {}
    for row in np.flatnonzero(np.any([_is_filled(table, column) for column in columns], axis=0)).tolist():
        user = user_row.get(int(table.codes("user_id")[row]), -1)
        if user < 0 or mode[user] < 0:
            continue
        for place, month in enumerate(months_of(draft.year)):
            if not (first[row] <= month <= last[row] and metered[users.codes("user_id")[user], place].any()):
                continue
            charges = charges_of_month(draft.rules, draft.shape.mode_ids[mode[user]], regimes[place])
            is_on_tariff = bool(on_tariff[state_of[user, place]])
            items = [each.item for each in charges if _adjusts_by_period(each, is_on_tariff, draft.shape)]
            if items:
                wrong.setdefault(row, (month, items[0]))
    column = columns[0]
    yield from table.faults(
        list(wrong),
        column,
        lambda row: Sentence(
            "a price by period in {month}, where {item} makes it one", month=wrong[row][0], item=wrong[row][1]
        ),
        Sentence("price alone, or other months (from, to)"),
        kind=Sentence("a price by period where the market has an item for it"),
    )


def nominations_needed(draft: Draft) -> Iterator[Fault]:
    """A user that bears its deviation and nominated nothing in a month in which it was metered; a month said twice."""
    table, nominations = (
        draft.get(NAME, "user_id", "from", "to", "deviation"),
        draft.get("nominations", "user_id", "month"),
    )
    if nominations is not None:
        yield from _said_twice(nominations)
    metered = None if table is None else _metered_months(draft)  # a long way through a province's meter
    if table is None or metered is None or draft.year is None or ("nominations" in draft.given and nominations is None):
        return
    users = draft.get("users", "user_id")
    if users is None:
        return
    said = _nominated(draft, nominations, users.categories("user_id"))
    is_own = table.usable("user_id", "from", "to", "deviation") & (
        table.codes("deviation") != table.table["deviation"].values.index("retailer")
    )
    code_of = users.code_of(table.categories("user_id"), "user_id")
    first, last = _ends(table)
    lacking: dict[int, str] = {}
    for row in np.flatnonzero(is_own & (table.codes("user_id") >= 0)).tolist():
        user = int(code_of[table.codes("user_id")[row]])
        months = [
            month
            for place, month in enumerate(months_of(draft.year))
            if user >= 0
            and first[row] <= month <= last[row]
            and bool((metered[user, place] & ~said[user, place]).any())
        ]
        if months:
            lacking[row] = months[0]
    yield from table.faults(
        list(lacking),
        ("user_id", "deviation"),
        lambda row: Sentence("no nomination in {month}, in which energy was metered", month=lacking[row]),
        Sentence("a row of nominations for each month (or each of its periods) in which the user is metered"),
        kind=Sentence("no nomination in a month in which energy was metered"),
    )


def _said_twice(nominations: ReadTable) -> Iterator[Fault]:
    """A month nominated as a whole, and by periods."""
    usable = nominations.usable("user_id", "month", "period")
    user, month, period = (nominations.codes(name) for name in ("user_id", "month", "period"))
    key = user * 12 + month
    whole = np.unique(key[usable & (period < 0)])
    rows = np.flatnonzero(usable & (period >= 0) & np.isin(key, whole))
    message = Sentence("a period of a month that another row nominates as a whole")
    yield from nominations.faults(
        rows, ("user_id", "month", "period"), message, Sentence("the month, or each of its periods")
    )


def _nominated(draft: Draft, nominations: ReadTable | None, users: list[str]) -> BoolArray:
    """(users, 12, periods) whether a nomination covers each period; a month's covers all."""
    periods = len(draft.shape.periods)
    said = np.zeros((len(users) + 1, 12, periods), dtype=bool)
    if nominations is None:
        return said
    place = {text: code for code, text in enumerate(users)}
    code_of = np.array([place.get(text, -1) for text in nominations.categories("user_id")] + [-1])
    user, month, period = code_of[nominations.codes("user_id")], nominations.codes("month"), nominations.codes("period")
    rows = np.flatnonzero((user >= 0) & (month >= 0))
    said[user[rows], month[rows], np.maximum(period[rows], 0)] = True
    said[user[rows][period[rows] < 0], month[rows][period[rows] < 0]] = True
    unread = rows[~nominations.usable("month", "period")[rows]]
    said[user[unread]] = True  # what could not be read may be what lacks
    return said


def _metered_months(draft: Draft) -> BoolArray | None:
    """(users, 12, periods) whether ``meter`` has a row of each user in its unit, by category of ``users``."""
    meter, users = draft.tables.get("meter"), draft.get("users", "user_id")
    if meter is None or users is None or draft.year is None:
        return None
    if not all(meter.is_readable(name) for name in ("user_id", "month", "period")):
        return None
    code_of = users.code_of(meter.categories("user_id"), "user_id")
    user, month, period = code_of[meter.codes("user_id")], meter.codes("month"), meter.codes("period")
    rows = np.flatnonzero((user >= 0) & (month >= 0) & (period >= 0))
    found = np.zeros((len(users.categories("user_id")), 12, len(draft.shape.periods)), dtype=bool)
    found[user[rows], month[rows], period[rows]] = True
    exits = users.frame["exit_month"].array
    left = [sum(month < text for month in months_of(draft.year)) for text in exits.categories]
    for row, code in enumerate(exits.codes.tolist()):
        if code >= 0:
            found[users.codes("user_id")[row], left[code] :] = False
    found[users.codes("user_id")[users.frame["priority_purchase"].to_numpy(dtype=bool)]] = False
    return found


def _adjusts_by_period(charge: ChargeShape, is_on_tariff: bool, shape: MarketShape) -> bool:
    """Whether a charge makes a user's energy cost more or less by period: an adjustment for peak and valley."""
    by_period = {item.id for item in shape.tariff if item.by_period}
    words = list(charge.price.walk())
    differs = any(
        each.word == "coefficient" or (each.word == "tariff" and each.arguments[0] in by_period) for each in words
    )
    return differs and (is_on_tariff if charge.only_on_tariff else any(each.word == "in_band_mean" for each in words))


def _unpriced(table: ReadTable, is_fixed: BoolArray, by_period: list[str]) -> Iterator[Fault]:
    columns = ["price", *by_period]
    exact = [table.table[name].exact for name in columns]
    has_all = (
        np.all([_is_filled(table, name) for name in by_period], axis=0) if by_period else np.zeros(len(table), bool)
    )
    rows = np.flatnonzero(table.usable("kind", *exact) & is_fixed & ~_is_filled(table, "price") & ~has_all)
    allowed = (
        Sentence("a price, or one in each of {columns}", columns=named(by_period)) if by_period else Sentence("a price")
    )
    yield from table.faults(rows, "price", Sentence("a fixed price that is not given for every period"), allowed)


def _percentages(table: ReadTable, column: str) -> Iterator[Fault]:
    values = _numbers(table, column)
    rows = np.flatnonzero(_is_filled(table, column) & (values > HIGHEST_RATIO * RATIO_ONE))
    yield from table.faults(
        rows,
        column,
        lambda row: percentage_fault(int(values[row])) or Sentence("too large"),
        Sentence("a ratio up to {most}", most=HIGHEST_RATIO),
        kind=Sentence("too large"),
    )


def _by_period(draft: Draft) -> list[str]:
    periods = draft.shape.periods
    return [retail_price_column(period) for period in periods] if len(periods) > 1 else []


def _is_filled(table: ReadTable, column: str) -> BoolArray:
    exact = table.table[column].exact
    filled: BoolArray = table.frame[exact].notna().to_numpy(dtype=bool) & table.usable(exact)
    return filled


def _is_read(table: ReadTable, column: str) -> BoolArray:
    return table.usable(table.table[column].exact)


def _numbers(table: ReadTable, column: str) -> IntArray:
    return table.frame[table.table[column].exact].fillna(0).to_numpy(dtype=np.int64)


def _ends(table: ReadTable) -> tuple[list[str], list[str]]:
    """First and last month of each row as texts; an open end as one beyond every month."""
    ends = []
    for column, beyond in (("from", ""), ("to", "~")):
        texts = [*table.categories(column), beyond]
        ends.append([texts[code] for code in table.codes(column).tolist()])
    return ends[0], ends[1]
