"""Time per order from N = 10⁴ to 10⁷, and peak memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.conftest import Arena
from gridsim.bench.books import kernel, notice_books

ROOT = Path(__file__).resolve().parent.parent


def test_growth(arena: Arena) -> None:
    sizes = sorted({arena.size(orders) for orders in (10**4, 10**5, 10**6, 10**7)})
    arena.race("growth", {str(size): kernel(notice_books(size)) for size in sizes}, orders=sizes[-1])


def test_memory(arena: Arena) -> None:
    size = arena.size(10**7)

    def measure() -> dict[str, int]:
        # In a process of its own, where nothing else has left its mark on the peak.
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.memory", str(size)], cwd=ROOT, capture_output=True, check=True, text=True
        )
        found: dict[str, int] = json.loads(ran.stdout)
        return found

    arena.note("memory", measure)
