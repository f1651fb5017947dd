"""What a task brings back of a batch's tables, and the rows of a point that is done.

A task brings arrays alone, to be stored and sent: sums by draw, and the spread of each unit. A unit whose draws are all
in one block comes back as its statistics. A unit too large for one block is cut by draws; its draws come back block by
block and its statistics are made when all are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from gridsim.batch.engine import ENERGIES, Block, settle_block
from gridsim.batch.margins import margin_arrays, margin_columns
from gridsim.batch.position_rows import ALL, OVER, PositionRows
from gridsim.batch.positions import PositionTally
from gridsim.batch.spread import class_of, halves, mean_of_halves, spread_columns, spread_of, spread_of_classes
from gridsim.batch.spread_tally import without
from gridsim.batch.tables import AMOUNTS, POINT, UNIT_COUNTS, batch_tables
from gridsim.batch.user_margins import UserTally
from gridsim.rules.shape import WITHIN_UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gridsim.batch.engine import BlockOutcome
    from gridsim.batch.kept import Kept
    from gridsim.batch.margins import MonthMargins
    from gridsim.batch.prepared import Prepared
    from gridsim.columns import Table

__all__ = ["PointPart", "PointSoFar", "reduce_blocks", "rows_of_point"]

_MOST_HELD = 2**25
"""How many costs (unit × draw) of cut units are held at once; of more, classes are counted."""


# ---- what a task brings ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PointPart:
    """A part of one point: some of its blocks.

    Attributes
    ----------
    point : str
        Id of the point.
    total : int
        How many blocks the point has.
    arrays : mapping of str to array
        ``blocks`` (B, 4); ``draws`` (R, 2) with ``items`` and ``energies`` of those draws one below the other; of
        whole units ``unit``, ``id``, ``outside``, ``contract``, ``spread``, ``amount``, ``count`` and, if asked
        for, ``cost``; of cut units the same with ``cut_`` before the name; and what `PositionTally.arrays`,
        `UserTally.arrays` and `gridsim.batch.margins.margin_arrays` give.
    """

    point: str
    total: int
    arrays: Mapping[str, NDArray[Any]]

    @property
    def blocks(self) -> list[Block]:
        """The blocks that are in it."""
        return [Block(*map(int, row)) for row in self.arrays["blocks"]]


def reduce_blocks(
    kept: Kept, seed: int, point: str, todo: Iterable[tuple[Block, Prepared]], every: list[Block]
) -> PointPart:
    """Settle blocks and keep what a batch keeps of them.

    Parameters
    ----------
    kept : Kept
    seed : int
    point : str
        Its id.
    todo : iterable of Block and Prepared
        To be settled now, each with its units made ready.
    every : list of Block
        All blocks of the point.
    """
    sums: dict[tuple[int, int], tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
    whole: list[dict[str, NDArray[Any]]] = []
    cut: list[dict[str, NDArray[Any]]] = []

    is_counted = not kept.every_draw and _costs(every, kept.draws) > _MOST_HELD
    settled: list[Block] = []
    positions, users = PositionTally(kept), UserTally(kept)
    margins: list[MonthMargins] = []
    months: tuple[str, ...] = ()
    for block, prepared in todo:
        outcome = settle_block(
            prepared, block, seed, figures=len(kept.figures), by_retailer=kept.by_retailer, by_user=kept.by_user
        )
        if outcome.margins is not None:
            months = prepared.packed.months
            if kept.by_user:
                users.add_block(block, outcome.margins, months)
            margins.append(outcome.margins.by_month())
        if kept.by_position:
            positions.add_block(prepared, outcome)
        settled.append(block)
        draws = (block.draw_first, block.draw_last)
        columns = [kept.items.index(item) for item in prepared.items]
        if draws in sums:
            sums[draws][0][:, columns] += outcome.items
            sums[draws][1][...] += outcome.energies
        else:
            items = np.zeros((len(outcome.items), len(kept.items)), dtype=np.int64)
            items[:, columns] = outcome.items
            sums[draws] = (items, outcome.energies.copy())
        if kept.by_unit and _is_whole(block, kept.draws):
            whole.append(_whole_units(kept, prepared, outcome))
        elif kept.by_unit:
            cut.append(_cut_units(prepared, outcome, is_counted=is_counted))
    ranges = sorted(sums)
    arrays: dict[str, NDArray[Any]] = {
        "blocks": np.array(settled, dtype=np.int64).reshape(-1, 4),
        "draws": np.array(ranges, dtype=np.int64).reshape(-1, 2),
        "items": np.concatenate([np.empty((0, len(kept.items)), np.int64), *(sums[draws][0] for draws in ranges)]),
        "energies": np.concatenate([np.empty((0, len(ENERGIES)), np.int64), *(sums[draws][1] for draws in ranges)]),
    }
    for prefix, parts in (("", whole), ("cut_", cut)):
        for name in parts[0] if parts else ():
            arrays[prefix + name] = np.concatenate([part[name] for part in parts])
    if kept.by_position:
        arrays |= positions.arrays()
    if kept.by_retailer:
        arrays |= margin_arrays(margins, months)
    if kept.by_user:
        arrays |= users.arrays()
    return PointPart(point, len(every), arrays)


def _is_whole(block: Block, draws: int) -> bool:
    return block.draw_first == 0 and block.draw_last == draws


def _costs(every: list[Block], draws: int) -> int:
    """How many costs the cut units of a point have."""
    cut = {(block.unit_first, block.unit_last) for block in every if not _is_whole(block, draws)}
    return sum(last - first for first, last in cut) * draws


def _names(prepared: Prepared, block: Block) -> dict[str, NDArray[Any]]:
    units = slice(block.unit_first - prepared.unit_first, block.unit_last - prepared.unit_first)
    return {
        "unit": np.arange(block.unit_first, block.unit_last, dtype=np.int64),
        "id": np.asarray(prepared.unit_ids[units], dtype=np.str_),
        "outside": np.asarray(prepared.is_outside[units], dtype=np.bool_),
        "contract": np.asarray(prepared.contract_kwh[units], dtype=np.int64),
    }


def _amounts(outcome: BlockOutcome) -> NDArray[np.int64]:
    """(units, amounts, 2) exact sums over the block's draws."""
    return np.stack([halves(getattr(outcome, name)) for name in AMOUNTS], axis=1)


