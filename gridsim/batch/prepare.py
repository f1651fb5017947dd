"""Making a point of a batch ready: check its largest draw, trade it, lay out the units that are to be settled."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gridsim.batch.draw_checks import check_largest_draw
from gridsim.batch.layout import Layout, lay_out
from gridsim.batch.load_tables import LoadTables, compile_load
from gridsim.batch.packing import pack_market
from gridsim.batch.traded import Traded, trade_market
from gridsim.core.draws.arrays import Groups, Portfolio
from gridsim.scenario.vary import varied

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.load_model import LoadModel
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario

    Ints = NDArray[np.int64]
    Scale = str | int | float | Decimal

__all__ = ["Prepared", "TradedPoint", "prepare", "prepare_units", "trade_point"]


@dataclass(frozen=True, eq=False)
class TradedPoint:
    """A point of a batch after trading: how its units can be cut is known, and any of them can be made ready.

    Attributes
    ----------
    rules : RuleSet
    year : int
    market : Traded
    load : LoadTables
    """

    rules: RuleSet
    year: int
    market: Traded
    load: LoadTables

    @property
    def work(self) -> Ints:
        """(U + 1,) what a draw of all units before takes; see `gridsim.batch.traded.Traded`."""
        return self.market.work


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
    market, groups : Portfolio, Groups
        The kernel's arrays.
    classes : int
    load : LoadTables
    unit_first : int
        Number of its first unit among all units of the point.
    """

    unit_ids: NDArray[np.object_]
    is_outside: NDArray[np.bool_]
    contract_kwh: Ints
    cell_start: Ints
    market: Portfolio
    groups: Groups
    classes: int
    load: LoadTables
    unit_first: int = 0

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides the numbers: points that agree in it, in seed and draw, have the same results."""
        digest = hashlib.sha256(self.load.digest.encode())
        digest.update("\0".join(self.unit_ids).encode())
        for array in (*self.market, *self.groups):
            digest.update(np.array(len(array), dtype="<i8").tobytes() + array.astype("<i8", copy=False).tobytes())
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


def trade_point(
    scenario: Scenario,
    load: LoadModel,
    *,
    contract_scale: Scale = 1,
    load_scale: Scale = 1,
    price_scale: Scale = 1,
    rules: RuleSet | None = None,
    markets: Callable[[Callable[[], Traded]], Traded] | None = None,
) -> TradedPoint:
    """Trade a point of a batch and decompose its contracts.

    Parameters
    ----------
    scenario : Scenario
    load : LoadModel
    contract_scale, load_scale, price_scale : str, int, float or Decimal
        At most 4 decimals, up to 100.
    rules : RuleSet, optional
        Instead of the scenario's own.
    markets : callable, optional
        Is given how to trade the point, and returns the market of another point that trades alike if it has one.

    Raises
    ------
    ScenarioError
        A scale or a distribution that cannot be used; a meter whose largest draw could leave the bounds of a run,
        which names the row.
    """
    point = varied(scenario, rules or scenario.rules, contracts=contract_scale, load=load_scale, prices=price_scale)
    tables = compile_load(load)
    check_largest_draw(point, tables)

    def make() -> Traded:
        return trade_market(point)

    return TradedPoint(point.rules, point.year, make() if markets is None else markets(make), tables)


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
    market, groups = pack_market(layout, point.rules, point.year)
    total = np.concatenate([[0], np.cumsum(market.contract)]).astype(np.int64)
    return Prepared(
        unit_ids=point.market.unit_ids[first:last],
        is_outside=point.market.is_outside[first:last],
        contract_kwh=total[market.position_start[1:]] - total[market.position_start[:-1]],
        cell_start=market.cell_start[market.position_start],
        market=market,
        groups=groups,
        classes=point.market.classes,
        load=point.load,
        unit_first=first,
    )
