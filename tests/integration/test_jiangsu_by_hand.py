"""jiangsu-2023 by hand beside its worked cases, through gridsim: the very tests that the oracle passes.

Every run also holds its accounts: MARKET at zero in every month, all of them together at zero.
"""

from __future__ import annotations

from typing import Any

import pytest

from gridsim.errors import ScenarioError
from tests.cases.usual import MONTH, market
from tests.oracle import FaultError, test_jiangsu_by_hand
from tests.oracle.scenarios_by_hand import accounts, ordered
from tests.oracle.test_jiangsu_by_hand import *  # noqa: F403
from tests.properties.harness import exact_tables, gridsim_result


def settle_by_gridsim(scenario: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """A scenario of the oracle's, in rows of exact units."""
    plain = {
        "name": "by hand",
        "year": scenario["year"],
        "rules": {},
        "market": scenario["shape"],
        "tables": scenario["tables"],
    }
    try:
        return exact_tables(gridsim_result(plain))
    except ScenarioError as error:
        raise FaultError(str(error)) from error


def settled_by_gridsim(**tables: Any) -> dict[str, list[dict[str, Any]]]:
    """What `tests.cases.usual.settled` does, by gridsim."""
    results = settle_by_gridsim(market(**tables))
    for month in {line["month"] for line in results["ledger"]}:
        of_month = {"ledger": [line for line in results["ledger"] if line["month"] == month]}
        assert accounts(of_month).get("MARKET", 0) == 0, month
    assert sum(accounts(results).values()) == 0
    return results


@pytest.fixture(autouse=True)
def _through_gridsim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_jiangsu_by_hand, "settled", settled_by_gridsim)
    monkeypatch.setattr(test_jiangsu_by_hand, "settle_market", settle_by_gridsim)


def test_orders_need_sessions() -> None:
    scenario = market()
    del scenario["tables"]["sessions"]
    with pytest.raises(FaultError, match="sessions: missing table"):
        settle_by_gridsim(scenario)


def test_a_taker_in_a_listing_is_a_fault() -> None:
    order = ordered("U", "buy", "1", "", "09:00", month=MONTH, session="I")
    with pytest.raises(FaultError, match="orders, row 1, price_yuan_per_mwh"):
        settled_by_gridsim(orders=[order])
