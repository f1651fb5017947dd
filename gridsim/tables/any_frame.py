"""Frames of any library, and records, as a pandas DataFrame; and results given back as the kind that came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FrameLike", "Output", "TakenFrame", "take_frame"]

Output = Literal["pandas", "polars", "arrow"]
_OUTPUTS: tuple[Output, ...] = ("pandas", "polars", "arrow")


class _ArrowStream(Protocol):
    """Anything that gives its rows through the Arrow PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


FrameLike = pd.DataFrame | _ArrowStream | Mapping[str, Iterable[Any]] | Sequence[Any]
"""What the frame calls take; what only narwhals knows, such as a polars LazyFrame, is taken too."""


@dataclass(frozen=True, slots=True)
class TakenFrame:
    """A frame as it was given, and as pandas has it.

    Attributes
    ----------
    frame : DataFrame
        To be read. Missing cells of every kind are missing to pandas too.
    table : Table or None
        As it was given, if that was by way of Arrow.
    kind : str
        What results are given back as: ``pandas``, ``arrow``, ``records``, ``columns``, or a library that narwhals
        knows.
    """

    frame: pd.DataFrame
    table: pa.Table | None
    kind: str

    def give(self, frame: pd.DataFrame) -> Any:
        """A result in the kind that is asked for."""
        if self.kind == "pandas":
            return frame
        if self.kind == "records":
            return _as_objects(frame).to_dict("records")
        if self.kind == "columns":
            return _as_objects(frame).to_dict("list")
        return self._give_table(_table_of(frame))

    def give_with(self, columns: Mapping[str, NDArray[Any]]) -> Any:
        """The frame as it was given, with more columns."""
        if self.table is None:
            return self.give(self.frame.assign(**columns))
        table = self.table
        for name, values in columns.items():
            if name in table.column_names:
                table = table.set_column(table.column_names.index(name), name, pa.array(values))
            else:
                table = table.append_column(name, pa.array(values))
        return self._give_table(table)

    def _give_table(self, table: pa.Table) -> Any:
        if self.kind == "arrow":
            return table
        if self.kind == "pandas":
            return table.to_pandas()
        import narwhals

        library: Any = self.kind
        return narwhals.from_arrow(table, backend=library).to_native()


def take_frame(value: object, name: str, output: str | None = None) -> TakenFrame:
    """A frame of any kind, or records.

    Parameters
    ----------
    value : pandas DataFrame; polars DataFrame or LazyFrame; pyarrow Table, RecordBatch or RecordBatchReader; other
        Anything with ``__arrow_c_stream__``, or that narwhals knows; a sequence of mappings, named tuples or
        dataclasses; a mapping of column names to values. A stream is read once.
    name : str
        What the caller's user calls it, for messages.
    output : {'pandas', 'polars', 'arrow'}, optional
        Results are given back as this; else as what came: pandas, polars, or another library that narwhals makes
        frames of; records and columns as such; everything else as a pyarrow Table.

    Raises
    ------
    TypeError
        Nothing of this.
    ValueError
        An unknown `output`; columns of different lengths.
    """
    if output is not None and output not in _OUTPUTS:
        raise ValueError(f"output must be one of {', '.join(_OUTPUTS)}, not {output!r}")
    if isinstance(value, pd.DataFrame):
        return TakenFrame(value, None, output or "pandas")
    if isinstance(value, Mapping):
        return TakenFrame(_of_columns(value, name), None, output or "columns")
    if isinstance(value, (list, tuple)):
        return TakenFrame(_of_records(value, name), None, output or "records")
    table, kind = _arrow(value, name)
    arrays = {place: _series(column).array for place, column in enumerate(table.columns)}
    frame = pd.DataFrame(arrays, index=pd.RangeIndex(table.num_rows), copy=False)
    frame.columns = pd.Index(table.column_names)  # two of which may be alike
    return TakenFrame(frame, table, output or kind)


def _of_columns(columns: Mapping[Any, Any], name: str) -> pd.DataFrame:
    """A mapping of names to values: arrays as they are, all else as objects, so that no number becomes another."""
    plain: dict[Any, Any] = {}
    for heading, values in columns.items():
        if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
            raise TypeError(f"{name}, {heading}: a column must be a sequence, not {type(values).__name__}")
        if isinstance(values, pd.Series):
            plain[heading] = values.reset_index(drop=True)  # its index means nothing
        elif isinstance(values, (np.ndarray, pd.api.extensions.ExtensionArray)):
            plain[heading] = pd.Series(values, dtype=values.dtype)
        else:
            cells = values.to_pylist() if isinstance(values, (pa.Array, pa.ChunkedArray)) else list(values)
            plain[heading] = pd.Series(cells, dtype=object)
    if len({len(values) for values in plain.values()}) > 1:
        lengths = ", ".join(f"{heading} {len(values)}" for heading, values in plain.items())
        raise ValueError(f"{name}: columns must be of one length, not {lengths}")
    return pd.DataFrame(plain)


