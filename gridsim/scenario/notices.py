"""What is no fault but ought to be known: a few plain sentences, each with a count and the first example."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gridsim.calendar import days_in_month, months_of
from gridsim.names import code_told
from gridsim.rules.days_off import has_days_off, lists_days_off
from gridsim.rules.hours import periods_of_quarters
from gridsim.scenario.checks_tariffs import months_metered
from gridsim.scenario.draft import Draft
from gridsim.scenario.listing import months_listed
from gridsim.scenario.notices_billing import without_a_price
from gridsim.scenario.notices_deals import months_without_sellers, one_sided_deals
from gridsim.scenario.notices_energies import far_from_contracts, far_from_history, months_named_twice
from gridsim.scenario.notices_parts import split_by_days
from gridsim.scenario.notices_prices import below_parts, below_ten, far_below_alike, far_from_reference
from gridsim.scenario.notices_retail import contracts_without_energy, months_without_a_contract
from gridsim.tables.blocks import blocks
from gridsim.tables.read_table import BoolArray, ReadTable
from gridsim.units import RATIO_DECIMALS, RATIO_ONE, trimmed
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.rules.expression import Expression

__all__ = ["NOTICES", "notices"]

_FAR = 2  # of the contract energy; no notice that we know has an edge there

Notice = Callable[[Draft], Iterator[Sentence]]


def notices(draft: Draft) -> tuple[Sentence, ...]:
    """The sentences about a scenario that has no fault."""
    return tuple(sentence for one in NOTICES for sentence in one(draft))


def missing_meter_rows(draft: Draft) -> Iterator[Sentence]:
    """Rows of meter missing for a user, month and period: they count as zero (docs/formats.md).

    A month without any row at all is said once.
    """
    users, meter = draft.tables["users"], draft.tables["meter"]
    assert draft.year is not None  # of a scenario without a fault it is known
    months = months_of(draft.year)
    if not len(users):
        return
    by_user = months_metered(draft, users, meter)
    covered: BoolArray = np.logical_or.reduce(by_user)
    if not covered.all():
        lacking = [months[place] for place in np.flatnonzero(~covered)]
        yield Sentence(
            "{file}: no row at all in {months}; nothing is metered then", file=meter.file, months=months_listed(lacking)
        )
    code_of = users.code_of(meter.categories("user_id"), "user_id")
    periods = draft.shape.periods
    present = np.zeros((len(users.categories("user_id")), 12, len(periods)), dtype=bool)
    user_codes, month_codes, period_codes = (meter.short_codes(name) for name in ("user_id", "month", "period"))
    for block in blocks(len(meter)):
        present[code_of[user_codes[block]], month_codes[block], period_codes[block]] = True
    missed = ~present[users.codes("user_id")] & covered[:, np.newaxis]
    if missed.any():
        missed &= _has_hours(draft)  # in a month without hours of a period nothing can be metered in it
    count = int(np.count_nonzero(missed))
    if count:
        user, month, period = (int(place[0]) for place in np.nonzero(missed))
        concerned = int(np.count_nonzero(missed.any(axis=(1, 2))))
        told = code_told("period", periods[period], draft.shape)
        first = named([users.shown(user, "user_id"), months[month], told])
        yield Sentence(
            "{file}: {rows} (user, month, period), of {users}, taken as zero; the first: {first}",
            file=meter.file,
            rows=Sentence("1 missing row") if count == 1 else Sentence("{count:,} missing rows", count=count),
            users=Sentence("1 user") if concerned == 1 else Sentence("{count:,} users", count=concerned),
            first=first,
        )


def _has_hours(draft: Draft) -> BoolArray:
    """(12, periods) whether a month has hours of a period."""
    assert draft.rules is not None
    assert draft.year is not None
    by_day = periods_of_quarters(draft.rules, draft.year)
    ends = np.cumsum([days_in_month(month) for month in months_of(draft.year)])
    months = np.split(by_day, ends[:-1])
    return np.array([np.isin(np.arange(len(draft.shape.periods)), days) for days in months])


def missing_generation(draft: Draft) -> Iterator[Sentence]:
    """Rows of generation missing for a generator in a month that has any, or any metered energy: they count as zero."""
    generators, generation = draft.tables["generators"], draft.tables.get("generation")
    assert draft.year is not None
    if generation is None or not len(generators):
        return
    months = months_of(draft.year)
    present = np.zeros((len(generators.categories("generator_id")), len(months)), dtype=bool)
    code_of = generators.code_of(generation.categories("generator_id"), "generator_id")
    present[code_of[generation.codes("generator_id")], generation.codes("month")] = True
    settles: BoolArray = np.logical_or.reduce(present)
    settles[np.unique(draft.tables["meter"].codes("month"))] = True
    missed = ~present[generators.codes("generator_id")] & settles
    count = int(np.count_nonzero(missed))
    if count:
        generator, month = (int(place[0]) for place in np.nonzero(missed))
        yield Sentence(
            "{file}: {rows} (generator, month), taken as zero; the first: {first}",
            file=generation.file,
            rows=Sentence("1 missing row") if count == 1 else Sentence("{count:,} missing rows", count=count),
            first=f"{generators.shown(generator, 'generator_id')}, {months[month]}",
        )


def unused_tariffs(draft: Draft) -> Iterator[Sentence]:
    """Tariffs that no user is on, or that come into force after the year."""
    tariffs, users = draft.tables["tariffs"], draft.users()
    assert draft.year is not None
    assert users is not None
    wanted = set(zip(users.texts("tariff_class"), users.texts("voltage"), strict=True))
    rates = zip(tariffs.frame["tariff_class"], tariffs.frame["voltage"], strict=True)
    unused = list(dict.fromkeys(rate for rate in rates if rate not in wanted))
    if unused:
        count = len(unused)
        kinds = (
            Sentence("1 class and voltage has no user")
            if count == 1
            else Sentence("{count:,} classes and voltages have no user", count=count)
        )
        yield Sentence("{file}: {what}; the first: {first}", file=tariffs.file, what=kinds, first=named(unused[0]))
    last = months_of(draft.year)[-1]
    late = [month for month in tariffs.categories("effective_from") if month[:7] > last]
    if late:
        yield Sentence(
            "{file}: tariffs effective from {months} come after {year} and are not used",
            file=tariffs.file,
            months=months_listed(late),
            year=draft.year,
        )


def late_history(draft: Draft) -> Iterator[Sentence]:
    """Consumption of the simulated year, or of a later one."""
    history = draft.tables.get("history")
    assert draft.year is not None
    if history is None:
        return
    rows = np.flatnonzero(history.frame["year"].to_numpy() >= draft.year)
    yield from _of_rows(
        history,
        rows,
        Sentence("is not of a year before {year}", year=draft.year),
        Sentence("are not of a year before {year}", year=draft.year),
    )


def early_confirmations(draft: Draft) -> Iterator[Sentence]:
    """Filings confirmed before they were filed."""
    bilateral = draft.tables.get("bilateral")
    if bilateral is None:
        return
    confirmed, filed = bilateral.frame["confirmed_at"].to_numpy(), bilateral.frame["filed_at"].to_numpy()
    yield from _of_rows(
        bilateral,
        np.flatnonzero(confirmed < filed),
        Sentence("is confirmed before being filed"),
        Sentence("are confirmed before being filed"),
    )


def rules_of_another_year(draft: Draft) -> Iterator[Sentence]:
    """A year for which the rule set was not made."""
    rules = draft.rules
    assert rules is not None
    assert draft.year is not None
    months = months_of(draft.year)
    first, last = rules.in_force_from, rules.in_force_to
    if months[0] < first or months[-1] > last:
        yield Sentence(
            "rule set {id} was made for {first} to {last}; {year} is settled by it all the same",
            id=rules.id,
            first=first,
            last=last,
            year=draft.year,
        )


def days_off_from_elsewhere(draft: Draft) -> Iterator[Sentence]:
    """Years with a window whose days off the rule set doesn't list, where anything counts working days."""
    rules, sessions = draft.rules, draft.tables.get("sessions")
    assert rules is not None
    by_kind_of_day = any(entry.days != "all" for entry in draft.shape.hours)
    if sessions is None or not (by_kind_of_day or "calendar" in draft.shape.checks):
        return
    times = (sessions.frame[name].to_numpy() for name in ("opens_at", "closes_at"))
    first, last = (np.unique(each.astype("datetime64[Y]")).astype(int) + 1970 for each in times)
    for year in sorted({*first.tolist(), *last.tolist()}):
        if lists_days_off(rules, year):
            continue
        if has_days_off(rules, year):
            yield Sentence(
                "rule set {id} lists no days off of {year}; those of the library chinesecalendar are taken",
                id=rules.id,
                year=year,
            )
        else:
            yield Sentence(
                "the days off of {year} are not known; all of Monday to Friday are taken for working days", year=year
            )


