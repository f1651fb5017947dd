"""A rule set as a notebook shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.rules.display import unit_text
from gridsim.rules.show import counts_text, origin_text
from gridsim.show.document import Folded, Heading, grid

if TYPE_CHECKING:
    from gridsim.rules.ruleset import RuleItem, RuleSet
    from gridsim.show.document import Block

__all__ = ["rules_overview"]

_HEAD = ("value", "is", "clause", "from", "what it means", "含义")


def rules_overview(rules: RuleSet) -> list[Block]:
    """Titles, what the scenario overrides, and every value in a table that is folded away."""
    items = list(rules.items())
    parts: list[Block] = [
        Heading(rules.id, 2, f"{rules.title('en')} · {rules.title('zh')}"),
        counts_text(rules, "en"),
    ]
    overridden = [item for item in items if item.overridden]
    if overridden:
        rows = [(item.path, _value(item), str(item.instead_of), item.clause) for item in overridden]
        parts.append(grid(("overridden by the scenario", "is", "instead of", "clause"), rows, texts=4))
    table = grid(_HEAD, map(_row, items), texts=len(_HEAD))
    return [*parts, Folded(f"all {len(items)} values", (table,))]


def _row(item: RuleItem) -> tuple[str, ...]:
    source = origin_text(item, "en")
    return item.path, _value(item), item.clause, source, item.en, item.zh


def _value(item: RuleItem) -> str:
    return f"{item.text('en')} {unit_text(item.unit, 'en')}".strip()
