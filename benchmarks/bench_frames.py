"""`gridsim.clear` from DataFrame to DataFrame, against polars from the same frame, and against the kernel alone.

In two forms: as gridsim reads a file (ids and sides as categories, orders in the sequence of their times), and as most
people have orders (plain text in every column of ids, sides and months, rows in no order).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import gridsim
from benchmarks.baselines import with_pandas_columns, with_polars
from benchmarks.conftest import Arena
from gridsim.bench.books import as_frame, kernel, notice_books

_FEW = 10  # orders of each side of a small frame


def test_frames(arena: Arena) -> None:
    size = arena.size(10**6)
    market = notice_books(size)
    frame = as_frame(market)
    contenders = {"gridsim.clear": lambda: gridsim.clear(frame), "kernel": kernel(market)}
    trades = gridsim.clear(frame)
    pairs = contenders["kernel"]()
    assert np.array_equal(trades["sell_row"], pairs.sell + 1)
    assert np.array_equal(trades["buy_row"], pairs.buy + 1 + size)
    if with_polars.pl is not None:
        contenders["polars"] = lambda: with_polars.clear_frame(frame)
        require_same(trades, with_polars.clear_frame(frame))
    arena.race("frames", contenders, orders=size)


def test_ordinary_frames(arena: Arena) -> None:
    size = arena.size(10**6)
    frame = ordinary(size)
    contenders = {"gridsim.clear": lambda: gridsim.clear(frame)}
    if with_polars.pl is not None:
        contenders["polars"] = lambda: with_polars.clear_frame(frame)
        require_same(gridsim.clear(frame), with_polars.clear_frame(frame))
    arena.race("ordinary frames", contenders, orders=size)


def test_small_frames(arena: Arena) -> None:
    frame = ordinary(_FEW)
    trades = gridsim.clear(frame)
    pd.testing.assert_frame_equal(with_pandas_columns.build(frame, trades), trades, check_categorical=False)
    arena.race(
        "small frames",
        {
            "gridsim.clear": lambda: [gridsim.clear(frame) for _ in range(100)],
            "pandas, columns read and built": lambda: [with_pandas_columns.build(frame, trades) for _ in range(100)],
        },
        orders=_FEW,
    )


def ordinary(size: int) -> pd.DataFrame:
    """The same orders as users have them: one session's, plain texts, in no order."""
    frame = as_frame(notice_books(size))
    texts = {name: frame[name].astype("str") for name in ("participant_id", "side")}
    one_book = {"session": "2021-03 monthly", "month": "2021-04", "product": "total"}
    plain = frame.assign(**texts, **one_book)
    return plain.sample(frac=1, random_state=991).reset_index(drop=True)


def require_same(trades: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """The same trades in every column."""
    for name in trades:
        mine, found = trades[name].to_numpy(), theirs[name].to_numpy()
        if found.dtype == np.float64:
            # Polars divides by multiplying with the inverse: the last bit is not always the nearest float's.
            mine, found = np.rint(mine * 1000), np.rint(found * 1000)
        assert np.array_equal(mine, found), name
