"""A rule set as a notebook shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim import notebook
from gridsim.rules.display import unit_text
from gridsim.rules.show import counts_text, origin_text

if TYPE_CHECKING:
    from gridsim.rules.ruleset import RuleItem, RuleSet

__all__ = ["rules_html"]

_HEAD = ("value", "is", "clause", "from", "what it means", "含义")


def rules_html(rules: RuleSet) -> str:
    """Titles, what the scenario overrides, and every value in a table that is folded away."""
    items = list(rules.items())
    parts = [
        notebook.heading(rules.id, f"{rules.title('en')} · {rules.title('zh')}"),
        notebook.paragraph(counts_text(rules, "en")),
    ]
    overridden = [item for item in items if item.overridden]
    if overridden:
        rows = [(item.path, _value(item), item.instead_of, item.clause) for item in overridden]
        parts.append(notebook.table(("overridden by the scenario", "is", "instead of", "clause"), rows))
    table = notebook.table(_HEAD, [_row(item) for item in items], limit=len(items))
    parts.append(notebook.details(f"all {len(items)} values", table))
    return f"<div>{''.join(parts)}</div>"


def _row(item: RuleItem) -> tuple[str, ...]:
    return item.path, _value(item), item.clause, origin_text(item, "en"), item.en, item.zh


def _value(item: RuleItem) -> str:
    return f"{item.text('en')} {unit_text(item.unit, 'en')}".strip()
