"""Sheets of a statement that tell what was metered: by period, or by the intervals of each day."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.errors import Fault
from gridsim.importing.cells import day_and_minute
from gridsim.importing.headings import heading_text
from gridsim.reconcile.statement import Metered
from gridsim.rules.hours import periods_of_quarters
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.reconcile.sheets import Column, Sheet
    from gridsim.reconcile.words_of_statements import Speech

__all__ = ["metered_of"]

_DAY = 24 * 60


def metered_of(sheets: Sequence[Sheet], speech: Speech, faults: list[Fault]) -> Metered | None:
    """What all such sheets say was metered; None without any.

    Parameters
    ----------
    sheets : sequence of Sheet
    speech : Speech
    faults : list of Fault
        Takes what is wrong.
    """
    if not sheets:
        return None
    rows: list[tuple[str, str, str, int]] = []
    hours: list[tuple[str, str, int]] = []
    for sheet in sheets:
        if sheet.has_times:
            hours += _by_hours(sheet, speech, faults)
        else:
            rows += _by_periods(sheet, speech, faults)
    columns = ["user_id", "month", "period", "energy"]
    frame = pd.DataFrame(rows, columns=columns)
    if not hours:
        return Metered(frame)
    curve = pd.DataFrame(hours, columns=["user_id", "starts_at", "energy"])
    summed = _summed(curve, speech)
    return Metered(pd.concat([frame, summed], ignore_index=True), curve)


def _by_periods(sheet: Sheet, speech: Speech, faults: list[Fault]) -> list[tuple[str, str, str, int]]:
    found = []
    for number, row in sheet.rows:
        named = {column.said.key: speech.value(column.said.key, row[column.place]) for column in sheet.keys}
        user, month = named.get("user_id"), named.get("month") or sheet.month
        if not user or not month:
            continue  # a user that the scenario lacks: its energy is in no line of ours
        for column in sheet.measures:
            energy = _kwh(sheet, number, row, column, faults)
            if energy is not None and column.said.period:
                found.append((user, month, column.said.period, energy))
    return found


def _by_hours(sheet: Sheet, speech: Speech, faults: list[Fault]) -> list[tuple[str, str, int]]:
    times = [column for column in sheet.columns if column.said.time]
    minutes = [_minute(column.said.time) for column in times]
    is_by_ends = bool(minutes) and (0 not in minutes or _DAY in minutes)
    length = _DAY // max(len(minutes), 1)
    day_column = next((column for column in sheet.columns if column.said.key == "date"), None)
    found = []
    for number, row in sheet.rows:
        named = {column.said.key: speech.value(column.said.key, row[column.place]) for column in sheet.keys}
        day = None if day_column is None else day_and_minute(row[day_column.place])
        if not named.get("user_id") or day is None:
            continue
        date = pd.Timestamp(day[0], unit="D")
        for column, minute in zip(times, minutes, strict=True):
            energy = _kwh(sheet, number, row, column, faults)
            if energy is not None:
                starts = date + pd.Timedelta(minutes=minute - length * is_by_ends)
                found.append((str(named["user_id"]), starts.isoformat(), energy))
    return found


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def _summed(curve: pd.DataFrame, speech: Speech) -> pd.DataFrame:
    """By month and period of the rule set's hours."""
    scenario = speech.scenario
    starts = pd.to_datetime(curve["starts_at"])
    starts, curve = starts[starts.dt.year == scenario.year], curve[(starts.dt.year == scenario.year).to_numpy()]
    of_quarter = periods_of_quarters(scenario.rules, scenario.year)
    quarter = starts.dt.hour * 4 + starts.dt.minute // 15
    place = of_quarter[starts.dt.day_of_year.to_numpy() - 1, quarter.to_numpy()]
    periods = [scenario.rules.shape.periods[each] for each in place]
    frame = curve.assign(month=starts.dt.strftime("%Y-%m").to_numpy(), period=periods)
    return frame.groupby(["user_id", "month", "period"])["energy"].sum().reset_index()


def _kwh(sheet: Sheet, number: int, row: list[object], column: Column, faults: list[Fault]) -> int | None:
    cell = row[column.place] if column.place < len(row) else None
    text = "" if cell is None else heading_text(cell).replace(",", "")
    if text in ("", "-"):
        return None
    unit = column.said.unit or next((unit for unit in sheet.units if unit.quantity == "energy"), None)
    try:
        value = Decimal(repr(cell) if isinstance(cell, float) else text).scaleb(3 + (unit.exponent if unit else 0))
    except InvalidOperation:
        message, allowed = Sentence("not a number"), Sentence("a number, or nothing")
        faults.append(Fault(sheet.name, number, column.heading, str(cell), message, allowed))
        return None
    return int((abs(value) + Decimal("0.5")) // 1) * (1 if value >= 0 else -1)
