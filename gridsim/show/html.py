"""A document as a fragment of HTML that needs nothing from outside; every text is escaped."""

from __future__ import annotations

import html as _html
from collections.abc import Iterable

from gridsim.show.document import Block, Cell, Folded, Grid, Heading, ListItem
from gridsim.show.plain import printable

__all__ = ["STYLE", "escaped", "html", "html_block"]

STYLE = (
    "<style>"
    ".gridsim .table-wrap{overflow-x:auto}"
    ".gridsim table{border-collapse:collapse;margin:.5em 0 .8em}"
    ".gridsim caption{text-align:left;font-weight:600}"
    ".gridsim th,.gridsim td{padding:.15em .7em;border:0;text-align:left}"
    ".gridsim thead th{border-bottom:1px solid currentColor;font-weight:600}"
    ".gridsim tfoot td{border-top:1px solid currentColor;font-weight:600}"
    ".gridsim .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".gridsim .quiet{font-weight:400;opacity:.7}"
    "</style>"
)
"""For where a page has no style of its own."""

_TAGS = {
    "strong": ("<b>", "</b>"),
    "quiet": ('<span class="quiet">', "</span>"),
    "source": ("<i>", "</i>"),
    "warning": ("<b>", "</b>"),
    "code": ("<code>", "</code>"),
}


def html(document: Iterable[Block], *, style: bool = True) -> str:
    """A document as a fragment of HTML.

    Parameters
    ----------
    document : iterable of Block
    style : bool
        Whether it brings a style of its own.
    """
    inside = "\n".join(map(html_block, document))
    return f'{STYLE if style else ""}<div class="gridsim">{inside}</div>'


def html_block(block: Block) -> str:
    """A block; a heading is one level deeper, as pages have a title of their own."""
    if isinstance(block, Grid):
        return _table(block)
    if isinstance(block, Heading):
        note = f' <span class="quiet">{escaped(block.note)}</span>' if block.note else ""
        return f"<h{block.level + 1}>{escaped(block.text)}{note}</h{block.level + 1}>"
    if isinstance(block, ListItem):
        lines = "".join(f"<li>{escaped(line)}</li>" for line in block.lines)
        return f"<p><b>{escaped(block.head)}</b></p><ul>{lines}</ul>"
    if isinstance(block, Folded):
        inside = "".join(map(html_block, block.inside))
        return f"<details><summary>{escaped(block.summary)}</summary>{inside}</details>"
    return f"<p>{_cell(block)}</p>"


def escaped(text: str) -> str:
    """Text that HTML shows as it is."""
    return _html.escape(printable(text), quote=True)


def _table(grid: Grid) -> str:
    caption = f"<caption>{escaped(grid.title)}</caption>" if grid.title else ""
    head = _row(grid.headings, grid.align, "th")
    body = "".join(_row(row, grid.align, "td") for row in grid.rows)
    foot = f"<tfoot>{_row(grid.foot, grid.align, 'td')}</tfoot>" if grid.foot else ""
    note = f"<p>{escaped(grid.note)}</p>" if grid.note else ""
    table = f"<table>{caption}<thead>{head}</thead><tbody>{body}</tbody>{foot}</table>"
    return f'<div class="table-wrap">{table}</div>{note}'


def _row(cells: Iterable[Cell], align: str, tag: str) -> str:
    parts = []
    for cell, side in zip(cells, align, strict=True):
        kind = ' class="number"' if side == ">" else ""
        parts.append(f"<{tag}{kind}>{_cell(cell)}</{tag}>")
    return "<tr>" + "".join(parts) + "</tr>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return _lines(cell)
    parts = []
    for text, style in cell.runs:
        opening, closing = _TAGS.get(style, ("", ""))
        parts += [opening, _lines(text), closing]
    return "".join(parts)


def _lines(text: str) -> str:
    return "<br/>".join(map(escaped, text.split("\n")))