def _counts(outcome: BlockOutcome) -> NDArray[np.int64]:
    counted = [(getattr(outcome, name) > 0).sum(axis=1) for name in UNIT_COUNTS]
    return np.stack(counted, axis=1).astype(np.int64)


def _whole_units(kept: Kept, prepared: Prepared, outcome: BlockOutcome) -> dict[str, NDArray[Any]]:
    part = _names(prepared, outcome.block)
    part["spread"] = spread_of(outcome.cost, kept.quantiles, kept.tail)
    part["amount"] = mean_of_halves(_amounts(outcome), kept.draws)
    part["count"] = _counts(outcome)
    if kept.every_draw:
        part["cost"] = outcome.cost
    return part


def _cut_units(prepared: Prepared, outcome: BlockOutcome, *, is_counted: bool) -> dict[str, NDArray[Any]]:
    """Some draws of units that are cut; ragged arrays are flat, with the length of each row beside them."""
    part = _names(prepared, outcome.block)
    rows, draws = outcome.cost.shape
    part["first"] = np.full(rows, outcome.block.draw_first, dtype=np.int64)
    part["length"] = np.full(rows, draws, dtype=np.int64)
    part["sum"] = np.concatenate([halves(outcome.cost)[:, None], _amounts(outcome)], axis=1)
    part["count"] = _counts(outcome)
    part["end"] = np.stack([outcome.cost.min(axis=1), outcome.cost.max(axis=1)], axis=1)
    if not is_counted:
        part["flat"] = outcome.cost.ravel()
        return part
    found = [np.unique(class_of(row), return_counts=True) for row in outcome.cost]
    part["classes"] = np.array([len(number) for number, _ in found], dtype=np.int64)
    part["class"] = np.concatenate([number for number, _ in found])
    part["class_count"] = np.concatenate([count for _, count in found]).astype(np.int64)
    return part


# ---- the rows of a point ---------------------------------------------------------------------------------------------


class PointSoFar:
    """The parts of a point that have come.

    Parameters
    ----------
    kept : Kept
    """

    def __init__(self, kept: Kept) -> None:
        self.parts: list[PointPart] = []
        self.positions, self.users = PositionTally(kept), UserTally(kept)

    def add(self, part: PointPart) -> None:
        """Take a part in: what positions and users have in it is added up now, since it is large."""
        self.positions.take(part.arrays)
        self.users.take(part.arrays)
        self.parts.append(PointPart(part.point, part.total, without(part.arrays, PositionTally, UserTally)))

    @property
    def is_whole(self) -> bool:
        return sum(len(part.blocks) for part in self.parts) >= self.parts[0].total


