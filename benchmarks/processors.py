"""What each kind of processor reached, kept from run to run, for a page that shows them side by side.

A run has one processor. Its figures replace the ones that are kept for it, with the commit they were measured at; those
of another processor stay, with theirs.
"""

from __future__ import annotations

import json
import platform
import subprocess
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.goals import Record

FOLDER = Path(__file__).resolve().parent
KEPT = FOLDER / "reached.json"
Figures = dict[str, dict[str, Any]]
"""By processor: ``commit``, and ``figures`` by the text of the goal."""


def this_processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Maker, family and model, which say how quick an instruction is; names of products do not."""
    facts: dict[str, str] = {}
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            facts.setdefault(name.strip(), value.strip())
    if "cpu family" not in facts:
        return platform.processor() or platform.machine()
    maker = {"AuthenticAMD": "AMD", "GenuineIntel": "Intel"}.get(facts["vendor_id"], facts["vendor_id"])
    wide = ", AVX-512" if "avx512f" in facts.get("flags", "").split() else ""
    return f"{maker}, family {facts['cpu family']}, model {facts['model']}{wide}"


def read() -> Figures:
    figures: Figures = json.loads(KEPT.read_text(encoding="utf-8"))
    return figures


def keep(records: list[Record]) -> None:
    """Take the figures of a run as those of this processor."""
    ran = subprocess.run(
        ["git", "rev-parse", "--short=7", "HEAD"], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    figures = {goal.text: value for goal, value in results.reached(records) if value is not None}
    kept = read() | {this_processor(): {"commit": ran.stdout.strip() or "unknown", "figures": figures}}
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def table(kept: Figures, here: str) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the goals, with a column for each processor; `here` comes first."""
    order = sorted(kept, key=lambda name: (name != here, name))
    head = ["figure", "goal"]
    head += [f"{name} (at {kept[name]['commit']}{'' if name == here else '; not measured since'})" for name in order]
    rows = []
    for goal in results.ALL_GOALS:
        cells = []
        for name in order:
            value = kept[name]["figures"].get(goal.text)
            verdict = "not measured" if value is None else f"{value:.3g} {'yes' if goal.is_reached(value) else 'no'}"
            cells.append(verdict)
        rows.append([goal.text, f"{'≤' if goal.at_most else '≥'} {goal.bound:g}", *cells])
    return head, rows
