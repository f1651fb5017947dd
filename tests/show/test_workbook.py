"""A document in a workbook: numbers are numbers, texts stay texts, nothing is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from gridsim.show.document import Block, Folded, Heading, ListItem, Text, grid
from gridsim.show.workbook import Formats
from gridsim.show.workbook_document import write_document
from gridsim.words import Language


def written(path: Path, document: list[Block]) -> list[list[object]]:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        write_document(book.add_worksheet("one"), Formats(book, Language("en")), document)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [[cell for cell in row if cell != ""] for row in rows if any(cell != "" for cell in row)]


def test_every_block_stands_there(tmp_path: Path) -> None:
    document: list[Block] = [
        Heading("A heading", 1, "its note"),
        "A paragraph.",
        Text.of("With ", ("weight", "strong")),
        ListItem("One thing", ("more of it",)),
        grid(("id", "MWh"), [("=1+1", "1,234.500")], foot=("all", "1,234.500"), title="A table", note="A note."),
        Folded("Folded away", ("inside", grid(("a", "b"), [("x", "–")]))),
    ]
    assert written(tmp_path / "all.xlsx", document) == [
        ["A heading its note"],
        ["A paragraph."],
        ["With weight"],
        ["• One thing"],
        ["more of it"],
        ["A table"],
        ["id", "MWh"],
        ["=1+1", 1234.5],
        ["all", 1234.5],
        ["A note."],
        ["Folded away"],
        ["inside"],
        ["a", "b"],
        ["x", "–"],
    ]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("0", 0.0),
        ("-1,234.567", -1234.567),
        ("+0.5", 0.5),
        ("12.5 %", 0.125),
        ("-100 %", -1.0),
        ("1,23", "1,23"),
        ("12 MWh", "12 MWh"),
        ("2021-04", "2021-04"),
        ("999,999,999,999.999", 999999999999.999),
        ("1,234,567,890,123.456", "1,234,567,890,123.456"),  # more digits than a workbook holds
        ("123…", "123…"),
    ],
)
def test_what_stands_to_the_right_is_a_number_if_it_is_one(tmp_path: Path, text: str, cell: object) -> None:
    (_, row) = written(tmp_path / "one.xlsx", [grid(("name", "value"), [("n", text)])])
    assert row == ["n", cell]


def test_long_texts_are_whole(tmp_path: Path) -> None:
    long = "a text of many words, " * 20
    (_, row) = written(tmp_path / "long.xlsx", [grid(("name", "value"), [(long, "1")])])
    assert row == [long, 1.0]
