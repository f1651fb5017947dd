"""A table of tariffs with a row for each price, as the one with a column for each that everything else reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.tables.faults import columns_in_words
from gridsim.tables.raw import RawTable
from gridsim.tables.read import read_table
from gridsim.units import PRICE_DECIMALS
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.columns import Table
    from gridsim.errors import Fault
    from gridsim.tables.read_table import ReadTable

    Rate = tuple[str, str]

__all__ = ["tariffs_in_columns"]

_PRICES = ("price", "per_apparent", "per_demand")
_TEXTS = ("tariff_class", "voltage", "item", "period", "effective_from", "source")


def tariffs_in_columns(
    rows: ReadTable, table: Table, year: int | None, *, in_our_unit: bool = True
) -> tuple[ReadTable | None, list[Fault]]:
    """Prices of a row each as the columns of a table.

    A price holds until the next of its own; a row of the table begins wherever any of a rate's prices does, from the
    month on in which all of them are there. The rows stand in the order of the rows that begin them.

    Parameters
    ----------
    rows : ReadTable
        With the columns of ``table.other_form``.
    table : Table
        With a column for each price.
    year : int or None
        Of the scenario, if it is known.
    in_our_unit : bool
        Whether the prices are yuan/MWh as they stand; of others, those per kVA or kW are no multiple.

    Returns
    -------
    found : ReadTable or None
        None if any row is faulty.
    faults : list of Fault
    """
    names = {column.name: column.may_lack for column in table if column.kind in _PRICES}
    prices = _Prices(rows, names)
    faults = [*prices.wrong_periods(), *prices.duplicates(), *prices.missing(table)]
    if not in_our_unit:
        faults += prices.in_another_unit({column.name for column in table if column.kind != "price"})
    if faults or any(is_bad.any() for is_bad in rows.bad.values()):
        return None, faults
    made: dict[str, list[object]] = {column.name: [] for column in table}
    numbers: list[int] = []
    for first, rate, since, now in sorted(prices.rows()):
        for name, cell in (("tariff_class", rate[0]), ("voltage", rate[1]), ("effective_from", since or None)):
            made[name].append(cell)
        made["source"].append(prices.text("source", first))
        for name in names:
            made[name].append(prices.price(now[name]) if name in now else None)
        numbers.append(rows.row_number(first))
    columns = {
        name: pa.array(cells, pa.decimal128(38, PRICE_DECIMALS) if name in names else pa.string())
        for name, cells in made.items()
    }
    return read_table(RawTable(table, rows.file, columns, len(numbers), np.array(numbers, dtype=np.int64)), year)


class _Prices:
    """The prices of each rate by column and month; rows with a fault are passed over.

    Parameters
    ----------
    rows : ReadTable
    names : mapping of str to bool
        The columns of the table that hold prices, and whether a rate may lack it.

    Attributes
    ----------
    of_rate : dict of (str, str) to dict of str to dict of str to int
        By tariff class and voltage, column of the table, and first month: the position of the row.
    """

    def __init__(self, rows: ReadTable, names: Mapping[str, bool]) -> None:
        self._rows, self._names = rows, names
        self._texts = {name: rows.frame[name].astype(object).tolist() for name in _TEXTS}
        self.of_rate: dict[Rate, dict[str, dict[str, int]]] = {}
        self._twice: list[tuple[int, int]] = []
        self._without: list[int] = []
        self._with: list[int] = []
        usable = rows.usable(*(name for name in _TEXTS if name != "source"))
        for position in np.flatnonzero(usable).tolist():
            self._take(position)

    def rows(self) -> Iterator[tuple[int, Rate, str, dict[str, int]]]:
        """The rows of the table: the row of a price that begins each, its rate, month, and where each price stands."""
        for rate, found in self.of_rate.items():
            for since in sorted({month for each in found.values() for month in each}):
                now = {name: _in_force(each, since) for name, each in found.items()}
                begun = {name: place for name, place in now.items() if place is not None}
                if all(name in begun or self._names[name] for name in now):
                    first = min(each[since] for each in found.values() if since in each)
                    yield first, rate, since, begun

    def text(self, name: str, position: int) -> str | None:
        """What stands in a cell of a row."""
        cell = self._texts[name][position]
        return cell if isinstance(cell, str) else None

    def price(self, position: int) -> Decimal:
        """The price of a row [yuan/MWh]."""
        return Decimal(int(self._rows.frame["price_micro_yuan_per_kwh"].iloc[position])).scaleb(-PRICE_DECIMALS)

    def _take(self, position: int) -> None:
        item, period = self.text("item", position), self.text("period", position)
        name = item if period is None else f"{item}_{period}"
        if name not in self._names:
            (self._without if period is None else self._with).append(position)
            return
        assert name is not None
        rate = (str(self.text("tariff_class", position)), str(self.text("voltage", position)))
        since = self.text("effective_from", position) or ""
        of_name = self.of_rate.setdefault(rate, {}).setdefault(name, {})
        if since in of_name:
            self._twice.append((position, of_name[since]))
        else:
            of_name[since] = position

    def wrong_periods(self) -> Iterator[Fault]:
        """A period that is missing, or stands where the price has none."""
        yield from self._rows.faults(
            self._without, ("item", "period"), Sentence("a price by period without its period"), Sentence("a period")
        )
        yield from self._rows.faults(
            self._with, ("item", "period"), Sentence("a period of a price that holds in all"), Sentence("nothing")
        )

    def duplicates(self) -> Iterator[Fault]:
        """Two rows for one price from one month on."""
        first_of = dict(self._twice)

        def message(position: int) -> Sentence:
            return Sentence("duplicate row: row {row} has the same", row=self._rows.row_number(first_of[position]))

        key = self._rows.table.key
        yield from self._rows.faults(
            sorted(first_of),
            key,
            message,
            Sentence("one row for each {codes}", codes=columns_in_words(self._rows.table[name] for name in key)),
            kind=Sentence("duplicate row"),
        )

    def in_another_unit(self, names: Collection[str]) -> Iterator[Fault]:
        """Prices of no energy in a column whose heading names another unit of energy than ours."""
        found = sorted(
            row for of_rate in self.of_rate.values() for name in names for row in of_rate.get(name, {}).values()
        )
        yield from self._rows.faults(
            found,
            ("item", "price_yuan_per_mwh"),
            Sentence("a price per kVA or kW, in a column of prices per energy in another unit than MWh"),
            Sentence("a heading without a unit, or a table with a column for each price"),
        )

    def missing(self, table: Table) -> Iterator[Fault]:
        """Rates that lack a price altogether."""
        if self._without or self._with or self._rows.bad or self._rows.left_out:
            return  # it may be the one that could not be read
        names = [column.name for column in table if column.kind in _PRICES and not column.may_lack]
        first = {rate: min(min(each.values()) for each in found.values()) for rate, found in self.of_rate.items()}
        lacking = {first[rate]: [name for name in names if name not in found] for rate, found in self.of_rate.items()}
        yield from self._rows.faults(
            [position for position, lacks in lacking.items() if lacks],
            ("tariff_class", "voltage"),
            lambda position: Sentence("no price {codes}", codes=named(lacking[position])),
            Sentence("a row for each of {codes}", codes=named(names)),
            kind=Sentence("a price that is missing"),
        )


def _in_force(of_name: dict[str, int], month: str) -> int | None:
    """The row that holds in a month; none before the first."""
    begun = [since for since in of_name if since <= month]
    return of_name[max(begun)] if begun else None
