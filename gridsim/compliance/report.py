"""All checks of part 7, one after another, as the table ``compliance``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from gridsim.compliance.calendar import calendar
from gridsim.compliance.cover import annual_cover, needs_of, total_cover
from gridsim.compliance.extended import Facts, check_by_extension
from gridsim.compliance.history import history_of
from gridsim.compliance.participants import direct_access, mode, mode_encouraged
from gridsim.compliance.performance import credit, curve_balance
from gridsim.compliance.row import table_of_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions
    from gridsim.trading.trades import YearTrades

__all__ = ["compliance_table"]


def compliance_table(
    scenario: Scenario,
    buyers: Buyers,
    sessions: Sessions,
    trades: YearTrades,
    legs: ContractBook,
    outcome: Outcome,
    names: PartyNames,
    results: Mapping[str, Callable[[], pd.DataFrame]],
) -> pa.Table:
    """The table ``compliance``, of the checks that the rule set has.

    Parameters
    ----------
    scenario : Scenario
    buyers : Buyers
    sessions : Sessions
    trades : YearTrades
        All trades of the year.
    legs : ContractBook
        What they come to.
    outcome : Outcome
        The settlement that counts.
    names : PartyNames
    results : mapping of str to callable
        By name of a table of the result: what makes it, for checks of extensions.
    """
    history, rules = history_of(scenario), scenario.rules
    needs = cache(lambda: needs_of(scenario, buyers))
    checks: dict[str, Callable[[], pa.Table]] = {
        "direct_access": lambda: direct_access(scenario, buyers, history),
        "mode": lambda: mode(scenario, buyers, history),
        "mode_encouraged": lambda: mode_encouraged(scenario, buyers, history),
        "annual_cover": lambda: annual_cover(scenario, buyers, needs(), sessions, trades, legs),
        "total_cover": lambda: total_cover(scenario, buyers, needs(), legs),
        "calendar": lambda: table_of_rows(calendar(scenario)),
        "curve_balance": lambda: table_of_rows(curve_balance(outcome, legs, names, scenario, buyers)),
        "credit": lambda: credit(outcome, names, rules),
    }
    # Empty beside the others: a rule set may have no check at all.
    parts = [table_of_rows(()), *(made() for check, made in checks.items() if check in rules.shape.checks)]
    facts = Facts(scenario, results)
    parts += [check_by_extension(check, facts) for check in rules.shape.checks if check not in checks]
    return pa.concat_tables(parts).unify_dictionaries().combine_chunks()
