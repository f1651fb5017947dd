"""A table of retailers may be left out where no user names one (docs/formats.md)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import gridsim


@pytest.fixture
def direct_only(tmp_path: Path) -> Path:
    """The small scenario in which everybody buys directly."""
    folder = tmp_path / "in"
    shutil.copytree(gridsim.example("henan-2021-mini"), folder)
    for name, column in (("users", "retailer_id"), ("bilateral", "buyer_id"), ("orders", "participant_id")):
        table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        if name == "users":
            table[column] = ""
        else:
            table = table[table[column] != "R1"]
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def test_without_retailers_is_the_same_as_with_no_row(direct_only: Path, tmp_path: Path) -> None:
    (direct_only / "retailers.csv").write_text("retailer_id,name\n", encoding="utf-8")
    with_a_head = gridsim.run(str(direct_only))
    (direct_only / "retailers.csv").unlink()
    without = gridsim.run(str(direct_only))
    assert without.manifest["scenario"]["hash"] == with_a_head.manifest["scenario"]["hash"]
    for name in without.manifest["counts"]["results"]:
        assert without.exact.arrow(name).equals(with_a_head.exact.arrow(name)), name
    without.save(tmp_path / "out")
    assert gridsim.Result.load(tmp_path / "out").summary() == with_a_head.summary()


def test_a_buyer_of_the_missing_table_is_nobody(direct_only: Path) -> None:
    (direct_only / "retailers.csv").unlink()
    path = direct_only / "orders.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("U4,buy", "R1,buy", 1), encoding="utf-8")
    with pytest.raises(gridsim.ScenarioError) as caught:
        gridsim.load(direct_only)
    assert [(fault.file, fault.column, fault.value) for fault in caught.value.faults] == [
        ("orders.csv", "participant_id", "R1")
    ]


@pytest.mark.parametrize(
    ("there", "written", "hint"),
    [
        ("R1", "合成售电公司", "合成售电公司 is the name of R1"),
        ("7", "0007", "7 stands there; a spreadsheet takes the zeros"),
        ("007", "7", "007 stands there; a spreadsheet takes the zeros"),
        ("R1", "R11", "nearest: R1"),
    ],
)
def test_whoever_is_meant_is_told(tmp_path: Path, there: str, written: str, hint: str) -> None:
    folder = tmp_path / "in"
    shutil.copytree(gridsim.example("henan-2021-mini"), folder)
    for name, column in (("retailers", "retailer_id"), ("users", "retailer_id")):
        table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        table[column] = table[column].replace("R1", there if name == "retailers" else written)
        table.to_csv(folder / f"{name}.csv", index=False)
    with pytest.raises(gridsim.ScenarioError) as caught:
        gridsim.load(folder)
    allowed = {str(fault.allowed) for fault in caught.value.faults if fault.file == "users.csv"}
    assert allowed
    assert all(hint in each for each in allowed)


def test_a_name_that_two_have_is_no_hint(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(gridsim.example("henan-2021-mini"), folder)
    (folder / "retailers.csv").write_text("retailer_id,name\nR1,East\nR2,East\n", encoding="utf-8")
    users = folder / "users.csv"
    users.write_text(users.read_text(encoding="utf-8-sig").replace(",R1,", ",East,", 1), encoding="utf-8")
    with pytest.raises(gridsim.ScenarioError) as caught:
        gridsim.load(folder)
    assert "is the name of" not in str(caught.value)
