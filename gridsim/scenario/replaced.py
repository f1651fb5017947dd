"""A scenario with another table in place of one: read and checked as when a scenario is loaded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from gridsim.errors import Fault, ScenarioError
from gridsim.market_tables import METER_PARTS, USER_CHANGES, input_tables, scenario_tables
from gridsim.scenario.checks import check
from gridsim.scenario.forecast import FORECAST, metered_and_forecast
from gridsim.scenario.vary import checked_with, draft_of, table_change
from gridsim.suggest import nearest, nearest_in_words
from gridsim.tables.any_frame import take_frame
from gridsim.tables.fine_energy import rounded_meter
from gridsim.tables.frames import columns_of_frame
from gridsim.tables.joined import rows_of
from gridsim.tables.read import read_table
from gridsim.tables.read_table import ReadTable
from gridsim.tables.tariff_rows import tariffs_in_columns
from gridsim.tables.user_changes import split_users
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.scenario.content import ScenarioContent
    from gridsim.tables.any_frame import FrameLike

__all__ = ["with_table"]

_Scenario = TypeVar("_Scenario", bound="ScenarioContent")

_CURVE = "load"


def with_table(scenario: _Scenario, name: str, frame: FrameLike) -> _Scenario:
    """The same scenario with another table; see `Scenario.with_table`."""
    _is_table(scenario, name)
    try:
        taken = take_frame(frame, name)
    except (TypeError, ValueError):
        message = Sentence("neither a frame nor records")
        allowed = Sentence("a frame of pandas, polars or pyarrow, a list of records, columns of one length")
        raise ScenarioError([Fault.of_file(name, message, allowed, value=type(frame).__name__)]) from None
    spec = input_tables(scenario.rules.shape)[name]
    raw, _, faults = columns_of_frame(taken.frame, spec)
    if raw is None:
        raise ScenarioError(faults)
    read, more = read_table(raw, scenario.year)
    faults = [*faults, *more]
    if read.table is spec.other_form:
        in_columns, more = tariffs_in_columns(
            read, spec, scenario.year, in_our_unit="price_yuan_per_mwh" not in raw.units
        )
        faults.extend(more)
        if in_columns is None:
            raise ScenarioError(faults)
        read = in_columns
    if read.rests:
        read, _ = rounded_meter(read)
    later = None
    months = scenario.forecast_months
    own = read
    if name in ("meter", FORECAST):
        read, months, more, _ = _composed(scenario, read)
        faults.extend(more)
    if name == "users":
        read, later = split_users(read, scenario_tables(scenario.rules.shape)[USER_CHANGES])
    into = "meter" if name == FORECAST else name
    faults.extend(_faults(scenario, into, read, later))
    if faults:
        raise ScenarioError(faults)
    says = bool(months) if name == FORECAST else len(read.frame) or not spec.later
    given = scenario.given | {name} if says else scenario.given - {name}
    tables = {**scenario.tables, into: read.frame}
    if name == "meter":
        given -= {_CURVE, METER_PARTS, *(() if months else (FORECAST,))}
        tables.pop(METER_PARTS, None)
    if name == "users":
        tables.pop(USER_CHANGES, None)
        given -= {USER_CHANGES}
    if later is not None:
        tables[USER_CHANGES], given = later.frame, given | {USER_CHANGES}
    told = own if into != name or name == "meter" else read
    change = table_change(scenario, name, told.frame, None if later is None else later.frame)
    return checked_with(replace(scenario, forecast_months=months), tables, given, change)


def _composed(
    scenario: ScenarioContent, read: ReadTable
) -> tuple[ReadTable, tuple[str, ...], list[Fault], list[Sentence]]:
    """Metered rows, or those of a forecast, with the others that the scenario has."""
    spec = input_tables(scenario.rules.shape)
    held = ReadTable(spec["meter"], "meter", scenario.tables["meter"])
    is_forecast = held.frame["month"].isin(scenario.forecast_months).to_numpy()
    if read.table.name == FORECAST:
        metered, forecast = rows_of(held, ~is_forecast), read
    else:
        metered, forecast = read, replace(rows_of(held, is_forecast), table=spec[FORECAST], file=FORECAST)
    return metered_and_forecast(metered if len(metered) else None, forecast, spec["meter"], scenario.year)


def _is_table(scenario: ScenarioContent, name: str) -> None:
    known = [each for each in input_tables(scenario.rules.shape) if each != _CURVE]
    if name in known:
        return
    if name == _CURVE:
        message = Sentence("load is summed to meter when a scenario is loaded")
        raise ScenarioError([Fault.of_file(name, message, Sentence("the table meter"))])
    hint = nearest_in_words(nearest(str(name), known))
    allowed = listed(hint, Sentence("tables: {codes}", codes=named(known)))
    raise ScenarioError([Fault.of_file(str(name), Sentence("unknown table"), allowed)])


def _faults(scenario: ScenarioContent, name: str, read: ReadTable, later: ReadTable | None) -> list[Fault]:
    """What all checks say of the scenario with this table among its others."""
    draft = draft_of(scenario)
    tables = {**draft.tables, name: read}
    given = draft.given | {name}
    if name == "users":
        tables.pop(USER_CHANGES, None)
    if name == "meter":
        given -= {_CURVE, METER_PARTS}
        tables.pop(METER_PARTS, None)
    if later is not None:
        tables[USER_CHANGES] = later
    return list(check(replace(draft, tables=tables, given=given, found={})))
