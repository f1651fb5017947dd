"""From files to one table of a scenario: what `gridsim import` does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gridsim.errors import Fault, ScenarioError
from gridsim.importing.amounts import side_by_side
from gridsim.importing.asked import ask_unit
from gridsim.importing.cells import day_and_minute, month_of
from gridsim.importing.day_columns import days_across
from gridsim.importing.fill import fill_columns, fill_measures
from gridsim.importing.finding import find_layout
from gridsim.importing.headings import Vocabulary
from gridsim.importing.instants import fill_instants
from gridsim.importing.meanings import LEFT_OUT
from gridsim.importing.missing_days import fault_of_reading_days, note_missing_days
from gridsim.importing.opening import open_grids
from gridsim.importing.parts import LeftOut, Part, Raw
from gridsim.importing.registers import (
    ask_multiplied,
    check_against_readings,
    difference,
    pairs_of_readings,
    series_of_months,
    series_of_readings,
    times_multiplier,
)
from gridsim.importing.repeats import once
from gridsim.importing.rows_of_grid import read_raw
from gridsim.importing.stamps import settle_stamps
from gridsim.importing.sums import check_sums
from gridsim.importing.tables import Made, joined
from gridsim.input_files import shown_path
from gridsim.market_tables import input_tables
from gridsim.tables.heading_units import OUR_UNITS
from gridsim.units import decimals_of
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.column import Table
    from gridsim.importing.amounts import Amounts
    from gridsim.importing.choices import Choices
    from gridsim.rules import RuleSet
    from gridsim.rules.shape import MarketShape

__all__ = ["Seen", "read_files"]

_NEARLY_ALL = 0.9


class Seen:
    """What was found in the files.

    Attributes
    ----------
    made : Made
    layouts : list of (str, Layout, Part)
        By grid.
    left_out : list of LeftOut
    notes : list of Sentence
    shape : MarketShape
        Whose periods and products it was read by.
    """

    def __init__(
        self, made: Made, parts: Sequence[Part], left_out: list[LeftOut], notes: list[Sentence], shape: MarketShape
    ) -> None:
        self.made = made
        self.parts = tuple(parts)
        self.left_out = left_out
        self.notes = notes
        self.shape = shape


def read_files(files: Sequence[str | os.PathLike[str]], name: str, rules: RuleSet, choices: Choices) -> Seen:
    """Read files as one table.

    Parameters
    ----------
    files : sequence of path
    name : str
        Of the table.
    rules : RuleSet
        Whose words the files may use.
    choices : Choices

    Raises
    ------
    ScenarioError
        With every fault of all files.
    """
    table = input_tables(rules.shape)[name]
    given = {heading: LEFT_OUT if meaning is None else meaning for heading, meaning in choices.columns.items()}
    words = Vocabulary(table, rules.shape, given)
    faults: list[Fault] = []
    left_out: list[LeftOut] = []
    notes: list[Sentence] = []
    parts: list[Part] = []
    for file in files:
        grids, wrong = open_grids(file)
        faults += wrong
        found = 0
        for grid in grids:
            if choices.sheets and ":" in grid.name and grid.name.partition(":")[2] not in choices.sheets:
                left_out.append(LeftOut(grid.name, (), (), Sentence("the whole sheet: not among those of the map")))
                continue
            notes += grid.notes
            layout, wrong = find_layout(grid, words, choices)
            faults += wrong
            if layout is None:
                left_out.append(LeftOut(grid.name, (), (), Sentence("the whole sheet: no headings of the table")))
                continue
            found += 1
            raw = read_raw(grid, layout, words, choices)
            if len(raw.kept) or raw.problems.faults:
                parts.append(_part(raw, words, choices))
            else:
                left_out.append(LeftOut(grid.name, (), (), Sentence("the whole sheet: headings without rows")))
        if not found and not wrong:
            faults.append(_no_headings(grids[0].name if grids else shown_path(Path(file).name), words))
    faults += _headings_of_map(parts, choices)
    for part in parts:
        faults += part.faults
        left_out += part.raw.left_out
        notes += part.raw.notes
    if not faults and not parts:
        first = left_out[0].grid if left_out else name
        faults.append(Fault.of_file(first, Sentence("no rows of data"), Sentence("rows below the headings")))
    if faults:
        raise ScenarioError(faults)
    asked = [*_ask_units(parts), *(settle_stamps(parts, rules, choices) if name == "load" else [])]
    asked += _ask_multiplied(parts, choices)
    asked += [fault for part in parts for fault in part.faults]
    if asked:
        raise ScenarioError(asked)
    for part in parts:
        if choices.multiplier == "column" and _has_multiplied(part):
            part.measures["energy_mwh"] = times_multiplier(part, part.measures["energy_mwh"], choices)
        _in_our_unit(part)
        if name == "load":
            _readings_of_load(part)
    wrong = _negative(parts)
    for part in parts:
        part.raw.release()
    made, beside = joined(parts, table)
    if "date" in beside and "month" in made.texts:
        if odd := fault_of_reading_days(made, beside["date"], parts):
            raise ScenarioError(odd)
        notes += note_missing_days(made, beside["date"])
    made, twice = once(made, beside, parts, add_meters=choices.add_meters)
    faults = [fault for part in parts for fault in part.faults] + twice + wrong + _too_fine(made, parts)
    if faults:
        raise ScenarioError(faults)
    for part in parts:
        part.release()
    return Seen(made, parts, left_out, notes, rules.shape)


def _no_headings(name: str, words: Vocabulary) -> Fault:
    expected = [column.zh[0] if column.zh else column.name for column in words.table]
    return Fault.of_file(
        name,
        Sentence("no row of headings is understood"),
        Sentence(
            "headings of {table}, such as {names}; or what each means in MAP.yaml",
            table=words.table.name,
            names=named(expected),
        ),
    )


def _headings_of_map(parts: Sequence[Part], choices: Choices) -> list[Fault]:
    """Headings of a map that no file has: it is the map of other files."""
    there = {heading for part in parts for heading in part.raw.layout.headings}
    there |= {piece for heading in there for piece in heading.split(" / ")}
    return [
        Fault(
            "MAP.yaml",
            None,
            f"columns.{heading}",
            None,
            Sentence("no file has this heading"),
            named(sorted(there)[:20]),
        )
        for heading in choices.columns
        if parts and heading not in there
    ]


def _part(raw: Raw, words: Vocabulary, choices: Choices) -> Part:
    """What one grid gives to the table."""
    part = Part(raw)
    pairs = pairs_of_readings(raw)
    if "meter" in raw.keyed:
        keyed = raw.keyed["meter"]
        part.codes["meter"] = keyed.codes[raw.kept][:, None]
        part.texts["meter"] = [str(cell) for cell in keyed.cells]
    if words.table.name == "load":
        fill_columns(part, words, choices, without=("starts_at", "ends_at"))
        fill_instants(part, choices)
    else:
        fill_columns(part, words, choices)
        _by_days(part, words.table, choices)
    if pairs:
        amounts = side_by_side([difference(raw, before, after) for before, after in pairs])
        measure = "energy_mwh"
        part.measures[measure] = times_multiplier(part, amounts, choices)
        part.units[measure] = raw.units[pairs[0][1]]
        _only(part, [before for before, _ in pairs])
        check_against_readings(part, pairs)
    else:
        fill_measures(part, words)
        if raw.layout.has_series and "energy_mwh" in part.measures:
            shown = part.measures["energy_mwh"]
            gone_on = shown if words.has_intervals else series_of_months(part, shown)
            part.measures["energy_mwh"] = times_multiplier(part, gone_on, choices)
    if raw.layout.context.speaks_of == "other":
        raw.notes += (
            Sentence("{file}: a title speaks of another quantity than energy that was consumed", file=raw.grid.name),
        )
    check_sums(raw)
    if raw.layout.slots is not None and not raw.layout.has_series and "energy_mwh" in part.measures:
        if choices.multiplier is None and _never_falls(part):
            raw.problems.whole(
                Sentence("amounts that never fall, from each day to the next: readings of registers"),
                Sentence("a title that says 示数, and a multiplier, for their differences; --multiplier 1 for energy"),
            )
        else:
            raw.notes += _like_readings(raw.grid.name, part.measures["energy_mwh"])
    return part


def _never_falls(part: Part) -> bool:
    """Whether each user's amounts only grow, through its days and from each to the next: no consumption does."""
    amounts, minutes, users = part.measures["energy_mwh"], part.minutes, part.codes.get("user_id")
    if minutes is None or users is None or not len(amounts.values) or not amounts.given.all():
        return False
    by_time = np.argsort(minutes[0])
    user = np.broadcast_to(users[:, :1], (len(amounts.values), 1))[:, 0]
    order = np.lexsort((minutes[:, by_time[0]], user))
    values, user = amounts.values[order][:, by_time], user[order]
    same = user[1:] == user[:-1]
    grows = (values[:, 1:] >= values[:, :-1]).all() and (values[:, -1] > values[:, 0]).all()
    return bool(grows and same.any() and (values[1:, 0] >= values[:-1, -1])[same].all())


