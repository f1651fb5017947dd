"""The nearest right name: however it is written first, then however like it is; and never at any cost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim import suggest
from gridsim.suggest import Suggester, nearest, nearest_in_words, not_one_of

NAMES = ("energy_mwh", "price_yuan_per_mwh", "submitted_at", "conventional")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Energy MWh", "energy_mwh"),
        ("ＥＮＥＲＧＹ－ＭＷＨ", "energy_mwh"),
        ("energy_mhw", "energy_mwh"),
        ("convetional", "conventional"),
        ("something else", None),
        ("", None),
    ],
)
def test_the_nearest(text: str, name: str | None) -> None:
    assert nearest(text, NAMES) == name


@given(
    st.sampled_from(NAMES), st.lists(st.sampled_from([" ", "_", "-"]), max_size=4), st.randoms(use_true_random=False)
)
def test_case_and_what_separates_words_mean_nothing(name, between, random) -> None:
    signs = [random.choice([sign.upper(), sign.lower()]) for sign in name]
    for sign in between:
        signs.insert(random.randrange(len(signs) + 1), sign)
    assert nearest("".join(signs), NAMES, cutoff=1) == name


def test_of_two_names_that_differ_in_case_alone_the_first_in_order_is_told() -> None:
    assert nearest("u_1", ["u1", "U1"]) == "U1"


def test_among_very_many_names_only_like_ones_are_compared_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggest, "_MANY", 10)
    monkeypatch.setattr(suggest, "_LOOKUPS", 2)
    suggester = Suggester([f"{number:03d}user{number:03d}" for number in range(100)])
    assert suggester.nearest("042user04") == "042user042"
    assert suggester.nearest("nobody") is None
    assert suggester.nearest("042user04") is None  # asked too often by now
    assert suggester.nearest("042-USER-042") == "042user042"  # which costs nothing


def test_in_words() -> None:
    found = nearest_in_words("energy_mwh")
    assert found is not None and "energy_mwh" in found and found.zh != found
    assert nearest_in_words(None) is None
    told = not_one_of("backend", "svg", ("plotly", "matplotlib"))
    assert told == "backend must be one of plotly, matplotlib, not 'svg'"
