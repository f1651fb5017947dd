"""Which units a row of an input table is about, by hand for the mini scenario."""

from __future__ import annotations

import pandas as pd
import pytest

import gridsim
from gridsim.analysis.concerned import concerned, units_of_users


def rows(result: gridsim.Result, table: str, **of: str) -> pd.DataFrame:
    frame = result.inputs[table].to_pandas()
    for column, value in of.items():
        frame = frame[frame[column] == value]
    assert len(frame), of
    return frame


@pytest.mark.parametrize("table", ["meter", "users"])
def test_a_user_is_about_the_unit_that_it_buys_in(mini: gridsim.Result, table: str) -> None:
    users = units_of_users(mini.inputs, mini.rules.shape)
    for user in mini.inputs["users"].to_pylist():
        unit = f"{user['retailer_id'] or user['user_id']}/{user['mode']}"
        assert concerned(table, pd.DataFrame([user]), users) == {unit}


def test_a_tariff_is_about_all_units_with_such_users(mini: gridsim.Result) -> None:
    users = units_of_users(mini.inputs, mini.rules.shape)
    for tariff in mini.inputs["tariffs"].to_pylist():
        key = (tariff["tariff_class"], tariff["voltage"])
        expected = {
            f"{user['retailer_id'] or user['user_id']}/{user['mode']}"
            for user in mini.inputs["users"].to_pylist()
            if (user["tariff_class"], user["voltage"]) == key
        }
        assert concerned("tariffs", rows(mini, "tariffs", tariff_class=key[0], voltage=key[1]), users) == expected


def test_an_order_to_buy_is_about_the_mode_of_its_product(mini: gridsim.Result) -> None:
    users = units_of_users(mini.inputs, mini.rules.shape)
    for order in rows(mini, "orders", side="buy").to_dict("records"):
        mode = "conventional" if order["product"] == "total" else "tou"
        assert concerned("orders", pd.DataFrame([order]), users) == {f"{order['participant_id']}/{mode}"}
    assert concerned("orders", rows(mini, "orders", side="sell"), users) == frozenset()


def test_what_is_about_the_market_is_about_no_unit(mini: gridsim.Result) -> None:
    users = units_of_users(mini.inputs, mini.rules.shape)
    for table in ("generators", "sessions", "history"):
        assert concerned(table, mini.inputs[table].to_pandas(), users) == frozenset()
