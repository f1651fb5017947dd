"""A page for one party: what it says against the tables, its links, and nobody else in any byte of it."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import gridsim
from gridsim.cli import app
from gridsim.report.html import write_report
from gridsim.report.page.linked import told_money
from gridsim.report.page.party import party_of
from gridsim.report.page.words import PageWords
from gridsim.words import Lang
from tests.others import distinct, exact_of_others, found, names_of_others, numbers_of_others
from tests.shared import MINI, SCENARIOS, fresh, scenario_in

RETAILER, JIANGSU = SCENARIOS / "retailer-2021", SCENARIOS / "jiangsu-2023-mini"
LOAD = {"own": {"distribution": "lognormal", "sigma": 0.1}}


def page_of(result: gridsim.Result, path: Path, party: str, lang: Lang = "en", **options: Any) -> str:
    return write_report(result, path, party=party, lang=lang, **options).read_text(encoding="utf-8")


def without_scripts(page: str) -> str:
    """What is not the same in every page: neither plotly's script nor ours."""
    return re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)


def data_of(page: str) -> Any:
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, flags=re.DOTALL)
    return json.loads(text)


def numbers_in(data: Any) -> Iterator[float]:
    """All numbers of the page's data, also those that plotly packs."""
    if isinstance(data, dict) and "bdata" in data:
        yield from np.frombuffer(base64.b64decode(data["bdata"]), dtype=data["dtype"]).astype(float).tolist()
    elif isinstance(data, dict | list):
        for each in data.values() if isinstance(data, dict) else data:
            yield from numbers_in(each)
    elif isinstance(data, int | float):
        yield float(data)


def sentences(page: str, answer: str) -> str:
    block = page[page.index(f'<div id="{answer}" class="answer">') :]
    return re.sub(r"<[^>]+>", "", block[: block.index("</div>")])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "party"),
    [(MINI, "R1"), (MINI, "U4"), (RETAILER, "R1"), (JIANGSU, "U"), (JIANGSU, "R")],
    ids=["mini-R1", "mini-U4", "retailer", "jiangsu-U", "jiangsu-R"],
)
def test_nobody_else_is_in_any_byte(folder: Path, party: str, tmp_path: Path) -> None:
    (tmp_path / "scenario").mkdir()
    result = distinct(folder, party, tmp_path / "scenario")
    units = result.statistics.values("unit")
    whose = next(unit for unit in units if re.match(rf"zz\d+-{party}/", unit)).partition("/")[0]
    names, numbers, exact = (each(result, whose) for each in (names_of_others, numbers_of_others, exact_of_others))
    batch = gridsim.batch.run(
        {"scenario": str(tmp_path / "scenario"), "draws": 5, "load": LOAD, "metrics": ["positions"]}
    )
    other = gridsim.run(result.scenario().with_load("1.01"))
    beside = {"batch": batch, "against": other}
    for page in (
        page_of(result, tmp_path / "page.html", whose, **beside),
        page_of(result, tmp_path / "page.html", whose, "zh"),
    ):
        assert whose in page and [name for name in names if name in page] == []
        assert not found(without_scripts(page), numbers)
        drawn = list(numbers_in([figure["data"] for figure in data_of(page)["figures"].values()]))
        shown = {round(number * scale, 6) for number in drawn for scale in (1, 10**3, 10**4, 10**6)}
        assert len(shown) > 20 and not shown & {float(number) for number in exact if number > 10**4}


@pytest.mark.parametrize(("folder", "party"), [(MINI, "R1"), (RETAILER, "R1"), (JIANGSU, "U")])
def test_the_shipped_scenarios_name_nobody_else_either(folder: Path, party: str, tmp_path: Path) -> None:
    result = fresh(folder)
    text = without_scripts(page_of(result, tmp_path / "page.html", party, "zh"))
    others = names_of_others(result, party)
    assert others and not found(text, others)