def far_edges(draft: Draft) -> Iterator[Sentence]:
    """Edges of a band at more than twice the contract energy: meant by a study, or a percentage."""
    rules = draft.rules
    assert rules is not None
    edges: list[Expression] = []
    for mode in draft.shape.modes:
        edges += [band.edge for band in mode.over if band.edge is not None]
        edges += [band.edge for band in mode.under]
    for path in dict.fromkeys(path for edge in edges for path in edge.paths()):
        for piece in rules.entry(path).pieces:
            ratio = Decimal(str(piece.value))
            if ratio > _FAR:
                percent = trimmed(int(ratio * RATIO_ONE), RATIO_DECIMALS - 2)
                yield Sentence(
                    "rule set {id}: {path} is {ratio}, an edge at {percent} % of the contract energy",
                    id=rules.id,
                    path=path,
                    ratio=ratio,
                    percent=percent,
                )


def ids_alike(draft: Draft) -> Iterator[Sentence]:
    """Ids that case or width alone tells apart: two things by the letter, one most likely by what was meant."""
    participants = [("generators", "generator_id"), ("retailers", "retailer_id"), ("users", "user_id")]
    for columns in (participants, [("sessions", "session")], [("bilateral", "contract_id")]):
        tables = [(draft.tables[name], column) for name, column in columns if name in draft.tables]
        ids = [text for table, column in tables for text in table.categories(column)]
        folded = unicodedata.normalize("NFKC", "\0".join(ids)).casefold().split("\0")  # no id has a NUL
        if not ids or len(set(folded)) == len(ids):
            continue
        files = [table.file for table, column in tables for _ in table.categories(column)]
        first_of: dict[str, str] = {}
        alike = [
            (file, text, first)
            for file, text, plain in zip(files, ids, folded, strict=True)
            if (first := first_of.setdefault(plain, text)) != text
        ]
        if alike:
            file, text, first = alike[0]
            yield Sentence(
                "{file}: ids that only case or width tells from others: {count:,}; the first: {text} and {first}",
                file=file,
                count=len(alike),
                text=text,
                first=first,
            )


NOTICES: tuple[Notice, ...] = (
    ids_alike,
    rules_of_another_year,
    days_off_from_elsewhere,
    far_edges,
    missing_meter_rows,
    missing_generation,
    unused_tariffs,
    late_history,
    early_confirmations,
    one_sided_deals,
    months_without_sellers,
    without_a_price,
    below_ten,
    far_below_alike,
    below_parts,
    far_from_reference,
    months_named_twice,
    far_from_contracts,
    far_from_history,
    split_by_days,
    contracts_without_energy,
    months_without_a_contract,
)


def _of_rows(table: ReadTable, rows: NDArray[np.intp], one: Sentence, many: Sentence) -> Iterator[Sentence]:
    """Of these rows, if there are any: how many are so (said of one, or of many), and the first of them."""
    if len(rows):
        counted = (
            Sentence("1 row {what}", what=one)
            if len(rows) == 1
            else Sentence("{count:,} rows {what}", count=len(rows), what=many)
        )
        first = Sentence("row {row}", row=table.row_number(rows[0]))
        yield Sentence("{file}: {what}; the first: {first}", file=table.file, what=counted, first=first)
