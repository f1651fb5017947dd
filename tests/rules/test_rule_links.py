"""The links of the rules pages: what the worked cases show today, to functions that these cases call."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from gridsim.rules import available, load
from tests.shared import ROOT
from tests.site.built import site_module

sys.path.insert(0, str(ROOT / "docs"))
try:
    import generate
    import rule_links
    import rule_shown
finally:
    sys.path.remove(str(ROOT / "docs"))

code_pages = site_module("code_pages")
RULES = {name: load(name) for name in available()}
FUNCTIONS = sorted({name for name in rule_links.code_of().values() if name != rule_links.NOTHING})


@pytest.fixture(scope="module")
def run() -> Any:
    """What the worked cases show today, what each of them calls, and of which functions a call is seen."""
    return rule_shown.found_now()


@pytest.mark.slow
def test_the_worked_cases_show_today_what_the_pages_say(run: Any) -> None:
    for path, text in rule_shown.found_pages(run[0]).items():
        assert path.read_text(encoding="utf-8") == text, "run `make docs`"


@pytest.mark.slow
@pytest.mark.parametrize("name", RULES)
def test_the_case_of_a_value_calls_what_computes_it(name: str, run: Any) -> None:
    _, calls, seen = run
    idle = []
    for path, case in rule_links.shown()[name]["case"].items():
        function = rule_links.code_at(path)
        if function in seen and function not in calls[name].get(case, {function}):
            idle.append((path, function, case))
    assert idle == []


@pytest.mark.parametrize("name", RULES)
def test_every_value_has_a_line_of_code_or_none(name: str) -> None:
    assert [path for path in RULES[name].catalogue.paths if rule_links.line_of(path) is None] == []


def test_every_function_is_there_and_every_line_is_used() -> None:
    used = {rule_links.line_of(path) for rules in RULES.values() for path in rules.catalogue.paths}
    assert set(rule_links.code_of()) == used
    for name in FUNCTIONS:
        assert callable(rule_links.function(name))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", RULES)
def test_every_value_leads_to_places_that_are_there(name: str, lang: str) -> None:
    folder, rules = ROOT / "docs" / "rules", RULES[name]
    text = (folder / f"{name}{'' if lang == 'en' else '.zh'}.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)`<br>.* \| ([^|]*<br>[^|]*) \|$", text, re.MULTILINE)
    assert [path for path, _ in rows] == list(rules.catalogue.paths)
    words = rule_links.WORDS[lang]
    for path, cell in rows:
        links = re.findall(r"\]\(([^)#]+)#([^)]+)\)", cell)
        told = [words["no_code"], words["no_case"], words["no_step"], words["check"].partition("{")[0]]
        assert len(links) + sum(each in cell for each in told) == 3, path
        for target, anchor in links:
            page = (folder / target).read_text(encoding="utf-8")
            if target.endswith(".md"):
                places = {rule_links.slug(found) for found in re.findall(r"^#+ (.+)$", page, re.MULTILINE)}
            else:
                places = set(code_pages.anchors(page, target[target.rindex(".") :]))
            assert anchor in places, (path, target, anchor)


@pytest.mark.parametrize("name", RULES)
def test_every_worked_case_has_a_name_in_each_language(name: str) -> None:
    titles = {case: rule_links.case_title(name, case, "zh") for case in rule_links._places(name)}
    assert [case for case, zh in titles.items() if not re.search("[\u4e00-\u9fff]", zh)] == []
    assert len(set(titles.values())) == len(titles)


@pytest.mark.parametrize("name", RULES)
def test_what_is_computed_has_a_worked_case(name: str) -> None:
    computed = [path for path in RULES[name].catalogue.paths if rule_links.code_at(path) != rule_links.NOTHING]
    assert [path for path in computed if path not in rule_links.shown()[name]["case"]] == []


def test_other_cases_make_stale_what_was_found_by_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rule_links, "made_of", lambda: "of other cases")
    assert generate.stale() == [rule_links.SHOWN]
    assert generate.main(["--check"]) == 1
    told = capsys.readouterr().out
    assert "stale: docs/rules/shown.json" in told
    assert "run: python docs/generate.py" in told


def test_a_code_page_has_a_place_for_each_function() -> None:
    text = "import a\n\n\ndef _pay(x):\n    return x < 1\n\n\npay = njit(_pay)\n"
    assert code_pages.anchors(text, ".py") == {"pay": 3, "_pay": 3}
    page = code_pages.page("gridsim/pay.py", text)
    assert 'id="pay"' in page and 'id="_pay"' in page and "&lt;" in page
    assert 'href="../../index.html"' in page
    assert code_pages.anchors("# x\n- case: a, b\n  kind: book\n", ".yaml") == {"a-b": 1}
