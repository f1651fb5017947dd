"""Who may buy what: buyers, their settlement units, and the unit of each user (rulebook part 2)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import month_ordinal
from gridsim.tables.encoded import places_of, texts_of_rows
from gridsim.trading.units import UnitTable, units_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario

__all__ = ["NEVER", "Buyers", "buyers_of"]

NEVER = np.iinfo(np.int64).max
"""The exit month of a user who does not leave."""


@dataclass(frozen=True, eq=False)
class Buyers:
    """Every buyer of the market, and which users are whose.

    Attributes
    ----------
    shape : MarketShape
    ids : (B,) object array
        Users who buy directly, be it in some months alone, in file order, then the retailers in file order.
    has_mode : (B, modes) bool array
        Whether the buyer has a user of each mode, be it in some months alone.
    direct_users : (direct,) int64 array
        Rows of users, of the buyers that are users.
    is_in_market : (U,) bool array
        Whether the user may belong to a unit: not on priority purchase.
    buyer_of_state : (S,) int64 array
        By state of a user (`gridsim.scenario.states`) the position in `ids`; -1 for a user without a unit.
    mode_of_user : (U,) int64 array
        Position among the modes of the market.
    exit_of_user : (U,) int64 array
        First month (an ordinal) in which the user has left the market; `NEVER` if it stays.
    set_of_unit : (units + modes,) int64 array
        By number of the unit, which of the scenario's sets of periods it settles by; -1: the hours of the rule set. The
        last are what nobody, unit -1, finds.
    """

    shape: MarketShape
    ids: NDArray[np.object_]
    has_mode: NDArray[np.bool_]
    direct_users: NDArray[np.int64]
    is_in_market: NDArray[np.bool_]
    buyer_of_state: NDArray[np.int64]
    mode_of_user: NDArray[np.int64]
    exit_of_user: NDArray[np.int64]
    set_of_unit: NDArray[np.int64]

    def position_of(self, names: pd.Series) -> NDArray[np.int64]:
        """The position in `ids` of each name; -1 for one that is no buyer (a user behind a retailer, say).

        Parameters
        ----------
        names : categorical Series of str
        """
        return _lookup(places_of(names.array.categories.tolist(), self.ids), names)

    def may_trade(self, names: pd.Series, product: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each named buyer has a unit that trades the product (rulebook part 3).

        Parameters
        ----------
        names : categorical Series of str
        product : int array
            Positions among the products of the market.
        """
        buyer = self.position_of(names)
        mode = self.shape.mode_of_product[product]
        nobody = np.zeros((1, len(self.shape.modes)), dtype=bool)  # whom position -1 finds
        with_nobody = np.vstack([self.has_mode, nobody])
        may: NDArray[np.bool_] = with_nobody[buyer, mode]
        return may

    def has_own_periods(self, names: pd.Series, product: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the unit in which each named buyer trades the product has periods of its own (rulebook part 11).

        Parameters
        ----------
        names, product
            As for `may_trade`.
        """
        if not (self.set_of_unit >= 0).any():
            return np.zeros(len(names), dtype=bool)
        return self.is_by_own_periods(self.units.number[self.position_of(names), self.shape.mode_of_product[product]])

    def is_by_own_periods(self, unit: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether units have periods of their own.

        Parameters
        ----------
        unit : int64 array
            Their numbers; a negative one is none.
        """
        has: NDArray[np.bool_] = (unit >= 0) & (self.set_of_unit[np.maximum(unit, -1)] >= 0)
        return has

    def account_of(self, names: pd.Series) -> NDArray[np.int64] | None:
        """The position of each name among the accounts of the market, -1 for one that is none; None: none is one.

        Parameters
        ----------
        names : categorical Series of str
        """
        accounts, categories = self.shape.accounts, names.array.categories.tolist()
        if set(accounts).isdisjoint(categories):
            return None
        return _lookup(places_of(categories, list(accounts)), names)

    @property
    def parties(self) -> list[str]:
        """Everyone who may buy: the buyers, and behind them the accounts of the market."""
        return [*self.ids.tolist(), *self.shape.all_accounts]

    @cached_property
    def units(self) -> UnitTable:
        """Every buyer in every mode."""
        return units_of(self.ids, self.shape)

    @property
    def unit_ids(self) -> NDArray[np.object_]:
        """The id of each unit, by its number."""
        return self.units.ids


def _lookup(by_category: NDArray[np.int64], column: pd.Series) -> NDArray[np.int64]:
    """`by_category` of each row's category; -1 where the row has none."""
    with_missing = np.append(by_category, -1)  # code -1 finds the last
    found: NDArray[np.int64] = with_missing[column.array.codes]
    return found


def buyers_of(scenario: Scenario) -> Buyers:
    """The buyers of a scenario."""
    users, states = scenario.tables["users"], scenario.states
    retailers = texts_of_rows(scenario.tables["retailers"]["retailer_id"])
    user_ids = texts_of_rows(users["user_id"])
    is_market_user = ~users["priority_purchase"].to_numpy(dtype=bool)
    may_buy, behind = is_market_user[states.user], states.rows["retailer_id"]
    is_direct = may_buy & behind.isna().to_numpy()
    direct_users = np.flatnonzero(np.bincount(states.user[is_direct], minlength=len(users)))

    ids = np.concatenate([user_ids[direct_users], retailers]).astype(object)
    retailer_position = places_of(behind.array.categories.tolist(), retailers)
    buyer = len(direct_users) + _lookup(retailer_position, behind)
    buyer[is_direct] = np.searchsorted(direct_users, states.user[is_direct])
    buyer[~may_buy] = -1

    mode = users["mode"].array.codes.astype(np.int64)
    shape = scenario.rules.shape
    has_mode = np.zeros((len(ids), len(shape.modes)), dtype=bool)
    has_mode[buyer[may_buy], mode[states.user[may_buy]]] = True

    exits = users["exit_month"].array
    by_category = np.array([month_ordinal(month) for month in exits.categories], dtype=np.int64)
    exit_of_user = np.append(by_category, NEVER)[exits.codes]
    number = units_of(ids, shape).number
    set_of_unit = np.full(number.size, -1, dtype=np.int64)
    sets = users["period_set"]
    set_of_user = _lookup(places_of(sets.array.categories.tolist(), scenario.period_sets.ids), sets)
    set_of_unit[number[buyer[may_buy], mode[states.user[may_buy]]]] = set_of_user[states.user[may_buy]]
    return Buyers(shape, ids, has_mode, direct_users, is_market_user, buyer, mode, exit_of_user, set_of_unit)
