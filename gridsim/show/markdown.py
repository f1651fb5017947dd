"""A document as Markdown; what Markdown would take for markup is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gridsim.show.document import Block, Cell, Folded, Grid, Heading, ListItem
from gridsim.show.plain import printable

__all__ = ["markdown", "markdown_lines", "md"]

# What Markdown would take for markup; an underscore inside of a word it leaves alone.
_MARKUP = re.compile(r"[\\`*\[<|]|~~|&(?=#?\w+;)|(?<!\w)_|_(?!\w)")
_AT_THE_START = re.compile(r"^(\d+)(?=[.)](?:\s|$))|^(?=[-+](?:\s|$)|#{1,6}\s|>|[-=]+$)")
_MARKS = {"strong": "**", "warning": "**", "source": "*", "code": "`"}


def markdown(document: Iterable[Block]) -> str:
    """A document as Markdown, with a line between its blocks."""
    lines: list[str] = []
    before: Block | None = None
    for block in document:
        if isinstance(block, ListItem) and isinstance(before, ListItem):
            lines.pop()  # the points of a list stand together
        lines += [*markdown_lines(block), ""]
        before = block
    return "\n".join(lines).rstrip() + "\n"


def markdown_lines(block: Block) -> Iterator[str]:
    """The lines of a block."""
    if isinstance(block, Grid):
        yield from _table(block)
    elif isinstance(block, Heading):
        yield f"{'#' * block.level} {md(block.text)}{' ' + md(block.note) if block.note else ''}"
    elif isinstance(block, ListItem):
        yield f"- {_line(block.head)}"
        for line in block.lines:
            yield f"    - {_line(line)}"
    elif isinstance(block, Folded):
        yield f"**{md(block.summary)}**"
        for inside in block.inside:
            yield ""
            yield from markdown_lines(inside)
    elif isinstance(block, str):
        yield _line(block)
    else:
        yield _cell(block)


def md(text: str) -> str:
    """Text that Markdown shows as it is, inside of a line."""
    return _MARKUP.sub(r"\\\g<0>", printable(text.replace("\n", " ")))


def _line(text: str) -> str:
    """The same where it begins a line."""
    return _AT_THE_START.sub(r"\g<0>\\", md(text))


def _table(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield f"**{md(grid.title)}**"
        yield ""
    yield _row(map(md, grid.headings))
    yield "|" + "|".join(" ---: " if side == ">" else " --- " for side in grid.align) + "|"
    for row in grid.rows:
        yield _row(map(_cell, row))
    if grid.foot:
        yield _row(f"**{md(cell)}**" if cell else "" for cell in grid.foot)
    if grid.note:
        yield ""
        yield md(grid.note)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return md(cell)
    parts = []
    for text, style in cell.runs:
        mark = _MARKS.get(style, "")
        if style == "code":
            parts.append(mark + printable(text.replace("\n", " ")).replace("|", "\\|") + mark)
        else:
            parts.append(_marked(md(text), mark))
    return "".join(parts)


def _marked(text: str, mark: str) -> str:
    """A run between marks that hold: beside a space, or a colon that a word follows, they would stand as stars."""
    inside = text.strip(" ").rstrip(":：")
    if not mark or not inside:
        return text
    before, found, after = text.partition(inside)
    return f"{before}{mark}{found}{mark}{after}"