def _of_records(records: Sequence[Any], name: str) -> pd.DataFrame:
    """Records; what one of them lacks is missing."""
    rows = [_record(record, name, row) for row, record in enumerate(records, start=1)]
    headings = dict.fromkeys(heading for row in rows for heading in row)
    cells = {heading: pd.Series([row.get(heading) for row in rows], dtype=object) for heading in headings}
    return pd.DataFrame(cells, index=range(len(rows)))


def _record(record: Any, name: str, row: int) -> Mapping[Any, Any]:
    if isinstance(record, Mapping):
        return record
    if isinstance(record, tuple) and hasattr(record, "_asdict"):
        named: Mapping[Any, Any] = record._asdict()
        return named
    if is_dataclass(record) and not isinstance(record, type):
        return {field.name: getattr(record, field.name) for field in fields(record)}
    raise TypeError(
        f"{name}, row {row}: a record must be a mapping, a named tuple or a dataclass, not {type(record).__name__}"
    )


def _arrow(value: Any, name: str) -> tuple[pa.Table, str]:
    """Any other frame as an Arrow table, and the library that results go back to."""
    if isinstance(value, (pa.Table, pa.RecordBatch, pa.RecordBatchReader)):
        return pa.table(value), "arrow"
    import narwhals  # takes tens of milliseconds, which pandas and Arrow need not pay

    known = narwhals.from_native(value, pass_through=True)
    if isinstance(known, narwhals.LazyFrame):
        known = known.collect()
    if isinstance(known, narwhals.DataFrame):
        library = known.implementation
        return known.to_arrow(), "arrow" if library.is_pyarrow() else str(library)
    if hasattr(value, "__arrow_c_stream__") or hasattr(value, "__arrow_c_array__"):
        try:
            return pa.table(value), "arrow"
        except (pa.ArrowInvalid, TypeError):  # a stream of one column
            pass
    raise TypeError(
        f"{name} must be a frame (of pandas, polars, pyarrow, or anything with __arrow_c_stream__), a list of records "
        f"or a mapping of columns, not {type(value).__name__}"
    )


def _series(column: pa.ChunkedArray) -> pd.Series:
    """An Arrow column as pandas has such columns; what NumPy cannot hold exactly stays Arrow's."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _category(column.unify_dictionaries().combine_chunks())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pd.Series(column.cast(pa.large_string()).to_pandas())
    is_whole = not column.null_count and (pa.types.is_integer(kind) or pa.types.is_boolean(kind))
    if is_whole or pa.types.is_floating(kind) or pa.types.is_timestamp(kind) or pa.types.is_null(kind):
        return pd.Series(column.to_pandas())
    return pd.Series(pd.arrays.ArrowExtensionArray(column))


def _category(column: pa.DictionaryArray) -> pd.Series:
    """A dictionary column as categories, where pandas can have them: distinct ones, none of them missing."""
    values = column.dictionary
    if values.null_count or len(values.unique()) < len(values):
        return _series(pa.chunked_array([column.dictionary_decode()]))
    codes = column.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int32)
    codes[np.asarray(column.indices.is_null())] = -1
    categories = _series(pa.chunked_array([values]))
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(categories), ordered=column.type.ordered))


def _as_objects(frame: pd.DataFrame) -> pd.DataFrame:
    """A result whose empty cells in columns of texts are None."""
    texts = {name: column.astype(object) for name, column in frame.items() if column.dtype == "category"}
    return frame.assign(**{str(name): column.where(column.notna(), None) for name, column in texts.items()})


def _table_of(frame: pd.DataFrame) -> pa.Table:
    """A result as an Arrow table, whose codes are of one type however many categories there are."""
    arrays = []
    for place in range(frame.shape[1]):
        series = frame.iloc[:, place]  # by place: two columns may have one name
        try:
            array = pa.array(series, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError):  # objects of several types: as texts
            array = pa.array([None if pd.api.types.is_scalar(cell) and pd.isna(cell) else str(cell) for cell in series])
        if pa.types.is_dictionary(array.type):
            array = array.cast(pa.dictionary(pa.int32(), array.type.value_type, array.type.ordered))
        arrays.append(array)
    return pa.Table.from_arrays(arrays, names=[str(name) for name in frame.columns])
