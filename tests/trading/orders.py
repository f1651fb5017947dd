"""Frames of orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import pytest

import gridsim
from gridsim.errors import ScenarioError
from gridsim.tables import encoded, fixed
from gridsim.trading import placing

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


def floats(**more: object) -> pd.DataFrame:
    return worked(**more).astype(dict.fromkeys(NEEDED[2:], "float64"))
