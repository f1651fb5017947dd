"""Prices of a scale that cannot be, in yuan/kWh for yuan/MWh mostly: warnings, each with both figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.scenario.listing import called
from gridsim.units import PRICE_DECIMALS, trimmed
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules.shape import MarketShape
    from gridsim.scenario.draft import Draft
    from gridsim.tables.read_table import BoolArray, IntArray, ReadTable

__all__ = ["below_parts", "below_ten", "far_below_alike", "far_from_reference"]

_LEAST = 10 * 10**PRICE_DECIMALS
"""No price of a contract and no catalogue tariff lies below 10 yuan/MWh, unless it is 0."""
_PER_KWH = 1_000  # what a price in yuan/kWh is too small by
_ALIKE = 50
_NEAR = (3, 10), (3, 1)  # of its reference: 0.3 to 3 times

_CONTRACTS = ("bilateral", "deals", "retail_contracts")
_PRICE = "price"


class _Prices(NamedTuple):
    """Prices that are alike: of one table, and one column or item.

    Attributes
    ----------
    table : ReadTable
    what : Sentence
        What they are prices of.
    values : (n, columns) int64 array
        [micro-yuan/kWh] 0 where there is none.
    """

    table: ReadTable
    what: Sentence
    values: IntArray


def below_ten(draft: Draft) -> Iterator[Sentence]:
    """Contract and catalogue tariffs above 0 and below 10 yuan/MWh; limits of orders if half of them are so low."""
    for prices in (*_of_contracts(draft), *_of_tariffs(draft, _delivered(draft.shape)), *_of_orders(draft)):
        row, column = _first(_is_low(prices.values))
        if row is None:
            continue
        price = int(prices.values[row, column])
        yield Sentence(
            "{file}: {what} above 0 and below 10 yuan/MWh: {count:,}; the first: row {row}, {price} yuan/MWh; in "
            "yuan/kWh this would be {meant} yuan/MWh",
            file=prices.table.file,
            what=prices.what,
            count=int(np.count_nonzero(_is_low(prices.values))),
            row=prices.table.row_number(row),
            price=_shown(price),
            meant=_shown(price * _PER_KWH),
        )


def far_below_alike(draft: Draft) -> Iterator[Sentence]:
    """Prices below a fiftieth of what is in the middle of their like."""
    delivered = _delivered(draft.shape)
    others = tuple(item.id for item in draft.shape.tariff if item.id not in delivered)
    told = (*_of_contracts(draft), *_of_tariffs(draft, delivered))  # by `below_ten`, where they are so low
    for number, prices in enumerate((*told, *_of_tariffs(draft, others))):
        there = prices.values[prices.values > 0]
        if len(there) < 3:  # of two nobody knows which is wrong
            continue
        middle = int(np.partition(there, len(there) // 2)[len(there) // 2])
        is_far = (prices.values > 0) & (prices.values * _ALIKE < middle)
        if number < len(told):
            is_far &= ~_is_low(prices.values)
        row, column = _first(is_far)
        if row is not None:
            yield Sentence(
                "{file}: {what} below a fiftieth of their like: {count:,}; the first: row {row}, {price} yuan/MWh, "
                "where {middle} is the middle of all",
                file=prices.table.file,
                what=prices.what,
                count=int(np.count_nonzero(is_far)),
                row=prices.table.row_number(row),
                price=_shown(int(prices.values[row, column])),
                middle=_shown(middle),
            )


def below_parts(draft: Draft) -> Iterator[Sentence]:
    """Prices of the tariffs below the sum of those that they contain."""
    tariffs = draft.tables["tariffs"]
    for item, parts in draft.shape.scale.contains:
        whole = _prices_of(tariffs, draft.shape, item)
        within: IntArray = np.zeros(len(tariffs), dtype=np.int64)
        for part in parts:
            within += _prices_of(tariffs, draft.shape, part).max(axis=1)
        is_below = whole < within[:, np.newaxis]
        row, column = _first(is_below)
        if row is not None:
            yield Sentence(
                "{file}: rows whose {whole} is below {parts} together, which it contains: {count:,}; the first: "
                "row {row}, {price} and {within} yuan/MWh",
                file=tariffs.file,
                whole=called(draft.shape, "tariff", item),
                parts=named(called(draft.shape, "tariff", part) for part in parts),
                count=int(np.count_nonzero(is_below.any(axis=1))),
                row=tariffs.row_number(row),
                price=_shown(int(whole[row, column])),
                within=_shown(int(within[row])),
            )


def far_from_reference(draft: Draft) -> Iterator[Sentence]:
    """Contract prices outside 0.3 to 3 times every price of the tariffs that the rule set names for them."""
    reference = draft.shape.scale.contracts
    if reference is None or not len(draft.tables["tariffs"]):
        return
    item, period = reference
    held = _prices_of(draft.tables["tariffs"], draft.shape, item)
    if period is not None:
        held = held[:, [draft.shape.periods.index(period)]]
    low, high = int(held.min()), int(held.max())
    (least, of_least), (most, of_most) = _NEAR
    for prices in _of_contracts(draft):
        is_far = (prices.values * of_least < low * least) | (prices.values * of_most > high * most)
        is_far &= (prices.values > 0) & ~_is_low(prices.values)
        row, column = _first(is_far)
        if row is None:
            continue
        spread = _shown(low) if low == high else f"{_shown(low)}–{_shown(high)}"
        what = called(draft.shape, "tariff", item)
        if period is not None:
            what = Sentence("{item} ({period})", item=what, period=called(draft.shape, "periods", period))
        yield Sentence(
            "{file}: {what} outside 0.3 to 3 times {item}, {spread} yuan/MWh: {count:,}; the first: row {row}, {price} "
            "yuan/MWh",
            file=prices.table.file,
            what=prices.what,
            item=what,
            spread=spread,
            count=int(np.count_nonzero(is_far)),
            row=prices.table.row_number(row),
            price=_shown(int(prices.values[row, column])),
        )


def _prices_of(tariffs: ReadTable, shape: MarketShape, item: str) -> NDArray[np.int64]:
    """(rows, periods or 1) the prices of an item."""
    by_period = {each.id: each.by_period for each in shape.tariff}[item]
    columns = [tariffs.table[f"{item}_{period}"] for period in shape.periods] if by_period else [tariffs.table[item]]
    return tariffs.frame[[column.exact for column in columns]].to_numpy()


def _of_contracts(draft: Draft) -> Iterator[_Prices]:
    for name in _CONTRACTS:
        table = draft.tables.get(name)
        if table is None or not len(table):
            continue
        columns = [column for column in table.table if column.kind == "price" and column.name.startswith(_PRICE)]
        yield _Prices(table, Sentence("contract prices"), _numbers(table, [column.exact for column in columns]))


def _of_tariffs(draft: Draft, items: tuple[str, ...]) -> Iterator[_Prices]:
    tariffs = draft.tables["tariffs"]
    for item in items:
        what = Sentence("prices ({item})", item=called(draft.shape, "tariff", item))
        yield _Prices(tariffs, what, _prices_of(tariffs, draft.shape, item))


def _of_orders(draft: Draft) -> Iterator[_Prices]:
    """Limits are low on purpose, now and then; half of them are not."""
    orders = draft.tables.get("orders")
    if orders is None or not len(orders):
        return
    values = _numbers(orders, ["price_micro_yuan_per_kwh"])
    there = values[values > 0]
    if 2 * np.count_nonzero(there < _LEAST) > len(there):
        yield _Prices(orders, Sentence("limit prices"), values)


def _delivered(shape: MarketShape) -> tuple[str, ...]:
    """Items of the tariffs that are prices of energy delivered."""
    items = [item for item, _ in shape.scale.contains]
    if shape.scale.contracts is not None:
        items.append(shape.scale.contracts[0])
    return tuple(dict.fromkeys(items))


def _numbers(table: ReadTable, columns: list[str]) -> IntArray:
    found = [table.frame[column].fillna(0).to_numpy(dtype=np.int64) for column in columns]
    return np.column_stack(found) if found else np.zeros((len(table), 0), dtype=np.int64)


def _is_low(values: IntArray) -> BoolArray:
    low: BoolArray = (values > 0) & (values < _LEAST)
    return low


def _first(found: BoolArray) -> tuple[int | None, int]:
    """Row and column of the first that is so; no row: none is."""
    if not found.any():
        return None, 0
    row, column = np.unravel_index(int(np.argmax(found)), found.shape)
    return int(row), int(column)


def _shown(price: int) -> str:
    return trimmed(price, PRICE_DECIMALS)
