"""One document, written for a terminal, as plain text, as HTML and as Markdown."""

from __future__ import annotations

from gridsim.show.document import grid
from gridsim.show.html import html
from gridsim.show.markdown import markdown
from gridsim.show.plain import block_lines
from gridsim.show.terminal import terminal_text


def test_a_cell_of_two_lines() -> None:
    table = grid(("from",), [("other\nnot verified",)])
    assert "<td>other<br/>not verified</td>" in html([table])
    assert "| other not verified |" in markdown([table])
    assert "│ other        │\n│ not verified │" in terminal_text([table], width=40)


def test_a_terminal_cannot_be_told_what_to_do() -> None:
    spiteful = "\x1b[31mred\x1b[0m"
    for text in (
        html([spiteful]),
        markdown([spiteful]),
        "".join(block_lines(spiteful, 0)),
        terminal_text([spiteful, grid((spiteful,), [(spiteful,)])], width=80),
    ):
        assert "\x1b" not in text
