"""What docs/performance-settlement.md says, and the measured part of its model in docs/performance-model.md."""

from __future__ import annotations

from statistics import median

from benchmarks import results
from benchmarks.goals import Record, ratio

_SECTIONS = (
    ("settlement", "gridsim", "Settlement: 3 legs and 3 cells a position"),
    ("settlement, 2 legs and 2 cells", "gridsim", "Settlement: 2 legs and 2 cells"),
    ("settlement, 5 legs and 5 cells", "gridsim", "Settlement: 5 legs and 5 cells"),
    ("settlement, frames", "gridsim", "Settlement, against data frames and SQL"),
    ("settlement, threads", "one thread", "Settlement: threads"),
    ("settlement, shapes", "3 cells each", "Settlement: as many cells in tiny and in large positions"),
)

CONTENDERS = """\
In settlement N counts positions, or cells where it says so. Legs, prices and modes are random; metered energy is 85 to
115 % of the contract, so that about a third of the positions each is over, in band and short.

- **C++**: the same algorithm and arrays, `g++ -O3`, one pass by position; its splits of two and three stay in registers
  too. gridsim's kernel is given any number of bands, and so is this.
- **pandas**, **polars**, **DuckDB**: the same exact rule, largest remainders included, in whole columns; splits only
  for the positions that need one; polars and DuckDB with all their threads; inputs in their own tables before the clock
  starts, results left there. Other ways to rank remainders (sorting by position and remainder in polars) were slower.
- **Two threads**: what the machine itself gives them is told by C++, half of the positions in each, and by a copy that
  moves as many bytes as settlement does (648 a position), half in each too.
"""

BYTES_MOVED = {"check positions": 120, "settle": 648, "check charges": 136, "charge": 328}
"""Per position of three legs and three cells, by stage; what is written is read first, so it counts twice."""


def _time(seconds: float) -> str:
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _rows(lines: list[list[str]]) -> str:
    head, *rest = lines
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, marks, *rest])


def page(records: list[Record]) -> str:
    """Every race of settlement that was run, below the head of the page."""
    parts = []
    for subject, reference, title in _SECTIONS:
        found = [record for record in records if record["subject"] == subject]
        if found:
            parts.append(f"## {title}")
        for record in found:
            size = record["orders"]
            lines = [["who", "time", f"ns per {record['unit']}", f"× {reference}"]]
            for who, times in record["seconds"].items():
                cost = median(times)
                per = f"{cost / size * 1e9:.1f}"
                lines.append([who, _time(cost), per, f"{ratio(who, reference)(record):.2f}"])
            parts += [f"{size:,} {record['unit']}s", _rows(lines)]
    return "\n\n".join([*parts, "## Contenders", CONTENDERS])


def measured(records: list[Record]) -> str:
    """The table of stages: bytes moved per position against what the memory could do."""
    record = results.find(records, "settlement, stages")
    if record is None:
        return ""
    bandwidth, size = record["copy_bandwidth"], record["orders"]
    lines = [["stage", "bytes per position", "at copy bandwidth [ns]", "measured [ns]", "beyond bandwidth [ns]"]]
    total = [0.0, 0.0, 0.0]
    for stage, seconds in record["stages"].items():
        least, took = BYTES_MOVED[stage] / bandwidth, seconds / size * 1e9
        total = [total[0] + BYTES_MOVED[stage], total[1] + least, total[2] + took]
        lines.append([stage, str(BYTES_MOVED[stage]), f"{least:.1f}", f"{took:.1f}", f"{took - least:.1f}"])
    lines.append(["all", f"{total[0]:.0f}", f"{total[1]:.1f}", f"{total[2]:.1f}", f"{total[2] - total[1]:.1f}"])
    intro = (
        f"{size:,} positions of 3 legs and 3 cells, each stage by itself. Between the rounds one thread copied "
        f"{bandwidth:.1f} GB/s (read and written)."
    )
    return "\n\n".join([intro, _rows(lines)])
