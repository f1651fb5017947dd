"""What retail contracts leave out is said, with a count and the first."""

from __future__ import annotations

from pathlib import Path

import gridsim
from tests.retail.worked import WORKED, write_worked


def told(folder: Path, **files: str) -> list[str]:
    scenario = gridsim.load(write_worked(folder, {f"{name}.csv": text for name, text in files.items()}))
    return [str(warning) for warning in scenario.warnings if str(warning).startswith("retail_contracts")]


def test_the_worked_month_leaves_nothing_out(tmp_path: Path) -> None:
    assert told(tmp_path) == []


def test_months_without_a_contract(tmp_path: Path) -> None:
    head = "user_id,to,kind,price\n"
    assert told(tmp_path, retail_contracts=head + "U1,2021-04,fixed,440\nU2,,fixed,440\n") == [
        (
            "retail_contracts.csv: contracts of users without metered energy in a settlement unit in their months: 1; "
            "the first: row 1 (U1)"
        ),
        (
            "retail_contracts.csv: no retail contract in 2 metered months of users of a retailer, which have no retail "
            "lines; the first: U1, 2021-05"
        ),
    ]


def test_a_user_that_left_is_metered_in_no_unit(tmp_path: Path) -> None:
    head, first, *rest = WORKED["users.csv"].splitlines()
    users = "\n".join([head + ",exit_month", first + ",2021-05", *(row + "," for row in rest)]) + "\n"
    (warning,) = told(tmp_path, users=users)
    assert "row 1 (U1)" in warning
