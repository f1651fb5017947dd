"""What a workbook says of its cells beside their values: errors, formulas without a result, percentages."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

__all__ = ["CellFacts", "Parts", "column_letters"]

Place = tuple[int, int]

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_TAG = re.compile(r"\{[^}]*\}")
_PERCENT_FORMATS = {9, 10}  # built in: 0% and 0.00%
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class CellFacts:
    """Cells by (row, column) from 0.

    Parameters
    ----------
    errors : dict
        Those whose formula ended in an error, with its name: calamine shows them as empty.
    without_result : set
        Formulas that were never computed: calamine shows them as empty, too.
    percentages : set
        Numbers that are shown as percentages.
    formulas : int
        Cells with a formula and a result.
    """

    errors: dict[Place, str] = field(default_factory=dict)
    without_result: set[Place] = field(default_factory=set)
    percentages: set[Place] = field(default_factory=set)
    formulas: int = 0


class Parts:
    """The parts of a workbook's archive that are looked at."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def facts(self, sheet: str) -> CellFacts:
        """The facts about a sheet's cells; none, if its part can't be found."""
        facts = CellFacts()
        try:
            with zipfile.ZipFile(self._path) as archive:
                text = archive.read(_path_of_sheet(archive, sheet))
        except (KeyError, StopIteration, zipfile.BadZipFile, ElementTree.ParseError):
            return facts
        percents = self._percent_styles
        if not percents and b't="e"' not in text and _FORMULA.search(text) is None:
            return facts
        for attributes, content in _CELL.findall(text):
            self._look_at(attributes, content, percents, facts)
        return facts

    def _look_at(self, attributes: bytes, content: bytes, percents: frozenset[int], facts: CellFacts) -> None:
        reference = _REFERENCE.search(attributes)
        if reference is None:
            return
        place = int(reference[2]) - 1, _column_number(reference[1])
        kind = _TYPE.search(attributes)
        value = _VALUE.search(content)
        if kind is not None and kind[1] == b"e":
            facts.errors[place] = value[1].decode("utf-8") if value else "#N/A"
        elif _FORMULA.search(content) is not None:
            if value is None and (kind is None or kind[1] != b"str"):  # a text may be empty, a number never is
                facts.without_result.add(place)
            else:
                facts.formulas += 1
        style = _STYLE.search(attributes)
        if style is not None and int(style[1]) in percents and (kind is None or kind[1] == b"n"):
            facts.percentages.add(place)

    @cached_property
    def is_left_to_compute(self) -> bool:
        """Whether the program that wrote the workbook asks for all formulas to be computed when it is opened."""
        try:
            with zipfile.ZipFile(self._path) as archive:
                book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        except (KeyError, zipfile.BadZipFile, ElementTree.ParseError):
            return False
        return any(
            node.get("fullCalcOnLoad") in ("1", "true") for node in book.iter() if _TAG.sub("", node.tag) == "calcPr"
        )

    @cached_property
    def _percent_styles(self) -> frozenset[int]:
        """The cell styles that show percentages."""
        try:
            with zipfile.ZipFile(self._path) as archive:
                root = ElementTree.fromstring(archive.read("xl/styles.xml"))
        except (KeyError, zipfile.BadZipFile, ElementTree.ParseError):
            return frozenset()
        percents = set(_PERCENT_FORMATS)
        for node in root.iter():
            if _TAG.sub("", node.tag) == "numFmt" and "%" in _QUOTED.sub("", node.get("formatCode", "")):
                percents.add(int(node.get("numFmtId", "-1")))
        for node in root.iter():
            if _TAG.sub("", node.tag) == "cellXfs":
                return frozenset(
                    number for number, style in enumerate(node) if int(style.get("numFmtId", "0")) in percents
                )
        return frozenset()


def column_letters(column: int) -> str:
    """The letters of a column, from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _path_of_sheet(archive: zipfile.ZipFile, sheet: str) -> str:
    """The part of the archive that holds a sheet, by the workbook's own list of relations."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    nodes = (node for node in book.iter() if _TAG.sub("", node.tag) == "sheet")
    relation = next(node.get(_RELATION) for node in nodes if node.get("name") == sheet)
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(link.get("Target", "") for link in links if link.get("Id") == relation)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
