"""Values and readings: code reads every value, and each reading is shown by a worked case, or by none for a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.errors import Fault, ScenarioError
from gridsim.io import scenario_from_tables
from gridsim.report.statements import write_statements
from gridsim.rules import RuleSet, load
from gridsim.rules.catalogue import added, henan
from gridsim.rules.kinds import Option
from gridsim.rules.rule_file import Reading
from gridsim.rules.schema import OWN_DEFAULTS, OWN_FIELDS, OWN_GROUPS, Group, ValueGroup
from gridsim.scenario.vary import with_rules
from gridsim.words import LANGS
from tests.cases.reading import read_cases
from tests.retail.worked import write_worked
from tests.settlement.test_billing import market
from tests.shared import SCENARIOS

PACKAGE = Path(gridsim.__file__).parent
STORED = Path(__file__).with_name("manifest_of_0_1.json")
"""The rules of a manifest as gridsim wrote them before readings stood apart from values."""
READINGS = henan().readings
CASES = {case["case"]: case for case in read_cases()}


def faults_of(overrides: Any) -> tuple[Fault, ...]:
    with pytest.raises(ScenarioError) as caught:
        load("henan-2021", overrides)
    return caught.value.faults


# ------------------------------------------------------------------------------------------------- values are read


def test_no_value_has_one_legal_value_alone() -> None:
    assert [path for path, kind in henan().kinds.items() if isinstance(kind, Option) and len(kind.names) < 2] == []


def test_every_value_is_read_by_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Runs, recorded: of the mini scenario as it is, split by the typical curve, of retail contracts, of bills."""
    mini = gridsim.load(SCENARIOS / "henan-2021-mini")
    retail = gridsim.load(write_worked(tmp_path))
    billed = scenario_from_tables(market(), name="bills", year=2021, rules="henan-2021")
    scenarios = [mini, mini.with_overrides({"decomposition.method": "typical_curve"}), retail, billed]
    paths = {id(group): path for scenario in scenarios for path, group in _groups(scenario.rules)}
    read: set[str] = set()

    def recorded(group: Any, name: str) -> Any:
        if not name.startswith("_"):
            read.add(f"{paths.get(id(group), '?')}.{name}".removeprefix("."))
        return object.__getattribute__(group, name)

    for kind in (Group, ValueGroup):
        monkeypatch.setattr(kind, "__getattribute__", recorded, raising=False)
    for scenario in scenarios:
        gridsim.run(scenario)
    retail.with_load(1)
    assert [path for path in henan().kinds if path not in read] == []


def _groups(rules: RuleSet, path: str = "", group: Any = None) -> Iterator[tuple[str, Any]]:
    """Each group of a rule set's values, with its path."""
    group = rules.values if group is None else group
    yield path, group
    for name, inner in vars(group).items():
        if isinstance(inner, Group | ValueGroup):
            yield from _groups(rules, f"{path}.{name}".removeprefix("."), inner)


# ------------------------------------------------------------------------------------- readings are shown, and listed


@pytest.mark.parametrize("reading", READINGS.values(), ids=lambda reading: reading.id)
def test_a_reading_is_shown_by_a_worked_case_or_says_why_not(reading: Reading) -> None:
    if reading.case is not None:
        assert reading.case in CASES
    else:
        assert reading.no_case is not None
        assert reading.no_case.en.endswith(".") and reading.no_case.zh.endswith("。")


@pytest.mark.parametrize("reading", READINGS.values(), ids=lambda reading: reading.id)
def test_a_reading_is_told_in_both_languages_with_what_else_it_could_mean(reading: Reading) -> None:
    assert reading.id not in henan().kinds and reading.id not in henan().groups
    for en in (reading.en, reading.also.en):
        assert en.endswith(".")
    for zh in (reading.zh, reading.also.zh):
        assert zh.endswith("。")


def test_values_and_readings_stand_in_one_order() -> None:
    rules = load("henan-2021")
    assert [entry.path for entry in rules.entries] == list(henan().paths)
    assert set(henan().paths) == {*henan().kinds, *READINGS}
    assert len(henan().paths) == len(henan().kinds) + len(READINGS)


# ------------------------------------------------------------------------------------------------- a reading is named


@pytest.mark.parametrize("reading", READINGS.values(), ids=lambda reading: reading.id)
def test_its_own_value_is_taken_and_changes_nothing(reading: Reading) -> None:
    assert load("henan-2021", {reading.id: reading.value}) == load("henan-2021")


@pytest.mark.parametrize("reading", READINGS.values(), ids=lambda reading: reading.id)
def test_any_other_value_is_told_to_be_a_reading(reading: Reading) -> None:
    (fault,) = faults_of({reading.id: "another"})
    assert (fault.column, fault.value) == (f"overrides.{reading.id}", "another")
    for lang in LANGS:
        message, allowed = fault.message.told(lang), fault.allowed.told(lang)
        assert {"en": "this is a reading", "zh": "取法"}[lang] in message
        assert reading.clause in message
        assert allowed.startswith(reading.value)
        assert {"en": reading.en, "zh": reading.zh}[lang] in allowed
        assert reading.also.in_(lang) in allowed


