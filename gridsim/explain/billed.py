"""A user's bill derived again, from inputs and from the ledger before it, and held against its lines (rulebook 13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.arrow import dicts, rows_where
from gridsim.explain.agree import same
from gridsim.explain.cells import Cell
from gridsim.explain.facts import cells_of, tariff_parts, tariff_period_of, transfers_of, users_named
from gridsim.explain.levied import levies_of
from gridsim.explain.part_weights import load_of_parts
from gridsim.explain.places import way_of
from gridsim.integrity.places import TablePlace
from gridsim.rules.shape import ENERGY, OVERRUN, TAIL_ITEMS, TAIL_OF_TABLE
from gridsim.settlement.power_factor import adjustment, adjustment_ratio, power_factor, steps_of

if TYPE_CHECKING:
    from gridsim.explain.cells import User
    from gridsim.explain.model import Transfer
    from gridsim.explain.source import ResultFacts
    from gridsim.io.table_sets import Where
    from gridsim.settlement.power_factor import FactorSteps

__all__ = ["Bill", "Charged", "Factor", "bill_of", "has_bills"]

_CAPACITY, _DEMAND, _POWER_FACTOR = TAIL_OF_TABLE["billing"]
_RETAIL_ENERGY, _RETAIL_DELIVERY, _ = TAIL_OF_TABLE["retail_contracts"]
_COLUMNS = {
    _CAPACITY: ("capacity_va", "capacity_milli_yuan_per_kva"),
    _DEMAND: ("demand_w", "demand_milli_yuan_per_kw"),
}


@dataclass(frozen=True, slots=True)
class Charged:
    """A charge without energy: its item, VA or W, 10⁻³ yuan per kVA or kW, their product [micro-yuan]."""

    item: str
    quantity: int
    price: int

    @property
    def amount(self) -> int:
        """[micro-yuan]."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Factor:
    """The adjustment by the power factor.

    Attributes
    ----------
    active, reactive : int
        [kWh], [kvarh]
    standard : str
    steps : FactorSteps
    factor : int or None
        [0.01] None without active energy.
    parts : tuple of (str, int)
        Of its base: money by item [micro-yuan].
    levies : tuple of (str, int)
        What is taken off: by item whose price contains it.
    is_known : bool
        Whether the user's energy has a price of its own; else there is no adjustment.
    """

    active: int
    reactive: int
    standard: str
    steps: FactorSteps
    factor: int | None
    parts: tuple[tuple[str, int], ...]
    levies: tuple[tuple[str, int], ...]
    is_known: bool

    @property
    def base(self) -> int:
        """[micro-yuan]."""
        return sum(amount for _, amount in self.parts) - sum(amount for _, amount in self.levies)

    @property
    def ratio(self) -> int:
        """What the adjustment is of the base [10⁻⁴]."""
        return 0 if self.factor is None else adjustment_ratio(self.factor, self.steps)

    @property
    def amount(self) -> int:
        """[micro-yuan]."""
        return adjustment(self.base, self.ratio) if self.is_known and self.factor is not None else 0


@dataclass(frozen=True)
class Bill:
    """A user's month: all that it pays or receives, and how what stands behind the settlement came about.

    Attributes
    ----------
    user : User
    month : str
    units : tuple of str
        Settlement units that its energy counts in; none outside the market.
    metered : tuple of Cell
    parts : tuple of Cell
        The same as it falls into the parts of a month within which a tariff begins (rulebook part 15).
    lines : tuple of Transfer
        Of the real ledger, in its order, those that the user pays or receives.
    charged : Charged or None
    factor : Factor or None
        None: no power factor is asked for.
    """

    user: User
    month: str
    units: tuple[str, ...]
    metered: tuple[Cell, ...]
    parts: tuple[Cell, ...]
    lines: tuple[Transfer, ...]
    charged: Charged | None
    factor: Factor | None

    def of(self, *items: str) -> tuple[Transfer, ...]:
        """Its lines of some items."""
        return tuple(line for line in self.lines if line.item in items)


def has_bills(source: ResultFacts) -> bool:
    """Whether users of this result have bills of their own."""
    return any(table in source.inputs for table in TAIL_OF_TABLE)


