"""A scenario folder with headings alone: what there is to fill in, and a page that says what each column holds."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.market_tables import input_tables
from gridsim.rules import load as load_rules
from gridsim.rules.market_meant import SUFFIXES
from gridsim.rules.yamltext import read_yaml_file
from gridsim.templates.market import tables
from gridsim.templates.naming import settings_text
from gridsim.templates.province_figures import figures
from gridsim.templates.workbook import heading_of, write_workbook
from gridsim.templates.workbook_words import note_of
from gridsim.templates.writing import write_columns, write_text
from gridsim.units import decimals_of
from gridsim.words import Lang, Language, Sentence, msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gridsim.columns import Column, Table
    from gridsim.templates.forms import Form

__all__ = ["EmptyMarket", "market_of_file", "market_of_template", "write_empty"]

_NOTHING_YET = msg("There is no data in this folder yet: each table has its headings alone.")
_NEXT = msg("Fill in the tables, then ask gridsim check; a table that may be left out may be deleted.")
_ITS_FILE = msg("scenario.yaml has the name, the year and the rule set.")
_MAY_BE_LEFT_OUT = Sentence("may be left out")


class EmptyMarket(NamedTuple):
    """A market whose tables are still to be filled in.

    Attributes
    ----------
    tables : mapping of str to Table
        All that a scenario of it may have.
    there : frozenset of str
        Those that are written; a workbook has a sheet for each that may stand beside or instead of them, too.
    year : int
    rules : str
        What ``rules:`` of the scenario names.
    files : mapping of str to Path
        Rule files that lie in the folder, by their names there.
    """

    tables: Mapping[str, Table]
    there: frozenset[str]
    year: int
    rules: str
    files: Mapping[str, Path]


def market_of_template(ready: Path, rules: str) -> EmptyMarket:
    """The market of a template, with the tables that it has."""
    there = frozenset(path.stem for path in ready.glob("*.csv"))
    return EmptyMarket(tables(rules), there, figures(rules).year, rules, {})


def market_of_file(path: Path) -> EmptyMarket:
    """The market of a rule file of one's own, with all tables that it asks for or that trade and metering need.

    Raises
    ------
    ScenarioError
        Every fault of the file.
    """
    rules = load_rules(path, file="gridsim new")
    specs = input_tables(rules.shape)
    there = frozenset(name for name, spec in specs.items() if not spec.later and name != "load")
    return EmptyMarket(specs, there, int(rules.in_force_from[:4]), path.name, dict(_files(path)))


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """A sound rule file and those that it extends, by the names under which a scenario folder has them."""
    name = path.name
    while name.endswith(SUFFIXES):
        yield str(Path(name)), path  # `./base.yaml` lies beside it
        name = str(read_yaml_file(path, name)[0].data.get("extends", ""))
        path = path.parent / name


def write_empty(folder: Path, name: str, market: EmptyMarket, form: Form, lang: Lang) -> None:
    """Write a scenario whose tables have no rows.

    Parameters
    ----------
    folder : Path
        Empty.
    name : str
        Of the scenario.
    market : EmptyMarket
    form : {"csv", "parquet", "xlsx"}
    lang : {"en", "zh"}
        Of headings, sheets and notes; Parquet has the English names in either.
    """
    year, there = market.year, market.there
    specs = {table: spec for table, spec in market.tables.items() if table in there or (form == "xlsx" and spec.later)}
    for file_name, source in market.files.items():
        (folder / file_name).write_bytes(source.read_bytes())
    if form == "xlsx":
        import pandas as pd

        frames = {table: pd.DataFrame({column.exact: [] for column in spec}) for table, spec in specs.items()}
        write_workbook(folder / "tables.xlsx", frames, specs, year, lang, has_data=False)
    for table, spec in specs.items():
        if form == "parquet":
            nothing = {column.exact: _nothing(column) for column in spec}
            write_columns(folder, table, nothing, parquet=True, spec=tuple(spec))
        elif form == "csv":
            with (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, lineterminator="\n").writerow([heading_of(column, lang) for column in spec])
    spoken: tuple[tuple[str, Lang], ...] = (("README.md", "en"), ("README.zh.md", "zh"))
    for file_name, language in spoken:
        write_text(folder / file_name, _page(name, specs.values(), year, language))
    # Last of all: a folder whose writing broke off has no scenario.yaml, so nothing takes it for a scenario.
    settings = {"name": name, "year": year, "rules": market.rules}
    write_text(folder / "scenario.yaml", settings_text(settings))


def _nothing(column: Column) -> Any:
    """No values, of the type that the column has in Parquet."""
    if column.kind == "bool":
        return np.array([], dtype=bool)
    if column.kind in ("date", "time"):
        return np.array([], dtype="datetime64[s]")
    if column.kind == "integer" or decimals_of(column.kind):
        return np.array([], dtype=np.int64)
    return []


def _page(title: str, specs: Iterable[Table], year: int, lang: Lang) -> str:
    """What each table and column holds, in Markdown."""
    words = Language(lang)
    lines = [f"# {title}", "", words.sentences(*map(words.say, (_NOTHING_YET, _ITS_FILE, _NEXT)))]
    for table in specs:
        optional = "" if table.required else f" · {_MAY_BE_LEFT_OUT.told(lang)}"
        lines += ["", f"## {table.name} {table.zh}{optional}", ""]
        for column in table:
            note = note_of(column, table, year, lang).splitlines()
            lines.append(f"- **{heading_of(column, lang)}**: {' · '.join(note)}")
    return "\n".join(lines) + "\n"
