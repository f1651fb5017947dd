"""What is said is said in both languages: the catalogue is held against the source, before any run comes upon it."""

from __future__ import annotations

import ast
import pickle
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import get_type_hints

import pytest
from babel.messages.catalog import Catalog

import gridsim
from gridsim import Fault
from gridsim.analysis.charts.fonts import MissingFontError
from gridsim.catalogue import CONTEXT, read_po, translation, words_of
from gridsim.errors import MissingExtraError, ResultError, SentenceError, WrongValueError
from gridsim.names import NamingLanguage
from gridsim.rules.loader import shipped
from gridsim.scenario.content import ScenarioContent
from gridsim.templates import TemplateError
from gridsim.words import NOTHING, Language, Sentence, both, enumerated, listed, msg, named, verbatim, within
from tests.markets import INPUT_TABLES, RESULT_TABLES

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))
import words

VALUES_ZH = {
    value: chinese
    for table in INPUT_TABLES.values()
    for column in table
    for value, chinese in zip(column.values, column.values_zh, strict=True)
}

SOURCE = Path(gridsim.__file__).parent
WITHOUT_WORDS = {
    *("", "at_least / exactly", "YYYY-MM", "how: uniform", "counterparty: market"),
    "cites: {compliance.mode: {by: [PATH], en, zh}}",
}


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """All that the source is made of, and where it stands."""
    found: list[tuple[str, ast.AST]] = []
    for path in sorted(SOURCE.rglob("*.py")):
        file = str(path.relative_to(SOURCE))
        whole = ast.parse(path.read_text(encoding="utf-8"))
        found += [(f"{file}:{getattr(node, 'lineno', 0)}", node) for node in ast.walk(whole)]
    return found


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


