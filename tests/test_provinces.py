"""No Python file of gridsim names what belongs to one market: its rule set names it (design, part on layers).

What a market calls its periods, products, modes, items, accounts and kinds of session, and the clauses of its text,
stands in its rule file; code takes it from there. Here every file is read for such names: in texts, in dotted paths and
names of columns made of them, and in the names of the code itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import gridsim
from gridsim.columns import INPUT_TABLES
from gridsim.io import scenario_from_tables
from gridsim.result_columns import RESULT_TABLES
from gridsim.summary_view import summary_document
from gridsim.words import Lang
from tests.markets import rule_file
from tests.scenario.five_periods import tables

SOURCE = Path(__file__).parents[1] / "gridsim"
SHIPPED = sorted((SOURCE / "rules" / "data").glob("*.yaml"))
LISTS = ("periods", "products", "modes", "items", "tariff", "accounts", "regimes", "sessions", "without_sessions")

_TABLES = (*INPUT_TABLES.values(), *RESULT_TABLES.values())
OWN = frozenset(
    {"energy", "overrun", "shortfall", "transfer", "deviation_fee", "MARKET", "all", "market", "structural"}
    | {table.name for table in _TABLES}
    | {column.name for table in _TABLES for column in table}
)
"""gridsim's own words: items of every market and the account between both sides, words of the language of rule files
(`days: all`, `market: cap`, `sellers: structural`), and what the formats page names."""

ORDINARY = frozenset(("catalogue", "flat", "matched", "monthly", "total", "transition"))
"""Ids that are words of plain English too: they count where a text is the id alone, not in sentences and in code."""

OF_COLUMNS = re.compile("peak[-_]valley")
"""What the column `users.peak_valley_tariff` is called in sentences and in code."""

_SUM = "the sum of the others"
_PROGRAM = "a column of the frames of `gridsim.settle`, as the formats page names them"
EXCEPTIONS = {
    "analysis/charts/cost_waterfall.py": {"total": _SUM},
    "analysis/charts/money_flows.py": {"total": _SUM},
    "analysis/charts/supply_demand.py": {"matched": "what both sides of a book have in common"},
    "analysis/sums.py": {"total": _SUM},
    "batch/sensitivity.py": {"total": "an index of a sensitivity analysis"},
    "batch/reduced.py": {"flat": "a ragged array, one row behind the other"},
    "details.py": {"tou": "time of use: the sentence stands in the tables of results that were saved"},
    "rules/shape.py": {"GRID": "whom users owe the rest of their bill, as rulebook part 13 names it"},
    "settlement/bands.py": {"conventional": "`Bands.henan_conventional`", "tou": "`Bands.henan_tou`"},
    "settlement/frames.py": dict.fromkeys(("transmission", "tou_adjustment", "tou", "funds"), _PROGRAM),
    "settlement/read_frames.py": dict.fromkeys(("transmission", "tou_adjustment", "tou", "funds"), _PROGRAM),
}
"""By file, the words in it that are not those of a market, and why."""

ATTRIBUTES = ("id", "name", "attr", "arg", "asname", "module")


@cache
def lists() -> tuple[dict[str, Any], ...]:
    """The lists of the shipped rule sets that name things."""
    shapes = [yaml.safe_load(path.read_text("utf-8"))["shape"] for path in SHIPPED]
    return tuple(shape[each] for shape in shapes for each in LISTS if isinstance(shape.get(each), dict))


@cache
def ids() -> frozenset[str]:
    """What the shipped rule sets call their things."""
    return frozenset(str(name) for each in lists() for name in each) - OWN


@cache
def chinese() -> frozenset[str]:
    """What they are called in Chinese."""
    return frozenset(words["zh"] for each in lists() for words in each.values() if "zh" in words)


@cache
def clauses() -> frozenset[str]:
    """The clauses that the shipped rule sets cite; a number alone could be any number."""
    found = {clause for path in SHIPPED for clause in _clauses_of(yaml.safe_load(path.read_text("utf-8")))}
    return frozenset(clause for clause in found if re.fullmatch(r"[A-Za-z]+\d[\d.]*|\d+(\.\d+){2,}", clause))


@cache
def cited() -> re.Pattern[str]:
    """A clause of a shipped rule set that stands in a text."""
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, sorted(clauses())))})(?![\w.])")


def _clauses_of(node: Any, *, inside: bool = False) -> Iterator[str]:
    """Every text at a key ``clause`` or ``clauses``."""
    if isinstance(node, dict):
        for name, inner in node.items():
            yield from _clauses_of(inner, inside=inside or name in ("clause", "clauses"))
    elif isinstance(node, list):
        for each in node:
            yield from _clauses_of(each, inside=inside)
    elif inside:
        yield from re.split(r"[;,，；]\s*", str(node))


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every text of a module with its line, without its docstrings."""
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    documentation |= {id(each) for node in tree.body for each in _exported(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def _exported(node: ast.stmt) -> Iterator[ast.AST]:
    """The names in ``__all__``, which are names of the code."""
    if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == ["__all__"]:
        yield from ast.walk(node.value)


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name of a module's code with its line."""
    for node in ast.walk(tree):
        for attribute in ATTRIBUTES:
            name = getattr(node, attribute, None)
            if isinstance(name, str):
                yield getattr(node, "lineno", 0), name


def named_in_text(text: str) -> set[str]:
    """The ids that a text names: it is one, it is made of some, or a word of it is one."""
    found = {text} & ids()
    for word in re.findall(r"[A-Za-z_]\w*", OF_COLUMNS.sub("", text)):
        found |= named_in_name(word, ids())
    return found | set(cited().findall(text))


@cache
def named_in_name(name: str, among: frozenset[str]) -> set[str]:
    """The ids that a name of code, or of a column, is made of."""
    if name in OWN:
        return set()
    return {each for each in among - ORDINARY if f"_{each}_" in f"_{name}_"}


def found_in(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, id and where it stands, of all that a file names."""
    tree = ast.parse(source)
    for line, text in texts(tree):
        for each in sorted(named_in_text(text)):
            yield line, each, text
    lower = frozenset(each.lower() for each in ids() if each.islower())
    for line, name in names(tree):
        for each in sorted(named_in_name(OF_COLUMNS.sub("", name).lower(), lower)):
            yield line, each, name


def files() -> list[str]:
    """Every Python file of gridsim."""
    return [path.relative_to(SOURCE).as_posix() for path in sorted(SOURCE.rglob("*.py"))]


def data_files() -> list[Path]:
    """What gridsim reads beside its code, without the rule sets, their templates and the words of the code."""
    shipped = {SOURCE / "rules" / "data", *(SOURCE / "templates" / path.stem for path in SHIPPED)}
    found = [path for path in SOURCE.rglob("*.*") if path.is_file() and "__pycache__" not in path.parts]
    return [path for path in found if path.suffix not in (".py", ".po") and shipped.isdisjoint(path.parents)]


def test_no_data_file_does() -> None:
    assert {path.name: named for path in data_files() if (named := named_in_text(path.read_text("utf-8")))} == {}
    assert any(path.suffix == ".css" for path in data_files())


def test_no_file_names_what_belongs_to_one_market() -> None:
    found = [
        f"{file}:{line}: {each} in {text!r}"
        for file in files()
        for line, each, text in found_in((SOURCE / file).read_text("utf-8"))
        if each not in EXCEPTIONS.get(file, {})
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "peak", "overrun_peak", "settlement.tou.upper", "rejected: {kind} of annual_bilateral", "GRID", "by N5.1",
        "conventional_mwh", "paid to the GOVERNMENT",
    ],
)  # fmt: skip
def test_names_of_a_market_are_found_in_texts(text: str) -> None:
    assert named_in_text(text)


@pytest.mark.parametrize("text", ["peak_valley_tariff", "energy", "a flat roof", "in all", "N51", "transfer"])
def test_own_words_are_not(text: str) -> None:
    assert not named_in_text(text)


def test_names_of_code_are_read_and_docstrings_are_not() -> None:
    source = '"""Of peak hours."""\nPEAK_PRICE = 1\n\ndef of(tou):\n    return tou.valley, f"{tou}_flat peak"\n'
    assert [(line, each) for line, each, _ in found_in(source)] == [
        (5, "peak"), (2, "peak"), (4, "tou"), (5, "valley"), (5, "tou"), (5, "tou"),
    ]  # fmt: skip


def test_every_exception_is_needed() -> None:
    for file, words in EXCEPTIONS.items():
        assert {each for _, each, _ in found_in((SOURCE / file).read_text("utf-8"))} == set(words), file


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_market_whose_every_name_is_another_shows_none_of_a_shipped_one(lang: Lang) -> None:
    """The made-up set of the tests, run, summed up and explained: no id, no word and no clause of a shipped set."""
    path = Path(rule_file("five-periods"))
    own = yaml.safe_load(path.read_text("utf-8"))["shape"]
    assert not ids() & {str(name) for each in LISTS if isinstance(own.get(each), dict) for name in own[each]}
    result = gridsim.run(scenario_from_tables(tables(), name="made up", year=2021, rules=str(path)))
    result.check()
    shown = [str(summary_document(result.summary(), lang))]
    for name in set(RESULT_TABLES) - {"seller_settlement"}:  # which a market without sellers' prices has not
        table = getattr(result, name)
        shown += [str(table.columns.tolist()), table.to_csv()]
    for unit, month in sorted(set(zip(result.positions["unit_id"], result.positions["month"], strict=True))):
        shown.append(str(result.explain(unit=unit, month=month, lang=lang)))
    text = "\n".join(map(str, shown))
    assert not {each for each in ids() - ORDINARY if re.search(rf"(?<![A-Za-z]){each}(?![A-Za-z])", text)}
    assert not cited().findall(text)
    assert not {word for word in chinese() if word in text} - {"电网企业"}
