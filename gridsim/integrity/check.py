"""A whole result against itself: inputs, trades, contracts, settlement, ledger, checks and manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from gridsim.compliance import compliance_table
from gridsim.contracts.changed import changed_legs
from gridsim.contracts.filling import rank_of_legs
from gridsim.contracts.givers import givers_of
from gridsim.integrity.compared import differences
from gridsim.integrity.pairs import faults_of_pairs, matched_orders
from gridsim.integrity.places import difference, does_not_hold
from gridsim.integrity.rebuilt import scenario_of
from gridsim.integrity.rolled import rolling_books_again
from gridsim.integrity.settled import legs_again, new_legs_again, settle_in_columns, split_groups
from gridsim.io.named_frames import makers
from gridsim.io.results import MANIFEST
from gridsim.io.table_sets import MadeTables, Tables
from gridsim.manifest import manifest_of
from gridsim.market_tables import result_tables
from gridsim.retail.year import settle_with_retail
from gridsim.settlement.month_prices import month_prices
from gridsim.settlement.monthly import monthly_rules
from gridsim.settlement.year import ledger_of_year, tables_of_year
from gridsim.trading.buyers import buyers_of
from gridsim.trading.sessions import sessions_of
from gridsim.trading.standing import rejected_table, standing_filings, standing_orders
from gridsim.trading.trades import (
    YearTrades,
    generators_of,
    traded_as,
    trades_of,
    trades_table,
)
from gridsim.version import __version__
from gridsim.words import Sentence, verbatim

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario
    from gridsim.settlement.parted import PartedTable
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions

__all__ = ["check_result"]

_OF_THE_RUN = ("scenario", "rules_hash", "overrides", "assumptions", "counts")
"""What of a manifest follows from the run. Its rules were held against their own hash when they were read; warnings and
versions are of the day on which it was made."""


def check_result(tables: Tables, inputs: Mapping[str, pa.Table], manifest: Mapping[str, Any], rules: RuleSet) -> None:
    """Derive everything again that follows from inputs, metered energy and rules, and compare it with what stands.

    Parameters
    ----------
    tables : Tables
        The exact tables of a result. Long ones are compared part by part.
    inputs : mapping of str to Arrow table
        Exact.
    manifest : mapping
    rules : RuleSet
        That of the manifest.

    Raises
    ------
    ResultError
        Something differs; the message names table, row, column, what stands there and what was derived.
    """
    made_by = manifest["versions"]["gridsim"]
    note = None
    if made_by != __version__:
        note = Sentence(
            "(this result was made by gridsim {made_by}, and this is gridsim {version}: run its scenario again)",
            made_by=made_by,
            version=__version__,
        )
    scenario = scenario_of(tables, inputs, manifest, rules)
    buyers, sessions = buyers_of(scenario), sessions_of(scenario)
    trades, reason, derived, wrong = _traded(tables, scenario, buyers, sessions)
    if wrong:
        raise does_not_hold(wrong, note)
    derived |= _settled(scenario, buyers, sessions, trades, reason, derived["trades"], derived["rejected"])
    specs, counts = result_tables(rules.shape), manifest["counts"]["results"]
    # A table that gridsim didn't know yet when it made the result is not missing.
    made = MadeTables({name: table for name, table in derived.items() if name in counts or not specs[name].later})
    told = [
        each
        for name in made
        for each in differences(name, tables.parts(name), made.parts(name), (tables.length(name), made.length(name)))
    ]
    told += _manifest(manifest, manifest_of(scenario, made), same_version=note is None)
    if told:
        raise does_not_hold(told, note)


def _traded(
    tables: Tables, scenario: Scenario, buyers: Buyers, sessions: Sessions
) -> tuple[YearTrades, NDArray[np.int8], dict[str, pa.Table | PartedTable], list[Sentence]]:
    """The trades that stand, as arrays; why orders do not; their tables as derived; what contradicts the inputs."""
    filings = standing_filings(scenario.tables["bilateral"], sessions, buyers)
    among = traded_as(scenario)
    orders = standing_orders(scenario.tables["orders"], among, generators_of(scenario) >= 0, sessions, buyers)
    filing = np.flatnonzero(filings == 0)
    stored = tables["trades"]
    first = stored.num_rows - stored.column("bilateral_row").null_count + len(scenario.tables["deals"])
    first = min(first, stored.num_rows)
    pairs = matched_orders(stored, first, len(orders))
    if isinstance(pairs, Iterator):
        derived: dict[str, pa.Table | PartedTable] = {"rejected": rejected_table(filings, orders)}
        return YearTrades(*[np.zeros(0, np.int64)] * len(YearTrades._fields)), orders, derived, list(pairs)
    trades = trades_of(scenario, buyers, sessions, filing, pairs)
    new_legs = new_legs_again(trades, scenario.rules.values, scenario.year, sessions)
    givers = givers_of(scenario, buyers, sessions, orders, new_legs, trades)
    orders, again = rolling_books_again(scenario, sessions, givers, orders, pairs)
    table = trades_table(trades, scenario, buyers, sessions)
    derived = {"rejected": rejected_table(filings, orders), "trades": table}
    wrong = differences("trades", [stored], [table], (stored.num_rows, table.num_rows))
    return trades, orders, derived, [*faults_of_pairs(scenario, sessions, pairs, orders, first, again), *wrong]


def _settled(
    scenario: Scenario,
    buyers: Buyers,
    sessions: Sessions,
    trades: YearTrades,
    reason: NDArray[np.int8],
    table: pa.Table | PartedTable,
    rejected: pa.Table | PartedTable,
) -> dict[str, pa.Table | PartedTable]:
    """The tables that follow from trades, as derived."""
    as_traded = legs_again(trades, buyers, scenario.rules.values, scenario.year, sessions)
    legs = changed_legs(scenario, buyers, sessions, trades, as_traded, split_groups)
    prices = month_prices(scenario, buyers, sessions, trades, reason, as_traded, split_groups)
    monthly = monthly_rules(scenario.rules, scenario.year, prices)
    rank = rank_of_legs(scenario, sessions, trades, legs)
    year = settle_with_retail(scenario, buyers, legs, monthly, settler=settle_in_columns, rank_of_legs=rank)
    derived = {**tables_of_year(year, table), "ledger": ledger_of_year(year, scenario.rules)}
    results = makers({"trades": table, "rejected": rejected, **derived})
    derived["compliance"] = compliance_table(
        scenario, buyers, sessions, trades, legs, year.outcomes[0], year.names, results
    )
    return derived


def _manifest(stands: Mapping[str, Any], derived: Mapping[str, Any], *, same_version: bool) -> Iterator[Sentence]:
    """Where the manifest says something else than its result does."""
    for key in _OF_THE_RUN if same_version else ("counts",):  # another version may have said more or less
        mine, should = _flat(key, stands.get(key)), _flat(key, derived[key])
        for path in dict.fromkeys([*should, *mine]):
            if mine.get(path) != should.get(path):
                yield difference(verbatim(MANIFEST), path, _shown(mine, path), _shown(should, path))


def _flat(path: str, value: object) -> dict[str, object]:
    """Single values by dotted path, as JSON has them."""
    if isinstance(value, Mapping):
        return {name: each for key, part in value.items() for name, each in _flat(f"{path}.{key}", part).items()}
    return {path: json.loads(json.dumps(value, default=str))}


def _shown(values: Mapping[str, object], path: str) -> object:
    return values[path] if path in values else Sentence("an empty cell")
