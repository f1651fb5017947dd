"""Write the pages of performance, their plots, and the measured part of the model's page from the latest results.

docs/performance.md has the machine and the goals, performance-clearing.md and performance-settlement.md the races.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from benchmarks import model, page_settlement, processors, results
from benchmarks.goals import Record, ratio
from gridsim.bench.short import ROUNDS

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "performance.md"
CLEARING = DOCS / "performance-clearing.md"
SETTLEMENT = DOCS / "performance-settlement.md"
MODEL = DOCS / "performance-model.md"
_SECTION_OF_GOALS = re.compile(r"## Goals\n.*?\n(?=\n## )", re.DOTALL)
_MEASURED = re.compile(r"(<!-- measured -->\n).*?(<!-- end of measured -->)", re.DOTALL)
_SETTLEMENT = re.compile(r"(<!-- measured settlement -->\n).*?(<!-- end of measured settlement -->)", re.DOTALL)

HEAD = """\
# Performance

{made} Do not edit.

How fast gridsim clears and settles, beside other ways to do the same, on one machine in one run. `make bench` repeats
the most of it in a few minutes, `gridsim bench` the part that needs nothing but the package. What bounds these times:
[the performance model](performance-model.md). Race by race: [clearing](performance-clearing.md),
[settlement](performance-settlement.md).

N means N sell and N buy orders of one book in the shape of the notice: prices in 0.01 yuan/MWh from 300 to 500,
energies in whole kWh, one seller in five a heat-supplying unit, orders in the sequence of their times. Before anything
is timed, all results are compared, pair by pair and to the last unit. Times are medians of at least {rounds} rounds; a
round calls every contender once, so that a noisy machine is noisy for all. Ratios are medians of
the rounds' own ratios. **Read ratios, not seconds.**

## Machine
{machine}

{goals}
"""

RACES = """\
# {title}

{made} Do not edit.

What is measured and how, on which machine, and the goals: [performance](performance.md). **Read ratios, not seconds.**
"""

GOALS = """\
A column for each kind of processor that gridsim was measured on, with the commit that was measured. A verdict of *no*
is kept: it is a goal still to be reached, or a run on a busy machine."""

CONTENDERS = """\
## Contenders
- **gridsim**: the kernel alone, int64 arrays in and out, memory used again; one thread unless it says otherwise.
- **C++ counting**: one bucket for each price level and class, `g++ -O3`; it is told that prices come in steps of 0.01
  yuan/MWh. gridsim sorts by counting too, but in two passes of fewer buckets, and needs no steps: on the same processor
  that is quicker than one pass over all levels. With `-march=native` C++ is compiled for the very processor, as numba
  does.
- **C++ std::sort**: sorts what can trade by price, class, time and position.
- **numpy**: price, class and position packed in one int64, one sort a side, cumulative sums.
- **pandas**, **polars**: sort, cumulative sums, `merge_asof` / `join_asof`; polars with all its threads.
- **copy**: what the machine's memory gives one thread, and two: it reads and writes as many bytes as the kernel does.

