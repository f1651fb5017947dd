"""The rule set of a province that there is not (synthetic): Henan's values, every clause numbered otherwise."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gridsim.rules
from gridsim.rules.yamltext import read_yaml
from tests.shared import MINI

NUMBER = "合成规则〔2023〕1号"
HOW_TO_READ = {"en": "Articles of the made-up rules", "zh": "条款指合成规则各条"}
_ARTICLES = {
    "N1": "第十一条", "N2": "第二十条", "N2.2": "第二十二条", "N3": "第三十条", "N3.1": "第三十一条",
    "N3.2": "第三十二条", "N3.3": "第三十三条", "N3.4": "第三十四条", "N4": "第四十条", "N5": "第五十条",
    "N5.1": "第五十一条", "N5.2": "第五十二条", "N6": "第六十条", "N7": "第七十条", "N8": "第八十条",
}  # fmt: skip


def renamed(clauses: str) -> str:
    """Henan's clauses as the made-up rules number them."""
    return ", ".join(_ARTICLES.get(part, part) for part in clauses.split(", "))


def own_rules() -> dict[str, Any]:
    """The rule set as plain data, which JSON and so YAML can hold; it extends nothing."""
    shipped = Path(gridsim.rules.__file__).parent / "data" / "henan-2021.yaml"
    text, faults = read_yaml(shipped.read_bytes(), shipped.name)
    assert faults == []
    data: dict[str, Any] = json.loads(json.dumps(text.data, ensure_ascii=False))
    _rename(data["values"], lambda entry: entry | {"clause": renamed(entry["clause"])})
    for reading in data["readings"]:
        reading["clause"] = renamed(reading["clause"])
    return data | {
        "id": "own",
        "title": {"en": "Made-up rules", "zh": "合成规则"},
        "document": {"number": NUMBER, "en": "Made-up rules (synthetic)", "zh": "合成规则（虚构）"},
        "clauses": _clauses(data["clauses"]) | {"how_to_read": HOW_TO_READ},
    }


def scenario_with(folder: Path, rules: dict[str, Any]) -> gridsim.Scenario:
    """The mini scenario, settled by a rule set of its own."""
    shutil.copytree(MINI, folder)
    (folder / "own.yaml").write_text(json.dumps(rules, ensure_ascii=False), "utf-8")
    settings = folder / "scenario.yaml"
    settings.write_text(settings.read_text("utf-8").replace("rules: henan-2021", "rules: own.yaml"), "utf-8")
    return gridsim.load(folder)


def _rename(node: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    for name, inner in node.items():
        if "clause" in inner:
            node[name] = change(inner)
        else:
            _rename(inner, change)


def _clauses(node: dict[str, Any]) -> dict[str, Any]:
    return {
        name: renamed(inner) if isinstance(inner, str) else _clauses(inner)
        for name, inner in node.items()
        if name != "how_to_read"
    }
