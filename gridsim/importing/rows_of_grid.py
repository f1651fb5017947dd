"""One grid as rows: which of its rows count, what each of them is about, and the amounts beneath the headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridsim.importing.amounts import Amounts
from gridsim.importing.heading_texts import heading_text, is_footer_word, is_sum_word
from gridsim.importing.odd_rows import (
    note_left_out,
    tell_levels,
    tell_odd,
    tell_other_rows,
    tell_unknown,
    tell_without_heading,
)
from gridsim.importing.parts import BoolArray, Raw, UnitSeen
from gridsim.importing.problems import Problems

if TYPE_CHECKING:
    from gridsim.column import Table
    from gridsim.importing.choices import Choices
    from gridsim.importing.grids import Body, Grid, Keyed
    from gridsim.importing.headings import Vocabulary
    from gridsim.importing.layout import Layout

__all__ = ["read_raw"]

_MOST_TEXT_COLUMNS = 12  # columns that are not read, in which a row may say that it is a sum


def read_raw(grid: Grid, layout: Layout, words: Vocabulary, choices: Choices) -> Raw:
    """The rows of a grid, sorted.

    Parameters
    ----------
    grid : Grid
    layout : Layout
    words : Vocabulary
    choices : Choices
    """
    body, faults = grid.body(layout.start)
    problems = Problems(grid.name, layout)
    problems.faults += faults
    wanted = sorted({*layout.values, *layout.sums, *layout.energies_beside_readings})
    columns = _amounts(body, wanted)
    units = {place: _unit(layout, place, words.table, choices) for place in wanted}
    keyed = {key: body.keyed(place) for key, place in layout.keys.items()}
    values = layout.values
    given = np.zeros(body.length, dtype=bool)
    odd: dict[int, list[int]] = {}
    for place in values:
        given |= columns[place].given
        for row in columns[place].odd:
            odd.setdefault(row, []).append(place)
    texts = [*keyed.items(), *(("", body.keyed(place)) for place in layout.unread[:_MOST_TEXT_COLUMNS])]
    is_sum = _rows_that_say(texts, is_sum_word, frozenset(words.periods), body.length)
    if not (given & ~is_sum).any():  # 费率 总 in each row: all there is of a curve
        by_text = [(text, _rows_that_say([text], is_sum_word, frozenset(words.periods), body.length)) for text in texts]
        telling = [says for (key, _), says in by_text if key or not says[given].all()]
        is_sum = np.logical_or.reduce([np.zeros(body.length, dtype=bool), *telling])
    is_footer = _rows_that_say(texts, is_footer_word, frozenset(), body.length)
    is_heading = _headings_again(layout, keyed, body.length)
    named = np.zeros(body.length, dtype=bool)
    for column in keyed.values():
        named |= column.codes >= 0
    is_odd = np.zeros(body.length, dtype=bool)
    is_odd[list(odd)] = True
    is_footer &= ~is_sum & ~is_heading
    kept = ~is_sum & ~is_heading & ~is_footer & (given | (is_odd & named))
    raw = Raw(grid, layout, body, problems, np.flatnonzero(kept), np.flatnonzero(is_sum & given), keyed, columns, units)
    tell_odd(raw, odd, kept)
    note_left_out(raw, is_heading, is_footer, kept | is_sum, named | is_odd, values)
    tell_unknown(raw, values, words)
    tell_other_rows(raw)
    if choices.add_meters:
        tell_levels(raw)
    tell_without_heading(raw, values)
    for place, seen in units.items():
        exponent = seen.exponent
        if exponent:
            columns[place] = columns[place].scaled(exponent)
    return raw


def _amounts(body: Body, places: list[int]) -> dict[int, Amounts]:
    """Columns of numbers by place, each with its own scale."""
    return {place: _flat(body.amounts([place])) for place in places}


def _flat(column: Amounts) -> Amounts:
    return Amounts(column.values[:, 0], column.decimals, column.given[:, 0], column.odd)


def _unit(layout: Layout, place: int, table: Table, choices: Choices) -> UnitSeen:
    """The unit of a column: of its heading, else of what stands above, else what the user has said."""
    meaning = layout.meanings[place]
    quantity = meaning.kind or (table[meaning.measure].kind if meaning.measure else "energy")
    above = [unit for unit in layout.context.units if unit.quantity in (quantity, "power")]
    if len({(unit.quantity, unit.exponent) for unit in above}) > 1:
        above = []  # two of one kind: nothing says which
    for unit in (meaning.unit, *above):
        if unit is not None and unit.quantity in (quantity, "power"):
            return UnitSeen(unit.quantity, unit.exponent, unit.unit)
    if meaning.measure and heading_text(layout.headings[place]) == meaning.measure:
        return UnitSeen(quantity, 0, meaning.measure)
    chosen = choices.units.get(quantity)
    if chosen is not None:
        return UnitSeen(quantity, chosen.exponent, chosen.unit)
    if layout.context.speaks_of == "power" and quantity == "energy":  # 96点功率, without a unit
        return UnitSeen("power", 0, "")
    return UnitSeen(quantity, None, "")


def _rows_that_say(
    texts: Sequence[tuple[str, Keyed]], says: Callable[[str], bool], names: frozenset[str], length: int
) -> BoolArray:
    """Rows in which some cell says something, and is no period or product of that name."""
    found = np.zeros(length, dtype=bool)
    for key, column in texts:
        meant = names if key in ("period", "product") else frozenset()
        places = [
            place
            for place, cell in enumerate(column.cells)
            if isinstance(cell, str) and says(cell) and cell.casefold() not in meant
        ]
        if places:
            found |= np.isin(column.codes, places)
    return found


def _headings_again(layout: Layout, keyed: Mapping[str, Keyed], length: int) -> BoolArray:
    """Rows that say the headings once more, as printed pages have them."""
    found = np.zeros(length, dtype=bool)
    for key, column in keyed.items():
        heading = layout.headings[layout.keys[key]].split(" / ")
        same = [place for place, cell in enumerate(column.cells) if heading_text(cell) in heading]
        if same:
            found |= np.isin(column.codes, same)
    return found
