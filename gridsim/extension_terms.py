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

    `passed` None is for the reader to judge; `value` and `limit` are texts as they are to be shown; `month` is YYYY-MM.
    """

    subject: str
    value: str | None = None
    limit: str | None = None
    passed: bool | None = None
    month: str | None = None
    detail: str = "value"


class Payment(NamedTuple):
    """A line of the ledger: energy at a price, or an amount of money without either.

    Energy [kWh], price [micro-yuan/kWh] and amount [micro-yuan] are whole numbers; energy and amount not negative:
    money that goes the other way has its parties changed over.
    """

    payer: str
    payee: str
    energy: int = 0
    price: int = 0
    amount: int = 0


class MarketFacts(Protocol):
    """What a check may look at."""

    @property
    def year(self) -> int:
        """Of the scenario."""

    def table(self, name: str) -> pd.DataFrame:
        """An input table, or a table of the result but for ``compliance``, in exact units (docs/formats.md)."""

    def value(self, path: str, month: str) -> Any:
        """A value of the rule set in a month, in its exact unit."""


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
