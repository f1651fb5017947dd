"""All checks of part 7, one after another, as the table ``compliance``."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pyarrow as pa

from gridsim.compliance.calendar import calendar
from gridsim.compliance.cover import covers
from gridsim.compliance.participants import direct_access, mode
from gridsim.compliance.performance import credit, curve_balance
from gridsim.compliance.row import Row

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
    rows = list(
        chain(
            direct_access(scenario, buyers),
            mode(scenario, buyers),
            covers(scenario, buyers, trades),
            calendar(scenario),
            curve_balance(outcome, names, scenario.rules.values),
            credit(outcome, names),
        )
    )
    types = {name: pa.string() for name in Row._fields} | {"passed": pa.bool_()}
    columns = {name: pa.array([getattr(row, name) for row in rows], type=type_) for name, type_ in types.items()}
    columns["measure"] = pa.array([row.measure for row in rows], type=pa.string())
    return pa.table(columns)
