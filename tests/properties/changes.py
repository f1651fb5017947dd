"""Rows of users that say what changes within the year (rulebook part 15)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from tests.properties.draws import Row, SeededChooser

__all__ = ["with_changes", "with_days"]

PRICED = ("catalogue_peak", "catalogue_flat", "catalogue_valley", "transmission", "funds")


def with_changes(
    year: int, users: list[Row], retailers: list[str], keys: Sequence[tuple[str, str]], percent: int = 25
) -> list[Row]:
    """The users, some of whom change in so many of a hundred scenarios: another retailer or none, another tariff.

    What happens follows from the users themselves, so that scenarios without changes are those that they were.
    """
    choose = SeededChooser(zlib.crc32(repr((year, users)).encode()))
    if not choose.chance(percent):
        return users
    later = []
    for user in users:
        if not choose.chance(50):
            continue
        for month in choose.some([f"{year}-{month:02d}" for month in (2, 3, 4, 5, 7, 12)], 1, 2):
            tariff_class, voltage = choose.one(keys)
            later.append(
                {
                    **user,
                    "tariff_class": tariff_class,
                    "voltage": voltage,
                    "peak_valley_tariff": choose.one(("false", "true")),
                    "retailer_id": choose.one(("", *retailers)),
                    "effective_from": month,
                }
            )
    return choose.shuffled([{**user, "effective_from": ""} for user in users] + later) if later else users


def with_days(scenario: dict[str, Any]) -> dict[str, Any]:
    """The scenario with tariffs that begin within months: changes of its tariffs on other days than the first."""
    choose = SeededChooser(zlib.crc32(repr(scenario["tables"]["tariffs"]).encode()))
    rows, taken = [], set()
    for row in scenario["tables"]["tariffs"]:
        rows.append(dict(row))
        for month in choose.some([f"{scenario['year']}-{month:02d}" for month in (2, 3, 4, 6, 7, 12)], 0, 3):
            key = row["tariff_class"], row["voltage"], f"{month}-{choose.one((2, 15, 16, 28)):02d}"
            if key not in taken:
                taken.add(key)
                prices = {name: str(choose.one((0, 30, 150, "333.333", 600))) for name in row if name in PRICED}
                rows.append({**row, **prices, "effective_from": key[2]})
    return {**scenario, "tables": {**scenario["tables"], "tariffs": rows}}
