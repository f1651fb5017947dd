"""Columns that are the days of a month: which day each of them is in each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.importing.cells import month_of, year_of
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.importing.choices import Choices
    from gridsim.importing.parts import IntArray, Part

__all__ = ["NO_DAY", "days_across"]

NO_DAY = int(np.iinfo(np.int64).min)


def days_across(part: Part, choices: Choices) -> IntArray | None:
    """The days of the columns of amounts, in days since 1970-01-01.

    Parameters
    ----------
    part : Part
    choices : Choices

    Returns
    -------
    (1, columns) or (rows, columns) int64 array, or None
        `NO_DAY` where a month has no such day; None if the headings name no days, or a fault was noted.
    """
    raw = part.raw
    meanings = [raw.layout.meanings[place] for place in raw.layout.values]
    if not all(meaning.day for meaning in meanings):
        return None
    context = raw.layout.context
    year = context.year or choices.year
    own = [(meaning.year or year, meaning.month or context.month) for meaning in meanings]
    if all(each for pair in own for each in pair):
        months = np.array([[_month(*pair) for pair in own]], dtype=np.int64)
    else:
        of_rows = _months_of_rows(part, year)
        if of_rows is None:
            raw.problems.whole(
                Sentence("days as columns, and nothing says of which month"),
                Sentence("a column of months such as 2021-04, the month in a title or in the name of the sheet"),
                raw.layout.values[0],
            )
            return None
        months = np.broadcast_to(of_rows[:, None], (len(of_rows), len(meanings)))
    day = np.array([[meaning.day - 1 for meaning in meanings]], dtype=np.int64)
    starts = months.astype("datetime64[M]")
    first, behind = ((starts + more).astype("datetime64[D]").astype(np.int64) for more in (0, 1))
    found: IntArray = np.where(first + day < behind, first + day, NO_DAY)
    _tell_no_such_day(part, found)
    return found


def _month(year: int, month: int) -> int:
    return (year - 1970) * 12 + month - 1


def _months_of_rows(part: Part, year: int) -> IntArray | None:
    """(rows,) months since 1970-01, by the cells of a column of months; None if some row names none."""
    raw = part.raw
    if "month" not in raw.keyed:
        return None
    keyed = raw.keyed["month"]
    if "year" in raw.keyed:
        of_year = raw.keyed["year"]
        years = [year_of(cell) or 0 for cell in of_year.cells] + [0]
        pairs = zip(keyed.codes[raw.kept].tolist(), of_year.codes[raw.kept].tolist(), strict=True)
        texts = [month_of(keyed.cells[code], years[at]) if code >= 0 else None for code, at in pairs]
    else:
        by_code = [*(month_of(cell, year) for cell in keyed.cells), None]
        texts = [by_code[code] for code in keyed.codes[raw.kept].tolist()]
    if None in texts:
        return None
    return np.array(texts, dtype="datetime64[M]").astype(np.int64)


def _tell_no_such_day(part: Part, days: IntArray) -> None:
    raw = part.raw
    wrong = raw.matrix(raw.layout.values).given & (days == NO_DAY)
    for number, place in enumerate(raw.layout.values):
        rows = raw.kept[wrong[:, number]]
        raw.problems.rows(rows, place, lambda _: None, Sentence("an amount of a day that the month does not have"))
