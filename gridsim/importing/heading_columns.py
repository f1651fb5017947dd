"""What each column below some rows of headings is: users and days side by side, the intervals of a day, amounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gridsim.importing.across import days_of, named_users, users_of_rows
from gridsim.importing.heading_rows import BETWEEN, spread, stack, stacked_text
from gridsim.importing.heading_texts import heading_text, other_quantity
from gridsim.importing.headings import Vocabulary
from gridsim.importing.layout import Layout
from gridsim.importing.meanings import NOTHING_SAID, Meaning
from gridsim.importing.slots import Slots, slots_of
from gridsim.importing.titles import Context
from gridsim.tables.heading_units import unit_of_heading

if TYPE_CHECKING:
    from gridsim.importing.choices import Choices

__all__ = ["columns_below"]


def columns_below(block: Sequence[Sequence[object]], first: int, words: Vocabulary, choices: Choices) -> Layout:
    """The layout that some rows of headings make.

    Parameters
    ----------
    block : sequence of sequence
        The rows.
    first : int
        The place of the first of them.
    words : Vocabulary
    choices : Choices
    """
    rows = spread(block)
    width = len(rows[0])
    headings = [stacked_text(rows, place) for place in range(width)]
    rows, across = users_of_rows(rows, words)
    meanings = [
        _joined(stack(rows, place), headings[place], words, across.get(place, NOTHING_SAID)) for place in range(width)
    ]
    if any(meaning.key == "user_id" for meaning in meanings):  # then no column is of one user alone
        meanings = [NOTHING_SAID if meaning.user else meaning for meaning in meanings]
    elif choices.users_across:
        for place, meaning in named_users(rows[-1], meanings, words).items():
            meanings[place] = meaning
    if len(rows) > 1 and all(cell is None or _is_unit(cell) for cell in rows[-1]):
        rows = [*rows[:-2], rows[-1], rows[-2]]  # a row of units below: what it says is said above as well
    lowest = [words.meaning(cell) for cell in rows[-1]]
    free = [place for place, meaning in enumerate(lowest) if meaning == NOTHING_SAID or _is_bare(meaning)]
    slots = _slots(rows, free) if words.has_intervals else None
    if slots is not None:
        for place in slots.places:
            above = [row[place] for row in rows[:-1] if row[place] is not None]
            said = _joined(above, BETWEEN.join(map(heading_text, above)), words) if above else NOTHING_SAID
            other = next((kind for cell in above if (kind := other_quantity(heading_text(cell)))), "")
            if said == NOTHING_SAID and other:
                said = Meaning(kind=other)
            meanings[place] = replace(said, kind=said.kind or "energy", is_sum=False) if not said.key else NOTHING_SAID
    elif words.has_users:
        days = days_of([rows[-1][place] for place in free])
        for number, (year, month, day) in days.items():
            said = _joined(stack(rows[:-1], free[number]), "", words, across.get(free[number], NOTHING_SAID))
            of_day = Meaning(year=year, month=month, day=day).with_upper(said)
            meanings[free[number]] = (
                NOTHING_SAID if of_day is None or of_day.key else replace(of_day, kind=of_day.kind or "energy")
            )
    return Layout(first, first + len(block), tuple(headings), tuple(meanings), slots, Context())


def _joined(stack: Sequence[object], heading: str, words: Vocabulary, said: Meaning = NOTHING_SAID) -> Meaning:
    """What headings above each other say together, and with what is said of them elsewhere."""
    if heading in words.given:
        return words.given[heading]
    for cell in stack:
        meaning = words.meaning(cell)
        if meaning == NOTHING_SAID:
            return NOTHING_SAID
        joined = meaning.with_upper(said)
        if joined is None:
            return NOTHING_SAID
        said = joined
    return words.measured(replace(said, kind="energy") if said.user and not said.kind and not said.measure else said)


def _is_unit(cell: object) -> bool:
    unit = unit_of_heading(heading_text(cell))
    return unit is not None and not unit.name


def _is_bare(meaning: Meaning) -> bool:
    """Whether a heading may be an interval all the same: 1 is a month, too."""
    return bool(meaning.month or meaning.year) and not (meaning.kind or meaning.period or meaning.key)


def _slots(rows: list[list[object]], free: list[int]) -> Slots | None:
    """The intervals of a day, in the lowest heading row; a month as a date is none."""
    cells = [rows[-1][place] for place in free]
    usable = [None if isinstance(cell, dt.datetime) else cell for cell in cells]
    slots = slots_of(usable)
    if slots is None:
        return None
    places = tuple(free[place] for place in slots.places)
    return Slots(places, slots.minutes, slots.length, slots.stamped, slots.labels, slots.is_numbered)
