"""Retail contracts and nominations of a unit's users in a month, as an explanation reads them (rulebook part 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.arrow import dicts
from gridsim.calendar import months_of
from gridsim.retail.contracts import MONTHS, NOT_NOMINATED, Nominations, contract_of_row
from gridsim.retail.prices import price_at_cost

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gridsim.explain.cells import Cell
    from gridsim.explain.source import ResultFacts
    from gridsim.retail.contracts import RetailContract

__all__ = ["RetailMonth", "retail_month"]

_CONTRACTS, _NOMINATIONS = "retail_contracts", "nominations"


@dataclass(frozen=True, eq=False)
class RetailMonth:
    """What the users of a unit agreed on for a month.

    Attributes
    ----------
    month : int
        0 to 11.
    periods : tuple of str
        Of the market.
    contracts : mapping of str to RetailContract
        By user, in the order of the table of users; `RetailContract.user` is the place here.
    nominations : Nominations
        By that place.
    """

    month: int
    periods: tuple[str, ...]
    contracts: Mapping[str, RetailContract]
    nominations: Nominations

    def price(self, cell: Cell, cost: int) -> int | None:
        """[micro-yuan/kWh] the retail price of a cell where energy costs so much; None without a contract."""
        contract = self.contracts.get(cell.user.id)
        return None if contract is None else price_at_cost(contract, self.periods.index(cell.period), cost)


def retail_month(source: ResultFacts, users: Iterable[str], month: str) -> RetailMonth | None:
    """The contracts of some users in a month; None if none of them has one.

    Parameters
    ----------
    source : ResultFacts
    users : iterable of str
    month : str
    """
    if _CONTRACTS not in source.inputs:
        return None
    asked, periods, months = set(users), source.rules.shape.periods, months_of(int(month[:4]))
    number = int(month[5:]) - 1
    rows = {
        row["user_id"]: (row, place)
        for place, row in enumerate(dicts(source.inputs[_CONTRACTS]), 1)
        if row["user_id"] in asked and (row["from"] or month) <= month <= (row["to"] or month)
    }
    if not rows:
        return None
    in_order = [user for user in source.input("users").column("user_id").to_pylist() if user in rows]
    contracts = {user: contract_of_row(*rows[user], place, months, periods) for place, user in enumerate(in_order)}
    of_month = np.full((len(in_order), MONTHS), NOT_NOMINATED, dtype=np.int64)
    of_period = np.full((len(in_order), MONTHS, len(periods)), NOT_NOMINATED, dtype=np.int64)
    for row in dicts(source.inputs[_NOMINATIONS]) if _NOMINATIONS in source.inputs else ():
        if row["user_id"] not in contracts or row["month"] != month:
            continue
        place = contracts[row["user_id"]].user
        if row["period"] is None:
            of_month[place, number] = row["energy_kwh"]
        else:
            of_period[place, number, periods.index(row["period"])] = row["energy_kwh"]
    return RetailMonth(number, tuple(periods), contracts, Nominations(of_month, of_period))
