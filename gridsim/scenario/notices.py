"""What is no fault but ought to be known: a few plain sentences, each with a count and the first example."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from gridsim.calendar import months_of
from gridsim.columns import PERIODS
from gridsim.rules.kinds import trimmed
from gridsim.scenario.blocks import blocks
from gridsim.scenario.checks_tariffs import months_metered
from gridsim.scenario.reading import BoolArray, Reading, ReadTable
from gridsim.units import RATIO_DECIMALS, RATIO_ONE

__all__ = ["NOTICES", "notices"]

_FAR = 2  # of the contract energy; no notice that we know has an edge there

Notice = Callable[[Reading], Iterator[str]]


def notices(reading: Reading) -> tuple[str, ...]:
    """The sentences about a scenario that has no fault."""
    return tuple(sentence for one in NOTICES for sentence in one(reading))


def missing_meter_rows(reading: Reading) -> Iterator[str]:
    """Rows of meter missing for a user, month and period: they count as zero (docs/formats.md).

    A month without any row at all is said once.
    """
    users, meter = reading.tables["users"], reading.tables["meter"]
    assert reading.year is not None  # of a scenario without a fault it is known
    months = months_of(reading.year)
    if not len(users):
        return
    by_user = months_metered(users, meter, reading.year)
    covered: BoolArray = np.logical_or.reduce(by_user)
    if not covered.all():
        lacking = [months[place] for place in np.flatnonzero(~covered)]
        yield f"{meter.file}: no row at all in {_listed(lacking)}; nothing is metered then"
    code_of = users.code_of(meter.categories("user_id"), "user_id")
    present = np.zeros((len(users.categories("user_id")), 12, len(PERIODS)), dtype=bool)
    user_codes, month_codes, period_codes = (meter.short_codes(name) for name in ("user_id", "month", "period"))
    for block in blocks(len(meter)):
        present[code_of[user_codes[block]], month_codes[block], period_codes[block]] = True
    missed = ~present[users.codes("user_id")] & covered[:, np.newaxis]
    count = int(np.count_nonzero(missed))
    if count:
        user, month, period = (int(place[0]) for place in np.nonzero(missed))
        concerned = int(np.count_nonzero(missed.any(axis=(1, 2))))
        first = f"{users.shown(user, 'user_id')}, {months[month]}, {PERIODS[period]}"
        rows, of_users = _count(count, "missing row", "missing rows"), _count(concerned, "user", "users")
        yield f"{meter.file}: {rows} (user, month, period), of {of_users}, taken as zero; the first: {first}"


def unused_tariffs(reading: Reading) -> Iterator[str]:
    """Tariffs that no user is on, or that come into force after the year."""
    tariffs, users = reading.tables["tariffs"], reading.tables["users"]
    assert reading.year is not None
    wanted = set(zip(users.frame["tariff_class"], users.frame["voltage"], strict=True))
    rates = zip(tariffs.frame["tariff_class"], tariffs.frame["voltage"], strict=True)
    unused = list(dict.fromkeys(rate for rate in rates if rate not in wanted))
    if unused:
        kinds = _count(len(unused), "class and voltage has", "classes and voltages have")
        yield f"{tariffs.file}: {kinds} no user; the first: {', '.join(unused[0])}"
    last = months_of(reading.year)[-1]
    late = [month for month in tariffs.categories("effective_from") if month > last]
    if late:
        yield f"{tariffs.file}: tariffs effective from {_listed(late)} come after {reading.year} and are not used"
    funds = tariffs.frame["funds_micro_yuan_per_kwh"]
    lowest = tariffs.frame[[f"catalogue_{period}_micro_yuan_per_kwh" for period in PERIODS]].min(axis=1)
    rows = np.flatnonzero((lowest < funds).to_numpy())
    yield from _of_rows(tariffs, rows, "has", "have", "funds above a catalogue price, which contains them")


def late_history(reading: Reading) -> Iterator[str]:
    """Consumption of the simulated year, or of a later one."""
    history = reading.tables.get("history")
    assert reading.year is not None
    if history is None:
        return
    rows = np.flatnonzero(history.frame["year"].to_numpy() >= reading.year)
    yield from _of_rows(history, rows, "is", "are", f"not of a year before {reading.year}")


def early_confirmations(reading: Reading) -> Iterator[str]:
    """Filings confirmed before they were filed."""
    bilateral = reading.tables.get("bilateral")
    if bilateral is None:
        return
    confirmed, filed = bilateral.frame["confirmed_at"].to_numpy(), bilateral.frame["filed_at"].to_numpy()
    yield from _of_rows(bilateral, np.flatnonzero(confirmed < filed), "is", "are", "confirmed before being filed")


def rules_of_another_year(reading: Reading) -> Iterator[str]:
    """A year for which the rule set was not made."""
    rules = reading.rules
    assert rules is not None
    assert reading.year is not None
    months = months_of(reading.year)
    first, last = rules.in_force_from, rules.in_force_to
    if months[0] < first or months[-1] > last:
        yield f"rule set {rules.id} was made for {first} to {last}; {reading.year} is settled by it all the same"


def far_edges(reading: Reading) -> Iterator[str]:
    """Edges of a band at more than twice the contract energy: meant by a study, or a percentage."""
    rules = reading.rules
    assert rules is not None
    for mode in ("conventional", "tou"):
        for edge in ("upper", "lower"):
            path = f"settlement.{mode}.{edge}"
            for piece in rules.entry(path).pieces:
                ratio = Decimal(str(piece.value))
                if ratio > _FAR:
                    percent = trimmed(int(ratio * RATIO_ONE), RATIO_DECIMALS - 2)
                    yield f"rule set {rules.id}: {path} is {ratio}, an edge at {percent} % of the contract energy"


NOTICES: tuple[Notice, ...] = (
    rules_of_another_year,
    far_edges,
    missing_meter_rows,
    unused_tariffs,
    late_history,
    early_confirmations,
)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _of_rows(table: ReadTable, rows: NDArray[np.intp], one: str, many: str, what: str) -> Iterator[str]:
    """Of these rows, if there are any: how many are so, and the first of them."""
    if len(rows):
        count = _count(len(rows), f"row {one}", f"rows {many}")
        yield f"{table.file}: {count} {what}; the first: row {table.row_number(rows[0])}"


def _listed(months: list[str]) -> str:
    """Months in words; the middle of a long list is left out."""
    return ", ".join(months) if len(months) <= 4 else f"{months[0]}, {months[1]} … {months[-1]} ({len(months)} months)"