def test_its_sentences_are_those_of_the_tables(tmp_path: Path) -> None:
    result = fresh()
    page = page_of(result, tmp_path / "page.html", "R1")
    mine = {"unit": ["R1/conventional", "R1/tou"]}
    assert int(result.statistics.deviation((), mine).exact["metered_kwh"].iloc[0]) == 70_925_000
    deviation = result.statistics.deviation((), mine).exact.iloc[0]
    assert f"contracted {deviation['contract_kwh'] / 10**6:.2f} GWh" in sentences(page, "happened")
    assert "its 3 users took 70.93 GWh, 100.5 % of that." in sentences(page, "happened")
    assert f"Deviation cost {deviation['deviation_micro_yuan'] / 10**9:.2f} thousand yuan" in sentences(
        page, "happened"
    )
    worst = result.statistics.deviation(("unit", "month", "product"), mine).exact["deviation_micro_yuan"]
    assert worst.idxmax() == ("R1/conventional", "2021-04", "total")
    assert "2021-04, conventional: 4,400.0 MWh against 4,100.0 MWh contracted" in sentences(page, "why")
    assert "cost 64.15 thousand yuan less" in sentences(page, "better")  # 25,157 of it in April
    assert "No batch of draws" in sentences(page, "risk")


def test_every_figure_that_leads_somewhere_leads_to_its_derivation(tmp_path: Path) -> None:
    page = page_of(fresh(), tmp_path / "page.html", "R1")
    anchors = set(re.findall(r' id="([^"]+)"', page))
    leads = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', page)
    assert len(leads) > 20 and {anchor for anchor, _ in leads} <= anchors
    (anchor,) = {anchor for anchor, text in leads if text == "59,892.48"}
    step = page[page.index(f'<h4 id="{anchor}">') :]
    assert step.startswith(f'<h4 id="{anchor}">7. Overrun')
    assert "59,892.48" in step[: step.index("<h4", 4)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_risk_is_that_of_the_batch(lang: Lang, tmp_path: Path) -> None:
    batch = gridsim.batch.run(
        {
            "scenario": str(MINI),
            "draws": 20,
            "load": LOAD,
            "metrics": ["positions"],
            "payer": "buyer",
            "quantiles": [0.5, 0.9],
        }
    )
    page = page_of(fresh(), tmp_path / "page.html", "R1", lang, batch=batch)
    told, words = sentences(page, "risk"), PageWords(lang, fresh().rules.shape)
    months = batch.statistics.deviation("month", {"buyer": "R1"}, ("q90",)).exact["q90_micro_yuan"]
    assert words.month(str(months.idxmax())) in told and 'data-figure="risk"' in page
    shown = f"{months.max() / 10**6:,.2f}"
    assert f'<td class="number">{shown}</td>' in page


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "In {lost} of 20 draws its margin"), ("zh", "20 次抽样中有 {lost} 次")]
)
def test_how_likely_it_loses_money_is_told_of_a_batch_with_margins(lang: Lang, said: str, tmp_path: Path) -> None:
    plan = {"scenario": str(RETAILER), "draws": 20, "load": {"common": {"distribution": "lognormal", "sigma": 0.3}}}
    batch = gridsim.batch.run(plan | {"sweep": {"prices.scale": ["1.03"]}, "metrics": ["positions", "margins"]})
    year = batch.exact.margins.groupby("draw")["margin_micro_yuan"].sum()
    told = sentences(page_of(fresh(RETAILER), tmp_path / "page.html", "R1", lang, batch=batch), "risk")
    assert 0 < (year < 0).sum() < 20 and said.format(lost=(year < 0).sum()) in told
    users = batch.statistics.margins("user", {"retailer": "R1"}, ("loss_probability", "mean")).exact
    likely = users.sort_values(["loss_draws", "mean_micro_yuan"], ascending=[False, True], kind="stable").index[1]
    assert users["loss_draws"].idxmax() == "U22"  # which has no retail contract
    name = fresh(RETAILER).inputs["users"].to_pandas().set_index("user_id").loc[likely, "name"]
    of_draws = {"en": "{user} in {lost} of 20 draws", "zh": "{user}（20 次抽样中 {lost} 次"}[lang]
    assert of_draws.format(user=name, lost=users.loc[likely, "loss_draws"]) in told
    low, words = int(year.min()), PageWords(lang, fresh(RETAILER).rules.shape)
    assert told_money(low, words) in told  # of 20 draws the least
    sure = gridsim.batch.run(plan | {"draws": 2, "metrics": ["positions", "margins"]})
    told = sentences(page_of(fresh(RETAILER), tmp_path / "page.html", "R1", lang, batch=sure), "risk")
    assert {"en": "In none of 2 draws its margin", "zh": "2 次抽样的购销价差均不为负"}[lang] in told
    alone = sentences(page_of(fresh(RETAILER), tmp_path / "page.html", "R1/conventional", lang, batch=batch), "risk")
    assert said.partition("{")[0] not in alone


