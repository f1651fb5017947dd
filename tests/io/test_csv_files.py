"""CSV files as raw tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import gridsim
from gridsim.scenario import Scenario
from tests.io.building import FILES, write_files


def test_a_heading_alone_is_an_empty_table(tmp_path: Path, small: Scenario) -> None:
    heading = FILES["history.csv"].splitlines()[0]
    empty = gridsim.load(write_files(tmp_path / "empty", {"history.csv": heading}))
    absent = gridsim.load(write_files(tmp_path / "absent", {"history.csv": None}))
    assert "history" in empty.given
    pd.testing.assert_frame_equal(empty.tables["history"], absent.tables["history"])
    assert empty.hash == absent.hash != small.hash


def test_cells_of_several_lines_are_no_fault(tmp_path: Path) -> None:
    retailers = 'retailer_id,name\n\nR1,"Retail\nof ""Henan"", ""南"""\r\n\nR2,Two\n'
    scenario = gridsim.load(write_files(tmp_path, {"retailers.csv": retailers}))
    assert scenario.tables["retailers"]["name"].tolist() == ['Retail\nof "Henan", "南"', "Two"]
