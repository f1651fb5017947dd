"""Names of worksheets that Excel takes: short, plain, and no two alike."""

from __future__ import annotations

import re

__all__ = ["SheetNames", "quoted"]

_LONGEST = 31  # in UTF-16 units, as Excel counts
_FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]")
_RESERVED = {"history", "历史记录"}  # Excel keeps these for itself


class SheetNames:
    """Gives out sheet names; what makes two of them alike to Excel is told apart by a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set(_RESERVED)

    def name(self, stem: str, ending: str = "") -> str:
        """A name for a sheet: `stem`, shortened if need be, and `ending` as it is.

        Parameters
        ----------
        stem : str
            Any text, such as the id of a settlement unit.
        ending : str
            What must stay readable, such as a month; short and plain.
        """
        plain = _FORBIDDEN.sub("_", stem).strip() or "_"
        number = 1
        while True:
            tail = ending if number == 1 else f"~{number}{ending}"
            name = _cut(plain, _LONGEST - _length(tail)) + tail
            if name.casefold() not in self._taken:
                self._taken.add(name.casefold())
                return name
            number += 1


def quoted(sheet: str) -> str:
    """A sheet's name as formulas and links have it."""
    return "'" + sheet.replace("'", "''") + "'"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, longest: int) -> str:
    while _length(text) > longest:
        text = text[:-1]
    return text
