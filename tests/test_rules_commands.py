"""``gridsim rules new``, ``check`` and ``diff``: a rule set of one's own, from its beginning to what it changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import gridsim
from gridsim.cli import app
from gridsim.rules.difference import difference_document
from gridsim.show.document import Grid


def asked(*arguments: object) -> tuple[int, str]:
    run = CliRunner().invoke(app, ["rules", *map(str, arguments)])
    return run.exit_code, run.output


@pytest.fixture
def own(tmp_path: Path) -> Path:
    assert asked("new", tmp_path / "own.yaml", "--from", "henan-2021")[0] == 0
    return tmp_path / "own.yaml"


def test_a_new_file_changes_nothing_and_shows_every_value(own: Path) -> None:
    henan = gridsim.rules.load("henan-2021")
    rules = gridsim.rules.load(own)
    assert (rules.id, rules.hash) == ("own", henan.hash)
    text = own.read_text(encoding="utf-8")
    for entry in henan.entries:
        assert (f"  # {entry.path}: " in text) == (entry.also is None), entry.path
    code, told = asked("check", own)
    assert (code, "no fault found (own, " in told) == (0, True)
    assert "What cites which clause" not in asked("diff", "henan-2021", own)[1]


def test_every_value_may_be_taken_out_of_its_comment(own: Path) -> None:
    lines = own.read_text(encoding="utf-8").splitlines()
    paths = tuple(f"  # {entry.path}: " for entry in gridsim.rules.load("henan-2021").entries)
    own.write_text("\n".join(f"  {line[4:]}" if line.startswith(paths) else line for line in lines), encoding="utf-8")
    assert gridsim.rules.load(own).hash == gridsim.rules.load("henan-2021").hash


def test_the_lists_of_the_market_may_be_taken_out_of_their_comment(own: Path) -> None:
    henan = gridsim.rules.load("henan-2021")
    head, _, lists = own.read_text(encoding="utf-8").partition("# shape:\n")
    lists, _, values = lists.partition("\n\n")
    taken = "\n".join(line.removeprefix("# ") for line in lists.splitlines())
    own.write_text(f"{head}shape:\n{taken}\n\n{values}", encoding="utf-8")
    assert gridsim.rules.load(own).given_shape == henan.given_shape
    own.write_text(own.read_text("utf-8").replace("order_of_legs: pro_rata", "order_of_legs: [time]"), encoding="utf-8")
    changed = gridsim.rules.load(own)
    assert (changed.shape.order_of_legs, changed.hash == henan.hash) == (("time",), False)
    told = asked("diff", "henan-2021", own)[1]
    assert "order_of_legs" in told and "[time]" in told


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_was_changed(own: Path, lang: str) -> None:
    text = own.read_text(encoding="utf-8")
    own.write_text(text.replace("  # settlement.tou.upper: 1.08", "  settlement.tou.upper: 1.1"), encoding="utf-8")
    document = difference_document(gridsim.rules.load("henan-2021"), gridsim.rules.load(own), lang)
    _, values, clauses = [block for block in document if isinstance(block, Grid)]
    ((what, before, after, clause, origin),) = [tuple(map(str, row)) for row in values.rows]
    assert what.startswith("settlement.tou.upper")
    assert (before, after, clause) == ("1.08", "1.1", "N5.2 → —")
    assert origin == ("notice → other" if lang == "en" else "通知 → 其他")
    cited = [str(row[0]).partition("\n")[0] for row in clauses.rows]  # they cite the value that has no clause now
    assert cited == ["ledger.energy.tou", "ledger.overrun.tou"]
    assert ("120 values and readings are the same" if lang == "en" else "其余 120 项") in str(document[-1])
    assert asked("diff", "henan-2021", own, "--lang", lang)[0] == 0


def test_every_fault_with_its_line(own: Path) -> None:
    lines = own.read_text(encoding="utf-8").splitlines()
    own.write_text("\n".join([*lines, "  settlement.tou.upper: 110%", "  matching.tise: time"]), encoding="utf-8")
    code, told = asked("check", own)
    assert code == 2
    assert f"line {len(lines) + 1}, values.settlement.tou.upper: a percentage" in told
    assert f"line {len(lines) + 2}, values.matching.tise: there is no such value" in told
    assert "nearest: matching.ties" in told
    assert asked("diff", "henan-2021", own)[0] == 2


@pytest.mark.parametrize(
    ("name", "base", "told"),
    [
        ("own.txt", "henan-2021", "ends with .yaml or .yml"),
        ("henan-2021.yaml", "henan-2021", "the name of a shipped rule set"),
        ("new.yaml", "henan-2012", "nearest: henan-2021"),
        ("there.yaml", "henan-2021", "it is not overwritten"),
    ],
)
def test_what_cannot_be_begun(tmp_path: Path, name: str, base: str, told: str) -> None:
    (tmp_path / "there.yaml").write_text("mine", encoding="utf-8")
    code, output = asked("new", tmp_path / name, "--from", base)
    assert (code, told in output) == (2, True), output
    assert [path.name for path in tmp_path.iterdir()] == ["there.yaml"]
    assert (tmp_path / "there.yaml").read_text(encoding="utf-8") == "mine"


def test_a_file_that_is_none(tmp_path: Path) -> None:
    assert asked("check", tmp_path / "nothing.yaml")[0] == 2
    assert asked("check", tmp_path / "own.txt")[0] == 2


def test_the_schema_for_editors() -> None:
    code, told = asked("schema")
    assert code == 0
    assert set(json.loads(told)["properties"]) >= {"id", "extends", "values", "readings", "cites", "shape"}


def test_a_list_that_is_changed_changes_no_clause_that_it_does_not_govern(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    under = "[{edge: {value: settlement.tou.lower}, price: 30}]"
    own.write_text(f"id: own\nextends: henan-2021\nshape: {{modes: {{tou: {{under: {under}}}}}}}\n", "utf-8")
    code, told = asked("diff", "henan-2021", own)
    assert code == 0 and "modes.tou.under[0].price" in told
    assert "compliance.calendar" not in told and "sessions.bilateral" not in told
