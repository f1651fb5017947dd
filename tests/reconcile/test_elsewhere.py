"""Bills of one user, statements of a generator, and another province: told as a retailer's statement is.

What the other side has otherwise is put into its scenario and settled; its lines are printed here, by nothing of
`gridsim.reconcile`. Short runs try some; all with GRIDSIM_FULL=1.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim.reconcile.variants import rows_where, with_cells
from tests.shared import IS_FULL, SCENARIOS

if TYPE_CHECKING:
    from gridsim.reconcile.reconciliation import Reconciliation
    from gridsim.result import Result
    from gridsim.scenario import Scenario

RETAILER, JIANGSU = "retailer-2021", "jiangsu-2023-mini"


class Otherwise(NamedTuple):
    """A cell that the other side has otherwise, and what that is told as."""

    market: str
    party: str
    table: str
    where: dict[str, str]
    column: str
    theirs: int
    kind: str
    is_short: bool = False


_PRICE = "price_micro_yuan_per_kwh"
_U03_MAY = {"user_id": "U03", "month": "2021-05", "period": "flat"}
CASES = {
    "price of a bill": Otherwise(
        RETAILER, "U03", "retail_contracts", {"user_id": "U03"}, _PRICE, 431_500, "retail_price", is_short=True
    ),
    "demand of a bill": Otherwise(
        RETAILER, "U01", "billing", {"user_id": "U01", "month": "2021-05"}, "demand_w", 8_000_000, "billed_figure"
    ),
    "meter of a bill": Otherwise(RETAILER, "U03", "meter", _U03_MAY, "energy_kwh", 700_123, "metered_energy"),
    "generation": Otherwise(
        JIANGSU, "G1", "generation", {"generator_id": "G1", "month": "2023-02"}, "energy_kwh", 611_000, "generation"
    ),
    "price of a seller": Otherwise(
        JIANGSU, "G1", "bilateral", {"contract_id": "C-02-1"}, _PRICE, 425_000, "contract_price", is_short=True
    ),
    "price of a buyer": Otherwise(
        JIANGSU, "U", "bilateral", {"contract_id": "C-02-1"}, _PRICE, 425_000, "contract_price"
    ),
    "energy of a buyer": Otherwise(
        JIANGSU, "U", "bilateral", {"contract_id": "C-02-2"}, "energy_kwh", 390_000, "contract_energy"
    ),
    "meter of a buyer": Otherwise(
        JIANGSU, "U", "meter", {"user_id": "U", "month": "2023-03"}, "energy_kwh", 1_033_000, "metered_energy",
        is_short=True,
    ),
}  # fmt: skip


@cache
def market(name: str) -> Scenario:
    return gridsim.load(SCENARIOS / name)


@cache
def result(name: str) -> Result:
    return gridsim.run(market(name))


def printed(of: Result, party: str, month: str = "") -> pd.DataFrame:
    """What a party is told: to the fen, and of a generator what it is paid."""
    contracts = of.legs.set_index("leg_id")["contract_id"]
    lines = of.ledger[~of.ledger["trial"]]
    lines = lines[((lines["payer"] == party) != (lines["payee"] == party)) & (not month or lines["month"] == month)]
    owes = np.where(lines["payer"] == party, 1, -1) * (-1 if party.startswith("G") else 1)
    sheet = {
        "月份": lines["month"],
        "科目": lines["item"],
        "时段": lines["period"].where(lines["period"] != "all").fillna(""),
        "合同编号": lines["leg_id"].map(contracts).fillna(""),
        "电量(兆瓦时)": lines["energy_mwh"],
        "电费(元)": owes * lines["amount_yuan"].round(2),
    }
    frame = pd.DataFrame(sheet)
    named = [name for name in ("时段", "合同编号") if (frame[name] != "").any()]
    return frame[["月份", "科目", *named, "电量(兆瓦时)", "电费(元)"]]


def reconciled(case: Otherwise, theirs: Result) -> Reconciliation:
    month = case.where.get("month", "2021-05") if case.market == RETAILER else ""
    return result(case.market).reconcile(printed(theirs, case.party, month), party=case.party)


@pytest.mark.parametrize(("name", "party"), [(RETAILER, "U05"), (JIANGSU, "G1"), (JIANGSU, "U")])
def test_without_a_change_all_is_equal(name: str, party: str) -> None:
    month = "2021-05" if name == RETAILER else ""
    found = result(name).reconcile(printed(result(name), party, month), party=party)
    assert found.read.side.whose == party
    assert set(found.lines["status"]) <= {"equal", "within"}  # lines of one name are rounded by themselves
    assert not len(found.causes)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if IS_FULL or case.is_short])
def test_what_the_other_side_has_otherwise_is_told(name: str) -> None:
    case = CASES[name]
    scenario = market(case.market)
    row = rows_where(scenario.tables[case.table], case.where)[:1]
    ours = int(scenario.tables[case.table][case.column].iloc[int(row[0])])
    found = reconciled(case, gridsim.run(with_cells(scenario, case.table, row, {case.column: case.theirs})))
    ((cause,),) = (group.causes for group in found.found)
    assert cause.kind == case.kind
    told: dict[str, Any] = dict(cause.where)
    assert str(told["theirs"]).strip("[]").replace(".", "").startswith(str(case.theirs).rstrip("0"))
    assert str(told["ours"]).strip("[]").replace(".", "").startswith(str(ours).rstrip("0"))
    assert set(found.lines["status"]) <= {"equal", "within", "explained"}
    *steps, theirs = found.steps
    assert sum(step.amount for step in steps) == theirs.amount
    assert found.document("zh")
