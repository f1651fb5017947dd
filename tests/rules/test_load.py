"""Rule sets from files: what a YAML file may say, and every fault with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gridsim.errors import Fault, ScenarioError
from gridsim.rules import load
from gridsim.rules.shipped import shipped_text
from gridsim.rules.yamltext import read_yaml

K = "  matching:\n    k: "
TIES = "  matching:\n    ties: "
MULTIPLE = "  fallback:\n    multiple: "
HEAD = "id: hubei-2021\nextends: henan-2021\nvalues:\n"


def write(folder: Path, text: str | bytes, name: str = "hubei.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults_of(folder: Path, text: str | bytes, **options: Any) -> tuple[Fault, ...]:
    write(folder, text)
    with pytest.raises(ScenarioError) as caught:
        load("hubei.yaml", base_dir=folder, **options)
    return caught.value.faults


# ------------------------------------------------------------------------------------------------- a set that extends


def test_a_minimal_second_rule_set(tmp_path: Path) -> None:
    write(
        tmp_path,
        """\
id: hubei-2021
extends: henan-2021
title: {en: Hubei 2021, zh: 湖北2021}
values:
  settlement:
    tou:
      upper: 1.05            # the value alone
      lower:                 # with all that is known of it
        value: 0.95
        clause: H7
        origin: notice
        verified: true
        en: Below {value} it is shortfall.
        zh: 低于{value}倍为欠用电量。
  matching.mechanism: uniform  # dotted
  tariff.coefficient.peak:
    value:
      - {from: 2021-01, value: 1.5}
      - {from: 2021-07, value: 1.72}
""",
    )
    rules = load("hubei.yaml", base_dir=tmp_path)
    henan = load("henan-2021")
    assert (rules.id, rules.title("zh"), rules.number) == ("hubei-2021", "湖北2021", henan.number)
    assert rules.values.settlement.tou.upper == 10_500
    assert rules.values.matching.mechanism == "uniform"
    assert rules.overrides == {}  # the rule set's own values, not a scenario's

    alone = rules.item("settlement.tou.upper")
    assert (alone.origin, alone.verified, alone.clause) == ("other", False, "")
    assert (
        alone.en
        == "In tou mode, metered energy of a period beyond 1.05 times its contract energy of the month is overrun."
    )
    full = rules.item("settlement.tou.lower")
    assert (full.origin, full.verified, full.clause, full.en) == ("notice", True, "H7", "Below 0.95 it is shortfall.")
    assert rules.item("settlement.conventional.upper") == henan.item("settlement.conventional.upper")

    assert [rules.at(month).tariff.coefficient.peak for month in ("2021-01", "2021-06", "2021-07", "2021-12")] == [
        15_000, 15_000, 17_200, 17_200,
    ]  # fmt: skip
    assert rules.hash != henan.hash


def test_under_another_document_what_is_taken_over_stands_in_no_notice(tmp_path: Path) -> None:
    """Henan's 1.2 is no word of Jiangsu's document: it is listed as an assumption, from Henan's notice."""
    document = "document: {number: 苏〔2023〕1号, en: Rules of Jiangsu, zh: 江苏规则}\n"
    write(tmp_path, "id: js\nextends: henan-2021\n" + document + """\
values:
  settlement.tou.upper: {value: 1.03, clause: "117", origin: notice, verified: true}
  settlement.tou.lower: {value: 0.92, clause: "112", origin: notice, verified: true}  # as in Henan, but said here
""", "js.yaml")  # fmt: skip
    rules, henan = load("js.yaml", base_dir=tmp_path), load("henan-2021")
    multiple = rules.item("fallback.multiple")
    assert (multiple.value, multiple.origin, multiple.verified) == ("1.2", "other", False)
    assert multiple.clause == f"{henan.number} N6"  # a bare N6 would be read as a clause of Jiangsu's document
    assert multiple.source is not None and henan.number in multiple.source.en and henan.number in multiple.source.zh
    for path, clause in (("settlement.tou.upper", "117"), ("settlement.tou.lower", "112")):
        said = rules.item(path)
        assert (said.clause, said.origin, said.verified, said.source) == (clause, "notice", True, None)
    assert rules.item("matching.k").origin == "choice"
    unverified = {taken.path for taken in rules.assumptions(["2023-04"]) if taken.why == "unverified"}
    assert "fallback.multiple" in unverified and "settlement.tou.upper" not in unverified
    assert type(rules).from_dict(rules.to_dict()).item("fallback.multiple") == multiple
    write(tmp_path, "id: next\nextends: js.yaml\n", "next.yaml")
    assert load("next.yaml", base_dir=tmp_path).item("settlement.tou.upper").origin == "notice"


