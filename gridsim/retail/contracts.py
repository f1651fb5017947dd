"""Retail contracts and nominations of a checked scenario, as plain objects and arrays (rulebook part 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.market_tables import retail_price_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

    Ints = NDArray[np.int64]

__all__ = [
    "NOT_NOMINATED",
    "NO_CONTRACT",
    "Nominations",
    "RetailBook",
    "RetailContract",
    "contract_of_row",
    "retail_book",
]

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


def contract_of_row(
    row: Mapping[str, Any], number: int, user: int, months: Sequence[str], periods: Sequence[str]
) -> RetailContract:
    """One row of ``retail_contracts``, as its exact frame or Arrow table has it.

    Parameters
    ----------
    row : mapping of str to object
        By exact column; None where a cell is empty.
    number : int
        1-based data row.
    user : int
        What its user is called.
    months : sequence of str
        Of the year.
    periods : sequence of str
        Of the market.
    """

    def price(column: str) -> int | None:
        found: int | None = row.get(f"{column}_micro_yuan_per_kwh")
        return found

    first, last = row["from"], row["to"]
    by_period = [price(retail_price_column(period)) for period in periods]
    return RetailContract(
        row=number,
        user=user,
        first=0 if first is None else sum(month < first for month in months),
        last=len(months) - 1 if last is None else sum(month <= last for month in months) - 1,
        kind=row["kind"],
        prices=tuple(price("price") if own is None else own for own in by_period),
        reference=price("reference"),
        share=row["share"],
        floor=price("floor"),
        cap=price("cap"),
        fee=price("fee"),
        deviation=row["deviation"],
        free=row["free"] or 0,
        rate=row["rate"],
        deviation_price=price("deviation_price"),
        side=row["side"],
        capped=row["capped"],
    )


def _contracts(scenario: Scenario) -> Iterator[RetailContract]:
    table = scenario.tables["retail_contracts"]
    users = scenario.row_of(table["user_id"], "users", "user_id").tolist()
    months, periods = scenario.months, scenario.rules.shape.periods
    columns = {name: _cells(column) for name, column in table.items()}
    for place, user in enumerate(users):
        row = {str(name): cells[place] for name, cells in columns.items()}
        yield contract_of_row(row, place + 1, user, months, periods)


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


def _cells(column: pd.Series) -> list[Any]:
    """Texts, flags or whole numbers; None where a cell is empty."""
    lacks = column.isna().tolist()
    return [None if lack else cell for cell, lack in zip(column.astype(object).tolist(), lacks, strict=True)]