def _like_readings(name: str, amounts: Amounts) -> tuple[Sentence, ...]:
    """A word where nearly no day's amounts ever fall: registers do that, and consumption hardly."""
    values = amounts.values[amounts.given.all(axis=1)]
    never_falls = (values[:, 1:] >= values[:, :-1]).all(axis=1) & (values[:, -1] > values[:, 0])
    if not len(values) or never_falls.mean() < _NEARLY_ALL:
        return ()
    return (
        Sentence(
            "{file}: amounts never fall from the beginning of a day to its end: readings of registers?", file=name
        ),
    )


def _only(part: Part, places: list[int]) -> None:
    """Columns by headings are those of the readings before: each pair is one amount."""
    values = part.raw.layout.values
    for name, codes in part.codes.items():
        if codes.shape[0] == 1 and codes.shape[1] == len(values) > 1:
            part.codes[name] = codes[:, [values.index(place) for place in places]]


def _by_days(part: Part, table: Table, choices: Choices) -> None:
    """Rows or columns of days, of which a table by months takes the sums: what day each of them is."""
    raw = part.raw
    across = days_across(part, choices)
    if across is not None:
        part.codes["date"] = across
        return
    if "date" not in raw.keyed or "month" in raw.keyed or not any(column.name == "month" for column in table):
        return
    if any(column.kind in ("date", "time") for column in table):
        return
    keyed = raw.keyed["date"]
    days = [None if (found := day_and_minute(cell)) is None else found[0] for cell in keyed.cells]
    if all(day is not None for day in days) and all(month_of(cell) is not None for cell in keyed.cells):
        part.codes["date"] = np.array([*(day or 0 for day in days), 0], dtype=np.int64)[keyed.codes[raw.kept]][:, None]


