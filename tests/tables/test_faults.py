"""The order of faults, their number, and the nearest right name."""

from __future__ import annotations

import pytest

from gridsim.errors import Fault, shorten
from gridsim.suggest import Suggester, nearest
from gridsim.tables.faults import LISTED, in_reading_order, row_faults
from gridsim.words import Sentence, verbatim

EMPTY, A, Z, WRONG, RIGHT = map(verbatim, ("empty", "a", "z", "wrong", "right"))


def rest(count: int, what: Sentence) -> Sentence:
    return Sentence("and {count:,} more rows like these: {what}", count=count, what=what)


def test_reading_order() -> None:
    whole, row_9, row_10, more, other, repeated = (
        Fault("a.csv", None, None, None, EMPTY),
        Fault("a.csv", 9, "x", None, Z),
        Fault("a.csv", 10, "x", None, A),
        Fault("a.csv", None, "x", None, rest(3, A), count=3),
        Fault("z.csv", 1, "x", None, A),
        Fault("a.csv", 9, "x", None, Z),
    )
    assert in_reading_order([other, more, row_10, row_9, repeated, whole], ["a.csv"]) == (
        whole,
        row_9,
        row_10,
        more,
        other,
    )


def test_so_many_are_listed_and_the_rest_is_counted() -> None:
    made = list(row_faults("a.csv", range(LISTED + 2), "x", str, WRONG, RIGHT, row_number=lambda place: place + 10))
    assert len(made) == LISTED + 1
    assert made[0] == Fault("a.csv", 10, "x", "0", WRONG, RIGHT)
    assert made[-1] == Fault("a.csv", None, "x", None, rest(2, WRONG), count=2)
    assert len(list(row_faults("a.csv", range(LISTED), "x", str, WRONG))) == LISTED


def test_long_values_are_cut() -> None:
    assert shorten("x" * 60) == "x" * 60
    assert shorten("x" * 61) == "x" * 59 + "…"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("User_ID", "user_id"),
        ("user-id", "user_id"),
        ("ｕｓｅｒ＿ｉｄ", "user_id"),
        ("usr_id", "user_id"),
        ("energy", "energy_mwh"),
        ("colour", None),
        ("", None),
    ],
)
def test_nearest(text: str, found: str | None) -> None:
    assert nearest(text, ("user_id", "month", "period", "energy_mwh")) == found


def test_nearest_of_very_many() -> None:
    suggester = Suggester(f"U{number:06d}" for number in range(50_000))
    assert suggester.nearest("u012345") == "U012345"
    assert suggester.nearest("U01234") is not None
    assert suggester.nearest("somebody else") is None
