"""Orders that stand, traded book by book, each by the mechanism of its session's kind (rulebook parts 3 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gridsim.trading.extended import columns_of_extension, match_by_extension
from gridsim.trading.matching import matching, rows_of
from gridsim.trading.order_columns import is_sale, times_of
from gridsim.trading.placing import OrderColumns
from gridsim.trading.rolling import roll
from gridsim.trading.standing import prices_of, priority_class
from gridsim.trading.trades import MatchedOrders, generators_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.sessions import Sessions
    from gridsim.trading.terms import Terms

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["by_terms", "matched_by", "rolled"]

_SELL = "sell"


def matched_by(terms: Terms, scenario: Scenario, book: Ints, row: Ints) -> MatchedOrders:
    """Match orders in books that are not rolling.

    Parameters
    ----------
    terms : Terms
    scenario : Scenario
    book : (n,) int64 array
        The book of each of the rows.
    row : (n,) int64 array
        Of the orders, ascending.
    """
    if terms.is_extension:
        orders, takes = columns_of_extension(terms, scenario, book, row)
        return match_by_extension(terms.how, orders, terms.k, scenario, row, takes)
    price, takes = prices_of(scenario.tables["orders"], row)
    sells = is_sale(scenario, row)
    time = times_of(scenario, row)
    columns = OrderColumns(
        book=book,
        is_sell=sells,
        price=price,
        energy=scenario.tables["orders"]["energy_kwh"].to_numpy()[row],
        priority=priority_class(scenario)[row] if terms.heat_priority and not terms.keys else None,
        time=_turns(terms, scenario, row, sells, time, takes) if terms.keys else time,
    )
    with matching(columns, mechanism=cast("Any", terms.how), ties=cast("Any", terms.ties), k=terms.k, takes=takes) as (
        found
    ):
        sell, buy = rows_of(found.trades.sell, found.sell_row), rows_of(found.trades.buy, found.buy_row)
        return MatchedOrders(row[sell], row[buy], found.trades.energy.copy(), found.trades.price.copy())


def rolled(
    scenario: Scenario, book: Ints, row: Ints, giving: tuple[Ints, Ints, Ints] | None = None
) -> tuple[MatchedOrders, Flags]:
    """Trade orders in rolling books.

    Parameters
    ----------
    scenario : Scenario
    book, row
        As for `matched_by`.
    giving : tuple of three arrays, optional
        Of transfers: which side gives in each book, what each order draws on, and what each account of these has to
        give, as `gridsim.trading.rolling.roll` takes them.

    Returns
    -------
    MatchedOrders
    (n,) bool array
        Rows that would give away more than there is.
    """
    orders = scenario.tables["orders"]
    columns = OrderColumns(
        book=np.unique(book, return_inverse=True)[1].astype(np.int64),
        is_sell=is_sale(scenario, row),
        price=prices_of(orders, row)[0],
        energy=orders["energy_kwh"].to_numpy()[row],
        priority=None,
        time=times_of(scenario, row),
    )
    participant = orders["participant_id"].array.codes[row].astype(np.int64)
    gives, account, room = giving or (None, None, None)
    found = roll(columns, participant, gives=gives, account=account, room=room)
    trades = found.trades
    return MatchedOrders(row[trades.sell], row[trades.buy], trades.energy, trades.price), found.refused


def by_terms(sessions: Sessions, scenario: Scenario, row: Ints) -> list[tuple[Terms, Ints | slice]]:
    """The places among some rows of the orders that trade by the same terms.

    Parameters
    ----------
    sessions : Sessions
    scenario : Scenario
    row : (n,) int64 array
        Of the orders.
    """
    # Whether transfers are allowed changes nothing of how orders trade.
    alike = [(terms.how, terms.ties, terms.keys, terms.k, terms.heat_priority) for terms in sessions.terms]
    if len(set(alike)) == 1:
        return [(sessions.terms[0], slice(None))]
    kind = sessions.kind_of_orders(scenario.tables["orders"])[row]
    first = np.array([alike.index(each) for each in alike])[kind]
    return [(sessions.terms[place], np.flatnonzero(first == place)) for place in np.unique(first).tolist()]


def _turns(terms: Terms, scenario: Scenario, row: Ints, sells: Flags, time: Ints, takes: Flags | None) -> Ints:
    """In which turn orders alike in price stand, by the keys of their side; those without a price by time alone."""
    turn = np.empty(len(row), dtype=np.int64)
    plain = np.zeros(len(row), dtype=bool) if takes is None else takes
    keys = dict(terms.keys)
    values = {"time": time, "file": row}
    if any("capacity" in names for names in keys.values()):
        values["capacity"] = -np.where(plain, 0, _capacity(scenario)[row])
    if any("heat_priority" in names for names in keys.values()):
        values["heat_priority"] = np.where(plain, 0, priority_class(scenario)[row])
    for side, is_side in ((_SELL, sells), ("buy", ~sells)):
        own = np.flatnonzero(is_side)
        names = keys.get(side, ("time", "file"))
        order = np.lexsort([values[name][own] for name in reversed(names)])
        turn[own[order]] = np.arange(len(own))
    return turn


def _capacity(scenario: Scenario) -> Ints:
    """Capacity of who orders in each row [kW]; 0 of one that is no generator, or that tells of none."""
    generators = scenario.tables["generators"]
    if "capacity_kw" not in generators:
        return np.zeros(len(scenario.tables["orders"]), dtype=np.int64)
    given = generators["capacity_kw"].fillna(0).to_numpy(dtype=np.int64)
    found: Ints = np.append(given, 0)[generators_of(scenario)]
    return found