def blanks(template: str) -> set[str]:
    """The names of the blanks of a template."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.slow
def test_the_catalogue_says_all_that_the_code_says_in_chinese() -> None:
    """If this fails: `make words`, then fill in the Chinese of what it lists."""
    assert list(words.problems(words.catalogue(), words.said())) == []


@pytest.mark.slow
def test_the_catalogue_is_as_make_words_writes_it() -> None:
    assert words.CHINESE.read_text(encoding="utf-8") == words.updated(words.catalogue(), words.said()), (
        "run: make words"
    )


def test_the_catalogue_is_read_as_babel_reads_it() -> None:
    """Our reader knows no more of the format than Babel writes."""
    by_babel = {
        (f"{message.context}{CONTEXT}" if message.context else "") + message.id: message.string
        for message in words.catalogue()
        if message.id
    }
    assert words_of("zh") == by_babel
    assert read_po(words.CHINESE.read_text(encoding="utf-8").replace("\n", "\r\n")) == by_babel


@pytest.mark.slow
def test_each_sentence_of_the_source_is_written_out_and_fills_its_blanks() -> None:
    wrong = []
    for place, call in calls("Sentence"):
        template = call.args[0] if len(call.args) == 1 else None
        if isinstance(template, ast.Call) and called(template) == "within":
            template = template.args[1]
        filled = {str(blank.arg) for blank in call.keywords}
        if not isinstance(template, ast.Constant) or blanks(template.value) != filled:
            wrong.append((place, ast.unparse(call)))
    assert wrong == []


@pytest.mark.parametrize(
    ("chinese", "wrong"),
    [
        ("结果：{out}（{count} 张表）", False),
        ("结果: {out}", True),
        ("结果（{count} 张表)", True),
        ("均价(元/兆瓦时)", True),
        ("合同, 电价", True),
        ("{count:,} 处错误", False),
        ("请用 client.wait_for_workers(n) 等待", False),
        ("按当日 23:59:59 计", False),
        ("可用 =ROUND(…,3)。", False),
        ("高于 2,500 的", False),
    ],
)
def test_half_width_punctuation_is_seen(chinese: str, wrong: bool) -> None:
    assert words.has_half_width(chinese) is wrong


def test_what_is_wrong_with_a_catalogue_is_told() -> None:
    code, chinese = Catalog(), Catalog()
    for text, context in (("one", None), ("two {a}", None), ("three", "item"), ("four", None), ("five", None)):
        code.add(text, context=context, locations=[("gridsim/x.py", None)])
    chinese.add("two {a}", "二 {b}")
    chinese.add("three", "三(个)", context="item")
    chinese.add("four", "")
    chinese.add("five", "五", flags=["fuzzy"])
    chinese.add("six", "六")
    assert sorted(problem.partition(":")[0] for problem in words.problems(chinese, code)) == [
        "half-width punctuation",
        "marked as fuzzy, so not told",
        "no Chinese",
        "no entry (make words adds it)",
        "nobody says this any more (make words removes it)",
        "other blanks",
    ]
    assert "no entry (make words adds it): 'one' in gridsim/x.py" in set(words.problems(chinese, code))


def test_a_catalogue_is_brought_in_line_with_the_code() -> None:
    code, old = Catalog(), Catalog()
    code.add("b", context="item", locations=[("gridsim/x.py", 3)])
    code.add('a "new" one\nof {n}', locations=[("gridsim/y.py", 1)])
    old.add("b", "乙", context="item", user_comments=["as in N5.2"])
    old.add("gone", "去")
    text = words.updated(old, code)
    assert "gone" not in text and "# as in N5.2" in text
    assert read_po(text) == {f"item{CONTEXT}b": "乙"}


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


@pytest.mark.slow
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
    for kind, parts in (
        (Fault, ("message", "allowed")),
        (SentenceError.__init__, ("sentence",)),
        (MissingExtraError.__init__, ("what",)),
    ):
        hints = get_type_hints(kind)
        assert all(hints[name] is Sentence for name in parts)
    assert ScenarioContent.__annotations__["warnings"] == "tuple[Sentence, ...]"


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


def test_a_text_that_is_none_of_ours_stays_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridsim.words.translation", translation)
    assert Sentence("something {new}", new=1).zh == "something 1"


def test_a_text_within_a_context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridsim.words.translation", translation)
    overrun = Sentence(within("item", "overrun"))
    assert (overrun, overrun.zh, Sentence("overrun").zh) == ("overrun", "超用电费", "超用电量")
    again = pickle.loads(pickle.dumps(overrun))
    assert (again, again.zh, again.told("en"), again.told("zh")) == ("overrun", "超用电费", "overrun", "超用电费")
    assert Sentence(within("nobody knows it", "new {x}"), x=1).zh == "new 1"


def test_a_language_says_texts_and_names() -> None:
    codes = {"overrun": within("item", "overrun"), "other": msg("other")}
    en, zh = Language("en", codes), Language("zh", codes)
    assert [[each.name(code) for code in ("overrun", "other", "U1")] for each in (en, zh)] == [
        ["overrun", "other", "U1"],
        ["超用电费", "其他", "U1"],
    ]
    one = Sentence("may be empty")
    assert [each.say("{names} and {more:,} more", names=one, more=2) for each in (en, zh)] == [
        "may be empty and 2 more",
        "可不填，另有 2 个",
    ]
    assert [each.sentences("A.", "", "B.") for each in (en, zh)] == ["A. B.", "A.B."]
    assert [each.named("G1", "甲厂") for each in (en, zh)] == ["G1 (甲厂)", "G1（甲厂）"]


def test_chinese_has_no_space_beside_its_punctuation_when_its_blanks_are_filled() -> None:
    sentence = Sentence(
        "{argument} must be one of {allowed}, not {value!r}", argument="x", allowed="（甲）", value=" 乙"
    )
    assert sentence.zh == "x 应为（甲）之一，而不是 ' 乙'"


def test_what_may_be_typed_in_is_shown_by_the_same_name() -> None:
    """Headings and values that a Chinese table may have are part of the format; the catalogue calls them alike."""
    market = shipped("henan-2021").shape
    zh = NamingLanguage("zh", market)
    headings = {
        column.name.removesuffix("_yuan"): column.zh[0]
        for table in ("leg_settlement", "cell_settlement")
        for column in RESULT_TABLES[table]
        if column.kind == "money"
    } | {"transfer": zh.called("item", "transfer")}  # which no table but the ledger has
    assert {item: zh.called("item", item) for item in market.items} == headings
    tables = ("generators", "retailers", "users")
    assert [zh.called("group", table) for table in tables] == [INPUT_TABLES[table].zh for table in tables]
    users, meter, orders, sessions = (INPUT_TABLES[table] for table in ("users", "meter", "orders", "sessions"))
    for table, name in ((users, "mode"), (meter, "period"), (orders, "product"), (sessions, "kind")):
        column = table[name]
        assert [zh.called(name, value) for value in column.values] == list(column.values_zh)
