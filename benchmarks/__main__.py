"""Run the benchmarks and show the table: ``python -m benchmarks short`` (make bench) or ``full`` (make bench-full).

``full`` also writes the pages of performance (docs/performance*.md), their plots and the measured part of the model's;
``python -m benchmarks page`` does only that, ``goals`` writes its table of goals from the figures that are kept of
every processor (benchmarks/reached.json), ``table`` shows the table of the latest run.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import results

ROOT = Path(__file__).resolve().parent.parent


def measure(scale: str) -> int:
    """Run pytest with the clock on; returns its exit code (a mismatch is a failure)."""
    results.FOLDER.mkdir(exist_ok=True)
    options = ["--benchmark-enable", f"--benchmark-json={results.path(scale)}", "--benchmark-quiet", f"--scale={scale}"]
    order = ["-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "benchmarks", "-v", *options, *order]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def show(scale: str) -> None:
    records = results.read(scale)
    table = Table("figure", title="Goals")
    for heading in ("goal", "reached", ""):
        table.add_column(heading, justify="right")
    colours = {"yes": "green", "no": "red"}
    for row in results.as_rows(records):
        table.add_row(*row[:3], f"[{colours.get(row[3], 'default')}]{row[3]}[/]")
    console = Console()
    console.print(table)
    machine = results.find(records, "machine")
    if machine is not None:
        limits = machine["limits"]
        console.print(
            f"This machine's limits, one thread: copy {limits['copy_bandwidth']:.1f} GB/s, new memory "
            f"{limits['first_touch']:.1f} GB/s, random writes {limits['scatter']:.0f} M/s, "
            f"sort {limits['sort_throughput']:.0f} M keys/s"
        )


def latest() -> str:
    """The scale of the newest results."""
    found = sorted(results.FOLDER.glob("*.json"), key=lambda path: path.stat().st_mtime)
    if not found:
        sys.exit("no results yet: make bench")
    return found[-1].stem


def main(arguments: list[str]) -> int:
    task = arguments[0] if arguments else "short"
    code = 0
    if task in ("short", "full"):
        code = measure(task)
    if code == 0 and task in ("full", "page"):
        from benchmarks import page

        page.write(latest())
    if task == "goals":
        from benchmarks import page

        page.write_goals()
    if task in ("short", "full", "table"):
        show(latest() if task == "table" else task)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
