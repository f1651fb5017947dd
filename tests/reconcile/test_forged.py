"""Statements forged from known changes: read in every layout, and of each difference the cause and the amount are told.

The forger shares no code with what is tried here. Short runs try some kinds; all forty are tried with GRIDSIM_FULL=1.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gridsim
from gridsim.errors import ScenarioError
from gridsim.reconcile.causes import Cause
from gridsim.reconcile.ledger_lines import KEYS
from gridsim.reconcile.reconciliation import Reconciliation
from gridsim.result import Result
from tests.shared import IS_FULL
from tests.statements_forged.changing import CHANGING
from tests.statements_forged.forging import Change, Forged, Kind, forge, unchanged
from tests.statements_forged.held_back import HELD_BACK
from tests.statements_forged.kinds import KINDS
from tests.statements_forged.layouts import LAYOUTS, Layout
from tests.statements_forged.lines import ENERGY_ITEMS
from tests.statements_forged.market import MARKETS, RETAILER, write_market

QUICK = (
    *("metered_hours", "metered_period", "metered_nothing", "rounding_fen_lines", "rounding_yuan_total"),
    *("item_they_lack", "item_we_lack", "correction", "factor_1000", "sign_turned", "double_line", "band_over"),
)
"""Kinds that are told from the statement alone, or nearly so."""

ALL = {kind.name: kind for kind in (*KINDS, *HELD_BACK)}
SHOWS = {"all": "all", "exchange": "party", "grid": "users"}
LACKED = ("ancillary", "correction")


@cache
def result_of(market: str, folder: Path) -> Result:
    return gridsim.run(gridsim.load(write_market(MARKETS[market](), folder / market)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forged")


def map_of(layout: Layout) -> dict[str, Any]:
    items = {word: "" if item == "ancillary" else item for item, word in layout.items.items()}
    return {"party": RETAILER, "shows": SHOWS[layout.scope], "items": items}


def reconciled(forged: Forged, market: str, folder: Path, name: str) -> Reconciliation:
    path = forged.write(folder, name)
    return result_of(market, folder).reconcile(path, map=map_of(forged.layout))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_statement_without_a_change_is_equal(layout: str, folder: Path) -> None:
    market = "hourly" if LAYOUTS[layout].annex == "hours" else "metered"
    forged = unchanged(layout, market)
    found = reconciled(forged, market, folder, f"unchanged-{layout}")
    assert set(found.lines["status"]) == {"equal"}
    assert not len(found.causes)
    assert found.steps[0].amount == sum(line.amount for line in forged.theirs)
    assert_adds_up(found)


def assert_adds_up(found: Reconciliation) -> None:
    *steps, theirs = found.steps
    assert sum(step.amount for step in steps) == theirs.amount


@pytest.mark.parametrize("name", QUICK)
def test_of_each_change_the_cause_and_the_amount_are_told(name: str, folder: Path) -> None:
    assert wrong_of(ALL[name], folder) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHANGING[:4] if IS_FULL else CHANGING[:2], ids=lambda kind: kind.name)
def test_of_users_that_change_within_the_year_it_is_told_which_change_is_used_otherwise(
    kind: Kind, folder: Path
) -> None:
    assert wrong_of(kind, folder) == ([], [])


@pytest.mark.slow
def test_a_change_used_late_looks_like_a_month_without_a_reading(folder: Path) -> None:
    """Where the statement does not tell the one from the other, neither is named."""
    *_, late = CHANGING
    causes = reconciled(forge(late), late.market, folder, late.name).causes
    assert not causes["named"].any()
    assert set(causes["kind"]) == {"user_change", "metered_energy"}


@pytest.mark.slow
@pytest.mark.skipif(not IS_FULL, reason="some minutes")
def test_causes_and_amounts_of_38_of_forty_kinds_are_told_and_no_cause_that_is_not_there(folder: Path) -> None:
    """The bar of the issue; what is told is expected to be all."""
    wrong = {name: wrong_of(kind, folder) for name, kind in ALL.items()}
    assert len(wrong) == 40
    assert {name: false for name, (_, false) in wrong.items() if false} == {}
    untold = {name: untold for name, (untold, _) in wrong.items() if untold}
    assert len(untold) <= 2, untold


def wrong_of(kind: Kind, folder: Path) -> tuple[list[str], list[str]]:
    """What of a kind's changes is not told, and which causes are named that are not there."""
    forged = forge(kind)
    found = reconciled(forged, kind.market, folder, kind.name)
    assert_adds_up(found)
    named = [cause for group in found.found if group.is_named for cause in group.causes]
    named += [cause for cause, _ in found.totals]
    of_change = [[cause for cause in named if is_of(cause, change)] for change in kind.changes]
    untold = [change.cause for change, causes in zip(kind.changes, of_change, strict=True) if len(causes) != 1]
    false = [cause.kind for cause in named if not any(cause in causes for causes in of_change)]
    if not all(group.is_named for group in found.found):
        untold.append("candidates")
    if "unexplained" in set(found.lines["status"]):
        untold.append("unexplained")
    if sum(found.moves(group)[1] for group in found.found) != forged.amount:
        untold.append("amount")
    energy = sum(found.moves(group)[0] for group in found.found)
    if LAYOUTS[kind.layout].scope != "grid" and not any(item in ENERGY_ITEMS for item in wheres(kind, "item")):
        untold += ["energy"] * (energy != forged.energy)
    return untold, false


