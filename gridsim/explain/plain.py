"""An explanation as plain text for a terminal or an e-mail, 100 columns wide; wide characters take two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.explain.model import Grid, Point
from gridsim.explain.words import Wording

if TYPE_CHECKING:
    from gridsim.explain.model import Block, Explanation, Step

__all__ = ["display_width", "plain_text", "printable", "wrapped"]

_WIDTH = 100
_INDENT = 4
_GAP = "  "
_NARROW_GAP = " "
_NARROWEST = 8  # a column of texts that must give way keeps so many places
_NEVER_FIRST = "，。；：、）】」》”！？,.;:)]"  # closing signs stay on the line of what they close
_NEVER_LAST = "（【「《“(["
# What stays together on a line: a run of narrow characters without spaces, or one wide character.
_PIECE = re.compile(r"\s+|[\u0021-\u2e7f]+|.", re.DOTALL)


def printable(text: str) -> str:
    """Text without control characters, which an id could carry into a terminal."""
    return "".join("\ufffd" if unicodedata.category(sign) in ("Cc", "Cf") else sign for sign in text)


def _plain(text: str) -> str:
    """Text with the plain minus: GBK, in which Chinese Windows keeps text, has no other."""
    return printable(text).replace("\N{MINUS SIGN}", "-")


def display_width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines: at spaces, and between wide characters where Chinese may break."""
    lines: list[str] = []
    line = ""
    pieces = _pieces(text)
    for piece in pieces:
        if display_width(line) + display_width(piece.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    """The pieces between which a line may break; signs that open or close something stay with it."""
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        glued = pieces and (piece[0] in _NEVER_FIRST or pieces[-1][-1:] in _NEVER_LAST)
        if glued and not piece.isspace():
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def plain_text(explanation: Explanation) -> str:
    """The explanation as text; every line ends without spaces."""
    words = Wording(explanation.lang)
    title = _plain(explanation.title)
    lines = [title, "=" * min(display_width(title), _WIDTH), ""]
    for block in explanation.lead:
        lines += [*_block(block, 0), ""]
    for section in explanation.sections:
        heading = _plain(section.title)
        lines += ["", heading, "-" * min(display_width(heading), _WIDTH)]
        for block in section.lead:
            lines += _block(block, 0)
        lines.append("")
        for step in section.steps:
            lines += [*_step(words, step), ""]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _step(words: Wording, step: Step) -> Iterator[str]:
    clause = "  " + words.clauses(step.clause) if step.clause else ""
    yield from _hanging(f"{step.number}.".ljust(_INDENT), step.title + clause, 0)
    if step.formula:
        yield from _hanging("", step.formula, _INDENT)
    before: Block | None = None
    for block in step.lines:
        if isinstance(block, Grid) or isinstance(before, Grid) or (before is None and step.formula):
            yield ""
        yield from _block(block, _INDENT)
        before = block


def _block(block: Block, indent: int) -> Iterator[str]:
    if isinstance(block, Grid):
        yield from _grid(block, indent)
    elif isinstance(block, Point):
        yield from _hanging("* ", block.head, indent)
        for line in block.lines:
            yield from _hanging("", line, indent + 2)
    else:
        yield from _hanging("", block, indent)


def _hanging(mark: str, text: str, indent: int) -> Iterator[str]:
    """A paragraph; its further lines stand under the first one's text."""
    room = _WIDTH - indent - len(mark)
    for number, line in enumerate(wrapped(_plain(text), room)):
        yield " " * indent + (mark if number == 0 else " " * len(mark)) + line


def _grid(grid: Grid, indent: int) -> Iterator[str]:
    foot = [grid.foot] if grid.foot else []
    table = [tuple(_plain(cell) for cell in row) for row in (grid.headings, *grid.rows, *foot)]
    widths = [max(display_width(cell) for cell in column) for column in zip(*table, strict=True)]
    gaps = len(widths) - 1
    # A table of long numbers stands closer together before its texts are folded.
    gap = _GAP if sum(widths) + len(_GAP) * gaps <= _WIDTH - indent else _NARROW_GAP
    widths = _fitted(widths, grid.align, _WIDTH - indent - len(gap) * gaps)
    rule = " " * indent + gap.join("-" * width for width in widths)
    for number, row in enumerate(table):
        if number == 1 or (foot and number == len(table) - 1 and len(table) > 2):
            yield rule
        yield from _row(row, widths, grid.align, " " * indent, gap)


def _fitted(widths: list[int], align: str, room: int) -> list[int]:
    """Narrow the columns of texts until the table fits; numbers are never broken."""
    widths = list(widths)
    texts = [i for i, side in enumerate(align) if side == "<"]
    while sum(widths) > room:
        widest = max(texts, key=lambda i: widths[i], default=None)
        if widest is None or widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _row(row: tuple[str, ...], widths: list[int], align: str, indent: str, gap: str) -> Iterator[str]:
    cells = [
        _folded(cell, width) if side == "<" else [cell] for cell, width, side in zip(row, widths, align, strict=True)
    ]
    for level in range(max(len(cell) for cell in cells)):
        parts = []
        for cell, width, side in zip(cells, widths, align, strict=True):
            text = cell[level] if level < len(cell) else ""
            space = " " * (width - display_width(text))
            parts.append(text + space if side == "<" else space + text)
        yield indent + gap.join(parts)


def _folded(text: str, width: int) -> list[str]:
    """A cell's text in lines; a word that is longer than the column is cut."""
    lines = []
    for line in wrapped(text, width):
        while display_width(line) > width:
            head = line
            while display_width(head) > width:
                head = head[:-1]
            lines.append(head)
            line = line[len(head) :]
        lines.append(line)
    return lines
