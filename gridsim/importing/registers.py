"""Readings of registers turned into energy: what a register has gone on by, times its multiplier (倍率)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gridsim.errors import Fault
from gridsim.importing.amounts import Amounts, amounts_of_texts
from gridsim.importing.asked import plain
from gridsim.importing.cells import day_and_minute
from gridsim.importing.choices import Choices
from gridsim.importing.meanings import Meaning
from gridsim.importing.parts import LeftOut
from gridsim.tables.raw import text_of_cell
from gridsim.words import Sentence, listed

if TYPE_CHECKING:
    from gridsim.importing.parts import IntArray, Part, Raw

__all__ = [
    "ask_multiplied",
    "check_against_readings",
    "difference",
    "pairs_of_readings",
    "series_of_months",
    "series_of_readings",
    "times_multiplier",
]


def pairs_of_readings(raw: Raw) -> list[tuple[int, int]]:
    """Columns of readings before and after, by what their headings say beside that: (before, after)."""
    meanings = raw.layout.meanings
    before = {_of(meanings[place]): place for place in raw.layout.values if meanings[place].reading == "reading_from"}
    after = {_of(meanings[place]): place for place in raw.layout.values if meanings[place].reading == "reading_to"}
    for of in before.keys() ^ after.keys():
        place = before.get(of, after.get(of))
        raw.problems.whole(
            Sentence("readings before without those after, or those after without those before"),
            Sentence("two columns, such as 上期示数 and 本期示数"),
            place,
        )
    return [(before[of], after[of]) for of in before if of in after]


def _of(meaning: Meaning) -> Meaning:
    return replace(meaning, reading="", unit=None, is_sum=False, kind="energy", measure="")


def difference(raw: Raw, before: int, after: int) -> Amounts:
    """(rows,) what a register has gone on by, of the rows that count."""
    both = raw.matrix([before, after])
    values = both.values[:, 1] - both.values[:, 0]
    given = both.given[:, 0] & both.given[:, 1]
    _tell_backwards(raw, raw.kept[given & (values < 0)], after)
    return Amounts(np.where(given, values, 0), both.decimals, given, {})


def times_multiplier(part: Part, amounts: Amounts, choices: Choices) -> Amounts:
    """Amounts of the rows that count times the multiplier of each; a fault where there is none.

    Parameters
    ----------
    part : Part
    amounts : Amounts
        (rows, columns).
    choices : Choices
    """
    raw = part.raw
    if "multiplier" in raw.keyed:
        keyed = raw.keyed["multiplier"]
        factors = _factors([text_of_cell(cell) for cell in keyed.cells])
        codes = keyed.codes[raw.kept]
        if part.rows is not None:
            codes = codes[part.rows]
        good = np.append(factors.given & (factors.values > 0), False)
        raw.problems.rows(
            (raw.kept if part.rows is None else raw.kept[part.rows])[~good[codes]],
            raw.layout.keys["multiplier"],
            lambda row: None if keyed.codes[row] < 0 else keyed.cells[keyed.codes[row]],
            Sentence("no multiplier"),
            Sentence("a number above 0"),
        )
        by_row = np.append(factors.values, 0)[codes]
        return _product(amounts, by_row[:, None], factors.decimals)
    said = raw.layout.context.keys.get("multiplier")
    text = text_of_cell(said) if said is not None else None
    if text is None and isinstance(choices.multiplier, Decimal):
        text = str(choices.multiplier)
    factor = _factors([text])
    if not factor.given[0] or factor.values[0] <= 0:
        raw.problems.whole(
            Sentence("readings of registers without a multiplier"),
            Sentence("a column 倍率, or --multiplier; --multiplier 1 where the readings are energy already"),
        )
        return amounts
    return _product(amounts, np.array([[factor.values[0]]]), factor.decimals)


def ask_multiplied(part: Part) -> Fault | None:
    """Whether energy with a multiplier beside it has been multiplied: a fault with both readings; None if all are 1.

    Parameters
    ----------
    part : Part
        Whose amounts are no readings of registers.
    """
    raw = part.raw
    keyed, said = raw.keyed.get("multiplier"), raw.layout.context.keys.get("multiplier")
    texts = [text_of_cell(cell) for cell in keyed.cells] if keyed is not None else [str(said)] if said else []
    factors = _factors([text for text in texts if text is not None])
    if np.all((factors.values == 10**factors.decimals) | ~factors.given):
        return None
    amounts = part.measures["energy_mwh"]
    times = times_multiplier(part, amounts, Choices())
    one = np.zeros(amounts.values.shape, dtype=np.int64)
    totals = [plain(each.decimal(each.sum_by(one, 1)[0])) for each in (amounts, times)]
    column = None if keyed is None else raw.layout.headings[raw.layout.keys["multiplier"]]
    return Fault(
        raw.grid.name,
        None,
        column,
        None,
        Sentence("energy with a multiplier beside it, which may be in it already"),
        listed(
            Sentence("--multiplier 1, if it is: {total} MWh in all", total=totals[0]),
            Sentence("--multiplier column, if it is not: {total} MWh in all", total=totals[1]),
        ),
    )


def _factors(texts: list[str | None]) -> Amounts:
    import pyarrow as pa

    return amounts_of_texts(pa.array(texts, pa.string()))


def _product(amounts: Amounts, factors: IntArray, decimals: int) -> Amounts:
    large = int(np.abs(amounts.values).max(initial=0)) * int(np.abs(factors).max(initial=0))
    values = amounts.values.astype(object) if large >= 2**62 else amounts.values
    made = Amounts(values * factors, amounts.decimals + decimals, amounts.given, amounts.odd)
    return made.without_idle_zeros()


def series_of_readings(part: Part, amounts: Amounts, length: int) -> tuple[Amounts, IntArray]:
    """From readings at instants to the energy between them.

    Parameters
    ----------
    part : Part
        Of one column of rows, whose `minutes` are when each was read.
    amounts : Amounts
        (rows, columns).
    length : int
        Of an interval [minutes]; 0: as far apart as the readings are.

    Returns
    -------
    Amounts
        (readings, 1), in the order of user and time; given where the next reading of the user is there.
    minutes : (readings, 1) int64 array
    """
    assert part.minutes is not None  # the stamps of a load curve
    minutes = np.broadcast_to(part.minutes, amounts.values.shape).ravel()
    users = np.broadcast_to(part.codes["user_id"], amounts.values.shape).ravel()
    meters = np.broadcast_to(part.codes.get("meter", np.zeros((1, 1), dtype=np.int64)), amounts.values.shape).ravel()
    rows = np.repeat(np.arange(len(amounts.values)), amounts.values.shape[1])
    order = np.lexsort((minutes, meters, users))
    order = order[amounts.given.ravel()[order]]
    user, minute, value = users[order], minutes[order], amounts.values.ravel()[order]
    has_next = np.zeros(len(order), dtype=bool)
    has_next[:-1] = (user[1:] == user[:-1]) & (meters[order][1:] == meters[order][:-1])
    energy = np.zeros(len(order), dtype=value.dtype)
    energy[:-1] = np.where(has_next[:-1], value[1:] - value[:-1], 0)
    apart = np.zeros(len(order), dtype=np.int64)
    apart[:-1] = np.where(has_next[:-1], minute[1:] - minute[:-1], 0)
    step = length or int(apart[apart > 0].min(initial=10**9))
    raw = part.raw
    place = raw.layout.values[0]
    gaps = has_next & (apart != step)
    raw.problems.rows(
        raw.kept[rows[order[gaps]]],
        place,
        lambda _: None,
        Sentence("the next reading is missing: what was consumed until the one behind it stands in no interval"),
        Sentence("a reading for the end of each interval"),
    )
    _tell_backwards(raw, raw.kept[rows[order[has_next & (energy < 0)]]], place)
    part.codes["user_id"] = user[:, None]
    if "meter" in part.codes:
        part.codes["meter"] = meters[order][:, None]
    part.minutes = minute[:, None]
    part.rows = rows[order]
    made = Amounts(energy[:, None], amounts.decimals, has_next[:, None], {})
    return made, part.minutes


def series_of_months(part: Part, amounts: Amounts) -> Amounts:
    """From readings at the ends of months to the energy of each month.

    Parameters
    ----------
    part : Part
        Its rows are readings; afterwards they are months.
    amounts : Amounts
        (rows, columns), as the registers show them.
    """
    raw = part.raw
    if "date" not in raw.keyed:
        raw.problems.whole(
            Sentence("readings without the day on which they were taken"),
            Sentence("a column of days, or readings before and after in two columns"),
        )
        return amounts
    keyed = raw.keyed["date"]
    days = [None if (found := day_and_minute(cell)) is None else found[0] for cell in keyed.cells]
    day = np.array([*(0 if each is None else each for each in days), 0], dtype=np.int64)[keyed.codes[raw.kept]]
    group = np.zeros(len(day), dtype=np.int64)
    for name in sorted(part.codes.keys() - {"month", "date"}):
        if part.codes[name].shape[0] == len(day):
            group = group * (len(part.texts[name]) + 1) + part.codes[name][:, 0]
    order = np.lexsort((day, group))
    here, behind = order[:-1], order[1:]
    same = group[here] == group[behind]
    here, behind = here[same], behind[same]
    months = [_month_between(*each) for each in zip(day[here].tolist(), day[behind].tolist(), strict=True)]
    odd = [number for number, month in enumerate(months) if month is None]
    raw.problems.rows(
        raw.kept[behind[odd]],
        raw.layout.keys["date"],
        lambda row: keyed.cells[keyed.codes[row]],
        Sentence("this reading and the one before are not one calendar month apart"),
        Sentence("readings at the beginning of each month, or at its end"),
    )
    values = amounts.values[behind] - amounts.values[here]
    given = amounts.given[behind] & amounts.given[here]
    for number, place in enumerate(raw.layout.values):
        _tell_backwards(raw, raw.kept[behind[given[:, number] & (values[:, number] < 0)]], place)
    part.rows = behind
    for name, codes in part.codes.items():
        if codes.shape[0] == len(day):
            part.codes[name] = codes[behind]
    part.codes.pop("date", None)
    texts: dict[str, int] = {}
    part.codes["month"] = np.array([[texts.setdefault(month or "", len(texts))] for month in months], dtype=np.int64)
    part.texts["month"] = list(texts)
    return Amounts(values, amounts.decimals, given, {})


def _month_between(first: int, last: int) -> str | None:
    """The calendar month between two days of reading: from first to first, or from last to last."""
    before, after = (np.datetime64(day, "D") for day in (first, last))
    for shift in (0, 1):
        start, end = before + shift, after + shift
        month = start.astype("datetime64[M]")
        if month.astype("datetime64[D]") == start and (month + 1).astype("datetime64[D]") == end:
            return str(month)
    return None


def check_against_readings(part: Part, pairs: list[tuple[int, int]]) -> None:
    """Columns of energy beside readings: what the registers have gone on by, or that is a fault."""
    raw = part.raw
    computed = part.measures["energy_mwh"]
    of_pair = {_of(raw.layout.meanings[before]): number for number, (before, _) in enumerate(pairs)}
    for place in raw.layout.energies_beside_readings:
        number = of_pair.get(_of(raw.layout.meanings[place]))
        if number is None:
            continue
        column = raw.amounts[place]
        decimals = max(column.decimals, computed.decimals)
        ours = computed.at_least(decimals).values[:, number]
        theirs = column.at_least(decimals).values[raw.kept]
        wrong = column.given[raw.kept] & computed.given[:, number] & (ours != theirs)
        raw.problems.rows(
            raw.kept[wrong],
            place,
            partial(raw.written, place),
            Sentence("not what the register has gone on by, times its multiplier"),
            Sentence("readings, multiplier and energy that agree"),
        )
        reason = Sentence("energy that agrees with its readings")
        raw.left_out.append(LeftOut(raw.grid.name, (), (raw.layout.headings[place],), reason))


def _tell_backwards(raw: Raw, rows: IntArray, place: int) -> None:
    raw.problems.rows(
        rows,
        place,
        partial(raw.written, place),
        Sentence("a register that goes backwards"),
        Sentence("readings that grow; where the register was changed or began again from 0, its energy in the file"),
    )
