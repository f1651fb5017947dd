"""What a result was made from: assumptions taken, overrides, hashes, versions, counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.manifest import warnings_of
from gridsim.market_tables import result_tables, scenario_tables
from gridsim.report.page.listing import Listing, listing, number, text
from gridsim.rules.citations import clause_text
from gridsim.rules.entries import ReadingKind
from gridsim.rules.kinds import Option
from gridsim.show.numbers import count
from gridsim.words import msg, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsim.column import Table
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result
    from gridsim.rules import RuleSet

__all__ = ["Provenance", "keys_of", "sources_of"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the sections on assumptions and on the manifest show."""

    assumptions: Listing
    overrides: Listing
    keys: Listing
    inputs: Listing
    results: Listing
    warnings: list[str]
    raw: str


def sources_of(result: Result, words: PageWords) -> Provenance:
    """The sections' tables."""
    manifest = result.manifest
    return Provenance(
        _assumptions(result, words),
        _overrides(result, words),
        keys_of(manifest, words),
        _counts(manifest["counts"]["inputs"], scenario_tables(result.rules.shape), words),
        _counts(manifest["counts"]["results"], result_tables(result.rules.shape), words),
        [warning.told(words.lang) for warning in warnings_of(manifest)],
        json.dumps(dict(manifest), ensure_ascii=False, indent=2),
    )


def _assumptions(result: Result, words: PageWords) -> Listing:
    whys = {"choice": words.say("choice")}
    rows = []
    for taken in result.manifest["assumptions"]:
        value, path = _value_and_path(result.rules, taken["path"], taken["value"], words)
        why = whys.get(taken["why"], words.called("why", taken["why"]))
        clause = "" if taken["clause"] in (None, "choice") else clause_text(taken["clause"], words.lang)
        rows.append([taken[words.lang], value, why, clause, path])
    heads = (
        msg("reading"),
        within("rule set", "value"),
        msg("why"),
        msg("clause"),
        msg("path in the rule set"),
    )
    return listing(tuple(text(words.say(head)) for head in heads), rows, name="assumptions")


def _overrides(result: Result, words: PageWords) -> Listing:
    rows = [
        [called.told(words.lang) if (called := result.rules.called(path)) != path else "", path, _value(value)]
        for path, value in result.manifest["overrides"].items()
    ]
    heads = (within("rule set", "name of a value"), msg("path in the rule set"), within("rule set", "value"))
    return listing(tuple(text(words.say(head)) for head in heads), rows)


def _value_and_path(rules: RuleSet, path: str, value: Any, words: PageWords) -> tuple[str, str]:
    """A value as people read it; one that is a word of the rule file alone stands there, behind its path."""
    kind = rules.entry(path).kind if rules.has(path) else None
    told = _value(value) if kind is None else rules.item(path).text(words.lang)
    if isinstance(kind, (Option, ReadingKind)) and told == value:
        return "", f"{path} = {value}"
    return told, path


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def keys_of(manifest: Any, words: PageWords) -> Listing:
    """What a result was made from, by its hashes and versions."""
    scenario, rules = manifest["scenario"], manifest["rules"]
    versions = words.listed(f"{name} {version}" for name, version in manifest["versions"].items())
    pairs = [
        (msg("scenario"), scenario["name"]),
        (msg("year"), scenario["year"]),
        (msg("hash of the scenario"), scenario["hash"]),
        (msg("seed"), scenario["seed"]),
        (msg("rule set"), words.named(rules["title"][words.lang], rules["id"])),
        (msg("document"), f"{rules['document']['number']} {rules['document'][words.lang]}"),
        (msg("hash of the rule set"), manifest["rules_hash"]),
        (msg("versions"), versions),
    ]
    rows = [[words.say(what), str(value)] for what, value in pairs if value is not None]
    return listing(
        (text(words.say(within("manifest", "what"))), text(words.say(within("rule set", "value")))),
        rows,
        note=words.say("The same hashes and versions give the same results, to the micro-yuan."),
    )


def _counts(counts: Any, tables: Mapping[str, Table], words: PageWords) -> Listing:
    columns = (text(words.say("table")), number(words.say("rows")))
    named = {name: tables[name].zh for name in counts if name in tables} if words.lang == "zh" else {}
    rows = [[words.named(named[name], name) if name in named else name, count(rows)] for name, rows in counts.items()]
    return listing(columns, rows)
