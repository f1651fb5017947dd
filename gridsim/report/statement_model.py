"""What a settlement statement says, as exact integers: nothing here is rounded yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "PERIODS_APART",
    "EnergyRow",
    "ItemLines",
    "Key",
    "Line",
    "Payment",
    "Reckoning",
    "Sold",
    "Statement",
    "Sums",
]

PERIODS_APART = "\t"
"""Between the period of a line and that of its tariff, where it is another: no id has it."""


class Key(NamedTuple):
    """Whose statement of which month: a settlement unit's, a user's outside the market, a generator's, a customer's."""

    subject: str
    month: str
    is_outside: bool
    is_seller: bool = False
    is_customer: bool = False


class Sold(NamedTuple):
    """What a generator sold and generated in a month [kWh], and the price of its own deviation [micro-yuan/kWh]."""

    contract: int
    generated: int
    structural: int
    deviation: int
    price: int | None


@dataclass(frozen=True, slots=True)
class Sums:
    """What stands of a statement in the index: energies [kWh] and money [micro-yuan]."""

    contract_kwh: int = 0
    metered_kwh: int = 0
    overrun_kwh: int = 0
    shortfall_kwh: int = 0
    amount_micro_yuan: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.contract_kwh + other.contract_kwh,
            self.metered_kwh + other.metered_kwh,
            self.overrun_kwh + other.overrun_kwh,
            self.shortfall_kwh + other.shortfall_kwh,
            self.amount_micro_yuan + other.amount_micro_yuan,
        )


@dataclass(frozen=True, slots=True)
class EnergyRow:
    """Energies of one position [kWh]; of a user outside the market, metered energy of a period alone.

    Parameters
    ----------
    product : str
        Or the period.
    contract, lower, upper, in_band, overrun, shortfall : int or None
        None where there is no such thing: outside the market; edges of the band in months without one.
    metered : int
    """

    product: str
    contract: int | None
    metered: int
    lower: int | None
    upper: int | None
    in_band: int | None
    overrun: int | None
    shortfall: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """Ledger lines of one item, payer, payee, user or contract, period and price, summed.

    Parameters
    ----------
    payer, payee : str
        Empty for a line that sums up several.
    others : int
        Of a line that sums up the rest: of how many users or sellers; else 0.
    user : str
        Empty for a line of contract legs.
    sources : tuple of str
        Contracts or sessions, of a line of contract legs.
    slot : str
        Period of a cell (and of its tariff, where it is another), product of a leg, month and item that a correction
        corrects; empty for several.
    energy_kwh : int
    price : int or None
        [micro-yuan/kWh] None: a share of money, without a price.
    is_average : bool
        The price is the rounded mean of several.
    amount_micro_yuan : int
    clause : str
    count : int
        Ledger lines in it.
    first : int
        The number of the first of them.
    band : str
        Side and edge of the band that it settles, as ``over 10300``; empty where no band is told.
    """

    payer: str
    payee: str
    others: int
    user: str
    sources: tuple[str, ...]
    slot: str
    energy_kwh: int
    price: int | None
    is_average: bool
    amount_micro_yuan: int
    clause: str
    count: int
    first: int
    band: str = ""


@dataclass(frozen=True, slots=True)
class ItemLines:
    """The lines of one item of the ledger."""

    item: str
    lines: tuple[Line, ...]

    @property
    def energy_kwh(self) -> int:
        """Energy of all of them [kWh]."""
        return sum(line.energy_kwh for line in self.lines)

    @property
    def amount_micro_yuan(self) -> int:
        """Money of all of them [micro-yuan]."""
        return sum(line.amount_micro_yuan for line in self.lines)


@dataclass(frozen=True, slots=True)
class Payment:
    """What one party pays another by a statement; an empty payer (payee) stands for `payers` (`payees`) parties."""

    payer: str
    payers: int
    payee: str
    payees: int
    amount_micro_yuan: int


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The settlement that counts, or the trial beside it.

    Parameters
    ----------
    is_trial : bool
    bands : tuple of EnergyRow
    items : tuple of ItemLines
        In the order of the ledger.
    accounts : tuple of Payment
    ledger_lines : int
        How many there are; the lines shown may be fewer, and lose nothing.
    users : int
        Users whose energy it holds.
    is_by_user : bool
        There were more lines than fit, so the periods of a user were summed.
    """

    is_trial: bool
    bands: tuple[EnergyRow, ...]
    items: tuple[ItemLines, ...]
    accounts: tuple[Payment, ...]
    ledger_lines: int
    users: int
    is_by_user: bool

    @property
    def amount_micro_yuan(self) -> int:
        """Money of all items [micro-yuan]."""
        return sum(item.amount_micro_yuan for item in self.items)


@dataclass(frozen=True, slots=True)
class Statement:
    """One settlement statement.

    Parameters
    ----------
    key : Key
    buyer : str
        Id of the retailer or user that buys for the unit; of the user outside the market, customer or generator.
    mode : str
        Of the unit; empty outside the market.
    parts : tuple of Reckoning
        The settlement that counts, and the trial if there is one.
    sold : Sold or None
        Of a generator.
    retail : Reckoning or None
        Of a retailer's unit: what its users pay it, in no total of the statement.
    """

    key: Key
    buyer: str
    mode: str
    parts: tuple[Reckoning, ...]
    sold: Sold | None = None
    retail: Reckoning | None = None
