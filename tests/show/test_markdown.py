"""A document as Markdown."""

from __future__ import annotations

from gridsim.show.document import Text, grid
from gridsim.show.markdown import markdown
from tests.show.one_document import DOCUMENT


def test_markdown() -> None:
    assert markdown(DOCUMENT) == (
        "# A title beside it\n"
        "\n"
        r"A paragraph with \*stars\* and \<tags>."
        "\n"
        "\n"
        "value = **1.05** what it means *by the notice*\n"
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


def test_code_in_a_table_of_markdown() -> None:
    table = grid(("path",), [(Text.of(("a_b|c", "code")),)])
    assert "| `a_b\\|c` |" in markdown([table])


def test_marks_stand_at_words_and_around_something() -> None:
    runs = Text.of(
        ("price: ", "strong"), "ten", ("", "source"), ("单价：", "strong"), ("十元", "source"), ("", "strong")
    )
    assert markdown([grid(("a",), [(runs,)])]).splitlines()[2] == "| **price**: ten**单价**：*十元* |"
