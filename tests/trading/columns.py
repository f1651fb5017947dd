"""Orders as columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from gridsim.core.matching import match
from gridsim.trading import matching, placing
from gridsim.trading.matching import Matches, match_orders
from tests.core.books import Terms

HALFWAY = Terms()


COLUMNS = ("book", "is_sell", "price", "energy", "priority", "time")


def orders(*rows: tuple[int, bool, int, int]) -> dict[str, np.ndarray]:
    """Rows of book, is_sell, price, energy."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    zeros = np.zeros(len(rows), dtype=np.int64)
    given_columns = (columns[0], columns[1].astype(bool), columns[2], columns[3], zeros, zeros)
    return dict(zip(COLUMNS, given_columns, strict=True))


def matched(columns: dict[str, np.ndarray], terms: Terms = HALFWAY, **options: Any) -> Matches:
    words = {
        "mechanism": "uniform" if terms.uniform else "high_low",
        "ties": "pro_rata" if terms.pro_rata else "time",
        "k": terms.k,
    }
    return match_orders(*(columns[name] for name in COLUMNS), **(words | options))


def rows(matches: Matches) -> list[tuple[int, ...]]:
    arrays = [getattr(matches, field.name) for field in fields(Matches)]
    assert all(array.dtype == np.int64 for array in arrays)
    return list(zip(*(array.tolist() for array in arrays), strict=True))


@contextmanager
def in_blocks(length: int) -> Iterator[None]:
    """As if there were many orders: on three threads, and read in several blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "_MANY", 0)
        patch.setattr(match, "_PIECE", 1)
        patch.setattr(matching.os, "cpu_count", lambda: 3)
        patch.setattr(placing, "BLOCK", length)
        yield
