"""A whole run as a process of its own, and the reading and writing in it done by pyarrow alone.

``python -m benchmarks.province run|kernels|copy SCENARIO RESULTS [COPY]`` prints what it measured as JSON:

run      ``gridsim run``: seconds by stage, and peak memory
kernels  the same with one thread, and how many of the seconds were spent in compiled kernels
copy     pyarrow reads the tables of SCENARIO and writes those of RESULTS to COPY; what it took to have the latter in
         memory first is told apart
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

_STATUS = Path("/proc/self/status")


def run(scenario: Path, out: Path, threads: int | None = None) -> dict[str, Any]:
    """What ``gridsim run`` does, but for the table of stages."""
    from gridsim.io import load
    from gridsim.simulate import run as simulate
    from gridsim.stages import Stages
    from gridsim.summary_view import summary_document

    stages = Stages()
    with stages("load"):
        checked = load(scenario)
    result = simulate(checked, threads=threads, stages=stages)
    with stages("save"):
        result.save(out, threads=threads)
    with stages("summary"):
        summary_document(result.summary(), "en")
    return {"stages": stages.seconds, "peak_bytes": _peak(), "lines": result.manifest["counts"]["results"]["ledger"]}


def kernels(scenario: Path, out: Path) -> dict[str, Any]:
    """`run` on one thread, with a clock before every kernel that the layers above `gridsim.core` call."""
    import gridsim.io
    import gridsim.simulate
    import gridsim.summary  # noqa: F401

    spent: dict[str, float] = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("gridsim.") and not name.startswith("gridsim.core"):
            for attribute, value in list(vars(module).items()):
                if hasattr(value, "py_func"):
                    setattr(module, attribute, _timed(value, attribute, spent))
    start = perf_counter()
    run(scenario, out, threads=1)
    return {"whole": perf_counter() - start, "kernels": spent}


def _timed(kernel: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        start = perf_counter()
        try:
            return kernel(*arguments)
        finally:
            spent[name] = spent.get(name, 0.0) + perf_counter() - start

    return call


def copy(scenario: Path, results: Path, target: Path) -> dict[str, Any]:
    """Read the tables of a scenario and write those of a result, with the options by which gridsim writes them."""
    import pyarrow.csv as csv
    import pyarrow.parquet as pq

    from gridsim.io.table_files import parquet_options

    start = perf_counter()
    groups = {}
    for path in sorted(results.rglob("*.parquet")):
        with pq.ParquetFile(path) as file:
            texts = [field.name for field in file.schema_arrow if str(field.type) == "string"]
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            groups[path.relative_to(results)] = [file.read_row_group(number) for number in range(file.num_row_groups)]
    prepared = perf_counter() - start
    for path in sorted(scenario.iterdir()):
        if path.suffix == ".parquet":
            pq.read_table(path)
        elif path.suffix == ".csv":
            csv.read_csv(path)
    for name, tables in groups.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        options = parquet_options(tables[0])
        with pq.ParquetWriter(target / name, tables[0].schema, **options) as writer:
            for table in tables:
                writer.write_table(table, row_group_size=max(len(table), 1))
    return {"prepared": prepared}


def _peak() -> int:
    """The most memory that this process has had [bytes]; 0 where nobody tells."""
    try:
        lines = _STATUS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    task, *paths = sys.argv[1:]
    print(json.dumps({"run": run, "kernels": kernels, "copy": copy}[task](*map(Path, paths))))
