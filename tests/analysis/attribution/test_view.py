"""What ``gridsim attribute`` shows and writes."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import gridsim
from gridsim.analysis.attribution.view import AttributionView, by_user
from gridsim.cli import app
from gridsim.show.terminal import terminal_text
from tests.analysis.attribution.worked import MONTH, worked
from tests.shared import SCENARIOS, fresh


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("worked")
    gridsim.run(worked()).save(where)
    return where


def command(*arguments: object, expect: int = 0) -> str:
    done = CliRunner().invoke(app, list(map(str, arguments)))
    assert done.exit_code == expect, done.output
    return " ".join(done.output.split())


def test_money_by_user_adds_up_by_item() -> None:
    result = fresh(SCENARIOS / "jiangsu-2023-mini")
    table = by_user(result.attribution("shapley").exact)
    bands = result.exact.position_bands
    assert table["overrun"].sum() == bands.loc[bands["side"] == "over", "amount_micro_yuan"].sum()
    assert table["deviation_fee"].sum() == bands["fee_micro_yuan"].sum()


def test_the_command_shows_who_bears_what(folder: Path) -> None:
    told = command("attribute", folder, "--method", "shapley")
    for figure in ("94,424.00", "32,560.00", "-29,304.00", "97,680.00", "92.000", "68.000", "23,054.40", "-526,080.00"):
        assert figure in told
    chinese = command("attribute", folder, "--lang", "zh")
    assert "69,771.43" in chinese
    assert "偏差是谁的" in chinese


def test_a_month_without_deviation_says_so(folder: Path) -> None:
    assert "There is no deviation to share." in command("attribute", folder, "--ledger", "trial")
    assert "no settlement unit 'R/tou'" in command("attribute", folder, "--unit", "R/tou", expect=2)


@pytest.mark.parametrize("ending", ["txt", "md", "html"])
def test_a_file_has_every_part(folder: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"a.{ending}"
    command("attribute", folder, "--method", "own_deviation", "--month", MONTH, "--out", out)
    assert "69,771.428571" in out.read_text(encoding="utf-8")


def test_a_workbook_has_numbers(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    AttributionView(gridsim.Result.load(folder), "shapley").save(out, "zh")
    cells = pd.read_excel(out, header=None, engine="calamine").to_numpy().ravel().tolist()
    assert -29304 in cells
    assert "夏普利值" in str(cells)


def test_an_explanation_is_one_command_away(folder: Path) -> None:
    told = command("explain", folder, "--unit", "R/conventional", "--month", MONTH, "--user", "U1")
    assert "97,680.00 × 200.000 ÷ 280.000 = 69,771.428571" in told


def test_the_users_that_a_retailer_loses_money_by_stand_first() -> None:
    result = gridsim.run(gridsim.load(SCENARIOS / "retailer-2021"))
    told = terminal_text(AttributionView(result).document("zh"), width=140)
    margins = told[told.index("R1（合成售电公司）的购销价差") :]
    users = re.findall(r"│ (U\d\d)", margins)
    assert users[:2] == ["U22", "U14"]  # U22 has no retail contract, U14 one that costs more than it brings
    assert "偏差费用合计（元）" in told


def test_many_users_are_cut_off_and_counted() -> None:
    cells = {f"U{number:02}": {"flat": 40 + 7 * (number % 5)} for number in range(40)}
    view = AttributionView(gridsim.run(worked(cells, dict.fromkeys(cells, 25))), "pro_rata")
    assert "The largest 30 of 40." in terminal_text(view.document(), width=140)