def test_a_group_may_name_readings() -> None:
    assert load("henan-2021", {"scope": {"own_periods": "not_computed"}}) == load("henan-2021")
    (fault,) = faults_of({"scope": "not_computed"})
    assert fault.message == "this is a group of values, not one value"
    assert fault.allowed.startswith("scope.own_periods, ")


def test_a_wrong_name_is_led_to_the_reading() -> None:
    (fault,) = faults_of({"scope.own_period": "computed"})
    assert "nearest: scope.own_periods" in fault.allowed


def own(folder: Path, text: str) -> RuleSet:
    (folder / "own.yaml").write_text(f"id: own\nextends: henan-2021\n{text}", "utf-8")
    return load("own.yaml", base_dir=folder)


def test_a_rule_set_that_extends_may_name_it(tmp_path: Path) -> None:
    rules = own(tmp_path, "values:\n  settlement.funds: on_in_band_energy\n  fallback: {contracts: {clause: A 3}}\n")
    assert rules.hash == load("henan-2021").hash
    assert rules.item("settlement.funds") == load("henan-2021").item("settlement.funds")
    assert rules.item("fallback.contracts").clause == "A 3"
    with pytest.raises(ScenarioError, match="this is a reading of A 3 and can't be changed"):
        rules.with_overrides({"fallback.contracts": "end"})
    with pytest.raises(ScenarioError) as caught:
        own(tmp_path, "values:\n  settlement:\n    overrun_payer: user\n")
    (fault,) = caught.value.faults
    assert (fault.row, fault.column) == (5, "values.settlement.overrun_payer")
    assert "this is a reading of N5.1, N5.2" in fault.message


WHOLE = (
    "{id: settlement.funds, value: VALUE, clause: A 1, origin: choice, en: E., zh: 中。, "
    "also: {en: F., zh: 文。}, SHOWN}"
)


def test_a_rule_set_may_give_its_own_words_for_it(tmp_path: Path) -> None:
    given = WHOLE.replace("VALUE", "on_in_band_energy").replace("SHOWN", "case: none yet")
    rules = own(tmp_path, f"readings:\n  - {given}\n")
    assert (rules.item("settlement.funds").clause, rules.item("settlement.funds").zh) == ("A 1", "中。")
    with pytest.raises(ScenarioError) as caught:
        rules.with_overrides({"settlement.funds": "on_all"})
    assert caught.value.faults[0].allowed == "on_in_band_energy: E. It could also mean: F."


WRONG = [
    (WHOLE.replace("VALUE", "on_all").replace("SHOWN", "case: x"), "readings[0].value", "this is a reading of N4"),
    (WHOLE.replace("VALUE", "on_in_band_energy").replace("SHOWN", "note: x"), "readings[0].note", "unknown key"),
    (WHOLE.replace("settlement.funds", "settlement.fund").replace("SHOWN", "case: x"), "readings[0].id", "no such"),
    (WHOLE.replace("VALUE", "on_in_band_energy").replace(", SHOWN", ""), "readings[0].case", "a worked case"),
    ("{id: settlement.funds}", "readings[0].value", "missing key"),
    ("settlement.funds", "readings[0]", "not a map"),
]


