"""Save two results in turn over one another until somebody ends it: ``save_again.py OUT ONE OTHER WAY``."""

from __future__ import annotations

import signal
import sys
from itertools import count

import gridsim
from gridsim.io import exchange
from gridsim.io.table_sets import MadeTables
from tests.markets import RESULT_TABLES


def held(folder: str) -> gridsim.Result:
    """A result that is in memory, so that nearly all of the time goes by in writing."""
    stored = gridsim.Result.load(folder)
    tables = MadeTables({name: stored.exact.arrow(name) for name in RESULT_TABLES})
    return gridsim.Result(tables, stored.inputs, stored.manifest)


if __name__ == "__main__":
    out, one, other, way = sys.argv[1:]
    if way == "journal":
        exchange.can_exchange = lambda: False
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # as the commands do
    signal.signal(signal.SIGINT, signal.default_int_handler)
    results = [held(one), held(other)]
    print("ready", flush=True)
    for turn in count():
        results[turn % 2].save(out, format=("parquet", "csv")[turn // 2 % 2], threads=1)  # type: ignore[arg-type]
        print("saved", flush=True)
