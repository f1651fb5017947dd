"""What a task brings back: sums by draw, and the spread of each unit; arrays alone, to be stored and sent.

A unit whose draws are all in one block comes back as its statistics. A unit too large for one block is cut by draws;
its draws come back block by block and its statistics are made when all are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.batch.engine import ENERGIES, ITEMS, Block, settle_block
from gridsim.batch.spread import class_of, halves, mean_of_halves, spread_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gridsim.batch.engine import BlockOutcome
    from gridsim.batch.prepared import Prepared
    from gridsim.batch.task import Shared

__all__ = ["AMOUNTS", "UNIT_COUNTS", "Outcome", "reduce_blocks"]

AMOUNTS = ("metered", "overrun", "shortfall")
"""Energies of a unit whose means are kept."""

UNIT_COUNTS = ("overrun", "shortfall")
"""Energies of a unit of which it is counted in how many draws they are above zero."""

_MOST_HELD = 2**25
"""How many costs (unit × draw) of cut units are held at once; of more, classes are counted."""


@dataclass(frozen=True)
class Outcome:
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
        for, ``cost``; of cut units the same with ``cut_`` before the name.
    """

    point: str
    total: int
    arrays: Mapping[str, NDArray[Any]]

    @property
    def blocks(self) -> list[Block]:
        """The blocks that are in it."""
        return [Block(*map(int, row)) for row in self.arrays["blocks"]]


def reduce_blocks(shared: Shared, point: str, todo: Iterable[tuple[Block, Prepared]], every: list[Block]) -> Outcome:
    """Settle blocks and keep what a batch keeps of them.

    Parameters
    ----------
    shared : Shared
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

    is_counted = not shared.every_draw and _costs(every, shared.draws) > _MOST_HELD
    settled: list[Block] = []
    for block, prepared in todo:
        outcome = settle_block(prepared, block, shared.seed)
        settled.append(block)
        draws = (block.draw_first, block.draw_last)
        if draws in sums:
            sums[draws][0][...] += outcome.items
            sums[draws][1][...] += outcome.energies
        else:
            sums[draws] = (outcome.items.copy(), outcome.energies.copy())
        if shared.by_unit and _is_whole(block, shared.draws):
            whole.append(_whole_units(shared, prepared, outcome))
        elif shared.by_unit:
            cut.append(_cut_units(prepared, outcome, is_counted=is_counted))
    ranges = sorted(sums)
    arrays: dict[str, NDArray[Any]] = {
        "blocks": np.array(settled, dtype=np.int64).reshape(-1, 4),
        "draws": np.array(ranges, dtype=np.int64).reshape(-1, 2),
        "items": np.concatenate([np.empty((0, len(ITEMS)), np.int64), *(sums[draws][0] for draws in ranges)]),
        "energies": np.concatenate([np.empty((0, len(ENERGIES)), np.int64), *(sums[draws][1] for draws in ranges)]),
    }
    for prefix, parts in (("", whole), ("cut_", cut)):
        for name in parts[0] if parts else ():
            arrays[prefix + name] = np.concatenate([part[name] for part in parts])
    return Outcome(point, len(every), arrays)


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


def _whole_units(shared: Shared, prepared: Prepared, outcome: BlockOutcome) -> dict[str, NDArray[Any]]:
    part = _names(prepared, outcome.block)
    part["spread"] = spread_of(outcome.cost, shared.quantiles, shared.tail)
    part["amount"] = mean_of_halves(_amounts(outcome), shared.draws)
    part["count"] = _counts(outcome)
    if shared.every_draw:
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
