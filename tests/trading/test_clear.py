from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from gridsim.errors import InputOverflowError, ScenarioError
from gridsim.tables import encoded, fixed
from gridsim.trading import placing
from tests.core.books import Bid, Book, Terms, all_terms, match_one

WORKED = [  # rulebook, case high_low_matching
    ("B1", "buy", 360, 400), ("B2", "buy", 355, 300), ("B3", "buy", 340, 200),
    ("S1", "sell", 335, 300), ("S2", "sell", 345, 400), ("S3", "sell", 350, 500),
]  # fmt: skip
NEEDED = ["participant_id", "side", "price_yuan_per_mwh", "energy_mwh"]
TRADE = ["seller_id", "buyer_id", "energy_mwh", "price_yuan_per_mwh"]


def worked(**more: object) -> pd.DataFrame:
    return pd.DataFrame(WORKED, columns=NEEDED).assign(**more)


def trades_of(frame: pd.DataFrame) -> list[tuple]:
    return list(frame[TRADE].itertuples(index=False, name=None))


def faults_of(frame: pd.DataFrame) -> list[tuple]:
    with pytest.raises(ScenarioError) as caught:
        gridsim.clear(frame)
    assert all(fault.file == "orders" for fault in caught.value.faults)
    return [(fault.row, fault.column, fault.value, fault.message) for fault in caught.value.faults]


