"""Sheets of a statement that tell what was metered: by period, or by the intervals of each day."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.importing.cells import day_and_minute
from gridsim.importing.heading_texts import heading_text
from gridsim.reconcile.cell_figures import figure_of
from gridsim.reconcile.printed import Printed
from gridsim.reconcile.sheets import Column
from gridsim.reconcile.silent_hours import silences
from gridsim.reconcile.statement import Metered
from gridsim.reconcile.words_of_statements import Said
from gridsim.rules.hours import periods_of_quarters

if TYPE_CHECKING:
    from gridsim.errors import Fault
    from gridsim.importing.slots import Slots
    from gridsim.reconcile.sheets import Sheet
    from gridsim.reconcile.words_of_statements import Speech
    from gridsim.words import Sentence

__all__ = ["metered_of"]

_KWH = 1_000  # of an MWh


def metered_of(
    sheets: Sequence[Sheet], speech: Speech, faults: list[Fault], left_out: list[str | Sentence]
) -> Metered | None:
    """What all such sheets say was metered; None without any.

    Parameters
    ----------
    sheets : sequence of Sheet
    speech : Speech
    faults : list of Fault
        Takes what is wrong.
    left_out : list of str or Sentence
        Takes the rows of users that the scenario lacks: their energy is in no line of ours.
    """
    if not sheets:
        return None
    rows: list[tuple[str, str, str, Decimal]] = []
    hours: list[tuple[str, pd.Timestamp, Decimal]] = []
    for sheet in sheets:
        if sheet.slots is not None:
            hours += _by_hours(sheet, sheet.slots, speech, faults, left_out)
        else:
            rows += _by_periods(sheet, speech, faults, left_out)
    curve = pd.DataFrame(hours, columns=["user_id", "starts_at", "energy"])
    frame = pd.DataFrame([*rows, *_of_periods(curve, speech)], columns=["user_id", "month", "period", "energy"])
    energy = Printed.of(frame["energy"].tolist(), _KWH)
    cells = frame.assign(energy=energy.steps).groupby(["user_id", "month", "period"], sort=False)["energy"].sum()
    summed = Printed(cells.to_numpy(), np.ones(len(cells), dtype=bool), energy.step)  # exactly, and rounded once
    metered = cells.index.to_frame(index=False).assign(energy=summed.exact)
    return Metered(metered, silences(curve) if hours else {})


def _by_periods(
    sheet: Sheet, speech: Speech, faults: list[Fault], left_out: list[str | Sentence]
) -> list[tuple[str, str, str, Decimal]]:
    found = []
    for number, row in sheet.rows:
        named = _named(sheet, row, speech)
        user, month = named.get("user_id"), named.get("month")
        if not user or not month:
            left_out.append(_row_of(sheet, number, row))
            continue
        for column in sheet.measures:
            energy = figure_of(sheet, number, row, column, "energy", faults)
            if energy is not None and column.said.period:
                found.append((user, month, column.said.period, energy))
    return found


def _by_hours(
    sheet: Sheet, slots: Slots, speech: Speech, faults: list[Fault], left_out: list[str | Sentence]
) -> list[tuple[str, pd.Timestamp, Decimal]]:
    energy = Said(measure="energy")
    columns = [Column(place, energy, label) for place, label in zip(slots.places, slots.labels, strict=True)]
    before = slots.length if slots.stamped == "ends" else 0
    day_column = next((column for column in sheet.columns if column.said.key == "date"), None)
    found = []
    for number, row in sheet.rows:
        user = _named(sheet, row, speech).get("user_id")
        day = None if day_column is None else day_and_minute(row[day_column.place])
        if not user or day is None:
            left_out.append(_row_of(sheet, number, row))
            continue
        date = pd.Timestamp(day[0], unit="D")
        for column, minute in zip(columns, slots.minutes, strict=True):
            amount = figure_of(sheet, number, row, column, "energy", faults)
            if amount is not None:
                found.append((user, date + pd.Timedelta(minutes=minute - before), amount))
    return found


def _row_of(sheet: Sheet, number: int, row: Sequence[object]) -> str:
    """Where a row stands, and what it begins with."""
    return f"{sheet.name}:{number}: {next(filter(None, map(heading_text, row)), '')}"


def _named(sheet: Sheet, row: list[object], speech: Speech) -> dict[str, str]:
    """What a row, or what stands above all rows, is of."""
    of_row = {column.said.key: speech.value(column.said.key, row[column.place]) for column in sheet.keys}
    return {**sheet.shared, **{key: value for key, value in of_row.items() if value}}


def _of_periods(curve: pd.DataFrame, speech: Speech) -> list[tuple[str, str, str, Decimal]]:
    """Each interval by month and period of the rule set's hours."""
    scenario = speech.scenario
    curve = curve[pd.to_datetime(curve["starts_at"]).dt.year == scenario.year]
    starts = pd.to_datetime(curve["starts_at"]).dt
    of_quarter = periods_of_quarters(scenario.rules, scenario.year)
    place = of_quarter[starts.day_of_year.to_numpy() - 1, (starts.hour * 4 + starts.minute // 15).to_numpy()]
    periods = [scenario.rules.shape.periods[each] for each in place]
    return list(zip(curve["user_id"], starts.strftime("%Y-%m"), periods, curve["energy"], strict=True))
