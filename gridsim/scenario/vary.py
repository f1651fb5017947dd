"""The same scenario with one thing changed: what-if questions without touching a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from gridsim.errors import Fault, ScenarioError
from gridsim.market_tables import USER_CHANGES, scenario_tables
from gridsim.scenario.changes import LEGS, ORDERS, Change, plain
from gridsim.scenario.checks import VALUE_CHECKS, check
from gridsim.scenario.draft import Draft
from gridsim.scenario.hashing import scenario_hash, table_hash
from gridsim.scenario.scaling import OF_CONTRACTS, read_ratio, scaled_tables, tables_at_their_largest, times
from gridsim.scenario.where import (
    CONTRACT_KEYS,
    LOAD_KEYS,
    as_meant,
    chosen_meter,
    chosen_rows,
    only_forecast,
    read_where,
)
from gridsim.suggest import not_one_of
from gridsim.tables.read_table import ReadTable
from gridsim.units import RATIO_DECIMALS, RATIO_ONE, fixed_point, times_ratio, trimmed
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules import RuleSet
    from gridsim.scenario.changes import Basis
    from gridsim.scenario.content import ScenarioContent
    from gridsim.scenario.where import Where

__all__ = [
    "as_changed",
    "checked_with",
    "contract_change",
    "draft_of",
    "forecast_in",
    "hashed_again",
    "nothing_chosen",
    "settled_for",
    "table_change",
    "varied",
    "with_contracts",
    "with_load",
    "with_meter",
    "with_overrides",
    "with_prices",
    "with_rules",
    "with_scales",
]

_Scenario = TypeVar("_Scenario", bound="ScenarioContent")


def with_load(
    scenario: _Scenario,
    multiple: str | float | Decimal,
    users: Collection[str] | None = None,
    where: Where | None = None,
) -> _Scenario:
    """Metered energy times `multiple`, each cell rounded half up to the kWh; see `Scenario.with_load`."""
    wanted: Where = {**({} if users is None else {"user": users}), **(where or {})}
    asked, faults = read_where(scenario, "with_load", as_meant(scenario, wanted), LOAD_KEYS)
    ratio = read_ratio("with_load", "multiple", multiple, faults)
    asked, more = only_forecast(scenario, "with_load", asked)
    faults += more
    if faults:
        raise ScenarioError(faults)
    meter = scenario.tables["meter"]
    energy = meter["energy_kwh"].to_numpy()
    energy = np.where(chosen_meter(scenario, asked), times_ratio(energy, ratio), energy)
    change = _scaled_by("with_load", ratio, asked)
    return _checked(
        scenario, scenario.rules, {**scenario.tables, "meter": meter.assign(energy_kwh=energy)}, changes=[change]
    )


def with_contracts(
    scenario: _Scenario, scale: str | float | Decimal, where: Where | None = None, basis: Basis = LEGS
) -> _Scenario:
    """Contract energies times `scale`; see `Scenario.with_contracts`."""
    return _with_contracts(scenario, "with_contracts", "energy_kwh", scale, where, basis)


def with_prices(
    scenario: _Scenario, scale: str | float | Decimal, where: Where | None = None, basis: Basis = LEGS
) -> _Scenario:
    """Contract prices times `scale`; see `Scenario.with_prices`."""
    return _with_contracts(scenario, "with_prices", "price_micro_yuan_per_kwh", scale, where, basis)


def _with_contracts(
    scenario: _Scenario, verb: str, column: str, scale: str | float | Decimal, where: Where | None, basis: Basis
) -> _Scenario:
    if basis not in (LEGS, ORDERS):
        raise ValueError(not_one_of("basis", basis, (LEGS, ORDERS)))
    asked, faults = read_where(scenario, verb, as_meant(scenario, where, basis), CONTRACT_KEYS, basis)
    ratio = read_ratio(verb, "scale", scale, faults)
    if faults:
        raise ScenarioError(faults)
    change = _scaled_by(verb, ratio, asked, basis)
    if basis == LEGS:
        return _checked(scenario, scenario.rules, scenario.tables, changes=[change])
    tables, is_any = dict(scenario.tables), False
    for name in OF_CONTRACTS:
        rows = chosen_rows(scenario, name, asked)
        is_any = is_any or bool(rows.any())
        tables[name] = times(tables[name], column, ratio, rows)
    if not is_any:
        raise ScenarioError([nothing_chosen(change)])
    return _checked(scenario, scenario.rules, tables, changes=[change])


def nothing_chosen(change: Change) -> Fault:
    """Of values that are there each by itself, and stand together nowhere."""
    where: Mapping[str, list[str]] = change.given.get("where", {})
    asked = ", ".join(f"{key}: {', '.join(values)}" for key, values in where.items())
    message = Sentence("no contract has all of this")
    return Fault(change.verb, None, "where", asked or None, message, Sentence("what one contract at least has"))


def with_overrides(scenario: _Scenario, overrides: Mapping[str, object]) -> _Scenario:
    """Other values of the rule set by dotted path; see `Scenario.with_overrides`."""
    change = Change("with_overrides", {"overrides": {path: plain(value) for path, value in overrides.items()}})
    return _checked(scenario, scenario.rules.with_overrides(overrides), scenario.tables, changes=[change])


def with_rules(scenario: _Scenario, rules: RuleSet) -> _Scenario:
    """The same scenario under another rule set, checked again unless the values are the same."""
    if rules.hash == scenario.rules.hash:
        return scenario
    return _checked(scenario, rules, scenario.tables)


def with_meter(scenario: _Scenario, energy: NDArray[np.int64]) -> _Scenario:
    """The same scenario with other metered energies.

    Parameters
    ----------
    scenario : Scenario
    energy : (N,) int64 array
        By row of ``meter`` [kWh].
    """
    meter = scenario.tables["meter"].assign(energy_kwh=energy)
    change = table_change(scenario, "meter", meter)
    return _checked(scenario, scenario.rules, {**scenario.tables, "meter": meter}, changes=[change])


def with_scales(
    scenario: _Scenario,
    *,
    contracts: str | float | Decimal = 1,
    load: str | float | Decimal = 1,
    prices: str | float | Decimal = 1,
) -> _Scenario:
    """`with_contracts` and `with_prices` on what is ordered, and `with_load`, in one; one by 1 is none.

    What is left of an order may be 0 kWh: it stands, and supersedes earlier ones as before, but never trades. At 0
    nothing is contracted: every position settles as overrun.

    Raises
    ------
    ScenarioError
        A ratio that is not between 0 and 100 or has more than 4 decimals; energies and prices that could leave int64.
    """
    tables, ratios = scaled_tables(scenario, contracts, load, prices)
    verbs = {"contracts": ("with_contracts", ORDERS), "load": ("with_load", None), "prices": ("with_prices", ORDERS)}
    changes = [
        _scaled_by(verb, ratios[name], only_forecast(scenario, verb, {})[0] if name == "load" else {}, basis)
        for name, (verb, basis) in verbs.items()
        if ratios[name] != RATIO_ONE
    ]
    return _checked(scenario, scenario.rules, tables, changes=changes) if changes else scenario


def varied(
    scenario: _Scenario,
    rules: RuleSet,
    *,
    contracts: str | float | Decimal = 1,
    load: str | float | Decimal = 1,
    prices: str | float | Decimal = 1,
    changes: Collection[Change] = (),
) -> _Scenario:
    """A point of a sweep: `with_rules`, `with_scales` and changes of contracts as traded in one.

    It is for who holds the values to their bounds himself: only ratios and hours are checked, and the hash is empty.
    The rest takes longer than all else here, and a batch checks the largest draw of the point and names it in its own
    way.
    """
    faults = _hours_faults(scenario, rules)
    if faults:
        raise ScenarioError(faults)
    tables, _ = scaled_tables(scenario, contracts, load, prices)
    return replace(scenario, rules=rules, tables=tables, changes=(*scenario.changes, *changes), hash="")


def settled_for(scenario: _Scenario, months: Collection[str] | None) -> _Scenario:
    """The same scenario, of which only some months settle; its content is what it was, and is not checked again.

    Parameters
    ----------
    scenario : Scenario
    months : collection of str or None
        None: all.
    """
    only = None if months is None else tuple(sorted(months))
    return hashed_again(replace(scenario, settled_months=only))


def forecast_in(scenario: _Scenario, months: Collection[str]) -> _Scenario:
    """The same scenario, of which some months are a forecast."""
    if tuple(months) == scenario.forecast_months:
        return scenario
    given = scenario.given | {"forecast"} if months else scenario.given - {"forecast"}
    return hashed_again(replace(scenario, forecast_months=tuple(months), given=given))


def hashed_again(scenario: _Scenario) -> _Scenario:
    """A scenario with the hash of what it holds."""
    new_hash = scenario_hash(
        scenario.tables,
        scenario.rules.shape,
        year=scenario.year,
        rules_hash=scenario.rules.hash,
        seed=scenario.seed,
        has_sessions="sessions" in scenario.given,
        period_sets=scenario.period_sets,
        settled_months=scenario.settled_months,
        forecast_months=scenario.forecast_months,
        changes=scenario.changes,
    )
    return replace(scenario, hash=new_hash)


def draft_of(scenario: ScenarioContent) -> Draft:
    """A scenario as the checks look at it; contracts and their prices as large as changes of them can make them."""
    specs = scenario_tables(scenario.rules.shape)
    frames = tables_at_their_largest(scenario)
    read = {name: ReadTable(specs[name], name, frame) for name, frame in frames.items() if name in scenario.given}
    read["meter"] = ReadTable(specs["meter"], "meter", frames["meter"])  # it may have come from a load curve
    return Draft(
        scenario.year, scenario.rules.shape, scenario.rules, read, scenario.given, period_sets=scenario.period_sets
    )


def checked_with(
    scenario: _Scenario, tables: Mapping[str, pd.DataFrame], given: frozenset[str], change: Change
) -> _Scenario:
    """A scenario with another table, once it has passed every check: its hash, and the record of what was done."""
    return _recorded(replace(scenario, tables=tables, given=given), scenario, [change])


def as_changed(scenario: _Scenario, changes: Collection[Change], changed_from: str) -> _Scenario:
    """A scenario whose tables and rules are those after changes, with their record."""
    if not changes:
        return scenario
    return replace(_recorded(scenario, scenario, changes), changed_from=changed_from)


def _checked(
    scenario: _Scenario, rules: RuleSet, tables: Mapping[str, pd.DataFrame], *, changes: Collection[Change] = ()
) -> _Scenario:
    new = replace(scenario, rules=rules, tables=tables, changes=(*scenario.changes, *changes))
    faults = [*_hours_faults(scenario, rules), *check(draft_of(new), VALUE_CHECKS)]  # of the rest nothing was varied
    if faults:
        raise ScenarioError(faults)
    return _recorded(replace(new, changes=scenario.changes), scenario, changes)


def _recorded(new: _Scenario, before: ScenarioContent, changes: Collection[Change]) -> _Scenario:
    """A scenario with its hash, and the record of what made it of another one."""
    every = (*before.changes, *changes)
    first = before.changed_from or (before.hash if every else "")
    return hashed_again(replace(new, changes=every, changed_from=first))


def _hours_faults(scenario: ScenarioContent, rules: RuleSet) -> list[Fault]:
    """Other hours for the periods, of a scenario whose hours are summed to periods and gone."""
    if "load" not in scenario.given:
        return []
    paths = [ranges for entry in rules.shape.hours for _, ranges in entry.use if isinstance(ranges, str)]
    before, after = ({path: attrgetter(path)(each.values) for path in paths} for each in (scenario.rules, rules))
    message = Sentence("hours were summed to periods when the scenario was loaded")
    allowed = Sentence("a scenario with meter, or these hours where the scenario is loaded")
    return [
        Fault("overrides", None, path, _hours(after[path]), message, allowed)
        for path in dict.fromkeys(paths)
        if after[path] != before[path]
    ]


def _hours(ranges: tuple[tuple[int, int], ...]) -> str:
    return ", ".join(f"{start}-{end}" for start, end in ranges)


def contract_change(verb: str, scale: str, where: Mapping[str, list[str]]) -> Change:
    """The record of contracts as traded, multiplied; for who checks scale and keys himself."""
    return _scaled_by(verb, fixed_point(scale, RATIO_DECIMALS), where, LEGS)


def _scaled_by(verb: str, ratio: int, where: Mapping[str, list[str]], basis: Basis | None = None) -> Change:
    given: dict[str, Any] = {"scale": trimmed(ratio, RATIO_DECIMALS)}
    if where:
        given["where"] = dict(where)
    if basis is not None:
        given["basis"] = basis
    return Change(verb, given)


def table_change(
    scenario: ScenarioContent, name: str, frame: pd.DataFrame, later: pd.DataFrame | None = None
) -> Change:
    """The record of a table that takes the place of another: how many rows, and the hash of what they say.

    `later` has the rows of users that say what changes within the year.
    """
    specs = scenario_tables(scenario.rules.shape)
    hashes = [table_hash(specs[name], frame), *([] if later is None else [table_hash(specs[USER_CHANGES], later)])]
    rows = len(frame) + (0 if later is None else len(later))
    return Change("with_table", {"table": name, "rows": rows, "hash": " ".join(hashes)})
