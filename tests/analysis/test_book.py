"""The two curves of one book."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import gridsim
from tests.analysis.plain import result_of, results
from tests.io.building import frames
from tests.shared import fresh


@results
def test_a_books_curves_meet_where_it_cleared(of: str) -> None:
    result = result_of(of)
    books = result.statistics.market_prices(("session", "product", "delivery", "segment"), {"kind": "annual_matched"})
    assert len(books)
    orders = result.inputs["orders"].to_pandas()
    for (session, product, delivery, segment), row in zip(books.index, books.itertuples(), strict=True):
        curve = result.statistics.curve(session, product, delivery, segment)
        assert dict(curve.book) == {"session": session, "product": product, "delivery": delivery, "segment": segment}
        exact, pairs = curve.exact["orders"], curve.exact["pairs"]
        assert pairs["energy_kwh"].sum() / 1000 == row.energy_mwh
        for side, falls in (("sell", False), ("buy", True)):
            of_side = exact[exact["side"] == side]
            prices = of_side["price_micro_yuan_per_kwh"].tolist()
            assert prices == sorted(prices, reverse=falls)
            assert of_side["to_kwh"].tolist() == of_side["energy_kwh"].cumsum().tolist()
            assert of_side["traded_kwh"].sum() == pairs["energy_kwh"].sum()
            assert (of_side["traded_kwh"] <= of_side["energy_kwh"]).all()
            # Under high-low matching what trades is the head of each curve.
            traded = of_side["traded_kwh"].to_numpy()
            first_open = [*np.flatnonzero(traded < of_side["energy_kwh"].to_numpy()), len(traded)][0]
            assert not traded[first_open + 1 :].any()
        rows = orders.iloc[exact["row"] - 1]
        assert rows["participant_id"].tolist() == exact["participant"].tolist()
        assert len(curve.supply) + len(curve.demand) == len(exact)


def test_a_book_that_is_not_named_enough_is_asked_for() -> None:
    statistics = fresh().statistics
    with pytest.raises(gridsim.ResultError, match=r"several books fit.*flat/2021/-, peak/2021/-, total/2021/-"):
        statistics.curve("AM-2021")
    with pytest.raises(gridsim.ResultError, match=r"no such book.*total/2021/-"):
        statistics.curve("AM-2021", "valley")
    with pytest.raises(gridsim.ResultError, match=r"no standing order in session 'AM-2022'.*nearest: AM-2021"):
        statistics.curve("AM-2022")


def test_rejected_orders_are_not_on_the_curve() -> None:
    result = fresh()
    rejected = result.exact.rejected
    unused = set(rejected.loc[rejected["table"] == "orders", "row"])
    assert unused
    shown: set[int] = set()
    for session, product, delivery, segment in result.statistics.market_prices(
        ("session", "product", "delivery", "segment")
    ).index:
        if not session.startswith("AB"):
            shown |= set(result.statistics.curve(session, product, delivery, segment).orders["row"])
    assert shown and not shown & unused


@pytest.mark.parametrize(
    ("heat_priority", "sellers"),
    [(True, [("G1", 100_000), ("G2", 20_000)]), (False, [("G2", 100_000), ("G1", 20_000)])],
)
def test_what_trades_stands_first_on_its_curve(heat_priority: bool, sellers: list[tuple[str, int]]) -> None:
    """At one price heat suppliers (G1) stand before an earlier order, or where the rule set asks not, behind it."""
    tables = frames()
    order = {"session": "AM", "product": "total", "month": "2021", "price_yuan_per_mwh": "340"}
    tables["orders"] = pd.DataFrame(
        [
            {**order, "participant_id": "G2", "side": "sell", "energy_mwh": "100", "submitted_at": "2020-12-10 10:00"},
            {**order, "participant_id": "G1", "side": "sell", "energy_mwh": "100", "submitted_at": "2020-12-10 10:01"},
            {**order, "participant_id": "U1", "side": "buy", "energy_mwh": "120", "submitted_at": "2020-12-10 10:02"},
        ]
    )
    scenario = gridsim.scenario_from_tables(
        tables, name="two sellers at one price", year=2021, overrides={"matching.heat_priority": heat_priority}
    )
    supply = gridsim.run(scenario).statistics.curve("AM").exact["orders"].query("side == 'sell'")
    assert list(zip(supply["participant"], supply["traded_kwh"], strict=True)) == sellers
