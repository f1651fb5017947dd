"""Exact sums by group over a result table of any length, a piece at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from gridsim.analysis.names import batches
from gridsim.analysis.sources import VALUES_OF
from gridsim.errors import InputOverflowError, ResultError
from gridsim.units import INT64_MAX
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from gridsim.analysis.names import Dimensions
    from gridsim.analysis.sources import Source
    from gridsim.io.named_frames import ExactTables

    Ints = NDArray[np.int64]

__all__ = ["ROWS", "Grouping", "How", "Measure", "group", "group_index", "group_together", "plain", "product"]

How = Literal["sum", "min", "max"]
ROWS = "rows"
"""The column that counts the rows of each group."""


class Measure(NamedTuple):
    """An integer figure of a row: worked out from some of its exact columns."""

    columns: tuple[str, ...]
    of: Callable[..., Ints]


def plain(column: str) -> Measure:
    """A column as it stands."""
    return Measure((column,), lambda values: values)


def product(one: str, other: str) -> Measure:
    """One column times another, as energy by price."""
    return Measure((one, other), lambda left, right: left * right)


_DENSE = 1 << 24  # so many possible groups get a place each; if there could be more, only those found do
_LARGEST_SUM = 9.2e18  # below 2**63 by more than the rounding of a float sum of sizes
_START: dict[How, int] = {"sum": 0, "min": np.iinfo(np.int64).max, "max": np.iinfo(np.int64).min}


class Grouping(NamedTuple):
    """One question to a table: the figures of the groups of some of its rows.

    Parameters
    ----------
    by : sequence of str
        Dimensions of the source.
    where : mapping of str to sequence of str
        Only rows that have one of these texts in that dimension.
    measures : mapping of str to Measure
        What is summed, by the name of its column in the answer.
    how : {"sum", "min", "max"}
    """

    by: Sequence[str]
    where: Mapping[str, Sequence[str]]
    measures: Mapping[str, Measure]
    how: How = "sum"


def group(
    exact: ExactTables,
    names: Dimensions,
    source: Source,
    by: Sequence[str],
    where: Mapping[str, Sequence[str]],
    measures: Mapping[str, Measure],
    *,
    trial: bool = False,
    how: How = "sum",
) -> pd.DataFrame:
    """Sum (or take the least or greatest of) integer columns of a table by group: one `Grouping` by itself."""
    return group_together(exact, names, source, [Grouping(by, where, measures, how)], trial=trial)[0]


def group_together(
    exact: ExactTables, names: Dimensions, source: Source, groupings: Sequence[Grouping], *, trial: bool = False
) -> list[pd.DataFrame]:
    """Several groupings of one table, which is read once: a long one is made or read part by part each time.

    Parameters
    ----------
    exact : ExactTables
    names : Dimensions
    source : Source
    groupings : sequence of Grouping
    trial : bool
        The trial settlement, which is never mixed with the other.

    Returns
    -------
    list of DataFrame
        Of each grouping: int64 columns as in its measures and `ROWS`; the index holds the codes of each group that has
        rows, as one number.

    Raises
    ------
    InputOverflowError
        A sum could leave int64. The money of a checked run stays in it (`gridsim.scenario.checks_bounds`); that of all
        contracts as they were signed need not.
    ResultError
        So many dimensions that the number of a group could leave int64.
    """
    answers = [_Answer(names, source, grouping) for grouping in groupings]
    texts = {column: values for answer in answers for column, values in answer.texts.items()}
    integers = {column for answer in answers for column in answer.integers}
    wanted = [*texts, *sorted(integers), *(["trial"] if source.has_trial else [])]
    for batch in batches(exact, source.table, wanted):
        codes = {column: names.codes(values, _column(batch, column)) for column, values in texts.items()}
        is_in = np.ones(batch.num_rows, dtype=bool)
        if source.has_trial:
            is_in &= _column(batch, "trial").to_numpy(zero_copy_only=False) == trial
        for answer in answers:
            answer.add(batch, codes, is_in)
    return [answer.groups.frame() for answer in answers]


class _Answer:
    """What becomes of one grouping, batch by batch."""

    def __init__(self, names: Dimensions, source: Source, grouping: Grouping) -> None:
        self._names = names
        self._by, self._measures = tuple(grouping.by), grouping.measures
        self._sizes = [len(names.index(VALUES_OF[name])) + 1 for name in self._by]
        self._keep = {name: _kept(names, name, texts) for name, texts in grouping.where.items()}
        self._reaches = {name: source.dimensions[name] for name in (*self._by, *self._keep)}
        possible = math.prod(self._sizes)
        if possible > INT64_MAX:  # a group's number would wrap, and stand for another group
            raise ResultError(
                Sentence(
                    "groupby: {names} have too many possible groups together; leave out what follows from "
                    "the others, as buyer, retailer and mode from the unit, or payer_group from the payer",
                    names=named(self._by),
                )
            )
        self.groups = _Groups(possible, list(grouping.measures), grouping.how)

    @property
    def texts(self) -> dict[str, str]:
        """The text columns that its dimensions are reached from, each with its set of values."""
        return {column: values for reach in self._reaches.values() for column, values in reach.columns.items()}

    @property
    def integers(self) -> set[str]:
        """The columns that its measures are worked out from."""
        return {column for measure in self._measures.values() for column in measure.columns}

    def add(self, batch: pa.RecordBatch, codes: Mapping[str, NDArray[np.int32]], is_asked: NDArray[np.bool_]) -> None:
        """Take in the rows of a batch: the (rows,) `codes` of its text columns, and which rows are asked for."""
        of = {
            name: reach.codes(self._names, *(codes[column] for column in reach.columns))
            for name, reach in self._reaches.items()
        }
        is_in = is_asked
        for name, kept in self._keep.items():
            is_in = is_in & kept[of[name]]
        key = np.zeros(batch.num_rows, dtype=np.int64)
        for name, size in zip(self._by, self._sizes, strict=True):
            key = key * size + of[name]
        everything = bool(is_in.all())
        self.groups.add(
            key if everything else key[is_in],
            {name: _values(batch, measure, None if everything else is_in) for name, measure in self._measures.items()},
        )


def group_index(names: Dimensions, by: Sequence[str], key: Ints) -> pd.Index[Any]:
    """The texts of groups from the numbers that `group` gives them."""
    levels = []
    for name in reversed(by):
        texts = names.texts(VALUES_OF[name])
        key, code = np.divmod(key, len(texts))
        levels.append(pd.Index(texts[code], dtype="str", name=name))
    levels.reverse()
    if len(levels) == 1:
        return levels[0]
    return pd.MultiIndex.from_arrays(levels)


def _kept(names: Dimensions, dimension: str, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Whether a row with each code of a dimension is wanted."""
    return np.isin(names.texts(VALUES_OF[dimension]), list(texts))


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    return batch.column(batch.schema.get_field_index(name))


