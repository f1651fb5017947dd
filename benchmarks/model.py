"""The measured part of docs/performance-model.md: bytes moved per order by stage, against what the memory could do."""

from __future__ import annotations

from benchmarks.goals import Record

_COLUMN = 8  # bytes of an int64


def _bytes(record: Record) -> dict[str, float]:
    """Bytes read and written per order, by stage. A line of memory that is written is read first."""
    orders = 2 * record["orders"]
    in_line, pairs = record["in_line"] / orders, record["pairs"] / orders
    return {
        "survey": 4 * _COLUMN,
        "tally": 2 * _COLUMN,
        "margin": 0,
        # A word is written, read to count digits, moved twice, and read once more to write down where its order ends.
        "line up": 3 * _COLUMN + (2 + 1 + 2 * (1 + 2) + 1 + 2) * _COLUMN * in_line,
        "pair": 2 * _COLUMN * in_line + 2 * 4 * _COLUMN * pairs,
    }


def measured(records: list[Record]) -> str:
    """Tables of the stages, one for each size that was measured."""
    return "\n\n".join(_table(record) for record in records if record["subject"] == "stages")


def _table(record: Record) -> str:
    bandwidth = record["copy_bandwidth"]
    orders = 2 * record["orders"]
    moved = _bytes(record)
    lines = [
        (
            f"N = {record['orders']:,}: {record['in_line'] / orders:.2f} of all orders are put in line, and make "
            f"{record['pairs'] / orders:.2f} pairs per order. Between the rounds one thread copied "
            f"{bandwidth:.1f} GB/s (read and written): so many bytes a nanosecond."
        ),
        "",
        "| stage | bytes per order | at copy bandwidth [ns] | measured [ns] | beyond bandwidth [ns] |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    total = [0.0, 0.0, 0.0]
    for stage, seconds in record["stages"].items():
        least, took = moved[stage] / bandwidth, seconds / orders * 1e9
        total = [total[0] + moved[stage], total[1] + least, total[2] + took]
        lines.append(f"| {stage} | {moved[stage]:.0f} | {least:.2f} | {took:.2f} | {took - least:.2f} |")
    lines.append(f"| all | {total[0]:.0f} | {total[1]:.2f} | {total[2]:.2f} | {total[2] - total[1]:.2f} |")
    return "\n".join(lines)
