"""Settlement statements as a workbook: an index, and a sheet for each settlement unit and month."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.calendar import is_month, months_of
from gridsim.errors import ResultError, SentenceError
from gridsim.report.sheet_names import SheetNames
from gridsim.report.statement_about import About
from gridsim.report.statement_choice import Choice, choose, sums_of_all
from gridsim.report.statement_gather import gather
from gridsim.report.statement_index import Place, write_index
from gridsim.report.statement_page import Formats
from gridsim.report.statement_sheet import write_statement
from gridsim.report.statement_words import Words
from gridsim.rules.citations import cites_unstated, clause_text
from gridsim.rules.override_texts import override_texts
from gridsim.sentences import Sentence, listed
from gridsim.trading.units import units_by_id

if TYPE_CHECKING:
    from gridsim.report.statement_model import Key
    from gridsim.report.statement_words import Lang
    from gridsim.result import Result

__all__ = ["MAX_LINES", "MAX_SHEETS", "Written", "write_statements"]

MAX_SHEETS = 500
"""Statements that get a sheet of their own, unless more are asked for."""

MAX_LINES = 200
"""Lines of charges on a sheet, unless more are asked for."""

_NO_CLOCK = dt.datetime(2000, 1, 1)  # the same result gives the same bytes
_HASH = 12


@dataclass(frozen=True, slots=True)
class Written:
    """What came to stand in a workbook.

    Parameters
    ----------
    path : Path
    sheets : int
        Statements with a sheet of their own.
    others : int
        Statements that are only summed up in the index.
    """

    path: Path
    sheets: int
    others: int


def write_statements(
    result: Result,
    path: str | Path,
    *,
    lang: Lang = "zh",
    units: Sequence[str] = (),
    months: Sequence[str] = (),
    max_sheets: int = MAX_SHEETS,
    max_lines: int = MAX_LINES,
) -> Written:
    """Write the settlement statements (结算单) of a result as one workbook.

    A statement holds every ledger line of one settlement unit and month, whoever pays it, the buyer or its users; a
    user outside the market has statements of its own. Lines are rounded to the fen, the total is the exact total
    rounded to the fen, and the difference of the two is a line of its own (rulebook part 1). Sums are formulas, with
    their values.

    Parameters
    ----------
    result : Result
        As run, or as loaded from a folder, of which only the rows needed are read.
    path : str or Path
        The workbook, ``.xlsx``; replaced as a whole if it exists.
    lang : {"zh", "en"}
    units : sequence of str
        Settlement units, or users outside the market; all if empty.
    months : sequence of str
        ``YYYY-MM``; all months of the year if empty.
    max_sheets : int
        Statements that get a sheet: whole units, those with most money first. The others are summed in the index.
    max_lines : int
        Lines of charges on a sheet. With more, the periods of a user are summed, the largest users shown, and the
        others summed in one line for each item. Totals always hold everything.

    Returns
    -------
    Written

    Raises
    ------
    ResultError
        No such unit or month, `path` is no name for a workbook, or the result does not hold (`gridsim.Result.check`);
        nothing is written then.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise ResultError(Sentence("{path}: a workbook of statements is named with .xlsx at its end", path=target))
    if target.is_dir():
        raise ResultError(Sentence("{path}: is a folder; statements are one workbook", path=target))
    chosen_months = _months(months, result.manifest["scenario"]["year"])
    result.check()
    whose = units_by_id(result.inputs, result.rules.shape)
    choice = choose(sums_of_all(result.exact, chosen_months), units, max_sheets, whose)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        _write_book(part, result, choice, Words(lang), _chosen(Words(lang), units, months), max_sheets, max_lines)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Written(target, len(choice.sums), choice.others)


def _months(wanted: Sequence[str], year: int) -> tuple[str, ...]:
    there_are = months_of(year)
    for month in wanted:
        if month not in there_are:
            what = Sentence("{month!r} is no month YYYY-MM", month=month)
            if is_month(month):
                what = Sentence("{month!r} is not in {year}", month=month, year=year)
            raise ResultError(
                listed(what, Sentence("there are {first} to {last}", first=there_are[0], last=there_are[-1]))
            )
    return tuple(month for month in there_are if not wanted or month in wanted)


