"""The last cell of a large sheet, found without reading its references one by one."""

from __future__ import annotations

import pytest

from gridsim.io.excel_limits import _far_places, _plain_ends


def sheet(*references: str) -> bytes:
    cells = "".join(f'<c r="{reference}"><v>1</v></c>' for reference in references)
    return f'<sheetData><row r="1">{cells}</row></sheetData>{" " * 30}'.encode()


@pytest.mark.parametrize("last", ["B7", "CV365000", "XFD1", "A1048576", "ZZ999999"])
def test_the_last_cell_is_that_of_the_references(last: str) -> None:
    text = sheet("A1", last, "B2")
    row, column = (
        max(place[0] for place in [*_far_places(text), (1, 1)]),
        max(p[1] for p in [*_far_places(text), (1, 1)]),
    )
    found = _plain_ends(text, 3)
    assert found is not None
    assert found[0] >= row and found[1] >= column


@pytest.mark.parametrize("odd", ["ABCD5", "a5", "B12345678", "XFE1", "A1048577"])
def test_references_that_no_program_writes_are_read_one_by_one(odd: str) -> None:
    assert _plain_ends(sheet("A1", odd), 2) is None
    assert _plain_ends(sheet("A1").replace(b'<c r="', b"<c r='"), 1) is None
