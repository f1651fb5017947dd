"""Texts and tables as plain text for a terminal or an e-mail, 100 columns wide; wide characters take two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from gridsim.show.document import Block, Folded, Grid, Heading, ListItem

__all__ = [
    "WIDTH",
    "block_lines",
    "display_width",
    "hanging",
    "heading_lines",
    "plain",
    "printable",
    "printable_lines",
    "wrapped",
]

WIDTH = 100
_GAP = "  "
_NARROW_GAP = " "
_NARROWEST = 8  # a column of texts that must give way keeps so many places
_NEVER_FIRST = "，。；：、）】」》”！？,.;:)]"  # closing signs stay on the line of what they close
_NEVER_LAST = "（【「《“(["
# What stays together on a line: a run of narrow characters without spaces, or one wide character.
_PIECE = re.compile(r"\s+|[\u0021-\u2e7f]+|.", re.DOTALL)


def printable(text: str) -> str:
    """Text without control characters, which an id could carry into a terminal."""
    if text.isprintable():  # as nearly all are, without a look at each sign
        return text
    return "".join("\ufffd" if unicodedata.category(sign) in ("Cc", "Cf") else sign for sign in text)


def printable_lines(text: str) -> str:
    """The same of a text in several lines."""
    return "\n".join(map(printable, text.split("\n")))


def plain(text: str) -> str:
    """Text with the plain minus: GBK, in which Chinese Windows keeps text, has no other."""
    return printable(text).replace("\N{MINUS SIGN}", "-")


def display_width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii() and text.isprintable():  # as most are, and every column of a number
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines: at spaces, and between wide characters where Chinese may break."""
    lines: list[str] = []
    line, taken = "", 0  # and the columns that it takes, summed up as it grows
    for piece in _pieces(text):
        if taken + display_width(piece.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line, taken = "", 0
            piece = piece.lstrip()
        line += piece
        taken += display_width(piece)
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


def heading_lines(text: str, rule: str) -> list[str]:
    """A heading with a rule beneath."""
    told = plain(text)
    return [told, rule * min(display_width(told), WIDTH)]


def block_lines(block: Block, indent: int) -> Iterator[str]:
    """A block, moved in by some columns."""
    if isinstance(block, Grid):
        yield from _grid(block, indent)
    elif isinstance(block, ListItem):
        yield from hanging("* ", block.head, indent)
        for line in block.lines:
            yield from hanging("", line, indent + 2)
    elif isinstance(block, Heading):
        yield from heading_lines(block.text, "=-~"[min(block.level, 3) - 1])
    elif isinstance(block, Folded):
        yield from hanging("", block.summary, indent)
        for inside in block.inside:
            yield from block_lines(inside, indent + 2)
    else:
        for line in str(block).split("\n"):
            yield from hanging("", line, indent)


def hanging(mark: str, text: str, indent: int) -> Iterator[str]:
    """A paragraph; its further lines stand under the first one's text."""
    room = WIDTH - indent - len(mark)
    for number, line in enumerate(wrapped(plain(text), room)):
        yield " " * indent + (mark if number == 0 else " " * len(mark)) + line


def _grid(grid: Grid, indent: int) -> Iterator[str]:
    foot = [grid.foot] if grid.foot else []
    table = [tuple(plain(str(cell)) for cell in row) for row in (grid.headings, *grid.rows, *foot)]
    widths = [max(display_width(cell) for cell in column) for column in zip(*table, strict=True)]
    gaps = len(widths) - 1
    # A table of long numbers stands closer together before its texts are folded.
    gap = _GAP if sum(widths) + len(_GAP) * gaps <= WIDTH - indent else _NARROW_GAP
    room = WIDTH - indent - len(gap) * gaps
    widths = _fitted(_with_folded_headings(widths, table, grid.align, room), grid.align, room)
    rule = " " * indent + gap.join("-" * width for width in widths)
    if grid.title:
        yield from hanging("", grid.title, indent)
    for number, row in enumerate(table):
        if number == 1 or (foot and number == len(table) - 1 and len(table) > 2):
            yield rule
        yield from _row(row, widths, grid.align, " " * indent, gap, is_head=number == 0)
    if grid.note:
        yield from hanging("", grid.note, indent)


def _with_folded_headings(widths: list[int], table: list[tuple[str, ...]], align: str, room: int) -> list[int]:
    """Fold headings of numbers into two lines, the longest beside its numbers first, before any text is folded."""
    widths, left = list(widths), [i for i, side in enumerate(align) if side != "<"]
    while sum(widths) > room and left:
        least = {
            i: max(*(display_width(row[i]) for row in table[1:]), *map(display_width, _pieces(table[0][i])), 0, 0)
            for i in left
        }
        longest = max(left, key=lambda i: widths[i] - least[i])
        widths[longest] = max(least[longest], min(widths[longest], (display_width(table[0][longest]) + 2) // 2))
        left.remove(longest)
    return widths


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


def _row(row: tuple[str, ...], widths: list[int], align: str, indent: str, gap: str, *, is_head: bool) -> Iterator[str]:
    cells = [
        _folded(cell, width) if side == "<" or is_head else [cell]
        for cell, width, side in zip(row, widths, align, strict=True)
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
