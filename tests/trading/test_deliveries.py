"""Deliveries of several months: a quarter, or from month to month, in the whole path."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import gridsim
from gridsim.calendar import deliveries, delivery_months
from gridsim.trading.deliveries import month_count, month_of_delivery
from tests.io.building import write_files
from tests.shared import faults_of

ORDERS = "session,participant_id,side,product,month,segment,price_yuan_per_mwh,energy_mwh,submitted_at\n"
BILATERAL = (
    "session,contract_id,generator_id,buyer_id,product,month,energy_mwh,price_yuan_per_mwh,filed_at,confirmed_at\n"
)


def test_positions_tell_the_months() -> None:
    for place, name in enumerate(deliveries(2021)):
        months = delivery_months(name, 2021)
        assert f"2021-{int(month_of_delivery(np.array([place]))[0]) + 1:02d}" == months[0]
        assert int(month_count(np.array([place]))[0]) == len(months)


def with_rows(folder: Path, orders: str, bilateral: str = "") -> Path:
    files = {"orders.csv": ORDERS + orders, "bilateral.csv": BILATERAL + bilateral, "sessions.csv": None}
    return write_files(folder, files)


def test_equal_deliveries_are_one_book_and_are_split_to_months(tmp_path: Path) -> None:
    orders = (
        "AM,G1,sell,total,2021-Q2,,300,91,2020-12-10T10:00\nAM,U1,buy,total,2021-04/2021-06,,320,91,2020-12-10T10:00\n"
        "AM,G1,sell,total,2021年5-6月,,300,61,2020-12-10T10:00\nAM,U1,buy,total,2021-05/2021-06,,310,61,2020-12-10T10:00\n"
    )
    bilateral = "AB,C1,G2,U1,total,2021-02/2021-03,59,333,2020-12-07T10:00,2020-12-07T11:00\n"
    result = gridsim.run(gridsim.load(with_rows(tmp_path / "in", orders, bilateral)))
    assert result.trades["month"].tolist() == ["2021-02/2021-03", "2021-05/2021-06", "2021-Q2"]  # books by text
    legs = [(row.month, row.energy_mwh) for row in result.legs.itertuples()]
    assert legs == [
        ("2021-02", 28), ("2021-03", 31), ("2021-05", 31), ("2021-06", 30), ("2021-04", 30), ("2021-05", 31),
        ("2021-06", 30),
    ]  # fmt: skip
    result.save(tmp_path / "out", format="parquet")
    saved = gridsim.Result.load(tmp_path / "out")
    for lang, words in {"en": "2021-04 to 2021-06", "zh": "2021年4月至2021年6月"}.items():
        assert words in str(saved.explain("U1/conventional", "2021-05", "total", lang=lang))
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["scenario"]["name"] == "small"


@pytest.mark.parametrize(
    ("month", "message"),
    [("2021-06/2021-04", "not a delivery"), ("2021-Q5", "not a delivery"), ("2022-Q1", "delivery outside the year"),
     ("2021-11/2022-02", "not a delivery")],
)  # fmt: skip
def test_what_is_no_delivery(tmp_path: Path, month: str, message: str) -> None:
    order = f"AM,U1,buy,total,{month},,320,91,2020-12-10T10:00\n"
    (fault,) = faults_of(gridsim.load, with_rows(tmp_path, order))
    assert (fault.message, fault.value) == (message, month)
    assert "2021-Q2, 2021-04/2021-05" in fault.allowed


def test_one_filing_names_a_delivery_once_however_it_is_written(tmp_path: Path) -> None:
    rows = "".join(
        f"AB,C1,G1,U1,total,{month},59,333,2020-12-07T10:00,2020-12-07T11:00\n"
        for month in ("2021-Q2", "2021-04/2021-06")
    )
    (fault,) = faults_of(gridsim.load, with_rows(tmp_path, "", rows))
    assert fault.message == "duplicate row: row 1 has the same"


def test_a_frame_of_orders_is_cleared_by_deliveries() -> None:
    orders = [
        {"participant_id": "G", "side": "sell", "month": "2021-04/2021-06", "price_yuan_per_mwh": 300, "energy_mwh": 5},
        {"participant_id": "B", "side": "buy", "month": "2021-Q2", "price_yuan_per_mwh": 320, "energy_mwh": 3},
        {"participant_id": "B", "side": "buy", "month": "2021-04/2021-05", "price_yuan_per_mwh": 320, "energy_mwh": 3},
    ]
    (trade,) = gridsim.clear(orders)
    assert (trade["month"], trade["energy_mwh"]) == ("2021-Q2", 3)
