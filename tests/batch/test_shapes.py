"""Batches of markets of any shape: each draw is what settlement gives of the same energies, to the micro-yuan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.batch.drawn_load import LoadModel, compile_load
from gridsim.batch.engine import Block, settle_block
from gridsim.batch.layout import lay_out
from gridsim.batch.market import Traded, put_in_order
from gridsim.batch.packed import pack_by
from gridsim.batch.prepared import Prepared
from gridsim.core.draws.arrays import allocate_scratch
from gridsim.core.draws.draw import FACTOR_BITS, FACTOR_HALF, TERM, CommonDraws, draw_factors
from gridsim.errors import ScenarioError
from gridsim.settlement.driver import settle_within_bounds
from gridsim.settlement.sellers import settling_months
from tests.oracle import FaultError
from tests.properties.draws import SeededChooser
from tests.properties.harness import portion
from tests.properties.shaped import shaped_scenario
from tests.properties.shapes import random_shape
from tests.settlement.shaped import Shaped

DRAWS, SEED = 5, 77
LOAD: dict[str, Any] = {
    "own": {"distribution": "lognormal", "sigma": 0.4},
    "period": {"distribution": "uniform", "parameters": {"loc": 0.3, "scale": 1.4}},
}


@portion(60)
@given(st.integers(0, 2**32 - 1))
def test_any_shape_in_a_batch_is_any_shape_in_a_run(seed: int) -> None:
    in_a_batch(seed)


def test_a_price_that_a_draw_needs_and_its_month_lacks_is_a_fault_as_in_a_run() -> None:
    found = [in_a_batch(seed, lacking=True) for seed in range(12)]
    assert True in found


def in_a_batch(seed: int, *, lacking: bool = False) -> bool | None:
    """Settle draws of a random market both ways; None if the oracle has a fault of it, True if a price lacked."""
    choose = SeededChooser(seed)
    shape = random_shape(choose)
    if lacking:
        for mode in shape["modes"].values():
            for band in mode["under"][:1]:
                band["price"] = "in_band_mean"
            mode["over"][-1]["price"] = {"sum": ["in_band_mean", {"market": "agency_price"}]} if seed % 2 else "7"
    try:
        shaped = Shaped(shaped_scenario(choose, shape))
    except FaultError:
        return None
    prepared = prepared_of(shaped)
    every, lacked = Block(0, len(prepared.unit_ids), 0, DRAWS), False
    for draw in range(DRAWS):
        block = every._replace(draw_first=draw, draw_last=draw + 1)
        try:
            items, cost = run_alone(shaped, drawn(shaped, prepared, draw), prepared.items)
        except ScenarioError:
            lacked = True
            with pytest.raises(ScenarioError):
                settle_block(prepared, block, SEED)
            continue
        outcome = settle_block(prepared, block, SEED)
        assert dict(zip(prepared.items, outcome.items[0].tolist(), strict=True)) == items
        assert outcome.cost[:, 0].tolist() == cost
    if not lacked:
        whole = settle_block(prepared, every, SEED)
        assert np.array_equal(whole.items[-1], outcome.items[0])
        assert np.array_equal(whole.cost[:, -1], outcome.cost[:, 0])
    return lacked


def traded_of(shaped: Shaped) -> Traded:
    rank = None
    if shaped.market.shape["order_of_legs"] != "pro_rata":
        positions = shaped.positions(trial=False)
        order = shaped._order(positions)
        rank = np.zeros(len(shaped.book), dtype=np.int64)
        rank[positions.leg[order]] = np.arange(len(order))
    return put_in_order(
        shaped.book, shaped.meter, shaped.shape,
        months=settling_months(shaped.shape, shaped.meter, shaped.generation),
        units=np.array(shaped.units, dtype=object),
        users=np.array(shaped.users, dtype=object),
        tariffs=shaped.tariffs,
        is_peak_valley=shaped.on_tariff,
        is_priority=shaped.is_priority,
        classes=np.zeros(len(shaped.users), dtype=np.int64),
        leg_rank=rank,
        prices=shaped.rules.prices,
    )  # fmt: skip


def prepared_of(shaped: Shaped) -> Prepared:
    traded = traded_of(shaped)
    count = len(traded.unit_ids)
    layout = lay_out(traded, 0, count, has_period=True)
    packed = pack_by(layout, shaped.rules)
    market = packed.market
    total = np.concatenate([[0], np.cumsum(market.contract)]).astype(np.int64)
    return Prepared(
        unit_ids=traded.unit_ids,
        is_outside=traded.is_outside,
        contract_kwh=total[market.position_start[1:]] - total[market.position_start[:-1]],
        cell_start=market.cell_start[market.position_start],
        packed=packed,
        periods=len(shaped.shape.periods),
        classes=1,
        load=compile_load(LoadModel.model_validate(LOAD)),
        transferred=traded.transferred,
        party=traded.party,
        party_ids=traded.party_ids,
        is_retailer=traded.is_retailer,
        product=traded.positions.product,
        transferred_at=traded.transferred_at,
        products=tuple(shaped.shape.product_ids),
    )


def drawn(shaped: Shaped, prepared: Prepared, draw: int) -> np.ndarray:
    """The energies of the meter in a draw."""
    meter, count, periods = shaped.meter, len(shaped.users), len(shaped.shape.periods)
    scratch = allocate_scratch(count, 0, 0, 0, 1, items=0, periods=periods)
    shared = CommonDraws(np.full((12, 1), 1 << FACTOR_BITS), np.zeros((0, 1), dtype=np.int64), np.ones(12, dtype=bool))
    month = meter.month.astype(np.int64)
    place = (meter.user * np.int64(periods) + meter.period) * TERM + month % TERM
    energy = np.zeros_like(meter.energy)
    users = np.arange(count)
    for term in range(3):
        draw_factors(
            SEED, 0, draw, term, users, 0, count, np.zeros(count, dtype=np.int64), prepared.load.factors, shared, 0,
            periods, scratch.factor, scratch.draw, 1,
        )  # fmt: skip
        here = month // TERM == term
        energy[here] = (meter.energy[here] * scratch.factor[place[here], 0] + FACTOR_HALF) >> FACTOR_BITS
    return energy


def run_alone(shaped: Shaped, energy: np.ndarray, names: tuple[str, ...]) -> tuple[dict[str, int], list[int]]:
    """Money by item and by unit, as settlement has it."""
    given = shaped.meter
    shaped.meter = replace(given, energy=energy, tariff_period=given.tariff_period)
    if given.tariff_period is given.period:
        shaped.meter = replace(given, energy=energy)
    try:
        outcome, outside = shaped.settle(settle_within_bounds, trial=False), shaped.unitless()
    finally:
        shaped.meter = given
    items = dict.fromkeys(names, 0)
    cost = np.zeros(len(shaped.units) + len(shaped.users), dtype=np.int64)
    positions, cells = outcome.positions, outcome.by_cell

    def add(item: str, where: np.ndarray, money: np.ndarray) -> None:
        if money.any():
            items[item] += int(money.sum())
        np.add.at(cost, where, money)

    add("energy", positions.unit, outcome.by_position.energy_money)
    add("shortfall", positions.unit, outcome.by_position.shortfall_money)
    unit, every = positions.unit[positions.position_of_cell], slice(None)
    for band, over in enumerate(cells.over):
        add("overrun", unit, over * cells.price_of_over(band, every))
    for number, item in enumerate(shaped.rules.ways.items):
        on = cells.energy_of_charge(number, every, energy[positions.cell])
        add(item, unit, on * cells.price_of_charge(number, every))
    for fee in outcome.fees:
        add("deviation_fee", positions.unit, fee.energy * fee.price)
    for charge in outside.charges:
        user = len(shaped.units) + given.user[outside.cell[charge.row]]
        add(charge.item, user, outside.energy[charge.row] * charge.price)
    traded = traded_of(shaped)
    row = np.where(traded.is_outside, len(shaped.units), 0) + traded.unit_number
    return items, cost[row].tolist()
