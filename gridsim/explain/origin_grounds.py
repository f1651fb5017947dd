"""Which clauses and values the trades behind legs rest on, by how they came about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.rules.citations import clauses_together
from gridsim.trading.sessions import NO_KIND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.explain.origins import Origin
    from gridsim.rules import RuleSet

__all__ = ["clauses_of_origins", "leans_of_origins"]


def clauses_of_origins(origins: Sequence[Origin], rules: RuleSet) -> str:
    """What the trades behind legs, and their split to months, cite."""
    clauses = {_clause_of_kind(origin.kind, rules) for origin in origins}
    if any(origin.decomposition is not None for origin in origins):
        clauses.add(rules.clauses_of("decomposition.method"))
    return clauses_together(sorted(clauses or {rules.cited("sessions.none")}))


def _clause_of_kind(kind: str, rules: RuleSet) -> str:
    """What a kind of session cites; one of a market without a table of sessions as the first that works alike."""
    if kind == NO_KIND.id:
        return rules.cited("sessions.none")
    shape, name = rules.shape, kind
    if f"sessions.{kind}" not in rules.citations:
        how = next((each.how for each in shape.without_sessions if each.id == kind), None)
        name = next((each.id for each in shape.sessions if each.how == how), kind)
    return rules.cited(f"sessions.{name}")


def leans_of_origins(origins: Sequence[Origin], rules: RuleSet) -> Iterator[str]:
    """The values of the rule set that trades rest on."""
    if any(origin.filing is not None for origin in origins):
        yield "bilateral.filing"
    if any(origin.pair is not None for origin in origins):
        for name in ("mechanism", "ties", "last_tie", "k", "heat_priority", "resubmission"):
            yield f"matching.{name}"
        matched = {origin.kind for origin in origins if origin.pair is not None}
        for kind in rules.shape.sessions:
            if kind.id in matched and kind.k is not None:
                yield from kind.k.paths()
    if any(origin.segment for origin in origins):
        yield from rules.shape.values_of_transfers
    if any(origin.move is not None or origin.cuts for origin in origins):
        yield "transfers.counted"
    yield from _said_of_origins(origins, rules)
    if any(origin.decomposition is not None for origin in origins):
        yield "decomposition.method"
        if rules.values.decomposition.method == "typical_curve":
            yield "decomposition.typical_curve"


def _said_of_origins(origins: Sequence[Origin], rules: RuleSet) -> Iterator[str]:
    """What the rule set says that contracts rest on by how they came about (`gridsim.rules.shape.ExplainedShape`)."""
    ways: dict[str, None] = {}
    for origin in origins:
        if origin.filing is not None:
            ways["filings"] = None
        if origin.pair is not None:
            ways[origin.pair.mechanism.how] = None
            if None in (origin.pair.sell.price, origin.pair.buy.price):
                ways["takers"] = None
            if any(kind.id == origin.kind and kind.clamp for kind in rules.shape.sessions):
                ways["bounded"] = None
        if origin.move is not None or origin.cuts:
            ways["transfers"] = None
    for way in ways:
        yield from rules.shape.explained.rests_on.get(f"contracts.{way}", ())
