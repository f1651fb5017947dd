"""The tables as JSON Schema, from the columns: what another program may check its files by before gridsim does.

One file for each shipped rule set, as its lists give the values of modes, periods and products. It says what one row
may hold; what rows ask of each other (an id of another table, no gaps, no doubles) only gridsim checks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))  # the tree beside this script, not some installed gridsim

from gridsim.columns import Column, Table  # noqa: E402, after the path is set
from gridsim.market_tables import input_tables, result_tables  # noqa: E402
from gridsim.rules.ruleset import load  # noqa: E402
from gridsim.rules.shipped import available  # noqa: E402

__all__ = ["schema_files"]

MONTH, DAY = r"\d{4}-(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
DECIMALS = {"money": 6, "ratio": 4}
TEXTS = {
    "month": f"^{MONTH}$",
    "date": f"^{MONTH}-{DAY}$",
    "time": rf"^{MONTH}-{DAY}([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?$",
    "delivery": rf"^(\d{{4}}(-H[12]|-Q[1-4])?|{MONTH}(/{MONTH})?)$",
}


def cell(column: Column) -> dict[str, Any]:
    """What a cell of a column may be."""
    said: dict[str, Any] = {"title": column.zh[0] if column.zh else column.name, "description": column.description}
    if column.kind == "enum" and column.values:
        said["enum"] = list(column.values)
    elif column.kind == "bool":
        said["type"] = "boolean"
    elif column.kind == "integer":
        said["type"] = "integer"
    elif column.kind in ("id", "ref", "text", "enum"):
        said |= {"type": "string", "minLength": 1}
    elif column.kind in TEXTS:
        months = f"^{MONTH}(-{DAY})?$" if column.has_days else TEXTS[column.kind]
        said |= {"type": "string", "pattern": months}
    else:
        said["type"] = "number"
        if column.finer != "always":
            said["description"] += f"; at most {DECIMALS.get(column.kind, 3)} decimals"  # `multipleOf` rounds
    if column.refers:
        said["description"] += f" An id of {' or '.join(column.refers)}."
    if column.default is not None:
        said["default"] = column.default
    return said


def row(table: Table, is_input: bool) -> dict[str, Any]:
    """What a row of a table may be."""
    cells = {column.name: cell(column) for column in table}
    for column in table:
        if is_input and cells[column.name].get("type") == "number" and not column.signed:
            cells[column.name]["exclusiveMinimum" if column.positive else "minimum"] = 0
        if column.optional or not is_input:
            cells[column.name] = {"anyOf": [cells[column.name], {"type": "null"}]}
    return {
        "title": f"{table.name} {table.zh}",
        "description": table.description,
        "type": "object",
        "properties": cells,
        "required": [column.name for column in table if not column.optional],
        "additionalProperties": False,
    }


def schema_files() -> dict[Path, str]:
    """The file of every shipped rule set."""
    files = {}
    for name in available():
        shape = load(name).shape
        tables = {table: row(of, is_input=True) for table, of in input_tables(shape).items()}
        tables |= {table: row(of, is_input=False) for table, of in result_tables(shape).items() if table not in tables}
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"Tables of gridsim under {name}",
            "description": "Each definition is one row of a table; energies in MWh, prices in yuan/MWh, money in yuan.",
            "$defs": tables,
        }
        files[DOCS / "reference" / f"tables.{name}.schema.json"] = (
            json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        )
    return files
