"""What the lists of a market hold: products, bands, charges, modes, regimes, kinds of session, sellers (part 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from gridsim.rules.expression import Expression
    from gridsim.rules.wording import Words

__all__ = [
    "ChargeShape",
    "Choice",
    "ClosingShape",
    "Exemption",
    "ExplainedShape",
    "FeeReturn",
    "HoursEntry",
    "LegPrice",
    "ModeShape",
    "OffTariff",
    "OverBand",
    "ProductShape",
    "RegimeShape",
    "Scale",
    "SellerShape",
    "SessionKind",
    "SoldItem",
    "TariffItem",
    "UnderBand",
]

ValueOf = str
"""The path of a value of the rule set."""


class ClosingShape(NamedTuple):
    """An item of the ledger whose lines an extension writes when a month closes (`gridsim.extensions.item`)."""

    item: str
    clause: str = ""


class ProductShape(NamedTuple):
    """What is traded: energy of some periods."""

    id: str
    periods: tuple[str, ...]


class TariffItem(NamedTuple):
    """A price that the table of tariffs has for each rate."""

    id: str
    by_period: bool


class Scale(NamedTuple):
    """What prices are held against, in warnings alone.

    Attributes
    ----------
    contracts : tuple of (str, str or None) or None
        The item of the tariffs, and its period, that contract prices are near.
    contains : tuple of (str, tuple of str)
        Items of the tariffs, and those that each contains.
    """

    contracts: tuple[str, str | None] | None = None
    contains: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Exemption(NamedTuple):
    """What of an over band's energy bears no fee: what stayed unfilled of orders that would have paid enough."""

    kind: str
    """Of the sessions."""
    price_at_least: Expression


@dataclass(frozen=True)
class OverBand:
    """Energy above an edge. `edge`: a ratio of the contract; None: open, all is in band while there is a contract."""

    edge: Expression | None
    price: Expression
    payee: str
    fee: Expression | None = None
    exempt: Exemption | None = None
    clause: str = ""


@dataclass(frozen=True)
class UnderBand:
    """Energy that lacks below an edge; `price` goes to the sellers of the legs."""

    edge: Expression
    price: Expression
    fee: Expression | None = None
    clause: str = ""


@dataclass(frozen=True)
class ChargeShape:
    """An item of the ledger that users pay on their energy, in band or all that was metered."""

    item: str
    price: Expression
    payee: str
    base: Literal["in_band", "metered"] = "in_band"
    only_on_tariff: bool = False
    """Only of users on the peak-valley tariff."""
    clause: str = ""


@dataclass(frozen=True)
class ModeShape:
    """How a settlement unit trades and settles; a unit is a buyer in a mode."""

    id: str
    products: tuple[str, ...]
    """Together they cover every period once."""
    over: tuple[OverBand, ...]
    under: tuple[UnderBand, ...]
    charges: tuple[ChargeShape, ...]
    clauses: tuple[tuple[str, str], ...] = ()
    """Of the lines that are no charges: by item."""


class LegPrice(NamedTuple):
    """In a regime: the mean price of a unit's legs of one product stands for the prices of its other legs."""

    product: str
    keeps: tuple[str, ...]
    """Products whose legs keep their prices."""


@dataclass(frozen=True)
class RegimeShape:
    """Months that settle by other bands, prices and charges, with or without a trial settlement beside them.

    Attributes
    ----------
    months : tuple of str, or the path of a value that lists them
    charges : tuple of (str, str)
        Modes that have the charges of another one then.
    """

    id: str
    months: tuple[str, ...] | ValueOf
    trial: bool
    over: tuple[OverBand, ...]
    under: tuple[UnderBand, ...]
    leg_price: LegPrice | None
    charges: tuple[tuple[str, str], ...]
    clauses: tuple[tuple[str, str], ...] = ()
    """Of the lines that are no charges: by item."""


class OffTariff(NamedTuple):
    """The period that stands for all for users off the peak-valley tariff, and where it does."""

    period: str
    modes: tuple[str, ...]
    also: tuple[str, ...]
    """Of ``regimes``, ``left_market``, ``priority_purchase``."""


