"""One document, written for a terminal, as plain text, as HTML and as Markdown."""

from __future__ import annotations

import pytest

from gridsim.show.document import Folded, Grid, Heading, ListItem, Text, grid, some_of
from gridsim.show.html import html
from gridsim.show.markdown import markdown
from gridsim.show.plain import block_lines, display_width, wrapped
from gridsim.show.terminal import terminal_text

TABLE = grid(
    ("item", "MWh", "yuan"),
    [("合同电费", "1,000.000", "370,000.00"), ("shortfall fee", "0.500", "5.00")],
    foot=("all", "", "370,005.00"),
    title="Who paid whom",
    note="rounded",
)
DOCUMENT = [
    Heading("A title", note="beside it"),
    "A paragraph with *stars* and <tags>.",
    Text.of("value = ", ("1.05", "strong"), ("\nwhat it means", "quiet"), (" by the notice", "source")),
    ListItem("one", ("more of it",)),
    ListItem("two", ()),
    TABLE,
    Folded("2 warnings", ("first", "second")),
]


def test_numbers_stand_to_the_right_unless_said_otherwise() -> None:
    assert TABLE.align == "<>>"
    assert grid(("a", "b"), [], texts=0).align == ">>"
    assert grid(("a", "b", "c"), [], align="<><").align == "<><"
    assert grid(("a",), [["x"]]) == Grid(("a",), (("x",),), "<")


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


def test_plain_text() -> None:
    lines = [line for block in DOCUMENT for line in block_lines(block, 0)]
    assert [line.rstrip() for line in lines] == [
        "A title",
        "=======",
        "A paragraph with *stars* and <tags>.",
        "value = 1.05",
        "what it means by the notice",
        "* one",
        "  more of it",
        "* two",
        "Who paid whom",
        "item                 MWh        yuan",
        "-------------  ---------  ----------",
        "合同电费       1,000.000  370,000.00",
        "shortfall fee      0.500        5.00",
        "-------------  ---------  ----------",
        "all                       370,005.00",
        "rounded",
        "2 warnings",
        "  first",
        "  second",
    ]


def test_html() -> None:
    text = html(DOCUMENT, style=False)
    assert text.startswith('<div class="gridsim"><h2>A title <span class="quiet">beside it</span></h2>')
    assert "<p>A paragraph with *stars* and &lt;tags&gt;.</p>" in text
    assert '<p>value = <b>1.05</b><span class="quiet"><br/>what it means</span><i> by the notice</i></p>' in text
    assert "<p><b>one</b></p><ul><li>more of it</li></ul>" in text
    assert "<table><caption>Who paid whom</caption><thead><tr><th>item</th>" in text
    assert '<td class="number">370,000.00</td>' in text
    assert '<tfoot><tr><td>all</td><td class="number"></td><td class="number">370,005.00</td></tr></tfoot>' in text
    assert "</table><p>rounded</p>" in text
    assert "<details><summary>2 warnings</summary><p>first</p><p>second</p></details>" in text
    assert html(["x"]).startswith("<style>")


def test_markdown() -> None:
    assert markdown(DOCUMENT) == (
        "# A title beside it\n"
        "\n"
        r"A paragraph with \*stars\* and \<tags>."
        "\n"
        "\n"
        "value = **1.05** what it means* by the notice*\n"
        "\n"
        "- one\n"
        "    - more of it\n"
        "- two\n"
        "\n"
        "**Who paid whom**\n"
        "\n"
        "| item | MWh | yuan |\n"
        "| --- | ---: | ---: |\n"
        "| 合同电费 | 1,000.000 | 370,000.00 |\n"
        "| shortfall fee | 0.500 | 5.00 |\n"
        "| **all** |  | **370,005.00** |\n"
        "\n"
        "rounded\n"
        "\n"
        "**2 warnings**\n"
        "\n"
        "first\n"
        "\n"
        "second\n"
    )


def test_a_cell_of_two_lines() -> None:
    table = grid(("from",), [("other\nnot verified",)])
    assert "<td>other<br/>not verified</td>" in html([table])
    assert "| other not verified |" in markdown([table])
    assert "│ other        │\n│ not verified │" in terminal_text([table], width=40)


def test_code_in_a_table_of_markdown() -> None:
    table = grid(("path",), [(Text.of(("a_b|c", "code")),)])
    assert "| `a_b\\|c` |" in markdown([table])


def test_a_terminal_cannot_be_told_what_to_do() -> None:
    spiteful = "\x1b[31mred\x1b[0m"
    for text in (
        html([spiteful]),
        markdown([spiteful]),
        "".join(block_lines(spiteful, 0)),
        terminal_text([spiteful, grid((spiteful,), [(spiteful,)])], width=80),
    ):
        assert "\x1b" not in text


def test_long_lists_say_how_many_more_there_are() -> None:
    assert some_of(["a", "b", "c"], 2) == ("a", "b", "… and 1 more")
    assert some_of(["a"], 2) == ("a",)


@pytest.mark.parametrize(("text", "width"), [("合同电量", 8), ("a合b", 4), ("é", 1), ("e\u0301", 1), ("→", 1)])
def test_wide_signs_take_two_columns(text: str, width: int) -> None:
    assert display_width(text) == width


def test_chinese_breaks_between_its_signs_and_never_before_a_closing_one() -> None:
    assert wrapped("合同电量、实际用电量。", 8) == ["合同电", "量、实际", "用电量。"]
