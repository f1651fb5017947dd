"""What cites which clause: by the values that govern it, or as the rule set says; and what may be wrong with that."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from gridsim.errors import Fault, ScenarioError
from gridsim.rules import RuleSet, load
from gridsim.rules.catalogue import henan
from gridsim.rules.citations import UNSTATED, clause_text, clauses_together, groups_of
from gridsim.rules.show import rules_document
from gridsim.rules.yamltext import read_yaml
from gridsim.settlement.clauses import ledger_clauses
from gridsim.settlement.ways import ways_of
from gridsim.show.terminal import terminal

DATA = Path(__file__).parents[2] / "gridsim" / "rules" / "data" / "henan-2021.yaml"
OTHER = "document: {number: X1, en: Rules, zh: 规则}\n"


def extending(folder: Path, text: str, name: str = "own.yaml", base: str = "henan-2021") -> RuleSet:
    (folder / name).write_text(f"id: {name}\nextends: {base}\n{text}", "utf-8")
    return load(name, base_dir=folder)


def faults_of(folder: Path, text: str) -> tuple[Fault, ...]:
    (folder / "own.yaml").write_text(text, "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load("own.yaml", base_dir=folder)
    return caught.value.faults


def test_what_cites_and_what_governs_are_known() -> None:
    cites = load("henan-2021").cites
    assert groups_of(cites).isdisjoint(cites)
    for citation in cites.values():
        assert set(citation.paths(["valley"])) <= set(henan().paths)
        assert citation.words.en[0].isupper() and citation.words.zh


def test_henan_says_no_more_than_it_must() -> None:
    """A clause that its values would give as well is not said twice."""
    henan = load("henan-2021")
    text, _ = read_yaml(DATA.read_bytes(), DATA.name)
    assert set(text.data["clauses"]) == {"how_to_read", "ledger", "compliance", "sessions"}
    for name, clauses in henan.clauses.items():
        governing = henan.cites[name].paths(henan.given_shape.periods)
        assert not governing or henan.clauses_of(*governing) != clauses, name
    assert not henan.cites_unstated()


def test_henans_ledger_has_its_clauses_in_the_order_that_results_have() -> None:
    henan = load("henan-2021")
    clauses = ledger_clauses(henan, ways_of(henan, 2021))
    assert clauses.texts == ("N5.1", "N5.2", "N5", "N4", "N6", "choice")
    assert clauses.of_item["shortfall"].tolist() == [[0] * 3, [1] * 3, [-1] * 3, [-1] * 3]  # none in transition


def test_clauses_stand_together_each_once() -> None:
    assert clauses_together(["N5.1, N5.2", "N5.1", "", "N4"]) == "N5.1, N5.2, unstated, N4"
    assert clause_text("N5.1, unstated", "zh") == "N5.1、未注明"
    assert clause_text("choice", "zh") == "约定"
    assert clause_text("N5.1, unstated, choice", "en") == "N5.1, no clause stated, choice"


def test_a_changed_value_takes_its_clause_along(tmp_path: Path) -> None:
    own = extending(
        tmp_path,
        """\
values:
  settlement.tou.upper: 1.05
  settlement.tou.lower: {value: 0.9, clause: A 2}
  compliance.history_years: {clause: A 3}
  matching.k: 0.5
