"""A scenario folder as a `Scenario`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from gridsim.columns import INPUT_TABLES, Table
from gridsim.errors import Fault, ScenarioError
from gridsim.input_files import InputFileError, read_input, shown_path, unreadable
from gridsim.io.assemble import assemble
from gridsim.io.csv_files import read_csv
from gridsim.io.parquet_files import read_parquet
from gridsim.io.period_sets import PERIOD_SETS_FILE, period_sets_of_text
from gridsim.io.settings import SETTINGS_FILE, Settings, settings_of_text, tables_not_read
from gridsim.io.sources import WORKBOOK_FILE, Sources, find_sources
from gridsim.io.stored_manifest import MANIFEST
from gridsim.market_tables import input_tables
from gridsim.rules import RuleSet
from gridsim.rules.yamltext import read_yaml_file
from gridsim.scenario import Scenario
from gridsim.tables.faults import LISTED, listing, unused_table
from gridsim.tables.raw import RawTable
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

__all__ = ["load", "rules_of"]


@helpful
def load(path: str | os.PathLike[str], *, most_faults: int = LISTED) -> Scenario:
    """Load and check a scenario folder (docs/formats.md).

    Parameters
    ----------
    path : str or path
        The folder that holds ``scenario.yaml`` and the tables, or its ``scenario.yaml``.
    most_faults : int
        So many faults of one kind in one table are listed one by one; the rest is counted (`Fault.count`).

    Returns
    -------
    Scenario
        Checked as a whole; `Scenario.warnings` has what is no fault but ought to be known.

    Raises
    ------
    ScenarioError
        Carries every fault of all files: file, row, column, value, what is wrong and what is allowed.

    Examples
    --------
    >>> scenario = load("scenarios/henan-2021-mini")
    >>> len(scenario.tables["users"])
    6
    """
    with listing(most_faults):
        return _load(path)


def rules_of(path: str | os.PathLike[str]) -> RuleSet:
    """The rule set of a scenario folder, whose tables are not read; one that ships where the folder names none.

    Raises
    ------
    ScenarioError
        The folder names a rule file of which nothing tells what market it is of.
    """
    settings, faults = _settings(_folder_of(path))
    if settings.unread is not None:
        raise ScenarioError(faults)
    return settings.market


def _folder_of(path: str | os.PathLike[str]) -> Path:
    """The folder, which may be named by its ``scenario.yaml``."""
    folder = Path(os.fsdecode(path))
    return folder.parent if folder.name == SETTINGS_FILE and folder.is_file() else folder


def _load(path: str | os.PathLike[str]) -> Scenario:
    folder, source = _folder_of(path), shown_path(path)
    if not folder.is_dir():
        message = Sentence("not a folder") if folder.exists() else Sentence("no such folder")
        raise ScenarioError([Fault.of_file(source, message, _with_settings())])
    if (folder / MANIFEST).is_file() and not (folder / SETTINGS_FILE).exists():
        message = Sentence("a folder of results, and not of the scenario that they were made from")
        raise ScenarioError([Fault.of_file(source, message, _with_settings())])
    settings, faults = _settings(folder)
    if settings.unread is not None:
        raise ScenarioError(faults, [tables_not_read(settings)])
    settings, more = _with_period_sets(folder, settings)
    faults.extend(more)
    try:
        sources = find_sources(folder)
    except OSError as error:
        faults.append(unreadable(error).fault(source))
        raise ScenarioError(faults) from None
    faults.extend(sources.faults)
    raws: dict[str, RawTable] = {}
    specs = input_tables(settings.shape)
    for name in INPUT_TABLES:
        if name not in specs:
            faults.extend(_unused(name, sources))
            continue
        raw, more = _open(specs[name], sources)
        faults.extend(more)
        if raw is not None:
            raws[name] = raw
    return assemble(settings, raws, given=sources.given, source=source, faults=faults, notes=sources.notes)


def _with_settings() -> Sentence:
    return Sentence("a folder with {file} and tables", file=SETTINGS_FILE)


def _settings(folder: Path) -> tuple[Settings, list[Fault]]:
    try:
        text, faults = read_yaml_file(folder / SETTINGS_FILE, SETTINGS_FILE)
    except InputFileError as error:
        fault = Fault.of_file(SETTINGS_FILE, error.sentence, Sentence("a YAML file with name, year and rules"))
        return Settings(None, None, None, None), [fault]
    return settings_of_text(text, faults, str(folder))


def _with_period_sets(folder: Path, settings: Settings) -> tuple[Settings, list[Fault]]:
    """The settings with the sets of hours of the folder, which most have none of."""
    try:
        text, faults = read_yaml_file(folder / PERIOD_SETS_FILE, PERIOD_SETS_FILE)
    except InputFileError:
        return settings, []
    return period_sets_of_text(text, faults, settings)


def _unused(name: str, sources: Sources) -> Iterator[Fault]:
    """A table that the market of the rule set has no use for."""
    if name in sources.sheets:
        yield unused_table(f"{WORKBOOK_FILE}:{sources.sheets[name]}")
    elif name in sources.files:
        yield unused_table(sources.files[name].name)


def _open(table: Table, sources: Sources) -> tuple[RawTable | None, list[Fault]]:
    """One table, from whatever holds it."""
    name = table.name
    if name in sources.sheets and sources.workbook is not None:
        from gridsim.io.excel import read_sheet

        return read_sheet(sources.workbook, sources.sheets[name], table, f"{WORKBOOK_FILE}:{sources.sheets[name]}")
    if name not in sources.files:
        return None, []
    path = sources.files[name]
    try:
        if path.name.endswith(".parquet"):
            return read_parquet(path, table, path.name)
        return read_csv(read_input(path), table, path.name)
    except InputFileError as error:
        return None, [error.fault(path.name)]
