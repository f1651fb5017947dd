"""From raw tables to a checked `Scenario`: the one way that folders and DataFrames both take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from gridsim.calendar import months_of
from gridsim.columns import INPUT_TABLES, Table
from gridsim.errors import Fault, ScenarioError
from gridsim.io.load_curve import gaps_in_load, load_faults
from gridsim.io.load_parts import parts_of_load
from gridsim.io.load_pattern import pattern_of
from gridsim.io.load_periods import edges_in_intervals, hours_of_users, meter_of_load
from gridsim.io.load_stamps import load_by_starts
from gridsim.io.period_sets import PERIOD_SETS_FILE
from gridsim.io.settings import SETTINGS_FILE, Settings
from gridsim.io.sources import WORKBOOK_FILE
from gridsim.market_tables import METER_PARTS, USER_CHANGES, input_tables, scenario_tables
from gridsim.scenario import Scenario
from gridsim.scenario.checks import check
from gridsim.scenario.checks_parts import splits_by_load
from gridsim.scenario.checks_references import namers
from gridsim.scenario.draft import Draft
from gridsim.scenario.forecast import FORECAST, metered_and_forecast
from gridsim.scenario.hashing import scenario_hash
from gridsim.scenario.month_parts import month_parts
from gridsim.scenario.notices import notices
from gridsim.tables.faults import in_reading_order, missing_table
from gridsim.tables.fine_energy import rounded_meter
from gridsim.tables.raw import RawTable
from gridsim.tables.read import empty_table, read_table
from gridsim.tables.read_table import ReadTable
from gridsim.tables.tariff_rows import tariffs_in_columns
from gridsim.tables.user_changes import split_users
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.io.load_periods import UserHours

__all__ = ["assemble"]


def assemble(
    settings: Settings,
    raws: dict[str, RawTable],
    *,
    given: frozenset[str],
    source: str,
    faults: Iterable[Fault],
    notes: Iterable[Sentence],
) -> Scenario:
    """Check everything, and make the scenario if there is no fault.

    Parameters
    ----------
    settings : Settings
    raws : dict of str to RawTable
        The tables that could be opened; emptied as they are read, so that not all stand in memory twice.
    given : frozenset of str
        Those that the input has, readable or not.
    source : str
        Where the scenario came from, as the user named it.
    faults : iterable of Fault
        Found so far.
    notes : iterable of Sentence
        Warnings so far.

    Raises
    ------
    ScenarioError
        Every fault of every table at once.
    """
    specs, made = input_tables(settings.shape), scenario_tables(settings.shape)
    found = [*faults, *_missing_tables(specs, given)]
    warned = [*notes, *(note for raw in raws.values() for note in raw.notes)]
    places = {raw.file: raw.places for raw in raws.values() if raw.places is not None}
    tables: dict[str, ReadTable] = {}
    for name, spec in made.items():
        if name in raws:
            units = raws[name].units
            read, more = read_table(raws.pop(name), settings.year)
            found.extend(more)
            if read.table is spec.other_form:
                one: ReadTable | None
                if name == "load":
                    one, more = load_by_starts(read)
                else:
                    one, more = tariffs_in_columns(
                        read, spec, settings.year, in_our_unit="price_yuan_per_mwh" not in units
                    )
                found.extend(more)
                if one is None:
                    continue
                read = one
            tables[name] = read
    if "users" in tables:
        tables["users"], changes = split_users(tables["users"], made[USER_CHANGES])
        if changes is not None:
            tables[USER_CHANGES], given = changes, given | {USER_CHANGES}
    if "meter" in tables and tables["meter"].rests:
        tables["meter"], note = rounded_meter(tables["meter"])
        warned += [note] if note else []
    load, hours = tables.get("load"), None
    if load is not None and settings.year is not None:
        pattern = pattern_of(load, settings.year)
        found.extend(load_faults(load, pattern, settings.year))
        warned.extend(pattern.notes(load))
        if settings.rules is not None and load.is_readable("starts_at"):
            hours = hours_of_users(load, tables.get("users"), settings.rules, settings.period_sets, settings.year)
            found.extend(edges_in_intervals(load, hours, settings.year))
            if "meter" not in given:
                tables["meter"], more_notes = meter_of_load(load, specs["meter"], hours, settings.year)
                warned.extend(more_notes)
    forecast_months: tuple[str, ...] = ()
    if FORECAST in tables and settings.year is not None and (len(tables[FORECAST]) or "meter" not in tables):
        if tables[FORECAST].rests:
            tables[FORECAST], note = rounded_meter(tables[FORECAST])
            warned += [note] if note else []
        if ("meter" in tables or not {"meter", "load"} & given) and tables[FORECAST].is_readable("month"):
            tables["meter"], forecast_months, more, more_notes = metered_and_forecast(
                tables.get("meter"), tables[FORECAST], specs["meter"], settings.year
            )
            found.extend(more)
            warned.extend(more_notes)
            if not more:  # its rows are of meter now
                del tables[FORECAST]
    draft = Draft(settings.year, settings.shape, settings.rules, tables, given, settings.period_sets)
    found.extend(check(draft))
    if found:
        located = (places[fault.file].located(fault) if fault.file in places else fault for fault in found)
        raise ScenarioError(in_reading_order(located, _files()), warned)
    assert settings.name is not None  # each of these would have been a fault
    assert settings.year is not None
    assert settings.rules is not None
    warned.extend(notices(draft))
    if load is not None:
        warned.extend(gaps_in_load(load, settings.year))
    frames = {
        name: tables[name].frame if name in tables else empty_table(table, settings.year)
        for name, table in specs.items()
        if name not in ("load", FORECAST)
    }
    if load is not None and hours is not None and splits_by_load(draft):
        parts = _parts(draft, load, hours)
        if parts is not None:
            tables[METER_PARTS], given = parts, given | {METER_PARTS}
    for name in (USER_CHANGES, METER_PARTS):
        if name in tables:
            frames[name] = tables[name].frame
    return Scenario(
        name=settings.name,
        year=settings.year,
        rules=settings.rules,
        seed=settings.seed,
        tables=frames,
        # What may be left out because nothing names it is a table without rows.
        given=_told(given, specs, frames, forecast_months).union(namers()),
        source=source,
        hash=scenario_hash(
            frames,
            settings.shape,
            year=settings.year,
            rules_hash=settings.rules.hash,
            seed=settings.seed,
            has_sessions="sessions" in given,
            period_sets=settings.period_sets,
            forecast_months=forecast_months,
        ),
        period_sets=settings.period_sets,
        forecast_months=forecast_months,
        warnings=tuple(warned),
    )


def _parts(draft: Draft, load: ReadTable, hours: UserHours) -> ReadTable | None:
    """What load has in the parts of months; None where no tariff begins within one."""
    users, tariffs = draft.users(), draft.tables["tariffs"]
    assert users is not None  # of a scenario without a fault all could be read
    assert draft.year is not None
    months = months_of(draft.year)
    parts = month_parts(tariffs.frame, users.states.rows, months)
    if parts is None:
        return None
    table = scenario_tables(draft.shape)[METER_PARTS]
    return parts_of_load(load, table, hours, parts, draft.tables["users"].frame, users.states, months)


def _told(
    given: frozenset[str], specs: Mapping[str, Table], frames: Mapping[str, pd.DataFrame], forecast: tuple[str, ...]
) -> frozenset[str]:
    """The tables that say something: an empty sheet of one that a scenario need not know is no table."""
    says = {name for name, frame in frames.items() if len(frame)} | ({FORECAST} if forecast else set())
    return frozenset(name for name in given if name not in specs or not specs[name].later or name in says)


def _missing_tables(specs: Mapping[str, Table], given: frozenset[str]) -> list[Fault]:
    """Required tables that are not there; and metered energy, which stands in one of two."""
    faults = [missing_table(table) for name, table in specs.items() if table.required and name not in given]
    metered = ("meter", "load")
    if all(name in given for name in metered):
        faults.append(Fault.of_file("meter", Sentence("both meter and load are given"), Sentence("one of them")))
    elif not any(name in given for name in (*metered, FORECAST)):
        meter, load = (", ".join(column.name for column in specs[name]) for name in metered)
        allowed = Sentence("meter ({meter}) or load ({load})", meter=meter, load=load)
        faults.append(Fault.of_file("meter", Sentence("missing table: neither meter nor load is given"), allowed))
    return faults


def _files() -> list[str]:
    """The order of files in a list of faults: that of the tables in the formats page, whatever holds them."""
    forms = ("{0}", "{0}.csv", "{0}.csv.gz", "{0}.parquet", f"{WORKBOOK_FILE}:{{0}}", f"{WORKBOOK_FILE}:{{1}}")
    names = ((table.name, table.zh) for table in INPUT_TABLES.values())
    return [SETTINGS_FILE, PERIOD_SETS_FILE, WORKBOOK_FILE, *(form.format(*both) for both in names for form in forms)]
