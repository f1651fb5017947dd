"""A batch calls its codes and participants by their names, in its charts, tables and sections of reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from gridsim.batch import Batch, load, run
from gridsim.batch.named_market import MARKET
from gridsim.batch.parts import put_sealed
from gridsim.errors import ResultError
from tests.batch.conftest import small_plan
from tests.shared import as_user

PLAN = {"draws": 2, "sweep": None, "metrics": ["cost_by_unit", "items", "positions"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only for looking at."""
    path = tmp_path_factory.mktemp("named") / "out"
    run(small_plan(**PLAN), path, detail="full")
    return path


@pytest.fixture
def old(folder: Path, tmp_path: Path) -> Path:
    """The same as a gridsim that kept no names left it."""
    copytree(folder, tmp_path / "old")
    (tmp_path / "old" / MARKET).unlink()
    manifest = json.loads((folder / "batch.json").read_text(encoding="utf-8"))
    put_sealed(tmp_path / "old/batch.json", {k: v for k, v in manifest.items() if k not in ("seal", "market")})
    return tmp_path / "old"


def ticks(batch: Batch, by: str, lang: str) -> list[str]:
    (panel,) = batch.plot.risk_heat_map(by=by, lang=lang).drawing.panels
    return [text for _, text in panel.y.ticks]


def test_it_remembers_rules_and_names(folder: Path) -> None:
    market, plan = load(folder).market, small_plan(**PLAN)
    assert market.rules is not None
    assert market.rules.hash == load(folder).manifest["rules_hash"]
    assert market.names["R1"] == "合成售电公司"
    assert run(plan).market.names == market.names  # in memory alone


@pytest.mark.parametrize(
    ("by", "lang", "told"),
    [
        ("unit", "zh", {"合成售电公司/分时段", "合成钢厂/常规电量", "合成医院"}),
        ("unit", "en", {"合成售电公司/time of use", "合成医院"}),
        ("retailer", "zh", {"合成售电公司"}),
        ("product", "zh", {"峰段", "谷段", "平段", "常规电量（不分时段）"}),
    ],
)
def test_charts_call_rows_by_their_names(folder: Path, by: str, lang: str, told: set[str]) -> None:
    assert told <= set(ticks(load(folder), by, lang))


def test_the_table_behind_a_chart_keeps_ids(folder: Path) -> None:
    assert "R1/tou" in set(load(folder).plot.risk_heat_map(lang="zh").table["who"])


def test_a_distribution_says_whose_it_is(folder: Path) -> None:
    assert load(folder).plot.cost_distribution(unit="R1/tou", lang="zh").title.endswith("合成售电公司/分时段")


def test_tables_for_people(folder: Path, tmp_path: Path) -> None:
    told = as_user("export", folder, "--out", tmp_path / "t", "--format", "csv", "--table", "positions")
    assert "(1 file)" in told.stdout
    head, *rows = (tmp_path / "t/头寸风险.csv").read_text(encoding="utf-8-sig").splitlines()
    assert head.startswith("参数点,结算单元,用户编号,售电公司编号,市场外,月份,交易品种,合同电量,偏差费用 均值")
    assert "偏差费用 CVaR 95%" in head
    assert any(row.startswith('0,"合成售电公司/分时段",,"R1","否","2021-01","峰段",') for row in rows)
    (english,) = load(folder).export(tmp_path / "e", "csv", headings="en", tables=["items"])
    assert english.read_text(encoding="utf-8-sig").startswith('point,draw,item,amount_yuan\n0,0,"energy",')
    with pytest.raises(ResultError, match="there is no table 'unit'"):
        load(folder).export(tmp_path / "e", tables=["unit"])


def test_no_table_for_people_among_those_of_the_batch(folder: Path) -> None:
    told = as_user("export", folder, "--out", folder / "runs", "--format", "parquet", expect=2)
    assert "name another folder" in told.stderr
    with pytest.raises(ResultError, match="the tables of the batch stand here"):
        load(folder).export(folder / "runs", "parquet", tables=["items"])


def test_a_batch_of_before_opens_and_shows_ids(old: Path, tmp_path: Path) -> None:
    batch = load(old)
    assert batch.market.rules is None
    assert {"R1/tou", "U6"} <= set(ticks(batch, "unit", "zh"))
    assert batch.plot.cost_distribution(unit="R1/tou").title.endswith("R1/tou")
    (written,) = batch.export(tmp_path / "t", "csv", tables=["positions"])
    assert '"R1/tou"' in written.read_text(encoding="utf-8-sig")
    run(small_plan(**PLAN), old, detail="full")  # nothing is computed again, and names are there
    assert load(old).market.names["R1"] == "合成售电公司"


def _other(path: Path) -> None:
    put_sealed(path, {"format": 2, "rules": {}, "names": {}})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda path: path.unlink(), "market.json: not there"),
        (lambda path: path.write_text("{", encoding="utf-8"), "market.json: no JSON"),
        (_other, "market.json: not what batch.json tells of"),
    ],
)
@pytest.mark.filterwarnings("ignore:market.json")  # it is told what was set aside
def test_names_that_are_not_what_was_written(
    folder: Path, tmp_path: Path, change: Callable[[Path], None], told: str
) -> None:
    copytree(folder, tmp_path / "out")
    change(tmp_path / "out" / MARKET)
    batch = load(tmp_path / "out")
    assert len(batch.runs) == 2  # its tables are whole
    with pytest.raises(ResultError, match=told):
        _ = batch.market
    run(small_plan(**PLAN), tmp_path / "out", detail="full")
    assert load(tmp_path / "out").market.names["R1"] == "合成售电公司"
