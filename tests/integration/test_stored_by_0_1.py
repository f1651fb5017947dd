"""Results and batches that gridsim 0.1 wrote, kept as they were, open, hold, explain and print.

They lack what came later: columns of transfers and of periods of one's own, the table of bands, the lists of a market.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import gridsim
import gridsim.batch
from gridsim.report.html import write_report
from gridsim.report.statements import write_statements
from tests.shared import MINI

STORED = Path(__file__).parents[1] / "stored_by_0_1"


@pytest.fixture(params=["parquet", "csv"])
def result(request: pytest.FixtureRequest, tmp_path: Path) -> gridsim.Result:
    return opened(request.param, tmp_path)


def opened(format: str, tmp_path: Path) -> gridsim.Result:
    copy = tmp_path / "copy"
    shutil.copytree(STORED / "result", copy)
    if format == "parquet":
        return gridsim.Result.load(copy)
    gridsim.Result.load(copy).save(tmp_path / "csv", format="csv")
    return gridsim.Result.load(tmp_path / "csv")


def test_it_holds(result: gridsim.Result) -> None:
    result.check()
    assert (result.cell_settlement["tariff_period"] == result.cell_settlement["period"]).all()
    assert result.legs["from_leg_id"].isna().all()
    assert result.rules.values.matching.intra_month == "only_adds"


@pytest.mark.parametrize(("format", "lang"), [("parquet", "en"), ("csv", "zh")])
def test_it_explains_and_prints(format: str, lang: Any, tmp_path: Path) -> None:
    result = opened(format, tmp_path)
    for unit in dict.fromkeys(result.positions["unit_id"]):
        for month in ("2021-02", "2021-04"):
            if ((result.positions["unit_id"] == unit) & (result.positions["month"] == month)).any():
                assert {"en": "Checked", "zh": "已核对"}[lang] in str(result.explain(unit, month, lang=lang))
    write_statements(result, tmp_path / "statements.xlsx", lang=lang)
    write_report(result, tmp_path / "report.html", lang=lang)
    assert result.plot.cost_waterfall(lang=lang).title
    assert len(result.statistics.money("item"))


def test_it_is_compared_with_what_is_run_today(result: gridsim.Result, tmp_path: Path) -> None:
    today = gridsim.run(gridsim.load(MINI).with_overrides({"matching.intra_month": "only_adds"}))
    assert result.settled.ledger["amount_yuan"].tolist() == today.settled.ledger["amount_yuan"].tolist()
    result.compare(today).save(tmp_path / "compared.txt")
    assert "All money is the same" in (tmp_path / "compared.txt").read_text(encoding="utf-8")


def test_a_batch_opens() -> None:
    batch = gridsim.batch.load(STORED / "batch")
    assert len(batch.runs) == 6
    assert list(batch.points["settlement.tou.upper"].astype(str)) == ["1.02", "1.08"]
    assert batch.plot.cost_distribution().title
    assert repr(batch)
