"""The small scenario with a unit that has periods of its own."""

from __future__ import annotations

from pathlib import Path

from tests.io.building import FILES, LOAD, write_files

SETS = """\
early:
  - use: {peak: ["06:00-14:00"], flat: ["14:00-22:00"], valley: ["22:00-06:00"]}
late:
  - use: {peak: ["12:30-20:30"], flat: ["04:30-12:30"], valley: ["20:30-04:30"]}
"""


def users_with(sets: dict[str, str], text: str = FILES["users.csv"]) -> str:
    """The table of users with the column `period_set`."""
    heading, *rows = text.splitlines()
    told = [f"{row},{sets.get(row.partition(',')[0], '')}" for row in rows]
    return "\n".join([f"{heading},period_set", *told]) + "\n"


def write_own(folder: Path, files: dict[str, str | None] | None = None) -> Path:
    """U2, who is all of R1/tou, has the periods `early`; `files` replaces or adds some."""
    own = {"users.csv": users_with({"U2": "early"}), "period_sets.yaml": SETS, "load.csv": LOAD, "meter.csv": None}
    return write_files(folder, {**own, **(files or {})})
