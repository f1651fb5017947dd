"""The parts of all grids as one table: rows behind each other, none of them twice, sums by user and month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.errors import Fault
from gridsim.importing.amounts import Amounts
from gridsim.importing.slots import DAY
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.column import Table
    from gridsim.importing.parts import IntArray, Part

__all__ = ["Columns", "Made", "Total", "joined", "totals_of"]


@dataclass(frozen=True)
class Columns:
    """Texts by code.

    Attributes
    ----------
    codes : (n,) int32 array
        -1 where nothing stands.
    texts : list of str
    """

    codes: np.ndarray[tuple[int], np.dtype[np.int32]]
    texts: list[str]


@dataclass(frozen=True)
class Made:
    """A table that was made of files.

    Attributes
    ----------
    table : Table
    texts : dict of str to Columns
    starts : (n,) int64 array or None
        Of load: minutes since 1970-01-01 00:00.
    amounts : dict of str to Amounts
        In our units.
    """

    table: Table
    texts: dict[str, Columns]
    starts: IntArray | None
    amounts: dict[str, Amounts]

    def __len__(self) -> int:
        return len(next(iter(self.amounts.values())).values)


@dataclass(frozen=True)
class Total:
    """What one user (or participant) has in one month.

    Attributes
    ----------
    who, month : str
    rows : int
    energy_mwh : Decimal
    """

    who: str
    month: str
    rows: int
    energy_mwh: Decimal


def joined(parts: Sequence[Part], table: Table, *, by_day: bool) -> tuple[Made, list[Fault]]:
    """One table of all parts.

    Parameters
    ----------
    parts : sequence of Part
        With their amounts in our units, and of load with the starts of intervals.
    table : Table
    by_day : bool
        Rows of a month are those of its days: they are added up.

    Returns
    -------
    Made
    faults : list of Fault
        Rows that stand twice.
    """
    measures = [column.name for column in table if any(column.name in part.measures for part in parts)]
    main = measures[0] if "energy_mwh" not in measures else "energy_mwh"
    chosen = [part.measures[main].given for part in parts]
    texts = {
        column.name: _texts(parts, chosen, column.name)
        for column in table
        if any(column.name in part.codes for part in parts)
    }
    amounts = {name: _amounts(parts, chosen, name) for name in measures}
    starts = None
    if all(part.minutes is not None for part in parts):
        starts = np.concatenate([_flat(part.minutes, given) for part, given in zip(parts, chosen, strict=True)])
    made = Made(table, texts, starts, amounts)
    faults = _twice(made, parts, chosen, by_day=by_day)
    return (_added_up(made, main) if by_day and not faults else made), faults


def _flat(array: Any, given: Any) -> Any:
    """An array of rows or of columns as wide as the amounts, flat, where an amount is given."""
    whole = np.broadcast_to(array, given.shape)
    return whole.ravel() if given.all() else whole[given]


def _texts(parts: Sequence[Part], chosen: Sequence[Any], name: str) -> Columns:
    places: dict[str, int] = {}
    codes = []
    for part, given in zip(parts, chosen, strict=True):
        if name in part.codes:
            target = [places.setdefault(text, len(places)) for text in part.texts[name]]
            own = np.array([*target, -1], dtype=np.int32)[part.codes[name]]
        else:
            own = np.full((1, 1), -1, dtype=np.int32)
        codes.append(_flat(own, given))
    return Columns(np.concatenate(codes), list(places))


def _amounts(parts: Sequence[Part], chosen: Sequence[Any], name: str) -> Amounts:
    decimals = max(part.measures[name].decimals for part in parts if name in part.measures)
    values, given = [], []
    for part, mask in zip(parts, chosen, strict=True):
        if name in part.measures:
            own = part.measures[name].at_least(decimals)
            values.append(_flat(own.values, mask))
            given.append(_flat(own.given, mask))
        else:
            values.append(np.zeros(int(mask.sum()), dtype=np.int64))
            given.append(np.zeros(int(mask.sum()), dtype=bool))
    return Amounts(np.concatenate(values), decimals, np.concatenate(given), {}).without_idle_zeros()


def _twice(made: Made, parts: Sequence[Part], chosen: Sequence[Any], *, by_day: bool) -> list[Fault]:
    """Rows of one key; of two files, the second is named."""
    key = made.table.key
    if not key or not len(made):
        return []
    numbers = np.zeros(len(made), dtype=np.int64)
    size = 1
    for name in key:
        if name in made.texts:
            column = made.texts[name]
            size *= len(column.texts) + 1
            numbers = numbers * (len(column.texts) + 1) + column.codes + 1
        elif made.starts is not None and name in ("starts_at", "ends_at"):
            first, last = int(made.starts.min()), int(made.starts.max())
            size *= last - first + 1
            numbers = numbers * (last - first + 1) + (made.starts - first)
    if by_day:
        days = np.concatenate([_flat(part.codes["date"], given) for part, given in zip(parts, chosen, strict=True)])
        span = int(days.max(initial=0)) + 2
        size *= span
        numbers = numbers * span + days + 1
    if size >= 2**62:  # more keys than int64 tells apart: the reader of the table looks for them
        return []
    if np.all(numbers[1:] > numbers[:-1]):
        return []
    order = np.argsort(numbers, kind="stable")
    again = np.zeros(len(numbers), dtype=bool)
    again[order[1:]] = numbers[order[1:]] == numbers[order[:-1]]
    if not again.any():
        return []
    faults: list[Fault] = []
    start = 0
    for part, given in zip(parts, chosen, strict=True):
        count = int(given.sum())
        rows = np.nonzero(given)[0][again[start : start + count]]
        start += count
        if len(rows):
            kept = part.raw.kept if part.rows is None else part.raw.kept[part.rows]
            before = len(part.raw.problems.faults)
            part.raw.problems.rows(
                np.unique(kept[rows]),
                None,
                lambda _: None,
                Sentence("stands there twice: {key}", key=named(key)),
                Sentence("each of them once, in all files together"),
            )
            faults += part.raw.problems.faults[before:]
            del part.raw.problems.faults[before:]
    return faults


def _added_up(made: Made, main: str) -> Made:
    """Rows of one key as one, where the first of them stood."""
    key = [name for name in made.texts if name in made.table.key]
    numbers = np.zeros(len(made), dtype=np.int64)
    for name in key:
        numbers = numbers * (len(made.texts[name].texts) + 1) + made.texts[name].codes + 1
    _, first, group = np.unique(numbers, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    old = made.amounts[main]
    sums = old.sum_by(rank[group], len(order))
    values = sums.astype(np.int64) if max(map(abs, sums.tolist()), default=0) < 2**63 else sums
    amounts = Amounts(values, old.decimals, np.ones(len(order), dtype=bool), {}).without_idle_zeros()
    texts = {name: Columns(made.texts[name].codes[first[order]], made.texts[name].texts) for name in made.texts}
    return Made(made.table, texts, None, {main: amounts})


def totals_of(made: Made) -> list[Total]:
    """Energy by user (or whoever the rows are of) and month, in the order of the files."""
    energy = made.amounts.get("energy_mwh")
    if energy is None:
        return []
    who = next((name for name in _WHO if name in made.texts), None)
    column = made.texts[who] if who is not None else Columns(np.zeros(len(made), dtype=np.int32), [""])
    months, month = _months(made)
    code = column.codes.astype(np.int64) * len(months) + month
    size = len(column.texts) * len(months)
    sums = energy.sum_by(code, size)
    counts = np.bincount(code, minlength=size)
    return [
        Total(text, months[at], int(counts[place]), energy.decimal(sums[place]))
        for number, text in enumerate(column.texts)
        for at in range(len(months))
        if counts[place := number * len(months) + at]
    ]


_WHO = ("user_id", "participant_id", "buyer_id", "generator_id")


def _months(made: Made) -> tuple[list[str], IntArray]:
    if made.starts is not None:
        months = (made.starts // DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        distinct, codes = np.unique(months, return_inverse=True)
        return [str(np.datetime64(int(month), "M")) for month in distinct], codes.astype(np.int64)
    name = next((name for name in ("month", "year") if name in made.texts), None)
    if name is None:
        return [""], np.zeros(len(made), dtype=np.int64)
    column = made.texts[name]
    order = np.argsort(np.array(column.texts))
    rank = np.append(np.argsort(order), 0)
    return [column.texts[place] for place in order], rank[column.codes].astype(np.int64)
