"""Long tables are made, written and read part by part: whatever the parts, the same rows and the same bytes."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gridsim
from gridsim.io.table_files import read_parts, read_table, write_table
from gridsim.io.table_sets import MadeTables
from gridsim.settlement import parted
from gridsim.settlement.parted import PartedTable, chunks, cuts, made_ahead
from tests.markets import RESULT_TABLES
from tests.shared import PROVINCE, fresh, scenario_in

LONG = ("ledger", "cell_settlement", "leg_settlement")


@pytest.fixture(scope="module")
def whole() -> gridsim.Result:
    result = fresh(PROVINCE)
    for name in LONG:
        result.exact.arrow(name)  # made now, whole
    return result


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> gridsim.Result:
    monkeypatch.setattr(parted, "PART", 1000)
    return gridsim.run(scenario_in(PROVINCE))  # a run of its own: the shared one may be made already


def plain(table: pa.Table) -> pa.Table:
    """With texts as texts, in one piece."""
    columns = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in table.columns]
    return pa.table(columns, names=table.column_names).combine_chunks()


def joined(parts: list[pa.Table]) -> pa.Table:
    assert len({str(part.schema) for part in parts}) == 1
    return plain(pa.concat_tables(parts))


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("name", LONG)
def test_parts_are_the_whole(whole: gridsim.Result, in_parts: gridsim.Result, name: str) -> None:
    parts = list(in_parts.exact.parts(name))
    assert len(parts) > 3
    assert joined(parts).equals(plain(whole.exact.arrow(name)))
    assert in_parts.manifest["counts"] == whole.manifest["counts"]
    assert sum(len(part) for part in parts) == in_parts.manifest["counts"]["results"][name]
    assert joined(list(in_parts.exact.parts(name))).equals(joined(parts))  # they may be asked for again
    assert plain(in_parts.exact.arrow(name)).equals(joined(parts))
    assert joined(list(in_parts.exact.parts(name))).equals(joined(parts))  # and after the whole was made


@pytest.mark.parametrize("name", RESULT_TABLES)
def test_some_columns_alone(in_parts: gridsim.Result, name: str) -> None:
    columns = [column.exact for column in RESULT_TABLES[name]]
    for wanted in (columns[::2], columns[1::3]):
        alone = joined(list(in_parts.exact.parts(name, wanted)))
        assert alone.equals(joined(list(in_parts.exact.parts(name))).select(wanted))


def test_every_part_is_short_and_in_order(in_parts: gridsim.Result) -> None:
    parts = list(in_parts.exact.parts("ledger", ("line", "month", "trial")))
    assert max(len(part) for part in parts) <= 1000 + 100  # and users without a unit
    lines = pa.concat_tables(parts)
    assert lines.column("line").to_pylist() == list(range(1, len(lines) + 1))
    for trial in (False, True):
        months = plain(lines.filter(pa.compute.equal(lines.column("trial"), trial))).column("month").to_pylist()
        assert months == sorted(months)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_the_parts_leave_no_trace(
    whole: gridsim.Result, in_parts: gridsim.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    in_parts.save(tmp_path / "parts", format=format, threads=2)  # type: ignore[arg-type]
    again = gridsim.Result.load(tmp_path / "parts")
    for name in RESULT_TABLES:
        assert joined(list(again.exact.parts(name))).equals(plain(whole.exact.arrow(name)))
        wanted = [column.exact for column in RESULT_TABLES[name]][1:3]
        assert joined(list(again.exact.parts(name, wanted))).equals(plain(whole.exact.arrow(name).select(wanted)))
    assert again.summary() == in_parts.summary() == whole.summary()
    in_parts.save(tmp_path / "alone", format=format, threads=1)  # type: ignore[arg-type]
    assert digests(tmp_path / "alone") == digests(tmp_path / "parts")
    if format == "parquet":
        assert pq.ParquetFile(tmp_path / "parts" / "ledger.parquet").num_row_groups > 5
    else:
        monkeypatch.setattr(parted, "PART", 10**6)
        whole.save(tmp_path / "whole", format="csv")
        assert digests(tmp_path / "whole") == digests(tmp_path / "parts")


def test_a_few_rows_of_many_parts(in_parts: gridsim.Result, whole: gridsim.Result, tmp_path: Path) -> None:
    in_parts.save(tmp_path)
    again = gridsim.Result.load(tmp_path)
    unit = whole.exact.arrow("positions").column("unit_id")[0].as_py()
    where = {"unit_id": unit, "month": "2021-05"}
    rows = plain(whole.exact.arrow("ledger"))
    rows = rows.filter(pa.compute.and_(*(pa.compute.equal(rows.column(name), text) for name, text in where.items())))
    found = plain(again.exact.arrow("ledger", where))
    assert len(rows) and found.equals(rows)


def test_money_of_nineteen_digits_is_written_exactly(tmp_path: Path) -> None:
    spec = RESULT_TABLES["leg_settlement"]

    def table(amount: int) -> pa.Table:
        kwh = pa.array([1, 2])
        columns = {"leg_id": ["L1", "L2"], "in_band_kwh": kwh, "energy_micro_yuan": [amount, -amount]}
        return pa.table(columns | {"shortfall_kwh": kwh, "shortfall_micro_yuan": kwh, "trial": [True, False]})

    for amount, stored in (
        (10**18 - 1, "INT64"),
        (10**18, "FIXED_LEN_BYTE_ARRAY"),
        (2**63 - 1, "FIXED_LEN_BYTE_ARRAY"),
    ):
        path = tmp_path / "leg_settlement.parquet"
        write_table(path, lambda amount=amount: iter([table(1), table(amount)]), spec, "parquet")
        assert pq.ParquetFile(path).schema.column(2).physical_type == stored
        assert plain(read_table(path, spec)).equals(plain(pa.concat_tables([table(1), table(amount)])))
        assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_table_without_rows_has_its_columns(tmp_path: Path, format: str) -> None:
    spec = RESULT_TABLES["rejected"]
    empty = pa.table(
        {column.exact: pa.array([], pa.int64() if column.name == "row" else pa.string()) for column in spec}
    )
    path = tmp_path / f"rejected.{format}"
    write_table(path, lambda: iter([empty]), spec, format)  # type: ignore[arg-type]
    (part,) = read_parts(path, spec)
    assert part.num_rows == 0 and part.column_names == empty.column_names


def test_unused_texts_are_not_written(tmp_path: Path) -> None:
    names = pa.array([f"L{number}" for number in range(10_000)])
    codes = np.array([9_999, -1, 3, 9_999], dtype=np.int32)
    spec = RESULT_TABLES["leg_settlement"]
    amounts = {column.exact: pa.array([1, 2, 3, 4]) for column in spec.columns[1:-1]}
    leg = pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), names)
    table = pa.table({"leg_id": leg, **amounts, "trial": [True] * 4})
    path = tmp_path / "leg_settlement.parquet"
    write_table(path, lambda: iter([table]), spec, "parquet")
    assert path.stat().st_size < 4000  # ten thousand names would not fit
    assert plain(read_table(path, spec)).column("leg_id").to_pylist() == ["L9999", None, "L3", "L9999"]


def test_nothing_is_made_to_see_whether_it_is_there() -> None:
    def parts(_: object) -> object:
        raise AssertionError("made")

    tables = MadeTables({"ledger": PartedTable(7, parts), "rejected": pa.table({"row": [1]})})  # type: ignore[arg-type]
    assert "ledger" in tables and "trades" not in tables
    assert [tables.length(name) for name in tables] == [7, 1]


def test_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parted, "PART", 10)
    assert cuts(np.array([0])).tolist() == [0, 0]
    assert cuts(np.array([0, 3, 10, 11, 40, 41, 41])).tolist() == [0, 2, 3, 4, 6]
    assert [(run.start, run.stop) for run in chunks(21)] == [(0, 10), (10, 20), (20, 21)]
    assert [(run.start, run.stop) for run in chunks(0)] == [(0, 0)]


def test_parts_made_ahead_are_the_same_in_their_order() -> None:
    makers = []

    def parts() -> Iterator[int]:
        for number in range(5):
            makers.append(threading.current_thread())
            yield number

    assert list(made_ahead(parts())) == [0, 1, 2, 3, 4]
    assert threading.current_thread() not in makers
    assert list(made_ahead([])) == []


def test_what_fails_while_parts_are_made_ahead_is_told() -> None:
    def parts() -> Iterator[int]:
        yield 1
        raise ValueError("no second part")

    ahead = made_ahead(parts())
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="no second part"):
        next(ahead)


def test_one_part_is_made_ahead_and_no_more() -> None:
    made = []

    def parts() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    before = set(threading.enumerate())  # a test whose writing failed may not have let go of its own yet
    ahead = made_ahead(parts())
    assert next(ahead) == 0
    ahead.close()  # type: ignore[attr-defined]  # a generator
    assert made == [0, 1]
    assert not [
        thread
        for thread in set(threading.enumerate()) - before
        if thread.is_alive() and thread.name.startswith("gridsim-parts")
    ]


def test_the_bytes_do_not_depend_on_threads(in_parts: gridsim.Result, tmp_path: Path) -> None:
    for threads in (1, 2):
        in_parts.save(tmp_path / str(threads), threads=threads)
    assert digests(tmp_path / "1") == digests(tmp_path / "2")
