"""The measurements of the latest run, as JSON, by subject and size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.goals import GOALS, Goal, Record
from benchmarks.goals_settlement import SETTLEMENT

ALL_GOALS: tuple[Goal, ...] = (*GOALS, *SETTLEMENT)
"""A tuple for each thing that is measured: clearing, settlement."""

FOLDER = Path(__file__).resolve().parent / "results"


def path(scale: str) -> Path:
    return FOLDER / f"{scale}.json"


def read(scale: str) -> list[Record]:
    """What every benchmark has recorded."""
    document: dict[str, Any] = json.loads(path(scale).read_text(encoding="utf-8"))
    return [benchmark["extra_info"] for benchmark in document["benchmarks"] if benchmark["extra_info"]]


def find(records: list[Record], subject: str, orders: int | None = None) -> Record | None:
    """The record of a subject, at one size if it is given."""
    for record in records:
        if record["subject"] == subject and orders in (None, record.get("orders")):
            return record
    return None


def reached(records: list[Record]) -> list[tuple[Goal, float | None]]:
    """Every goal with its figure; None where this run has not measured it."""
    found: list[tuple[Goal, float | None]] = []
    for goal in ALL_GOALS:
        record = find(records, goal.subject, goal.orders)
        try:
            found.append((goal, None if record is None else goal.value(record)))
        except (KeyError, ValueError):  # a contender that this machine does not have
            found.append((goal, None))
    return found


def as_rows(records: list[Record]) -> list[tuple[str, str, str, str]]:
    """Figure, goal, reached, verdict: the table that `make bench` prints and the page shows."""
    rows = []
    for goal, value in reached(records):
        bound = f"{'≤' if goal.at_most else '≥'} {goal.bound:g}"
        if value is None:
            rows.append((goal.text, bound, "–", "not measured"))
        else:
            rows.append((goal.text, bound, f"{value:.3g}", "yes" if goal.is_reached(value) else "no"))
    return rows
