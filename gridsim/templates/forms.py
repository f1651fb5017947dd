"""A template in the form that was asked for: CSV with headings of either language, Parquet, or one workbook."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gridsim.templates.market import tables as market_tables
from gridsim.templates.workbook_words import choices_of
from gridsim.templates.writing import EXPORTS, Codes, write_columns, write_text

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.columns import Table
    from gridsim.words import Lang

__all__ = ["Form", "sentence_on_tables", "write_in_form"]

Form = Literal["csv", "parquet", "xlsx"]

_YAML = "scenario.yaml"
# What the READMEs say of the tables' form, and what is so in another one.
_SAID = {
    "README.md": (
        "The tables are UTF-8\nwith BOM, so Excel opens them as they are.",
        "Tables are CSV (UTF-8 with BOM, for Excel); with more than 20,000 users the large ones are Parquet.",
    ),
    "README.zh.md": (
        "表格为带 BOM 的 UTF-8，可直接用 Excel 打开。",
        "表格为 CSV（带 BOM 的 UTF-8，可用 Excel 打开）；用户超过 20,000 时，大表为 Parquet。",
    ),
}
_TO_SAY: dict[str, dict[Form, str]] = {
    "README.md": {
        "csv": "Tables are CSV (UTF-8 with BOM, for Excel).",
        "parquet": "Tables are Parquet.",
        "xlsx": "The tables are the sheets of `tables.xlsx`.",
    },
    "README.zh.md": {
        "csv": "表格为 CSV（带 BOM 的 UTF-8，可用 Excel 打开）。",
        "parquet": "表格为 Parquet。",
        "xlsx": "表格为工作簿 `tables.xlsx` 的各张工作表。",
    },
}


def write_in_form(folder: Path, write: Callable[[Path], None], form: Form, lang: Lang, rules: str) -> None:
    """Write a scenario in another form than its template writes.

    Parameters
    ----------
    folder : Path
        Empty.
    write : callable
        Writes the template as CSV into a folder.
    form : {"csv", "parquet", "xlsx"}
    lang : {"zh", "en"}
        Of the headings; Parquet has the English names in either.
    rules : str
        The shipped rule set of the template.
    """
    with tempfile.TemporaryDirectory(prefix="gridsim-new-") as name:
        source = Path(name)
        write(source)
        if form == "csv":
            _copy_csv(source, folder, lang, market_tables(rules))
        else:
            _convert(source, folder, form, lang)
        for readme in _SAID:
            write_text(folder / readme, sentence_on_tables(source / readme, form))
        for name in EXPORTS:  # as they came, whatever the form of the tables
            if (source / name).exists():
                (folder / name).parent.mkdir(exist_ok=True)
                shutil.copyfile(source / name, folder / name)
        # Last of all: a folder whose writing broke off has no scenario.yaml, so nothing takes it for a scenario.
        shutil.copyfile(source / _YAML, folder / _YAML)


def sentence_on_tables(readme: Path, form: Form) -> str:
    """The text of a README, with the sentence on the form of the tables that is true."""
    text = readme.read_text(encoding="utf-8")
    for sentence in _SAID[readme.name]:
        text = text.replace(sentence, _TO_SAY[readme.name][form])
    return text


def _copy_csv(source: Path, folder: Path, lang: Lang, tables: Mapping[str, Table]) -> None:
    """The same rows in the words of the language."""
    for table in tables.values():
        path = source / f"{table.name}.csv"
        if path.exists():
            if lang == "en":
                shutil.copyfile(path, folder / path.name)
            else:
                _copy_in_chinese(path, folder / path.name, table)


def _copy_in_chinese(source: Path, target: Path, table: Table) -> None:
    """The same rows, with headings and the values of lists as a Chinese workbook has them."""
    with (
        source.open(encoding="utf-8-sig", newline="") as read,
        target.open("w", encoding="utf-8-sig", newline="") as to,
    ):
        rows = csv.reader(read)
        writer = csv.writer(to, lineterminator="\n")
        columns = [table[name] for name in next(rows)]
        writer.writerow([column.zh[0] for column in columns])
        spoken = [(place, choices_of(column, "zh")) for place, column in enumerate(columns)]
        spoken = [(place, choices) for place, choices in spoken if choices]
        for row in rows:
            for place, choices in spoken:
                row[place] = choices.get(row[place], row[place])
            writer.writerow(row)


def _convert(source: Path, folder: Path, form: Form, lang: Lang) -> None:
    """The scenario as it is read, every cell exact."""
    from gridsim.io import load
    from gridsim.market_tables import input_tables
    from gridsim.tables.read import empty_table
    from gridsim.templates.workbook import write_workbook

    scenario = load(source)
    specs = input_tables(scenario.rules.shape)
    held = {name: frame for name, frame in scenario.tables.items() if name in specs} | {"users": scenario.states.rows}
    held |= {name: empty_table(spec, scenario.year) for name, spec in specs.items() if spec.later and name not in held}
    if form == "xlsx":
        # With an empty sheet for each table that may stand beside or instead of others.
        sheets = {name: frame for name, frame in held.items() if name in scenario.given or specs[name].later}
        write_workbook(folder / "tables.xlsx", sheets, specs, scenario.year, lang)
        return
    tables = {name: frame for name, frame in held.items() if name in scenario.given}
    for name, frame in tables.items():
        head = (source / f"{name}.csv").read_text(encoding="utf-8-sig").partition("\n")[0].split(",")
        there = [column for column in specs[name] if column.name in head]
        columns = {column.exact: _values(frame[column.exact]) for column in there}
        write_columns(folder, name, columns, parquet=True, spec=there)


def _values(column: pd.Series) -> Codes | np.ndarray[Any, Any]:
    if column.dtype.name == "category":
        return Codes(column.cat.codes.to_numpy(), column.cat.categories.tolist())
    if column.dtype.name == "Int64":  # a number that may lack
        return np.ma.MaskedArray(column.fillna(0).to_numpy(dtype=np.int64), column.isna().to_numpy())
    return column.to_numpy()
