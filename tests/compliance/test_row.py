"""Lines of the compliance report are the same one by one and as columns."""

from __future__ import annotations

import pyarrow as pa

from gridsim.compliance.row import Row, table_of_columns, table_of_rows
from tests.shared import ints

SUBJECTS, DETAILS = ["U1", "U2"], ["value: energy / mean", "cover: contracts / mean"]


def test_both_ways_make_the_same_table() -> None:
    lines = [
        Row("cover", "U2", "2021-03", "0.8", "0.9", False, "N3", DETAILS[0]),
        Row("cover", "U1", "2021-03", "1.2", "0.9", True, "N3", DETAILS[1]),
        Row("cover", "U2", "2021-03", None, "0.9", None, "N3", DETAILS[0]),
    ]
    columns = table_of_columns(
        "cover",
        (ints([1, 0, 1]), SUBJECTS),
        pa.array(["0.8", "1.2", None], pa.string()),
        "N3",
        (ints([0, 1, 0]), DETAILS),
        month=(ints([0, 0, 0]), ["2021-03"]),
        limit="0.9",
        passed=pa.array([False, True, None]),
    )
    assert columns.to_pylist() == table_of_rows(lines).to_pylist()
    assert columns.schema == table_of_rows(lines).schema
    assert columns["measure"].to_pylist() == [None, "cover", None]


def test_what_is_left_out_is_empty() -> None:
    made = table_of_columns("N1", (ints([0]), SUBJECTS), pa.array(["1"]), "N1", (ints([1]), DETAILS)).to_pylist()
    assert (made[0]["month"], made[0]["limit"], made[0]["passed"]) == (None, None, None)


def test_no_lines_are_a_table_all_the_same() -> None:
    table = table_of_rows([])
    assert len(table) == 0 and {*Row._fields, "measure"} == set(table.column_names)
