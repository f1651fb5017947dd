"""What is said of what is wrong is said in both languages: held against the source, before any run comes upon it."""

from __future__ import annotations

import ast
import pickle
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import get_type_hints

import pytest

import gridsim
from gridsim import Fault
from gridsim.analysis.charts.fonts import MissingFontError
from gridsim.errors import MissingExtraError, ResultError, SentenceError, WrongValueError
from gridsim.scenario import Scenario
from gridsim.sentences import NOTHING, Sentence, both, enumerated, listed, named, verbatim
from gridsim.sentences.chinese import CHINESE, ROOMS
from gridsim.templates import TemplateError

SOURCE = Path(gridsim.__file__).parent
WITHOUT_WORDS = {"", "YYYY-MM", "from, value", "true, false", "transition.months"}


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """All that the source is made of, and where it stands."""
    return [
        (f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', 0)}", node)
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]


def called(node: ast.AST) -> str:
    """The name that is called there, if one is."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Each call of a name, and where it stands."""
    for place, node in nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield place, node


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
    for place, call in calls("verbatim"):
        for part in ast.walk(call):
            if isinstance(part, ast.JoinedStr):
                words = "".join(text.value for text in part.values if isinstance(text, ast.Constant))
                assert not any(map(str.isalpha, words)), place


def kinds_of_errors() -> set[str]:
    """The errors that are told in one sentence."""
    kinds = {"SentenceError"}
    for _, node in nodes():
        if isinstance(node, ast.ClassDef) and "SentenceError" in map(ast.unparse, node.bases):
            kinds.add(node.name)
    return kinds


def test_each_error_of_the_source_is_told_by_a_template() -> None:
    """Not by a text put together where it is raised, which no table of sentences could have."""
    kinds = kinds_of_errors()
    assert {"ResultError", "MissingExtraError", "InputOverflowError", "WrongValueError", "TemplateError"} < kinds
    tell = {"Sentence", "listed"} | {
        node.name
        for _, node in nodes()
        if isinstance(node, ast.FunctionDef) and node.returns is not None and ast.unparse(node.returns) == "Sentence"
    } - {"both", "verbatim"}
    named_before = {
        (place.partition(":")[0], ast.unparse(target))
        for place, node in nodes()
        if isinstance(node, ast.Assign) and called(node.value) in tell
        for target in node.targets
    }

    def is_told(place: str, told: ast.expr) -> bool:
        if isinstance(told, ast.IfExp):
            return is_told(place, told.body) and is_told(place, told.orelse)
        return called(told) in tell or (place.partition(":")[0], ast.unparse(told)) in named_before

    wrong = [
        (place, ast.unparse(call))
        for kind in sorted(kinds)
        for place, call in calls(kind)
        if not call.args or not is_told(place, call.args[0])
    ]
    assert wrong == []
    assert list(calls("GridsimError")) == []  # it has no sentence of its own


def test_faults_and_errors_take_nothing_but_sentences() -> None:
    """The type checker holds every caller to it."""
    for kind, names in (
        (Fault, ("message", "allowed")),
        (SentenceError.__init__, ("sentence",)),
        (MissingExtraError.__init__, ("what",)),
    ):
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


def test_names() -> None:
    units = ["R1/conventional", "R1/tou", "U7/tou"]
    assert (named(units), named(units).zh) == ("R1/conventional, R1/tou, U7/tou", "R1/conventional、R1/tou、U7/tou")
    assert named(units, 3) == named(units)
    assert (named(units, 1), named(units, 1).zh) == ("R1/conventional and 2 more", "R1/conventional，另有 2 个")
    assert (named([]), named([], 1).zh) == ("", "")
    assert named(["a", Sentence("may be empty")]).zh == "a、可不填"


@pytest.mark.parametrize(
    ("fault", "english", "chinese"),
    [
        (
            Fault("users.csv", 3, "mode", "tuo", Sentence("unknown value"), verbatim("conventional, tou")),
            "users.csv, row 3, mode: unknown value (value: 'tuo'); allowed: conventional, tou",
            "users.csv，第 3 行，mode：无法识别的值（所填：'tuo'）；应为：conventional, tou",
        ),
        (
            Fault("plan.yaml", 2, None, None, Sentence("empty list")),
            "plan.yaml, line 2: empty list",
            "plan.yaml，文件第 2 行：空列表",
        ),
        (
            Fault("tables.xlsx:users", 3, "mode", "", Sentence("empty cell"), cell="D4"),
            "tables.xlsx:users, cell D4, row 3, mode: empty cell (value: '')",
            "tables.xlsx:users，单元格 D4，第 3 行，mode：空单元格（所填：''）",
        ),
    ],
)
def test_a_fault_as_one_sentence(fault: Fault, english: str, chinese: str) -> None:
    assert (str(fault), fault.sentence, fault.sentence.zh) == (english, english, chinese)


@pytest.mark.parametrize(
    ("error", "english", "chinese"),
    [
        (
            ResultError(listed(Sentence("there is no settlement unit {unit!r}", unit="R1/tuo"), NOTHING)),
            "there is no settlement unit 'R1/tuo'",
            "没有结算单元 'R1/tuo'",
        ),
        (
            MissingExtraError(Sentence("the report"), "plotly", "report"),
            "the report: plotly is not installed; install it with: pip install 'gridsim[report]'",
            "报告需要 plotly，但尚未安装；请安装：pip install 'gridsim[report]'",
        ),
        (
            TemplateError(Sentence("{path} is a file; a scenario is a folder", path=Path("a"))),
            "a is a file; a scenario is a folder",
            "a 是文件，而场景是文件夹",
        ),
        (
            MissingFontError(Sentence("no font with Chinese characters was found: {what}", what=verbatim("-"))),
            "no font with Chinese characters was found: -",
            "没有找到含汉字的字体：-",
        ),
        (WrongValueError(Sentence("too large")), "too large", "过大"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_travels_between_processes(error: SentenceError, english: str, chinese: str) -> None:
    for told in (error, pickle.loads(pickle.dumps(error))):
        assert type(told) is type(error)
        assert (str(told), told.sentence, told.sentence.zh) == (english, english, chinese)


def test_a_sentence_travels_between_processes() -> None:
    fault = Fault("a.csv", 1, "x", "y", Sentence("too large"), listed(Sentence("at most {number}", number=3), NOTHING))
    again = pickle.loads(pickle.dumps(fault))
    assert again == fault
    assert (again.message.zh, again.allowed.zh) == ("过大", "至多 3")


def test_a_text_that_is_none_of_ours_stays_english() -> None:
    assert Sentence("something {new}", new=1).zh == "something 1"