All of them stand in `benchmarks/baselines/`. Whoever writes a faster one is welcome.
"""


_MADE = {
    "full": "Written by `make bench-full`.",
    "short": "Written from a run of `make bench`; what is not measured here needs `make bench-full`.",
}


def markdown(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _machine(records: list[Record]) -> str:
    record = results.find(records, "machine")
    assert record is not None, "bench_machine.py was left out"
    about, limits = record["machine"], record["limits"]
    return markdown(
        ["what", "value"],
        [
            ["processor", f"{about['processor']}, {about['processors']} processors, {about['system']}"],
            ["versions", f"Python {about['python']}, numpy {about['numpy']}, numba {about['numba']}"],
            ["copy, one thread", f"{limits['copy_bandwidth']:.1f} GB/s read and written"],
            ["first touch of new memory", f"{limits['first_touch']:.1f} GB/s"],
            ["writes to random places", f"{limits['scatter']:.0f} M/s"],
            ["numpy's sort of 10⁶ int64", f"{limits['sort_throughput']:.0f} M keys/s"],
        ],
    )


def _time(seconds: float) -> str:
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _race(record: Record, reference: str) -> str:
    """Every contender of one record, in times of one of them."""
    medians = {who: median(times) for who, times in record["seconds"].items()}
    orders = 2 * record["orders"]
    return markdown(
        ["who", "time", "ns per order", f"× {reference}"],
        [
            [who, _time(time), f"{time / orders * 1e9:.1f}", f"{ratio(who, reference)(record):.2f}"]
            for who, time in medians.items()
        ],
    )


SECTIONS = (
    ("one book", "gridsim", "One book"),
    ("one book, frames", "gridsim", "One book, against data frames"),
    ("options", "base", "Options"),
    ("adversarial", "gridsim, friendly", "The adversarial case: distinct prices over the whole range, unsorted times"),
    ("threads", "one thread", "100,000 books of 20 orders: threads"),
    ("rolling", "gridsim", "Rolling: a million orders of one book, a fifth of them amendments"),
    ("one small book", "Matcher", "One small book, called from Python"),
    ("allocation", "gridsim, new memory", "New memory in every call"),
    ("many books", "one book", "100,000 books of 20 orders"),
    ("frames", "gridsim.clear", "From DataFrame to DataFrame"),
    ("ordinary frames", "gridsim.clear", "From a DataFrame of plain texts in no order"),
    ("small frames", "gridsim.clear", "A DataFrame of 20 orders, a hundred times"),
)


def _clearing(records: list[Record]) -> str:
    """Every race of clearing that was run, growth and memory."""
    parts = []
    for subject, reference, title in SECTIONS:
        found = [record for record in records if record["subject"] == subject]
        if found:
            parts.append(f"## {title}")
        if subject == "one book":
            parts.append("![Nanoseconds per order of every contender, by the size of the book](images/one-book.svg)")
        for record in found:
            parts += [f"N = {record['orders']:,}", _race(record, reference)]
    growth = results.find(records, "growth")
    if growth is not None:
        rows = [
            [f"{int(size):,}", _time(median(times)), f"{median(times) / (2 * int(size)) * 1e9:.1f}"]
            for size, times in growth["seconds"].items()
        ]
        parts += ["## Growth", markdown(["N", "time", "ns per order"], rows)]
    memory = results.find(records, "memory")
    if memory is not None:
        mebi = 2**20
        parts.append(
            f"Peak memory at N = {memory['orders']:,}: {memory['peak_bytes'] / mebi:,.0f} MiB with input arrays of "
            f"{memory['input_bytes'] / mebi:,.0f} MiB, workspace and results included."
        )
    return "\n\n".join([*parts, CONTENDERS])


def _startup(records: list[Record]) -> str:
    parts = []
    startup = results.find(records, "startup")
    if startup is not None:
        rows = [[who, _time(median(times))] for who, times in startup["seconds"].items()]
        parts += ["## Start-up", "Processes, timed from outside.", markdown(["process", "time"], rows)]
        parts.append(f"The first compile on a machine takes {startup['first_compile']:.1f} s more than that, once.")
    return "\n\n".join(parts)


def _peers() -> str:
    from benchmarks.peers.__main__ import LIMIT, QUOTED

    path = results.FOLDER / "peers.json"
    parts = [
        "## Other simulators on the same books",
        "`make bench-peers`; pay-as-clear against a uniform price at K = 0.",
    ]
    if path.exists():
        rows = []
        for found in json.loads(path.read_text(encoding="utf-8")):
            if found["seconds"] is None:
                rows.append([f"{found['orders']:,}", f"stopped after {LIMIT} s", "", "", ""])
                continue
            same = ["equal" if found[what][0] == found[what][1] else "different" for what in ("price", "energy")]
            rows.append(
                [
                    f"{found['orders']:,}",
                    f"{found['seconds']:.3g} s",
                    _time(found["gridsim_seconds"]),
                    f"price {same[0]}, energy {same[1]}",
                    str(found["differing_orders"]),
                ]
            )
        parts.append(markdown(["N", "assume-framework", "gridsim", "results", "orders given another energy"], rows))
        parts.append(
            "Where orders were given another energy, they stand at the marginal price: among equals assume-framework "
            "draws lots, gridsim takes heat-supplying units first, then the earlier order. It also pairs nobody: it "
            "says how much of each order is accepted, not who trades with whom."
        )
    parts.append("Measured by us earlier on this class of machine, and quoted, not run here:")
    parts.append(markdown(["who", "N", "time", "remark"], QUOTED))
    return "\n\n".join(parts)


def _plot(records: list[Record]) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "gridsim", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot as plt

    costs: dict[str, list[tuple[int, float]]] = {}
    for record in records:
        if record["subject"].startswith("one book"):
            for who, times in record["seconds"].items():
                if record["subject"] != "one book" and who == "gridsim":
                    continue  # it is in the other race too
                costs.setdefault(who, []).append((record["orders"], median(times) / (2 * record["orders"]) * 1e9))
    figure, axes = plt.subplots(figsize=(6.5, 3.8), layout="constrained")
    for who, points in costs.items():
        mine = who == "gridsim"
        axes.plot(*zip(*sorted(points), strict=True), marker="o", ms=3, lw=2.4 if mine else 1, label=who)
    axes.set(xscale="log", yscale="log", xlabel="N", ylabel="ns per order")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right upper", frameon=False)
    figure.savefig(DOCS / "images" / "one-book.svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)


def _goals(here: str) -> str:
    """The goals with what every processor reached; `here` is the one of this run, or empty."""
    return "\n".join(["## Goals", GOALS, "", markdown(*processors.table(processors.read(), here)), ""])


def write_goals() -> None:
    """Write the goals of docs/performance.md again, from the figures that are kept; all else stays."""
    text = _SECTION_OF_GOALS.sub(lambda _: _goals(""), PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(text, encoding="utf-8", newline="\n")


def write(scale: str) -> None:
    """Write all pages from the results of one scale."""
    records = results.read(scale)
    processors.keep(records)
    goals = _goals(processors.this_processor()).rstrip("\n")
    page = HEAD.format(made=_MADE[scale], rounds=ROUNDS, machine=_machine(records), goals=goals)
    races = {CLEARING: ("clearing", _clearing(records)), SETTLEMENT: ("settlement", page_settlement.page(records))}
    for path, (what, text) in races.items():
        head = RACES.format(title=f"Performance of {what}", made=_MADE[scale])
        path.write_text(f"{head}\n{text}", encoding="utf-8", newline="\n")
    PAGE.write_text("\n".join([page, _startup(records), "", _peers(), ""]), encoding="utf-8", newline="\n")
    _plot(records)
    text = MODEL.read_text(encoding="utf-8")
    filled = _MEASURED.sub(lambda found: found[1] + model.measured(records) + "\n" + found[2], text)
    filled = _SETTLEMENT.sub(lambda found: found[1] + page_settlement.measured(records) + "\n" + found[2], filled)
    MODEL.write_text(filled, encoding="utf-8", newline="\n")
