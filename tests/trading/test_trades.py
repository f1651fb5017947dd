"""Trades as arrays, and the table that is a view of them."""

from __future__ import annotations

import numpy as np
import pytest

import gridsim
from gridsim.contracts.book import legs_of
from gridsim.trading.buyers import buyers_of
from gridsim.trading.market import trade
from gridsim.trading.sessions import sessions_of
from gridsim.trading.trades import NO_ROW, trades_table
from tests.properties.harness import text_frames
from tests.properties.scenarios import seeded_scenario
from tests.shared import sampled, scenario_in


def test_each_number_names_what_the_table_says() -> None:
    scenario = scenario_in()
    buyers, sessions = buyers_of(scenario), sessions_of(scenario)
    found = trade(scenario, buyers, sessions).trades
    table = trades_table(found, scenario, buyers, sessions).to_pydict()
    assert [buyers.ids[code] for code in found.buyer] == table["buyer_id"]
    assert [sessions.names[code] for code in found.session] == table["session"]
    assert [buyers.shape.product_ids[code] for code in found.product] == table["product"]
    for unit, buyer, product in zip(found.unit, table["buyer_id"], table["product"], strict=True):
        assert buyers.units.ids[unit] == f"{buyer}/{'conventional' if product == 'total' else 'tou'}"
        assert buyers.ids[buyers.units.buyer[unit]] == buyer
        assert buyers.shape.mode_ids[buyers.units.mode[unit]] == ("conventional" if product == "total" else "tou")
    is_bilateral = found.bilateral_row != NO_ROW
    assert [row is not None for row in table["bilateral_row"]] == is_bilateral.tolist()
    assert (found.sell_row[is_bilateral] == NO_ROW).all()
    assert (found.contract[~is_bilateral] == NO_ROW).all()


@pytest.mark.parametrize("seed", sampled(range(12), 6))
def test_legs_carry_what_their_trades_carry(seed: int) -> None:
    drawn = seeded_scenario(3000 + seed)
    scenario = gridsim.scenario_from_tables(
        text_frames(drawn), name=drawn["name"], year=drawn["year"], overrides=drawn["rules"]
    )
    found = trade(scenario, buyers_of(scenario), sessions_of(scenario)).trades
    legs = legs_of(found, scenario.rules.values, scenario.year, sessions_of(scenario))
    assert np.array_equal(legs.unit, found.unit[legs.trade])
    of_trade = np.zeros(len(found.energy), dtype=np.int64)
    np.add.at(of_trade, legs.trade, legs.energy)
    assert np.array_equal(of_trade, found.energy)
    gridsim.run(scenario).check()