@pytest.mark.slow
def test_what_a_draw_leaves_to_a_retailer_is_its_account(tmp_path: Path) -> None:
    """In Jiangsu with the fees that go back."""
    folder = shutil.copytree(JIANGSU, tmp_path / "scenario")
    contracts = "user_id,kind,price,fee\nV,fixed,460,\nW,cost_plus,,12\n"
    (folder / "retail_contracts.csv").write_text(contracts, encoding="utf-8")
    plan = {"scenario": str(folder), "draws": 3, "load": LOAD, "metrics": ["positions", "margins"]}
    batch = gridsim.batch.run(plan)
    for draw in range(3):
        result = gridsim.run(gridsim.batch.drawn_scenario(plan, draw))
        account = int(result.statistics.accounts("party").exact.loc["R", "net_micro_yuan"])
        back = result.exact.ledger.query("item == 'fee_return' and payee == 'R' and not trial")[
            "amount_micro_yuan"
        ].sum()
        of_draw = batch.exact.margins.query(f"draw == {draw}")["margin_micro_yuan"].sum()
        assert back > 0 and of_draw == account


def test_what_changed_against_another_run_is_told_with_its_cause(tmp_path: Path) -> None:
    before, after = fresh(), gridsim.run(scenario_in().with_overrides({"settlement.tou.upper": "1.03"}))
    told = sentences(page_of(after, tmp_path / "page.html", "R1", against=before), "why")
    rule = "rule upper edge, time of use (settlement.tou.upper; N5.2)"
    assert f"Only this changed that can move money, so it is the cause: {rule}." in told
    assert "Against henan-2021-mini" in told and "overrun +" in told
    same = sentences(page_of(before, tmp_path / "page.html", "R1", against=before), "why")
    assert "nothing of it costs more or less" in same


def test_the_margin_of_a_retailer_is_that_of_the_ledger(tmp_path: Path) -> None:
    result = fresh(RETAILER)
    page = page_of(result, tmp_path / "page.html", "合成售电公司")
    margin = int(result.statistics.margins((), {"retailer": "R1"}).exact["margin_micro_yuan"].sum())
    assert margin == int(result.statistics.accounts("party").exact.loc["R1", "net_micro_yuan"])
    assert f"a margin of {margin / 10**9:,.1f} thousand yuan" in sentences(page, "happened")
    assert f'<td class="number">{margin / 10**6:,.2f}</td>' in page
    assert "合成医院 (no retail contract)" in page


def test_a_page_is_for_all_units_of_a_buyer_or_for_one() -> None:
    result = fresh()
    whole, one = party_of(result, "R1"), party_of(result, "R1/分时段")
    assert whole.units == ("R1/conventional", "R1/tou") and whole.is_whole and whole.is_retailer
    assert one.units == ("R1/tou",) and not one.is_whole and list(one.users) == ["U3"]
    assert party_of(result, "合成售电公司") == whole
    direct = party_of(result, "U4")
    assert direct.units == ("U4/tou",) and direct.is_whole and not direct.is_retailer
    assert one.title(PageWords("en", result.rules.shape)) == "合成售电公司, time of use"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("R1/toe", "no buyer and no settlement unit 'R1/toe' in these results; nearest: R1/tou"),
        ("G1", "G1 sells"),
        ("U1", "gridsim statements DIR --user U1"),
    ],
)
def test_who_has_no_page_is_told_why(wanted: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(gridsim.ResultError, match=re.escape(told)):
        write_report(fresh(), tmp_path / "page.html", party=wanted)
    assert not list(tmp_path.iterdir())


def test_a_report_for_nobody_is_held_against_nothing(tmp_path: Path) -> None:
    with pytest.raises(gridsim.ResultError, match="only a page for a party"):
        write_report(fresh(), tmp_path / "page.html", against=fresh())


def test_the_command_writes_it(tmp_path: Path) -> None:
    fresh().save(tmp_path / "out")
    options = ["--for", "R1/tou", "--against", str(tmp_path / "out"), "--lang", "zh"]
    done = CliRunner().invoke(app, ["report", str(tmp_path / "out"), "--out", str(tmp_path / "page.html"), *options])
    assert done.exit_code == 0, done.output
    assert "合成售电公司，分时段" in (tmp_path / "page.html").read_text(encoding="utf-8")
