"""A view holds what is its participant's and what is published, and nothing of anybody else."""

import pickle
import struct
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import gridsim
from tests.shared import scenario_in


@pytest.fixture(scope="module")
def market() -> gridsim.Market:
    found = gridsim.Market(scenario_in())
    while found.next is not None and found.next.id != "HY-2021":
        found.clear()
    found.settle("2021-02")
    return found


def searched(view) -> str:
    """Everything that a view holds, as texts and as the bytes of its pickle, before and after its frames are made."""
    names = ("orders", "filings", "trades", "positions", "prices", "meter", "history")
    raw = pickle.dumps(view)
    frames = [getattr(view, name) for name in names]
    texts = [frame.to_csv() + frame.to_json(date_format="iso") for frame in frames]
    return "\n".join([*texts, raw.decode("latin-1"), pickle.dumps(view).decode("latin-1")])


def figures(frame: pd.DataFrame) -> set[str]:
    return {f"{value:.10g}" for column in ("energy_mwh", "price_yuan_per_mwh") for value in frame[column]}


@pytest.mark.parametrize("who", ["R1", "U4", "U1", "G2"])
def test_no_other_party_stands_in_it(market, who):
    view = market.open("HY-2021", who)
    text = searched(view)
    others = {"G1", "G2", "G3", "R1", "U1", "U2", "U3", "U4", "U5", "U6"} - {who}
    users = {"R1": {"U1", "U2", "U3"}}.get(who, set())
    partners = {"R1": {"G1", "G2"}, "U4": {"G1"}, "G2": {"R1"}}.get(who, set())  # of filed contracts
    for name in others - users - partners:
        for cell in (f",{name},", f'"{name}"', f"{name}/"):
            assert cell not in text, cell
        assert name not in view.trades["counterparty_id"].tolist()


def test_no_figure_of_another_stands_in_it():
    """The orders of others have figures of their own here, which no mean and no sum meets."""
    scenario = scenario_in()
    orders = scenario.tables["orders"]
    row = range(len(orders))
    changed = orders.assign(
        energy_kwh=[energy + 7 * place + 1 for energy, place in zip(orders["energy_kwh"], row, strict=True)],
        price_micro_yuan_per_kwh=[
            price + 13 * place + 1 for price, place in zip(orders["price_micro_yuan_per_kwh"], row, strict=True)
        ],
    )
    market = gridsim.Market(replace(scenario, tables={**scenario.tables, "orders": changed}))
    while market.next is not None and market.next.id != "M-2021-09":
        market.clear()
    view = market.open("M-2021-09", "R1")
    is_own = (changed["participant_id"] == "R1").to_numpy()
    # What R1 buys of an order may be all of it: that is R1's own result.
    met = market.trades.query("buyer_id == 'R1'")["sell_row"].dropna().astype(int) - 1
    never_met = ~is_own & ~np.isin(np.arange(len(changed)), met)
    # What a book came to is published, be it one pair.
    totals = set((view.prices["energy_mwh"] * 1000).round().astype(int))
    energies = [value for value in changed["energy_kwh"][never_met].tolist() if value not in totals]
    hidden = [*changed["price_micro_yuan_per_kwh"][~is_own].tolist(), *energies]
    shown = set().union(*(figures(frame) for frame in (view.orders, view.filings, view.trades, view.positions)))
    shown |= {f"{value:.10g}" for value in view.prices["price_yuan_per_mwh"]}
    raw = pickle.dumps(view)
    assert len(hidden) > 30
    assert not {f"{value / 1000:.10g}" for value in hidden} & shown
    assert not [value for value in hidden if struct.pack("<q", value) in raw or struct.pack("<d", value / 1000) in raw]
    for value in changed["price_micro_yuan_per_kwh"][is_own]:  # or the search would find nothing at all
        assert struct.pack("<q", value) in raw and struct.pack("<d", value / 1000) in raw


def test_what_is_its_own(market, mini):
    view = market.open("HY-2021", "R1")
    assert set(view.orders["participant_id"]) == {"R1"}
    assert view.orders["reason"].tolist()[:3] == ["superseded", *view.orders["reason"].tolist()[1:3]]
    assert view.orders["reason"].notna().sum() == 2
    assert set(view.filings["buyer_id"]) == {"R1"}
    assert set(view.trades["side"]) == {"buy"}
    assert set(view.meter["month"]) == {"2021-01", "2021-02"}
    assert set(view.meter["user_id"]) == set(view.history["user_id"]) == {"U1", "U2", "U3"}
    april = view.positions.set_index(["unit_id", "month"]).loc[("R1/conventional", "2021-04")]
    whole = mini.positions.query("unit_id == 'R1/conventional' and month == '2021-04'")
    assert april["energy_mwh"] == whole["contract_mwh"].item()


def test_what_is_published(market):
    prices = market.open("HY-2021").prices.set_index(["session", "product", "month"])
    april = prices.loc[("M-2021-04", "total", "2021-04")]
    trades = market.trades.query("session == 'M-2021-04' and product == 'total'")
    assert april["energy_mwh"] == trades["energy_mwh"].sum()
    mean = (trades["energy_mwh"] * trades["price_yuan_per_mwh"]).sum() / trades["energy_mwh"].sum()
    assert april["price_yuan_per_mwh"] == pytest.approx(mean, abs=0.001)
    assert "AB-2021" not in prices.index.get_level_values(0)  # contracts of two are nobody else's


def test_a_seller_sees_what_it_sold(market):
    view = market.open("HY-2021", "G2")
    assert set(view.positions["generator_id"]) == {"G2"}
    assert set(view.trades["side"]) == {"sell"}
    assert not len(view.meter)


def test_an_onlooker_sees_what_is_published_alone(market):
    view = market.open("HY-2021")
    assert not any(len(frame) for frame in (view.orders, view.filings, view.trades, view.positions, view.meter))
    assert len(view.prices) == 7
    assert "an onlooker" in repr(view)
