"""What a result was made from: assumptions taken, overrides, hashes, versions, counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.report.page.grid import Grid, count, number, text

if TYPE_CHECKING:
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["Sources", "sources_of"]


@dataclass(frozen=True, slots=True)
class Sources:
    """What the sections on assumptions and on the manifest show."""

    assumptions: Grid
    overrides: Grid
    keys: Grid
    inputs: Grid
    results: Grid
    warnings: list[str]
    raw: str


def sources_of(result: Result, words: PageWords) -> Sources:
    """The sections' tables."""
    manifest = result.manifest
    return Sources(
        _assumptions(manifest, words),
        _overrides(manifest, words),
        _keys(manifest, words),
        _counts(manifest["counts"]["inputs"], words),
        _counts(manifest["counts"]["results"], words),
        list(manifest["warnings"]),
        json.dumps(dict(manifest), ensure_ascii=False, indent=2),
    )


def _assumptions(manifest: Any, words: PageWords) -> Grid:
    whys = {"choice": words.name("choice_why")}
    rows = [
        [
            taken[words.lang],
            _value(taken["value"]),
            whys.get(taken["why"], words.name(taken["why"])),
            "" if taken["clause"] in (None, "choice") else taken["clause"],
            taken["path"],
        ]
        for taken in manifest["assumptions"]
    ]
    names = ("c_reading", "c_set", "c_why", "c_clause", "c_path")
    return Grid("assumptions", tuple(text(words.say(name)) for name in names), rows)


def _overrides(manifest: Any, words: PageWords) -> Grid:
    rows = [[path, _value(value)] for path, value in manifest["overrides"].items()]
    return Grid("", (text(words.say("c_path")), text(words.say("c_set"))), rows)


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _keys(manifest: Any, words: PageWords) -> Grid:
    scenario, rules = manifest["scenario"], manifest["rules"]
    versions = words.listed(f"{name} {version}" for name, version in manifest["versions"].items())
    pairs = [
        ("m_scenario", scenario["name"]),
        ("m_year", scenario["year"]),
        ("m_hash", scenario["hash"]),
        ("m_seed", scenario["seed"]),
        ("m_rules", f"{rules['title'][words.lang]} ({rules['id']})"),
        ("m_document", f"{rules['document']['number']} {rules['document'][words.lang]}"),
        ("m_rules_hash", manifest["rules_hash"]),
        ("m_versions", versions),
    ]
    rows = [[words.say(key), str(value)] for key, value in pairs if value is not None]
    return Grid("", (text(words.say("c_key")), text(words.say("c_set"))), rows, note=words.say("hash_note"))


def _counts(counts: Any, words: PageWords) -> Grid:
    columns = (text(words.say("c_table")), number(words.say("c_rows")))
    return Grid("", columns, [[name, count(rows)] for name, rows in counts.items()])