def test_the_same_values_have_the_same_hash(tmp_path: Path) -> None:
    write(tmp_path, HEAD + "  matching: {k: 0.50}\n")
    rules = load("hubei.yaml", base_dir=tmp_path)
    assert rules.hash == load("henan-2021").hash
    assert rules.item("matching.k").origin == "choice"


def test_extending_a_file_that_extends(tmp_path: Path) -> None:
    write(tmp_path, "id: one\nextends: henan-2021\nvalues: {matching: {k: 0.4}}\n", "one.yaml")
    write(tmp_path, "id: two\nextends: one.yaml\nvalues: {matching: {ties: pro_rata}}\n", "two.yaml")
    rules = load("two.yaml", {"matching.k": "0.3"}, base_dir=tmp_path)
    assert rules.values.matching.ties == "pro_rata"
    assert rules.item("matching.k").instead_of == "0.4"


def test_without_a_base_directory_any_path_will_do(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD.replace("values:\n", ""))
    assert load(path).id == load(str(path)).id == "hubei-2021"


def test_a_whole_rule_set_without_extends(tmp_path: Path) -> None:
    import gridsim.rules

    shipped = Path(gridsim.rules.__file__).parent / "data" / "henan-2021.yaml"
    write(tmp_path, shipped.read_bytes().replace(b"id: henan-2021", b"id: copy"))
    rules, henan = load("hubei.yaml", base_dir=tmp_path), load("henan-2021")
    assert rules.id == "copy"
    assert rules.entries == henan.entries


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"%YAML 1.2\n---\n"])
def test_bom_and_directive(tmp_path: Path, prefix: bytes) -> None:
    write(tmp_path, prefix + HEAD.encode() + b"  matching: {k: 0.25}\r\n")
    assert load("hubei.yaml", base_dir=tmp_path).values.matching.k == 2_500


