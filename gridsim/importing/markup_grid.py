"""Tables of HTML, and of the XML that Excel 2003 wrote: many systems export them under a name that ends with .xls."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

from gridsim.errors import Fault
from gridsim.importing.csv_grid import csv_grid
from gridsim.importing.grids import Grid
from gridsim.io.encodings import utf8_of
from gridsim.words import Sentence

__all__ = ["is_markup", "markup_grids"]

_START = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|meta|body|table|style|\?xml|div|center|!--)", re.IGNORECASE
)
_CELLS = ("td", "th", "cell", "ss:cell")
_ROWS = ("tr", "row", "ss:row")
_SHEETS = ("table", "worksheet", "ss:worksheet")
_MOST_COLUMNS = 16_384  # of a sheet of Excel: what spans more is damaged


def is_markup(data: bytes) -> bool:
    """Whether a text file is a page of HTML or a workbook in XML."""
    return (
        _START.match(data[:1000]) is not None and re.search(rb"<(?:\w+:)?(?:table|worksheet)\b", data, re.I) is not None
    )


def markup_grids(data: bytes, file: str) -> tuple[list[Grid], list[Fault]]:
    """A grid for each table that has rows.

    Parameters
    ----------
    data : bytes
    file : str
        As the user knows it.
    """
    text, fault, notes = utf8_of(data, file)
    if fault is not None:
        return [], [fault]
    reader = _Tables()
    reader.feed(text.decode("utf-8"))
    reader.close()
    grids: list[Grid] = []
    for number, (name, rows) in enumerate(reader.tables, start=1):
        if not any(any(row) for row in rows):
            continue
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows(row or [""] for row in _filled(rows))
        called = f"{file}:{name or number}" if len(reader.tables) > 1 or name else file
        made, _ = csv_grid(stream.getvalue().encode("utf-8"), called)
        grids += made
    for grid in grids[:1]:
        grid.notes = (*notes, Sentence("{file}: a page of HTML or XML, read as a table", file=file), *grid.notes)
    return grids, [] if grids else [Fault.of_file(file, Sentence("empty file"), Sentence("headings, then rows"))]


def _filled(rows: list[list[str]]) -> list[list[str]]:
    """Rows of one length, without the cells that hold nothing behind the last one of all."""
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


class _Tables(HTMLParser):
    """The rows of each table; what spans rows or columns stands in each of its cells."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[str, list[list[str]]]] = []
        self._below: dict[int, tuple[int, str]] = {}
        self._text: list[str] | None = None
        self._span = (1, 1)
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in (*_SHEETS, *_ROWS, *_CELLS):
            self._end_cell()  # of HTML, cells need no end
        if tag in _SHEETS:
            name = said.get("ss:name", "")
            if name or not (self._name and self.tables and not self.tables[-1][1]):
                self.tables.append((name, []))
                self._below = {}
            self._name = name or self._name
        elif tag in _ROWS and self.tables:
            rows = self.tables[-1][1]
            for _ in range(_number(said.get("ss:index")) - len(rows) - 1):
                rows.append([])
            rows.append([])
            self._spanned()
        elif tag in _CELLS and self.tables and self.tables[-1][1]:
            row = self.tables[-1][1][-1]
            row += [""] * (_number(said.get("ss:index")) - len(row) - 1)
            across = _number(said.get("colspan")) or _number(said.get("ss:mergeacross")) + 1
            down = _number(said.get("rowspan")) or _number(said.get("ss:mergedown")) + 1
            self._text, self._span = [], (across, down)
            if (self.get_starttag_text() or "").endswith("/>"):
                self._end_cell()
        elif tag == "br" and self._text is not None:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in (*_CELLS, *_ROWS, *_SHEETS):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _end_cell(self) -> None:
        if self._text is None:
            return
        text = re.sub(r"\s+", " ", "".join(self._text)).strip()
        row, (across, down) = self.tables[-1][1][-1], self._span
        for place in range(len(row), len(row) + across):
            if down > 1:
                self._below[place] = down - 1, text
        row += [text] * across
        self._text = None
        self._spanned()

    def _spanned(self) -> None:
        """Cells of rows above that reach into this one, up to the next that is its own."""
        row = self.tables[-1][1][-1]
        while len(row) in self._below and self._below[len(row)][0] > 0:
            left, text = self._below[len(row)]
            self._below[len(row)] = left - 1, text
            row.append(text)


def _number(text: str | None) -> int:
    return min(int(text), _MOST_COLUMNS) if text is not None and text.strip().isdecimal() else 0