def rows_of_point(kept: Kept, point: str, so_far: PointSoFar) -> dict[str, pa.Table]:
    """The exact rows of one point, all of whose blocks are there.

    Parameters
    ----------
    kept : Kept
    point : str
        Its id.
    so_far : PointSoFar
        With each block once.
    """
    outcomes = so_far.parts
    items = np.zeros((kept.draws, len(kept.items)), dtype=np.int64)
    energies = np.zeros((kept.draws, len(ENERGIES)), dtype=np.int64)
    for outcome in outcomes:
        row = 0
        for first, last in outcome.arrays["draws"]:
            items[first:last] += outcome.arrays["items"][row : row + last - first]
            energies[first:last] += outcome.arrays["energies"][row : row + last - first]
            row += last - first
    draw = np.arange(kept.draws, dtype=np.int64)
    is_paid = np.array([item not in WITHIN_UNITS for item in kept.items])
    runs: dict[str, Any] = {"draw": draw, "total_micro_yuan": items[:, is_paid].sum(axis=1)}
    runs |= {f"{name}_kwh": energies[:, number] for number, name in enumerate(ENERGIES)}
    found: dict[str, dict[str, Any]] = {"runs": runs}
    is_last = np.arange(len(kept.items)) == len(kept.items) - 1
    shown = np.flatnonzero(~is_last | items.any(axis=0))
    found["items"] = {
        "draw": np.repeat(draw, len(shown)),
        "item": _texts(np.array(kept.items)[shown], np.tile(np.arange(len(shown)), kept.draws)),
        "amount_micro_yuan": items[:, shown].ravel(),
    }
    if kept.by_unit:
        units, cost = _unit_rows(kept, outcomes)
        found["units"] = units
        if kept.every_draw:
            ids = units["unit_id"]
            found["unit_draws"] = {
                "unit_id": _texts(np.asarray(ids), np.repeat(np.arange(len(ids)), kept.draws)),
                "draw": np.tile(draw, len(ids)),
                "cost_micro_yuan": cost.ravel(),
            }
    if kept.by_position:
        for name, rows in zip(("positions", "position_sums"), so_far.positions.finished(), strict=True):
            found[name] = _position_columns(kept, rows, so_far.positions)
    if kept.by_retailer:
        found["margins"] = margin_columns([part.arrays for part in outcomes], kept.draws)
    if kept.by_user:
        columns = so_far.users.columns()
        found["user_margins"] = {
            **columns,
            **{name: _or_none(columns[name]) for name in ("retailer_id", "user_id", "month")},
        }
    return {name: _table(spec, point, found[name]) for name, spec in batch_tables(kept).items()}


def _position_columns(kept: Kept, rows: PositionRows, tally: PositionTally) -> dict[str, Any]:
    names = tally.names()
    party, unit, month, product = rows.key.T
    of_party = np.full(int(names["party"].max(initial=0)) + 1, -1)
    of_party[names["party"]] = np.arange(len(names["party"]))  # any unit of a party knows whose it is
    known = np.where(party == ALL, -1, of_party[party])
    is_user, is_retailer = (
        (known >= 0) & ~names["outside"][known] & (names["is_retailer"][known] == wanted) for wanted in (False, True)
    )
    columns: dict[str, Any] = {
        "unit_id": _optional_texts(names["unit_id"], unit, unit != ALL),
        "user_id": _optional_texts(names["party_id"], known, is_user),
        "retailer_id": _optional_texts(names["party_id"], known, is_retailer),
        "outside": names["outside"][unit],
        "month": _optional_texts(np.array(tally.months, dtype=np.str_), month, month != ALL),
        "product": _optional_texts(np.array(tally.products, dtype=np.str_), product, product != ALL),
        "contract_kwh": rows.contract,
        "exact": rows.exact,
    }
    for number, figure in enumerate(kept.figures):
        for place, name in enumerate(spread_columns(kept.quantiles, kept.tail)):
            columns[f"{figure}_{name}_micro_yuan"] = rows.spread[:, number, place]
    for number, name in enumerate(OVER):
        columns[f"{name}_mean_kwh"] = rows.mean[:, number]
        columns[f"{name}_draws"] = rows.with_any[:, number]
    return columns


def _optional_texts(values: NDArray[Any], codes: NDArray[np.int64], is_there: NDArray[np.bool_]) -> pa.DictionaryArray:
    """Texts by the first code that has them; null where there is none."""
    texts, place = np.unique(values, return_inverse=True)
    found = place[np.where(is_there, codes, 0)] if len(values) else np.zeros(len(codes), dtype=np.int64)
    return pa.DictionaryArray.from_arrays(
        pa.array(found.astype(np.int32), mask=~is_there), pa.array(texts, pa.string())
    )


