"""Retail contracts and nominations of a checked scenario, as plain objects and arrays (rulebook part 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.market_tables import retail_price_column

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

    Ints = NDArray[np.int64]

__all__ = ["NOT_NOMINATED", "NO_CONTRACT", "Nominations", "RetailBook", "RetailContract", "retail_book"]

MONTHS = 12
NO_CONTRACT = -1
NOT_NOMINATED = -1


@dataclass(frozen=True, slots=True)
class RetailContract:
    """What a retailer agreed with one user for some months; a number that the contract does not have is None.

    Attributes
    ----------
    row : int
        1-based data row of ``retail_contracts``.
    user : int
        Row of ``users``, from 0.
    first, last : int
        First and last month in the scenario's year, 0 to 11, both included; `first` > `last`: none of this year.
    kind : str
        ``fixed``, ``spread_share`` or ``cost_plus``.
    prices : tuple of int or None
        [micro-yuan/kWh] of ``fixed``: the price of each period, as the rule set lists them.
    reference, floor, cap, fee : int or None
        [micro-yuan/kWh]
    share : int or None
        [10⁻⁴]
    deviation : str
        Who bears the user's deviation: ``retailer``, ``own`` or ``price``.
    free : int
        [10⁻⁴] of the nomination: deviation without a charge.
    rate : int or None
        [10⁻⁴] of the user's price.
    deviation_price : int or None
        [micro-yuan/kWh]
    side : str
        ``both``, ``over``, ``under`` or ``unit``.
    capped : bool
    """

    row: int
    user: int
    first: int
    last: int
    kind: str
    prices: tuple[int | None, ...]
    reference: int | None
    share: int | None
    floor: int | None
    cap: int | None
    fee: int | None
    deviation: str
    free: int
    rate: int | None
    deviation_price: int | None
    side: str
    capped: bool

    @property
    def is_by_period(self) -> bool:
        """Whether its price differs from period to period by itself."""
        return self.kind == "fixed" and len(set(self.prices)) > 1


@dataclass(frozen=True, eq=False)
class Nominations:
    """What users said they would use.

    Attributes
    ----------
    of_month : (U, 12) int64 array
        [kWh] of a month as a whole; `NOT_NOMINATED`: nothing was said of it.
    of_period : (U, 12, periods) int64 array
        [kWh] of each contract period; `NOT_NOMINATED` as before.
    """

    of_month: Ints
    of_period: Ints

    def is_by_period(self, user: int, month: int) -> bool:
        """Whether a user nominated a month by its periods."""
        return bool((self.of_period[user, month] != NOT_NOMINATED).any())


@dataclass(frozen=True, eq=False)
class RetailBook:
    """The retail contracts of a year.

    Attributes
    ----------
    contracts : tuple of RetailContract
        In the order of the table.
    contract_of : (U, 12) int64 array
        By user and month, the place among `contracts`; `NO_CONTRACT`: the user has none then.
    nominations : Nominations
    """

    contracts: tuple[RetailContract, ...]
    contract_of: Ints
    nominations: Nominations

    def at(self, user: int, month: int) -> RetailContract | None:
        """The contract of a user in a month, if there is one."""
        place = int(self.contract_of[user, month])
        return None if place == NO_CONTRACT else self.contracts[place]


def retail_book(scenario: Scenario) -> RetailBook:
    """The tables ``retail_contracts`` and ``nominations`` of a checked scenario.

    Parameters
    ----------
    scenario : Scenario

    Examples
    --------
    >>> import gridsim
    >>> book = retail_book(gridsim.load("scenarios/henan-2021-mini"))
    >>> len(book.contracts)
    0
    """
    users = len(scenario.tables["users"])
    contracts = tuple(_contracts(scenario))
    contract_of = np.full((users, MONTHS), NO_CONTRACT, dtype=np.int64)
    for place, contract in enumerate(contracts):
        contract_of[contract.user, contract.first : contract.last + 1] = place
    return RetailBook(contracts, contract_of, _nominations(scenario))


def _contracts(scenario: Scenario) -> list[RetailContract]:
    table = scenario.tables["retail_contracts"]
    users = scenario.row_of(table["user_id"], "users", "user_id").tolist()
    months, periods = scenario.months, scenario.rules.shape.periods
    number = {name: _numbers(table, name) for name in ("reference", "floor", "cap", "fee", "price", "deviation_price")}
    ratio = {name: _cells(table[name]) for name in ("share", "free", "rate")}
    text = {name: _texts(table[name]) for name in ("from", "to", "kind", "deviation", "side")}
    by_period = [_numbers(table, column) for column in map(retail_price_column, periods) if _has_price(table, column)]
    capped = table["capped"].to_numpy(dtype=bool).tolist()
    found = []
    for row, user in enumerate(users):
        own = [prices[row] for prices in by_period] or [None] * len(periods)
        first, last = text["from"][row], text["to"][row]
        found.append(
            RetailContract(
                row=row + 1,
                user=user,
                first=0 if first is None else sum(month < first for month in months),
                last=MONTHS - 1 if last is None else sum(month <= last for month in months) - 1,
                kind=str(text["kind"][row]),
                prices=tuple(number["price"][row] if price is None else price for price in own),
                reference=number["reference"][row],
                share=ratio["share"][row],
                floor=number["floor"][row],
                cap=number["cap"][row],
                fee=number["fee"][row],
                deviation=str(text["deviation"][row]),
                free=ratio["free"][row] or 0,
                rate=ratio["rate"][row],
                deviation_price=number["deviation_price"][row],
                side=str(text["side"][row]),
                capped=capped[row],
            )
        )
    return found


def _nominations(scenario: Scenario) -> Nominations:
    table = scenario.tables["nominations"]
    users, periods = len(scenario.tables["users"]), len(scenario.rules.shape.periods)
    of_month = np.full((users, MONTHS), NOT_NOMINATED, dtype=np.int64)
    of_period = np.full((users, MONTHS, periods), NOT_NOMINATED, dtype=np.int64)
    user = scenario.row_of(table["user_id"], "users", "user_id")
    month, period = (table[name].array.codes.astype(np.int64) for name in ("month", "period"))
    energy, is_whole = table["energy_kwh"].to_numpy(), period < 0
    of_month[user[is_whole], month[is_whole]] = energy[is_whole]
    of_period[user[~is_whole], month[~is_whole], period[~is_whole]] = energy[~is_whole]
    return Nominations(of_month, of_period)


def _numbers(table: pd.DataFrame, column: str) -> list[int | None]:
    return _cells(table[f"{column}_micro_yuan_per_kwh"])


def _has_price(table: pd.DataFrame, column: str) -> bool:
    return f"{column}_micro_yuan_per_kwh" in table


def _cells(column: pd.Series) -> list[int | None]:
    """Whole numbers, None where a cell is empty."""
    lacks = column.isna().tolist()
    return [None if lack else int(cell) for cell, lack in zip(column.tolist(), lacks, strict=True)]


def _texts(column: pd.Series) -> list[Any]:
    """Texts, None where a cell is empty."""
    return [None if cell != cell else cell for cell in column.astype(object).tolist()]
