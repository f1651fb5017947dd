"""Contracts as they stand as arrays: sides, kinds and contracts of rows that say all or nothing."""

from __future__ import annotations

import numpy as np

import gridsim
from gridsim.rules.shape import MARKET
from gridsim.trading.buyers import buyers_of
from gridsim.trading.held import NO_ROW, contract_texts, held_deals
from gridsim.trading.market import trade
from gridsim.trading.sessions import sessions_of
from gridsim.trading.trades import trades_table
from tests.oracle.scenarios_by_hand import CATALOGUE, KEY, user
from tests.properties.harness import text_frames


def scenario_of(*deals: dict[str, str]) -> gridsim.Scenario:
    rows = [
        {"product": "total", "month": "2021-05", "energy_mwh": "1", "price_yuan_per_mwh": "400"} | row for row in deals
    ]
    tables = {
        "generators": [{"generator_id": name} for name in ("G1", "G2")],
        "retailers": [{"retailer_id": "R"}],
        "users": [{**user("U", "conventional", retailer_id="R"), "peak_valley_tariff": "true"}],
        "tariffs": [{**KEY, **CATALOGUE}],
        "deals": rows,
        "meter": [],
    }
    return gridsim.scenario_from_tables(text_frames({"tables": tables}), name="deals", year=2021)


def test_an_empty_side_is_the_account_of_the_market() -> None:
    scenario = scenario_of({"buyer_id": "R", "seller_id": "G2"}, {"buyer_id": "R"}, {"seller_id": "G1"})
    buyers, sessions = buyers_of(scenario), sessions_of(scenario)
    held = held_deals(scenario, buyers, sessions)
    assert held.seller.tolist() == [1, 2, 0]  # behind the generators
    assert held.buyer.tolist() == [0, 0, NO_ROW]
    assert (held.account >= 0).tolist() == [False, False, True]
    cleared = trade(scenario, buyers, sessions)
    table = trades_table(cleared.trades, scenario, buyers, sessions).to_pydict()
    assert table["seller_id"] == ["G2", MARKET, "G1"]
    assert table["buyer_id"] == ["R", "R", MARKET]
    assert (cleared.trades.unit >= 0).tolist() == [True, True, False]


def test_rows_of_one_contract_are_one_and_others_are_their_own() -> None:
    scenario = scenario_of(
        *({"buyer_id": "R", **names} for names in (
            {"deal_id": "D1", "contract": "K"},
            {"deal_id": "D2", "contract": "K"},
            {"deal_id": "K"},  # the contract that the others name
            {"deal_id": "D4"},
            {},
        ))
    )  # fmt: skip
    contract = held_deals(scenario, buyers_of(scenario), sessions_of(scenario)).contract
    texts = np.array([*contract_texts(scenario), ""])
    assert texts[contract].tolist() == ["K", "K", "K", "D4", ""]
    assert len(set(contract.tolist())) == 3


def test_a_deal_has_its_kind_or_none() -> None:
    scenario = scenario_of({"buyer_id": "R", "kind": "monthly", "session": "挂牌"}, {"buyer_id": "R"})
    buyers, sessions = buyers_of(scenario), sessions_of(scenario)
    table = trades_table(trade(scenario, buyers, sessions).trades, scenario, buyers, sessions).to_pydict()
    assert table["kind"] == ["monthly", "deal"]
    assert table["session"] == ["挂牌", None]