@dataclass(frozen=True)
class HoursEntry:
    """Which quarter-hours belong to which period, in some months and on some kind of days."""

    use: tuple[tuple[str, tuple[tuple[int, int], ...] | ValueOf], ...]
    """By period: ranges of minutes of the day [start, end), or the path of a value that lists whole hours."""
    months: tuple[int, ...] = tuple(range(1, 13))
    days: Literal["all", "working_days", "days_off"] = "all"
    since: str = ""
    """The month from which the entry holds."""


class Choice(NamedTuple):
    """A word that a value of the rule set decides."""

    value: ValueOf
    options: tuple[tuple[str, str], ...]
    """By what the value may be: the word."""

    def of(self, value: str) -> str:
        """The word.

        Parameters
        ----------
        value : str
            What the rule set's value is.
        """
        return dict(self.options)[value]


@dataclass(frozen=True)
class SessionKind:
    """A kind of trading session (rulebook parts 3 and 9).

    Attributes
    ----------
    how : str
        ``filings``, a mechanism, or the path of a value that names one.
    annual : bool
        Whether its contracts count as annual.
    group : str
        What `MarketShape.order_of_legs` knows its contracts as.
    clamp : bool
        Whether prices are held to the floor and cap of the delivery month in the table of market prices.
    price_floor, price_cap : Expression or None
        Limits of its own.
    ties : str, or (str, tuple of str) pairs
        How orders alike in price stand: a rule, the path of a value that names one, or the keys of each side.
    k : Expression or None
        Where between the two limits the price of a pair lies.
    takers : bool
        Whether orders without a price are taken.
    accounts : tuple of str
        Accounts that may buy.
    transfers : str or Choice
        ``none``, ``also``, ``only``, ``with_segment``.
    segments : bool
        Whether its orders deliver ten days of a month, which each of them names.
    """

    id: str
    how: str
    annual: bool = False
    group: str = ""
    clamp: bool = False
    price_floor: Expression | None = None
    price_cap: Expression | None = None
    ties: str | tuple[tuple[str, tuple[str, ...]], ...] = "time"
    k: Expression | None = None
    heat_priority: bool | ValueOf = False
    takers: bool = False
    accounts: tuple[str, ...] = ()
    transfers: str | Choice = "none"
    segments: bool = False
    clause: str = ""
    rules: Mapping[str, object] = field(default_factory=dict, hash=False)
    """Window, closing day, announcement and delivery, as `gridsim.compliance.calendar` reads them."""


class FeeReturn(NamedTuple):
    """Who collects the fees of deviation; `returned_item`: they go back, by metered energy."""

    item: str
    payee: str
    returned_item: str = ""
    to: tuple[str, ...] = ()
    grid_table: str = ""
    clause: str = ""
    returned_clause: str = ""


class SoldItem(NamedTuple):
    """An item of a seller's own settlement."""

    item: str
    account: str
    price: Expression | None = None
    clause: str = ""


@dataclass(frozen=True)
class SellerShape:
    """How sellers settle by what they generated."""

    structural: SoldItem | None
    over: SoldItem
    under: SoldItem
    fee: SoldItem | None
    fee_free: Expression | None
    balance: SoldItem
    energy: SoldItem | None = None
    """What a seller is paid for, with the account that pays."""
    balance_if_none: str = ""
    """The account that the balance goes to where nothing was generated."""


@dataclass(frozen=True)
class ExplainedShape:
    """What an explanation says in a market's own words; all else it says in words that fit every market.

    Attributes
    ----------
    sentences : mapping of str to Words
        By where they stand, with the blanks that they have there (``docs/how-to/explain-a-position.md`` lists them).
    rests_on : mapping of str to tuple of str
        By step: values and readings of the rule set that it rests on, beside those that its expressions take.
    """

    sentences: Mapping[str, Words] = field(default_factory=dict)
    rests_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
