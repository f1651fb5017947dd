"""SQL about a batch reaches the batch and nothing else; its tables join in any program."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from gridsim.batch import load
from gridsim.errors import ResultError

TABLES = ("runs", "items", "units", "unit_draws")


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


FORBIDDEN = {
    "reads a file": "select * from read_csv('{file}')",
    "reads a file by its name": "select * from '{file}'",
    "reads a text": "select content from read_text('{file}')",
    "lists a folder": "select * from glob('{folder}/*')",
    "writes a file": "copy (select 1) to '{folder}/written.csv'",
    "writes over a part": "copy (select 1) to '{part}'",
    "attaches a database": "attach '{folder}/written.db'",
    "exports": "export database '{folder}/written'",
    "opens what is shut": "set enable_external_access = true",
    "spills where it likes": "set temp_directory = '{folder}/written'",
    "installs": "install httpfs",
    "reads a variable of Python": "select * from secret",
}


@pytest.mark.parametrize("sql", FORBIDDEN.values(), ids=FORBIDDEN)
@pytest.mark.parametrize("is_stored", [True, False])
def test_a_query_reaches_the_batch_alone(sql: str, is_stored: bool, stored: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    out = tmp_path / "out"
    shutil.copytree(stored, out)
    secret = pa.table({"a": [1]})
    file = tmp_path / "secret.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    before = contents(tmp_path)
    batch = load(out) if is_stored else load(out).in_memory()
    text = sql.format(file=file, folder=tmp_path, part=next((out / "runs").glob("*.parquet"))) + " -- runs"
    with pytest.raises(ResultError, match="query failed") as caught:
        batch.query(text)
    assert "Parser Error" not in str(caught.value)
    assert contents(tmp_path) == before and len(secret) == 1
    assert batch.query("select count(*) as n from runs")["n"][0] == 12


def test_a_query_may_be_allowed_files(stored: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    file = tmp_path / "out.csv"
    load(stored).query(f"copy (select point, sum(total_yuan) as t from runs group by all) to '{file}'", files=True)
    assert len(file.read_text(encoding="utf-8").splitlines()) == 1 + 4


def test_a_query_about_a_damaged_table_is_refused(stored: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    out = tmp_path / "out"
    shutil.copytree(stored, out)
    path = next((out / "units").glob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-100])
    batch = load(out)
    assert batch.query("select count(*) as n from runs")["n"][0] == 12
    for sql in ("select count(*) from units", "from query_table('UNITS')"):
        with pytest.raises(ResultError, match=r"units/.*cut off"):
            batch.query(sql)


def test_tables_join_the_points_in_any_program(stored: Path) -> None:
    """``point_id`` is plain text in all of them: as dictionary in one of two, polars joined nothing."""
    polars = pytest.importorskip("polars")
    points = polars.read_parquet(f"{stored}/points/*.parquet")
    for name in TABLES:
        rows = polars.read_parquet(f"{stored}/{name}/*.parquet")
        assert rows.schema["point_id"] == points.schema["point_id"] == polars.String
        joined = rows.join(points, on="point_id")
        assert len(joined) == len(rows) and joined["load.scale"].null_count() == 0
        schema = pyarrow.parquet.read_schema(next((stored / name).glob("*.parquet")))
        assert not [field.name for field in schema if pa.types.is_dictionary(field.type)]
