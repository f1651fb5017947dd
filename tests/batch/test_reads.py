"""Which values of a rule set trading may read: by its lists, not by the names of its values."""

from __future__ import annotations

from pathlib import Path

from gridsim.batch.reads import read_by_trading, trading_values
from gridsim.rules import load


def test_henans_sessions_hours_and_own_values_are_read_and_its_settlement_is_not() -> None:
    read = read_by_trading(load("henan-2021"))
    assert {"matching.k", "matching.intra_month", "periods.peak", "calendar.holidays", "decomposition.method"} <= read
    groups = {"matching", "decomposition", "calendar", "changes", "periods", "transfers"}
    assert {path.partition(".")[0] for path in read} == groups
    assert trading_values({"settlement.tou.upper": 1, "matching": {"k": 1}, "periods.flat": []}, read) == {
        "matching": {"k": 1},
        "periods.flat": [],
    }


def test_a_value_that_a_kind_of_session_asks_for_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "id: own\nextends: henan-2021\nshape: {sessions: {monthly: {k: {value: settlement.conventional.lower}}}}\n"
    )
    assert {path for path in read_by_trading(load(str(own))) if path.startswith("settlement.")} == {
        "settlement.conventional.lower"
    }
