"""None"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from gridsim.errors import InputOverflowError
from tests.core.books import Bid, Book, Terms, all_terms, match_one
from tests.trading.orders import EXPECTED, NEEDED, TRADE, WORKED, faults_of, floats, in_blocks, trades_of, worked


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
    with pytest.raises(ValueError, match="output must be one of pandas, polars, arrow, not 'csv'"):
        gridsim.clear(worked(), output="csv")
    with pytest.raises(TypeError, match=r"orders, row 1: a record must be .* not tuple"):
        gridsim.clear(WORKED)


SIDES = st.sampled_from(["buy", "sell"])


@pytest.mark.slow
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
            (side, side, price / 1000, energy / 1000, heat, start + dt.timedelta(minutes=time))
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


def test_what_changes_hands_has_books_of_its_own():
    """Prices that cross all the same: among buyers, among generators, and of new energy."""
    orders = pd.DataFrame(
        [("B1", "buy", 360, 40, None, False), ("S1", "sell", 335, 30, False, True), ("R", "sell", 330, 10, True, False),
         ("B2", "buy", 370, 10, True, False), ("G1", "buy", 380, 10, True, True), ("G3", "sell", 320, 10, True, True)],
        columns=[*NEEDED, "transfer", "is_generator"],
    )  # fmt: skip
    expected = [("S1", "B1", 30, 347.5), ("R", "B2", 10, 350), ("G3", "G1", 10, 350)]
    trades = gridsim.clear(orders)
    assert trades_of(trades) == expected
    assert trades["transfer"].astype(object).where(trades["transfer"].notna(), None).tolist() == [
        *(None, "buyers", "generators"),
    ]
    in_months = pd.concat([orders.assign(month="2021-05"), orders.assign(month="2021-04")])
    assert trades_of(gridsim.clear(in_months)) == expected * 2
    without = orders[:2].drop(columns="is_generator")
    assert gridsim.clear(without)["transfer"].isna().all() and trades_of(gridsim.clear(without)) == expected[:1]
    assert [price for *_, price in trades_of(gridsim.clear(orders, mechanism="rolling"))] == [360, 330, 380]


def test_more_books_than_codes_of_their_own():
    count = 300
    names = [f"s{n:03d}" for n in range(count)]
    rows = [(name, f"{2000 + n}", side, side, 1, 1) for n, name in enumerate(names) for side in ("sell", "buy")]
    trades = gridsim.clear(pd.DataFrame(rows, columns=["session", "month", "side", "participant_id", *NEEDED[2:]]))
    assert trades["session"].tolist() == names
    assert trades["sell_row"].tolist() == list(range(1, 2 * count, 2))


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


def test_too_much_energy_for_one_book():
    frame = worked(energy_mwh=[10**12, 1, 1, 5, 6, 9 * 10**11])
    gridsim.clear(frame)
    with pytest.raises(InputOverflowError, match="orders, row 2: the energies of its book and side"):
        gridsim.clear(frame, ties="pro_rata")


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


def test_trades_are_memory_of_their_own():
    frame = floats()
    with in_blocks():
        first = gridsim.clear(frame)
        kept = first.copy(deep=True)
        gridsim.clear(frame.assign(energy_mwh=1.0))
        pd.testing.assert_frame_equal(first, kept)


@pytest.mark.parametrize("mechanism", ["high_low", "uniform", "rolling"])
def test_a_participant_that_trades_with_itself_is_warned_of(mechanism):
    rows = [("A", "sell", 300, 4), ("B", "buy", 350, 3), ("A", "buy", 340, 5)]
    names = ("participant_id", "side", "price_yuan_per_mwh", "energy_mwh")
    orders = [dict(zip(names, row, strict=True)) for row in rows]
    with pytest.warns(gridsim.InputWarning, match="with itself: 1; the first: A, rows 1 and 3, 1.000 MWh") as told:
        trades = gridsim.clear(orders, mechanism=mechanism)
    assert [trade["energy_mwh"] for trade in trades] == [3, 1]
    assert told[0].filename == __file__


def test_nobody_is_warned_of_trades_among_others(recwarn):
    orders = {"participant_id": ["A", "A", "B"], "side": ["sell", "buy", "buy"], "energy_mwh": [3, 4, 3]}
    gridsim.clear({**orders, "price_yuan_per_mwh": [300, 310, 350]})
    assert not len(recwarn)


def test_a_column_in_another_unit_is_told_where_the_call_stands() -> None:
    orders = pd.DataFrame(
        [["B", "buy", 0.36, 400], ["S", "sell", 0.335, 300]],
        columns=["participant_id", "side", "price (yuan/kWh)", "电量(kWh)"],
    )
    with pytest.warns(gridsim.InputWarning) as told:
        trades = gridsim.clear(orders)
    assert [str(each.message) for each in told] == [
        "orders: price (yuan/kWh) is read as price_yuan_per_mwh: 1 yuan/kWh = 1,000 yuan/MWh",
        "orders: 电量(kWh) is read as energy_mwh: 1 kWh = 0.001 MWh",
    ]
    assert {each.filename for each in told} == {__file__}
    assert trades.loc[0, ["energy_mwh", "price_yuan_per_mwh"]].tolist() == [0.3, 347.5]
