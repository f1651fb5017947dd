"""Who may buy what: buyers, their settlement units, and the unit of each user (rulebook part 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.calendar import month_ordinal
from gridsim.columns import PRODUCTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

__all__ = ["MODES", "NEVER", "Buyers", "buyers_of"]

MODES = ("conventional", "tou")
NEVER = np.iinfo(np.int64).max
"""The exit month of a user who does not leave."""


@dataclass(frozen=True, eq=False)
class Buyers:
    """Every buyer of the market, and how users hang on them.

    A settlement unit has the number ``2 × buyer + mode`` (0 conventional, 1 ``tou``), so that a product
    alone tells the unit of a buyer.

    Attributes
    ----------
    ids : (B,) object array
        Users who buy directly, in file order, then the retailers in file order.
    has_mode : (B, 2) bool array
        Whether the buyer has a conventional, a ``tou`` user.
    buyer_of_user : (U,) int64 array
        Position in `ids`; -1 for a user without a unit (priority purchase).
    mode_of_user : (U,) int64 array
        0 conventional, 1 ``tou``.
    exit_of_user : (U,) int64 array
        First month (an ordinal) in which the user has left the market; `NEVER` if it stays.
    """

    ids: NDArray[np.object_]
    has_mode: NDArray[np.bool_]
    buyer_of_user: NDArray[np.int64]
    mode_of_user: NDArray[np.int64]
    exit_of_user: NDArray[np.int64]

    def position_of(self, names: pd.Series) -> NDArray[np.int64]:
        """The position in `ids` of each name; -1 for one that is no buyer (a user behind a retailer, say).

        Parameters
        ----------
        names : categorical Series of str
        """
        by_category = pd.Index(self.ids).get_indexer(names.cat.categories).astype(np.int64)
        return _lookup(by_category, names)

    def may_trade(self, names: pd.Series, product: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each named buyer has a unit that trades the product (rulebook part 3).

        Parameters
        ----------
        names : categorical Series of str
        product : int array
            Positions in `PRODUCTS`; 0 is ``total``, all others are periods.
        """
        buyer = self.position_of(names)
        mode = (product > 0).astype(np.int64)
        with_nobody = np.vstack([self.has_mode, [False, False]])  # whom position -1 finds
        may: NDArray[np.bool_] = with_nobody[buyer, mode]
        return may

    @property
    def unit_ids(self) -> NDArray[np.object_]:
        """(2B,) the id of each unit, by its number."""
        return np.array([f"{buyer}/{mode}" for buyer in self.ids for mode in MODES], dtype=object)


def _lookup(by_category: NDArray[np.int64], column: pd.Series) -> NDArray[np.int64]:
    """`by_category` of each row's category; -1 where the row has none."""
    with_missing = np.append(by_category, -1)  # code -1 finds the last
    found: NDArray[np.int64] = with_missing[column.cat.codes.to_numpy()]
    return found


def buyers_of(scenario: Scenario) -> Buyers:
    """The buyers of a scenario."""
    users = scenario.tables["users"]
    retailers = scenario.tables["retailers"]["retailer_id"].astype(object).to_numpy()
    user_ids = users["user_id"].astype(object).to_numpy()
    is_market_user = ~users["priority_purchase"].to_numpy(dtype=bool)
    is_direct = is_market_user & users["retailer_id"].isna().to_numpy()

    ids = np.concatenate([user_ids[is_direct], retailers]).astype(object)
    direct_count = int(is_direct.sum())
    retailer_position = pd.Index(retailers).get_indexer(users["retailer_id"].cat.categories).astype(np.int64)
    buyer = direct_count + _lookup(retailer_position, users["retailer_id"])
    buyer[is_direct] = np.arange(direct_count)
    buyer[~is_market_user] = -1

    mode = users["mode"].cat.codes.to_numpy().astype(np.int64)
    has_mode = np.zeros((len(ids), 2), dtype=bool)
    has_mode[buyer[is_market_user], mode[is_market_user]] = True

    exits = users["exit_month"]
    by_category = np.array([month_ordinal(month) for month in exits.cat.categories], dtype=np.int64)
    exit_of_user = np.append(by_category, NEVER)[exits.cat.codes.to_numpy()]
    return Buyers(ids, has_mode, buyer, mode, exit_of_user)


assert PRODUCTS[0] == "total"  # `may_trade` and the numbering of units rest on it
