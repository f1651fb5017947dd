"""Results and what is asked of them go to other processes and are copied."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import gridsim
from gridsim.analysis import optimal_cover
from tests.shared import MINI

WAYS: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda one: pickle.loads(pickle.dumps(one)),
    "deepcopy": copy.deepcopy,
}


@pytest.fixture(scope="module")
def ran() -> gridsim.Result:
    return gridsim.run(MINI)


def same(one: gridsim.Result, other: gridsim.Result) -> None:
    for name in one.manifest["counts"]["results"]:
        assert one.exact.arrow(name).equals(other.exact.arrow(name)), name
    assert dict(one.manifest) == dict(other.manifest)
    assert one.rules == other.rules
    assert {name: len(table) for name, table in one.inputs.items()} == {n: len(t) for n, t in other.inputs.items()}


def test_a_folder_runs_as_its_scenario_does(ran: gridsim.Result) -> None:
    same(ran, gridsim.run(gridsim.load(MINI)))
    same(ran, gridsim.run(str(MINI), progress=True))


@pytest.mark.parametrize("way", WAYS)
def test_a_result_travels(ran: gridsim.Result, way: str, tmp_path: Path) -> None:
    ran.save(tmp_path)
    for result in (ran, gridsim.Result.load(tmp_path)):
        arrived = WAYS[way](result)
        same(result, arrived)
        assert str(arrived.explain("R1/tou", "2021-04")) == str(ran.explain("R1/tou", "2021-04"))
        arrived.check()


@pytest.mark.parametrize("way", WAYS)
def test_what_is_asked_of_a_result_travels(ran: gridsim.Result, way: str) -> None:
    statistics = ran.statistics.where(month="2021-04")
    assert WAYS[way](statistics).money().equals(statistics.money())
    table = statistics.energy()
    arrived = WAYS[way](table)
    assert arrived.equals(table)
    assert arrived.exact.equals(table.exact)
    later = gridsim.run(gridsim.load(MINI).with_load("1.07"))
    comparison = ran.compare(later)
    assert WAYS[way](comparison).difference().equals(comparison.difference())
    assert WAYS[way](ran.exact).ledger.equals(ran.exact.ledger)
    assert WAYS[way](ran.settled).ledger.equals(ran.settled.ledger)


@pytest.mark.parametrize("way", WAYS)
def test_what_stands_beside_a_result_travels(ran: gridsim.Result, way: str) -> None:
    scenario = gridsim.load(MINI)
    arrived = WAYS[way](scenario)
    assert arrived.hash == scenario.hash
    same(ran, gridsim.run(arrived))
    assert WAYS[way](ran.rules) == ran.rules
    assert str(WAYS[way](ran.explain("R1/tou", "2021-04"))) == str(ran.explain("R1/tou", "2021-04"))
    legs = pa.table({"energy_mwh": [600, 400], "price_yuan_per_mwh": [350, 360]})
    cells = pd.DataFrame({"energy_mwh": [1100], "overrun_price_yuan_per_mwh": [600]})
    settled = gridsim.settle(legs, cells, by=[], bands=WAYS[way](gridsim.Bands.henan_conventional()))
    assert [pa.table(one).equals(pa.table(two)) for one, two in zip(WAYS[way](settled), settled, strict=True)] == [
        True
    ] * 3


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("risk", [0, 0.5])
def test_a_cover_travels(way: str, risk: float) -> None:
    scenario = gridsim.load(MINI)
    cover = optimal_cover(scenario, "U5/conventional", load=[0.9, 1.0, 1.1], price=350, risk=risk)
    arrived = WAYS[way](cover)
    assert arrived.table.equals(cover.table)
    assert (arrived.expected_yuan, arrived.cvar_yuan) == (cover.expected_yuan, cover.cvar_yuan)
    for mine, theirs in zip(arrived.positions, cover.positions, strict=True):
        assert mine.exact_curve().equals(theirs.exact_curve())
        assert mine.quantile_form("zh") == theirs.quantile_form("zh")


@pytest.mark.parametrize("table", ["positions", "leg_settlement", "cell_settlement", "ledger"])
def test_both_settlements_by_themselves(ran: gridsim.Result, table: str) -> None:
    whole = getattr(ran, table)
    for part, trial in ((ran.settled, False), (ran.trial, True)):
        rows = getattr(part, table)
        assert len(rows) > 0
        pd.testing.assert_frame_equal(rows, whole[whole["trial"] == trial].reset_index(drop=True))
