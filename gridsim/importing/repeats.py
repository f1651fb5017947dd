"""Rows of one key: added up where they are days of a month or meters of an account, and a fault everywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from gridsim.errors import Fault
from gridsim.importing.amounts import Amounts
from gridsim.importing.asked import plain
from gridsim.importing.tables import Columns, Made, main_measure
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.importing.parts import IntArray, Part

__all__ = ["once"]

_ONCE = Sentence("each of them once, in all files together")
_IN_MAP = Sentence(
    "each of them once, in all files together; of sheets that repeat others, MAP.yaml names those that count: sheets"
)
_MOST_KEYS = 2**40


def once(
    made: Made, beside: dict[str, IntArray], parts: Sequence[Part], *, add_meters: bool
) -> tuple[Made, list[Fault]]:
    """A table each of whose keys stands once.

    Parameters
    ----------
    made : Made
    beside : dict of str to (n,) int64 array
        As `joined` gives it.
    parts : sequence of Part
    add_meters : bool
        Whether the energies of several meters of one account are added up.

    Returns
    -------
    Made
    faults : list of Fault
        Rows that stand twice, or meters of which nobody has said what they are to each other.
    """
    key = made.table.key
    if not len(made) or not any(name in made.texts for name in key):
        return made, []
    numbers = _numbers(made, [])
    if np.all(numbers[1:] > numbers[:-1]):
        return made, []
    again = _again(_numbers(made, list(beside.values())) if beside else numbers)
    if again.any():
        return made, _twice(made, parts, again)
    if "meter" in beside and not add_meters:
        without = [array for name, array in beside.items() if name != "meter"]
        if _again(_numbers(made, without)).any():
            return made, [_ask_meters(made, parts)]
    return (_added_up(made, numbers) if _again(numbers).any() else made), []


def _numbers(made: Made, beside: Sequence[IntArray]) -> IntArray:
    """The key of each row as one number; what stands beside the table counts too."""
    arrays: list[tuple[IntArray, int]] = []
    for name in made.table.key:
        if name in made.texts:
            column = made.texts[name]
            arrays.append((column.codes + np.int32(1), len(column.texts) + 1))
        elif made.starts is not None and name == "starts_at":
            first = int(made.starts.min())
            arrays.append((made.starts - first, int(made.starts.max()) - first + 1))
    arrays += [(array - array.min(), int(array.max() - array.min()) + 1) for array in beside]
    numbers, size = np.zeros(len(made), dtype=np.int64), 1
    for array, count in arrays:
        if size * count > _MOST_KEYS:  # so many do not occur: those that do are numbered anew
            distinct, numbers = np.unique(numbers, return_inverse=True)
            numbers, size = numbers.astype(np.int64), len(distinct)
        numbers *= count  # in place: of a year of quarter-hours each such array is large
        numbers += array
        size *= count
    return numbers


def _again(numbers: IntArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Rows whose number has stood before."""
    order = np.argsort(numbers, kind="stable")
    again = np.zeros(len(numbers), dtype=bool)
    again[order[1:]] = numbers[order[1:]] == numbers[order[:-1]]
    return again


def _twice(made: Made, parts: Sequence[Part], again: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[Fault]:
    """A fault for each row that has stood before; of two files, the second is named."""
    faults: list[Fault] = []
    main = main_measure(list(made.amounts))
    start = 0
    for part in parts:
        given = part.measures[main].given
        count = int(given.sum())
        rows = np.nonzero(given)[0][again[start : start + count]]
        start += count
        kept = part.raw.kept if part.rows is None else part.raw.kept[part.rows]
        before = len(part.faults)
        part.raw.problems.rows(
            np.unique(kept[rows]),
            None,
            lambda _: None,
            Sentence("stands there twice: {key}", key=named(made.table.key)),
            _IN_MAP if len({part.raw.grid.name for part in parts}) > 1 and ":" in part.raw.grid.name else _ONCE,
        )
        faults += part.faults[before:]
        del part.faults[before:]
    return faults


def _ask_meters(made: Made, parts: Sequence[Part]) -> Fault:
    part = next(part for part in parts if "meter" in part.raw.layout.keys)
    heading = part.raw.layout.headings[part.raw.layout.keys["meter"]]
    amounts = made.amounts[main_measure(list(made.amounts))]
    total = amounts.decimal(int(amounts.sum_by(np.zeros(len(made), dtype=np.int64), 1)[0])) + Decimal(0)
    message = Sentence("an account has several meters, and one of them may be part of another")
    allowed = Sentence(
        "--add-meters: {total} MWh in all, those of each account added up; or a file with the meters that count",
        total=plain(total),
    )
    return Fault(part.raw.grid.name, None, heading, None, message, allowed)


def _added_up(made: Made, numbers: IntArray) -> Made:
    """Rows of one key as one, where the first of them stood."""
    _, first, group = np.unique(numbers, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    main = main_measure(list(made.amounts))
    old = made.amounts[main]
    sums = old.sum_by(rank[group], len(order))
    values = sums.astype(np.int64) if max(map(abs, sums.tolist()), default=0) < 2**63 else sums
    amounts = Amounts(values, old.decimals, np.ones(len(order), dtype=bool), {}).without_idle_zeros()
    texts = {name: Columns(made.texts[name].codes[first[order]], made.texts[name].texts) for name in made.texts}
    starts = None if made.starts is None else made.starts[first[order]]
    return Made(made.table, texts, starts, {main: amounts})
