"""Which filings and orders stand, and why the others do not (rulebook part 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from gridsim.details import REJECTED
from gridsim.tables.encoded import texts_of_rows
from gridsim.trading.trades import BUYERS, GENERATORS, NEW_ENERGY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions

__all__ = [
    "EXCEEDS_CONTRACTS",
    "ONE_DIRECTION",
    "REASONS",
    "books_of",
    "prices_of",
    "priority_class",
    "rejected_table",
    "standing_filings",
    "standing_orders",
]

REASONS = (
    *("stands", "unconfirmed", "outside_window", "product_not_allowed", "superseded"),
    *("one_direction", "exceeds_contracts"),
    *["product_not_allowed"] * 3,  # told in words of their own (`_IN_WORDS`)
    "own_periods",
)
_STANDS, _UNCONFIRMED, _OUTSIDE_WINDOW, _PRODUCT_NOT_ALLOWED, _SUPERSEDED, ONE_DIRECTION, EXCEEDS_CONTRACTS = range(7)
_WRONG_SIDE, _NO_TRANSFERS, _ONLY_TRANSFERS, _OWN_PERIODS = 7, 8, 9, 10
_MOST_NUMBERS = 2**62
_IN_WORDS = {_WRONG_SIDE: "wrong_side", _NO_TRANSFERS: "no_transfers", _ONLY_TRANSFERS: "only_transfers"}


def standing_filings(bilateral: pd.DataFrame, sessions: Sessions, buyers: Buyers) -> NDArray[np.int8]:
    """Why each row of `bilateral` is not used, as a position in `REASONS`; 0 if it stands.

    The reasons are tested in the order of `REASONS`, row by row; what was rejected supersedes nothing. Of
    one contract's filings the one with the latest ``confirmed_at``, then ``filed_at``, stands.
    """
    confirmed, filed = bilateral["confirmed_at"], bilateral["filed_at"]
    product = bilateral["product"].array.codes.astype(np.int64)
    reason = _first_reason(
        (_UNCONFIRMED, confirmed.isna().to_numpy()),
        (_OUTSIDE_WINDOW, sessions.is_outside(bilateral["session"], filed, confirmed)),
        (_PRODUCT_NOT_ALLOWED, ~buyers.may_trade(bilateral["buyer_id"], product)),
    )
    alive = np.flatnonzero(reason == _STANDS)
    contract = bilateral["contract_id"].array.codes[alive]
    confirmed_at, filed_at = confirmed.to_numpy()[alive], filed.to_numpy()[alive]
    by_contract = np.lexsort((filed_at, confirmed_at, contract))
    is_last = np.append(np.diff(contract[by_contract]) != 0, True)[: len(alive)]
    last = by_contract[is_last]
    winner = np.zeros(contract.max(initial=-1) + 1, dtype=np.int64)
    winner[contract[last]] = last
    mine = winner[contract]
    stands = (confirmed_at == confirmed_at[mine]) & (filed_at == filed_at[mine])
    reason[alive[~stands]] = _SUPERSEDED
    return reason


def standing_orders(
    orders: pd.DataFrame,
    among: NDArray[np.int64],
    is_generator: NDArray[np.bool_],
    sessions: Sessions,
    buyers: Buyers,
) -> NDArray[np.int8]:
    """Why each row of `orders` is not used, as a position in `REASONS`; 0 if it stands.

    For one session, participant, side, product, delivery, segment and kind of energy, the rows with the latest
    ``submitted_at`` are the order; in rolling sessions all rows stand. What contracts say of transfers is not tested
    yet (`gridsim.contracts.givers`).

    Parameters
    ----------
    orders : DataFrame
        Exact.
    among : (n,) int64 array
        What each row trades; see `gridsim.trading.trades.traded_as`.
    is_generator : (n,) bool array
        Whether a generator orders; the others buy new energy and sell none.
    sessions : Sessions
    buyers : Buyers
    """
    product = orders["product"].array.codes.astype(np.int64)
    is_buy = orders["side"].array == "buy"
    is_transfer = among != NEW_ENERGY
    buys = np.where(is_transfer, among == BUYERS, is_buy)
    not_here = is_transfer & ~sessions.may_transfer(orders) if is_transfer.any() else is_transfer
    may_buy = buyers.may_trade(orders["participant_id"], product)
    account = buyers.account_of(orders["participant_id"])
    if account is not None:
        may_buy |= ~is_transfer & _is_account_that_buys(orders, account, sessions, buyers)
    reason = _first_reason(
        (_OUTSIDE_WINDOW, sessions.is_outside(orders["session"], orders["submitted_at"])),
        (_WRONG_SIDE, ~is_transfer & (is_buy == is_generator)),
        (_PRODUCT_NOT_ALLOWED, buys & ~may_buy),
        (_NO_TRANSFERS, not_here),
        (_ONLY_TRANSFERS, ~is_transfer & sessions.only_transfers(orders)),
        (_OWN_PERIODS, buys & buyers.has_own_periods(orders["participant_id"], product)),
    )
    alive = np.flatnonzero((reason == _STANDS) & ~sessions.is_rolling(orders))
    order = _numbered(orders, among, alive)
    submitted = orders["submitted_at"].to_numpy()[alive]
    latest = np.full(order.max(initial=-1) + 1, np.datetime64("0001-01-01", "us"))
    np.maximum.at(latest, order, submitted)
    reason[alive[submitted < latest[order]]] = _SUPERSEDED
    return reason


def _numbered(orders: pd.DataFrame, among: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each of some rows, from 0, the same for all that are one order and no other's."""
    number, numbers = among[row], GENERATORS + 1
    for name in ("session", "participant_id", "side", "product", "month", "segment"):
        column = orders[name].array
        ways = len(column.categories) + 1
        if numbers * ways > _MOST_NUMBERS:
            number = pd.factorize(number)[0].astype(np.int64)
            numbers = len(row)
        number = number * ways + (column.codes[row] + 1)
        numbers *= ways
    numbered: NDArray[np.int64] = pd.factorize(number)[0].astype(np.int64)
    return numbered


