"""What the tables hold about one unit's month, read once and as integers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gridsim.arrow import dicts, distinct, rows_where
from gridsim.calendar import day_of_month, days_in_month
from gridsim.errors import ResultError
from gridsim.explain.arithmetic import split
from gridsim.explain.cells import Cell, TariffRow, User
from gridsim.explain.changed import LegsChanged, changed
from gridsim.explain.leg_order import keys_of_legs
from gridsim.explain.legs import Leg, leg_of
from gridsim.explain.model import Transfer
from gridsim.explain.month_prices import MonthPrices
from gridsim.explain.moves import moves_of
from gridsim.explain.part_weights import load_of_parts
from gridsim.explain.retail_facts import RetailMonth, retail_month
from gridsim.rules.shape import CORRECTION, TAIL_ITEMS, TAIL_OF_TABLE
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pyarrow as pa

    from gridsim.explain.leg_order import LegKeys
    from gridsim.explain.moves import Moves
    from gridsim.explain.part_weights import LoadOfParts
    from gridsim.explain.source import ResultFacts
    from gridsim.rules.shape import MarketShape

__all__ = [
    "UnitMonth",
    "cells_of",
    "gather",
    "tariff_parts",
    "tariff_period_of",
    "transfers_of",
    "users_named",
]


@dataclass(frozen=True)
class UnitMonth:
    """Everything about a settlement unit's month.

    Attributes
    ----------
    unit, buyer, mode, month : str
    buyer_name : str or None
    is_retailer : bool
    legs : tuple of Leg
        In the order of the table.
    cells : mapping of str to tuple of Cell
        By product, in the order of the meter table.
    left : tuple of User
        Users of the unit that have left the market by this month.
    gone : tuple of User
        Users of the unit in earlier months that belong to another one in this.
    keys : mapping of str to LegKeys
        By leg, by which legs are filled in order; none where they are filled in proportion.
    month_prices : MonthPrices
    positions : mapping of (str, bool) to dict
        Rows of `positions` by product and trial.
    leg_settlement, cell_settlement : mapping
        Rows by (leg, trial) and (user, period, tariff period, trial).
    ledger : tuple of Transfer
    moves : Moves
    changed : mapping of str to tuple of LegsChanged
        By product, what a what-if made of the contracts as traded.
        Contract energy of its products that changed hands.
    retail : RetailMonth or None
        Retail contracts of its users.
    retail_lines : tuple of Transfer
        What they pay by them.
    corrections : tuple of Transfer
        Of earlier months.
    """

    unit: str
    buyer: str
    mode: str
    month: str
    buyer_name: str | None
    is_retailer: bool
    legs: tuple[Leg, ...]
    cells: Mapping[str, tuple[Cell, ...]]
    left: tuple[User, ...]
    gone: tuple[User, ...]
    keys: Mapping[str, LegKeys]
    month_prices: MonthPrices
    positions: Mapping[tuple[str, bool], Mapping[str, Any]]
    leg_settlement: Mapping[tuple[str, bool], Mapping[str, Any]]
    cell_settlement: Mapping[tuple[str, str, str, bool], Mapping[str, Any]]
    ledger: tuple[Transfer, ...]
    moves: Moves
    changed: Mapping[str, tuple[LegsChanged, ...]]
    retail: RetailMonth | None = None
    retail_lines: tuple[Transfer, ...] = ()
    corrections: tuple[Transfer, ...] = ()

    @property
    def has_own_periods(self) -> bool:
        """Whether any of its energy stands in another period than that of the tariff."""
        return any(cell.by_tariff is not cell for cells in self.cells.values() for cell in cells)

    def legs_of(self, product: str) -> tuple[Leg, ...]:
        """The legs of one product."""
        return tuple(leg for leg in self.legs if leg.product == product)


def gather(source: ResultFacts, unit: str, month: str) -> UnitMonth:
    """Read a unit's month. The unit has a position there."""
    exact = source.exact
    here = {"unit_id": unit, "month": month}
    buyer, mode = source.buyer_and_mode(unit)
    rows_of_legs = dicts(exact.arrow("legs", here))
    legs = tuple(map(leg_of, rows_of_legs))
    by_product: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of_legs:
        by_product[row["product"]].append(row)
    of_legs = {"leg_id": [leg.id for leg in legs]}
    cell_rows = dicts(exact.arrow("cell_settlement", here))
    users = users_named(source, {row["user_id"] for row in cell_rows}, month)
    tariffs, load = tariff_parts(source, users.values(), month), load_of_parts(source, users, month)
    shape = source.rules.shape
    of_mode = shape.product_of_cell[shape.mode_ids.index(mode)]
    product_of = {period: shape.product_ids[number] for period, number in zip(shape.periods, of_mode, strict=True)}
    cells: dict[str, list[Cell]] = defaultdict(list)
    for row in cell_rows:
        if not row["trial"]:
            user, period = row["user_id"], row["period"]
            product = product_of[period]
            terms = row["metered_kwh"], tariffs[user], tariff_period_of(row), load
            cells[product] += cells_of(users[user], period, *terms)
    is_retailer, buyer_name = _buyer(source, buyer)
    lines = transfers_of(dicts(exact.arrow("ledger", here)))
    return UnitMonth(
        unit=unit,
        buyer=buyer,
        mode=mode,
        month=month,
        buyer_name=buyer_name,
        is_retailer=is_retailer,
        legs=legs,
        cells={product: tuple(members) for product, members in cells.items()},
        left=_users_that_left(source, buyer, mode, month, is_retailer=is_retailer),
        gone=_users_gone_over(source, buyer, mode, month),
        positions={(row["product"], row["trial"]): row for row in dicts(exact.arrow("positions", here))},
        keys=keys_of_legs(source, legs, month),
        month_prices=MonthPrices(source, month),
        leg_settlement={(row["leg_id"], row["trial"]): row for row in dicts(exact.arrow("leg_settlement", of_legs))},
        cell_settlement={
            (row["user_id"], row["period"], tariff_period_of(row), row["trial"]): row for row in cell_rows
        },
        ledger=tuple(line for line in lines if line.item not in TAIL_ITEMS),
        moves=moves_of(source, month, {leg.product for leg in legs}),
        changed={product: changed(source, rows) for product, rows in by_product.items()},
        retail=retail_month(source, users, month),
        retail_lines=tuple(line for line in lines if line.item in TAIL_OF_TABLE["retail_contracts"]),
        corrections=tuple(line for line in lines if line.item == CORRECTION),
    )


