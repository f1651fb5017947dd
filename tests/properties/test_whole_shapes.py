"""Markets of any shape, from text to the ledger: every table agrees with the oracle, also after saving.

Bands, charges, price expressions, mechanisms, transfers, periods of one's own, sellers: what random shapes have.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import gridsim
from tests.oracle import FaultError, settle_market
from tests.properties.draws import SeededChooser
from tests.properties.harness import MARKETS, differences, exact_tables, gridsim_result
from tests.properties.shaped import shaped_scenario

Scenario = dict[str, Any]


def test_every_table_of_any_shape_agrees() -> None:
    """At most a fifth of the shapes may be refused; in the long run thousands are tried."""
    seeds = [random.getrandbits(32) for _ in range(max(8, MARKETS * 40 // 100))]
    outcomes = Counter(map(agrees, seeds))
    assert outcomes[False] * 5 <= len(seeds)


@pytest.mark.parametrize("kind", ["listing", "swap"])
def test_an_order_without_a_price_stands_in_a_session_of_takers_alone(kind: str) -> None:
    for seed in range(200):
        plain = shaped_scenario(SeededChooser(seed))
        rows = [n for n, row in enumerate(plain["tables"]["orders"], 1) if row["session"] == kind]
        takes = plain["shape"]["sessions"]["auction"].get("takers")
        if not rows or not takes or "load" in plain["tables"]:
            continue
        plain["tables"]["orders"][rows[0] - 1]["price_yuan_per_mwh"] = ""
        with pytest.raises(gridsim.ScenarioError) as caught:
            gridsim_result(plain)
        fault = next(fault for fault in caught.value.faults if fault.column == "price_yuan_per_mwh")
        assert (fault.file, fault.row) == ("orders", rows[0])
        assert str(fault.allowed) == "a price, or a session of kind auction"
        return
    raise AssertionError("no such market")


def agrees(seed: int) -> bool | None:
    """Settle a random market both ways; False if gridsim refuses it, None if the oracle does."""
    plain = shaped_scenario(SeededChooser(seed))
    try:
        expected = settle_market(plain)
    except FaultError:
        return None
    try:
        result = gridsim_result(plain)
    except gridsim.ScenarioError:
        return False
    assert differences(exact_tables(result), expected) == [], seed
    with tempfile.TemporaryDirectory() as folder:
        result.save(Path(folder) / "out", format="parquet")
        again = gridsim.Result.load(Path(folder) / "out")
        assert differences(exact_tables(again), expected) == [], seed
        again.check()
    return True
