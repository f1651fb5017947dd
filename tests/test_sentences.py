"""What is said of an input is said in both languages: held against the source, so that no run has to come upon it."""

from __future__ import annotations

import ast
import pickle
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_type_hints

import pytest

import gridsim
from gridsim import Fault
from gridsim.errors import WrongValueError
from gridsim.scenario import Scenario
from gridsim.sentences import NOTHING, Sentence, both, enumerated, listed, verbatim
from gridsim.sentences.chinese import CHINESE, ROOMS

SOURCE = Path(gridsim.__file__).parent
WITHOUT_WORDS = {"", "YYYY-MM", "from, value", "true, false", "transition.months"}


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Each call of a name, and where it stands."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", node


def fields(template: str) -> list[tuple[str, str | None, str | None]]:
    """The blanks of a template, with what is said of their form."""
    return sorted((name, form, how) for _, name, form, how in Formatter().parse(template) if name is not None)


def test_each_sentence_of_the_source_has_its_chinese_and_fills_its_blanks() -> None:
    wrong = []
    used = set()
    for place, call in calls("Sentence"):
        template = call.args[0]
        if len(call.args) != 1 or not isinstance(template, ast.Constant) or template.value not in CHINESE:
            wrong.append((place, ast.unparse(call)))
            continue
        used.add(template.value)
        if sorted({name for name, _, _ in fields(template.value)}) != sorted(str(blank.arg) for blank in call.keywords):
            wrong.append((place, ast.unparse(call)))
    assert wrong == []
    assert set(CHINESE) - used == set()  # a sentence that was reworded leaves its old one behind


def test_what_is_told_as_it_stands_is_no_sentence() -> None:
    literal = {
        argument.value
        for _, call in calls("verbatim")
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }  # fmt: skip
    assert literal == WITHOUT_WORDS


def test_a_fault_takes_nothing_but_sentences() -> None:
    """The type checker holds every caller to it."""
    for kind, names in ((Fault, ("message", "allowed")), (WrongValueError.__init__, ("sentence",))):
        hints = get_type_hints(kind)
        assert all(hints[name] is Sentence for name in names)
    assert Scenario.__annotations__["warnings"] == "tuple[Sentence, ...]"


@pytest.mark.parametrize("english", CHINESE)
def test_both_have_the_same_blanks(english: str) -> None:
    assert fields(english) == fields(CHINESE[english])


def test_no_sentence_stands_in_two_rooms() -> None:
    assert max(Counter(english for room in ROOMS for english in room.CHINESE).values()) == 1


def test_a_sentence_within_a_sentence() -> None:
    what = Sentence("duplicate id: row {row} has the same", row=3)
    whole = Sentence("and {count:,} more rows like these: {what}", count=1234, what=what)
    assert whole == "and 1,234 more rows like these: duplicate id: row 3 has the same"
    assert whole.zh == "另有 1,234 行同样的错误：编号重复：与第 3 行相同"


def test_parts() -> None:
    unit, empty = both("yuan/MWh", "元/兆瓦时"), Sentence("may be empty")
    assert (listed(unit, None, NOTHING, empty), listed(unit, None, NOTHING, empty).zh) == (
        "yuan/MWh; may be empty",
        "元/兆瓦时；可不填",
    )
    assert (enumerated([unit, empty]), enumerated([unit, empty]).zh) == ("yuan/MWh, may be empty", "元/兆瓦时、可不填")
    assert (listed(), listed().zh, verbatim(3).zh) == ("", "", "3")


def test_a_sentence_travels_between_processes() -> None:
    fault = Fault("a.csv", 1, "x", "y", Sentence("too large"), listed(Sentence("at most {number}", number=3), NOTHING))
    again = pickle.loads(pickle.dumps(fault))
    assert again == fault
    assert (again.message.zh, again.allowed.zh) == ("过大", "至多 3")


def test_a_text_that_is_none_of_ours_stays_english() -> None:
    assert Sentence("something {new}", new=1).zh == "something 1"
