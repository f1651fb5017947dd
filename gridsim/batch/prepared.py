"""Units of a point made ready for their draws: arrays for the kernel, with prices and bands laid over a layout."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.batch.items import TABLES, items_of_tables
from gridsim.batch.layout import Layout, lay_out
from gridsim.batch.market import TradedPoint, starts_of, trade_point
from gridsim.batch.packed import Packed, pack_market
from gridsim.core.draws.arrays import Portfolio
from gridsim.settlement.monthly import monthly_rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.drawn_load import LoadModel, LoadTables
    from gridsim.batch.market import Traded
    from gridsim.rules import RuleSet
    from gridsim.rules.schema import Billing
    from gridsim.scenario import Scenario
    from gridsim.settlement.monthly import MonthlyRules

    Ints = NDArray[np.int64]
    Scale = str | int | float | Decimal

__all__ = ["Prepared", "prepare", "prepare_units"]


class AsRuns(NamedTuple):
    """What draws are settled from, as runs are, where the kernel doesn't know all that is settled."""

    traded: Traded
    rules: MonthlyRules
    billing: Billing
    """Values of the rule set."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """Units of a point with trading and contracts done: what is left is to draw and to settle.

    Attributes
    ----------
    unit_ids : (U,) object array
        Ids of settlement units, then of the users outside the market: those who left it have a row of their own
        beside the unit that they were in.
    is_outside : (U,) bool array
    contract_kwh : (U,) int64 array
        The year's contracts, the same in every draw.
    cell_start : (U + 1,) int64 array
        Meter cells by unit, added up.
    packed : Packed
        The kernel's arrays.
    periods : int
        How many the market has.
    classes : int
    load : LoadTables
    transferred : (U,) int64 array
        Money of transfers, the same in every draw [micro-yuan].
    party, party_ids, is_retailer : (U,) array
        Whose the units are, as `gridsim.batch.market.Traded` has it.
    product : (P,) int64 array
        Of each position, among `products`.
    transferred_at : (P,) int64 array
        Money of transfers by position [micro-yuan].
    products : tuple of str
    unit_first : int
        Number of its first unit among all units of the point.
    as_runs : AsRuns or None
        Of a market with retail contracts or bills.
    """

    unit_ids: NDArray[np.object_]
    is_outside: NDArray[np.bool_]
    contract_kwh: Ints
    cell_start: Ints
    packed: Packed
    periods: int
    classes: int
    load: LoadTables
    transferred: Ints
    party: Ints
    party_ids: NDArray[np.object_]
    is_retailer: NDArray[np.bool_]
    product: Ints
    transferred_at: Ints
    products: tuple[str, ...]
    unit_first: int = 0
    as_runs: AsRuns | None = None

    @property
    def market(self) -> Portfolio:
        """Units, positions, legs and cells."""
        return self.packed.market

    @property
    def items(self) -> tuple[str, ...]:
        """The items of the ledger, as the rows of money have them."""
        if self.as_runs is None:
            return self.packed.items
        *items, transfer = self.packed.items
        asked = (self.as_runs.traded.retail, self.as_runs.traded.bills)
        return (*items, *items_of_tables([name for name, of in zip(TABLES, asked, strict=True) if of]), transfer)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides the numbers: points that agree in it, in seed and draw, have the same results."""
        digest = hashlib.sha256(self.load.digest.encode())
        digest.update("\0".join(self.unit_ids).encode())
        moved = (self.transferred,) if self.transferred.any() else ()
        digest.update("\0".join(self.items).encode())
        if self.as_runs is not None:
            traded, rules, billing = self.as_runs
            if traded.retail is not None:
                digest.update(traded.retail.digest.encode())
                digest.update(repr(rules.texts("retail.overrun_delivery")).encode())
            if traded.bills is not None:
                digest.update(traded.bills.digest.encode())
                digest.update(repr(billing).encode())
        terms = self.packed.terms
        arrays = (*self.market, *self.packed.groups, *terms.plans, *terms.prices, *terms.programs, terms.fee_row)
        for array in (*arrays, *moved):
            digest.update(np.array(array.shape, dtype="<i8").tobytes() + array.astype("<i8", copy=False).tobytes())
        return digest.hexdigest()

    @property
    def cells(self) -> int:
        """How many meter cells there are."""
        return int(self.cell_start[-1])

    @property
    def work(self) -> Ints:
        """(U + 1,) what a draw of all units before takes: a cell, a leg or half a position each counts as one."""
        position = self.market.position_start
        return self.cell_start + self.market.leg_start[position] + 2 * position

    @property
    def party_start(self) -> Ints:
        """(parties + 1,) where the units of each party begin."""
        return starts_of(self.party)


def prepare(
    scenario: Scenario,
    load: LoadModel,
    *,
    contract_scale: Scale = 1,
    load_scale: Scale = 1,
    price_scale: Scale = 1,
    rules: RuleSet | None = None,
) -> Prepared:
    """Make all units of a point ready: `trade_point` and `prepare_units` in one."""
    point = trade_point(
        scenario, load, contract_scale=contract_scale, load_scale=load_scale, price_scale=price_scale, rules=rules
    )
    return prepare_units(point, 0, len(point.market.unit_ids))


def prepare_units(
    point: TradedPoint, first: int, last: int, layouts: Callable[[Callable[[], Layout]], Layout] | None = None
) -> Prepared:
    """Make units `first` up to, not including, `last` of a point ready for their draws.

    Parameters
    ----------
    point : TradedPoint
    first, last : int
    layouts : callable, optional
        Is given how to lay the units out, and returns the layout of another point that trades alike if it has one.
    """

    def make() -> Layout:
        return lay_out(point.market, first, last, has_period=len(point.load.factors.period) > 0)

    layout = make() if layouts is None else layouts(make)
    packed = pack_market(layout, point.rules, point.year)
    market = packed.market
    total = np.concatenate([[0], np.cumsum(market.contract)]).astype(np.int64)
    return Prepared(
        unit_ids=point.market.unit_ids[first:last],
        is_outside=point.market.is_outside[first:last],
        contract_kwh=total[market.position_start[1:]] - total[market.position_start[:-1]],
        cell_start=market.cell_start[market.position_start],
        packed=packed,
        periods=len(point.rules.shape.periods),
        classes=point.market.classes,
        load=point.load,
        transferred=point.market.transferred[first:last],
        party=point.market.party[first:last],
        party_ids=point.market.party_ids[first:last],
        is_retailer=point.market.is_retailer[first:last],
        product=layout.positions.product,
        transferred_at=point.market.transferred_at[slice(*point.market.position_start[[first, last]])],
        products=tuple(point.rules.shape.product_ids),
        unit_first=first,
        as_runs=_as_runs(point),
    )


def _as_runs(point: TradedPoint) -> AsRuns | None:
    if point.market.retail is None and point.market.bills is None:
        return None
    rules = monthly_rules(point.rules, point.year, point.market.prices)
    return AsRuns(point.market, rules, point.rules.values.billing)
