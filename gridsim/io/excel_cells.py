"""What a workbook says of its cells beside their values: errors, formulas without a result, percentages."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

from gridsim.errors import shorten
from gridsim.words import Sentence

__all__ = ["CellFacts", "Parts", "SheetError", "column_letters", "column_number"]

Place = tuple[int, int]

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+)([0-9]+)["']""")
_TYPE = re.compile(rb"""\bt\s*=\s*["'](\w+)["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d+)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*\bhidden\s*=\s*["'](?:1|true)["']""")
_TAG = re.compile(r"\{[^}]*\}")
_PERCENT_FORMATS = {9, 10}  # built in: 0% and 0.00%
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_RELATION = "id"  # of whichever of the two namespaces that a workbook may use


class SheetError(Exception):
    """A sheet that is not read.

    Attributes
    ----------
    sentence, allowed : Sentence
    cell : str or None
        The cell that shows it.
    """

    def __init__(self, sentence: Sentence, allowed: Sentence, cell: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.allowed = allowed
        self.cell = cell

    @classmethod
    def of_part(cls, part: str, why: object) -> SheetError:
        """A part of the archive that cannot be read."""
        return cls(
            Sentence("the part {part} of the workbook cannot be read: {why}", part=part, why=shorten(str(why))),
            Sentence("open the workbook in Excel or LibreOffice and save it"),
        )


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
    """The parts of a workbook's archive that are looked at. Each method raises `SheetError` for one that is damaged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text: tuple[str, bytes] | None = None

    def _read(self, part: str) -> bytes | None:
        """A part; None if there is none."""
        try:
            with zipfile.ZipFile(self._path) as archive:
                names = {name.lower(): name for name in archive.namelist()}
                name = names.get(part.lower())
                return None if name is None else archive.read(name)
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
            raise SheetError.of_part(part, error) from None

    def _xml(self, part: str) -> ElementTree.Element | None:
        content = self._read(part)
        try:
            return None if content is None else ElementTree.fromstring(content)
        except (ElementTree.ParseError, ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
            raise SheetError.of_part(part, error) from None

    def _needed(self, part: str) -> ElementTree.Element:
        root = self._xml(part)
        if root is None:
            raise SheetError.of_part(part, "missing")
        return root

    def text(self, sheet: str) -> bytes:
        """The XML of a sheet; the last one is kept."""
        if self._text is None or self._text[0] != sheet:
            part = self._part_of(sheet)
            content = self._read(part)
            if content is None:
                raise SheetError.of_part(part, "missing")
            self._text = sheet, content
        return self._text[1]

    def hidden_rows(self, sheet: str) -> int:
        """How many rows of a sheet are hidden, by a filter or by hand."""
        text = self.text(sheet)
        return len(_HIDDEN_ROW.findall(text)) if b"hidden" in text else 0

    def strings(self) -> bytes:
        """The XML of the texts that the cells share."""
        return self._read("xl/sharedStrings.xml") or b""

    def _part_of(self, sheet: str) -> str:
        """The part of the archive that holds a sheet, by the workbook's own list of relations."""
        nodes = (node for node in self._needed("xl/workbook.xml").iter() if _plain(node.tag) == "sheet")
        relation = next((_attribute(node, _RELATION) for node in nodes if node.get("name") == sheet), None)
        links = self._needed("xl/_rels/workbook.xml.rels")
        target = next((link.get("Target", "") for link in links if link.get("Id") == relation), None)
        if relation is None or target is None:
            raise SheetError.of_part(f"xl/workbook.xml:{sheet}", "missing")
        return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")

    def facts(self, sheet: str) -> CellFacts:
        """The facts about a sheet's cells."""
        facts = CellFacts()
        text = self.text(sheet)
        percents = self._percent_styles
        marks = (b'"e"', b"'e'", b"<f", b":f")  # what errors and formulas cannot do without, found sooner
        if not percents and not any(mark in text for mark in marks):
            return facts
        if not percents and _ERROR.search(text) is None and _FORMULA.search(text) is None:
            return facts
        for attributes, content in _CELL.findall(text):
            self._look_at(attributes, content, percents, facts)
        return facts

    def _look_at(self, attributes: bytes, content: bytes, percents: frozenset[int], facts: CellFacts) -> None:
        reference = _REFERENCE.search(attributes)
        if reference is None:
            return
        place = int(reference[2]) - 1, column_number(reference[1])
        kind = _TYPE.search(attributes)
        value = _VALUE.search(content)
        if kind is not None and kind[1] == b"e":
            facts.errors[place] = value[1].decode("utf-8", "replace") if value else "#N/A"
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
        book = self._needed("xl/workbook.xml")
        return any(node.get("fullCalcOnLoad") in ("1", "true") for node in book.iter() if _plain(node.tag) == "calcPr")

    @cached_property
    def _percent_styles(self) -> frozenset[int]:
        """The cell styles that show percentages; none in a workbook without styles."""
        root = self._xml("xl/styles.xml")
        if root is None:
            return frozenset()
        percents = set(_PERCENT_FORMATS)
        try:
            for node in root.iter():
                if _plain(node.tag) == "numFmt" and "%" in _QUOTED.sub("", node.get("formatCode", "")):
                    percents.add(int(node.get("numFmtId", "-1")))
            for node in root.iter():
                if _plain(node.tag) == "cellXfs":
                    return frozenset(
                        number for number, style in enumerate(node) if int(style.get("numFmtId", "0")) in percents
                    )
        except ValueError as error:  # a number that is none
            raise SheetError.of_part("xl/styles.xml", error) from None
        return frozenset()


def column_letters(column: int) -> str:
    """The letters of a column, from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: bytes) -> int:
    """The place of a column, from 0, by its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _plain(tag: str) -> str:
    return _TAG.sub("", tag)


def _attribute(node: ElementTree.Element, name: str) -> str | None:
    """An attribute of a namespace, whichever it is."""
    return next((value for key, value in node.attrib.items() if key.endswith(f"}}{name}")), None)
