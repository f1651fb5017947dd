"""The points of a sweep as a table: what each varies, by name, and what all units and users pay there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.batch.statistics import BatchStatistics
from gridsim.show.document import grid
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.batch.parameter_words import ParameterWords
    from gridsim.batch.stored import StoredBatch
    from gridsim.show.document import Grid

__all__ = ["MOST_POINTS", "points_grid"]

MOST_POINTS = 20
"""So many points are shown."""

_STATUS = {"open": msg("open"), "damaged": msg("damaged"), "failed": msg("failed")}


def points_grid(batch: StoredBatch, words: ParameterWords, shown: Sequence[int], *, of: int) -> Grid:
    """The cost of some points, rounded to the fen for display.

    Parameters
    ----------
    batch : StoredBatch
    words : ParameterWords
    shown : sequence of int
        The points by number; of one that was not computed it is told why.
    of : int
        How many there are to be shown.
    """
    names, points = list(batch.parameters), batch.points
    done = [number for number in shown if points.loc[number, "status"] == "done"]
    cost = BatchStatistics(batch).cost("point", {"point": done}, ("mean", "std", "q05", "q95")) if done else None
    rows = []
    for number in shown:
        row = [str(number), *(words.value(name, points.loc[number, name]) for name in names)]
        if cost is not None and number in cost.index:
            row += [f"{value:,.2f}" for value in cost.loc[number]]
        else:
            status = str(points.loc[number, "status"])
            told = words.say(_STATUS[status]) if status in _STATUS else status
            row += [str(points.loc[number, "error"]) or told, "", "", ""]
        rows.append(row)
    left = ""
    if of > len(shown):
        left = words.say("the first {shown} of {points} points", shown=len(shown), points=f"{of:,}")
    heads = [words.say("point"), *map(words.parameter, names), words.say("mean"), words.say("standard deviation")]
    title = words.say("All that units and users pay in the year, yuan")
    note = "\n".join(part for part in (words.paths(names), left) if part)
    return grid((*heads, "5 %", "95 %"), rows, texts=0, title=title, note=note)
