"""A retailer that knows its own trades only, from a Chinese file to statements, comparison and batches (part 12)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

import gridsim
from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import blocks, prepare, settle_block
from gridsim.report.html import write_report
from gridsim.report.statements import write_statements
from gridsim.rules.shape import MARKET
from gridsim.scenario.vary import with_scales
from tests.oracle.scenarios_by_hand import CATALOGUE, KEY, user

HEADINGS = "成交编号,合同编号,交易类型,成交日期,购电方编号,卖方,交易品种,月份,电量(兆瓦时),电价(元/兆瓦时),备注"
DEALS = (
    "D1,K7,annual_bilateral,2020-12-20,R,G1,total,2021-05,600,400,含税",
    "D2,,,,R,,total,2021-05,400,420,",
    ",,,,R,,peak,2021,365,410,",
    "D4,,,,,G2,total,2021-05,50,390,",
)


def written(folder: Path, deals: tuple[str, ...] = DEALS) -> Path:
    folder.mkdir()
    (folder / "scenario.yaml").write_text("name: deals\nyear: 2021\nrules: henan-2021\n", encoding="utf-8")
    users = [user("U", "conventional", retailer_id="R"), user("V", "tou", retailer_id="R")]
    meter = [("U", "2021-05", "flat", "1200"), ("V", "2021-05", "peak", "31"), ("V", "2021-02", "peak", "31")]
    tables = {
        "generators": [{"generator_id": name} for name in ("G1", "G2")],
        "retailers": [{"retailer_id": "R"}],
        "users": [{**each, "peak_valley_tariff": "true"} for each in users],
        "tariffs": [{**KEY, **CATALOGUE}],
        "meter": [dict(zip(("user_id", "month", "period", "energy_mwh"), row, strict=True)) for row in meter],
    }
    for name, rows in tables.items():
        pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
    (folder / "deals.csv").write_text("\n".join((HEADINGS, *deals)), encoding="gb18030")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("deals") / "in")


@pytest.fixture(scope="module")
def result(folder: Path) -> gridsim.Result:
    return gridsim.run(gridsim.load(folder))


def test_who_knows_its_purchases_alone_pays_the_market_for_them(result: gridsim.Result) -> None:
    lines = result.exact.ledger.query("item == 'energy' and not trial")
    assert [tuple(row) for row in lines[["month", "payer", "payee", "energy_kwh", "amount_micro_yuan"]].to_numpy()] == [
        ("2021-02", "R", MARKET, 31_000, 31_000 * 410_000),
        ("2021-05", "R", "G1", 630_000, 630_000 * 400_000),
        ("2021-05", "R", MARKET, 420_000, 420_000 * 420_000),
        ("2021-05", "R", MARKET, 31_000, 31_000 * 410_000),
        ("2021-05", MARKET, "G2", 50_000, 50_000 * 390_000),
    ]
    assert sum(account.net_micro_yuan for account in result.summary().accounts) == 0
    assert "R/tou in 2021-01, 2021-03 … 2021-12 (10 months)" in str(result.warnings[-1])


def test_the_table_the_chart_and_the_report_say_how_many_lack_a_side(result: gridsim.Result, tmp_path: Path) -> None:
    table = result.statistics.market_prices("kind")
    assert table["one_sided"].to_dict() == {"annual_bilateral": 0, "deal": 3}
    assert table["sellers"].to_dict() == {"annual_bilateral": 1, "deal": 1}
    assert table["buyers"].to_dict() == {"annual_bilateral": 1, "deal": 1}
    assert result.statistics.market_prices("product", {"generator": "G2"})["one_sided"].to_dict() == {"total": 1}
    assert result.statistics.concentration(())["sellers"].tolist() == [2]
    assert "Of the 4 trades 3 are deals" in result.plot.market_prices().caption
    write_report(result, tmp_path / "r.html", lang="zh")
    assert "4 笔成交中有 3 笔持仓缺少卖方或买方" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_the_trade_step_names_the_deal_and_its_note(result: gridsim.Result) -> None:
    english, chinese = (str(result.explain("R/conventional", "2021-05", lang=lang)) for lang in ("en", "zh"))
    assert "Deal D1, a contract as it stands: 600.000 for 2021-05 at 400.000 (row 1 of deals)." in english
    assert "contract K7, counts as annual bilateral, concluded on 2020-12-20, note: 含税" in english
    assert "持仓 D1：2021年5月电量 600.000，电价 400.000（持仓表第 1 行）。" in chinese
    assert "卖方未填，以市场账户 MARKET 代之。" in chinese
    assert "Deal without a name" in str(result.explain("R/tou", "2021-02"))


def test_what_a_generator_sold_is_explained(result: gridsim.Result) -> None:
    told = result.explain("G2", "2021-05")
    assert [line.amount_micro_yuan for step in told.steps for line in step.transfers] == [50_000 * 390_000]
    assert "L15: the market account buys 50.000 MWh of total at 390.000 yuan/MWh" in str(told)
    assert "市场账户购入 50.000 兆瓦时" in str(result.explain("G2", "2021-05", lang="zh"))
    with pytest.raises(gridsim.ResultError, match="G2 sold nothing to an account in 2021-04; nearest: 2021-05"):
        result.explain("G2", "2021-04")


def test_a_saved_result_holds_and_is_printed(result: gridsim.Result, tmp_path: Path) -> None:
    result.save(tmp_path / "out", format="csv")
    again = gridsim.Result.load(tmp_path / "out")
    again.check()
    write_statements(again, tmp_path / "s.xlsx", lang="zh")
    book = CalamineWorkbook.from_path(tmp_path / "s.xlsx")
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert {"K7", "D2", "市场账户"} <= set(map(str, cells))
    ledger = result.exact.arrow("ledger")
    payees = ["G1" if payee == MARKET else payee for payee in ledger.column("payee").to_pylist()]
    forged = ledger.set_column(ledger.column_names.index("payee"), "payee", pa.array(payees).dictionary_encode())
    tables = {**{name: result.exact.arrow(name) for name in result.manifest["counts"]["results"]}, "ledger": forged}
    with pytest.raises(gridsim.ResultError, match="payee"):
        gridsim.Result(tables, result.inputs, result.manifest, result.rules).check()


def test_a_comparison_says_which_deal_changed(result: gridsim.Result, tmp_path: Path) -> None:
    other = gridsim.run(gridsim.load(written(tmp_path / "in", (DEALS[0].replace(",600,", ",700,"), *DEALS[1:]))))
    compared = result.compare(other)
    assert [change.name for change in compared.changes] == ["deals.energy_mwh"]
    assert "transmission" in compared.changes[0].items
    assert compared.details("deals") is not None


def test_a_batch_has_the_integers_of_single_runs(folder: Path) -> None:
    scenario = gridsim.load(folder)
    for contracts, prices in ((1, 1), (2, "1.1")):
        prepared = prepare(scenario, LoadModel(), contract_scale=contracts, price_scale=prices)
        (block,) = blocks(prepared, 1)
        costs = settle_block(prepared, block, 1).cost[:, 0].tolist()
        single = gridsim.run(with_scales(scenario, contracts=contracts, prices=prices))
        lines = single.exact.ledger.query("not trial and unit_id.notna()")
        of_units = lines.groupby("unit_id", observed=True)["amount_micro_yuan"].sum()
        assert dict(zip(prepared.unit_ids, costs, strict=True)) == of_units.to_dict()


def test_rows_of_deals_are_in_the_hash_and_an_empty_table_is_not(folder: Path, tmp_path: Path) -> None:
    known = gridsim.load(folder)
    noted = written(tmp_path / "noted", (*DEALS[:3], DEALS[3] + "x"))
    assert gridsim.load(noted).hash != known.hash
    (folder_without := written(tmp_path / "without")).joinpath("deals.csv").unlink()
    empty = written(tmp_path / "empty", ())
    assert gridsim.load(empty).hash == gridsim.load(folder_without).hash
