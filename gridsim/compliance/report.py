"""All checks of part 7, one after another, as the table ``compliance``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from gridsim.compliance.calendar import calendar
from gridsim.compliance.cover import covers
from gridsim.compliance.participants import direct_access, mode
from gridsim.compliance.performance import credit, curve_balance
from gridsim.compliance.row import table_of_rows

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.scenario import Scenario
    from gridsim.settlement.names import Names
    from gridsim.settlement.outcome import Outcome
    from gridsim.trading.buyers import Buyers

__all__ = ["compliance_table"]


def compliance_table(
    scenario: Scenario, buyers: Buyers, trades: pd.DataFrame, outcome: Outcome, names: Names
) -> pa.Table:
    """The table ``compliance``.

    Parameters
    ----------
    scenario : Scenario
    buyers : Buyers
    trades : DataFrame
        As `gridsim.trading.market.trade` leaves them.
    outcome : Outcome
        The settlement that counts.
    names : Names
    """
    parts = [
        direct_access(scenario, buyers),
        mode(scenario, buyers),
        *covers(scenario, buyers, trades),
        table_of_rows([*calendar(scenario), *curve_balance(outcome, names, scenario.rules)]),
        credit(outcome, names, scenario.rules),
    ]
    return pa.concat_tables(parts).unify_dictionaries().combine_chunks()
