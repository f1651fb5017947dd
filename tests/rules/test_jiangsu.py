"""The shipped rule set of Jiangsu: it says what the reading of its text says, and what else each reading could mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from gridsim.rules import load
from gridsim.rules.kinds import Option
from gridsim.rules.shape import MarketShape
from gridsim.rules.shape_file import sound_shape
from tests.cases.reading import read_cases
from tests.oracle.shape import load_shape

RULES = load("jiangsu-2023")
READINGS = RULES.catalogue.readings
CASES = {case["case"] for case in read_cases("jiangsu-2023")}


def in_force(node: Any) -> Any:
    """Plain data of a shape with the values in it, and of what is chosen by one what is chosen."""
    if isinstance(node, Mapping):
        if set(node) == {"value"}:
            return str(RULES.item(node["value"]).value)
        if set(node) == {"choose"}:
            return in_force(node["choose"][RULES.item(node["choose"]["value"]).value])
        return {name: in_force(each) for name, each in node.items()}
    if isinstance(node, bool):
        return str(node).lower()
    return [in_force(each) for each in node] if isinstance(node, list) else node


def without_words(plain: dict[str, Any]) -> MarketShape:
    """A shape without names and sentences, and without the clauses that the specification's does not say."""
    shape = sound_shape({name: each for name, each in plain.items() if name != "explained"}, {})
    sessions = tuple(replace(kind, clause="") for kind in shape.sessions)
    nothing: Any = {}
    words = dict.fromkeys(("words", "also", "meanings", "check_clauses"), nothing)
    return replace(shape, sessions=sessions, **words)


def test_it_says_what_the_specification_says() -> None:
    expected = load_shape("jiangsu-2023")
    del expected["id"]
    assert without_words(in_force(RULES.given_shape.data)) == without_words(expected)


def test_its_title_tells_that_it_was_repealed() -> None:
    assert (RULES.in_force_from[:4], RULES.in_force_to) == ("2023", "2026-02")
    assert "2026-03-01" in RULES.title("en") and "2026年3月1日" in RULES.title("zh")
    assert "2026版" in RULES.notes[0].zh and "2026版" in RULES.notes[0].en


def test_what_comes_from_the_document_was_compared_with_it() -> None:
    items = [RULES.item(path) for path in RULES.catalogue.kinds]
    assert {item.path for item in items if item.origin == "notice" and not item.verified} == set()
    assert {item.path for item in items if item.origin == "other"} == {
        "decomposition.typical_curve",
        *(path for path in RULES.catalogue.kinds if path.startswith("billing.")),  # of another document
    }
    assert [item.path for item in items if not item.clause] == []


@pytest.mark.parametrize("reading", READINGS.values(), ids=lambda reading: reading.id)
def test_a_reading_is_whole(reading: Any) -> None:
    """In both languages, with what else the text could mean, and worked by hand or with a sentence why not."""
    for words in (reading, reading.also, *([reading.no_case] if reading.no_case else [])):
        assert (words.en.endswith(".") and words.zh.endswith("。")) or words.zh.endswith('。"')
    assert reading.no_case is not None or reading.case in CASES


def test_what_a_value_may_be_matters_to_the_lists() -> None:
    """Every value stands in the lists, or is of a group that gridsim reads itself."""
    written = str(RULES.given_shape.data)
    values = [
        path
        for path in RULES.catalogue.kinds
        if not path.startswith(("decomposition.", "retail.", "billing.", "transfers.", "changes."))
    ]
    assert [path for path in values if repr(path) not in written] == []
    assert [
        path for path, kind in RULES.catalogue.kinds.items() if isinstance(kind, Option) and len(kind.names) < 2
    ] == []


def test_names_in_both_languages() -> None:
    shape = RULES.shape
    ids = {
        "periods": shape.periods, "products": shape.product_ids, "modes": shape.mode_ids, "accounts": shape.accounts,
        "tariff": [item.id for item in shape.tariff], "varieties": shape.varieties,
        "sessions": [kind.id for kind in shape.sessions],
        "items": [*shape.charge_items, "deviation_fee", "fee_return", "structural", "over_generation"],
        "market_prices": ["cap", "floor", "benchmark", "agency_price", "coal_index_last_month"],
    }  # fmt: skip
    for of, names in ids.items():
        for name in names:
            words = shape.words[of][name]
            assert words.en and words.zh and words.zh != name, (of, name)
