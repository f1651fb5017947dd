"""A document as a terminal shows it."""

from __future__ import annotations

from gridsim.show.terminal import terminal_text
from tests.show.one_document import DOCUMENT


def test_a_terminal() -> None:
    assert terminal_text(DOCUMENT, width=60) == (
        "A title  beside it\n"
        "A paragraph with *stars* and <tags>.\n"
        "value = 1.05\n"
        "what it means by the notice\n"
        "• one\n"
        "  more of it\n"
        "• two\n"
        "Who paid whom\n"
        "┏━━━━━━━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━━━━━━┓\n"
        "┃ item          ┃       MWh ┃       yuan ┃\n"
        "┡━━━━━━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━━━━━┩\n"
        "│ 合同电费      │ 1,000.000 │ 370,000.00 │\n"
        "│ shortfall fee │     0.500 │       5.00 │\n"
        "├───────────────┼───────────┼────────────┤\n"
        "│ all           │           │ 370,005.00 │\n"
        "└───────────────┴───────────┴────────────┘\n"
        "rounded\n"
        "2 warnings\n"
        "first\n"
        "second\n"
    )
