"""Texts in CSV files that people open: none of them is a formula to a spreadsheet.

A spreadsheet computes a cell that begins with ``=``, ``+``, ``-`` or ``@``, so an id of that kind could fetch a page
or run a program. Such a text gets an apostrophe before it, and one that begins with an apostrophe one more: the way
back is to take it away. Plain numbers are no formulas and stay as they are.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute

__all__ = ["marked", "marked_text", "unmarked"]

_MARK = "'"
# The wide forms are what Chinese input methods write; some spreadsheets take them for the narrow ones.
_FORMULA = r"^[=+\-@＝＋－＠\t\r\n']"
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"


def marked_text(text: str) -> str:
    """A text as it may stand in a cell."""
    is_formula = re.match(_FORMULA, text) and not re.fullmatch(_NUMBER[1:-1], text)
    return _MARK + text if is_formula else text


def marked(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts, plain or as codes, as they may stand in cells; plain."""
    if not pa.types.is_dictionary(column.type):
        return _marked(column)
    chunks = [
        pa.DictionaryArray.from_arrays(chunk.indices, _marked(chunk.dictionary.cast(pa.string())))
        for chunk in column.chunks
    ]
    return pa.chunked_array([chunk.cast(pa.string()) for chunk in chunks], pa.string())


def unmarked(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """What `marked` was made from."""
    if not pa.compute.any(pa.compute.starts_with(column, _MARK)).as_py():
        return column
    return pa.compute.replace_substring_regex(column, f"^{_MARK}", "")


def _marked(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    formulas = pa.compute.and_(
        pa.compute.match_substring_regex(texts, _FORMULA),
        pa.compute.invert(pa.compute.match_substring_regex(texts, _NUMBER)),
    )
    if not pa.compute.any(formulas).as_py():
        return texts
    return pa.compute.if_else(formulas, pa.compute.binary_join_element_wise(_MARK, texts, ""), texts)
