"""Rows whose draws go once their spread is taken: they come by blocks, whole or cut by draws, in whatever order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from gridsim.batch.position_rows import OVER, Drawn, PositionRows, classes, together
from gridsim.batch.spread import spread_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.kept import Kept

    Ints = NDArray[np.int64]
    Arrays = Mapping[str, NDArray[Any]]

__all__ = ["EXACT_DRAWS", "SpreadTally", "without"]

EXACT_DRAWS = 10_000
"""Up to so many draws all quantiles are of the draws themselves. Of more, those of a party that is too large for one
block are of classes, off by at most `gridsim.batch.spread.RELATIVE_ERROR`."""


class SpreadTally:
    """Takes rows in, as blocks or as what other tallies have, in whatever order they come.

    Parameters
    ----------
    kept : Kept

    Attributes
    ----------
    PREFIX : str
        Before the names of its arrays.
    NAMES : mapping of str to type
        What is known of who stands in the rows, beside them.
    IS_LOW_WORST : bool
        Whether the lowest values are the worst, whose mean the last column is.
    """

    PREFIX: ClassVar[str]
    NAMES: ClassVar[Mapping[str, Any]]
    IS_LOW_WORST: ClassVar[bool] = False

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._rows: list[PositionRows] = []
        self._cut: dict[tuple[int, int], dict[int, Arrays]] = {}
        self._names: dict[str, list[NDArray[Any]]] = {name: [] for name in self.NAMES}
        self.months: tuple[str, ...] = ()

    @property
    def _figures(self) -> int:
        """How many figures each row has."""
        raise NotImplementedError

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it, by names that `take` knows."""
        found: dict[str, NDArray[Any]] = {name: np.concatenate(parts) for name, parts in self._names.items() if parts}
        found["months"] = np.array(self.months, np.str_)
        found |= {f"rows {name}": values for name, values in self.rows()._asdict().items()}
        for (unit_first, unit_last), pieces in self._cut.items():
            for draw, piece in pieces.items():
                place = f"cut {unit_first} {unit_last} {draw}"
                found |= {f"{place} {name}": values for name, values in piece.items()}
        return {self.PREFIX + name: values for name, values in found.items()}

    def take(self, arrays: Arrays) -> None:
        """Take in what `arrays` of another tally are."""
        found: dict[tuple[str, ...], dict[str, NDArray[Any]]] = {}
        for name, values in arrays.items():
            if name.startswith(self.PREFIX):
                *place, figure = name.removeprefix(self.PREFIX).split(" ")
                found.setdefault(tuple(place), {})[figure] = values
        if not found:
            return
        names = found.pop(())
        self._take_names(names)
        for name in self.NAMES:
            if name in names:
                self._names[name].append(names[name])
        self._rows.append(PositionRows(**found.pop(("rows",))))
        for (kind, *numbers), piece in found.items():
            self._take_piece(kind, [int(number) for number in numbers], piece)

    def rows(self) -> PositionRows:
        """The rows that are whole."""
        if self._rows:
            joined = PositionRows(*(np.concatenate(parts) for parts in zip(*self._rows, strict=True)))
            self._rows = [joined]
            return joined
        columns = len(spread_columns(self._kept.quantiles, self._kept.tail))
        none = np.zeros((0, len(OVER)), dtype=np.int64)
        spread = np.zeros((0, self._figures, columns), dtype=np.int64)
        return PositionRows(np.zeros((0, 4), np.int64), none[:, 0], spread, none, none, np.zeros(0, np.bool_))

    def names(self) -> dict[str, NDArray[Any]]:
        """What is known of who stands in the rows, in the order of its first: each once."""
        if not next(iter(self._names.values())):
            return {name: np.zeros(0, dtype=of) for name, of in self.NAMES.items()}
        found = {name: np.concatenate(parts) for name, parts in self._names.items()}
        _, first = np.unique(next(iter(found.values())), return_index=True)
        return {name: values[first] for name, values in found.items()}

    def _take_names(self, names: Arrays) -> None:
        self.months = max(self.months, tuple(names["months"].tolist()), key=len)  # none without a block

    def _take_piece(self, kind: str, numbers: list[int], piece: Arrays) -> None:
        """Take in some draws of rows."""
        assert kind == "cut"
        first, last, draw = numbers
        self._add_piece((first, last), (draw, draw + int(piece["draws"][0])), piece)

    def _cut_off(self, units: tuple[int, int], draws: tuple[int, int], drawn: Drawn) -> None:
        """Keep some draws of rows, as they are or, of many draws, as counts by class."""
        self._add_piece(units, draws, classes(drawn) if self._kept.draws > EXACT_DRAWS else drawn._asdict())

    def _add_piece(self, units: tuple[int, int], draws: tuple[int, int], piece: Arrays) -> None:
        """Keep some draws of a party that is cut; once all are there, take its spread and let them go."""
        pieces = self._cut.setdefault(units, {})
        pieces[draws[0]] = {**piece, "draws": np.array([draws[1] - draws[0]], dtype=np.int64)}
        if sum(int(each["draws"][0]) for each in pieces.values()) == self._kept.draws:
            del self._cut[units]
            made = together([pieces[draw] for draw in sorted(pieces)], self._kept, is_low_worst=self.IS_LOW_WORST)
            self._rows.append(made)


def without(arrays: Arrays, *tallies: type[SpreadTally]) -> dict[str, NDArray[Any]]:
    """Those arrays that no such tally gave."""
    prefixes = tuple(tally.PREFIX for tally in tallies)
    return {name: values for name, values in arrays.items() if not name.startswith(prefixes)}
