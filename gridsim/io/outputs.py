"""Where a command may write: never over what it reads. Found out before anything is computed."""

from __future__ import annotations

import os
from pathlib import Path

from gridsim.columns import INPUT_TABLES
from gridsim.errors import ResultError
from gridsim.io.documents import document_file
from gridsim.io.results import is_of_result
from gridsim.io.safe_write import writable_file, written_name
from gridsim.words import Sentence

__all__ = ["apart_from_scenario", "document_beside_result", "file_beside_result", "file_beside_scenario"]


def apart_from_scenario(out: Path, scenario: Path) -> Path:
    """A folder for results that is not the scenario's, nor inside or around it.

    Parameters
    ----------
    out : Path
    scenario : Path
        As `gridsim.load` takes it.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    ResultError
    """
    target, source = _real(out), _folder_of(scenario)
    if target.is_relative_to(source) or source.is_relative_to(target):
        raise ResultError(
            Sentence(
                "{path}: results need a folder of their own, apart from the scenario {scenario}",
                path=out,
                scenario=scenario,
            )
        )
    return out


def file_beside_scenario(out: Path, scenario: Path) -> Path:
    """A file that can be written and that a scenario is not read from.

    Raises
    ------
    ResultError
    """
    target = _real(writable_file(out))
    stem, _, ending = target.name.casefold().partition(".")
    is_read = stem in INPUT_TABLES or stem == "tables" or ending.endswith(("yaml", "yml"))
    if target.parent == _folder_of(scenario) and is_read:
        raise ResultError(
            Sentence(
                "{path}: is a file of the scenario {scenario}, which is not overwritten", path=out, scenario=scenario
            )
        )
    return out


def file_beside_result(out: Path, result: Path) -> Path:
    """A file that can be written and that is none of a result's own.

    Raises
    ------
    ResultError
    """
    if is_of_result(writable_file(out), result):
        raise ResultError(
            Sentence("{path}: is a file of the result in {folder}, which is not overwritten", path=out, folder=result)
        )
    return out


def document_beside_result(out: Path | None, *results: Path) -> None:
    """Raise unless a document, if one is wanted, can be written and is no file of the results that it is made from.

    Raises
    ------
    ResultError
    """
    if out is not None:
        for result in results:
            file_beside_result(document_file(out), result)


def _folder_of(scenario: Path) -> Path:
    return _real(scenario.parent if scenario.is_file() else scenario)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(written_name(path)))
