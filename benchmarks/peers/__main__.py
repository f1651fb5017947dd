"""Compare with other simulators: ``python -m benchmarks.peers ENVIRONMENT``, or `make bench-peers`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import results
from gridsim.bench.books import Market, kernel, notice_books
from gridsim.bench.short import Contest

SIZES = (1_000, 10_000)
LIMIT = 120  # seconds for one run of a peer

QUOTED = (
    ("lemlab", "10⁵", "2.8 s", "the same rule as ours, called discriminatory"),
    ("simply", "10⁵", "31 s", "its own pairing"),
    ("gsy-framework", "10⁴", "11.6 s", "its own pairing"),
    ("pymarket", "10⁴", "62 s", "its own mechanisms"),
    ("assume-framework", "10⁵", "no end in 7 minutes", "pay as clear"),
)
"""Measured by us earlier, on this class of machine, and not run here: they do not install side by side."""


def compare(python: Path, size: int) -> dict[str, Any]:
    """One book through assume-framework's pay-as-clear and through the kernel's uniform price with K = 0."""
    market = notice_books(size)
    with tempfile.TemporaryDirectory() as folder:
        book, result = Path(folder) / "book.json", Path(folder) / "result.json"
        book.write_text(json.dumps(_as_json(market)), encoding="utf-8")
        script = Path(__file__).with_name("with_assume.py")
        try:
            command = [str(python), str(script), str(book), str(result)]
            subprocess.run(command, check=True, timeout=LIMIT, cwd=folder)  # where its log may go
        except subprocess.TimeoutExpired:
            return {"orders": size, "seconds": None}
        theirs = json.loads(result.read_text(encoding="utf-8"))
    run = kernel(market, uniform=True, k=0)
    pairs = run()
    accepted: dict[str, int] = {}
    for kind, rows in (("S", pairs.sell), ("B", pairs.buy)):
        energy = np.zeros(size, dtype=np.int64)
        np.add.at(energy, rows, pairs.energy)
        accepted.update({f"{kind}{row}": int(energy[row]) for row in np.flatnonzero(energy)})
    prices = {
        f"{kind}{row}": int(price)
        for kind, side in (("S", market.sells), ("B", market.buys))
        for row, price in enumerate(side.price)
    }
    differing = [
        who for who in accepted.keys() | theirs["accepted"] if accepted.get(who) != theirs["accepted"].get(who)
    ]
    return {
        "orders": size,
        "version": theirs["version"],
        "seconds": theirs["seconds"],
        "gridsim_seconds": Contest({"gridsim": run}).run()["gridsim"],
        "price": [int(pairs.price[-1]), theirs["price"]],
        "energy": [int(pairs.energy.sum()), theirs["energy"]],
        "accepted": [len(accepted), len(theirs["accepted"])],
        "differing_orders": len(differing),
        "differing_prices": sorted({prices[who] for who in differing}),
    }


def _as_json(market: Market) -> dict[str, list[tuple[int, int]]]:
    return {
        kind: list(zip(side.price.tolist(), side.energy.tolist(), strict=True))
        for kind, side in (("S", market.sells), ("B", market.buys))
    }


def tell(found: dict[str, Any]) -> str:
    """A comparison in words."""
    if found["seconds"] is None:
        return f"N = {found['orders']:,}: assume-framework was stopped after {LIMIT} s."
    same = {what: found[what][0] == found[what][1] for what in ("price", "energy")}
    price = "equal" if same["price"] else "different: {} and {}".format(*found["price"])
    energy = "equal" if same["energy"] else "different: {} and {} kWh".format(*found["energy"])
    ours, times = found["gridsim_seconds"] * 1000, found["seconds"] / found["gridsim_seconds"]
    lines = [f"N = {found['orders']:,}: assume-framework {found['version']} took {found['seconds']:.2f} s."]
    lines += [f"  gridsim took {ours:.2f} ms, {times:,.0f} times less."]
    lines += [f"  Clearing price {price}, energy traded {energy}."]
    if found["differing_orders"]:
        lines.append(
            f"  {found['differing_orders']} orders were given different energies, at the price(s) "
            f"{', '.join(map(str, found['differing_prices']))} micro-yuan/kWh: of equal prices at the margin "
            "assume-framework draws lots, gridsim takes heat-supplying units, then the earlier."
        )
    else:
        lines.append("  Every order was given the same energy.")
    return "\n".join(lines)


def main(environment: str) -> int:
    folder = Path(environment)
    python = next(
        path.absolute() for path in (folder / "bin" / "python", folder / "Scripts" / "python.exe") if path.exists()
    )
    comparisons = [compare(python, size) for size in SIZES]
    results.FOLDER.mkdir(exist_ok=True)
    (results.FOLDER / "peers.json").write_text(json.dumps(comparisons, indent=1), encoding="utf-8")
    for found in comparisons:
        print(tell(found))
    print("Measured by us earlier on this class of machine, not run here:")
    for who, orders, time, remark in QUOTED:
        print(f"  {who}, N = {orders}: {time} ({remark})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
