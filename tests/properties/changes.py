"""Rows of users that say what changes within the year (rulebook part 15)."""

from __future__ import annotations

from collections.abc import Sequence

from tests.properties.draws import Chooser, Row

__all__ = ["change_rows"]


def change_rows(
    choose: Chooser, year: int, users: list[Row], retailers: list[str], keys: Sequence[tuple[str, str]]
) -> list[Row]:
    """Later rows of some users: another retailer or none, another tariff, on and off the peak-valley tariff."""
    found = []
    for user in users:
        if not choose.chance(50):
            continue
        for month in choose.some([f"{year}-{month:02d}" for month in (2, 3, 4, 5, 7, 12)], 1, 2):
            tariff_class, voltage = choose.one(keys)
            found.append(
                {
                    **user,
                    "tariff_class": tariff_class,
                    "voltage": voltage,
                    "peak_valley_tariff": choose.one(("false", "true")),
                    "retailer_id": choose.one(("", *retailers)),
                    "effective_from": month,
                }
            )
    return found