def _chosen(words: Words, units: Sequence[str], months: Sequence[str]) -> str:
    between = "、" if words.lang == "zh" else ", "
    parts = [words.say("chosen_units", units=between.join(units)) if units else words.say("chosen_all")]
    if months:
        parts.append(words.say("chosen_months", months=between.join(sorted(set(months)))))
    return ("；" if words.lang == "zh" else "; ").join(parts)


def _write_book(
    path: Path, result: Result, choice: Choice, words: Words, chosen: str, max_sheets: int, max_lines: int
) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    names = SheetNames()
    index = names.name(words.say("index"))
    about = _about(result, words, max_lines, index)
    try:
        with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
            book.set_properties({"title": words.say("index_title"), "author": "gridsim", "created": _NO_CLOCK})
            formats = Formats(book, words)
            index_sheet = book.add_worksheet(index)
            sheets = {key: book.add_worksheet(_name(names, key, about)) for key in choice.sums}
            places = {}
            for statement in gather(result.exact, list(choice.sums), max_lines, about.units):
                sheet = sheets[statement.key]
                places[statement.key] = Place(sheet.get_name(), write_statement(sheet, formats, statement, about))
            write_index(index_sheet, formats, choice, places, about, chosen, max_sheets)
            for sheet in (
                index_sheet,
                *sheets.values(),
            ):  # ids that look like numbers are texts, sums end where they end
                sheet.ignore_errors({"number_stored_as_text": "A1:K1048576", "formula_range": "A1:K1048576"})
    except XlsxWriterException as error:
        raise SentenceError(
            Sentence("{path}: the workbook cannot be written ({why})", path=path, why=str(error))
        ) from error


def _name(names: SheetNames, key: Key, about: About) -> str:
    """Such as ``R1-常规 2021-04``; the id of a user outside the market stands alone."""
    if key.is_outside:
        return names.name(key.subject, f" {key.month}")
    buyer, mode = about.units[key.subject]
    return names.name(buyer, f"-{about.words.say('short_' + mode)} {key.month}")


def _about(result: Result, words: Words, max_lines: int, index: str) -> About:
    names: dict[str, str] = {}
    for table, key in (("generators", "generator_id"), ("retailers", "retailer_id"), ("users", "user_id")):
        rows = result.inputs[table]
        if "name" not in rows.column_names:
            continue
        pairs = zip(rows.column(key).to_pylist(), rows.column("name").to_pylist(), strict=True)
        names |= {party: name for party, name in pairs if name}
    scenario, rules = result.manifest["scenario"], result.rules
    changed = override_texts(result.manifest["overrides"])
    how_to_read = rules.how_to_read
    on_clauses = [
        words.say("note_clauses", how_to_read=how_to_read.in_(words.lang))
        if how_to_read
        else words.say("note_clauses_plain")
    ]
    if cites_unstated(rules):
        on_clauses.append(words.say("note_unstated"))
    return About(
        words=words,
        names=names,
        units=units_by_id(result.inputs, result.rules.shape),
        retailers=frozenset(result.inputs["retailers"].column("retailer_id").to_pylist()),
        rules=words.say(
            "rules_text_changed" if changed else "rules_text",
            title=rules.title(words.lang),
            number=rules.number,
            id=rules.id,
            count=len(changed),
        ),
        overridden=("；" if words.lang == "zh" else "; ").join(changed),
        on_clauses=tuple(on_clauses),
        transition_clause=clause_text(rules.clauses_of("transition.months"), words.lang),
        trial_clause=clause_text(rules.clauses_of("transition.trial"), words.lang),
        scenario=words.say(
            "scenario_text", name=scenario["name"], year=scenario["year"], hash=scenario["hash"][:_HASH]
        ),
        version=result.manifest["versions"]["gridsim"],
        max_lines=max_lines,
        index=index,
    )
