"""Which file of a scenario folder holds which table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.columns import INPUT_TABLES
from gridsim.errors import Fault
from gridsim.input_files import shown_path
from gridsim.io.period_sets import PERIOD_SETS_FILE
from gridsim.io.settings import SETTINGS_FILE
from gridsim.suggest import nearest
from gridsim.tables.export_shapes import by_import
from gridsim.words import Sentence, listed

if TYPE_CHECKING:
    from gridsim.io.excel import Workbook

__all__ = ["WORKBOOK_FILE", "Sources", "find_sources"]

WORKBOOK_FILE = "tables.xlsx"
_SUFFIXES = (".csv.gz", ".csv", ".parquet")
_LIKE_A_TABLE = (*_SUFFIXES, ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".txt.gz", ".feather", ".arrow")
_ALIKE = 0.75  # stricter than for headings: a folder may hold other things
_LIKE_SETTINGS = (".yaml", ".yml", ".json", ".toml")


@dataclass(frozen=True)
class Sources:
    """Where each table stands.

    Attributes
    ----------
    files : dict of str to Path
        By table, the file that holds it.
    sheets : dict of str to str
        By table, the name of the sheet of `workbook` that holds it.
    workbook : Workbook or None
    given : frozenset of str
        Tables of which there is anything, readable or not.
    faults : list of Fault
    notes : list of Sentence
    """

    files: dict[str, Path]
    sheets: dict[str, str]
    workbook: Workbook | None
    given: frozenset[str]
    faults: list[Fault]
    notes: list[Sentence]


def find_sources(folder: Path) -> Sources:
    """Look through a scenario folder.

    A file that looks like a misspelt table is a fault where that table is missing; any other that looks like a table
    is named in a note, as nothing is left aside in silence. A sheet that looks like a misspelt table is a fault.
    Names that begin with ``_``, ``.`` or ``~`` are the user's own.
    """
    faults: list[Fault] = []
    notes: list[Sentence] = []
    found: dict[str, list[str]] = {}
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith((".", "_", "~")))
    for name in names:
        table = _table_of(name)
        if table is not None:
            found.setdefault(table, []).append(name)  # a table's name is plain; others are shown by `shown_path`
    workbook = None
    sheets: dict[str, str] = {}
    if WORKBOOK_FILE in names:
        from gridsim.io.excel import open_workbook  # where there is no workbook its readers stay away

        workbook, broken = open_workbook(folder / WORKBOOK_FILE, WORKBOOK_FILE)
        faults.extend(broken)
        if workbook is not None:
            sheets = _sheets(workbook, faults, notes)
    files: dict[str, Path] = {}
    for table, candidates in found.items():
        everywhere = [*candidates, *([f"{WORKBOOK_FILE}:{sheets[table]}"] if table in sheets else [])]
        if len(everywhere) > 1:
            message = Sentence("two files for table {table}: {files}", table=table, files=" and ".join(everywhere))
            faults.append(Fault.of_file(everywhere[0], message, Sentence("one of them")))
            sheets.pop(table, None)
        elif not (folder / candidates[0]).is_file():
            faults.append(
                Fault.of_file(
                    candidates[0], Sentence("not a regular file"), Sentence("a file with the rows of the table")
                )
            )
        else:
            files[table] = folder / candidates[0]
    given = frozenset(found) | frozenset(sheets)
    others = [name for name in names if _table_of(name) is None]
    for name in others:
        if name not in (SETTINGS_FILE, PERIOD_SETS_FILE, WORKBOOK_FILE):
            meant = _judge_file(folder / name, given, faults, notes)
            given |= {meant} if meant is not None else frozenset()  # one fault of it is enough
    is_unread = any(fault.file.startswith(f"{Path(WORKBOOK_FILE).stem}.") for fault in faults)
    if workbook is None and is_unread:  # it may hold any table: none is missing for sure
        given |= frozenset(INPUT_TABLES) - {"meter" if "load" in given else "load"}
    return Sources(files, sheets, workbook, given, faults, notes)


def _table_of(name: str) -> str | None:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and name.removesuffix(suffix) in INPUT_TABLES:
            return name.removesuffix(suffix)
    return None


def _judge_file(path: Path, given: frozenset[str], faults: list[Fault], notes: list[Sentence]) -> str | None:
    """Say of a file that is no part of a scenario whether it is a misspelt one or something else.

    The table that it most likely stands for, which then is not missing as well.
    """
    if path.is_dir():
        return None
    name = shown_path(path.name)
    lower = name.lower()
    if lower.endswith(_LIKE_SETTINGS):
        is_needed = not (path.parent / SETTINGS_FILE).exists()
        if is_needed and nearest(path.stem, ["scenario"], _ALIKE) is not None:
            faults.append(
                Fault.of_file(name, Sentence("unknown file"), Sentence("nearest: {name}", name=SETTINGS_FILE))
            )
        return None
    suffix = next((suffix for suffix in _LIKE_A_TABLE if lower.endswith(suffix)), None)
    if suffix is None:
        return None
    stem = lower.removesuffix(suffix)
    table = _nearest_table(stem)
    if table in given:
        table = None
    if suffix.startswith((".xls", ".ods")):
        fault = _unread_workbook(path, name, stem, suffix, table)
    elif table is not None:
        guess = table + (suffix if suffix in _SUFFIXES else ".csv")
        allowed = Sentence("nearest: {name} (or a name that begins with _)", name=guess)
        fault = Fault.of_file(name, Sentence("unknown file"), allowed)
    else:
        fault = None
    if fault is None:
        notes.append(Sentence("{file} is no table of a scenario and was not read", file=name))
        return None
    faults.append(fault)
    return table


def _unread_workbook(path: Path, name: str, stem: str, suffix: str, table: str | None) -> Fault | None:
    """A workbook of another name or form, most likely meant for the one of the scenario or for a table."""
    as_workbook = Sentence("save it as an Excel workbook (.xlsx) under the name {name}", name=WORKBOOK_FILE)
    unread = Sentence("a name that begins with _ if it is no part of the scenario")
    if nearest(stem, [Path(WORKBOOK_FILE).stem], _ALIKE) and not (path.parent / WORKBOOK_FILE).exists():
        if suffix == Path(WORKBOOK_FILE).suffix:
            allowed = Sentence("nearest: {name} (or a name that begins with _)", name=WORKBOOK_FILE)
            return Fault.of_file(name, Sentence("unknown file"), allowed)
        message = Sentence("a workbook of another form ({suffix})", suffix=suffix)
        command = f"gridsim import {name} --as TABLE --out FOLDER"
        by_table = Sentence("or a table at a time: {command}", command=command)
        return Fault.of_file(name, message, listed(as_workbook, by_table, unread))
    if table is None:
        return None
    return Fault.of_file(
        name,
        Sentence(
            "a workbook for table {table}, which stands in CSV, Parquet or {name}", table=table, name=WORKBOOK_FILE
        ),
        listed(by_import(INPUT_TABLES[table], name), unread),
    )


def _sheets(workbook: Workbook, faults: list[Fault], notes: list[Sentence]) -> dict[str, str]:
    """The sheets of the workbook that are tables, by their English or Chinese name."""
    from gridsim.io.excel_cells import SheetError

    sheets: dict[str, str] = {}
    names = {name: table.name for table in INPUT_TABLES.values() for name in (table.name, table.zh)}
    for sheet in workbook.sheets:
        if sheet in names:
            other = sheets.setdefault(names[sheet], sheet)
            if other != sheet:
                message = Sentence(
                    "two sheets for table {table}: {sheets}", table=names[sheet], sheets=f"{other} and {sheet}"
                )
                faults.append(Fault.of_file(f"{WORKBOOK_FILE}:{sheet}", message, Sentence("one of them")))
            continue
        if sheet.startswith("_"):
            continue
        try:
            is_empty = not any(cell != "" for row in workbook.rows(sheet) for cell in row)
        except SheetError as error:
            file = f"{WORKBOOK_FILE}:{sheet}"
            faults.append(Fault(file, None, None, None, error.sentence, error.allowed, cell=error.cell))
            continue
        if is_empty:
            continue
        table = _nearest_table(sheet)
        if table is None:
            notes.append(
                Sentence(
                    "{file}: sheet {sheet!r} is no table of a scenario and was not read",
                    file=WORKBOOK_FILE,
                    sheet=sheet,
                )
            )
        else:
            allowed = Sentence(
                "nearest: {name} (or a name that begins with _)", name=f"{table}, {INPUT_TABLES[table].zh}"
            )
            faults.append(Fault.of_file(f"{WORKBOOK_FILE}:{sheet}", Sentence("unknown sheet"), allowed))
    return sheets


def _nearest_table(text: str) -> str | None:
    """The table that a wrong name most likely means, by its English or Chinese name."""
    by_name = {name: table.name for table in INPUT_TABLES.values() for name in (table.name, table.zh)}
    found = nearest(text, by_name, _ALIKE)
    return None if found is None else by_name[found]