""",
    )
    assert own.cited("ledger.energy.tou") == UNSTATED
    assert own.cited("ledger.overrun.tou", "peak") == "unstated, N5.2"
    assert own.cited("ledger.shortfall.tou") == "A 2, N5.1, N5.2"  # Henan's own N5.2 was of another edge
    assert own.cited("ledger.shortfall.conventional") == "N5.1"
    assert own.cited("compliance.total_cover") == "N3, A 3"
    assert own.cited("sessions.monthly") == "N3.3"  # k is as it was
    assert own.cites_unstated()
    assert own.how_to_read == load("henan-2021").how_to_read
    assert RuleSet.from_dict(own.to_dict()) == own


def test_a_clause_that_is_given_stands(tmp_path: Path) -> None:
    clauses = "clauses: {ledger.energy.tou: A 1, ledger: {overrun: {tou: 'A 1, A 2'}}}\n"
    own = extending(tmp_path, clauses + "values: {settlement.tou.upper: 1.05}\n")
    assert own.cited("ledger.energy.tou") == "A 1"
    assert own.cited("ledger.overrun.tou", "flat") == "A 1, A 2"
    again = extending(tmp_path, "", "again.yaml", "own.yaml")
    assert again.cited("ledger.energy.tou") == "A 1"
    changed = extending(
        tmp_path, "values: {settlement.tou.upper: {value: 1.04, clause: A 9}}", "again.yaml", "own.yaml"
    )
    assert changed.cited("ledger.energy.tou") == "A 9"


def test_documents_are_named_once_however_long_the_chain(tmp_path: Path) -> None:
    henan = load("henan-2021").number
    first = extending(tmp_path, OTHER + "values: {settlement.tou.upper: {value: 1.05, clause: A 1}}\n", "one.yaml")
    assert first.cited("ledger.transmission.transition") == f"{henan} N4"
    assert first.item("settlement.shortfall_price").clause == f"{henan} N5.1, {henan} N5.2"
    assert first.item("scope.value_added_tax").clause == ""
    vouched = "values: {settlement.tou.lower: {verified: true, origin: notice}}\n"
    second = extending(tmp_path, OTHER.replace("X1", "X2") + vouched, "two.yaml", "one.yaml")
    assert second.cited("ledger.transmission.transition") == f"{henan} N4"
    assert second.cited("ledger.energy.tou") == "X1 A 1"
    assert second.cited("ledger.funds") == "choice"
    assert second.item("settlement.tou.lower").clause == f"{henan} N5.2"  # it says nothing of the clause
    third = extending(tmp_path, "", "three.yaml", "two.yaml")  # under the same document
    assert third.cited("ledger.energy.tou") == "X1 A 1"
    assert RuleSet.from_dict(third.to_dict()) == third


def test_a_whole_rule_set_must_give_what_no_value_governs(tmp_path: Path) -> None:
    text = DATA.read_text("utf-8")
    head, _, values = text.partition("\nclauses:\n")
    faults = faults_of(tmp_path, head + "\ncites:" + values.partition("\ncites:")[2])
    assert {(fault.column, fault.message) for fault in faults} == {
        (f"clauses.{name}", "the clause is missing") for name, each in load("henan-2021").cites.items() if not each.by
    }


WRONG = [
    ("clauses: {ledger: {enery: A}}", 3, "clauses.ledger.enery", "nothing of that name", "nearest: ledger.energy.tou"),
    ("clauses: {ledger: {energy: A}}", 3, "clauses.ledger.energy", "a group of clauses is needed", "a map of names"),
    ("clauses:\n  compliance.credit: 7", 4, "clauses.compliance.credit", "text is needed", "text"),
    ("clauses:\n  compliance.credit: ''", 4, "clauses.compliance.credit", "text is needed", "text"),
    ("clauses:\n  compliance.credit: 'A, '", 4, "clauses.compliance.credit", "text is needed", "text"),
    ("clauses: A", 3, "clauses", "a group of clauses is needed", "a map of names"),
    ("clauses:\n  how_to_read: {en: x}", 4, "clauses.how_to_read", "words are needed in both", "en and zh"),
]


@pytest.mark.parametrize(("text", "line", "column", "message", "allowed"), WRONG)
def test_faults_of_a_section(tmp_path: Path, text: str, line: int, column: str, message: str, allowed: str) -> None:
    (fault,) = faults_of(tmp_path, f"id: own\nextends: henan-2021\n{text}\n")
    assert (fault.row, fault.column) == (line, column)
    assert message in fault.message
    assert allowed in fault.allowed


@pytest.mark.parametrize("overrides", [{"clauses.compliance.credit": "A"}, {"clauses": {"ledger": {"funds": "A"}}}])
def test_a_scenario_sets_values_and_no_clauses(overrides: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError) as caught:
        load("henan-2021", overrides)
    (fault,) = caught.value.faults
    assert fault.message == "a rule set gives clauses, a scenario does not"


@pytest.mark.parametrize(
    ("overrides", "message", "allowed"),
    [
        (
            {"clauses.sessions.none": "1"},
            "条款由规则集给出，场景不能改设",
            "规则集中的一项",
        ),
        (
            {"settlement.tou.upper": 98},
            "可能是百分数：98 % 写作 0.98",
            "0 至 10 的数字，最多 4 位小数；或 100，相当于不设边界",
        ),
    ],
)
def test_faults_of_overrides_in_chinese(overrides: dict[str, Any], message: str, allowed: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load("henan-2021", overrides)
    (fault,) = caught.value.faults
    assert (fault.message.zh, fault.allowed.zh) == (message, allowed)


def test_a_manifest_may_hold_an_edge_that_is_no_longer_taken() -> None:
    data = load("henan-2021", {"settlement.tou.upper": 100}).to_dict()
    data["values"]["settlement.tou.upper"] |= {"value": "50", "instead_of": "40"}
    with pytest.raises(ScenarioError, match="don't match their hash") as caught:
        RuleSet.from_dict(data)
    data["hash"] = caught.value.faults[0].allowed
    assert RuleSet.from_dict(data).values.settlement.tou.upper == 500_000


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_clause_of_another_document_is_shown_whole(tmp_path: Path, lang: Any) -> None:
    console = Console(width=100, file=io.StringIO())
    console.print(terminal(rules_document(extending(tmp_path, OTHER), lang)))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "…" not in text
    assert "".join(text.split()).count("991号") > 40
