"""The energies of a generator's statement; those of units and users stand in `test_statements`."""

from __future__ import annotations

from pathlib import Path

from gridsim.report.statements import write_statements
from tests.report.reading import sheets_of
from tests.shared import SCENARIOS, fresh


def test_what_a_generator_sold_and_generated(tmp_path: Path) -> None:
    """jiangsu-2023-mini by hand: May has a structural part, in August G1 has no deviation and so no price."""
    path = tmp_path / "bills.xlsx"
    write_statements(fresh(SCENARIOS / "jiangsu-2023-mini"), path, lang="en", units=["G1", "G2"])
    sheets = sheets_of(path)

    def energies(name: str) -> list[object]:
        rows = sheets[name]
        place = next(place for place, row in enumerate(rows) if row[1] == "Contracted")
        return rows[place + 1][1:7]

    assert energies("G1 2023-05") == [600, 580, -20, 6.042, -26.042, 408.5]
    assert energies("G2 2023-05") == [400, 380, -20, 3.958, -23.958, 408.5]
    assert energies("G2 2023-07") == [430, 420, -10, 0, -10, 413.25]
    assert energies("G1 2023-08") == [600, 600, 0, 0, 0, "–"]