def transfers_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Transfer, ...]:
    """Rows of the ledger as transfers."""
    return tuple(
        Transfer(
            line=row["line"],
            item=row["item"],
            payer=row["payer"],
            payee=row["payee"],
            user_id=row["user_id"],
            leg_id=row["leg_id"],
            period=row["period"],
            energy_kwh=row["energy_kwh"],
            price_micro_yuan_per_kwh=row["price_micro_yuan_per_kwh"],
            amount_micro_yuan=row["amount_micro_yuan"],
            clause=row["clause"],
            trial=row["trial"],
            tariff_period=row.get("tariff_period") or row["period"],
            unit_id=row["unit_id"],
            corrects_month=row.get("corrects_month"),
            corrects_item=row.get("corrects_item"),
        )
        for row in rows
    )


def tariff_period_of(row: Mapping[str, Any]) -> str:
    """The tariff period of a row of cells; results of 0.1 have none, nor periods of one's own."""
    return str(row.get("tariff_period") or row["period"])


def users_named(source: ResultFacts, ids: Iterable[str], month: str) -> dict[str, User]:
    """Users by id, as they are in a month."""
    rows = rows_where(source.input("users"), {"user_id": list(ids)})
    held = (source.rows_of_users.in_month(row, month) for row in rows)
    return {user.id: user for user in _users(held, source.rules.shape)}


def _users(rows: Iterable[Mapping[str, Any]], shape: MarketShape) -> Iterable[User]:
    only_mode = shape.mode_ids[0]  # a market of one mode need not say whose it is
    for row in rows:
        yield User(
            id=row["user_id"],
            name=row.get("name"),
            tariff_class=row["tariff_class"],
            voltage=row["voltage"],
            is_peak_valley=bool(row.get("peak_valley_tariff")),
            mode=row.get("mode") or only_mode,
            retailer=row.get("retailer_id"),
            exit_month=row.get("exit_month"),
            is_priority=bool(row.get("priority_purchase")),
            since=row.get("effective_from"),
        )


def cells_of(
    user: User, period: str, metered: int, tariffs: Sequence[TariffRow], tariff_period: str, load: LoadOfParts
) -> tuple[Cell, ...]:
    """A row of cells as what it settles by: one cell, or one for each part of a month in which a tariff begins."""
    if len(tariffs) == 1:
        return (Cell(user, period, metered, tariffs[0], tariff_period),)
    of_parts: Sequence[int | None] = load.get((user.id, period, tariff_period), ())
    if len(of_parts) != len(tariffs) or not any(of_parts):
        of_parts = [None] * len(tariffs)
    weights = [tariff.days if kwh is None else kwh for tariff, kwh in zip(tariffs, of_parts, strict=True)]
    parts = zip(split(metered, weights), tariffs, of_parts, strict=True)
    return tuple(
        Cell(user, period, share.value, tariff, tariff_period, part, kwh)
        for part, (share, tariff, kwh) in enumerate(parts)
    )


