"""From the files that people have to a table of a scenario, in one call: `gridsim.import_tables`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gridsim.errors import ScenarioError, SentenceError
from gridsim.suggest import not_one_of
from gridsim.tables.export_shapes import IMPORTED
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.importing.choices import Choices, Stamped
    from gridsim.importing.imported import Imported
    from gridsim.rules import RuleSet

__all__ = ["ImportChoiceError", "import_tables"]


class ImportChoiceError(SentenceError, ValueError):
    """An argument of an import that cannot be what it is."""


@helpful
def import_tables(
    files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    table: str,
    *,
    map: str | os.PathLike[str] | Mapping[str, Any] | None = None,  # noqa: A002  # as the option is named
    stamped: Stamped | None = None,
    unit: str | Sequence[str] = (),
    year: int | None = None,
    multiplier: str | Decimal | None = None,
    add_meters: bool = False,
    users_across: bool = False,
    rules: str | RuleSet = "",
) -> Imported:
    r"""Read the files that people have as one table of a scenario.

    Parameters
    ----------
    files : path or sequence of path
        CSV (UTF-8, GB18030 or UTF-16), ``.xlsx``, ``.xlsb``, ``.xls``, ``.ods``, pages of
        HTML; each sheet that has headings of the table is read.
    table : {'load', 'meter', 'history', 'bilateral', 'orders', 'deals', 'tariffs'}
        What it is to be.
    map : path or mapping, optional
        A MAP.yaml, or what stands in one. Arguments win over it.
    stamped : {'starts', 'ends'}, optional
        Where in its interval a time stands, where the files don't tell.
    unit : str or sequence of str
        Of amounts under headings that name none: ``kWh``, ``yuan/kWh`` …
    year : int, optional
        Of months without one.
    multiplier : str or Decimal, optional
        Of registers without a column 倍率. Beside energy that has one, 1 says that the energy holds it already, and
        ``column`` that it does not.
    add_meters : bool
        Whether the energies of several meters of one account are added up.
    users_across : bool
        Whether columns with headings that say nothing else are users, each by its heading.
    rules : str or RuleSet
        Whose names of periods and products the files use; the first that is shipped if left out.

    Returns
    -------
    Imported
        Its ``frame``, ``totals``, ``left_out`` and ``map``; ``save(folder)`` writes the table.

    Raises
    ------
    ScenarioError
        Every fault of all files: cells that cannot be read, totals that don't agree, and what only the user can know.
    ImportChoiceError
        An argument is not what it may be.

    Examples
    --------
    >>> from pathlib import Path
    >>> file = Path("april.csv")
    >>> _ = file.write_text("户号,日期,时段,电量(kWh)\nU1,2021-04,峰,1200\nU1,2021-04,谷,720\n", encoding="utf-8")
    >>> imported = gridsim.import_tables(file, "meter")
    >>> imported.frame
      user_id    month  period  energy_mwh
    0      U1  2021-04    peak        1.20
    1      U1  2021-04  valley        0.72
    >>> imported.totals[0].energy_mwh
    Decimal('1.92')
    """
    from gridsim.importing.imported import Imported
    from gridsim.importing.run import read_files

    if table not in IMPORTED:
        raise ImportChoiceError(not_one_of("table", table, IMPORTED))
    used = _rules(rules)
    choices = _choices(map, table, used)
    choices = _said(choices, stamped, [unit] if isinstance(unit, str) else list(unit), year, multiplier)
    choices = replace(
        choices,
        add_meters=add_meters or choices.add_meters,
        users_across=users_across or choices.users_across,
    )
    every = [files] if isinstance(files, str | os.PathLike) else list(files)
    return Imported(table, read_files(every, table, used, choices), choices)


def _rules(rules: str | RuleSet) -> RuleSet:
    from gridsim.rules import available, load

    return load(rules or available()[0]) if isinstance(rules, str) else rules


def _choices(given: str | os.PathLike[str] | Mapping[str, Any] | None, table: str, rules: RuleSet) -> Choices:
    from gridsim.importing.choices import Choices
    from gridsim.importing.map_file import choices_of_map, read_map
    from gridsim.rules.model_faults import Report

    if given is None:
        return Choices()
    if isinstance(given, Mapping):
        report = Report("map")
        choices = choices_of_map(given, table, rules, report)
    else:
        text, file, faults = read_map(given)
        report = Report(file, text)
        report.faults += faults
        choices = choices_of_map(text.data, table, rules, report) if text.data is not None else Choices()
    if report.faults:
        raise ScenarioError(report.faults)
    return choices


def _said(
    choices: Choices,
    stamped: Stamped | None,
    units: Sequence[str],
    year: int | None,
    multiplier: str | Decimal | None,
) -> Choices:
    """What was said in arguments, over what the map says."""
    from gridsim.importing.map_file import unit_of
    from gridsim.words import Sentence

    if stamped not in (None, "starts", "ends"):
        raise ImportChoiceError(not_one_of("stamped", stamped, ("starts", "ends")))
    found = [unit_of(text) for text in units if text]
    factor = choices.multiplier
    if multiplier == "column":
        factor = "column"
    elif multiplier is not None:
        try:
            number = Decimal(str(multiplier))
        except ArithmeticError:
            number = Decimal(0)
        if not number.is_finite() or number <= 0:
            raise ImportChoiceError(
                Sentence("the multiplier must be a number above 0, not {value!r}", value=multiplier)
            )
        factor = number
    return replace(
        choices,
        stamped=stamped or choices.stamped,
        units={**choices.units, **{unit.quantity: unit for unit in found}},
        year=year or choices.year,
        multiplier=factor,
    )