def is_of(cause: Cause, change: Change) -> bool:
    return cause.kind == change.cause and tells(cause.where, change.where)


def wheres(kind: Kind, name: str) -> Iterator[Any]:
    return (change.where.get(name) for change in kind.changes)


def tells(where: Any, expected: Any) -> bool:
    """Whether a cause names what it is expected to name."""
    other = {"user": "user_id"}
    for name, value in expected.items():
        if name == "item" or (name == "month" and "month" not in where):
            continue
        found = where.get(name, where.get(other.get(name, name)))
        if found is None or str(value) not in str(found).replace("[", "(").replace("]", ")"):
            return False
    return True


# ---- what is read ---------------------------------------------------------------------------------------------------


def test_a_frame_is_read_as_a_file_is(folder: Path) -> None:
    result = result_of("metered", folder)
    lines = unchanged("long").theirs
    frame = pd.DataFrame(
        {
            "month": [line.month for line in lines],
            "unit_id": [line.unit for line in lines],
            "user_id": [line.user for line in lines],
            "item": [line.item for line in lines],
            "energy (kWh)": [line.energy for line in lines],
            "amount (yuan)": [line.amount / 10**6 for line in lines],
        }
    )
    found = result.reconcile(frame, party=RETAILER)
    assert set(found.lines["status"]) == {"equal"}
    assert list(found.lines.columns[: len(KEYS)]) == list(KEYS)


def test_names_that_nobody_has_are_one_fault_each(folder: Path) -> None:
    path = unchanged("grid_codes").write(folder, "unknown")
    with pytest.raises(ScenarioError) as caught:
        result_of("metered", folder).reconcile(path)
    assert {fault.value for fault in caught.value.faults} == {"2001", "2005", "2009", "2101", "2102"}
    assert all("items" in str(fault.allowed) for fault in caught.value.faults)


def test_a_statement_that_does_not_tell_whose_it_is(folder: Path) -> None:
    path = unchanged("totals_only").write(folder, "whose")
    with pytest.raises(ScenarioError, match="does not tell whose it is"):
        result_of("metered", folder).reconcile(path)
    assert set(result_of("metered", folder).reconcile(path, party=RETAILER).lines["status"]) == {"equal"}


def test_cells_that_are_no_numbers_and_files_without_headings(folder: Path) -> None:
    result = result_of("metered", folder)
    text = (
        "结算单元,结算月份,结算科目,电费(元)\nR1/tou,2021-05,energy,12a\nR1/tou,5月,energy,x\nR1/tou,2021-13,energy,1\n"
    )
    broken = folder / "broken.csv"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        result.reconcile(broken)
    assert [(fault.row, fault.value) for fault in caught.value.faults] == [(2, "12a"), (3, "x"), (4, "2021-13")]
    broken.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="no row of headings of a statement"):
        result.reconcile(broken)


@pytest.mark.parametrize("tolerance", ["x", "-1", "0.0000001"])
def test_a_tolerance_that_is_none(tolerance: str, folder: Path) -> None:
    with pytest.raises(ScenarioError, match="tolerance"):
        result_of("metered", folder).reconcile(pd.DataFrame(), tolerance=tolerance)


def test_a_map_is_checked(folder: Path) -> None:
    path = folder / "MAP.yaml"
    path.write_text("partie: R1\nshows: some\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        result_of("metered", folder).reconcile(folder / "unknown.csv", map=path)
    assert {fault.column for fault in caught.value.faults} == {"partie", "shows"}


# ---- what is shown --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_workbook_adds_up_in_its_own_formulas(lang: Any, folder: Path) -> None:
    found = reconciled(forge(ALL["metered_period"]), "metered", folder, f"shown-{lang}")
    path = found.to_excel(folder / f"shown-{lang}.xlsx", lang)
    assert path.read_bytes() == found.to_excel(folder / "again.xlsx", lang).read_bytes()
    bridge = pd.read_excel(path, sheet_name=1, engine="calamine")
    *steps, total, stated, rest = bridge.iloc[:, 1]
    assert (round(sum(steps), 6), rest) == (round(total, 6), 0)
    assert round(total, 6) == round(stated, 6)
    with zipfile.ZipFile(path) as book:
        lines = book.read("xl/worksheets/sheet3.xml").decode()
    assert lines.count("<f>ROUND(") == 3 * len(found.lines)
    text = "\n".join(map(str, found.document(lang)))
    assert ("用户 U4" if lang == "zh" else "user U4") in text


def test_several_causes_that_explain_alike_are_candidates(folder: Path) -> None:
    """Without the sheet of what was metered, U2's month without a reading could be U1's with less."""
    forged = forge(ALL["metered_nothing"])
    path = forged.write(folder, "candidates")
    lines = pd.read_excel(path, sheet_name="结算单", header=3, engine="calamine")
    found = result_of("metered", folder).reconcile(lines.iloc[:-1], map=map_of(forged.layout))
    assert not found.causes["named"].any()
    assert set(found.causes["number"]) == {1}
    assert len(found.causes) > 1
    assert set(found.lines["status"]) == {"equal", "candidates"}
    assert_adds_up(found)
