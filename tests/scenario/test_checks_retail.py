"""Retail contracts that say too little, too much, or the same month twice: each with its row, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from tests.io.building import untold
from tests.retail.worked import WORKED, write_worked
from tests.shared import faults_of

HEAD = (
    "user_id,from,to,kind,price,price_peak,reference,share,floor,cap,fee,deviation,free,rate,deviation_price,side,"
    "capped"
)
COLUMNS = HEAD.split(",")


def contract(**cells: str) -> str:
    """A row of the table; of what is not said, nothing."""
    row = {"user_id": "U1", "kind": "fixed", "price": "440"} | cells
    return ",".join(row.get(name, "") for name in COLUMNS)


def told(folder: Path) -> list[tuple[str, int | None, str | None, str]]:
    faults = faults_of(gridsim.load, folder)
    assert untold(faults) == []
    return [(fault.file, fault.row, fault.column, fault.message) for fault in faults]


FAULTS = [
    ({"from": "2021-06", "to": "2021-05"}, "from, to", "it ends before it begins"),
    ({"price": ""}, "price", "a fixed price that is not given for every period"),
    ({"fee": "3"}, "fee", "fixed makes nothing of fee"),
    ({"kind": "cost_plus", "fee": "1"}, "price", "cost_plus makes nothing of price"),
    ({"kind": "cost_plus", "price": ""}, "fee", "cost_plus without fee"),
    ({"kind": "spread_share", "price": "", "share": "0.5"}, "reference", "spread_share without reference"),
    (
        {"kind": "spread_share", "price": "", "share": "0.5", "reference": "-4", "floor": "9", "cap": "8"},
        "floor, cap",
        "the floor is above the cap",
    ),
    (
        {"kind": "spread_share", "price": "", "share": "50", "reference": "4"},
        "share",
        "probably a percentage: 50 % is 0.5",
    ),
    ({"kind": "spread_share", "price": "", "share": "0.00005", "reference": "4"}, "share", "more than 4 decimals"),
    ({"rate": "0.1"}, "rate", "a term of deviation that the retailer bears"),
    ({"deviation": "own"}, "rate, deviation_price", "no price of deviation"),
    (
        {"deviation": "price", "rate": "0.1", "deviation_price": "9"},
        "rate, deviation_price",
        "two prices of deviation",
    ),
    ({"deviation": "own", "rate": "0.1", "free": "1"}, "free", "all of the nomination or more"),
    ({"price_peak": "500"}, "price_peak", "a price by period in 2021-05, where tou_adjustment makes it one"),
    ({"user_id": "D"}, "user_id", "a user without a retailer"),
    ({"kind": "monthly"}, "kind", "unknown value"),
]


@pytest.mark.parametrize(("cells", "column", "message"), FAULTS)
def test_one_row(tmp_path: Path, cells: dict[str, str], column: str, message: str) -> None:
    files = {
        "users.csv": WORKED["users.csv"] + "D,industry,10kV,true,conventional,\n",
        "retail_contracts.csv": f"{HEAD}\n{contract(**cells)}\n",
    }
    assert told(write_worked(tmp_path, files)) == [("retail_contracts.csv", 1, column, message)]


def test_all_at_once(tmp_path: Path) -> None:
    rows = [contract(**cells) for cells, *_ in FAULTS if "user_id" not in cells]
    apart = [f"{row.replace('U1', f'V{place}')}" for place, row in enumerate(rows)]
    users = "".join(f"V{place},industry,10kV,true,conventional,R\n" for place in range(len(rows)))
    meter = "".join(f"V{place},2021-05,{period},1\n" for place in range(len(rows)) for period in ("peak", "flat"))
    nominations = "".join(f"V{place},2021-05,1\n" for place in range(len(rows)))
    files = {
        "users.csv": WORKED["users.csv"] + users,
        "meter.csv": WORKED["meter.csv"] + meter,
        "nominations.csv": WORKED["nominations.csv"] + nominations,
        "retail_contracts.csv": "\n".join([HEAD, *apart]) + "\n",
    }
    found = told(write_worked(tmp_path, files))
    assert {row for _, row, *_ in found} == set(range(1, len(rows) + 1))


def test_months_of_one_user(tmp_path: Path) -> None:
    rows = [contract(to="2021-05"), contract(**{"from": "2021-05", "to": "2021-06"}), contract(**{"from": "2021-07"})]
    files = {"retail_contracts.csv": "\n".join([HEAD, *rows]) + "\n"}
    assert told(write_worked(tmp_path, files)) == [
        ("retail_contracts.csv", 2, "user_id, from, to", "months that row 1 of this user has too")
    ]


def test_a_price_by_period_where_no_item_is(tmp_path: Path) -> None:
    users = WORKED["users.csv"].replace("true,conventional", "true,tou")
    files = {"users.csv": users, "retail_contracts.csv": f"{HEAD}\n{contract(price_peak='500')}\n"}
    deals = WORKED["bilateral.csv"].replace("total", "flat")
    assert gridsim.load(write_worked(tmp_path, files | {"bilateral.csv": deals})).given >= {"retail_contracts"}


@pytest.mark.parametrize(
    ("nominations", "place"),
    [
        (
            "",
            ("retail_contracts.csv", 1, "user_id, deviation", "no nomination in 2021-05, in which energy was metered"),
        ),
        (
            "U1,2021-05,peak,3\n",
            ("retail_contracts.csv", 1, "user_id, deviation", "no nomination in 2021-05, in which energy was metered"),
        ),
        (
            "U1,2021-05,,3\nU1,2021-05,peak,3\n",
            (
                "nominations.csv",
                2,
                "user_id, month, period",
                "a period of a month that another row nominates as a whole",
            ),
        ),
    ],
)
def test_nominations(tmp_path: Path, nominations: str, place: tuple[object, ...]) -> None:
    files = {
        "retail_contracts.csv": f"{HEAD}\n{contract(deviation='own', rate='0.1')}\n",
        "nominations.csv": "user_id,month,period,energy_mwh\n" + nominations,
    }
    assert told(write_worked(tmp_path, files)) == [place]


def test_no_nomination_where_nothing_is_metered(tmp_path: Path) -> None:
    meter = WORKED["meter.csv"].replace("U1,2021-05,peak,320\nU1,2021-05,flat,240\n", "")
    files = {
        "retail_contracts.csv": f"{HEAD}\n{contract(deviation='own', rate='0.1')}\n",
        "nominations.csv": None,
        "meter.csv": meter,
    }
    gridsim.load(write_worked(tmp_path, files))


def test_money_that_leaves_int64(tmp_path: Path) -> None:
    files = {
        "retail_contracts.csv": f"{HEAD}\n{contract(price='900000000')}\n",
        "meter.csv": WORKED["meter.csv"] + "U3,2021-05,peak,100000\n",
    }
    ((file, row, _, message),) = told(write_worked(tmp_path, files))
    assert (file, row) == ("retail_contracts.csv", None)
    assert message.startswith("what users pay their retailers could reach")


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("U1,2020,,,9\nU1,2020,01,,1\n", [1, 2]),
        ("U1,2020,01,,1\nU1,2020,01,peak,1\n", [1, 2]),
        ("U1,2020,01,peak,1\nU1,2020,01,flat,1\nU1,2020,02,,1\nU1,2019,,,4\nU2,2020,,peak,4\n", []),
    ],
)
def test_history_in_parts(tmp_path: Path, rows: str, wrong: list[int]) -> None:
    head = "user_id,year,month,period,energy_mwh\n"
    folder = write_worked(tmp_path, {"history.csv": head + rows})
    if not wrong:
        gridsim.load(folder)
        return
    assert [row for _, row, *_ in told(folder)] == wrong