# ------------------------------------------------------------------------------------------------ faults of the file


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b"", None, "the file is empty"),
        (b"\n# nothing\n", None, "the file is empty"),
        ("id: 湖北\n".encode("gb18030"), 1, "the file is not UTF-8"),
        (b"id: a\nvalues: [1, 2\n", 3, "broken YAML"),
        (b"id: a\nid: b\n", 2, "this key stands here twice"),
        (b"id: a\n---\nid: b\n", 2, "broken YAML"),
        (b"a: &x [*x]\n", 1, "contains itself"),
        (b"? [a]\n: b\n", 1, "a key that is no text"),
        (b"id: \x00\n", 1, "broken YAML"),
        (b"[" * 5000, 1, "nested too deeply"),
        (b"- a\n", 1, "not a rule set"),
        (b"word\n", 1, "not a rule set"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, text: bytes, line: int | None, message: str) -> None:
    fault = faults_of(tmp_path, text)[0]
    assert fault.file == "hubei.yaml"
    assert message in fault.message
    assert fault.row == line


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "allowed"),
    [
        ("  matching: {k: 1.5}\n", 4, "values.matching.k", "out of bounds", "from 0 to 1"),
        ("  matching:\n    k:\n      value: 0.50001\n", 6, "values.matching.k.value", "more than 4 decimals", "0 to 1"),
        ("  matching: {kk: 1}\n", 4, "values.matching.kk", "no such value", "nearest: matching.k"),
        ("  matching: 1\n", 4, "values.matching", "a group of values is needed", "a map"),
        (K + "{valeu: 1}\n", 5, "values.matching.k.valeu", "unknown key", "nearest: value"),
        (K + "{unit: MWh}\n", 5, "values.matching.k.unit", "another unit", "ratio"),
        (K + "{origin: law}\n", 5, "values.matching.k.origin", "where the value comes from", "notice, choice"),
        (MULTIPLE + "{verified: 1}\n", 5, "values.fallback.multiple.verified", "compared", "true or false"),
        (K + "{clause: 5}\n", 5, "values.matching.k.clause", "text is needed", "a clause of"),
        (K + "{en: One.}\n", 5, "values.matching.k", "words are needed in both languages", "en and zh"),
        (K + "{from: 2021}\n", 5, "values.matching.k.from", "not a month", "YYYY-MM"),
        (K + "{within: matching.ties}\n", 5, "values.matching.k.within", "list of months", "transition.months"),
        (K + "{when: {matching.tiez: 1}}\n", 5, "values.matching.k.when.matching.tiez", "no", "nearest: matching.ties"),
        (K + "{when: {matching.ties: never}}\n", 5, "values.matching.k.when.matching.ties", "not one of", "time or"),
        (K + "{when: 1}\n", 5, "values.matching.k.when", "not a map", "a path and the value"),
        (TIES + "{options: {time: {en: T., zh: 先。}}}\n", 5, "values.matching.ties.options", "each legal", "time or"),
        (TIES + "{options: 1}\n", 5, "values.matching.ties.options", "not a map", "time or pro_rata"),
        (TIES + "{en: E., zh: 先。}\n", 5, "values.matching.ties.en", "can't tell one value from another", "options"),
        (MULTIPLE + "{source: here}\n", 5, "values.fallback.multiple.source", "both languages", "en and zh"),
        ("  settlement:\n    tou:\n      upper: 0.5\n", 6, "values.settlement.tou.upper", "below the", "lower 0.92"),
        (K + "{instead_of: 0.1}\n", 5, "values.matching.k.instead_of", "unknown key", "value, unit"),
    ],
)  # fmt: skip
def test_faults_have_line_path_and_what_is_allowed(
    tmp_path: Path, text: str, line: int, column: str, message: str, allowed: str
) -> None:
    fault = faults_of(tmp_path, HEAD + text)[0]
    assert (fault.file, fault.row, fault.column) == ("hubei.yaml", line, column)
    assert message in fault.message
    assert allowed in fault.allowed


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("extends: henan-2021\n", "id", "a rule set has an id"),
        ("id: a\nextends: henan-2021\nvalue: {}\n", "value", "unknown key"),
        ("id: a\nextends: henan-2021\ntitle: A\n", "title", "both languages"),
        ("id: a\nextends: henan-2021\ndocument: A\n", "document", "the document"),
        ("id: a\nextends: henan-2021\nnotes: A\n", "notes", "not a list"),
        ("id: a\nextends: henan-2021\nnotes: [A]\n", "notes[0]", "both languages"),
        ("id: a\nextends: henan-2021\nin_force: 2021\n", "in_force", "the months"),
        ("id: a\nextends: henan-2021\nin_force: {from: 2021-05, to: 2021-04}\n", "in_force.to", "ends before"),
        ("id: a\nextends: henan-2020\n", "extends", "no such rule set"),
        ("id: a\nextends: hubei.yaml\n", "extends", "in a circle"),
        ("id: a\nextends: ../hubei.yaml\n", "extends", "outside the scenario folder"),
        ("id: a\nextends: none.yaml\n", "extends", "can't be read"),
        ("id: a\nextends: [a]\n", "extends", "not the name"),
    ],
)
def test_faults_of_the_head(tmp_path: Path, text: str, column: str, message: str) -> None:
    fault = faults_of(tmp_path, text)[0]
    assert fault.column == column
    assert message in fault.message


