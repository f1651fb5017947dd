"""The shape of a market: its lists of periods, products, modes, bands, charges and accounts, in one object (part 9).

What differs from market to market is its shape. Code that takes it from here names no period, product, mode, band,
charge, account or kind of session, and works for any number of them. `gridsim.rules.shape_file` reads it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from gridsim.rules.shape_lists import Choice, ExplainedShape, Scale

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gridsim.rules.expression import Expression
    from gridsim.rules.shape_lists import (
        ChargeShape,
        ClosingShape,
        FeeReturn,
        HoursEntry,
        ModeShape,
        OffTariff,
        ProductShape,
        RegimeShape,
        SellerShape,
        SessionKind,
        TariffItem,
    )
    from gridsim.rules.wording import Words

__all__ = [
    "CORRECTION",
    "ENERGY",
    "FEE",
    "FILINGS",
    "GRID",
    "MARKET",
    "OF_BILLS",
    "OVERRUN",
    "SHORTFALL",
    "TAIL_ITEMS",
    "TAIL_OF_TABLE",
    "TRANSFER",
    "WITHIN_UNITS",
    "MarketShape",
    "unit_id",
]

ENERGY, SHORTFALL, OVERRUN, TRANSFER, FEE = "energy", "shortfall", "overrun", "transfer", "deviation_fee"
"""Items of the ledger that every market may have: gridsim's own words."""
TAIL_OF_TABLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "retail_contracts": ("retail_energy", "retail_delivery", "retail_deviation"),
        "billing": ("capacity", "demand", "power_factor"),
        "corrections": ("correction",),
    }
)
"""Items of lines behind all others of the ledger, by the table that asks for them (rulebook parts 13, 14, 16)."""
(CORRECTION,) = TAIL_OF_TABLE["corrections"]
"""The item of lines that put another month right."""
WITHIN_UNITS = TAIL_OF_TABLE["retail_contracts"]
"""Items that a unit's users pay its buyer: no part of what the unit and its users pay in all."""
TAIL_ITEMS = tuple(item for items in TAIL_OF_TABLE.values() for item in items)
OF_BILLS = tuple(item for item in TAIL_ITEMS if item != CORRECTION)
"""Those that stand on users' bills alone, in no statement of a unit."""
FILINGS = "filings"
"""How a kind of session makes contracts that were agreed on outside of it."""
MARKET = "MARKET"
"""The account that stands between buyers and sellers; reserved in every set."""
GRID = "GRID"
"""The account of who delivers the energy, where a set has one of this name: users owe it the rest of their bill."""


def unit_id(buyer: str, mode: str) -> str:
    """The id of a buyer's settlement unit of a mode: the one place that makes it (rulebook part 2)."""
    return f"{buyer}/{mode}"


