"""Readings of registers turned into energy: what a register has gone on by, times its multiplier (倍率)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gridsim.importing.amounts import Amounts, amounts_of_texts
from gridsim.importing.headings import Meaning
from gridsim.tables.raw import text_of_cell
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.importing.choices import Choices
    from gridsim.importing.parts import IntArray, Part, Raw

__all__ = ["difference", "pairs_of_readings", "series_of_readings", "times_multiplier"]


def pairs_of_readings(raw: Raw) -> list[tuple[int, int]]:
    """Columns of readings before and after, by what their headings say beside that: (before, after)."""
    meanings = raw.layout.meanings
    before = {_of(meanings[place]): place for place in raw.layout.values if meanings[place].reading == "reading_from"}
    after = {_of(meanings[place]): place for place in raw.layout.values if meanings[place].reading == "reading_to"}
    for of in before.keys() ^ after.keys():
        place = before.get(of, after.get(of))
        raw.problems.whole(
            Sentence("readings before without those after, or those after without those before"),
            Sentence("two columns, such as 上期示数 and 本期示数"),
            place,
        )
    return [(before[of], after[of]) for of in before if of in after]


def _of(meaning: Meaning) -> Meaning:
    return replace(meaning, reading="", unit=None, is_sum=False, kind="energy", measure="")


def difference(raw: Raw, before: int, after: int) -> Amounts:
    """(rows,) what a register has gone on by, of the rows that count."""
    both = raw.matrix([before, after])
    values = both.values[:, 1] - both.values[:, 0]
    given = both.given[:, 0] & both.given[:, 1]
    _tell_backwards(raw, raw.kept[given & (values < 0)], after)
    return Amounts(np.where(given, values, 0), both.decimals, given, {})


def times_multiplier(part: Part, amounts: Amounts, choices: Choices) -> Amounts:
    """Amounts of the rows that count times the multiplier of each; a fault where there is none.

    Parameters
    ----------
    part : Part
    amounts : Amounts
        (rows, columns).
    choices : Choices
    """
    raw = part.raw
    if "multiplier" in raw.keyed:
        keyed = raw.keyed["multiplier"]
        factors = _factors([text_of_cell(cell) for cell in keyed.cells])
        codes = keyed.codes[raw.kept]
        good = np.append(factors.given & (factors.values > 0), False)
        raw.problems.rows(
            raw.kept[~good[codes]],
            raw.layout.keys["multiplier"],
            lambda row: None if keyed.codes[row] < 0 else keyed.cells[keyed.codes[row]],
            Sentence("no multiplier"),
            Sentence("a number above 0"),
        )
        by_row = np.append(factors.values, 0)[codes]
        return _product(amounts, by_row[:, None], factors.decimals)
    said = raw.layout.context.keys.get("multiplier")
    text = text_of_cell(said) if said is not None else None
    if text is None and choices.multiplier is not None:
        text = str(choices.multiplier)
    factor = _factors([text])
    if not factor.given[0] or factor.values[0] <= 0:
        raw.problems.whole(
            Sentence("readings of registers without a multiplier"),
            Sentence("a column 倍率, or --multiplier; --multiplier 1 where the readings are energy already"),
        )
        return amounts
    return _product(amounts, np.array([[factor.values[0]]]), factor.decimals)


def _factors(texts: list[str | None]) -> Amounts:
    import pyarrow as pa

    return amounts_of_texts(pa.array(texts, pa.string()))


def _product(amounts: Amounts, factors: IntArray, decimals: int) -> Amounts:
    large = int(np.abs(amounts.values).max(initial=0)) * int(np.abs(factors).max(initial=0))
    values = amounts.values.astype(object) if large >= 2**62 else amounts.values
    made = Amounts(values * factors, amounts.decimals + decimals, amounts.given, amounts.odd)
    return made.without_idle_zeros()


def series_of_readings(part: Part, amounts: Amounts, length: int) -> tuple[Amounts, IntArray]:
    """From readings at instants to the energy between them.

    Parameters
    ----------
    part : Part
        Of one column of rows, whose `minutes` are when each was read.
    amounts : Amounts
        (rows, columns).
    length : int
        Of an interval [minutes]; 0: as far apart as the readings are.

    Returns
    -------
    Amounts
        (readings, 1), in the order of user and time; given where the next reading of the user is there.
    minutes : (readings, 1) int64 array
    """
    assert part.minutes is not None  # the stamps of a load curve
    minutes = np.broadcast_to(part.minutes, amounts.values.shape).ravel()
    users = np.broadcast_to(part.codes["user_id"], amounts.values.shape).ravel()
    rows = np.repeat(np.arange(len(amounts.values)), amounts.values.shape[1])
    order = np.lexsort((minutes, users))
    order = order[amounts.given.ravel()[order]]
    user, minute, value = users[order], minutes[order], amounts.values.ravel()[order]
    has_next = np.zeros(len(order), dtype=bool)
    has_next[:-1] = user[1:] == user[:-1]
    energy = np.zeros(len(order), dtype=value.dtype)
    energy[:-1] = np.where(has_next[:-1], value[1:] - value[:-1], 0)
    apart = np.zeros(len(order), dtype=np.int64)
    apart[:-1] = np.where(has_next[:-1], minute[1:] - minute[:-1], 0)
    step = length or int(apart[apart > 0].min(initial=10**9))
    raw = part.raw
    place = raw.layout.values[0]
    gaps = has_next & (apart != step)
    raw.problems.rows(
        raw.kept[rows[order[gaps]]],
        place,
        lambda _: None,
        Sentence("the next reading is missing: what was consumed until the one behind it stands in no interval"),
        Sentence("a reading for the end of each interval"),
    )
    _tell_backwards(raw, raw.kept[rows[order[has_next & (energy < 0)]]], place)
    part.codes["user_id"] = user[:, None]
    part.minutes = minute[:, None]
    part.rows = rows[order]
    made = Amounts(energy[:, None], amounts.decimals, has_next[:, None], {})
    return made, part.minutes


def _tell_backwards(raw: Raw, rows: IntArray, place: int) -> None:
    column = raw.amounts[place]
    raw.problems.rows(
        rows,
        place,
        lambda row: f"{column.decimal(column.values[row]):f}",
        Sentence("a register that goes backwards"),
        Sentence("readings that grow; where the register was changed or began again from 0, its energy in the file"),
    )
