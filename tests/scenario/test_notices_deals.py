"""What deals leave open is said: sides that nobody names, months of which nobody knows the whole, nothing metered."""

from __future__ import annotations

import shutil
from pathlib import Path

import gridsim
from gridsim.scenario.notices_deals import unmetered_months
from tests.io.building import write_files
from tests.shared import SCENARIOS

HEAD = "deal_id,buyer_id,seller_id,product,month,energy_mwh,price_yuan_per_mwh\n"


def said(folder: Path) -> list[str]:
    return [str(warning) for warning in gridsim.load(folder).warnings if "deals" in str(warning)]


def test_deals_without_a_side_are_counted(tmp_path: Path) -> None:
    rows = HEAD + "D1,U1,G1,total,2021,1,400\nD2,U1,,total,2021-05,1,400\nD3,,G1,peak,2021-H2,1,400\n"
    folder = write_files(tmp_path / "in", {"deals.csv": rows})
    (told,) = said(folder)
    assert told.startswith("deals.csv: 2 of 3 deals lack their buyer or seller, for which MARKET stands")
    (folder / "deals.csv").write_text(rows.splitlines()[0] + "\nD1,U1,G1,total,2021,1,400\n", encoding="utf-8")
    assert said(folder) == []


def test_where_sellers_settle_the_months_of_such_deals_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(SCENARIOS / "jiangsu-2023-mini", folder)
    rows = HEAD + "D1,U,G1,total,2023,1,400\nD2,,G1,total,2023-08,1,400\nD3,,G1,total,2023-07,1,400\n"
    (folder / "deals.csv").write_text(rows, encoding="utf-8")
    (told,) = said(folder)[1:]
    assert told.startswith("deals.csv: deals of 2023-07, 2023-08 lack their other side; there no generator's deviation")


def test_months_that_make_no_position_are_counted_by_unit() -> None:
    months = [("R/tou", f"2021-{month:02d}") for month in range(1, 8)]
    (sentence,) = unmetered_months([*months, ("U/tou", "2021-01")])
    assert "2 units without metered energy" in str(sentence)
    assert "the first: R/tou in 2021-01, 2021-02 … 2021-07 (7 months)" in str(sentence)
    assert list(unmetered_months([])) == []