def _values(batch: pa.RecordBatch, measure: Measure, is_in: NDArray[np.bool_] | None) -> Ints:
    values = measure.of(*(_column(batch, name).to_numpy() for name in measure.columns))
    return values if is_in is None else values[is_in]


class _Groups:
    """Figures by group, filled batch by batch."""

    def __init__(self, possible: int, columns: list[str], how: How) -> None:
        self._columns = columns
        self._how: How = how
        self._parts: list[pd.DataFrame] | None = None
        if possible > _DENSE:
            self._parts = []
            possible = 0
        self._figures = {name: np.full(possible, _START[how], dtype=np.int64) for name in columns}
        self._rows = np.zeros(possible, dtype=np.int64)
        self._sizes = dict.fromkeys(columns, 0.0)

    def add(self, key: Ints, values: Mapping[str, Ints]) -> None:
        for name, figures in values.items():
            self._sizes[name] += float(np.abs(figures).sum(dtype=np.float64))
            if self._how == "sum" and self._sizes[name] > _LARGEST_SUM:
                raise InputOverflowError(
                    Sentence("{name}: the sum over these rows could leave int64; ask for fewer with where=", name=name)
                )
        if self._parts is not None:
            frame = pd.DataFrame({**values, ROWS: np.ones(len(key), dtype=np.int64)}, columns=[*self._columns, ROWS])
            self._parts.append(self._combined(frame.groupby(key, sort=False)))
            return
        self._rows += np.bincount(key, minlength=len(self._rows))
        into = {"sum": np.add, "min": np.minimum, "max": np.maximum}[self._how]
        for name, figures in self._figures.items():
            into.at(figures, key, values[name])

    def frame(self) -> pd.DataFrame:
        if self._parts is not None:
            whole = pd.concat(self._parts)
            return self._combined(whole.groupby(whole.index.to_numpy(), sort=True))
        found = np.flatnonzero(self._rows)
        figures = {name: column[found] for name, column in self._figures.items()}
        return pd.DataFrame({**figures, ROWS: self._rows[found]}, index=found)

    def _combined(self, groups: Any) -> pd.DataFrame:
        how = dict.fromkeys(self._columns, self._how)
        return pd.DataFrame(groups.agg({**how, ROWS: "sum"}))