@dataclass(frozen=True)
class MarketShape:
    """The lists of a market.

    Attributes
    ----------
    periods : tuple of str
        In display order.
    hours : tuple of HoursEntry
        The first that fits holds.
    products : tuple of ProductShape
    modes : tuple of ModeShape
    tariff : tuple of TariffItem
    accounts : tuple of str
        Parties that are no participant.
    coefficients : tuple of Expression
        By period; none where the market has none.
    off_tariff : OffTariff or None
    scale : Scale
    regimes : tuple of RegimeShape
    outside : tuple of (str, tuple of ChargeShape)
        What users without a unit pay, by why they have none: ``left_market``, ``priority_purchase``. Missing: such a
        user is a fault.
    direct : bool
        Whether a buyer pays each leg's seller; else both pay and are paid by `MARKET`.
    order_of_legs : tuple
        Keys by which the legs are filled one after the other; none: in proportion.
    fees : FeeReturn or None
    sellers : SellerShape or None
    sessions : tuple of SessionKind
    without_sessions : tuple of SessionKind
        Filings and orders of a scenario without a table of sessions; none where that table is required.
    varieties : tuple of str
        Kinds of contract; an empty cell is the last of them.
    transfer_variety : str
        The kind of what a transfer made, where the order of legs asks for kinds; empty: it keeps its own.
    closing : tuple of ClosingShape
    checks : tuple of str
    check_clauses : mapping of str to str
    transfer_clause : str
    words : mapping of str to mapping of str to Words
        Names, by list (``periods``, ``products``, ``modes``, ``items``, ``accounts``, ``sessions``, ``regimes``,
        ``tariff``, ``varieties``, ``sources`` (of `SessionKind.group`), ``market_prices``, ``notes``) and id. A note is
        a sentence of the market's own, such as who pays whom.
    also : mapping of str to mapping of str to tuple of str
        Other Chinese names that people write, by list and id; of a tariff by period, by ``ITEM_PERIOD``.
    meanings : mapping of str to mapping of str to str
        What the things of a list mean in a few English words, where the name does not say it, by list and id.
    explained : ExplainedShape
    """

    periods: tuple[str, ...]
    hours: tuple[HoursEntry, ...]
    products: tuple[ProductShape, ...]
    modes: tuple[ModeShape, ...]
    tariff: tuple[TariffItem, ...]
    accounts: tuple[str, ...]
    coefficients: tuple[Expression, ...] = ()
    off_tariff: OffTariff | None = None
    regimes: tuple[RegimeShape, ...] = ()
    outside: tuple[tuple[str, tuple[ChargeShape, ...]], ...] = ()
    direct: bool = True
    order_of_legs: tuple[object, ...] = ()
    fees: FeeReturn | None = None
    sellers: SellerShape | None = None
    sessions: tuple[SessionKind, ...] = ()
    without_sessions: tuple[SessionKind, ...] = ()
    varieties: tuple[str, ...] = ()
    closing: tuple[ClosingShape, ...] = ()
    checks: tuple[str, ...] = ()
    check_clauses: Mapping[str, str] = field(default_factory=dict, hash=False)
    transfer_clause: str = ""
    transfer_variety: str = ""
    scale: Scale = field(default_factory=Scale)
    words: Mapping[str, Mapping[str, Words]] = field(default_factory=dict, hash=False, repr=False)
    also: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict, hash=False, repr=False)
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False, repr=False)
    explained: ExplainedShape = field(default_factory=ExplainedShape, hash=False, repr=False)

    @cached_property
    def all_accounts(self) -> tuple[str, ...]:
        """Those of the set, and behind them `MARKET`, the side of a deal that nobody names (rulebook part 12)."""
        return tuple(dict.fromkeys((*self.accounts, MARKET)))

    @cached_property
    def product_ids(self) -> tuple[str, ...]:
        """Ids of the products."""
        return tuple(product.id for product in self.products)

    @cached_property
    def mode_ids(self) -> tuple[str, ...]:
        """Ids of the modes."""
        return tuple(mode.id for mode in self.modes)

    @cached_property
    def charge_items(self) -> tuple[str, ...]:
        """Items of charges of cells, then those of users outside that are no such item."""
        inside = (charge.item for mode in self.modes for charge in mode.charges)
        return tuple(dict.fromkeys((*inside, *(charge.item for _, charges in self.outside for charge in charges))))

    @cached_property
    def items(self) -> tuple[str, ...]:
        """What a line of the ledger can be, in the order of the lines of a position."""
        sellers: list[str] = []
        if self.sellers is not None:
            parts = (self.sellers.structural, self.sellers.over, self.sellers.under, self.sellers.balance)
            sellers = [part.item for part in parts if part is not None]
        fees = [item for item in (self.fees.item, self.fees.returned_item) if item] if self.fees is not None else []
        closing = [each.item for each in self.closing]
        return tuple(
            dict.fromkeys((ENERGY, SHORTFALL, OVERRUN, *self.charge_items, *fees, *sellers, *closing, TRANSFER))
        )

    @cached_property
    def grid_account(self) -> str:
        """The account of who delivers the energy, to whom users owe the rest of their bill.

        That is `GRID`; in a set without such an account the one which the first charge of a mode pays, or the first.
        """
        if GRID in self.accounts:
            return GRID
        charges = (charge.payee for mode in self.modes for charge in mode.charges)
        return next(charges, self.accounts[0] if self.accounts else "")

    def items_with(self, tables: Container[str]) -> tuple[str, ...]:
        """`items`, and behind them those that tables of a scenario ask for.

        Parameters
        ----------
        tables : container of str
            The input tables that there are.
        """
        return (*self.items, *(item for table, of in TAIL_OF_TABLE.items() if table in tables for item in of))

    def accounts_with(self, tables: Container[str]) -> tuple[str, ...]:
        """The accounts that lines may name: `MARKET` too, where deals or corrections may have sides that nobody names.

        Parameters
        ----------
        tables : container of str
            The input tables that there are.
        """
        return self.all_accounts if "deals" in tables or "corrections" in tables else self.accounts

    @cached_property
    def mode_of_product(self) -> NDArray[np.int64]:
        """(products,) the mode that trades each product."""
        import numpy as np  # loading a rule set needs none of it

        owner = {product: number for number, mode in enumerate(self.modes) for product in mode.products}
        return np.array([owner[product] for product in self.product_ids], dtype=np.int64)

    @cached_property
    def product_of_cell(self) -> NDArray[np.int64]:
        """(modes, periods) the product that the energy of a mode's user in a period belongs to."""
        import numpy as np

        found = np.empty((len(self.modes), len(self.periods)), dtype=np.int64)
        for number, product in enumerate(self.products):
            for period in product.periods:
                found[self.mode_of_product[number], self.periods.index(period)] = number
        return found

    @property
    def values_of_transfers(self) -> tuple[str, ...]:
        """The values by which kinds of session let contracted energy change hands, each once."""
        kinds = (*self.sessions, *self.without_sessions)
        return tuple(dict.fromkeys(kind.transfers.value for kind in kinds if isinstance(kind.transfers, Choice)))

    def products_of(self, mode: int) -> NDArray[np.int64]:
        """The products of a mode, in order."""
        import numpy as np

        return np.flatnonzero(self.mode_of_product == mode)

    def stands_for_all(self, where: str) -> int | None:
        """The period that stands for all for users off the peak-valley tariff; None where it does not.

        Parameters
        ----------
        where : str
            A mode, or ``regimes``, ``left_market``, ``priority_purchase``.
        """
        off = self.off_tariff
        if off is None or where not in (*off.modes, *off.also):
            return None
        return self.periods.index(off.period)