def test_every_fault_at_once(tmp_path: Path) -> None:
    text = "  matching: {k: 2, tie: time}\n  settlement: {tou: {upper: 0.5}}\n  fallback: {multiple: x}\n"
    columns = [fault.column for fault in faults_of(tmp_path, HEAD + text)]
    assert columns == [
        "values.matching.k",
        "values.matching.tie",
        "values.fallback.multiple",
        "values.settlement.tou.upper",
    ]


NEW = """\
id: tiny
title: {en: T, zh: 题}
document: {number: "1", en: D, zh: 文}
in_force: {from: 2021-01, to: 2021-12}
"""


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "id: a\n", NEW, NEW + "shape:\n", NEW + "values: {bands.upper: 1}\n"]
)
def test_a_file_of_a_new_market_is_asked_for_its_lists_and_for_nothing_of_a_province(tmp_path: Path, text: str) -> None:
    faults = faults_of(tmp_path, text)
    told = [fault.column or "" for fault in faults if not (fault.column or "").startswith("values.bands.upper")]
    head = [name for name in ("id", "title", "document", "in_force") if f"{name}:" not in text]
    lists = [f"shape.{name}" for name in ("periods", "hours", "products", "accounts", "modes")]
    nothing = [] if "id" in text else [""]  # the file is empty
    assert told == [*nothing, *head, "shape", *lists]


def test_without_lists_every_value_of_0_1_is_needed(tmp_path: Path) -> None:
    data = {name: each for name, each in shipped_text("henan-2021")[0].data.items() if name not in ("shape", "cites")}
    lacking = ("matching.ties", "settlement.tou.upper")
    data = json.loads(json.dumps(data))  # a copy
    del data["values"]["matching"]["ties"], data["values"]["settlement"]["tou"]["upper"]
    faults = faults_of(tmp_path, json.dumps(data, ensure_ascii=False))
    assert {(fault.column, fault.message) for fault in faults} == {
        (f"values.{path}", "the value is missing") for path in lacking
    }


def test_a_whole_value_says_what_it_is(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, NEW + "values: {bands.upper: {value: 1.1}}\nshape: {}\n")
    told = {fault.column: fault.allowed for fault in faults}
    assert told["values.bands.upper.unit"].startswith("one of ")


def test_the_place_that_named_the_rule_set_is_told(tmp_path: Path) -> None:
    lines = {"rules": 3}
    with pytest.raises(ScenarioError) as caught:
        load("henan-2012", base_dir=tmp_path, line_of=lines.get)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column, fault.value) == ("gridsim.rules.load", 3, "rules", "henan-2012")
    assert fault.allowed == "henan-2021, jiangsu-2023, or the path of a YAML file; nearest: henan-2021"


@pytest.mark.parametrize("name", ["../hubei.yaml", "/etc/hosts.yaml"])
def test_a_path_outside_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "scenario").mkdir()
    write(tmp_path, HEAD)
    with pytest.raises(ScenarioError, match="outside the scenario folder"):
        load(name, base_dir=tmp_path / "scenario")


def test_lines_of_dotted_names() -> None:
    text = b"""\
rules: henan-2021
overrides:
  settlement.tou.upper: 1.05
  matching:
    k: 0.5
  tariff.coefficient.peak:
    - {from: 2021-01, value: 1}
"""
    yaml, faults = read_yaml(text, "scenario.yaml")
    assert not faults
    lines = {
        "rules": 1,
        "overrides": 2,
        "overrides.settlement.tou.upper": 3,
        "overrides.matching.k": 5,
        "overrides.matching.ties": 4,
        "overrides.tariff.coefficient.peak[0].value": 7,
        "name": None,
        "overrides.settlement": 2,
    }
    assert {name: yaml.line_of(name) for name in lines} == lines


def test_decimals_and_dates_stay_text() -> None:
    text = b"a: 1.10\nb: 2021-01-01\nc: 0x10\nd: 7\ne: true\nf:\ng: 10:00\nh: yes\n"
    yaml, _ = read_yaml(text, "x.yaml")
    assert yaml.data == {
        "a": "1.10", "b": "2021-01-01", "c": "0x10", "d": 7, "e": True, "f": None, "g": "10:00", "h": "yes",
    }  # fmt: skip
