"""What a result was made from: assumptions taken, overrides, hashes, versions, counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.manifest import warnings_of
from gridsim.report.page.listing import Listing, listing, number, text
from gridsim.show.numbers import count
from gridsim.words import msg, within

if TYPE_CHECKING:
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

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
        _assumptions(manifest, words),
        _overrides(manifest, words),
        keys_of(manifest, words),
        _counts(manifest["counts"]["inputs"], words),
        _counts(manifest["counts"]["results"], words),
        [warning.told(words.lang) for warning in warnings_of(manifest)],
        json.dumps(dict(manifest), ensure_ascii=False, indent=2),
    )


def _assumptions(manifest: Any, words: PageWords) -> Listing:
    whys = {"choice": words.say("choice")}
    rows = [
        [
            taken[words.lang],
            _value(taken["value"]),
            whys.get(taken["why"], words.called("why", taken["why"])),
            "" if taken["clause"] in (None, "choice") else taken["clause"],
            taken["path"],
        ]
        for taken in manifest["assumptions"]
    ]
    heads = (
        msg("reading"),
        within("rule set", "value"),
        msg("why"),
        msg("clause"),
        msg("path in the rule set"),
    )
    return listing(tuple(text(words.say(head)) for head in heads), rows, name="assumptions")


def _overrides(manifest: Any, words: PageWords) -> Listing:
    rows = [[path, _value(value)] for path, value in manifest["overrides"].items()]
    return listing((text(words.say("path in the rule set")), text(words.say(within("rule set", "value")))), rows)


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


def _counts(counts: Any, words: PageWords) -> Listing:
    columns = (text(words.say("table")), number(words.say("rows")))
    return listing(columns, [[name, count(rows)] for name, rows in counts.items()])