def _ask_units(parts: Sequence[Part]) -> list[Fault]:
    """One fault for all amounts of one kind whose unit nothing tells."""
    unknown: dict[str, dict[str, list[Part]]] = {}
    for part in parts:
        for measure, unit in part.units.items():
            if unit.exponent is None:
                unknown.setdefault(unit.quantity, {}).setdefault(measure, []).append(part)
    return [ask_unit(measures, quantity) for quantity, measures in unknown.items()]


def _has_multiplied(part: Part) -> bool:
    """Whether a multiplier stands beside amounts that are no readings."""
    layout = part.raw.layout
    is_there = "multiplier" in layout.keys or "multiplier" in layout.context.keys
    return is_there and "energy_mwh" in part.measures and not any(layout.meanings[at].reading for at in layout.values)


def _ask_multiplied(parts: Sequence[Part], choices: Choices) -> list[Fault]:
    """The first part whose energy may have been multiplied already, once its unit is known."""
    if choices.multiplier is not None:
        return []
    unclear = [part for part in parts if _has_multiplied(part) and part.units["energy_mwh"].exponent is not None]
    asked = (ask_multiplied(part) for part in unclear)
    return [fault for fault in asked if fault is not None][:1]


def _in_our_unit(part: Part) -> None:
    """Amounts of registers are scaled here: those of columns were when they were read."""
    part.measures = {name: amounts.without_idle_zeros() for name, amounts in part.measures.items()}


def _readings_of_load(part: Part) -> None:
    """Readings of a register become the energy between them."""
    if part.raw.layout.has_series:
        part.measures["energy_mwh"], part.minutes = series_of_readings(part, part.measures["energy_mwh"], part.length)


def _too_fine(made: Made, parts: Sequence[Part]) -> list[Fault]:
    """Amounts finer than the table holds: contracts are traded in whole kWh, and no rounding is guessed."""
    faults = []
    for name, amounts in made.amounts.items():
        column = made.table[name]
        most = decimals_of(column.kind) or 0
        if column.finer or amounts.decimals <= most:
            continue
        odd = int(np.flatnonzero(amounts.values % 10 ** (amounts.decimals - most))[0])
        value = f"{amounts.decimal(amounts.values[odd]):f}"
        count = int(np.count_nonzero(amounts.values % 10 ** (amounts.decimals - most)))
        message = Sentence("finer than {table} holds, in {count:,} rows", table=made.table.name, count=count)
        allowed = Sentence("at most {decimals} decimals of {unit}", decimals=most, unit=OUR_UNITS[column.kind])
        faults.append(Fault(parts[0].raw.grid.name, None, name, value, message, allowed))
    return faults


def _negative(parts: Sequence[Part]) -> list[Fault]:
    """Amounts below 0, which no table takes; a register that goes backwards is told already."""
    faults: list[Fault] = []
    for part in parts:
        if part.raw.layout.has_series:
            continue
        for place in part.raw.layout.values:
            column = part.raw.amounts[place]
            rows = part.raw.kept[column.values[part.raw.kept] < 0]
            before = len(part.raw.problems.faults)
            part.raw.problems.rows(rows, place, partial(part.raw.written, place), Sentence("negative"))
            faults += part.raw.problems.faults[before:]
    return faults