def bill_of(source: ResultFacts, user_id: str, month: str) -> Bill:
    """Derive a user's bill.

    Parameters
    ----------
    source : ResultFacts
    user_id, month : str

    Raises
    ------
    ResultError
        A line of the ledger is not what was derived.
    """
    user = users_named(source, [user_id], month)[user_id]
    where: Where = {"user_id": user_id, "month": month, "trial": False}
    rows = dicts(source.exact.arrow("cell_settlement", where))
    tariffs, load = tariff_parts(source, [user], month)[user_id], load_of_parts(source, [user_id], month)
    cells = tuple(Cell(user, row["period"], row["metered_kwh"], tariffs[0], tariff_period_of(row)) for row in rows)
    parts = tuple(
        part for cell in cells for part in cells_of(user, cell.period, cell.metered, tariffs, cell.tariff_period, load)
    )
    units = tuple(dict.fromkeys(row["unit_id"] for row in rows if row["unit_id"]))
    sides = [
        dicts(source.exact.arrow("ledger", {"month": month, "trial": False, side: user_id}))
        for side in ("payer", "payee")
    ]
    lines = sorted((row for side in sides for row in side), key=lambda row: int(row["line"]))
    given = rows_where(source.input("billing"), {"user_id": user_id, "month": month}) if _has(source) else []
    charged = _charged(source, user, month, given[0]) if given else None
    factor = _factor(source, user, month, given[0], cells, units, lines, charged) if given else None
    bill = Bill(user, month, units, cells, parts, transfers_of(lines), charged, factor)
    place = TablePlace("ledger", f"{user_id} {month}")
    for item in (_CAPACITY, _DEMAND):
        derived = charged.amount if charged is not None and charged.item == item else 0
        same(place, "amount_micro_yuan", sum(line.amount_micro_yuan for line in bill.of(item)), derived)
    stands = sum(line.amount_micro_yuan for line in bill.of(_POWER_FACTOR))
    same(place, "amount_micro_yuan", stands, 0 if factor is None else factor.amount)
    return bill


def _has(source: ResultFacts) -> bool:
    return "billing" in source.inputs


def _charged(source: ResultFacts, user: User, month: str, row: Mapping[str, Any]) -> Charged | None:
    for item, (column, tariff) in _COLUMNS.items():
        if row.get(column) is not None:
            rates = rows_where(source.input("tariffs"), {"tariff_class": user.tariff_class, "voltage": user.voltage})
            in_force = [each for each in rates if (each.get("effective_from") or "") <= month]
            latest = max(in_force, key=lambda each: each.get("effective_from") or "")
            return Charged(item, int(row[column]), int(latest[tariff]))
    return None


def _factor(
    source: ResultFacts,
    user: User,
    month: str,
    row: Mapping[str, Any],
    cells: tuple[Cell, ...],
    units: tuple[str, ...],
    lines: list[dict[str, Any]],
    charged: Charged | None,
) -> Factor | None:
    standard = row.get("power_factor_standard")
    if standard is None:
        return None
    mine = [line for line in lines if line["payer"] == user.id]
    way = way_of(source.rules, user.mode, month, trial=False)
    grid = source.rules.shape.grid_account
    beside = {charge.item for charge in way.charges if charge.payee == grid}
    energies: tuple[str, ...] = (ENERGY, OVERRUN) if user.retailer is None else (_RETAIL_ENERGY, _RETAIL_DELIVERY)
    outside = [line for line in mine if line["unit_id"] is None and line["item"] not in TAIL_ITEMS]
    of_base = [
        line for line in mine if line["unit_id"] is not None and line["payee"] == grid and line["item"] in beside
    ]
    of_base += [line for line in mine if line["item"] in energies]
    of_base += [line for line in outside if line["payee"] == grid]
    money: dict[str, int] = {} if charged is None else {charged.item: charged.amount}
    for line in of_base:
        money[line["item"]] = money.get(line["item"], 0) + line["amount_micro_yuan"]
    active = sum(cell.metered for cell in cells)
    reactive = int(row["reactive_kvarh"])
    return Factor(
        active=active,
        reactive=reactive,
        standard=standard,
        steps=steps_of(standard, source.rules.at(month).billing),
        factor=power_factor(active, reactive),
        parts=tuple(money.items()),
        levies=tuple(levies_of(source, user, month, way, mine, units)),
        is_known=user.retailer is None or not units or any(line["item"] in energies for line in mine),
    )
