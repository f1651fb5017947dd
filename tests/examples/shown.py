"""The example rule sets of the documentation: each with its scenario, run once, and its lists for the oracle."""

from __future__ import annotations

import csv
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import gridsim
from tests.shared import ROOT, as_user

EXAMPLES = ROOT / "docs" / "rules" / "examples"
NAMES = ("sharp-peak", "hourly", "shares")
ASKED = {"sharp-peak": "2023-07", "hourly": "2023-07", "shares": "2023-03"}
"""The month of each that is explained."""


def command(*arguments: object) -> str:
    """What ``gridsim`` says, on both of its streams."""
    return "".join(as_user(*arguments))


@cache
def folder_of(name: str, format: str = "parquet") -> Path:
    """What ``gridsim run`` writes of an example, once a session."""
    out = Path(tempfile.mkdtemp(prefix="gridsim-examples-")) / name
    command("run", EXAMPLES / name, "--out", out, "--format", format)
    return out


@cache
def result_of(name: str) -> gridsim.Result:
    """The same, opened again from the disk."""
    return gridsim.Result.load(folder_of(name))


def scenario_of(name: str) -> dict[str, Any]:
    """An example in the oracle's form: plain text rows, and the lists of its rule file with their values in place."""
    folder = EXAMPLES / name
    tables = {}
    for path in folder.glob("*.csv"):
        with open(path, encoding="utf-8-sig", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return {"name": name, "year": 2023, "rules": {}, "shape": lists_of(folder / "rules.yaml"), "tables": tables}


def lists_of(file: Path) -> dict[str, Any]:
    """The section ``shape`` of a rule file in the words of the specification, which has ids where this has names."""
    whole = YAML(typ="base", pure=True).load(file.read_text(encoding="utf-8"))
    values = {path: entry["value"] for path, entry in whole["values"].items()}
    shape = with_values(whole["shape"], values)
    for name in ("periods", "accounts"):
        shape[name] = list(shape[name])
    shape["products"] = {name: each["periods"] for name, each in shape["products"].items()}
    shape["tariff"] = {name: "by_period" if each["by"] == "period" else "one" for name, each in shape["tariff"].items()}
    absent: dict[str, Any] = {"varieties": "none", "off_tariff": "none", "regimes": [], "definitions": {}}
    absent |= {"sellers": "none", "counterparty": "direct", "order_of_legs": "pro_rata", "coefficients": {}}
    absent |= {"transfers": "none", "fees": "none"}
    return {"id": whole["id"], **absent, **shape}


def with_values(node: Any, values: dict[str, str]) -> Any:
    """Plain data in which a value stands in place of what names it."""
    if isinstance(node, dict):
        if set(node) == {"value"}:
            return values[node["value"]]
        return {key: with_values(inner, values) for key, inner in node.items()}
    return [with_values(inner, values) for inner in node] if isinstance(node, list) else node