def _first_reason(*tests: tuple[int, NDArray[np.bool_]]) -> NDArray[np.int8]:
    reason = np.zeros(len(tests[0][1]), dtype=np.int8)
    for code, applies in tests:
        reason[(reason == _STANDS) & applies] = code
    return reason


def books_of(orders: pd.DataFrame, among: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.int64]:
    """The book of some orders, numbered in ascending text order of session, month, segment, product.

    In each new energy comes first, then the transfers of buyers, then those of generators.

    Parameters
    ----------
    orders : DataFrame
        Exact.
    among : (n,) int64 array
        What each row of it trades.
    row : (m,) int64 array
        The rows asked for.
    """
    key = np.zeros(len(row), dtype=np.int64)
    for name in ("session", "month", "segment", "product"):
        column = orders[name].array
        rank_of_category = np.argsort(np.argsort(column.categories.to_numpy(dtype=object))) + 1
        rank = np.append(rank_of_category, 0)[column.codes[row]]  # an empty segment comes first
        key = key * (len(rank_of_category) + 1) + rank
    key = key * (GENERATORS + 1) + among[row]
    book: NDArray[np.int64] = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return book


def prices_of(orders: pd.DataFrame, row: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_] | None]:
    """The prices of some orders, and which of them have none and so take any; None: all have one.

    Parameters
    ----------
    orders : DataFrame
        Exact.
    row : (n,) int64 array
    """
    column = orders["price_micro_yuan_per_kwh"]
    if column.dtype == np.int64:
        return column.to_numpy()[row], None
    takes = column.isna().to_numpy()[row]
    prices: NDArray[np.int64] = column.fillna(0).to_numpy(dtype=np.int64)[row]
    return prices, takes if takes.any() else None


def _is_account_that_buys(
    orders: pd.DataFrame, account: NDArray[np.int64], sessions: Sessions, buyers: Buyers
) -> NDArray[np.bool_]:
    """Whether each row is of an account of the market that may buy in a session of its kind."""
    accounts = buyers.shape.accounts
    allowed = np.array([[name in kind.accounts for name in (*accounts, None)] for kind in sessions.kinds], dtype=bool)
    found: NDArray[np.bool_] = allowed[sessions.kind_of_orders(orders), account]
    return found


def priority_class(scenario: Scenario) -> NDArray[np.int64]:
    """By row of the orders: 0 for sellers that supply heat, which come first among those of one price (N3); else 1."""
    generators, orders = scenario.tables["generators"], scenario.tables["orders"]
    with_heat = set(texts_of_rows(generators["generator_id"])[generators["heat_priority"].to_numpy()])
    names = orders["participant_id"].array
    is_heat = np.array([name in with_heat for name in names.categories.tolist()] + [False])  # the last is nobody's
    is_sell = orders["side"].array == "sell"
    return np.where(is_sell & is_heat[names.codes], 0, 1).astype(np.int64)


def rejected_table(filings: NDArray[np.int8], orders: NDArray[np.int8]) -> pa.Table:
    """The exact table ``rejected``: filings, then orders, by row.

    Parameters
    ----------
    filings, orders : int8 arrays
        As `standing_filings` and `standing_orders` return them.
    """
    tables: list[str] = []
    rows: list[int] = []
    reasons: list[str] = []
    details: list[str] = []
    for table, reason in (("bilateral", filings), ("orders", orders)):
        row = np.flatnonzero(reason)
        tables += [table] * len(row)
        rows += (row + 1).tolist()
        reasons += [REASONS[code] for code in reason[row]]
        details += [REJECTED[table, _IN_WORDS.get(code, REASONS[code])] for code in reason[row].tolist()]
    texts = {name: pa.array(values, pa.string()) for name, values in (("table", tables), ("reason", reasons))}
    return pa.table(
        {
            "table": texts["table"],
            "row": pa.array(rows, pa.int64()),
            "reason": texts["reason"],
            "detail": pa.array(details, pa.string()),
        }
    )
