"""What functions of extensions get and give back; `gridsim.extensions` is where to take these from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["Book", "Finding", "ItemMonth", "MarketFacts", "Payment"]


class Book(NamedTuple):
    """The orders of one book, as a mechanism gets them: (n,) arrays in the order of the file, which are not written to.

    Its function gives back four (m,) integer arrays: the place of the sell order and of the buy order of each trade,
    its energy, its price.

    Attributes
    ----------
    is_sell : (n,) bool array
        Whether each order sells.
    price : (n,) int64 array [micro-yuan/kWh]
        The limit of each order.
    energy : (n,) int64 array [kWh]
        What it asks for.
    time : (n,) int64 array [µs]
        When it was submitted.
    heat_priority : (n,) bool array
        Of sellers: whether it is a heat supplier with priority.
    k : int [10⁻⁴]
        Where between two limits a price lies, as the rule set says.

    Examples
    --------
    >>> from gridsim.extensions import Book
    >>> sells, prices = np.array([True, False]), np.array([335_000, 360_000])
    >>> no = np.zeros(2, dtype=bool)
    >>> book = Book(sells, prices, np.array([300, 400]), np.array([1, 2]), no, k=5000)
    >>> int(book.price[book.is_sell].min())
    335000
    """

    is_sell: Flags
    price: Ints
    """[micro-yuan/kWh]"""
    energy: Ints
    """[kWh]"""
    time: Ints
    """When it was submitted [µs]."""
    heat_priority: Flags
    """Of sellers: whether it is a heat supplier with priority."""
    k: int
    """Where between two limits a price lies [10⁻⁴], as the rule set says."""


class Finding(NamedTuple):
    """What a check says of one subject: a row of the table ``compliance``.

    Attributes
    ----------
    subject : str
        Whom or what it is about.
    value, limit : str or None
        What was found and what is allowed, as they are to be shown.
    passed : bool or None
        None is for the reader to judge.
    month : str or None
        ``YYYY-MM``.
    detail : str
        What `value` is; ``value`` if there is nothing to tell apart.

    Examples
    --------
    >>> from gridsim.extensions import Finding
    >>> Finding("G1", value="8.000", limit="10.000", passed=False)
    Finding(subject='G1', value='8.000', limit='10.000', passed=False, month=None, detail='value')
    """

    subject: str
    value: str | None = None
    limit: str | None = None
    passed: bool | None = None
    month: str | None = None
    detail: str = "value"


class Payment(NamedTuple):
    """A line of the ledger: energy at a price, or an amount of money without either.

    All are whole numbers; energy and amount are not negative: money that goes the other way has its parties changed
    over.

    Attributes
    ----------
    payer, payee : str
        Ids of parties.
    energy : int
        Times the price it is the amount [kWh].
    price : int
        What a kWh costs [micro-yuan/kWh].
    amount : int
        Money, where there is no energy at a price [micro-yuan].

    Examples
    --------
    >>> from gridsim.extensions import Payment
    >>> Payment("U1", "GRID", energy=1_200_000, price=1_000)
    Payment(payer='U1', payee='GRID', energy=1200000, price=1000, amount=0)
    """

    payer: str
    payee: str
    energy: int = 0
    price: int = 0
    amount: int = 0


class MarketFacts(Protocol):
    """What a check may look at: `gridsim.extensions.check` registers a function that gets it.

    Examples
    --------
    >>> def small_users(market):
    ...     used = market.table("cell_settlement").groupby("user_id")["metered_kwh"].sum()
    ...     return [user for user, energy in used.items() if energy < 1_000_000]
    """

    @property
    def year(self) -> int:
        """Of the scenario."""

    def table(self, name: str) -> pd.DataFrame:
        """An input table, or a table of the result but for ``compliance``, in exact units (docs/formats.md).

        Parameters
        ----------
        name : str
            ``meter``, ``ledger``, …

        Returns
        -------
        DataFrame
            In exact units: kWh, micro-yuan/kWh, micro-yuan (docs/formats.md).

        Examples
        --------
        >>> def sold(market):
        ...     return market.table("legs").groupby("seller_id")["energy_kwh"].sum()
        """

    def value(self, path: str, month: str) -> Any:
        """A value of the rule set in a month, in its exact unit.

        Parameters
        ----------
        path : str
            Its dotted path: ``settlement.shortfall_price``.
        month : str
            ``YYYY-MM``.

        Returns
        -------
        int, bool, str or tuple
            In its exact unit: prices in micro-yuan/kWh, ratios in 10⁻⁴.

        Examples
        --------
        >>> def price_of_shortfall(market):
        ...     return market.value("settlement.shortfall_price", "2021-04")
        """


@dataclass(frozen=True)
class ItemMonth:
    """What a ledger item may look at: one month that settled.

    Attributes
    ----------
    month : str
        YYYY-MM
    generators, users, retailers, accounts : tuple of str
        Who can pay and be paid.
    metered : mapping of str to int
        By user, what it consumed [kWh].
    buyer : mapping of str to str
        By user with a settlement unit: who buys for it, itself or a retailer.
    bought, sold : mapping of str to int
        By buyer, and by generator: energy of contracts that deliver in the month [kWh].
    generated : mapping of str to int
        By generator [kWh]; 0 where no table tells of it.
    value : callable
        Of a path: the value of the rule set in the month, in its exact unit.

    Examples
    --------
    >>> from gridsim.extensions import Payment
    >>> def levy(month):
    ...     for user, energy in month.metered.items():
    ...         yield Payment(user, "GRID", energy=energy, price=1_000)
    """

    month: str
    generators: tuple[str, ...]
    users: tuple[str, ...]
    retailers: tuple[str, ...]
    accounts: tuple[str, ...]
    metered: Mapping[str, int]
    buyer: Mapping[str, str]
    bought: Mapping[str, int]
    sold: Mapping[str, int]
    generated: Mapping[str, int]
    value: Callable[[str], Any]
