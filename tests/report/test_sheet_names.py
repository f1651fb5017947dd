"""Names of sheets that Excel takes."""

from __future__ import annotations

from gridsim.report.sheet_names import SheetNames


def test_sheet_names_that_excel_takes() -> None:
    names = SheetNames()
    stem = "河南某某新能源电力销售有限公司第一分公司结算单元甲"
    made = [
        names.name(stem, "-常规 2021-04"),
        names.name(stem + "乙", "-常规 2021-04"),
        names.name("r1", " 2021-01"),
        names.name("R1", " 2021-01"),
    ]
    made += [names.name("a/b:c*d?[e]\\'f"), names.name("History"), names.name(""), names.name("𠮷" * 20)]
    assert all(0 < len(name.encode("utf-16-le")) // 2 <= 31 for name in made)
    assert len({name.casefold() for name in made}) == len(made)
    assert not any(character in name for name in made for character in "[]:*?/\\'")
    assert made[1].endswith("~2-常规 2021-04") and made[3] == "R1~2 2021-01"
    assert "history" not in {name.casefold() for name in made}
