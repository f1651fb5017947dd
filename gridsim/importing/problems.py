"""Faults of a grid: each names the cell as a spreadsheet does; of many alike so many, then how many more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gridsim.errors import Fault, shorten
from gridsim.importing.layout import Layout
from gridsim.io.excel_cells import column_letters
from gridsim.tables.faults import row_faults
from gridsim.tables.raw import SheetPlaces, text_of_cell
from gridsim.words import NOTHING, Sentence

__all__ = ["Problems"]


class Problems:
    """What is wrong with the rows of one grid.

    Parameters
    ----------
    name : str
        Of the grid.
    layout : Layout
    """

    def __init__(self, name: str, layout: Layout) -> None:
        self.faults: list[Fault] = []
        self._name = name
        letters: dict[str, str] = {}
        for place, heading in enumerate(layout.headings):
            letters[self.column(layout, place)] = column_letters(place)
            letters.setdefault(heading, column_letters(place))
        self._letters = letters
        self._places = SheetPlaces(layout.start, letters)
        self._layout = layout

    @staticmethod
    def column(layout: Layout, place: int) -> str:
        """What a column is called in a fault."""
        heading = layout.headings[place] if place < len(layout.headings) else ""
        return shorten(heading) or f"column {place + 1}"

    def rows(
        self,
        rows: Sequence[int] | Any,
        place: int | None,
        value: Callable[[int], object],
        message: Sentence | Callable[[int], Sentence],
        allowed: Sentence = NOTHING,
        kind: Sentence | None = None,
    ) -> None:
        """One fault for each of some rows, by their places from 0, in one column or in none."""
        column = None if place is None else self.column(self._layout, place)
        if column is not None and place is not None:  # also of one behind the last heading
            self._letters.setdefault(column, column_letters(place))

        def shown(row: int) -> str | None:
            found = value(row)
            return None if found is None else text_of_cell(found)

        found = row_faults(self._name, rows, column, shown, message, allowed, kind=kind)
        self.faults += [self._places.located(fault) if fault.row is not None else fault for fault in found]

    def whole(self, message: Sentence, allowed: Sentence = NOTHING, place: int | None = None) -> None:
        """A fault of the grid, or of one column of it."""
        column = None if place is None else self.column(self._layout, place)
        fault = Fault(self._name, None, column, None, message, allowed)
        self.faults.append(self._places.located(fault))
