"""Result tables for people: headings, codes and flags in a language, as a workbook, CSV or Parquet.

What gridsim itself reads back is what `gridsim.io.results` writes; this is read by Excel and by eyes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import pyarrow as pa

from gridsim.errors import ResultError
from gridsim.io.decimals import outside_table
from gridsim.io.safe_write import replace_file, writable_file
from gridsim.io.table_files import write_outside
from gridsim.market_tables import result_tables
from gridsim.names import NamingLanguage
from gridsim.show.workbook import ENERGY, MONEY, MOST_ROWS, PRICE, Formats, opened, width_of
from gridsim.suggest import nearest, nearest_in_words, not_one_of
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.column import Column, Table
    from gridsim.result_tables import ResultTables
    from gridsim.words import Lang

__all__ = ["ExportFormat", "export_tables"]

ExportFormat = Literal["csv", "parquet", "xlsx"]

_SHOWN = {"energy": ENERGY, "price": PRICE, "money": MONEY}
_WIDTH = {"energy": 14, "price": 14, "money": 18}


def export_tables(
    result: ResultTables,
    out: Path,
    format: ExportFormat = "xlsx",
    *,
    headings: Lang = "zh",
    tables: Sequence[str] | None = None,
) -> list[Path]:
    """Write result tables for people.

    Parameters
    ----------
    result : ResultTables
    out : Path
        The workbook, or the folder that gets a file for each table.
    format : {"csv", "parquet", "xlsx"}
    headings : {"en", "zh"}
        ``en``: columns and codes as the formats page has them. ``zh``: both in Chinese.
    tables : sequence of str, optional
        Which; all that the result has if left out.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    ValueError
        Another format.
    ResultError
        The result has no such table; a table has more rows than a sheet holds; a file cannot be written.
    """
    if format not in get_args(ExportFormat):
        raise ValueError(str(not_one_of("format", format, get_args(ExportFormat))))
    words = NamingLanguage(headings, result.rules.shape)
    specs = result_tables(result.rules.shape)
    wanted = _wanted(result, specs, tables)
    if format == "xlsx":
        writable_file(out)
        for spec in wanted:
            _must_fit(spec.name, result.manifest["counts"]["results"][spec.name])
        replace_file(out, lambda path: _write_workbook(path, wanted, result, words))
        return [out]
    paths = [writable_file(out / f"{_name_of(spec, words)}.{format}") for spec in wanted]
    for path, spec in zip(paths, wanted, strict=True):
        replace_file(path, _writer(result, spec, words, format))
    return paths


def _wanted(result: ResultTables, specs: Mapping[str, Table], tables: Sequence[str] | None) -> list[Table]:
    there = [name for name in specs if name in result.manifest["counts"]["results"]]
    for name in tables or ():
        if name not in there:
            hint = nearest_in_words(nearest(name, there))
            allowed = listed(named(there), hint)
            raise ResultError(Sentence("there is no table {name!r}; there are: {names}", name=name, names=allowed))
    return [specs[name] for name in there if tables is None or name in tables]


def _must_fit(name: str, rows: int) -> None:
    if rows > MOST_ROWS:
        what = Sentence(
            "{name} has {count:,} rows, and a sheet of Excel can hold {most:,}", name=name, count=rows, most=MOST_ROWS
        )
        raise ResultError(Sentence("{what}; csv and parquet hold any number", what=what))


def _writer(result: ResultTables, spec: Table, words: NamingLanguage, format: ExportFormat) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        write_outside(path, _parts(result, spec, words), "csv" if format == "csv" else "parquet")

    return write


def _name_of(spec: Table, words: NamingLanguage) -> str:
    return spec.zh if words.lang == "zh" else spec.name


def _heading(column: Column, words: NamingLanguage) -> str:
    return column.zh[0] if words.lang == "zh" and column.zh else column.name


def _parts(result: ResultTables, spec: Table, words: NamingLanguage) -> Iterator[pa.Table]:
    """The rows as people read them, some hundred thousand at a time."""
    columns = {column.name: column for column in spec.columns}
    for part in result.exact.parts(spec.name):
        outside = outside_table(part, spec.columns)
        yield pa.table(
            {
                _heading(columns[name], words): _told(outside.column(name), columns[name], words)
                for name in outside.column_names
            }
        )


def _told(values: pa.ChunkedArray, column: Column, words: NamingLanguage) -> pa.ChunkedArray | pa.Array:
    """A column with its codes as they are called; what nothing names stays as it is."""
    if words.lang == "en":
        return values
    if pa.types.is_boolean(values.type):
        return pa.compute.if_else(values, words.say("yes"), words.say("no"))
    if not pa.types.is_dictionary(values.type) and not pa.types.is_string(values.type):
        return values
    if column.kind in ("id", "ref") and column.name not in ("unit_id", "payer", "payee"):
        return values
    coded = (values if pa.types.is_dictionary(values.type) else values.dictionary_encode()).unify_dictionaries()
    chunks = []
    for chunk in coded.chunks:
        called = pa.array([words.called(column.name, code) for code in chunk.dictionary.to_pylist()], pa.string())
        chunks.append(pa.DictionaryArray.from_arrays(chunk.indices, called).cast(pa.string()))
    return pa.chunked_array(chunks, pa.string())


def _write_workbook(path: Path, specs: Sequence[Table], result: ResultTables, words: NamingLanguage) -> None:
    with opened(path, result.manifest["scenario"]["name"], words, row_by_row=True) as (book, formats):
        for spec in specs:
            sheet = book.add_worksheet(_name_of(spec, words))
            sheet.freeze_panes(1, 0)
            rows = 0
            for number, part in enumerate(_parts(result, spec, words)):
                if number == 0:
                    _write_headings(sheet, spec, part.column_names, formats, words)
                rows = _write_rows(sheet, rows, part)
            sheet.autofilter(0, 0, max(rows, 1), max(len(spec.columns) - 1, 0))


def _write_headings(sheet: Any, spec: Table, names: Sequence[str], formats: Formats, words: NamingLanguage) -> None:
    kinds = {_heading(column, words): column.kind for column in spec.columns}
    for place, name in enumerate(names):
        shown = _SHOWN.get(kinds[name])
        style = formats(num_format=shown or ("@" if kinds[name] in ("id", "ref") else "General"))
        sheet.set_column(place, place, max(_WIDTH.get(kinds[name], 10), width_of(name) + 3), style)
    for place, name in enumerate(names):
        sheet.write_string(0, place, name, formats(bold=True, bottom=1))


def _write_rows(sheet: Any, before: int, part: pa.Table) -> int:
    columns = [column.to_pylist() for column in part.columns]
    for offset, row in enumerate(zip(*columns, strict=True), start=before + 1):
        for place, cell in enumerate(row):
            if cell is None:
                continue
            if isinstance(cell, str):
                sheet.write_string(offset, place, cell)
            elif isinstance(cell, bool):
                sheet.write_boolean(offset, place, cell)
            else:
                sheet.write_number(offset, place, float(cell))
    return before + int(part.num_rows)
