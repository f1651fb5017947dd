"""Settlement statements as a workbook: an index, and a sheet for each settlement unit and month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gridsim.analysis.attribution.methods import METHODS
from gridsim.analysis.regimes import regime_months
from gridsim.calendar import is_month, months_of
from gridsim.errors import ResultError
from gridsim.io.safe_write import replace_file, writable_file
from gridsim.metering import forecast_months
from gridsim.report.sheet_names import SheetNames
from gridsim.report.statement_about import About, StatementWords
from gridsim.report.statement_bearers import bearers_of
from gridsim.report.statement_choice import Choice, choose, sums_of_all
from gridsim.report.statement_customers import bills_of, sums_of_customers, suppliers_of
from gridsim.report.statement_gather import gather
from gridsim.report.statement_index import TotalCell, write_index
from gridsim.report.statement_sheet import write_statement
from gridsim.rules.told_values import override_texts
from gridsim.scenario.party_names import party_names
from gridsim.show.workbook import opened
from gridsim.spoken import spoken_lang
from gridsim.suggest import not_one_of
from gridsim.trading.units import units_by_id
from gridsim.words import Lang, Sentence, listed, msg

if TYPE_CHECKING:
    from gridsim.analysis.attribution.methods import Method
    from gridsim.report.statement_bearers import Bearers
    from gridsim.report.statement_model import Key
    from gridsim.result import Result

__all__ = ["MAX_LINES", "MAX_SHEETS", "Written", "write_statements"]

MAX_SHEETS = 500
"""Statements that get a sheet of their own, unless more are asked for."""

MAX_LINES = 200
"""Lines of charges on a sheet, unless more are asked for."""

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
    lang: Lang | None = None,
    units: Sequence[str] = (),
    users: Sequence[str] = (),
    months: Sequence[str] = (),
    max_sheets: int = MAX_SHEETS,
    max_lines: int = MAX_LINES,
    method: Method = "own_deviation",
) -> Written:
    """Write the settlement statements (结算单) of a result as one workbook.

    A statement holds every ledger line of one settlement unit and month, whoever pays it, the buyer or its users; a
    user outside the market has statements of its own, and so has a generator where the market settles its sellers: what
    it receives, less what it pays. Lines are rounded to the fen, the total is the exact total
    rounded to the fen, and the difference of the two is a line of its own (rulebook part 1). Sums are formulas, with
    their values.

    Parameters
    ----------
    result : Result
        As run, or as loaded from a folder, of which only the rows needed are read.
    path : str or Path
        The workbook, ``.xlsx``; replaced as a whole if it exists.
    lang : {"en", "zh"}, optional
        Language; if left out, that of ``GRIDSIM_LANG``, else Chinese.
    units : sequence of str
        Settlement units, users outside the market, or generators; all if empty.
    users : sequence of str
        Customers: write the bills of these users instead, each with every line that the user pays or receives, and
        nothing of any other party.
    months : sequence of str
        ``YYYY-MM``; all months of the year if empty.
    max_sheets : int
        Statements that get a sheet: whole units, those with most money first. The others are summed in the index.
    max_lines : int
        Lines of charges on a sheet. With more, the periods of a user are summed, the largest users shown, and the
        others summed in one line for each item. Totals always hold everything.
    method : {"own_deviation", "pro_rata", "marginal", "shapley"}
        By which the statement of a retailer's unit tells, in an annex, whose the deviation was
        (`gridsim.Result.attribution`).

    Returns
    -------
    Written

    Raises
    ------
    ResultError
        No such unit, month or method, `path` is no name for a workbook or cannot be written to, or the result does not
        hold (`gridsim.Result.check`); nothing is written then.
    """
    if units and users:
        raise ResultError(Sentence("statements of settlement units, or bills of users: not both in one workbook"))
    target, words = Path(path), StatementWords(spoken_lang(lang, otherwise="zh"), result.rules.shape)
    words.forecast = forecast_months(result.manifest)
    if target.suffix.lower() != ".xlsx":
        raise ResultError(Sentence("{path}: a workbook of statements is named with .xlsx at its end", path=target))
    writable_file(target)
    if method not in METHODS:
        raise ResultError(not_one_of("method", method, METHODS))
    names = result.statistics.names
    months = [names.meant("month", month) for month in months]
    chosen_months = _months(months, result.manifest["scenario"]["year"])
    result.check()
    whose = units_by_id(result.inputs, result.rules.shape)
    units = [names.meant_subject(unit) for unit in units]
    users = [names.meant("user", user) for user in users]
    if users:
        sums = sums_of_customers(result.exact, chosen_months, users)
    else:
        sums = sums_of_all(result.exact, chosen_months, result.rules.shape, whose)
    choice = choose(sums, users or units, max_sheets, whose)
    chosen = _chosen(words, result.rules.shape.sellers is not None, units, users, months)
    replace_file(target, lambda part: _write_book(part, result, choice, words, chosen, max_sheets, max_lines, method))
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


def _chosen(
    words: StatementWords, has_sellers: bool, units: Sequence[str], users: Sequence[str], months: Sequence[str]
) -> str:
    parts = [
        words.say("bills of users: {users}", users=words.listed(users))
        if users
        else words.say("units: {units}", units=words.listed(words.called("unit", unit) for unit in units))
        if units
        else words.say("all settlement units and users outside the market")
        if not has_sellers
        else words.say("all settlement units, users outside the market and generators")
    ]
    if months:
        parts.append(words.say("months: {months}", months=words.listed(sorted(set(months)))))
    return words.parted(parts)


def _write_book(
    path: Path,
    result: Result,
    choice: Choice,
    words: StatementWords,
    chosen: str,
    max_sheets: int,
    max_lines: int,
    method: Method,
) -> None:
    names = SheetNames()
    index = names.name(words.say("Index"))
    bills = bills_of(result, [key for key in choice.sums if key.is_customer], words)
    bearers = bearers_of(result, list(choice.sums), method, max_lines)
    about = _about(result, words, max_lines, index, bills, bearers, list(choice.sums))
    with opened(path, words.say("Index of settlement statements"), words) as (book, formats):
        index_sheet = book.add_worksheet(index)
        sheets = {key: book.add_worksheet(_name(names, key, about)) for key in choice.sums}
        places = {}
        for statement in gather(result.exact, list(choice.sums), max_lines, about.units, result.rules.shape):
            sheet = sheets[statement.key]
            places[statement.key] = TotalCell(sheet.get_name(), write_statement(sheet, formats, statement, about))
        write_index(index_sheet, formats, choice, places, about, chosen, max_sheets)
        for sheet in (index_sheet, *sheets.values()):  # ids that look like numbers are texts, sums end where they end
            sheet.ignore_errors({"number_stored_as_text": "A1:K1048576", "formula_range": "A1:K1048576"})


def _name(names: SheetNames, key: Key, about: About) -> str:
    """A unit as it is called, ``R1-常规电量 2021-04``; who has none, or sells, by its id alone."""
    if key.is_outside or key.is_seller or key.is_customer:
        return names.name(key.subject, f" {key.month}")
    buyer, _, mode = about.words.called("unit", key.subject).rpartition("/")
    return names.name(buyer, f"-{mode} {key.month}")


def _about(
    result: Result,
    words: StatementWords,
    max_lines: int,
    index: str,
    bills: Mapping[Key, Sequence[str]],
    bearers: Mapping[Key, Bearers],
    keys: Sequence[Key],
) -> About:
    """What all statements say alike; to customers the scenario is told by its hash, as its name may tell of others."""
    is_private = any(key.is_customer for key in keys)
    scenario, rules = result.manifest["scenario"], result.rules
    changed = [each.told(words.lang) for each in override_texts(result.manifest["overrides"], rules)]
    how_to_read = rules.how_to_read
    on_clauses = [
        words.say(
            "{how_to_read}; a choice is a reading of the rule set where the notice is silent. All amounts include VAT.",
            how_to_read=how_to_read.in_(words.lang),
        )
        if how_to_read
        else words.say("A choice is a reading of the rule set where the notice is silent. All amounts include VAT.")
    ]
    if rules.cites_unstated():
        on_clauses.append(
            words.say("No clause stated: the rule set has a value of its own there and names no clause for it.")
        )
    return About(
        words=words,
        names=party_names(result.inputs),
        units=units_by_id(result.inputs, result.rules.shape),
        retailers=frozenset(result.inputs["retailers"].column("retailer_id").to_pylist()),
        rules=words.say(
            msg("{title} ({number}; rule set {id}, {count} of its values changed: see the notes)")
            if changed
            else msg("{title} ({number}; rule set {id})"),
            title=rules.title(words.lang),
            number=rules.number,
            id=rules.id,
            count=len(changed),
        ),
        overridden=words.parted(changed),
        on_clauses=tuple(on_clauses),
        regimes=regime_months(rules),
        split_modes=frozenset(mode.id for mode in rules.shape.modes if len(mode.products) > 1),
        accounts=frozenset(rules.shape.all_accounts),
        scenario=words.say(
            msg("{year}; {hash}") if is_private else msg("{name} ({year}; {hash})"),
            name=scenario["name"],
            year=scenario["year"],
            hash=scenario["hash"][:_HASH],
        ),
        version=result.manifest["versions"]["gridsim"],
        max_lines=max_lines,
        index=index,
        suppliers=suppliers_of(result.inputs, keys),
        bills=bills,
        bearers=bearers,
    )
