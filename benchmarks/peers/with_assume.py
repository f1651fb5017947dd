"""Run by the peers' own Python: pay-as-clear of assume-framework on a book from a file.

``python with_assume.py BOOK.json RESULT.json``. Imports nothing of gridsim: the two environments need not agree.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

from assume.markets.clearing_algorithms import simple


def main(book_path: str, result_path: str) -> None:
    book = json.loads(Path(book_path).read_text(encoding="utf-8"))
    start = datetime(2021, 3, 1)
    product = (start, start + timedelta(hours=1), None)
    orders = [
        {
            "start_time": product[0],
            "end_time": product[1],
            "only_hours": product[2],
            "price": price,
            "volume": sign * energy,
            "bid_id": f"{kind}{row}",
            "agent_addr": f"{kind}{row}",
            "node": None,
        }
        for kind, sign in (("S", 1), ("B", -1))
        for row, (price, energy) in enumerate(book[kind])
    ]
    # The clearing reads nothing of its market: an object without one saves a simulation around it.
    role = SimpleNamespace()
    began = perf_counter()
    accepted, _, meta, *_ = simple.PayAsClearRole.clear(role, orders, [product])
    seconds = perf_counter() - began
    result = {
        "version": version("assume-framework"),
        "seconds": seconds,
        "price": meta[0]["price"],
        "energy": meta[0]["supply_volume"],
        "accepted": {order["bid_id"]: abs(order["accepted_volume"]) for order in accepted},
    }
    Path(result_path).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