def tariff_parts(source: ResultFacts, users: Iterable[User], month: str) -> dict[str, tuple[TariffRow, ...]]:
    """The tariffs of each user in a month: that of its first day, and those that begin within it (rulebook part 15).

    Raises
    ------
    ResultError
        There is none, so that the inputs are not those of the results.
    """
    table = source.input("tariffs")
    of_rate: dict[tuple[str, str], tuple[TariffRow, ...]] = {}
    of_user = {}
    for user in users:
        rate = (user.tariff_class, user.voltage)
        if rate not in of_rate:
            of_rate[rate] = tuple(_tariffs(table, rate, month, source.rules.shape))
        of_user[user.id] = of_rate[rate]
    return of_user


def _tariffs(table: pa.Table, rate: tuple[str, str], month: str, shape: MarketShape) -> Iterator[TariffRow]:
    rows = rows_where(table, {"tariff_class": rate[0], "voltage": rate[1]})
    days = {row.get("effective_from") or "" for row in rows}
    begins = ["", *sorted(day for day in days if len(day) > len(month) and day.startswith(month))]
    starts = [*(day_of_month(day) if day else 1 for day in begins), days_in_month(month) + 1]
    for place, day in enumerate(begins):
        tariff = _tariff(rows, table, rate, day or month, shape)
        yield replace(tariff, begins=day, days=starts[place + 1] - starts[place])


def _tariff(
    rows: list[dict[str, Any]], table: pa.Table, rate: tuple[str, str], month: str, shape: MarketShape
) -> TariffRow:
    in_force = [row for row in rows if (row.get("effective_from") or "") <= month]
    if not in_force:
        raise ResultError(
            Sentence(
                "the table of tariffs has no row of {tariff_class} at {voltage} for {month}",
                tariff_class=rate[0],
                voltage=rate[1],
                month=month,
            )
        )
    in_force.sort(key=lambda row: row.get("effective_from") or "")  # of equal ones the order stays
    if "item" in table.column_names:
        cells = {(row["item"], row.get("period")): row for row in in_force}
        row = min(cells.values(), key=lambda row: row["number"])
    else:
        cells = {}
        row = max(in_force, key=lambda row: row.get("effective_from") or "")

    def price(item: str, period: str | None) -> int:
        if cells:
            return int(cells[item, period]["price_micro_yuan_per_kwh"])
        name = item if period is None else f"{item}_{period}"
        return int(row[f"{name}_micro_yuan_per_kwh"])

    return TariffRow(
        row=row["number"],
        tariff_class=rate[0],
        voltage=rate[1],
        by_period={
            item.id: {period: price(item.id, period) for period in shape.periods}
            for item in shape.tariff
            if item.by_period
        },
        by_rate={item.id: price(item.id, None) for item in shape.tariff if not item.by_period},
        effective_from=row.get("effective_from"),
        source=row.get("source"),
    )


def _buyer(source: ResultFacts, buyer: str) -> tuple[bool, str | None]:
    """Whether a buyer is a retailer, and its name."""
    retailers = rows_where(source.input("retailers"), {"retailer_id": buyer})
    if retailers:
        return True, retailers[0].get("name")
    users = users_named(source, [buyer], "")
    return False, users[buyer].name if buyer in users else None


def _users_that_left(source: ResultFacts, buyer: str, mode: str, month: str, *, is_retailer: bool) -> tuple[User, ...]:
    table = source.input("users")
    if "exit_month" not in table.column_names:
        return ()
    exits = [exit_month for exit_month in distinct(table.column("exit_month")) if exit_month <= month]
    where = {"retailer_id" if is_retailer else "user_id": buyer, "mode": mode, "exit_month": exits}
    if "mode" not in table.column_names:
        del where["mode"]
    if not source.rows_of_users.later:
        rows: Iterable[Mapping[str, Any]] = rows_where(table, where)
    else:
        del where["retailer_id" if is_retailer else "user_id"]
        held = (source.rows_of_users.in_month(row, month) for row in rows_where(table, where))
        rows = [row for row in held if (row.get("retailer_id") or row["user_id"]) == buyer]
    return tuple(user for user in _users(rows, source.rules.shape) if not user.is_priority)


def _users_gone_over(source: ResultFacts, buyer: str, mode: str, month: str) -> tuple[User, ...]:
    """Users that a buyer had in an earlier month of the year and has no longer (rulebook part 15)."""
    later = source.rows_of_users.later
    if not later:
        return ()
    found = []
    for row in rows_where(source.input("users"), {"user_id": list(later)}):
        begun = [row, *(each for each in later[row["user_id"]] if each["effective_from"] <= month)]
        buyers = [each.get("retailer_id") or each["user_id"] for each in begun]
        (user,) = _users([source.rows_of_users.in_month(row, month)], source.rules.shape)
        if user.mode == mode and buyer in buyers[:-1] and buyers[-1] != buyer and not user.is_priority:
            found.append(user)
    return tuple(found)
