"""Tables of results and batches for people: headings, codes and flags in a language, as a workbook, CSV or Parquet.

What gridsim itself reads back is what `gridsim.io.results` writes; this is read by Excel and by eyes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import pyarrow as pa

from gridsim.details import detail_of
from gridsim.errors import ResultError
from gridsim.io.decimals import outside_table
from gridsim.io.named_frames import no_table
from gridsim.io.safe_write import replace_file, writable_file
from gridsim.io.table_files import write_outside
from gridsim.market_tables import result_tables
from gridsim.names import NamingLanguage
from gridsim.rules.citations import clause_text
from gridsim.show.workbook import ENERGY, MONEY, MOST_ROWS, PRICE, Formats, opened, width_of
from gridsim.suggest import not_one_of
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.column import Column, Table
    from gridsim.result_tables import ResultTables
    from gridsim.words import Lang

__all__ = ["ExportFormat", "Exported", "export", "export_tables"]

ExportFormat = Literal["csv", "parquet", "xlsx"]

_SHOWN = {"energy": ENERGY, "price": PRICE, "money": MONEY}

_WIDTH = {"energy": 14, "price": 14, "money": 18}


class Exported(NamedTuple):
    """What is written for people.

    Attributes
    ----------
    title : str
        Of the workbook.
    specs : mapping of str to Table
        The tables that there are, in order.
    rows : callable
        How many a table has.
    parts : callable
        The rows of a table, some hundred thousand at a time, in units and decimals of the outside.
    words : NamingLanguage
        Headings and codes are in its language.
    """

    title: str
    specs: Mapping[str, Table]
    rows: Callable[[str], int]
    parts: Callable[[str], Iterator[pa.Table]]
    words: NamingLanguage


def export_tables(
    result: ResultTables,
    out: Path,
    format: ExportFormat = "xlsx",
    *,
    headings: Lang = "zh",
    tables: Sequence[str] | None = None,
) -> list[Path]:
    """Write result tables for people; see `export`.

    Parameters
    ----------
    result : ResultTables
    out : Path
    format : {"csv", "parquet", "xlsx"}
    headings : {"en", "zh"}
    tables : sequence of str, optional
    """
    specs, counts = result_tables(result.rules.shape), result.manifest["counts"]["results"]

    def parts(name: str) -> Iterator[pa.Table]:
        for part in result.exact.parts(name):
            yield outside_table(part, specs[name].columns)

    exported = Exported(
        result.manifest["scenario"]["name"],
        {name: spec for name, spec in specs.items() if name in counts},
        counts.__getitem__,
        parts,
        NamingLanguage(headings, result.rules.shape),
    )
    return export(exported, out, format, tables)


def export(exported: Exported, out: Path, format: ExportFormat, tables: Sequence[str] | None) -> list[Path]:
    """Write tables for people.

    Parameters
    ----------
    exported : Exported
    out : Path
        The workbook, or the folder that gets a file for each table.
    format : {"csv", "parquet", "xlsx"}
    tables : sequence of str or None
        Which; all that there are if None.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    ValueError
        Another format.
    ResultError
        There is no such table; a table has more rows than a sheet holds; a workbook is not named ``.xlsx``; a file
        cannot be written.
    """
    if format not in get_args(ExportFormat):
        raise ValueError(str(not_one_of("format", format, get_args(ExportFormat))))
    wanted = _wanted(exported.specs, tables)
    if format == "xlsx":
        if out.suffix.lower() != ".xlsx":
            raise ResultError(
                Sentence(
                    "{path}: a workbook's name ends with .xlsx; the formats csv and parquet write a folder of files",
                    path=out,
                )
            )
        writable_file(out)
        for spec in wanted:
            _must_fit(spec.name, exported.rows(spec.name))
        replace_file(out, lambda path: _write_workbook(path, wanted, exported))
        return [out]
    paths = [writable_file(out / f"{_name_of(spec, exported.words)}.{format}") for spec in wanted]
    for path, spec in zip(paths, wanted, strict=True):
        replace_file(path, _writer(exported, spec, format))
    return paths


def _wanted(specs: Mapping[str, Table], tables: Sequence[str] | None) -> list[Table]:
    for name in tables or ():
        if name not in specs:
            raise ResultError(no_table(name, specs))
    return [spec for name, spec in specs.items() if tables is None or name in tables]


def _must_fit(name: str, rows: int) -> None:
    if rows > MOST_ROWS:
        what = Sentence(
            "{name} has {count:,} rows, and a sheet of Excel can hold {most:,}", name=name, count=rows, most=MOST_ROWS
        )
        raise ResultError(Sentence("{what}; csv and parquet hold any number", what=what))


def _writer(exported: Exported, spec: Table, format: ExportFormat) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        write_outside(path, _parts(exported, spec), "csv" if format == "csv" else "parquet")

    return write


def _name_of(spec: Table, words: NamingLanguage) -> str:
    return spec.zh if words.lang == "zh" else spec.name


def _heading(column: Column, words: NamingLanguage) -> str:
    return column.zh[0] if words.lang == "zh" and column.zh else column.name


def _parts(exported: Exported, spec: Table) -> Iterator[pa.Table]:
    """The rows as people read them, some hundred thousand at a time."""
    columns, words = {column.name: column for column in spec.columns}, exported.words
    for outside in exported.parts(spec.name):
        yield pa.table(
            {
                _heading(columns[name], words): _told(outside.column(name), columns[name], words)
                for name in outside.column_names
            }
        )


def _word(text: str, column: str, words: NamingLanguage) -> str:
    """A text of a column: a sentence, a clause or a code, as it is told; what nothing names stays as it is."""
    if column == "detail":
        return detail_of(text).told(words.lang)
    return clause_text(text, words.lang) if column == "clause" else words.called(column, text)


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
        called = pa.array([_word(text, column.name, words) for text in chunk.dictionary.to_pylist()], pa.string())
        chunks.append(pa.DictionaryArray.from_arrays(chunk.indices, called).cast(pa.string()))
    return pa.chunked_array(chunks, pa.string())


def _write_workbook(path: Path, specs: Sequence[Table], exported: Exported) -> None:
    words = exported.words
    with opened(path, exported.title, words, row_by_row=True) as (book, formats):
        for spec in specs:
            sheet = book.add_worksheet(_name_of(spec, words))
            sheet.freeze_panes(1, 0)
            rows = 0
            for number, part in enumerate(_parts(exported, spec)):
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
