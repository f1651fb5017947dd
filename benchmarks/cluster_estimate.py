"""What a cluster would do, from tasks measured here: ``python -m benchmarks.cluster_estimate [PLAN.yaml] [--write]``.

Prints the table of docs/how-to/use-a-cluster.md, and puts it there with ``--write``. Without a plan: a province of
100,000 users, 1,000 draws.
"""

from __future__ import annotations

import logging
import re
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import gridsim.batch
from benchmarks.province_batch import LOAD
from gridsim.batch.cluster_estimate import Workload, estimate
from gridsim.templates import write_template

WORKERS = (1, 2, 8, 20, 100)
SIZES = ((1, 1000), (18, 1000), (18, 10_000), (1000, 1000))  # points × draws
TASKS = 500

PAGE = Path(__file__).resolve().parent.parent / "docs" / "how-to" / "use-a-cluster.md"
_PLACE = re.compile(r"(<!-- measured cluster -->\n).*?(<!-- end of measured cluster -->)", re.DOTALL)


def main(plan: str | None, *, is_written: bool) -> None:
    text = _report(_measured(plan), is_fixed=plan is not None)
    print(text)
    if is_written:
        filled = _PLACE.sub(lambda found: f"{found[1]}{text}\n{found[2]}", PAGE.read_text(encoding="utf-8"))
        PAGE.write_text(filled, encoding="utf-8", newline="\n")


def _report(load: Workload, *, is_fixed: bool) -> str:
    sizes = ((load.points, load.draws),) if is_fixed else SIZES
    heads = [f"{count} worker{'s'[: count > 1]}" for count in WORKERS]
    lines = [
        "| points × draws | " + " | ".join(heads) + " | share of 100 workers' time that settles |",
        "| --- | " + "---: | " * (len(heads) + 1),
    ]
    for points, draws in sizes:
        found = [estimate(replace(load, points=points, draws=draws), count) for count in WORKERS]
        times = " | ".join(_time(one.seconds) for one in found)
        lines.append(f"| {points:,} × {draws:,} | {times} | {found[-1].efficiency:.0%} |")
    table = "\n".join(line.rstrip() for line in lines)
    return f"{_facts(load)} A task of Dask that does nothing took {_task_of_dask() * 1e3:.1f} ms.\n\n{table}"


def _measured(plan: str | None) -> Workload:
    if plan is not None:
        return gridsim.batch.measure(plan)
    with tempfile.TemporaryDirectory() as folder:
        write_template(Path(folder) / "province", "province", users=100_000, seed=1)
        load = LOAD.model_dump(mode="json", exclude_none=True)
        return gridsim.batch.measure({"scenario": f"{folder}/province", "draws": 1000, "load": load})


def _facts(load: Workload) -> str:
    tasks = sorted(load.settling)
    per_second = 1e-6 / median(tasks)
    spread = tasks[-1] / tasks[0] - 1
    return (
        f"Measured: {len(tasks)} tasks, {per_second:.0f} million cells × draws a second and worker (median; the "
        f"longest takes {spread:.0%} more than the shortest), {median(load.preparing):.2f} s to trade a point, "
        f"{load.laying_out * load.cells:.2f} s to lay out all of its units, "
        f"{load.storing:.2f} s to store it, {load.bytes_to_send / 1e6:.0f} MB of scenario to send."
    )


def _task_of_dask() -> float:
    """Seconds of a task that does nothing, among many, on one worker process."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=":0", memory_limit=0, silence_logs=logging.CRITICAL
        ) as cluster,
        Client(cluster) as client,
    ):
        executor = client.get_executor()
        executor.submit(abs, -1).result()
        started = time.perf_counter()
        for future in [executor.submit(abs, number, pure=False) for number in range(TASKS)]:
            future.result()
        return (time.perf_counter() - started) / TASKS


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--write"]
    main(given[0] if given else None, is_written="--write" in sys.argv)
