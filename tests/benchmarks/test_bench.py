"""The clock, the contenders and the goals of the benchmarks: all without looking at a clock."""

from __future__ import annotations

import platform
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import goals, model, results
from benchmarks.baselines import native, with_polars
from benchmarks.baselines.numpy_and_pandas import as_frames, numpy_pairs, pandas_pairs
from benchmarks.pairs import MismatchError, Pairs, require_equal
from gridsim.bench.books import TICK, Market, as_frame, kernel, kernel_with_new_memory, notice_books, widest_book
from gridsim.bench.short import Contest, describe, measure, measure_limits
from gridsim.core.matching.match import Side
from tests.core.books import Bid, Book, Terms, match_one

orders = st.lists(
    st.builds(
        Bid,
        price=st.integers(30_000, 30_012).map(lambda ticks: TICK * ticks),
        energy=st.integers(1, 30),
        priority=st.integers(0, 1),
        time=st.just(0),
    ),
    min_size=1,
    max_size=12,
)


def as_market(book: Book) -> Market:
    def side(bids: list[Bid], *, classes: bool) -> Side:
        columns = [[bid.price for bid in bids], [bid.energy for bid in bids], [bid.priority * classes for bid in bids]]
        arrays = [np.array(column, dtype=np.int64) for column in columns]
        return Side(np.array([0, len(bids)]), *arrays, np.arange(len(bids)))

    return Market(side(book.sells, classes=True), side(book.buys, classes=False))


def everyone(market: Market) -> dict[str, Callable[[], Pairs] | None]:
    frames = as_frames(market)
    found: dict[str, Callable[[], Pairs] | None] = {
        "kernel": kernel(market),
        "new memory": kernel_with_new_memory(market),
        "C++ counting": native.counting(market),
        "C++ std::sort": native.sorting(market),
        "numpy": lambda: numpy_pairs(market),
        "pandas": lambda: pandas_pairs(*frames),
    }
    if with_polars.pl is not None:
        polars_frames = with_polars.as_frames(market)
        found["polars"] = lambda: with_polars.pairs(*polars_frames)
    return found


@settings(max_examples=60)
@given(orders, orders)
def test_every_contender_matches_as_the_rulebook_says(sells: list[Bid], buys: list[Bid]) -> None:
    buys = [bid._replace(priority=0) for bid in buys]
    pairs = match_one(Book(sells, buys), Terms())
    columns = [[pair[i] for pair in pairs] for i in range(4)]
    expected = Pairs(*(np.array(column, dtype=np.int64) for column in columns))
    for who, call in everyone(as_market(Book(sells, buys))).items():
        if call is not None:
            require_equal(expected, call(), who)


def test_a_mismatch_is_a_failure() -> None:
    pairs = kernel(notice_books(100))()
    other = pairs._replace(energy=pairs.energy + 1)
    with pytest.raises(MismatchError, match="somebody: energy of pair 1 is"):
        require_equal(pairs, other, "somebody")
    with pytest.raises(MismatchError, match="pairs where"):
        require_equal(pairs, Pairs(*(column[1:] for column in pairs)), "somebody")


def test_a_round_calls_everyone_and_begins_with_another_each_time() -> None:
    called: list[str] = []
    contest = Contest({name: (lambda name=name: called.append(name)) for name in "abc"})
    called.clear()
    contest.round()
    contest.round()
    turns = [name for i, name in enumerate(called) if i == 0 or called[i - 1] != name]
    assert turns == ["a", "b", "c", "b", "c", "a"]
    assert {name: len(times) for name, times in contest.seconds.items()} == {"a": 2, "b": 2, "c": 2}
    assert set(contest.run(1)) == {"a", "b", "c"}


def test_books_have_the_notices_shape() -> None:
    market = notice_books(50, books=4)
    assert market.orders == 400
    for side in market:
        assert side.start.tolist() == [0, 50, 100, 150, 200]
        assert (side.price % TICK == 0).all()
        assert side.price.min() >= 300_000 and side.price.max() <= 500_000
        assert (np.diff(side.time) >= 0).all()
    assert set(market.sells.priority) == {0, 1} and set(market.buys.priority) == {0}
    assert (np.diff(widest_book(50).sells.time) < 0).any()
    frame = as_frame(notice_books(50))
    assert (frame["price_yuan_per_mwh"] * 1000).round().tolist() == [
        *notice_books(50).sells.price,
        *notice_books(50).buys.price,
    ]


def test_the_machine_is_described_by_its_class() -> None:
    told = " ".join(describe().values())
    assert platform.node() not in told.split()
    assert all(value > 0 for value in measure_limits(1, rounds=1))


def test_the_short_form_measures_every_subject() -> None:
    lines = list(measure(1000, rounds=1))
    assert {line.subject for line in lines} == {"one book", "options and shapes", "DataFrame to DataFrame"}
    assert {"gridsim", "uniform", "gridsim.clear"} <= {line.who for line in lines}


def test_goals_are_read_from_records() -> None:
    record = {"subject": "one book", "orders": 10**6, "seconds": {"gridsim": [1.0, 3.0, 2.0], "numpy": [14.0] * 3}}
    rows = {row[0]: row[1:] for row in results.as_rows([record])}
    assert len(rows) == len(results.ALL_GOALS)
    assert rows["one book, N = 10⁶: faster than numpy"] == ("≥ 3.5", "7", "yes")
    assert rows["one book, N = 10⁶: time over C++ -O3 counting sort"] == ("≤ 1.15", "–", "not measured")
    growth = {"seconds": {"10000": [1e-4], "1000000": [2e-2]}}
    assert goals.per_order_growth(growth) == pytest.approx(2)


def test_the_model_counts_bytes() -> None:
    stages = {"subject": "stages", "orders": 50, "in_line": 50, "pairs": 50, "copy_bandwidth": 10.0}
    stages["stages"] = {"survey": 1e-7, "tally": 1e-7, "margin": 0.0, "line up": 1e-7, "pair": 1e-7}
    text = model.measured([stages])
    assert "| survey | 32 | 3.20 | 1.00 | -2.20 |" in text
    assert "| pair | 40 | 4.00 |" in text
