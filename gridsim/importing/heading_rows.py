"""Which rows of a grid are its headings: those of which most is understood, of one row up to three.

Tables to import and statements to check are looked through in one way; what a heading means, each tells by its own
words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from gridsim.importing.heading_texts import heading_text

__all__ = ["BETWEEN", "best_headings", "spread", "stack", "stacked_text"]

BETWEEN = " / "
"""Between headings that stand above each other."""

_MOST_ROWS = 3
_SAYS = re.compile(r"[^\d:()\[\]]{2,12}:\s*\S.*")  # 单位：千瓦时, and no 00:15

Found = TypeVar("Found")
Row = Sequence[object]


def best_headings(
    head: Sequence[Row], read: Callable[[Sequence[Row], int], tuple[tuple[int, ...], Found] | None]
) -> Found | None:
    """What the rows of headings are of which most is understood; of alike ones the first.

    Parameters
    ----------
    head : sequence of sequence
        The first rows of a grid.
    read : callable
        Takes some rows and the place of the first of them; gives how much of them is understood, and as what; None
        where they are no headings.
    """
    best: tuple[tuple[int, ...], Any] | None = None
    for first in range(len(head)):
        for rows in range(1, _MOST_ROWS + 1):
            block = head[first : first + rows]
            if len(block) < rows or _is_title(block[0]) or not any(cell is not None for cell in block[-1]):
                break
            found = read(block, first)
            if found is not None and (best is None or found[0] > best[0]):
                best = found
    return None if best is None else best[1]


def _is_title(row: Row) -> bool:
    """Whether a row is no row of headings: with nothing, one text alone, or a label and what it says (单位：千瓦时)."""
    texts = [heading_text(cell) for cell in row if cell is not None]
    if any(_SAYS.fullmatch(text) for text in texts):
        return True
    return len(set(texts)) <= 1 and (not texts or row[0] is not None)


def spread(block: Sequence[Row]) -> list[list[object]]:
    """Rows of one width, in which a heading over several columns stands over each of them."""
    width = max(map(len, block))
    rows = [[*row, *[None] * (width - len(row))] for row in block]
    for number, row in enumerate(rows[:-1]):
        below = rows[number + 1 :]
        for place in range(1, width):
            is_group = all(any(later[each] is not None for later in below) for each in (place - 1, place))
            if row[place] is None and row[place - 1] is not None and is_group:
                row[place] = row[place - 1]
    return rows


def stack(rows: Sequence[Row], place: int) -> list[object]:
    """What stands in the headings of a column, each once where it is merged."""
    found: list[object] = []
    for row in rows:
        if row[place] is not None and (not found or heading_text(found[-1]) != heading_text(row[place])):
            found.append(row[place])
    return found


def stacked_text(rows: Sequence[Row], place: int) -> str:
    """The heading of a column as one text."""
    return BETWEEN.join(map(heading_text, stack(rows, place)))
