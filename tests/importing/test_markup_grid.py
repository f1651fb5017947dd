"""Pages of HTML and XML that are called workbooks, and a workbook with a password."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim

HTML = (
    "<html><meta charset=gb2312><table><tr><td colspan=4>2021年4月（单位：千瓦时）</td></tr>"
    "<tr><th rowspan=2>户号<th colspan=3>电量</tr><tr><td>峰<td>平<td>谷</tr>"
    "<tr><td>4101000012345</td><td>1,000</td><td>&nbsp;</td><td>3<br></td></tr></table></html>"
)
XML = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="2021年4月"><Table>'
    '<Row ss:Index="2"><Cell><Data>户号</Data></Cell><Cell ss:MergeAcross="2"><Data>电量(kWh)</Data></Cell></Row>'
    '<Row><Cell ss:Index="2"><Data>峰</Data></Cell><Cell><Data>平</Data></Cell><Cell><Data>谷</Data></Cell></Row>'
    "<Row><Cell><Data>4101000012345</Data></Cell><Cell><Data>1000</Data></Cell><Cell/><Cell><Data>3</Data></Cell></Row>"
    "</Table></Worksheet></Workbook>"
)


@pytest.mark.parametrize(("text", "encoding"), [(HTML, "gb18030"), (XML, "utf-8")])
def test_a_page_is_read_as_the_table_that_it_shows(text: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "export.xls"
    path.write_text(text, encoding=encoding)
    made = gridsim.import_tables(path, "meter")
    assert [tuple(map(str, row.values())) for row in made.exact.to_pylist()] == [
        ("4101000012345", "2021-04", "peak", "1.000"),
        ("4101000012345", "2021-04", "valley", "0.003"),
    ]
    assert "a page of HTML or XML, read as a table" in str(made.document())


def test_cells_that_span_rows_stand_in_each_of_them(tmp_path: Path) -> None:
    rows = "".join(f"<tr>{'<td rowspan=2>U1</td>' * (p == '峰')}<td>{p}</td><td>1</td></tr>" for p in "峰谷")
    path = tmp_path / "export.xls"
    path.write_text(f"<table><caption>2021</caption><tr><th>户号<th>时段<th>2021年4月(kWh)</tr>{rows}</table>", "utf-8")
    assert gridsim.import_tables(path, "meter").frame["user_id"].tolist() == ["U1", "U1"]


def test_a_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    path = tmp_path / "secret.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    )
    with pytest.raises(gridsim.ScenarioError, match="a workbook with a password"):
        gridsim.import_tables(path, "meter")


def test_a_page_without_a_table_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "login.xls"
    path.write_text("<html><body><table><tr><td>请登录</td></tr></table></body></html>", "utf-8")
    with pytest.raises(gridsim.ScenarioError, match="no row of headings is understood"):
        gridsim.import_tables(path, "meter")
