"""From a scenario that fails to a small one that still does: rows and rule values are left out while it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Scenario = dict[str, Any]


def reduced(scenario: Scenario, fails: Callable[[Scenario], bool], *, most_tries: int = 2000) -> Scenario:
    """Leave out what the failure does not need.

    Parameters
    ----------
    scenario : dict
        In the form of the oracle; it fails.
    fails : callable
        Whether a scenario still fails; what it raises on (a user without a tariff …) counts as no.
    most_tries : int
        When to be content.
    """
    tries = 0

    def still_fails(candidate: Scenario) -> bool:
        nonlocal tries
        tries += 1
        try:
            return fails(candidate)
        except Exception:
            return False

    size = 8
    while size >= 1:
        smaller = False
        for candidate in without_some(scenario, size):
            if tries >= most_tries:
                return scenario
            if still_fails(candidate):
                scenario, smaller = candidate, True
                break
        if not smaller:
            size //= 2
    return scenario


def without_some(scenario: Scenario, size: int) -> Iterator[Scenario]:
    """The scenario without one rule value, without one optional table, without so many rows in a line."""
    rules, tables = scenario["rules"], scenario["tables"]
    if size == 1:
        for path in rules:
            if path not in ("calendar.holidays", "calendar.working_weekends"):  # the oracle knows no others
                yield {**scenario, "rules": {p: value for p, value in rules.items() if p != path}}
        for table in ("history", "sessions", "bilateral", "orders"):
            if table in tables:
                yield {**scenario, "tables": {t: rows for t, rows in tables.items() if t != table}}
    for table, rows in tables.items():
        for start in range(0, len(rows), size):
            yield {**scenario, "tables": {**tables, table: rows[:start] + rows[start + size :]}}


def described(scenario: Scenario) -> str:
    """The scenario as one can read and rebuild it."""
    lines = [f"{scenario['name']}, year {scenario['year']}, rules {scenario['rules']}"]
    for table, rows in scenario["tables"].items():
        lines.append(f"{table}:")
        lines += [f"  {number}: {row}" for number, row in enumerate(rows, start=1)]
    return "\n".join(lines)
