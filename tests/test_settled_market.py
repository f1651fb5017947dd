"""A month settled by itself is the month of the year; what is not made again is as it would be."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import gridsim
from gridsim.io.named_frames import ExactTables
from gridsim.io.table_sets import MadeTables
from gridsim.reconcile.variants import with_cells, with_rule, without_rows
from gridsim.settled_market import SettledAgain, settled_market
from gridsim.stages import Stages
from tests.shared import SCENARIOS

if TYPE_CHECKING:
    from gridsim.scenario import Scenario

MARKETS = ("henan-2021-mini", "jiangsu-2023-mini", "retailer-2021")


@cache
def market(name: str) -> Scenario:
    return gridsim.load(SCENARIOS / name)


def lines(ledger: pd.DataFrame) -> pd.DataFrame:
    """Without what counts the lines of all months."""
    return ledger.drop(columns="line").reset_index(drop=True)


def whole(scenario: Scenario) -> pd.DataFrame:
    return ExactTables(MadeTables(settled_market(scenario, 1, Stages()).tables)).ledger


@pytest.mark.parametrize("name", MARKETS)
def test_a_month_by_itself_is_the_month_of_the_year(name: str) -> None:
    scenario = market(name)
    year = whole(scenario)
    months = sorted(set(year["month"]))
    for month in (months[0], months[-1]):
        again = SettledAgain([month])
        short = again.shortened(scenario)
        assert set(short.tables["meter"]["month"]) == {month}
        assert_frame_equal(lines(again.tables(short).ledger), lines(year[year["month"] == month]), check_dtype=False)


@pytest.mark.parametrize("name", MARKETS)
def test_variants_one_after_the_other_settle_as_each_does_afresh(name: str) -> None:
    scenario = market(name)
    month = sorted(set(scenario.tables["meter"]["month"]))[-1]
    again = SettledAgain([month])
    short = again.shortened(scenario)
    ours = lines(again.tables(short).ledger)
    moved = 0
    for variant in variants(short):
        fresh = whole(variant)
        expected = lines(fresh[fresh["month"] == month])
        assert_frame_equal(lines(again.tables(variant).ledger), expected, check_dtype=False)
        moved += not expected.equals(ours)
        assert_frame_equal(lines(again.tables(short).ledger), ours)
    assert moved >= 3


def variants(short: Scenario) -> list[Scenario]:
    """One thing otherwise: a reading, a tariff, a user, a rule, a contract, a row less."""
    first, tables = np.array([0]), short.tables
    found = [with_cells(short, "meter", first, {"energy_kwh": int(tables["meter"]["energy_kwh"].iloc[0]) + 12_345})]
    price = next(str(name) for name in tables["tariffs"] if str(name).endswith("_micro_yuan_per_kwh"))
    found.append(with_cells(short, "tariffs", first, {price: int(tables["tariffs"][price].iloc[0]) + 1_000}))
    found.append(with_cells(short, "users", first, {"voltage": tables["users"]["voltage"].iloc[-1]}))
    found.append(with_cells(short, "users", first, {"exit_month": tables["meter"]["month"].iloc[0]}))
    for path in ("settlement.conventional.upper", "deviation.over_free"):
        if path in short.rules.catalogue.kinds:
            found.append(with_rule(short, path, "1.01" if "upper" in path else "0.01"))
    for table in ("bilateral", "deals", "orders"):
        if len(tables[table]):
            energy = int(tables[table]["energy_kwh"].iloc[0])
            found.append(with_cells(short, table, first, {"energy_kwh": energy // 2}))
            found.append(with_cells(short, table, first, {"price_micro_yuan_per_kwh": 333_000}))
            found.append(without_rows(short, table, first))
    return [replace(each, hash="") for each in found]
