"""Days that lack where the energy of days is added up to months: told, since a file may have been cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.errors import Fault
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.importing.parts import IntArray, Part
    from gridsim.importing.tables import Made

__all__ = ["fault_of_reading_days", "note_missing_days"]


def fault_of_reading_days(made: Made, days: IntArray, parts: Sequence[Part]) -> list[Fault]:
    """A fault where each user's month has one day alone: that of a reading, and its energy of the month before."""
    if any("date" not in part.raw.layout.keys for part in parts):
        return []
    users = made.texts["user_id"].codes.astype(np.int64)
    size = int(days.max(initial=0)) - int(days.min(initial=0)) + 1
    there = np.unique(users * size + days - int(days.min(initial=0)))
    month = (there % size + int(days.min(initial=0))).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    if len(there) != len(np.unique(np.stack([there // size, month]), axis=1).T):
        return []
    raw = parts[0].raw
    column = raw.layout.headings[raw.layout.keys["date"]]
    return [
        Fault(
            raw.grid.name,
            None,
            column,
            str(np.datetime64(int(days[0]), "D")),
            Sentence("one day of each month alone: a day of reading, perhaps, whose energy is of the month before"),
            Sentence(
                "a column of months such as 2021-04; or in MAP.yaml this one left_out, and the month under constants"
            ),
        )
    ]


def note_missing_days(made: Made, days: IntArray) -> tuple[Sentence, ...]:
    """A note of the users and months of which not every day is there.

    Parameters
    ----------
    made : Made
        With a row for each day.
    days : (n,) int64 array
        The day of each row, since 1970-01-01.
    """
    users = made.texts["user_id"]
    first = int(days.min(initial=0))
    size = int(days.max(initial=0)) - first + 1
    there = np.unique(users.codes.astype(np.int64) * size + days - first)
    user, day = np.divmod(there, size)
    day = (day + first).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    is_first = np.ones(len(there), dtype=bool)
    is_first[1:] = (user[1:] != user[:-1]) | (month[1:] != month[:-1])
    starts = np.flatnonzero(is_first)
    count = np.diff(np.append(starts, len(there)))
    begin = month[starts].astype("datetime64[D]")
    whole = ((month[starts] + 1).astype("datetime64[D]") - begin).astype(np.int64)
    short = np.flatnonzero(count < whole)
    if not len(short):
        return ()
    at = int(short[0])
    here = day[starts[at] : starts[at] + count[at]]
    missing = np.setdiff1d(begin[at] + np.arange(whole[at]), here)
    return (
        Sentence(
            "days are added up to months, and of {count:,} users' months some days are missing; the first: "
            "{user}, {month}, {days} of {whole} days, without {missing}",
            count=len(short),
            user=users.texts[int(user[starts[at]])],
            month=str(month[starts[at]]),
            days=int(count[at]),
            whole=int(whole[at]),
            missing=str(missing[0]) if len(missing) == 1 else f"{missing[0]} … {missing[-1]}",
        ),
    )
