"""Peak memory of matching one book, in a process of its own: ``python -m benchmarks.memory N``."""

from __future__ import annotations

import json
import sys
import tracemalloc
from pathlib import Path

from gridsim.bench.books import kernel_with_new_memory, notice_books

_STATUS = Path("/proc/self/status")


def _resident(field: str) -> int:
    for line in _STATUS.read_text(encoding="utf-8").splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise ValueError(field)


def main(size: int) -> None:
    kernel_with_new_memory(notice_books(100))()  # compiled before anything is measured
    market = notice_books(size)
    call = kernel_with_new_memory(market)
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # forget the peak so far
        before = _resident("VmRSS")
        pairs = call()
        more = _resident("VmHWM") - before
    except OSError:  # not Linux: what Python and NumPy allocate, without what the kernel itself might
        tracemalloc.start()
        pairs = call()
        more = tracemalloc.get_traced_memory()[1]
    inputs = market.nbytes
    report = {"orders": size, "pairs": len(pairs.sell), "input_bytes": inputs, "peak_bytes": inputs + more}
    print(json.dumps(report))


if __name__ == "__main__":
    main(int(sys.argv[1]))
