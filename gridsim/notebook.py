"""What a notebook shows of an object: small tables of escaped text, without styles that fight the notebook's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["details", "heading", "paragraph", "table"]

_RIGHT = ' style="text-align: right"'


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    caption: str = "",
    numbers: Iterable[int] = (),
    limit: int = 20,
) -> str:
    """A table in HTML.

    Parameters
    ----------
    head : sequence of str
    rows : iterable of sequence
        Cells; their texts are escaped.
    caption : str
        Above the table.
    numbers : iterable of int
        Columns that stand to the right.
    limit : int
        Rows that are shown; how many more there are is said below.
    """
    rows = list(rows)
    right = set(numbers)

    def line(tag: str, cells: Sequence[object]) -> str:
        shown = (
            f"<{tag}{_RIGHT if number in right else ''}>{escape(str(cell))}</{tag}>"
            for number, cell in enumerate(cells)
        )
        return f"<tr>{''.join(shown)}</tr>"

    body = "".join(line("td", row) for row in rows[:limit])
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    more = paragraph(f"… and {len(rows) - limit:,} more") if len(rows) > limit else ""
    return f"<table>{above}<thead>{line('th', head)}</thead><tbody>{body}</tbody></table>{more}"


def heading(text: str, note: str = "") -> str:
    """A bold line, and what stands beside it."""
    return f"<p><b>{escape(text)}</b>{' ' + escape(note) if note else ''}</p>"


def paragraph(text: str) -> str:
    """Plain text."""
    return f"<p>{escape(text)}</p>"


def details(summary: str, inside: str) -> str:
    """Something that is folded away; `inside` is HTML."""
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"
