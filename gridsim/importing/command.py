"""The command `gridsim import`: what it reads is known to be writable before anything is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.importing.files import import_tables
from gridsim.importing.imported import MAP_FILE
from gridsim.input_files import InputFileError, check_input
from gridsim.io.folder import rules_of
from gridsim.io.outputs import file_beside_scenario
from gridsim.io.report_faults import counts_and_table, fault_report, faults_file
from gridsim.io.safe_write import writable_file
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.errors import Fault
    from gridsim.importing.choices import Stamped
    from gridsim.importing.imported import Imported
    from gridsim.words import Lang

__all__ = ["report_of", "run_import"]


def run_import(
    files: Sequence[Path],
    table: str,
    out: Path,
    *,
    map: Path | None,  # noqa: A002  # as the option is named
    write_map: bool,
    faults: Path | None,
    stamped: Stamped | None,
    unit: Sequence[str],
    year: int | None,
    multiplier: str | None,
    add_meters: bool,
    users_across: bool,
    rules: str,
    format: str | None,
    replace: bool,
    lang: Lang,
) -> tuple[Imported, Path]:
    """Import files and write the table.

    Parameters
    ----------
    files : sequence of Path
    table : str
    out : Path
        The folder.
    map : Path or None
        Is read; with `write_map` it is written, and read where it is there already.
    write_map : bool
    faults : Path or None
        Where every fault would go; must be writable.
    stamped, unit, year, multiplier, add_meters, users_across, rules
        As `gridsim.import_tables` takes them; without `rules` those of the scenario in the folder.
    format, replace, lang
        As `Imported.save` takes them.

    Returns
    -------
    Imported
    Path
        Of the table.
    """
    if faults is not None:
        faults_file(file_beside_scenario(faults, out))
    target = (map or out / MAP_FILE) if write_map else None
    if target is not None and target.parent.is_dir():
        writable_file(target)
    imported = import_tables(
        files,
        table,
        map=None if map is None or (write_map and not _is_there(map)) else map,
        stamped=stamped,
        unit=unit,
        year=year,
        multiplier=multiplier,
        add_meters=add_meters,
        users_across=users_across,
        rules=rules or rules_of(out),
    )
    same = any(file.resolve().parent == out.resolve() and file.stem == table for file in files)
    path = imported.save(out, format=format, replace=replace or same, lang=lang, with_map=target)
    return imported, path


def report_of(faults: Sequence[Fault], every: Path | None, lang: Lang) -> str:
    """What is wrong with files, as text.

    Parameters
    ----------
    faults : sequence of Fault
    every : Path or None
        A table of faults that is written; then the text counts them.
    lang : {"en", "zh"}
    """
    source = Sentence("bad input").told(lang)
    if every is None:
        return fault_report(faults, source, lang, each_by="gridsim import … --faults FILE.csv")
    return counts_and_table(tuple(faults), source, every, lang)


def _is_there(path: Path) -> bool:
    try:
        check_input(path)
    except InputFileError as error:
        return not error.is_missing
    return True
