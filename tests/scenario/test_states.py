"""What a user is in each month."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from gridsim.scenario.states import states_of
from gridsim.tables.encoded import categorical, encode

MONTHS = np.arange(12)


def frame(*rows: tuple[str, str | None, str | None]) -> pd.DataFrame:
    names = ("user_id", "retailer_id", "effective_from")
    found = [encode(pa.array(cells, pa.string())) for cells in zip(*rows, strict=True)]
    columns = {name: categorical(each.codes, each.texts) for name, each in zip(names, found, strict=True)}
    return pd.DataFrame({**columns, "peak_valley_tariff": [True] * len(rows)})


USERS = frame(("U", "R1", None), ("V", None, None))


def test_nobody_changes() -> None:
    states = states_of(USERS, None, 2021)
    assert states.rows is USERS
    user = np.array([1, 0, 1])
    assert states.at(user, MONTHS[:3]) is user
    assert states.by_month().tolist() == [[0] * 12, [1] * 12]


def test_each_row_holds_until_the_next_whatever_their_order() -> None:
    changes = frame(("V", "R2", "2021-11"), ("U", None, "2021-09"), ("V", "R1", "2021-03"))
    states = states_of(USERS, changes, 2021)
    assert states.user.tolist() == [0, 1, 1, 0, 1]
    assert states.by_month().tolist() == [[0] * 8 + [3] * 4, [1, 1] + [4] * 8 + [2] * 2]
    assert states.at(np.array([[0], [1]]), MONTHS).tolist() == states.by_month().tolist()
    assert states.rows["retailer_id"].astype(object).where(lambda cells: cells.notna(), None).tolist() == [
        "R1", None, "R2", None, "R1",
    ]  # fmt: skip
    assert states.rows["peak_valley_tariff"].dtype == bool


def test_rows_that_say_nothing_of_the_year_are_passed_over() -> None:
    changes = frame(("W", "R2", "2021-05"), ("U", "R2", None))
    assert states_of(USERS, changes, 2021).by_month().tolist() == [[0] * 12, [1] * 12]
