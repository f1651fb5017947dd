"""The tables of results as plain pandas, and groups of them by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pytest

import gridsim
from tests.shared import MINI, PROVINCE, fresh, loaded

Frame = pd.DataFrame


RESULTS: dict[str, Callable[[], gridsim.Result]] = {
    "mini": fresh,
    "mini from CSV": lambda: loaded(MINI, "csv"),
    "province from Parquet": lambda: loaded(PROVINCE),
}


results = pytest.mark.parametrize(
    "of", [pytest.param(name, marks=pytest.mark.slow if "province" in name else ()) for name in RESULTS]
)


def result_of(of: str) -> gridsim.Result:
    return RESULTS[of]()


@cache
def plain_ledger(of: str) -> Frame:
    """The exact ledger with every dimension as a column of its own, found the slow way."""
    result = result_of(of)
    ledger = result.exact.ledger.drop(columns=["user_id"]).assign(user=result.exact.ledger["user_id"])
    inputs = {name: table.to_pandas() for name, table in result.inputs.items()}
    users = inputs["users"].astype({"tariff_class": "str", "voltage": "str"}).set_index("user_id")
    groups = {"GRID": "grid", "GOVERNMENT": "government"}
    for table, key in (("generators", "generator_id"), ("retailers", "retailer_id"), ("users", "user_id")):
        groups |= dict.fromkeys(inputs[table][key], table)
    legs = result.exact.legs.merge(
        result.exact.trades["kind"], left_on="trade_row", right_index=True, how="left"
    ).set_index("leg_id")
    legs["kind"] = [result.exact.trades["kind"].iloc[row - 1] for row in legs["trade_row"]]
    ledger["unit"] = ledger["unit_id"]
    ledger["buyer"] = ledger["unit_id"].str.rsplit("/", n=1).str[0]
    ledger["mode"] = ledger["unit_id"].str.rsplit("/", n=1).str[1]
    ledger["retailer"] = ledger["buyer"].where(ledger["buyer"].isin(inputs["retailers"]["retailer_id"]))
    ledger["user"] = ledger["user"].fillna(ledger["buyer"].where(ledger["buyer"].isin(users.index)))
    ledger["tariff_class"] = ledger["user"].map(users["tariff_class"])
    ledger["voltage"] = ledger["user"].map(users["voltage"])
    ledger["generator"] = ledger["payee"].where(ledger["payee"].map(groups) == "generators")
    ledger["product"] = ledger["leg_id"].map(legs["product"])
    of_cell = ledger["period"].where(ledger["mode"] == "tou").mask(ledger["mode"] == "conventional", "total")
    ledger["product"] = ledger["product"].fillna(of_cell)
    ledger["session"] = ledger["leg_id"].map(legs["session"])
    ledger["kind"] = ledger["leg_id"].map(legs["kind"])
    ledger["payer_group"] = ledger["payer"].map(groups)
    ledger["payee_group"] = ledger["payee"].map(groups)
    return ledger


def grouped(frame: Frame, by: tuple[str, ...], columns: list[str], how: str = "sum") -> dict[Any, list[int]]:
    """Sums of integer columns by group, as plain Python."""
    if not by:
        return {(): [int(getattr(frame[column], how)()) for column in columns]}
    keys = [frame[name].astype(object).fillna("").astype(object) for name in by]
    sums = frame.groupby(keys)[columns].agg(how)
    return {
        (key if isinstance(key, tuple) else (key,)): list(map(int, row))
        for key, row in zip(sums.index, sums.to_numpy(), strict=True)
    }


def as_dict(table: Frame, columns: list[str]) -> dict[Any, list[int]]:
    keys = [key if isinstance(key, tuple) else (key,) for key in table.index]
    if isinstance(table.index, pd.RangeIndex):
        keys = [()]
    return {key: list(map(int, row)) for key, row in zip(keys, table[columns].to_numpy(), strict=True)}


def with_units(frame: Frame, result: gridsim.Result) -> Frame:
    frame = frame.assign(unit=frame["unit_id"])
    frame["mode"] = frame["unit_id"].str.rsplit("/", n=1).str[1]
    buyer = frame["unit_id"].str.rsplit("/", n=1).str[0]
    retailers = result.inputs["retailers"].to_pandas()["retailer_id"]
    frame["retailer"] = buyer.where(buyer.isin(retailers))
    return frame


def order(statistics: Any, dimensions: list[str], key: Any) -> tuple[int, ...]:
    texts = key if isinstance(key, tuple) else (key,)
    return tuple(statistics.values(name).index(text) for name, text in zip(dimensions, texts, strict=True))
