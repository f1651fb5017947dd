"""What can be done to the folder of a batch, and what is held of it before and after."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from gridsim.batch import Batch, recorder, run
from tests.batch.conftest import small_plan

TABLES = ("runs", "items", "units", "unit_draws")
POINTS = 4

Where = Callable[[Path], Path]


def four_points(folder: Path) -> Path:
    """A batch of four points: one in a part of its own, three together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "_FLUSH_SECONDS", 1e9)
        run(small_plan(sweep={"settlement.tou.upper": ["1.02"], "load.scale": ["0.95"]}), folder, detail="full")
        run(small_plan(), folder, detail="full", workers=1)
    assert sorted(points_of(folder, path) for path in (folder / "parts").glob("*.json")) == [1, 3]
    return folder


def rows_of(batch: Batch) -> dict[str, bytes]:
    return {name: serialised(batch.arrow(name)) for name in TABLES}


def serialised(table: pa.Table) -> bytes:
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(pa.string()))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks(), max_chunksize=1 << 30)
    written: bytes = sink.getvalue().to_pybytes()
    return written


def contents(folder: Path) -> set[str]:
    """What is in all files of a folder that are no links."""
    return {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name != "batch.json" and path.parent.name != "points"
    }


def go_on(out: Path, **changes: Any) -> list[Any]:
    """The events of the plan when it is run again."""
    events: list[Any] = []
    run(small_plan(**changes), out, detail="full", workers=1, progress=events.append)
    return events


def computed(events: list[Any]) -> int:
    return sum(event["event"] == "point" for event in events)


def of(table: str, which: int = -1) -> Callable[[Path], Path]:
    """The file of a part in a table: 0 is that of one point, -1 that of three."""
    folder, ending = (table, "json") if table == "parts" else (table, "parquet")
    return lambda out: sorted((out / folder).glob(f"*.{ending}"), key=lambda path: points_of(out, path))[which]


def points_of(out: Path, path: Path) -> int:
    return len(json.loads((out / "parts" / f"{path.stem}.json").read_text(encoding="utf-8"))["points"])


def manifest(out: Path) -> Path:
    return out / "batch.json"


def points(out: Path) -> Path:
    return out / "points" / "points.parquet"


def cut(where: Where, share: float = 0.5) -> Callable[[Path], object]:
    def make(out: Path) -> None:
        content = where(out).read_bytes()
        where(out).write_bytes(content[: int(len(content) * share)])

    return make


def longer(where: Where) -> Callable[[Path], object]:
    return lambda out: where(out).write_bytes(where(out).read_bytes() + b"\0")


def flipped(where: Where, share: float) -> Callable[[Path], object]:
    def make(out: Path) -> None:
        path = where(out)
        content = bytearray(path.read_bytes())
        content[min(int(len(content) * share), len(content) - 1)] ^= 4
        path.write_bytes(content)

    return make


def gone(where: Where) -> Callable[[Path], object]:
    return lambda out: where(out).unlink()


def replaced(where: Where, put: Callable[[Path], object]) -> Callable[[Path], object]:
    def make(out: Path) -> None:
        path = where(out)
        path.unlink()
        put(path)

    return make


def holding(where: Where, content: bytes) -> Callable[[Path], object]:
    return lambda out: where(out).write_bytes(content)


def swapped(one: Where, other: Where) -> Callable[[Path], object]:
    def make(out: Path) -> None:
        first, second = one(out), other(out)
        between = out / "between"
        first.rename(between)
        second.rename(first)
        between.rename(second)

    return make


def rewritten(where: Where, change: Callable[[pa.Table], pa.Table]) -> Callable[[Path], object]:
    """A sound Parquet file with other rows."""

    def make(out: Path) -> None:
        path = where(out)
        pyarrow.parquet.write_table(change(pyarrow.parquet.read_table(path)), path)

    return make


def edited(
    where: Where, change: Callable[[dict[str, Any]], object], *, is_sealed: bool = False
) -> Callable[[Path], object]:
    """JSON with other contents; sealed again by who knows how."""

    def make(out: Path) -> None:
        data = json.loads(where(out).read_text(encoding="utf-8"))
        change(data)
        if is_sealed and "seal" in data:
            del data["seal"]
            text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            data["seal"] = hashlib.sha256(text.encode()).hexdigest()
        where(out).write_text(json.dumps(data), encoding="utf-8")

    return make


def forged(table: str, change: Callable[[pa.Table], pa.Table], *, tell_rows: bool = False) -> Callable[[Path], object]:
    """Other rows, and a record that agrees with them."""

    def make(out: Path) -> None:
        path = of(table)(out)
        rewritten(lambda _: path, change)(out)
        content = path.read_bytes()
        rows = len(pyarrow.parquet.read_table(path))

        def agree(data: dict[str, Any]) -> None:
            if isinstance(data["tables"], dict):  # as records are since they tell of tables
                about = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                data["tables"][table] |= about | ({"rows": rows} if tell_rows else {})

        edited(lambda _: out / "parts" / f"{path.stem}.json", agree, is_sealed=True)(out)

    return make


def another_point(table: pa.Table) -> pa.Table:
    place = table.column_names.index("point_id")
    return table.set_column(place, "point_id", pa.array(["0" * 16] * len(table)))


def renamed(table: pa.Table) -> pa.Table:
    return table.rename_columns([name.replace("cost_yuan", "price_yuan") for name in table.column_names])


def copied(where: Where, name: str) -> Callable[[Path], object]:
    return lambda out: shutil.copy(where(out), where(out).parent / name)


def linked_away(name: str) -> Callable[[Path], object]:
    """The folder stands elsewhere, and a link in its place."""

    def make(out: Path) -> None:
        shutil.move(out / name, out.parent / "elsewhere")
        (out / name).symlink_to(out.parent / "elsewhere")

    return make


def a_second_batch(out: Path) -> None:
    """A part of another plan, put beside those of this one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "_FLUSH_SECONDS", -1.0)
        run(small_plan(seed=12, sweep=None), out.parent / "second", detail="full", workers=1)
    for name in ("parts", *TABLES):
        shutil.copytree(out.parent / "second" / name, out / name, dirs_exist_ok=True)


def twice(out: Path) -> None:
    """The single point again, in a part together with nothing else, under a name that is not its own."""
    stem = of("parts", 0)(out).stem
    for name in ("parts", *TABLES):
        for path in (out / name).glob(f"{stem}.*"):
            shutil.copy(path, path.with_name(f"{'f' * 24}{path.suffix}"))


def all_gone(name: str) -> Callable[[Path], object]:
    return lambda out: shutil.rmtree(out / name)


HUGE = b'{"format": 2, "points": ' + b"9" * 5000 + b"}"
DEEP = b'{"format": 2, "points": ' + b"[" * 100_000
