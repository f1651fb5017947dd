"""A scenario of text rows as a folder of files, in the different shapes that users write."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.markets import INPUT_TABLES

SHAPES = st.fixed_dictionaries(
    {
        "encoding": st.sampled_from(("utf-8", "utf-8-sig", "gb18030")),
        "headings": st.sampled_from(("en", "zh")),
        "compressed": st.booleans(),
        "drop_empty_columns": st.booleans(),
        "reverse_columns": st.booleans(),
        "line_end": st.sampled_from(("\n", "\r\n")),
    }
)


def write_folder(
    folder: Path, scenario: dict[str, Any], *, encoding: str = "utf-8", headings: str = "en", compressed: bool = False,
    drop_empty_columns: bool = False, reverse_columns: bool = False, line_end: str = "\n",
) -> Path:  # fmt: skip
    """Write scenario.yaml and one CSV file per table."""
    folder.mkdir(parents=True, exist_ok=True)
    head = {"name": scenario["name"], "year": scenario["year"], "rules": "henan-2021", "overrides": scenario["rules"]}
    # JSON is YAML 1.2.
    (folder / "scenario.yaml").write_text(json.dumps(head, ensure_ascii=False, indent=1), encoding="utf-8")
    for name, rows in scenario["tables"].items():
        spec = INPUT_TABLES[name]
        columns = [column for column in spec if not rows or any(column.name in row for row in rows)]
        if drop_empty_columns:
            columns = [c for c in columns if not c.optional or any(row.get(c.name, "") for row in rows)]
        if reverse_columns:
            columns.reverse()
        text = io.StringIO()
        writer = csv.writer(text, lineterminator=line_end)
        writer.writerow([column.zh[0] if headings == "zh" else column.name for column in columns])
        writer.writerows([row.get(column.name, "") for column in columns] for row in rows)
        content = text.getvalue().encode(encoding)
        if compressed:
            (folder / f"{name}.csv.gz").write_bytes(gzip.compress(content))
        else:
            (folder / f"{name}.csv").write_bytes(content)
    return folder