def _or_none(texts: NDArray[np.str_]) -> pa.DictionaryArray:
    """Texts, and nothing in the place of empty ones."""
    return _optional_texts(texts, np.arange(len(texts)), texts != "")


def _table(spec: Table, point: str, columns: Mapping[str, Any]) -> pa.Table:
    length = len(next(iter(columns.values())))
    arrays: dict[str, Any] = {}
    for column in spec:
        if column is POINT:
            arrays["point_id"] = _texts(np.array([point]), np.zeros(length, dtype=np.int32))
        else:
            arrays[column.exact] = pa.array(columns[column.exact])
    return pa.table(arrays)


def _texts(values: NDArray[Any], codes: NDArray[Any]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(values, pa.string()))


def _unit_rows(kept: Kept, outcomes: Sequence[PointPart]) -> tuple[dict[str, Any], NDArray[np.int64]]:
    """The columns of ``units`` in the order of the units, and (units, draws) cost if every draw is kept."""
    parts = [outcome.arrays for outcome in outcomes if "unit" in outcome.arrays]
    names = ("unit", "id", "outside", "contract", "spread", "amount", "count")
    columns = {name: [part[name] for part in parts] for name in names}
    columns["exact"] = [np.ones(len(part["unit"]), dtype=bool) for part in parts]
    costs = [part["cost"] for part in parts if kept.every_draw]
    for row in _cut_rows(kept, [outcome.arrays for outcome in outcomes if "cut_unit" in outcome.arrays]):
        for name, arrays in columns.items():
            arrays.append(np.asarray(row[name])[None])
        if kept.every_draw:
            costs.append(row["cost"][None])
    joined = {name: np.concatenate(arrays) for name, arrays in columns.items()}
    order = np.argsort(joined["unit"], kind="stable")
    joined = {name: array[order] for name, array in joined.items()}
    rows: dict[str, Any] = {
        "unit_id": joined["id"].astype(object),
        "outside": joined["outside"],
        "exact": joined["exact"],
        "contract_kwh": joined["contract"],
    }
    for number, name in enumerate(spread_columns(kept.quantiles, kept.tail)):
        rows[f"cost_{name}_micro_yuan"] = joined["spread"][:, number]
    for number, name in enumerate(AMOUNTS):
        rows[f"{name}_mean_kwh"] = joined["amount"][:, number]
    for number, name in enumerate(UNIT_COUNTS):
        rows[f"{name}_draws"] = joined["count"][:, number]
    return rows, np.concatenate(costs)[order] if kept.every_draw else np.empty((0, 0), dtype=np.int64)


def _cut_rows(kept: Kept, parts: Sequence[Mapping[str, NDArray[Any]]]) -> Iterable[dict[str, Any]]:
    """The units that were cut by draws, put together again one by one."""
    if not parts:
        return
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0] if name.startswith("cut_")}
    is_counted = "cut_class" in columns
    lengths = columns["cut_classes"] if is_counted else columns["cut_length"]
    start = np.concatenate([[0], np.cumsum(lengths)])
    for unit in np.unique(columns["cut_unit"]):
        rows = np.flatnonzero(columns["cut_unit"] == unit)
        rows = rows[np.argsort(columns["cut_first"][rows])]
        first = rows[0]
        sums = mean_of_halves(columns["cut_sum"][rows].sum(axis=0), kept.draws)
        ends = (int(columns["cut_end"][rows, 0].min()), int(columns["cut_end"][rows, 1].max()))
        row: dict[str, Any] = {name: columns[f"cut_{name}"][first] for name in ("unit", "id", "outside", "contract")}
        row |= {"amount": sums[1:], "count": columns["cut_count"][rows].sum(axis=0), "exact": not is_counted}
        where = np.concatenate([np.arange(start[place], start[place + 1]) for place in rows])
        if is_counted:
            number, place = np.unique(columns["cut_class"][where], return_inverse=True)
            count = np.bincount(place, weights=columns["cut_class_count"][where]).astype(np.int64)
            row["spread"] = spread_of_classes(number, count, int(sums[0]), ends, kept.quantiles, kept.tail)
        else:
            row["cost"] = columns["cut_flat"][where]
            row["spread"] = spread_of(row["cost"][None], kept.quantiles, kept.tail)[0]
        yield row
