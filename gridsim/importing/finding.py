"""Where in a grid the headings stand, what its columns are, and what of it can't be told by them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gridsim.errors import Fault, WrongValueError, shorten
from gridsim.importing.cells import id_of
from gridsim.importing.heading_columns import columns_below
from gridsim.importing.heading_rows import best_headings
from gridsim.importing.heading_texts import is_of_readings, is_sum_word
from gridsim.importing.headings import Vocabulary
from gridsim.importing.layout import Layout
from gridsim.importing.meanings import LEFT_OUT, Meaning
from gridsim.importing.titles import context_of
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.importing.choices import Choices
    from gridsim.importing.grids import Grid

__all__ = ["find_layout"]

_ROWS_LOOKED_AT = 8  # below headings, for a number
_NAMES_SHOWN = 5


def find_layout(grid: Grid, words: Vocabulary, choices: Choices) -> tuple[Layout | None, list[Fault]]:
    """The layout of a grid, by the rows that have most headings that are understood.

    Parameters
    ----------
    grid : Grid
    words : Vocabulary
    choices : Choices

    Returns
    -------
    layout : Layout or None
        None where no row has headings of the table.
    faults : list of Fault
        Headings that contradict each other.
    """
    found = _most_understood(grid, words, choices)
    if _lacks_users(found, grid, words, choices):
        asked = _ask_users(grid, words, replace(choices, users_across=True))
        if asked is not None:
            return None, [asked]
    if found is None:
        return None, []
    found = _with_periods(found, grid, words)
    context = context_of(grid, grid.head[: found.first], words)
    meanings = found.meanings
    if (context.speaks_of_readings or _are_readings(found, grid)) and not any(meaning.reading for meaning in meanings):
        meanings = tuple(replace(each, reading="reading") if each.kind == "energy" else each for each in meanings)
    layout = Layout(found.first, found.start, found.headings, meanings, found.slots, context)
    return layout, [*_twice(layout, grid.name), *_lost_digits(layout, grid.name)]


def _are_readings(found: Layout, grid: Grid) -> bool:
    """Whether a column says of each row, as far as it is looked at, that what stands beside it are readings."""
    rows = grid.head[found.start :]
    for place in found.others:
        cells = [row[place] for row in rows if place < len(row) and row[place] is not None]
        if cells and all(isinstance(cell, str) and is_of_readings(cell) for cell in cells):
            return True
    return False


def _with_periods(found: Layout, grid: Grid, words: Vocabulary) -> Layout:
    """The same, and a column that nothing but periods (or products) and totals stand in is the column of them."""
    key = next((column.name for column in words.table if column.of in ("periods", "products")), None)
    if key is None or key in found.keys or any(meaning.period for meaning in found.meanings):
        return found
    rows = [row for row in grid.head[found.start :] if any(cell is not None for cell in row)]
    places = []
    for place in found.others:
        cells = [row[place] for row in rows if place < len(row) and row[place] is not None]
        texts = [cell for cell in cells if not (isinstance(cell, str) and is_sum_word(cell))]
        if texts and all(isinstance(cell, str) and words.period_of(cell) for cell in texts):
            places.append(place)
    if len(places) != 1:
        return found
    meanings = list(found.meanings)
    meanings[places[0]] = Meaning(key=key)
    return replace(found, meanings=tuple(meanings))


def _most_understood(grid: Grid, words: Vocabulary, choices: Choices) -> Layout | None:
    """The layout by those rows of headings of which most is understood."""

    def read(block: Sequence[Sequence[object]], first: int) -> tuple[tuple[int, ...], Layout] | None:
        layout = columns_below(block, first, words, choices)
        if not layout.keys or not layout.values:
            return None
        understood = len(layout.keys) + len(layout.values) + len(layout.sums)
        units = sum(meaning.unit is not None for meaning in layout.meanings)
        # of alike ones that which tells more of its columns
        return (understood, len(set(layout.meanings)), units), layout

    return best_headings(grid.head, read)


def _lacks_users(found: Layout | None, grid: Grid, words: Vocabulary, choices: Choices) -> bool:
    """Whether amounts of users are wanted, and nothing is found that says of whom the amounts are."""
    if not words.has_users or choices.users_across or "user_id" in choices.constants:
        return False
    if found is None:
        return True
    says = any(each.user or each.key == "user_id" for each in found.meanings)
    above = context_of(grid, grid.head[: found.first], words).keys
    return not says and "user_id" not in above and all(found.meanings[place].is_sum for place in found.values)


def _ask_users(grid: Grid, words: Vocabulary, choices: Choices) -> Fault | None:
    """Whether columns are users: a fault, if their headings may be such and numbers stand below."""
    found = _most_understood(grid, words, choices)
    if found is None:
        return None
    users = [meaning.user for place, meaning in enumerate(found.meanings) if meaning.user and place in found.values]
    rows = grid.head[found.start : found.start + _ROWS_LOOKED_AT]
    numbers = [cell for row in rows for place, cell in enumerate(row) if place in found.values and _is_number(cell)]
    if not users or not numbers:
        return None
    message = Sentence("{count} columns whose headings may be users, or something else", count=len(users))
    names = [*users[:_NAMES_SHOWN], "…", users[-1]] if len(users) > _NAMES_SHOWN + 1 else users
    allowed = Sentence("--users-across, if they are users; or what each of them means in MAP.yaml under columns")
    return Fault(grid.name, None, None, ", ".join(names), message, allowed)


def _is_number(cell: object) -> bool:
    if isinstance(cell, str):
        return re.fullmatch(r"[-+]?[\d,]*\.?\d+", cell.strip()) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _twice(layout: Layout, name: str) -> list[Fault]:
    """Two columns for one key."""
    faults = []
    seen: dict[str, str] = {}
    for heading, meaning in zip(layout.headings, layout.meanings, strict=True):
        if not meaning.key or meaning == LEFT_OUT:
            continue
        first = seen.setdefault(meaning.key, heading)
        if first is not heading:
            faults.append(
                Fault(
                    name,
                    None,
                    meaning.key,
                    shorten(heading),
                    Sentence("two headings for one column: {headings}", headings=named([first, heading])),
                    Sentence("name the other one in MAP.yaml under columns: left_out"),
                )
            )
    return faults


def _lost_digits(layout: Layout, name: str) -> list[Fault]:
    """Users whose headings are numbers that a spreadsheet has shortened."""
    faults = []
    for heading, meaning in zip(layout.headings, layout.meanings, strict=True):
        if meaning.user:
            try:
                id_of(meaning.user)
            except WrongValueError as error:
                allowed = Sentence("the heading formatted as text, as the system exports it")
                faults.append(Fault(name, None, None, shorten(heading), error.sentence, allowed))
    return faults
