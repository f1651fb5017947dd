"""Results that were forged: what is printed of a result is checked first, and told by its place in both languages."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from ruamel.yaml import YAML

import gridsim
from gridsim.errors import ResultError
from gridsim.report.html import write_report
from gridsim.report.statements import write_statements
from tests.shared import as_user, fresh, sampled, scenario_in

_HERE = Path(__file__).parent
FORGERIES: list[dict[str, Any]] = YAML(typ="safe").load((_HERE / "forged_results.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def honest() -> gridsim.Result:
    return fresh()


def forged(result: gridsim.Result, edits: list[dict[str, Any]]) -> gridsim.Result:
    """The same result with some of what it says changed."""
    tables = {name: result.exact.arrow(name) for name in result.manifest["counts"]["results"]}
    inputs, manifest = dict(result.inputs), copy.deepcopy(dict(result.manifest))
    for edit in edits:
        if edit["table"] == "manifest":
            for path, value in edit["set"].items():
                *groups, key = path.split(".")
                at = manifest
                for group in groups:
                    at = at[group]
                at[key] = value
        else:
            where = inputs if edit["table"].startswith("inputs/") else tables
            name = edit["table"].removeprefix("inputs/")
            where[name] = _edited(where[name], edit)
    return gridsim.Result(tables, inputs, manifest, result.rules)


def _edited(table: pa.Table, edit: Mapping[str, Any]) -> pa.Table:
    rows = table.to_pylist()
    found = [at for at, row in enumerate(rows) if all(row[key] == value for key, value in edit["where"].items())]
    at = found[edit.get("at", 0)]
    row = rows[at]
    for column, value in edit.get("set", {}).items():
        assert column in row
        is_step = isinstance(value, str) and value[:1] in "+-" and value[1:].isdigit()
        assert row[column] != value
        row[column] = row[column] + int(value) if is_step else value
    if "swap" in edit:
        one, other = edit["swap"]
        row[one], row[other] = row[other], row[one]
    if "drop" in edit:
        del rows[at]
    if "double" in edit:
        rows.insert(at, dict(row))
    if "first" in edit:
        rows.insert(0, rows.pop(at))
    if "drop_all" in edit:
        rows = [row for at, row in enumerate(rows) if at not in set(found)]
    plain = [
        pa.field(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
        for field in table.schema
    ]
    return pa.Table.from_pylist(rows, pa.schema(plain))


def test_there_are_as_many_forgeries_as_were_tried_once() -> None:
    assert len(FORGERIES) >= 80
    assert len({each["name"] for each in FORGERIES}) == len(FORGERIES)


@pytest.mark.parametrize("forgery", sampled(FORGERIES, 4), ids=lambda forgery: forgery["name"])
def test_no_forged_result_is_printed(forgery: dict[str, Any], honest: gridsim.Result, tmp_path: Path) -> None:
    result = forged(honest, forgery["edits"])
    with pytest.raises(ResultError) as caught:
        write_statements(result, tmp_path / "out" / "statements.xlsx")
    lines = str(caught.value).replace("\n  ", "; ")
    assert lines.startswith("this result does not hold, so nothing is printed from it:")
    assert forgery["said"] in lines
    assert caught.value.sentence.zh.startswith("该结果前后不符，不予输出：\n")
    assert "but the derivation" not in caught.value.sentence.zh
    with pytest.raises(ResultError) as again:
        write_report(result, tmp_path / "out" / "report.html")
    assert str(again.value) == str(caught.value)
    assert not (tmp_path / "out").exists()
    if "explain" in forgery:
        with pytest.raises(ResultError):
            result.explain(*forgery["explain"])


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_an_honest_result_holds(honest: gridsim.Result, format: Any, tmp_path: Path) -> None:
    honest.check()
    honest.save(tmp_path, format)
    gridsim.Result.load(tmp_path).check()


@pytest.mark.parametrize(
    "overrides",
    [
        {"matching.ties": "pro_rata"},
        {"matching.mechanism": "uniform"},
        {"matching.mechanism": "uniform", "matching.k": 0.3333},
        {"decomposition.method": "equal"},
        {"matching.heat_priority": False},
        {"settlement.conventional.upper": 1.01, "settlement.tou.lower": 0.99},
    ],
)
def test_a_result_of_other_rules_holds(overrides: dict[str, Any]) -> None:
    gridsim.run(scenario_in().with_overrides(overrides)).check()


@pytest.mark.parametrize(("lang", "head"), [("en", "this result does not hold"), ("zh", "该结果前后不符")])
@pytest.mark.parametrize("command", ["statements", "report"])
def test_commands_refuse_a_forged_folder(
    honest: gridsim.Result, command: str, lang: str, head: str, tmp_path: Path
) -> None:
    honest.save(tmp_path / "r", "csv")
    ledger = tmp_path / "r" / "ledger.csv"
    text = ledger.read_text("utf-8-sig")
    assert text.count("1159200.368000") == 1
    ledger.write_text(text.replace("1159200.368000", "1159200.368001"), "utf-8-sig")
    # A forger leaves out the digests too, as the manifests of version 0.1 have none.
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text("utf-8"))
    del manifest["files"]
    (tmp_path / "r" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    out = tmp_path / f"out{'.xlsx' if command == 'statements' else '.html'}"
    done = as_user(command, tmp_path / "r", "--out", out, "--lang", lang, expect=2)
    assert done.stderr.startswith(head)
    assert "1159200368001" in done.stderr
    assert not out.exists()


@pytest.mark.slow
def test_a_check_needs_no_kernel(honest: gridsim.Result, tmp_path: Path) -> None:
    honest.save(tmp_path)
    code = f"import gridsim, sys; gridsim.Result.load({str(tmp_path)!r}).check(); print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "False"
