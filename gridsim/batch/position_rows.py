"""Rows of positions and of sums of positions: from the draws of a block to their spread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.batch.spread import (
    class_of,
    halves,
    mean_of_halves,
    spread_of,
    spread_of_classes,
)
from gridsim.core.draws.arrays import WITH_ANY, WITH_HIGH, PositionSums
from gridsim.core.draws.sums import sum_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.engine import BlockOutcome
    from gridsim.batch.kept import Kept
    from gridsim.batch.prepared import Prepared

    Ints = NDArray[np.int64]
    Arrays = Mapping[str, NDArray[Any]]

__all__ = [
    "ALL",
    "OVER",
    "Drawn",
    "PositionRows",
    "added",
    "classes",
    "market_of",
    "one_below_the_other",
    "positions_of",
    "several_units",
    "spread_rows",
    "spreads",
    "sums_of",
    "together",
]

OVER = ("overrun", "shortfall")
"""Energies of a position whose mean is kept, and the number of draws that have any."""

ALL = -1
"""In the place of what a row is a sum over: units, parties, months or products."""

_MONTHS = 12


class PositionRows(NamedTuple):
    """Rows of the tables, R of them, before they have names.

    Attributes
    ----------
    key : (R, 4) int64 array
        Party, unit, month and product by their numbers, or `ALL`.
    contract : (R,) int64 array
        [kWh]
    spread : (R, figures, columns) int64 array
        Of each of `Kept.figures` [micro-yuan].
    mean : (R, 2) int64 array
        Over the draws, of each of `OVER` [kWh].
    with_any : (R, 2) int64 array
        How many draws have any of it; of a position.
    exact : (R,) bool array
    """

    key: Ints
    contract: Ints
    spread: Ints
    mean: Ints
    with_any: Ints
    exact: NDArray[np.bool_]


class Drawn(NamedTuple):
    """Rows before their spread is taken, some of their draws."""

    key: Ints
    contract: Ints
    value: Ints
    """(figures, R, draws) [micro-yuan]"""
    energy: Ints
    """(R, 2, 3) of `OVER` over the draws, as `PositionSums` has it [kWh]"""


# ---- rows of a block -------------------------------------------------------------------------------------------------


def positions_of(prepared: Prepared, outcome: BlockOutcome) -> Drawn:
    """The positions of a block."""
    block, sums, market = outcome.block, outcome.positions, prepared.market
    assert isinstance(sums, PositionSums)  # as who asks for a tally asks for positions
    first, last = block.unit_first - prepared.unit_first, block.unit_last - prepared.unit_first
    start = market.position_start[first : last + 1]
    here = slice(int(start[0]), int(start[-1]))
    unit = np.repeat(np.arange(first, last), np.diff(start))
    key = np.stack([prepared.party[unit], unit + prepared.unit_first, market.month[here], prepared.product[here]], 1)
    return Drawn(key, market.contract[here], sums.money, sums.energy)


def several_units(key: Ints) -> NDArray[np.bool_]:
    """Which positions are of a party with several units."""
    party, unit = key[:, 0], key[:, 1]
    parties, place = np.unique(party, return_inverse=True)
    ends = np.stack([np.full(len(parties), np.iinfo(np.int64).max), np.full(len(parties), ALL)])
    np.minimum.at(ends[0], place, unit)
    np.maximum.at(ends[1], place, unit)
    found: NDArray[np.bool_] = (ends[0] < ends[1])[place]
    return found


def sums_of(positions: Drawn, several: NDArray[np.bool_] | None) -> Iterator[tuple[str, Drawn, str, Ints]]:
    """Sums of positions, a kind after the other.

    Parameters
    ----------
    positions : Drawn
    several : (R,) bool array or None
        Which are of a party with several units, which are summed by party, too. None: they are of the market.

    Yields
    ------
    str
        What the rows are called.
    Drawn
        The rows.
    str
        What those are called that they are sums of.
    (R,) int64 array
        The row of these that a row is alone; -1 of a true sum.
    """
    made = {"positions": positions}

    def summed(name: str, of: str, *columns: int, rows: Ints | None = None) -> tuple[str, Drawn, str, Ints]:
        made[name], alone = _summed(made[of], columns, rows)
        return name, made[name], of, alone

    yield summed("by month", "positions", 3)
    yield summed("by product", "positions", 2)
    yield summed("of the year", "by product", 3)
    if several is None or not several.any():
        return
    parties = np.unique(positions.key[several, 0])
    yield summed("of parties", "positions", 1, rows=np.flatnonzero(several))
    for of in ("by month", "by product", "of the year"):
        yield summed(f"of parties {of}", of, 1, rows=np.flatnonzero(np.isin(made[of].key[:, 0], parties)))


def _summed(drawn: Drawn, columns: Sequence[int], rows: Ints | None) -> tuple[Drawn, Ints]:
    """Rows summed over some columns of their keys, and which row each sum is alone."""
    at = np.arange(len(drawn.key)) if rows is None else rows
    key = drawn.key[at]
    key[:, columns] = ALL
    order = np.lexsort(key.T[::-1])
    is_first = np.ones(len(at), dtype=bool)
    is_first[1:] = (np.diff(key[order], axis=0) != 0).any(axis=1)
    start = np.flatnonzero(is_first)
    length = np.diff(np.append(start, len(at)))
    at = at[order]
    if len(start) == len(drawn.key) and (np.diff(at) == 1).all():  # no row is a sum: as months of one product
        return drawn._replace(key=key[order]), at
    value = np.empty((len(drawn.value), len(start), drawn.value.shape[2]), dtype=np.int64)
    for figure in range(len(value)):
        sum_rows(drawn.value[figure], at, np.append(start, len(at)), value[figure])
    found = Drawn(
        key[order][start],
        np.add.reduceat(drawn.contract[at], start) if len(start) else drawn.contract[at],
        value,
        np.add.reduceat(drawn.energy[at], start, axis=0) if len(start) else drawn.energy[at],
    )
    return found, np.where(length == 1, at[start], -1)


def market_of(positions: Drawn, products: int, *, is_first: bool) -> Drawn:
    """The positions summed over all units, a row for each month and product.

    In the place of the contract stand contract and the number of positions, of the first draws alone.
    """
    slots = _MONTHS * products
    month, of_product = np.divmod(np.arange(slots), products)
    nobody = np.full(slots, ALL)
    found = Drawn(
        np.stack([nobody, nobody, month, of_product], axis=1).astype(np.int64),
        np.zeros((slots, 2), dtype=np.int64),
        np.empty((len(positions.value), slots, positions.value.shape[2]), dtype=np.int64),
        np.zeros((slots, *positions.energy.shape[1:]), dtype=np.int64),
    )
    slot = positions.key[:, 2] * products + positions.key[:, 3]
    if is_first:
        np.add.at(found.contract, slot, np.stack([positions.contract, np.ones_like(slot)], axis=1))
    np.add.at(found.energy, slot, positions.energy)
    order = np.argsort(slot, kind="stable")
    start = np.searchsorted(slot[order], np.arange(slots + 1))
    for figure in range(len(positions.value)):
        sum_rows(positions.value[figure], order, start, found.value[figure])
    return found


def added(one: Drawn, other: Drawn) -> Drawn:
    """The sum of two sets of the same rows in the same draws."""
    return Drawn(one.key, one.contract + other.contract, one.value + other.value, one.energy + other.energy)


def one_below_the_other(parts: Sequence[Drawn]) -> Drawn:
    """Several sets of rows in the same draws as one."""
    key, contract, value, energy = zip(*parts, strict=True)
    return Drawn(np.concatenate(key), np.concatenate(contract), np.concatenate(value, axis=1), np.concatenate(energy))


# ---- spreads ---------------------------------------------------------------------------------------------------------


def spreads(positions: Drawn, kept: Kept, several: NDArray[np.bool_] | None) -> list[PositionRows]:
    """The spread of rows all of whose draws are there, and of their sums."""
    found = {"positions": spread_rows(positions, kept)}
    for name, sums, of, alone in sums_of(positions, several):
        is_new = alone < 0
        spread = found[of].spread[alone]
        if is_new.any():
            spread[is_new] = _spread_of(sums.value if is_new.all() else sums.value[:, is_new], kept)
        found[name] = _rows(sums.key, sums.contract, spread, sums.energy, kept)
    return list(found.values())


def spread_rows(drawn: Drawn, kept: Kept, *, is_low_worst: bool = False) -> PositionRows:
    """The spread of rows all of whose draws are there."""
    spread = _spread_of(drawn.value, kept, is_low_worst=is_low_worst)
    return _rows(drawn.key, drawn.contract, spread, drawn.energy, kept)


def _spread_of(values: Ints, kept: Kept, *, is_low_worst: bool = False) -> Ints:
    figures, rows, draws = values.shape
    every = values.reshape(figures * rows, draws)
    spread = spread_of(every, kept.quantiles, kept.tail, is_low_worst=is_low_worst)
    return spread.reshape(figures, rows, spread.shape[1]).transpose(1, 0, 2)


def _rows(key: Ints, contract: Ints, spread: Ints, energy: Ints, kept: Kept, *, is_exact: bool = True) -> PositionRows:
    mean = mean_of_halves(energy[:, :, WITH_HIGH:], kept.draws)
    return PositionRows(key, contract, spread, mean, energy[:, :, WITH_ANY], np.full(len(key), is_exact))


def classes(drawn: Drawn) -> dict[str, NDArray[Any]]:
    """Some draws of rows as counts by class; ragged arrays are flat, with the length of each row beside them."""
    value = drawn.value.reshape(-1, drawn.value.shape[2])
    found = [np.unique(class_of(row), return_counts=True) for row in value]
    return {
        "key": drawn.key,
        "contract": drawn.contract,
        "energy": drawn.energy,
        "sum": halves(value),
        "end": np.stack([value.min(axis=1), value.max(axis=1)], axis=1),
        "classes": np.array([len(number) for number, _ in found], dtype=np.int64),
        "class": np.concatenate([number for number, _ in found]),
        "class_count": np.concatenate([count for _, count in found]).astype(np.int64),
    }


def together(pieces: Sequence[Arrays], kept: Kept, *, is_low_worst: bool = False) -> PositionRows:
    """The rows of units that were cut, from all their draws in order."""
    key, contract = pieces[0]["key"], pieces[0]["contract"]
    energy = np.sum([piece["energy"] for piece in pieces], axis=0)
    if "value" in pieces[0]:
        value = np.concatenate([piece["value"] for piece in pieces], axis=2)
        return spread_rows(Drawn(key, contract, value, energy), kept, is_low_worst=is_low_worst)
    means = mean_of_halves(np.sum([piece["sum"] for piece in pieces], axis=0), kept.draws)
    starts = [np.concatenate([[0], np.cumsum(piece["classes"])]) for piece in pieces]
    spread = []
    for row, mean in enumerate(means.tolist()):
        here = [slice(int(start[row]), int(start[row + 1])) for start in starts]
        number, place = np.unique(
            np.concatenate([piece["class"][at] for piece, at in zip(pieces, here, strict=True)]), return_inverse=True
        )
        count = np.zeros(len(number), dtype=np.int64)
        np.add.at(
            count, place, np.concatenate([piece["class_count"][at] for piece, at in zip(pieces, here, strict=True)])
        )
        least = min(int(piece["end"][row, 0]) for piece in pieces)
        most = max(int(piece["end"][row, 1]) for piece in pieces)
        ends = least, most
        spread.append(
            spread_of_classes(number, count, mean, ends, kept.quantiles, kept.tail, is_low_worst=is_low_worst)
        )
    figures = len(means) // max(len(key), 1)
    by_figure = np.array(spread, dtype=np.int64).reshape(figures, len(key), -1)
    return _rows(key, contract, by_figure.transpose(1, 0, 2), energy, kept, is_exact=False)
