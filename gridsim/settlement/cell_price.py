"""What a kWh of cells costs by one charge or band: a table of few prices, and what of it rests on each position."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.rules.expression import Expression
from gridsim.settlement.figures import Figure, Where, figure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["CellPrice", "OfCells", "Resting"]


class Resting(NamedTuple):
    """A price that rests on the position, where it is asked for, and what of it does not rest there."""

    expression: Expression
    is_here: Flags
    columns: Mapping[Expression, Figure]


@dataclass(frozen=True, eq=False)
class CellPrice:
    """A price of cells: of one over band, or of one charge.

    Attributes
    ----------
    values : (rows,) int64 array
        By row of the table [micro-yuan/kWh]; 0 where it rests on the position.
    applies : (rows,) bool array
        Whether cells of the row have the band or the charge.
    is_there : (rows,) bool array or None
        None: everywhere.
    account : (rows,) int8 array
        Who is paid, among `MarketShape.accounts`.
    on_metered : (rows,) bool array or None
        Whether a charge is on all metered energy, not on that in band; None: nowhere.
    resting : tuple
    """

    values: Ints
    applies: Flags
    is_there: Flags | None
    account: NDArray[np.int8]
    on_metered: Flags | None
    resting: tuple[Resting, ...] = ()

    @cached_property
    def largest(self) -> int:
        """[micro-yuan/kWh] the largest magnitude in the table."""
        return max(abs(int(self.values.max(initial=0))), abs(int(self.values.min(initial=0))))

    @property
    def is_plain(self) -> bool:
        """Whether all of it stands in the table, and is there."""
        return not self.resting and self.is_there is None

    def of(self, place: NDArray[np.intp], around: Callable[[str, tuple[str, ...]], Figure]) -> Figure:
        """The prices of some cells.

        Parameters
        ----------
        place : (n,) integer array
            Of each cell in the table.
        around : callable
            Of a word and its arguments: what the positions of these cells have, as a figure of shape (n,).
        """
        values = self.values.take(place)
        is_there = None if self.is_there is None else self.is_there.take(place)
        for expression, is_here, columns in self.resting:
            here = is_here.take(place)
            found = figure(expression, OfCells(place, columns, around))
            np.copyto(values, found.values, where=here)
            if found.is_there is not None:
                is_there = np.ones(len(place), dtype=bool) if is_there is None else is_there
                np.copyto(is_there, found.is_there, where=here)
        return Figure(values, is_there)


class OfCells(Where):
    """Some cells as what expressions are asked of: all that does not rest on the position stands in the table."""

    def __init__(
        self,
        place: NDArray[np.intp],
        columns: Mapping[Expression, Figure],
        around: Callable[[str, tuple[str, ...]], Figure],
    ) -> None:
        self._place, self._columns, self._around = place, columns, around

    def known(self, expression: Expression) -> Figure | None:
        column = self._columns.get(expression)
        if column is None:
            return None
        is_there = None if column.is_there is None else column.is_there.take(self._place)
        return Figure(column.values.take(self._place), is_there, column.decimals)

    def of_position(self, word: str, arguments: tuple[str, ...]) -> Figure:
        return self._around(word, arguments)
