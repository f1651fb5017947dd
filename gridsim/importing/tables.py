"""The parts of all grids as one table: rows behind each other, none of them twice, sums by user and month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.importing.amounts import Amounts
from gridsim.importing.slots import DAY
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.column import Table
    from gridsim.importing.parts import IntArray, Part

__all__ = ["Columns", "Made", "Total", "joined", "main_measure", "totals_of"]


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


@helpful
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


def joined(parts: Sequence[Part], table: Table) -> tuple[Made, dict[str, IntArray]]:
    """One table of all parts.

    Parameters
    ----------
    parts : sequence of Part
        With their amounts in our units, and of load with the starts of intervals.
    table : Table

    Returns
    -------
    Made
    beside : dict of str to (n,) int64 array
        What tells rows apart and the table has no column for: their days, and the meters of an account.
    """
    measures = [column.name for column in table if any(column.name in part.measures for part in parts)]
    chosen = [part.measures[main_measure(measures)].given for part in parts]
    texts = {
        column.name: _texts(parts, chosen, column.name)
        for column in table
        if any(column.name in part.codes for part in parts)
    }
    amounts = {name: _amounts(parts, chosen, name) for name in measures}
    starts = None
    if all(part.minutes is not None for part in parts):
        starts = np.concatenate([_flat(part.minutes, given) for part, given in zip(parts, chosen, strict=True)])
    beside: dict[str, IntArray] = {}
    if all("date" in part.codes for part in parts):
        days = [_flat(part.codes["date"], given) for part, given in zip(parts, chosen, strict=True)]
        beside["date"] = np.concatenate(days)
    if any("meter" in part.codes for part in parts):
        beside["meter"] = _texts(parts, chosen, "meter").codes.astype(np.int64)
    return Made(table, texts, starts, amounts), beside


def main_measure(measures: Sequence[str]) -> str:
    """The amounts by which rows are there or not."""
    return "energy_mwh" if "energy_mwh" in measures else measures[0]


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
