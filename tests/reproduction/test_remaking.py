"""A result is made again from its own folder, and what differs from then is told: program, rules, inputs, bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gridsim
from gridsim.reproduction import Reproduction, remaking
from gridsim.show.terminal import terminal_text
from gridsim.simulate import run
from tests.shared import MINI, SCENARIOS, as_user, files_in, fresh, scenario_in

OLD = Path(__file__).parents[1] / "stored_by_0_1" / "result"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    fresh().save(tmp_path / "result")
    return tmp_path / "result"


def with_manifest(folder: Path, change: object) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)  # type: ignore[operator]
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def told(made: Reproduction, lang: str = "en") -> str:
    return terminal_text(made.document(lang), width=200)  # type: ignore[arg-type]


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_every_byte_is_the_same_and_nothing_is_written(tmp_path: Path, format: str) -> None:
    fresh(SCENARIOS / "retailer-2021").save(tmp_path, format=format)  # type: ignore[arg-type]
    before = files_in(tmp_path)
    made = gridsim.reproduce(tmp_path, threads=1)
    assert made.is_same and made.versions == () == made.rules and made.hashes[0] == made.hashes[1]
    assert set(made.table["file"]) == {name for name in before if not name.startswith(".")}
    assert files_in(tmp_path) == before
    assert f"all {len(made.files)} files are the same, byte for byte" in told(made)
    assert f"全部 {len(made.files)} 个文件逐字节相同" in told(made, "zh")


def test_a_value_that_is_not_what_a_run_gives_is_named(stored: Path) -> None:
    """As another version may have left it: whole, with its digest, and with another number in it."""
    path = stored / "legs.parquet"
    table = pq.read_table(path)
    place = table.column_names.index("energy_mwh")
    energies = table.column(place).to_pylist()
    energies[3] += 1
    changed = table.set_column(
        place, table.schema.field(place), pa.chunked_array([pa.array(energies, type=table.schema.field(place).type)])
    )
    pq.write_table(changed.replace_schema_metadata(table.schema.metadata), path)

    def facts(manifest: dict) -> None:
        from gridsim.io.stored_manifest import facts_of

        manifest["files"]["legs.parquet"] = facts_of(path, len(energies))

    with_manifest(stored, facts)
    made = gridsim.reproduce(stored)
    assert not made.is_same
    (other,) = [file for file in made.files if not file.is_same]
    assert other.name == "legs.parquet" and "legs, row 4" in str(other.differences[0])
    assert "1 of" in told(made) and "legs.parquet" in told(made)
    shown = as_user("reproduce", stored, expect=1)
    assert "legs, row 4" in shown.stdout


def test_another_program_is_told_of(stored: Path) -> None:
    with_manifest(stored, lambda manifest: manifest["versions"].update(numpy="1.0.0", gridsim="0.0.9"))
    made = gridsim.reproduce(stored)
    assert [(each.name, each.then) for each in made.versions] == [("gridsim", "0.0.9"), ("numpy", "1.0.0")]
    assert made.is_same  # who made it is no part of what was made
    assert "1.0.0" in told(made)


def test_rules_that_are_shipped_otherwise_today_are_told_of_and_those_of_then_are_used(tmp_path: Path) -> None:
    """The oldest result that is kept: fewer rules, fewer tables, every number of then."""
    made = gridsim.reproduce(OLD)
    assert {"retail.own_deviation"} <= {change.name for change in made.rules}
    assert not [file for file in made.files if file.differences and "kwh" in str(file.differences)]
    assert "those of the manifest were used" in told(made)


def test_what_was_overridden_is_no_change_of_the_rules(tmp_path: Path) -> None:
    gridsim.run(scenario_in().with_overrides({"settlement.tou.upper": "1.05"})).save(tmp_path)
    made = gridsim.reproduce(tmp_path)
    assert made.is_same and made.rules == ()


def test_the_scenario_of_today_is_compared_and_not_run(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled = []
    monkeypatch.setattr(remaking, "run", lambda scenario, **how: settled.append(scenario) or run(scenario, **how))
    made = gridsim.reproduce(stored, scenario=scenario_in().with_load("1.1"))
    assert [each.hash for each in settled] == [scenario_in().hash]
    assert made.is_same and [change.name for change in made.inputs or ()] == ["meter.energy_mwh"]
    assert gridsim.reproduce(stored, scenario=scenario_in()).inputs == ()
    shown = as_user("reproduce", stored, "--scenario", MINI, "--lang", "zh")
    assert "今天的场景与当时相同" in shown.stdout


def test_a_damaged_folder_is_refused(stored: Path) -> None:
    (stored / "legs.parquet").write_bytes(b"gone")
    with pytest.raises(gridsim.ResultError, match=r"legs\.parquet"):
        gridsim.reproduce(stored)


def test_a_result_gives_its_scenario_back() -> None:
    scenario = fresh().scenario()
    assert scenario.hash == scenario_in().hash and scenario.name == scenario_in().name