@pytest.mark.parametrize(("given", "column", "message"), WRONG)
def test_faults_of_a_reading(tmp_path: Path, given: str, column: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        own(tmp_path, f"readings:\n  - {given}\n")
    fault = next(fault for fault in caught.value.faults if fault.column == column)
    assert fault.row == 4
    assert message in fault.message


def test_a_whole_rule_set_needs_every_reading(tmp_path: Path) -> None:
    shipped = (PACKAGE / "rules" / "data" / "henan-2021.yaml").read_text("utf-8")
    (tmp_path / "own.yaml").write_text(shipped.partition("\nreadings:\n")[0], "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load("own.yaml", base_dir=tmp_path)
    assert {fault.message for fault in caught.value.faults} == {
        f"the reading {path} is missing" for path in READINGS if path not in added()
    }


# ---------------------------------------------------------------------------------- results written by gridsim before


ONCE = {"matching.intra_month": "only_adds"}
"""What was a reading, and is shipped as another value now."""


def test_what_was_added_is_what_gridsim_does_without_it() -> None:
    """Henan's file and the code that reads a set without the value say the same."""
    for path in OWN_DEFAULTS:
        group, name = path.split(".")
        default = OWN_GROUPS[group].model_fields[name].default
        assert str(OWN_FIELDS[path].plain(default)) == added()[path], path
    assert set(added()) <= set(henan().paths)


def test_a_manifest_is_what_it_was() -> None:
    stored = json.loads(STORED.read_text("utf-8"))
    rules, shipped = RuleSet.from_dict(stored), load("henan-2021", overrides=ONCE)
    assert rules.hash == shipped.hash == stored["hash"]
    assert (rules.values, rules.clauses) == (shipped.values, shipped.clauses)
    assert [entry.path for entry in rules.entries] == [path for path in henan().paths if path not in added()]
    # What has become a value since: as it is shipped, and open to another value.
    for path in ("settlement.tou_adjustment_base", "calendar.before_day"):
        assert rules.item(path) == shipped.item(path)
    changed = rules.with_overrides({"settlement.tou_adjustment_base": "catalogue_difference"})
    assert "not times a coefficient" in changed.item("settlement.tou_adjustment_base").en
    assert changed.hash != rules.hash != shipped.with_overrides({"calendar.by_date": "excludes_the_day"}).hash


def test_a_manifest_without_transfers_means_what_it_meant() -> None:
    """Intra-month sessions only added energy, whether its readings said so or nothing did."""
    stored = json.loads(STORED.read_text("utf-8"))
    (taken,) = (each for each in RuleSet.from_dict(stored).assumptions(["2021-07"]) if each.path in ONCE)
    assert (taken.en, taken.zh) == tuple(stored["values"]["matching.intra_month"][lang] for lang in ("en", "zh"))
    del stored["values"]["matching.intra_month"]
    with pytest.raises(ScenarioError, match="don't match their hash") as caught:
        RuleSet.from_dict(stored)
    without = RuleSet.from_dict(stored | {"hash": caught.value.faults[0].allowed})
    assert without.values.matching.intra_month == "only_adds"


def test_a_rule_file_written_before_is_read_as_it_was(tmp_path: Path) -> None:
    """It has readings among its values, each with the words of its own."""
    stored = json.loads(STORED.read_text("utf-8"))
    del stored["hash"], stored["format"]
    stored["values"]["settlement.funds"] |= {"clause": "A 1", "en": "Own words."}
    (tmp_path / "own.yaml").write_text(json.dumps(stored, ensure_ascii=False), "utf-8")
    rules = load("own.yaml", base_dir=tmp_path)
    assert rules.hash == load("henan-2021", overrides=ONCE).hash
    assert (rules.item("settlement.funds").clause, rules.item("settlement.funds").en) == ("A 1", "Own words.")
    assert rules.item("fallback.base") == load("henan-2021").item("fallback.base")
    stored["values"]["settlement.funds"]["value"] = "on_all"
    (tmp_path / "own.yaml").write_text(json.dumps(stored, ensure_ascii=False), "utf-8")
    with pytest.raises(ScenarioError, match="this is a reading of N4 and can't be changed"):
        load("own.yaml", base_dir=tmp_path)


def test_a_manifest_need_not_have_every_reading() -> None:
    """One that is added later was no reading then."""
    stored = json.loads(STORED.read_text("utf-8"))
    del stored["values"]["scope.own_periods"]
    with pytest.raises(ScenarioError, match="don't match their hash") as caught:
        RuleSet.from_dict(stored)
    rules = RuleSet.from_dict(stored | {"hash": caught.value.faults[0].allowed})
    assert "scope.own_periods" not in {item.path for item in rules.items()}
    for path, name in (("settlement.funds", "on_in_band_energy"), ("scope.own_periods", "not_computed")):
        assert rules.with_overrides({path: name}) == rules


def test_results_written_before_open_explain_and_print(tmp_path: Path) -> None:
    scenario = gridsim.load(SCENARIOS / "henan-2021-mini")
    mini = gridsim.run(with_rules(scenario, RuleSet.from_dict(json.loads(STORED.read_text("utf-8")))))
    mini.save(tmp_path, format="csv")
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert "mode_encouraged" not in set(mini.compliance["check"])  # as it was
    for path, name in (("settlement.overrun_payer", "buyer"), ("settlement.funds", "on_in_band_energy")):
        assert manifest["rules"]["values"][path]["value"] == name
    kept = gridsim.Result.load(tmp_path)
    assert str(kept.explain("R1/tou", "2021-02")) == str(mini.explain("R1/tou", "2021-02"))
    assert kept.rules.assumptions(["2021-02"]) == mini.rules.assumptions(["2021-02"])
    write_statements(kept, tmp_path / "bills.xlsx", units=["R1/tou"], months=["2021-02"])
    with pytest.raises(ScenarioError, match="It could also mean: Each user pays"):
        kept.rules.with_overrides({"settlement.overrun_payer": "user"})
    manifest["rules"]["values"]["settlement.overrun_payer"]["value"] = "user"
    with pytest.raises(ScenarioError, match="this is a reading of"):
        RuleSet.from_dict(manifest["rules"])
