"""The tables of a scenario and of a result as a market has them: `gridsim.columns` with the lists of its shape.

Both are functions of the `MarketShape` alone. A table that a market does not use is none of its input tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from gridsim.columns import BILLED_TARIFFS, INPUT_TABLES, Column, Table
from gridsim.names import NamingLanguage
from gridsim.result_columns import RESULT_TABLES
from gridsim.rules.corrected import corrected_items, uncorrected_items
from gridsim.rules.market_prices import market_prices_of

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import ChargeShape

__all__ = [
    "ITEM_MARKS",
    "METER_PARTS",
    "METER_PARTS_ZH",
    "TARIFF_PERIOD",
    "USER_CHANGES",
    "USER_CHANGES_ZH",
    "by_pairs_of_periods",
    "charge_columns",
    "input_tables",
    "result_tables",
    "retail_price_column",
    "scenario_tables",
    "table_of_frame",
    "tariff_columns",
]

USER_CHANGES = "user_changes"
"""The table of a scenario that holds the later rows of ``users`` (rulebook part 15); no file of its own."""

USER_CHANGES_ZH = "用户变更"

METER_PARTS = "meter_parts"
"""The table of a scenario that holds what ``load`` has in each part of a month in which a tariff begins (rulebook part
15); no file of its own."""

METER_PARTS_ZH = "电量分段"

TARIFF_PERIOD = "tariff_period"
"""The column of metered energy that only a scenario with periods of its own has (rulebook part 11)."""

ITEM_MARKS = ("item", "price_yuan_per_mwh")
"""The columns that tell a table of tariffs with a row for each price from one with a column for each."""

_PRICE_OF_ROW = "the price; of capacity and demand per kVA or kW and month"


@lru_cache(maxsize=256)  # a shape is the same for a whole run; property tests make many
def input_tables(shape: MarketShape) -> Mapping[str, Table]:
    """The tables of a scenario of this market, by name, in the order of the formats page.

    Parameters
    ----------
    shape : MarketShape
    """
    tables = {name: _with_lists(table, shape) for name, table in INPUT_TABLES.items()}
    tables["users"] = _users(tables["users"], shape)
    tables["tariffs"] = _tariffs(tables["tariffs"], shape)
    for name in ("meter", "forecast"):
        tables[name] = _meter(tables[name], shape)
    tables["orders"] = _orders(tables["orders"], shape)
    tables["retail_contracts"] = _retail_contracts(tables["retail_contracts"], shape)
    if not shape.varieties:
        for name in ("bilateral", "orders", "deals"):
            tables[name] = _without(tables[name], "variety")
    if not _orders_by_capacity(shape):
        tables["generators"] = _without(tables["generators"], "capacity_mw")
    if shape.sellers is None:
        del tables["generation"]
    elif shape.sellers.fee is None:
        tables["generation"] = _without(tables["generation"], "own_fault")
    prices = market_prices_of(shape)
    if prices:
        tables["market_prices"] = _market_prices(tables["market_prices"], shape, prices)
    else:
        del tables["market_prices"]
    if shape.fees is None or not shape.fees.grid_table:
        del tables["agency"]
    return MappingProxyType(tables)


@lru_cache(maxsize=256)
def scenario_tables(shape: MarketShape) -> Mapping[str, Table]:
    """The tables that a scenario holds: `input_tables`, and what is made of later rows of ``users`` and of ``load``.

    Parameters
    ----------
    shape : MarketShape
    """
    tables = dict(input_tables(shape))
    users = tables["users"]
    tables[USER_CHANGES] = replace(
        users,
        name=USER_CHANGES,
        zh=USER_CHANGES_ZH,
        description="what changes of users within the year: their rows with a month",
        columns=tuple(replace(column, kind="text") if column.kind == "id" else column for column in users),
        required=False,
        key=(*users.key, "effective_from"),
        later=True,
    )
    tables[METER_PARTS] = _meter_parts(by_pairs_of_periods(tables["meter"]))
    return MappingProxyType(tables)


def _meter_parts(meter: Table) -> Table:
    """Rows of metered energy, each with a row for each part of its month; of the first the day is empty."""
    begins = replace(
        INPUT_TABLES["tariffs"]["effective_from"],
        description="the day on which the part begins; empty: the month's first",
        any_year=True,  # no month of twelve, but a day
    )
    *before, energy, period = meter
    energy = replace(energy, finer="")
    return replace(
        meter,
        name=METER_PARTS,
        zh=METER_PARTS_ZH,
        description="what load has in each part of a month in which a tariff begins",
        columns=(*before, period, begins, energy),
        key=(*meter.key, begins.name),
        later=True,
    )


@lru_cache(maxsize=256)
def result_tables(shape: MarketShape) -> Mapping[str, Table]:
    """The tables of a result of this market, by name, in the order of the formats page.

    Parameters
    ----------
    shape : MarketShape
    """
    cells = RESULT_TABLES["cell_settlement"]
    place = next(place for place, column in enumerate(cells) if column.name == "overrun_yuan") + 1
    columns = (*cells.columns[:place], *charge_columns(shape), *cells.columns[place:])
    tables = {**RESULT_TABLES, "cell_settlement": replace(cells, columns=columns)}
    if shape.sellers is None:
        del tables["seller_settlement"]
    return MappingProxyType(tables)


def by_pairs_of_periods(meter: Table) -> Table:
    """Metered energy by contract period and tariff period, as a load curve is summed for units with their own hours.

    Parameters
    ----------
    meter : Table
        The table ``meter`` of the market.
    """
    column = replace(meter["period"], name=TARIFF_PERIOD, zh=RESULT_TABLES["ledger"][TARIFF_PERIOD].zh)
    return replace(meter, columns=(*meter.columns, column), key=(*meter.key, TARIFF_PERIOD))


def table_of_frame(table: Table, frame: pd.DataFrame) -> Table:
    """A table of a scenario with the columns that its frame has: metered energy may stand by pairs of periods.

    Parameters
    ----------
    table : Table
    frame : DataFrame
    """
    has_pairs = TARIFF_PERIOD in frame and all(column.name != TARIFF_PERIOD for column in table)
    return by_pairs_of_periods(table) if has_pairs else table


def charge_columns(shape: MarketShape) -> Iterator[Column]:
    """The columns of ``cell_settlement`` that hold what users pay, one for each item of charges."""
    for item in shape.charge_items:
        english, chinese = _names(shape, "items", item)
        yield Column(f"{item}_yuan", "money", (chinese,), shape.meanings.get("items", {}).get(item, english))


def tariff_columns(shape: MarketShape) -> Iterator[Column]:
    """The columns of a table of tariffs that hold prices: one for each item, or for each item and period."""
    for item in shape.tariff:
        english, chinese = _names(shape, "tariff", item.id)
        also = shape.also.get("tariff", {})
        meaning = shape.meanings.get("tariff", {}).get(item.id, english)
        if not item.by_period:
            names = (chinese, *also.get(item.id, ()))
            yield Column(item.id, "price", names, meaning, meaning_zh=chinese)
            continue
        for period in shape.periods:
            period_en, period_zh = _names(shape, "periods", period)
            name = f"{item.id}_{period}"
            names = (f"{period_zh}{chinese}", *also.get(name, ()))
            yield Column(name, "price", names, f"{meaning} at {period_en}", meaning_zh=names[0])


def _names(shape: MarketShape, of: str, name: str) -> tuple[str, str]:
    """What a thing of a list is called, English and Chinese."""
    words = shape.words.get(of, {}).get(name)
    return (name, name) if words is None else (words.en, words.zh)


def _with_lists(table: Table, shape: MarketShape) -> Table:
    """A table whose columns may hold what the lists of the market have."""
    return _changed(table, {column.name: _choices(column, shape) for column in table if column.of})


def _choices(column: Column, shape: MarketShape) -> Column:
    values = {
        "periods": shape.periods,
        "products": shape.product_ids,
        "modes": shape.mode_ids,
        "sessions": tuple(kind.id for kind in shape.sessions),
        "varieties": shape.varieties,
        "corrected": tuple(corrected_items(shape)),
    }[column.of]
    also = shape.also.get(column.of, {})
    if column.of == "corrected":
        chinese = NamingLanguage("zh", shape)
        barred = uncorrected_items(shape).items()
        return replace(
            column,
            values=values,
            values_zh=tuple(chinese.called("item", value) for value in values),
            barred=tuple((word, why) for item, why in barred for word in (item, chinese.called("item", item))),
        )
    return replace(
        column,
        values=values,
        values_zh=tuple(_names(shape, column.of, value)[1] for value in values),
        also=tuple((text, value) for value in values for text in also.get(value, ())),
    )


def _changed(table: Table, columns: Mapping[str, Column]) -> Table:
    return replace(table, columns=tuple(columns.get(column.name, column) for column in table))


def _without(table: Table, name: str) -> Table:
    return replace(table, columns=tuple(column for column in table if column.name != name))


def _users(table: Table, shape: MarketShape) -> Table:
    """One mode: everybody has it. No charge and no price that asks for the peak-valley tariff: nobody needs to say."""
    changes = {}
    if len(shape.modes) == 1:
        changes["mode"] = replace(table["mode"], optional=True, default=shape.mode_ids[0])
    asks = shape.off_tariff is not None or any(charge.only_on_tariff for charge in _charges(shape))
    if not asks:
        changes["peak_valley_tariff"] = replace(table["peak_valley_tariff"], optional=True, default=False)
    return _changed(table, changes)


def _orders(table: Table, shape: MarketShape) -> Table:
    """Energy 0 withdraws an order; where a kind of session takes orders at any price, that may be empty."""
    changes = {"energy_mwh": replace(table["energy_mwh"], positive=False)}
    if any(kind.takers for kind in (*shape.sessions, *shape.without_sessions)):
        changes["price_yuan_per_mwh"] = replace(table["price_yuan_per_mwh"], optional=True, may_lack=True)
    return _changed(table, changes)


def _meter(table: Table, shape: MarketShape) -> Table:
    if len(shape.periods) > 1:
        return table
    return _changed(table, {"period": replace(table["period"], optional=True, default=shape.periods[0])})


def retail_price_column(period: str) -> str:
    """The column of ``retail_contracts`` that holds the fixed price of a period."""
    return f"price_{period}"


def _retail_contracts(table: Table, shape: MarketShape) -> Table:
    """A column for the fixed price of each period behind the one for all, where there are several."""
    if len(shape.periods) == 1:
        return table
    place = next(place for place, column in enumerate(table) if column.name == "price") + 1
    by_period = []
    for period in shape.periods:
        english, chinese = _names(shape, "periods", period)
        names = tuple(f"{chinese}{name}" for name in table["price"].zh[:-1])
        column = replace(table["price"], name=retail_price_column(period), zh=names)
        meaning = f"of a fixed price: that at {english}"
        by_period.append(replace(column, description=meaning, meaning_zh=f"固定价格：{chinese}"))
    return replace(table, columns=(*table.columns[:place], *by_period, *table.columns[place:]))


def _tariffs(table: Table, shape: MarketShape) -> Table:
    """A column for each price; and a form with a row for each."""
    first, second, *last = (column for column in table if column not in BILLED_TARIFFS)
    items = tuple(item.id for item in shape.tariff)
    item = Column(
        "item",
        "enum",
        ("电价项目", "项目"),
        "which price",
        values=(*items, *(column.name for column in BILLED_TARIFFS)),
        values_zh=(
            *(_names(shape, "tariff", name)[1] for name in items),
            *(column.zh[0] for column in BILLED_TARIFFS),
        ),
    )
    period = replace(INPUT_TABLES["meter"]["period"], optional=True, description="of an item that is by period")
    columns = (first, second, item, _choices(period, shape), INPUT_TABLES["orders"]["price_yuan_per_mwh"], *last)
    rows = replace(
        table,
        columns=tuple(
            replace(column, description=_PRICE_OF_ROW) if column.kind == "price" else column for column in columns
        ),
        key=("tariff_class", "voltage", "item", "period", "effective_from"),
    )
    wide = (first, second, *tariff_columns(shape), *last, *BILLED_TARIFFS)
    return replace(table, columns=wide, other_form=rows, marks=ITEM_MARKS)


def _market_prices(table: Table, shape: MarketShape, prices: Mapping[str, bool]) -> Table:
    columns = list(table.columns)
    for name, may_lack in prices.items():
        english, chinese = _names(shape, "market_prices", name)
        names = (chinese, *shape.also.get("market_prices", {}).get(name, ()))
        columns.append(Column(name, "price", names, english, optional=may_lack, may_lack=True, meaning_zh=chinese))
    return replace(table, columns=tuple(columns), required=not all(prices.values()))


def _orders_by_capacity(shape: MarketShape) -> bool:
    ties = (kind.ties for kind in shape.sessions if not isinstance(kind.ties, str))
    return any("capacity" in keys for sides in ties for _, keys in sides)


def _charges(shape: MarketShape) -> Iterator[ChargeShape]:
    for mode in shape.modes:
        yield from mode.charges
    for _, charges in shape.outside:
        yield from charges
