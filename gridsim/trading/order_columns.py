"""Columns of rows of the orders that every mechanism asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["is_sale", "times_of"]

_SELL = "sell"


def times_of(scenario: Scenario, row: Ints) -> Ints:
    """When each row was submitted [µs]."""
    submitted = scenario.tables["orders"]["submitted_at"].to_numpy()[row]
    times: Ints = submitted.astype("datetime64[us]").astype(np.int64)
    return times


def is_sale(scenario: Scenario, row: Ints) -> Flags:
    """Whether each row sells."""
    sells: Flags = (scenario.tables["orders"]["side"].array == _SELL)[row]
    return sells
