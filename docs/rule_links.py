"""Three links of each value on the pages of the rule sets: what computes it, its worked case, its step of `explain`.

What computes it stands in docs/rules/code.yaml. The other two stand in docs/rules/shown.json, which keeps what the
worked cases showed when they were run last (`docs/rule_shown.py`), and of which cases and rules that was.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS), str(DOCS / "site"), str(DOCS.parent)]  # the tree and the scripts beside this one

from ruamel.yaml import YAML  # noqa: E402, after the path is set
from sources import slug  # noqa: E402

from gridsim.rules import available, load  # noqa: E402
from gridsim.show.markdown import md  # noqa: E402

if TYPE_CHECKING:
    from gridsim.rules import RuleSet
    from gridsim.words import Lang

CODE, SHOWN = DOCS / "rules" / "code.yaml", DOCS / "rules" / "shown.json"
MADE_OF = "made_of"
"""In shown.json, beside the rule sets: the hash of what it was made of."""
NOTHING = "none"
COLUMNS = 7
"""So many has the table of values that a page is made of (`gridsim.rules.show`)."""
WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "head": "code, worked case, explain step",
        "no_code": "nothing computes it",
        "no_case": "no case of its own",
        "no_step": "no step of its own",
        "check": "check: {name}",
    },
    "zh": {
        "head": "代码、算例、推导步骤",
        "no_code": "无代码计算",
        "no_case": "无专门算例",
        "no_step": "无专门步骤",
        "check": "检查：{name}",
    },
}


def steps_name(rules: str, lang: Lang) -> str:
    """The file name of the page of steps."""
    return f"{rules}-steps{'' if lang == 'en' else '.zh'}.md"


@cache
def code_of() -> dict[str, str]:
    """What docs/rules/code.yaml says."""
    return dict(YAML(typ="safe", pure=True).load(CODE.read_text(encoding="utf-8")))


def line_of(path: str) -> str | None:
    """The line of docs/rules/code.yaml that holds for a path: the longest beginning of it."""
    parts = path.split(".")
    beginnings = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((each for each in beginnings if each in code_of()), None)


def code_at(path: str) -> str:
    """What computes a value: the name of a function, or `NOTHING`."""
    line = line_of(path)
    return NOTHING if line is None else code_of()[line]


def function(name: str) -> Any:
    """The function of that name.

    Raises
    ------
    ModuleNotFoundError, AttributeError
        There is none.
    """
    module, _, called = name.rpartition(".")
    return getattr(importlib.import_module(module), called)


def code_link(name: str) -> str:
    """Where a function stands: a kernel where its plain twin is defined."""
    module, _, called = name.rpartition(".")
    return f"../../{module.replace('.', '/')}.py#{called}"


@cache
def _places(rules: str) -> dict[str, Any]:
    from rule_cases import places

    return places(rules)


def case_link(rules: str, name: str) -> str:
    """Where a worked case stands."""
    return f"../../{_places(rules)[name].file}#{slug(name)}"


def case_title(rules: str, name: str, lang: Lang) -> str:
    """What a worked case is called."""
    return name if lang == "en" else str(_places(rules)[name].zh)


@cache
def shown() -> dict[str, Any]:
    """What the worked cases showed when they were run last."""
    return dict(json.loads(SHOWN.read_text(encoding="utf-8")))


def made_of() -> str:
    """SHA-256 of the worked cases as they are written, and of the rule sets: their values, their paths, no words.

    So it changes where a case is renamed or a value is added, and not with a line of code that the cases run through.
    """
    digest = hashlib.sha256()
    for file in sorted((DOCS.parent / "tests" / "cases").glob("*.yaml")):
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    for rules in map(load, available()):
        digest.update("\n".join((rules.id, rules.hash, *rules.catalogue.paths)).encode())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the cases and rules are those that shown.json was made of."""
    return SHOWN.is_file() and shown().get(MADE_OF) == made_of()


def links(rules: RuleSet, path: str, lang: Lang) -> str:
    """The three links of a value, each on a line of its cell."""
    words, of = WORDS[lang], shown()[rules.id]
    name = code_at(path)
    code = words["no_code"] if name == NOTHING else f"[`{name.rpartition('.')[2]}`]({code_link(name)})"
    case = of["case"].get(path)
    reading = rules.catalogue.readings.get(path)
    if case is not None:
        told = f"[{md(case_title(rules.id, case, lang))}]({case_link(rules.id, case)})"
    else:
        told = words["no_case"]
        if reading is not None and reading.no_case is not None:
            told += f"{'：' if lang == 'zh' else ': '}{md(reading.no_case.in_(lang))}"
    title = of["step"].get(path)
    if title is not None:
        said = title if lang == "en" else of["zh"][title]
        step = f"[{md(said)}]({steps_name(rules.id, lang)}#{slug(said)})"
    else:
        step = next(_checks(rules, path, words), words["no_step"])
    return f"{code}<br>{told}<br>{step}"


def _checks(rules: RuleSet, path: str, words: dict[str, str]) -> Iterator[str]:
    """The first check of compliance that a value governs, in the table at the end of the page."""
    for name, paths in governing(rules).items():
        if path in paths:
            yield words["check"].format(name=f"`{name.removeprefix('compliance.')}`")


def governing(rules: RuleSet) -> dict[str, tuple[str, ...]]:
    """By check of compliance, the values whose clauses it cites, and what it rests on beside them."""
    rests_on = rules.shape.explained.rests_on
    return {
        name: (*citation.by, *rests_on.get(name, ()))
        for name, citation in rules.citations.items()
        if name.startswith("compliance.")
    }


def with_links(text: str, rules: RuleSet, lang: Lang) -> str:
    """The page of a rule set with the links of its values, in a table that a page is wide enough for.

    What `gridsim.rules.show.page` has in seven columns stands in three, and the links in a fourth.
    """
    lines = []
    between = {"en": ", ", "zh": "、"}[lang]
    for line in text.split("\n"):
        cells = line[2:-2].split(" | ") if line.startswith("| ") else []
        if len(cells) != COLUMNS:
            lines.append(line)
            continue
        path, value, unit, clause, months, source, meaning = cells
        if set(path) == {"-"}:
            cells = ["---"] * 4
        elif row := re.fullmatch(r"`([\w.]+)`", path):
            found = links(rules, row[1], lang)
            cells = [f"{path}<br>{value} {unit}".rstrip(), meaning, f"{clause}<br>{months}<br>{source}", found]
        else:
            head = between.join((path, value, unit)), meaning, between.join((clause, months, source))
            cells = [*head, WORDS[lang]["head"]]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
