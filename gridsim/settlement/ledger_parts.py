"""Lines of the ledger as Arrow tables: blocks of one item each, put in the order in which they stand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from gridsim.arrow import coded
from gridsim.settlement.closing import NO_PRICE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    Source = tuple[NDArray[np.integer], NDArray[np.integer]] | int
    """Where a column's numbers stand: an array and the row of each line in it, or one number for all lines."""

__all__ = ["NONE", "Block", "amounts", "part_of_ledger"]

NONE = -1

_DTYPES: dict[str, type[np.integer]] = {
    "month": np.int8,
    "item": np.int8,
    "payer": np.int32,
    "payee": np.int32,
    "unit_id": np.int32,
    "user_id": np.int32,
    "leg_id": np.int32,
    "period": np.int8,
    "energy_kwh": np.int64,
    "price_micro_yuan_per_kwh": np.int64,
    "amount_micro_yuan": np.int64,
    "clause": np.int16,
    "tariff_period": np.int8,
    "corrects_month": np.int16,
    "corrects_item": np.int8,
}
_BEHIND = ("tariff_period", "corrects_month", "corrects_item")
"""Columns that came in later: they stand behind all others."""


class Block(NamedTuple):
    """Lines of one item, and where the numbers of their columns stand; a text column without any is empty."""

    place: NDArray[np.int64]
    """(n,) by what the lines stand: month and position, users without one after all positions of the month."""
    columns: Mapping[str, Source]


def amounts(energy: Source, price: Source) -> dict[str, Source]:
    """The columns of energy and price."""
    return {"energy_kwh": energy, "price_micro_yuan_per_kwh": price}


def part_of_ledger(
    blocks: Sequence[Block], texts: Mapping[str, pa.Array], line: int, wanted: Collection[str] | None, *, trial: bool
) -> pa.Table:
    """Some lines as an Arrow table; `line` is the number of the first."""
    order = np.argsort(np.concatenate([block.place for block in blocks]), kind="stable")
    has_shares = any("amount_micro_yuan" in block.columns for block in blocks)

    @cache
    def column(name: str) -> NDArray[np.integer]:
        if name == "amount_micro_yuan" and not has_shares:
            return column("energy_kwh") * column("price_micro_yuan_per_kwh")
        values = np.empty(len(order), dtype=_DTYPES[name])
        filled = 0
        for block in blocks:
            end = filled + len(block.place)
            source = block.columns.get(name, NONE)
            if name == "amount_micro_yuan" and name not in block.columns:
                energy, price = (block.columns[each] for each in ("energy_kwh", "price_micro_yuan_per_kwh"))
                assert not isinstance(energy, int) and not isinstance(price, int)  # noqa: PT018
                values[filled:end] = energy[0].take(energy[1]) * price[0].take(price[1])
                filled = end
                continue
            values[filled:end] = source if isinstance(source, int) else source[0].take(source[1])
            filled = end
        return values.take(order)

    made = {}
    if wanted is None or "line" in wanted:
        made["line"] = pa.array(np.arange(line, line + len(order)))
    for name in (each for each in _DTYPES if each not in _BEHIND):
        if wanted is None or name in wanted:
            if has_shares and name == "price_micro_yuan_per_kwh":
                is_share = column(name) == NO_PRICE
                made[name] = pa.array(np.where(is_share, 0, column(name)), mask=is_share)
            else:
                made[name] = coded(column(name), texts[name]) if name in texts else pa.array(column(name))
    if wanted is None or "trial" in wanted:
        made["trial"] = pa.array(np.full(len(order), trial))
    made |= {name: coded(column(name), texts[name]) for name in _BEHIND if wanted is None or name in wanted}
    return pa.table(made)