@contextmanager
def in_blocks() -> Iterator[None]:
    """As if there were many orders: columns are read in one pass, and placed in blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fixed, "MANY", 1)
        patch.setattr(encoded, "_MANY", 1)
        patch.setattr(placing, "BLOCK", 3)
        yield


EXPECTED = [("S1", "B1", 300.0, 347.5), ("S2", "B1", 100.0, 352.5), ("S2", "B2", 300.0, 350.0)]


def test_the_worked_case_of_high_low_matching():
    trades = gridsim.clear(worked())
    assert trades.columns.tolist() == [*TRADE, "sell_row", "buy_row"]
    assert trades_of(trades) == EXPECTED
    assert trades["sell_row"].tolist() == [4, 5, 5]
    assert trades["buy_row"].tolist() == [1, 1, 2]


def test_the_worked_case_of_heat_priority():
    orders = pd.DataFrame(
        [("B1", "buy", 350, 400, None, "2021-01-01 09:00"), ("S1", "sell", 345, 300, False, "2021-01-01 09:00"),
         ("S2", "sell", 345, 300, True, "2021-01-01 09:01")],
        columns=[*NEEDED, "heat_priority", "submitted_at"],
    )  # fmt: skip
    assert trades_of(gridsim.clear(orders)) == [("S2", "B1", 300.0, 347.5), ("S1", "B1", 100.0, 347.5)]
    by_time = gridsim.clear(orders.drop(columns="heat_priority"))
    assert trades_of(by_time) == [("S1", "B1", 300.0, 347.5), ("S2", "B1", 100.0, 347.5)]
    for_buyers_it_means_nothing = orders.assign(heat_priority=[True, False, False])
    pd.testing.assert_frame_equal(gridsim.clear(for_buyers_it_means_nothing), by_time)


def test_options():
    assert [row[3] for row in trades_of(gridsim.clear(worked(), mechanism="uniform"))] == [350.0] * 3
    assert [row[3] for row in trades_of(gridsim.clear(worked(), k=0))] == [335.0, 345.0, 345.0]
    assert [row[3] for row in trades_of(gridsim.clear(worked(), k=Decimal("1.0")))] == [360.0, 360.0, 355.0]
    assert [row[3] for row in trades_of(gridsim.clear(worked(), k=0.1234))] == [338.085, 346.851, 346.234]
    even = worked(price_yuan_per_mwh=350)
    assert [row[2] for row in trades_of(gridsim.clear(even, ties="pro_rata"))] == [225.0, 175.0, 125.0, 175.0, 200.0]


@pytest.mark.parametrize("k", [-0.1, 1.1, 0.00001, float("nan"), "half", True])
def test_k_is_a_ratio(k):
    with pytest.raises(ValueError, match="k must"):
        gridsim.clear(worked(), k=k)


def test_unknown_words():
    with pytest.raises(ValueError, match="mechanism must be one of"):
        gridsim.clear(worked(), mechanism="low_high")
    with pytest.raises(ValueError, match="ties must be one of"):
        gridsim.clear(worked(), ties="none")
    with pytest.raises(TypeError, match="must be a pandas DataFrame, not list"):
        gridsim.clear(WORKED)


SIDES = st.sampled_from(["buy", "sell"])


@given(
    rows=st.lists(
        st.tuples(SIDES, st.integers(0, 3000), st.integers(1, 5000), st.booleans(), st.integers(0, 3)), max_size=25
    ),
    terms=all_terms,
)
def test_a_frame_as_the_rulebook_has_it(rows, terms):
    start = dt.datetime(2021, 1, 4, 9)
    frame = pd.DataFrame(
        [
            ("P", side, price / 1000, energy / 1000, heat, start + dt.timedelta(minutes=time))
            for side, price, energy, heat, time in rows
        ],
        columns=[*NEEDED, "heat_priority", "submitted_at"],
        index=range(7, 7 + len(rows)),  # it means nothing
    )
    sell_rows = [row for row, (side, *_) in enumerate(rows, 1) if side == "sell"]
    buy_rows = [row for row, (side, *_) in enumerate(rows, 1) if side == "buy"]
    book = Book(
        [Bid(price, energy, 1 - heat, time) for side, price, energy, heat, time in rows if side == "sell"],
        [Bid(price, energy, 0, time) for side, price, energy, heat, time in rows if side == "buy"],
    )
    found = gridsim.clear(
        frame,
        mechanism="uniform" if terms.uniform else "high_low",
        ties="pro_rata" if terms.pro_rata else "time",
        k=terms.k / 10_000,
    )
    with in_blocks():
        pd.testing.assert_frame_equal(
            gridsim.clear(
                frame,
                mechanism="uniform" if terms.uniform else "high_low",
                ties="pro_rata" if terms.pro_rata else "time",
                k=terms.k / 10_000,
            ),
            found,
        )
    columns = ["sell_row", "buy_row", "energy_mwh", "price_yuan_per_mwh"]
    assert list(found[columns].itertuples(index=False, name=None)) == [
        (sell_rows[pair.sell], buy_rows[pair.buy], pair.energy / 1000, pair.price / 1000)
        for pair in match_one(book, Terms(*terms))
    ]


def test_books_in_ascending_text_order():
    books = [("s10", "2021-H2", None, "total"), ("s2", "2021-03", "mid", "peak"), ("s2", "2021-03", None, "valley"),
             ("s2", "2021", None, "flat"), ("s2", "2021-03", "late", "peak"), ("s2", "2021-03", "mid", "flat"),
             ("S2", "2021-H2", None, "total"), ("s2", "2021-H2", None, "peak")]  # fmt: skip
    rows = [(*book, f"{side}{n}", side, 100, 1) for n, book in enumerate(books) for side in ("buy", "sell")]
    frame = pd.DataFrame(rows, columns=["session", "month", "segment", "product", *NEEDED])
    for given_frame in (frame, frame.astype(dict.fromkeys(["session", "month", "segment", "product"], "category"))):
        trades = gridsim.clear(given_frame)
        assert trades.columns.tolist()[:4] == ["session", "product", "month", "segment"]
        found = list(
            trades[["session", "month", "segment", "product"]].astype(object).itertuples(index=False, name=None)
        )
        found = [tuple(None if cell != cell else cell for cell in row) for row in found]
        assert found == sorted(books, key=lambda book: (book[0], book[1], book[2] or "", book[3]))
        assert (trades["seller_id"].str[4:] == trades["buyer_id"].str[3:]).all(), "nothing crosses between books"


def test_more_books_than_codes_of_their_own():
    count = 300
    names = [f"s{n:03d}" for n in range(count)]
    rows = [(name, f"{2000 + n}", side, "P", 1, 1) for n, name in enumerate(names) for side in ("sell", "buy")]
    trades = gridsim.clear(pd.DataFrame(rows, columns=["session", "month", "side", "participant_id", *NEEDED[2:]]))
    assert trades["session"].tolist() == names
    assert trades["sell_row"].tolist() == list(range(1, 2 * count, 2))


@pytest.mark.parametrize("kind", ["float64", "str", "object", "category", "decimal", "arrow"])
def test_amounts_of_any_exact_type(kind):
    def amounts(column: pd.Series) -> pd.Series:
        decimals = [Decimal(int(value)) for value in column]
        if kind == "decimal":
            return pd.Series(decimals, dtype=object)
        if kind == "arrow":
            return pd.Series(decimals, dtype=pd.ArrowDtype(pa.decimal128(12, 3)))
        return column.astype("float64" if kind == "float64" else "str").astype(kind)

    frame = worked()
    frame[NEEDED[2:]] = frame[NEEDED[2:]].apply(amounts)
    assert trades_of(gridsim.clear(frame)) == EXPECTED


@pytest.mark.parametrize(
    "times",
    [
        pd.Series([dt.datetime(2021, 1, 1, 9, 1), dt.datetime(2021, 1, 1, 9)]),
        pd.Series([dt.datetime(2021, 1, 1, 9, 1), dt.datetime(2021, 1, 1, 9)], dtype=object),
        pd.Series([dt.date(2021, 1, 2), dt.date(2021, 1, 1)]),
        pd.Series(["2021-01-01 09:00:00.5", "2021-01-01T09:00"]),
        pd.Series(["2021-01-02", "2021-01-01T09:00:59"], dtype="category"),
        pd.Series([dt.datetime(2021, 1, 1, 9, 1), dt.datetime(2021, 1, 1, 9)], dtype=pd.ArrowDtype(pa.timestamp("ms"))),
        pd.Series(["2021-01-01 09:01", "2021-01-01 09:00"], dtype=pd.ArrowDtype(pa.string())),
    ],
    ids=lambda times: str(times.dtype),
)
def test_times_of_any_type(times):
    frame = pd.DataFrame([("S1", "sell", 1, 5), ("S2", "sell", 1, 5)], columns=NEEDED).assign(submitted_at=times)
    buyer = frame.iloc[:1].assign(participant_id="B1", side="buy")
    orders = pd.concat([frame, buyer], ignore_index=True)
    assert trades_of(gridsim.clear(orders)) == [("S2", "B1", 5.0, 1.0)]


def test_ids_keep_their_type():
    assert gridsim.clear(worked(participant_id=range(6)))["seller_id"].tolist() == [3, 4, 4]
    kept = gridsim.clear(worked(participant_id=pd.Categorical(["b", "b", "b", "a", "a", "a"])))
    assert kept["buyer_id"].dtype == "category"


def test_chinese_headings():
    headings = {"participant_id": "市场主体", "side": "买卖方向", "price_yuan_per_mwh": "电价", "energy_mwh": "电量"}
    assert trades_of(gridsim.clear(worked().rename(columns=headings))) == EXPECTED


@pytest.mark.parametrize(
    "frame", [worked().iloc[:0], pd.DataFrame(columns=NEEDED), worked().iloc[:3], worked().iloc[3:]]
)
def test_nothing_to_trade(frame):
    trades = gridsim.clear(frame)
    assert trades.empty
    assert trades.columns.tolist() == [*TRADE, "sell_row", "buy_row"]
    assert trades[["energy_mwh", "price_yuan_per_mwh"]].dtypes.tolist() == [np.float64, np.float64]


def test_the_orders_stay_as_they_are():
    orders = worked(submitted_at="2021-01-01")
    before = orders.copy()
    gridsim.clear(orders)
    pd.testing.assert_frame_equal(orders, before)


def test_every_fault_at_once():
    frame = pd.DataFrame(
        {
            "participant_id": ["a", None, " ", "d"],
            "side": ["buy", "Sell", None, "sell"],
            "price_yuan_per_mwh": [1.0001, -1, np.inf, np.nan],
            "energy_mwh": ["0", "-2", "1,000", "5"],
            "product": ["totl", "peak", "total", None],
            "month": ["2021-13", 2021, "2021-H2", None],
            "segment": ["mid", "", "latee", None],
            "session": ["x", "y", None, ""],
            "submitted_at": ["2021-01-01", "2021-1-1", "2021-02-30", None],
            "heat_priority": [True, None, "False", "maybe"],
        }
    )
    assert faults_of(frame) == [
        (1, "product", "totl", "unknown value"),
        (1, "month", "2021-13", "not a delivery"),
        (1, "price_yuan_per_mwh", "1.0001", "more than 3 decimals"),
        (1, "energy_mwh", "0", "zero"),
        (2, "participant_id", None, "empty cell"),
        (2, "side", "Sell", "unknown value"),
        (2, "price_yuan_per_mwh", "-1", "negative"),
        (2, "energy_mwh", "-2", "negative"),
        (2, "submitted_at", "2021-1-1", "not an ISO 8601 time"),
        (3, "session", None, "empty cell"),
        (3, "participant_id", " ", "nothing but spaces"),
        (3, "side", None, "empty cell"),
        (3, "segment", "latee", "unknown value"),
        (3, "price_yuan_per_mwh", "inf", "not a finite number"),
        (3, "energy_mwh", "1,000", "a thousands separator"),
        (3, "submitted_at", "2021-02-30", "no such day or hour"),
        (4, "session", None, "empty cell"),
        (4, "product", None, "empty cell"),
        (4, "month", None, "empty cell"),
        (4, "price_yuan_per_mwh", None, "empty cell"),
        (4, "submitted_at", None, "empty cell"),
        (4, "heat_priority", "maybe", "neither true nor false"),
    ]


def test_columns_by_name():
    frame = worked().rename(columns={"side": "sied"}).drop(columns="energy_mwh").assign(note="", heat_prioity=7)
    frame = pd.concat([frame, frame[["participant_id"]]], axis=1)
    with pytest.raises(ScenarioError) as caught:
        gridsim.clear(frame)
    text = str(caught.value)
    assert (
        "orders, sied: unknown column; allowed: nearest: side, which is missing; the columns of orders: session,"
        in text
    )
    assert "orders, heat_prioity: unknown column; allowed: nearest: heat_priority; the columns" in text
    assert "orders, note: unknown column; allowed: the columns" in text
    assert "orders, energy_mwh: missing column" in text
    assert "orders, participant_id: two headings for one column" in text
    assert "orders, row 1, heat_priority: neither true nor false (value: '7')" in text, (
        "a misspelt column is read as well"
    )


@pytest.mark.parametrize(
    ("times", "message"),
    [
        (pd.Timestamp("2021-01-01", tz="Asia/Shanghai"), "a time with a zone"),
        (
            pd.Series([pd.Timestamp("2021-01-01")] * 6, dtype=pd.ArrowDtype(pa.timestamp("us", "UTC"))),
            "a time with a zone",
        ),
        (20210101, "not an ISO 8601 time"),
        ("2021-01-01T09:00:00+08:00", "a time with a zone"),
        ("noon", "not an ISO 8601 time"),
    ],
)
def test_times_that_are_none(times, message):
    faults = faults_of(worked(submitted_at=times))
    assert [(row, column, text) for row, column, _, text in faults] == [
        (n, "submitted_at", message) for n in range(1, 7)
    ]


def test_too_much_energy_for_one_book():
    frame = worked(energy_mwh=[10**12, 1, 1, 5, 6, 9 * 10**11])
    gridsim.clear(frame)
    with pytest.raises(InputOverflowError, match="orders, row 2: the energies of its book and side"):
        gridsim.clear(frame, ties="pro_rata")


def test_blank_texts_of_every_width_are_empty_cells():
    blanks = [" " * width for width in range(1, 7)]
    frame = worked(participant_id=pd.Categorical(blanks))
    assert [(row, column, text) for row, column, _, text in faults_of(frame)] == [
        (n, "participant_id", "nothing but spaces") for n in range(1, 7)
    ]


def test_clearing_leaves_its_memory_to_the_next_and_threads_do_not_share_it():
    frame = worked()
    expected = gridsim.clear(frame)
    larger = pd.concat([frame] * 50, ignore_index=True)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(gridsim.clear, [frame, larger] * 20))
    for one in found[::2]:
        pd.testing.assert_frame_equal(one, expected)
    for one in found[1::2]:
        pd.testing.assert_frame_equal(one, found[1])


def floats(**more: object) -> pd.DataFrame:
    return worked(**more).astype(dict.fromkeys(NEEDED[2:], "float64"))


@pytest.mark.parametrize("participants", ["category", "str", "object"])
def test_floats_in_blocks(participants):
    frame = floats(heat_priority=[False, False, True, False, True, False]).astype({"participant_id": participants})
    frame["submitted_at"] = pd.Timestamp("2021-01-01")
    expected = gridsim.clear(frame)
    assert trades_of(expected) == EXPECTED
    with in_blocks():
        pd.testing.assert_frame_equal(gridsim.clear(frame), expected)
        strided = frame.copy()
        strided[NEEDED[2:]] = np.repeat(frame[NEEDED[2:]].to_numpy(), 2, axis=1)[:, ::2]
        pd.testing.assert_frame_equal(gridsim.clear(strided), expected)


@pytest.mark.parametrize("row", [1, 4, 6])
@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("price_yuan_per_mwh", -0.001, "negative"),
        ("price_yuan_per_mwh", 1.0001, "more than 3 decimals"),
        ("price_yuan_per_mwh", np.nan, "empty cell"),
        ("energy_mwh", 0.0, "zero"),
        ("energy_mwh", -np.inf, "not a finite number"),
        ("energy_mwh", 1e18, "too large"),
    ],
)
def test_a_fault_among_floats_in_blocks(row, column, value, message):
    frame = floats(heat_priority=False)
    frame.loc[row - 1, column] = value
    with in_blocks():
        assert [(at, name, text) for at, name, _, text in faults_of(frame)] == [(row, column, message)]
        frame["heat_priority"] = "perhaps"
        found = [(at, name, text) for at, name, _, text in faults_of(frame)]
    assert (row, column, message) in found, "what is put off is read if anything else is at fault"
    assert len(found) == 7


def test_a_float_of_sixteen_digits_is_more_than_a_cell_may_hold():
    frame = floats()
    frame.loc[0, "energy_mwh"] = 2e12
    with in_blocks():
        assert faults_of(frame) == [(1, "energy_mwh", "2000000000000", "too large")]


def test_trades_are_memory_of_their_own():
    frame = floats()
    with in_blocks():
        first = gridsim.clear(frame)
        kept = first.copy(deep=True)
        gridsim.clear(frame.assign(energy_mwh=1.0))
        pd.testing.assert_frame_equal(first, kept)
