"""The same scenario with one thing changed: what-if questions without touching a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from gridsim.errors import Fault, ScenarioError, WrongValueError
from gridsim.market_tables import scenario_tables
from gridsim.scenario.checks import VALUE_CHECKS, check
from gridsim.scenario.draft import Draft
from gridsim.scenario.hashing import scenario_hash
from gridsim.suggest import nearest, nearest_in_words
from gridsim.tables.faults import tables_in_words
from gridsim.tables.read_table import ReadTable
from gridsim.units import RATIO_DECIMALS, RATIO_ONE, fixed_point, times_ratio
from gridsim.words import Sentence, listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules import RuleSet
    from gridsim.scenario.content import ScenarioContent

__all__ = [
    "draft_of",
    "hashed_again",
    "settled_for",
    "varied",
    "with_load",
    "with_meter",
    "with_overrides",
    "with_rules",
    "with_scales",
]

_Scenario = TypeVar("_Scenario", bound="ScenarioContent")


def with_load(scenario: _Scenario, multiple: str | float | Decimal, users: Collection[str] | None = None) -> _Scenario:
    """Metered energy times `multiple`, each cell rounded half up to the kWh; see `Scenario.with_load`."""
    try:
        ratio = fixed_point(multiple, RATIO_DECIMALS)
    except WrongValueError as error:
        raise ScenarioError([_fault("multiple", multiple, error.sentence)]) from None
    if not 0 <= ratio <= 100 * RATIO_ONE:
        raise ScenarioError([_fault("multiple", multiple, Sentence("out of range"))])
    meter = scenario.tables["meter"]
    chosen = np.ones(len(meter), dtype=bool)
    if users is not None:
        known = set(scenario.tables["users"]["user_id"])
        unknown = [_unknown_user(user, known) for user in users if user not in known]
        if unknown:
            raise ScenarioError(unknown)
        chosen = meter["user_id"].isin(list(users)).to_numpy()
    energy = meter["energy_kwh"].to_numpy()
    energy = np.where(chosen, times_ratio(energy, ratio), energy)
    return _checked(scenario, scenario.rules, {**scenario.tables, "meter": meter.assign(energy_kwh=energy)})


def with_overrides(scenario: _Scenario, overrides: Mapping[str, object]) -> _Scenario:
    """Other values of the rule set by dotted path; see `Scenario.with_overrides`."""
    return _checked(scenario, scenario.rules.with_overrides(overrides), scenario.tables)


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
    return _checked(scenario, scenario.rules, {**scenario.tables, "meter": meter})


def with_scales(
    scenario: _Scenario,
    *,
    contracts: str | float | Decimal = 1,
    load: str | float | Decimal = 1,
    prices: str | float | Decimal = 1,
) -> _Scenario:
    """The same scenario with more contracts, load or higher contract prices, each figure times a ratio.

    Parameters
    ----------
    scenario : Scenario
    contracts : str, float or Decimal
        Times every energy of ``bilateral``, ``orders`` and ``deals``, half up to the kWh, before trading. What is left
        of an order may be 0 kWh: it stands, and supersedes earlier ones as before, but never trades. At 0 nothing is
        contracted: every position settles as overrun.
    load : str, float or Decimal
        Times every energy of ``meter``, half up to the kWh.
    prices : str, float or Decimal
        Times every price of ``bilateral``, ``orders`` and ``deals``, half up to the micro-yuan/kWh; tariffs stay.

    Returns
    -------
    Scenario
        The one given, if all three are 1.

    Raises
    ------
    ScenarioError
        A ratio that is not between 0 and 100 or has more than 4 decimals; energies and prices that could leave int64.
    """
    tables = _scaled(scenario, contracts, load, prices)
    if all(tables[name] is table for name, table in scenario.tables.items()):
        return scenario
    return _checked(scenario, scenario.rules, tables)


def varied(
    scenario: _Scenario,
    rules: RuleSet,
    *,
    contracts: str | float | Decimal = 1,
    load: str | float | Decimal = 1,
    prices: str | float | Decimal = 1,
) -> _Scenario:
    """A point of a sweep: `with_rules` and `with_scales` in one, for who holds the values to their bounds himself.

    Only ratios and hours are checked, and the hash is empty: the rest takes longer than all else here, and a batch
    checks the largest draw of the point and names it in its own way.
    """
    faults = _hours_faults(scenario, rules)
    if faults:
        raise ScenarioError(faults)
    return replace(scenario, rules=rules, tables=_scaled(scenario, contracts, load, prices), hash="")


def _scaled(
    scenario: _Scenario, contracts: str | float | Decimal, load: str | float | Decimal, prices: str | float | Decimal
) -> Mapping[str, pd.DataFrame]:
    """The tables with energies and prices multiplied; a table that stays the same is the very one."""
    ratios: dict[str, int] = {}
    faults = []
    allowed = _ratio_in_words()
    for name, value in (("contracts", contracts), ("load", load), ("prices", prices)):
        try:
            ratios[name] = fixed_point(value, RATIO_DECIMALS)
        except WrongValueError as error:
            faults.append(Fault("with_scales", None, name, str(value), error.sentence, allowed))
            continue
        if not 0 <= ratios[name] <= 100 * RATIO_ONE:
            faults.append(Fault("with_scales", None, name, str(value), Sentence("out of range"), allowed))
    if faults:
        raise ScenarioError(faults)
    tables = dict(scenario.tables)
    for name, column, ratio in (
        ("bilateral", "energy_kwh", ratios["contracts"]),
        ("orders", "energy_kwh", ratios["contracts"]),
        ("deals", "energy_kwh", ratios["contracts"]),
        ("bilateral", "price_micro_yuan_per_kwh", ratios["prices"]),
        ("orders", "price_micro_yuan_per_kwh", ratios["prices"]),
        ("deals", "price_micro_yuan_per_kwh", ratios["prices"]),
        ("meter", "energy_kwh", ratios["load"]),
    ):
        if ratio != RATIO_ONE:
            table = tables[name]
            values = table[column]
            scaled = times_ratio(values.fillna(0).to_numpy(dtype=np.int64), ratio)
            # Of a column with empty cells these stay empty.
            made = scaled if values.dtype == np.int64 else pd.arrays.IntegerArray(scaled, values.isna().to_numpy())
            tables[name] = table.assign(**{column: made})
    return tables


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
    )
    return replace(scenario, hash=new_hash)


def draft_of(scenario: ScenarioContent) -> Draft:
    """A scenario as the checks look at it."""
    specs = scenario_tables(scenario.rules.shape)
    read = {
        name: ReadTable(specs[name], name, frame) for name, frame in scenario.tables.items() if name in scenario.given
    }
    read["meter"] = ReadTable(specs["meter"], "meter", scenario.tables["meter"])  # it may have come from a load curve
    return Draft(
        scenario.year, scenario.rules.shape, scenario.rules, read, scenario.given, period_sets=scenario.period_sets
    )


def _checked(scenario: _Scenario, rules: RuleSet, tables: Mapping[str, pd.DataFrame]) -> _Scenario:
    new = replace(scenario, rules=rules, tables=tables)
    faults = [*_hours_faults(scenario, rules), *check(draft_of(new), VALUE_CHECKS)]  # of the rest nothing was varied
    if faults:
        raise ScenarioError(faults)
    return hashed_again(new)


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


def _fault(name: str, value: object, message: Sentence) -> Fault:
    return Fault("with_load", None, name, str(value), message, _ratio_in_words())


def _ratio_in_words() -> Sentence:
    return Sentence("{low} to {high}, at most {decimals} decimals", low=0, high=100, decimals=RATIO_DECIMALS)


def _unknown_user(user: str, known: Collection[str]) -> Fault:
    near = nearest(user, known)
    hint = nearest_in_words(near)
    message = Sentence("not in {tables}", tables=tables_in_words(("users",)))
    return Fault("with_load", None, "users", user, message, listed(Sentence("a user of the scenario"), hint))
