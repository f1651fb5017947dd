"""A document on a terminal, by rich, which knows how wide Chinese is and how wide the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gridsim.show.document import Folded, Grid, Heading, ListItem, Text
from gridsim.show.plain import printable_lines

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text as RichText

    from gridsim.show.document import Block, Cell

__all__ = ["terminal", "terminal_text"]

_STYLES = {"strong": "bold", "quiet": "dim", "source": "dim italic", "warning": "yellow"}


def terminal(document: Iterable[Block]) -> RenderableType:
    """A document as something that a `rich.console.Console` prints."""
    from rich.console import Group

    return Group(*(_rendered(block) for block in document))


def terminal_text(document: Iterable[Block], width: int = 140) -> str:
    """A document as a terminal of some width shows it, without colours; by default with room for the widest table."""
    import io

    from rich.console import Console

    console = Console(file=io.StringIO(), width=width, no_color=True, highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        console.print(terminal(document))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _rendered(block: Block) -> RenderableType:
    from rich.console import Group

    if isinstance(block, Grid):
        return _table(block)
    if isinstance(block, Heading):
        return _text(Text.of((block.text, "strong"), f"  {block.note}" if block.note else ""))
    if isinstance(block, ListItem):
        return Group(_text(f"• {block.head}"), *(_text(f"  {line}") for line in block.lines))
    if isinstance(block, Folded):
        return Group(_text(block.summary), *map(_rendered, block.inside))
    return _text(block)


def _table(grid: Grid) -> RenderableType:
    from rich import box
    from rich.table import Table

    # Where cells are texts with styles of their own, lines between all of them only disturb.
    styled = any(isinstance(cell, Text) for row in grid.rows for cell in row)
    table = Table(
        box=box.SIMPLE_HEAD if styled else box.HEAVY_HEAD,
        pad_edge=not styled,
        expand=styled and any("\n" in str(cell) for row in grid.rows for cell in row),
        title=grid.title or None,
        title_justify="left",
        title_style="bold",
        caption=grid.note or None,
        caption_justify="left",
        show_footer=bool(grid.foot),
    )
    for number, (heading, side) in enumerate(zip(grid.headings, grid.align, strict=True)):
        foot = grid.foot[number] if grid.foot else ""
        # Chinese has no spaces to break lines at, so texts that are too long are folded.
        table.add_column(
            _text(heading), footer=_text(foot), justify="right" if side == ">" else "left", overflow="fold"
        )
    for row in grid.rows:
        table.add_row(*map(_text, row))
    return table


def _text(cell: Cell) -> RichText:
    from rich.text import Text as RichText

    if isinstance(cell, str):
        return RichText(printable_lines(cell))
    return RichText.assemble(*((printable_lines(text), _STYLES.get(style, "")) for text, style in cell.runs))
