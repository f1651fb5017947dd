"""A rule set as plain data, as manifests keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsim.rules.entries import Entry
from gridsim.rules.plain_values import plain_pieces, plain_value
from gridsim.rules.wording import Words

if TYPE_CHECKING:
    from gridsim.rules.content import RuleContent

__all__ = ["plain_rules"]


def plain_rules(rules: RuleContent) -> dict[str, Any]:
    """Everything that a manifest tells of a rule set, of which `gridsim.RuleSet.from_dict` makes the same again."""
    own = not rules.is_henan_like
    plain: dict[str, Any] = {
        "format": 3 if own else 2,
        "id": rules.id,
        "title": _words_dict(rules.titles),
        "document": {"number": rules.number, **_words_dict(rules.document)},
        "in_force": {"from": rules.in_force_from, "to": rules.in_force_to},
        "notes": [_words_dict(note) for note in rules.notes],
        "hash": rules.hash,
        "clauses": _clauses_dict(rules),
        "values": {
            entry.path: _entry_dict(rules, entry) for entry in rules.entries if not (own and entry.also is not None)
        },
    }
    if own:
        plain["cites"] = {name: {"by": list(each.by), **_words_dict(each.words)} for name, each in rules.cites.items()}
        plain["readings"] = [_reading_dict(rules, entry) for entry in rules.entries if entry.also is not None]
        plain["shape"] = rules.given_shape.data
        if rules.headings:
            plain["headings"] = {group: _words_dict(words) for group, words in rules.headings.items()}
    return plain


def _clauses_dict(rules: RuleContent) -> dict[str, Any]:
    how_to_read = {"how_to_read": _words_dict(rules.how_to_read)} if rules.how_to_read else {}
    return {**how_to_read, **rules.clauses}


def _entry_dict(rules: RuleContent, entry: Entry) -> dict[str, Any]:
    data: dict[str, Any] = {
        "value": plain_value(plain_pieces(entry.pieces, rules.in_force_from)),
        "unit": entry.kind.unit,
        "clause": entry.clause,
        "origin": entry.origin,
        "verified": entry.verified,
    }
    optional = {
        "called": _words_dict(entry.called) if entry.called else None,
        "source": _words_dict(entry.source) if entry.source else None,
        "from": entry.start,
        "to": entry.end,
        "within": entry.within,
        "when": {path: plain_value(value) for path, value in entry.when},
        "options": {name: _words_dict(words) for name, words in entry.options},
        "instead_of": plain_value(plain_pieces(entry.instead_of, rules.in_force_from)) if entry.instead_of else None,
    }
    data.update({key: value for key, value in optional.items() if value not in ("", None, {})})
    if not rules.is_henan_like:
        data |= rules.catalogue.declared.get(entry.path, {})
    return data | (_words_dict(entry.words) if entry.words else {})


def _reading_dict(rules: RuleContent, entry: Entry) -> dict[str, Any]:
    """A reading as a rule file has it."""
    reading = rules.catalogue.readings[entry.path]
    plain = _entry_dict(rules, entry)
    del plain["unit"]
    if entry.origin == "choice":
        del plain["verified"]
    optional = {
        "after": reading.after,
        "case": reading.case,
        "no_case": _words_dict(reading.no_case) if reading.no_case else None,
    }
    told = {key: value for key, value in optional.items() if value is not None}
    assert entry.also is not None
    return {"id": entry.path, **plain, "also": _words_dict(entry.also), **told}


def _words_dict(words: Words) -> dict[str, str]:
    return {"en": words.en, "zh": words.zh}
