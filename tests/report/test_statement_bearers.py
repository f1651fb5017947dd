"""Whose a unit's deviation was, in the statement of its retailer and in no bill (issue 15, part 2)."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

import gridsim
from gridsim.report.statement_bearers import bearers_of
from gridsim.report.statement_model import Key
from gridsim.report.statements import write_statements
from tests.shared import MINI

UNIT = "R1/conventional"


@pytest.fixture(scope="module")
def result() -> gridsim.Result:
    return gridsim.run(MINI)


def keys(result: gridsim.Result) -> list[Key]:
    positions = result.exact.positions
    months = sorted(set(positions.loc[positions["unit_id"] == UNIT, "month"]))
    return [Key(UNIT, month, False) for month in months]


@pytest.mark.parametrize("method", ["own_deviation", "shapley"])
def test_it_adds_up_to_what_the_unit_pays_for_its_deviation(result: gridsim.Result, method: str) -> None:
    found = bearers_of(result, keys(result), method, 200)  # type: ignore[arg-type]
    positions = result.exact.positions.query("unit_id == @UNIT and not trial").set_index("month")
    paid = positions["overrun_micro_yuan"] + positions["shortfall_micro_yuan"]
    shared = {key.month: bearers.amount for key, bearers in found.items() if bearers.parts}
    assert shared == {month: amount for month, amount in paid.items() if amount}
    saved = sum(each.amount for bearers in found.values() for each in bearers.saved)
    assert saved == int(result.netting().exact.query("unit_id == @UNIT")["saved_micro_yuan"].sum())
    assert any(not bearers.parts and bearers.saved for bearers in found.values())


def test_rows_beyond_the_limit_are_one_and_lose_nothing(result: gridsim.Result) -> None:
    whole, few = (bearers_of(result, keys(result), "own_deviation", limit) for limit in (200, 1))
    assert [each.amount for each in few.values()] == [each.amount for each in whole.values()]
    counted = {row.others for each in few.values() for part in each.parts for row in part if row.user == ""}
    assert max(counted) > 1


def test_none_for_a_customer_a_direct_user_or_a_generator(result: gridsim.Result) -> None:
    month = keys(result)[-1].month
    others = [
        Key("U1", month, False, is_customer=True),
        Key("U5/conventional", month, False),
        Key("G1", month, False, is_seller=True),
        Key("U6", month, True),
    ]
    assert bearers_of(result, others, "pro_rata", 200) == {}


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "told"), [("en", "Annex: whose deviation it was"), ("zh", "附：偏差归因")])
def test_the_statement_has_it_with_its_method_and_a_bill_has_not(
    result: gridsim.Result, lang: str, told: str, tmp_path: Path
) -> None:
    def texts(**asked: object) -> list[str]:
        path = write_statements(result, tmp_path / "s.xlsx", lang=lang, **asked).path  # type: ignore[arg-type]
        book = CalamineWorkbook.from_path(path)
        rows = (row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
        return [str(cell) for row in rows for cell in row]

    of_unit = texts(units=[UNIT], method="shapley")
    assert any(text.startswith(told) for text in of_unit)
    assert any(("Shapley value" if lang == "en" else "夏普利值") in text for text in of_unit)
    assert not any(text.startswith(told) for text in texts(users=["U1"]))
    with pytest.raises(gridsim.ResultError, match="method"):
        texts(method="fair")
