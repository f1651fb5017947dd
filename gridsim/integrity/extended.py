"""Books that extensions match, matched again by their functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.trading.extended import columns_of_extension, match_by_extension

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.trading.sessions import Sessions
    from gridsim.trading.trades import MatchedOrders

    Ints = NDArray[np.int64]

__all__ = ["extended_again"]


def extended_again(scenario: Scenario, sessions: Sessions, book: Ints, row: Ints) -> list[MatchedOrders]:
    """The trades of books that extensions match, by their kinds of session.

    Parameters
    ----------
    scenario : Scenario
    sessions : Sessions
    book, row : (n,) int64 array
        Rows of the orders, ascending, and the book of each.
    """
    kind = sessions.kind_of_orders(scenario.tables["orders"])[row]
    found = []
    for number in np.unique(kind).tolist():
        at, terms = np.flatnonzero(kind == number), sessions.terms[number]
        columns, takes = columns_of_extension(terms, scenario, book[at], row[at])
        found.append(match_by_extension(terms.how, columns, terms.k, scenario, row[at], takes))
    return found
