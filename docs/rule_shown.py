"""What the worked cases of the rule sets show of each value, and the steps by which their results are explained.

A reading names its worked case. The case of a value is the first that has it of its own; or else, of those that say the
outcome of a check that it governs, the one that tells most checks; or else the first in which a step of an explanation
rests on it, and that also calls what computes it, as far as that can be seen. Before it makes links,
`docs/generate.py` has the cases run (`docs/rule_cases.py`) and writes what they show: docs/rules/shown.json, and the
pages of steps. A test runs them again and compares.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS), str(DOCS.parent)]  # the tree and the scripts beside this one

from rule_cases import Case, run_cases, watched  # noqa: E402, after the path is set
from rule_links import (  # noqa: E402
    MADE_OF,
    NOTHING,
    SHOWN,
    case_link,
    case_title,
    code_at,
    code_of,
    function,
    governing,
    made_of,
    steps_name,
)

from gridsim.explain import Step  # noqa: E402
from gridsim.rules import RuleSet, available, load  # noqa: E402
from gridsim.show.document import ListItem  # noqa: E402
from gridsim.show.markdown import markdown, md  # noqa: E402
from gridsim.words import Lang  # noqa: E402

WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "title": "Steps of explanations: {rules}",
        "other": "中文",
        "intro": "`gridsim explain` derives each position, each user's bill and each generator's month in steps like "
        "these. Each stands here once, with the figures of a worked case, and with the values and readings that it "
        "rests on in any of them; [all values](FILE) lead here. All "
        "figures are synthetic.",
        "rests": "Rests on {paths}.",
        "example": "In the worked case [{case}](LINK), {subject} in {month}:",
        "made": "Written by `python docs/generate.py` from what the worked cases settle to; edit those.",
        "more": "## Go on\n[Explain a position](../how-to/explain-a-position.md) · [all values](FILE) · "
        "[glossary](../glossary.md)",
    },
    "zh": {
        "title": "推导步骤：{rules}",
        "other": "English",
        "intro": "`gridsim explain` 按如下步骤推导每个结算头寸、每个用户的账单和每家发电企业的月度结算。"
        "每一步在此列出一次，"
        "附一个算例中的数值，以及各算例中它所依据的数值与取法；[全部数值](FILE)都链接到这里。全部数字均为合成数据。",
        "rests": "依据 {paths}。",
        "example": "算例 [{case}](LINK)，{subject}，{month}：",
        "made": "由 `python docs/generate.py` 根据算例的结算结果生成；请修改算例。",
        "more": "## 接下来\n[解释一个结算头寸](../how-to/explain-a-position.zh.md) · [全部数值](FILE) · "
        "[词汇](../glossary.md)",
    },
}
_OTHER: dict[Lang, Lang] = {"en": "zh", "zh": "en"}


# ---- found by running the worked cases ------------------------------------------------------------------------------


@dataclass
class Found:
    """What the worked cases of a rule set show.

    Attributes
    ----------
    case, step : dict of str to str
        By path: the name of its case, the English title of its step.
    example : dict of str to (Case, str, str, int)
        By the title of a step: the case, the subject, the month and the number of the step in which it stands first.
    rests_on : dict of str to dict
        By the title of a step: the paths that it rests on in any case.
    """

    case: dict[str, str] = field(default_factory=dict)
    step: dict[str, str] = field(default_factory=dict)
    example: dict[str, tuple[Case, str, str, int]] = field(default_factory=dict)
    rests_on: dict[str, dict[str, None]] = field(default_factory=dict)


def find(rules: RuleSet, cases: Iterable[Case]) -> Found:
    """What these cases show of the values of a rule set."""
    found, leaning = Found(), dict[str, Case]()
    governs = governing(rules)
    own: dict[str, str] = {}
    checked: dict[str, Case] = {}
    for case in cases:
        for path in case.sets:
            own.setdefault(path, case.name)
        for check, by in governs.items():
            if check.split(".")[1] in case.checks:
                for path in by:
                    if path not in checked or len(case.checks) > len(checked[path].checks):
                        checked[path] = case
        for subject, month, steps in case.explanations():
            for step in steps:
                found.example.setdefault(step.title, (case, subject, month, step.number))
                found.rests_on.setdefault(step.title, {}).update(dict.fromkeys(step.rests_on))
                for path in step.rests_on:
                    if leaning.setdefault(path, case) is not case and code_at(path) in case.calls - leaning[path].calls:
                        leaning[path] = case
                    found.step.setdefault(path, step.title)
    for path, reading in rules.catalogue.readings.items():
        if reading.case is not None:
            own[path] = reading.case
        else:  # it says why none can show it
            checked.pop(path, None)
            leaning.pop(path, None)
    shown = {path: case.name for path, case in {**leaning, **checked}.items()} | own
    found.case = {path: shown[path] for path in rules.catalogue.paths if path in shown}
    found.step = {path: found.step[path] for path in rules.catalogue.paths if path in found.step}
    return found


def said_in(found: Found, title: str, lang: Lang) -> Step:
    """A step in a language, where it is first met."""
    case, subject, month, number = found.example[title]
    return case.result.explain(subject, month, lang=lang).steps[number - 1]


def plain(found: Found) -> dict[str, Any]:
    """What is kept of it."""
    titles = dict.fromkeys(found.step.values())
    return {"case": found.case, "step": found.step, "zh": {each: said_in(found, each, "zh").title for each in titles}}


# ---- pages of steps -------------------------------------------------------------------------------------------------


def steps_page(rules: RuleSet, found: Found, lang: Lang) -> str:
    """The page of steps: those that values rest on."""
    words, other = WORDS[lang], _OTHER[lang]
    values = f"{rules.id}{'' if lang == 'en' else '.zh'}.md"
    lines = [
        f"# {words['title'].format(rules=rules.title(lang))}",
        "",
        f"[{words['other']}]({steps_name(rules.id, other)})",
        "",
        words["intro"].replace("FILE", values),
        "",
    ]
    for title in (title for title in found.example if found.rests_on[title]):
        case, subject, month, _ = found.example[title]
        step = said_in(found, title, lang)
        lines += [f"## {md(step.title)}"]
        lines += [f"*{md(step.formula)}*\\"] if step.formula else []  # and what it rests on, on a line of its own
        paths = [path for path in rules.catalogue.paths if path in found.rests_on[title]]
        rests = words["rests"].format(paths=("、" if lang == "zh" else ", ").join(f"`{each}`" for each in paths))
        called = md(case_title(rules.id, case.name, lang))
        at = words["example"].format(case=called, subject=f"`{subject}`", month=month)
        lines += [rests + ("" if lang == "zh" else " ") + at.replace("LINK", case_link(rules.id, case.name)), ""]
        lines += [_tight(step.lines), ""]
    return "\n".join([*lines, words["more"].replace("FILE", values), "", "---", "", words["made"], ""])


def _tight(blocks: Iterable[Any]) -> str:
    """The lines of a step: sentences as a list, so that they take a line each."""
    return markdown(ListItem(block, ()) if isinstance(block, str) else block for block in blocks).rstrip()


# ---- written --------------------------------------------------------------------------------------------------------


def found_pages(found: dict[str, Found]) -> dict[Path, str]:
    """Every file that this writes, as the worked cases say it."""
    files = {
        DOCS / "rules" / steps_name(name, lang): steps_page(load(name), each, lang)
        for name, each in found.items()
        for lang in ("en", "zh")
    }
    kept = {MADE_OF: made_of(), **{name: plain(each) for name, each in found.items()}}
    return {SHOWN: json.dumps(kept, ensure_ascii=False, indent=1) + "\n", **files}


def found_now() -> tuple[dict[str, Found], dict[str, dict[str, frozenset[str]]], set[str]]:
    """What the worked cases show today, what each of them calls, and of which functions a call is seen."""
    next(run_cases(available()[0]))  # all modules are there
    functions = {name: function(name) for name in code_of().values() if name != NOTHING}
    calls: dict[str, dict[str, frozenset[str]]] = {name: {} for name in available()}

    def noted(name: str, called: set[str]) -> Iterator[Case]:
        for case in run_cases(name, called):
            calls[name][case.name] = case.calls
            yield case

    with watched(functions) as (called, seen):
        found = {name: find(load(name), noted(name, called)) for name in available()}
    return found, calls, seen
