"""Everything that a run says cites the clauses of its own rule set: rules are data, and so is where they stand."""

from __future__ import annotations

import base64
import gzip
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.report.html import write_report
from gridsim.report.statements import write_statements
from gridsim.rules.citations import clause_parts
from gridsim.rules.show import page
from tests.explain.reading import all_unit_months, step_called
from tests.integration.own_rules import HOW_TO_READ, NUMBER, own_rules, renamed, scenario_with

HENAN = re.compile(r"\bN[1-8](\.\d)?\b|〔2020〕991号|part 5|part five|第五部分")
TABLES = ("trades", "legs", "positions", "leg_settlement", "cell_settlement", "ledger", "rejected", "compliance")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> gridsim.Result:
    return gridsim.run(scenario_with(tmp_path_factory.mktemp("own") / "mini", own_rules()))


def test_tables_are_henans_with_other_clauses(own: gridsim.Result, mini: gridsim.Result) -> None:
    for name in TABLES:
        theirs, ours = mini.exact.arrow(name).to_pandas(), own.exact.arrow(name).to_pandas()
        if "clause" in theirs:
            clauses = ours.pop("clause").astype(object).tolist()
            assert clauses == [renamed(clause) for clause in theirs.pop("clause").astype(object)]
            assert len(set(clauses)) > 3
            assert not any(HENAN.search(clause) for clause in set(clauses))
        assert ours.equals(theirs), name


def test_funds_of_those_who_left_have_a_clause_of_their_own(tmp_path: Path) -> None:
    rules = own_rules()
    rules["clauses"]["ledger"] |= {"funds": "第七十一条", "fallback_funds": "第七十二条"}
    own = gridsim.run(scenario_with(tmp_path / "mini", rules))
    lines = own.ledger[own.ledger["item"] == "funds"]
    outside = lines["unit_id"].isna()
    assert set(lines["clause"][outside]) == {"第七十二条"}
    assert set(lines["clause"][~outside]) == {"第七十一条"}
    assert step_called(own.explain("U5", "2021-08"), "Funds and surcharges").clause == "第七十二条"


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explanations_cite_them(own: gridsim.Result, mini: gridsim.Result, lang: str) -> None:
    """Every kind of unit and month: with and without a band, inside the market and outside."""
    cited = set()
    for unit, month in all_unit_months(own):
        ours, theirs = own.explain(unit, month, lang=lang), mini.explain(unit, month, lang=lang)
        assert not HENAN.search(str(ours)), HENAN.search(str(ours))
        assert not HENAN.search(ours.to_html())
        assert HOW_TO_READ[lang] in str(ours)
        for step, other in zip(ours.steps, theirs.steps, strict=True):
            expected = sorted(clause_parts(renamed(other.clause))) if other.clause else [""]
            assert sorted(clause_parts(step.clause)) == expected
            cited |= {*clause_parts(step.clause)}
    articles = ("二十二", "三十二", "三十三", "四十", "五十", "五十一", "五十二", "六十")
    assert {f"第{number}条" for number in articles} <= cited


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_statements_charts_and_pages_cite_them(own: gridsim.Result, tmp_path: Path, lang: Any) -> None:
    write_statements(own, tmp_path / "bills.xlsx", lang=lang, months=["2021-02", "2021-08"])
    with zipfile.ZipFile(tmp_path / "bills.xlsx") as book:
        words = book.read("xl/sharedStrings.xml").decode()
    assert not HENAN.search(words), HENAN.search(words)
    assert "第五十二条" in words
    assert "（第五十条）" in words or "(第五十条)" in words
    caption = own.plot.contract_and_metered(lang=lang).caption
    assert "第五十条" in caption
    assert not HENAN.search(caption)
    assert not HENAN.search(page(own.rules, lang))


@pytest.mark.slow
def test_the_report_cites_them(own: gridsim.Result, tmp_path: Path) -> None:
    text = write_report(own, tmp_path / "report.html", lang="zh").read_text("utf-8")
    packed = re.findall(r'<script type="text/plain" id="unit-\d+">(.*?)</script>', text, re.DOTALL)
    units = [gzip.decompress(base64.b64decode(block)).decode() for block in packed]
    assert len(units) == 4
    page_alone = re.sub(r'<script(?! type="application/json").*?</script>', "", text, flags=re.DOTALL)
    for each in (page_alone, *units):
        assert "第五十条" in each
        assert not HENAN.search(each)


def test_statistics_know_them(own: gridsim.Result, mini: gridsim.Result) -> None:
    theirs, ours = (result.statistics.money("clause").exact for result in (mini, own))
    assert [renamed(clause) for clause in theirs.index] == list(ours.index)
    assert ours.reset_index(drop=True).equals(theirs.reset_index(drop=True))


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_they_are_kept_with_the_results(own: gridsim.Result, tmp_path: Path, format: Any) -> None:
    own.save(tmp_path / "out", format=format)
    kept = gridsim.Result.load(tmp_path / "out")
    assert kept.rules == own.rules
    assert str(kept.explain("R1/tou", "2021-05")) == str(own.explain("R1/tou", "2021-05"))


def test_results_of_an_earlier_gridsim_are_explained_as_they_were(mini: gridsim.Result, tmp_path: Path) -> None:
    """Its manifest has no clauses: they were code then, and Henan's whatever the rule set."""
    mini.save(tmp_path, format="csv")
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    del manifest["rules"]["clauses"]
    manifest["rules"] |= {"format": 1, "id": "another"}
    for path in ("settlement.tou.upper", "settlement.shortfall_price"):
        manifest["rules"]["values"][path]["clause"] = ""  # a changed value of a set that extends
    (tmp_path / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")
    kept = gridsim.Result.load(tmp_path)
    assert {name: kept.rules.cited(name) for name in mini.rules.citations} == {
        name: mini.rules.cited(name) for name in mini.rules.citations
    }
    ours, theirs = (result.explain("U4/tou", "2021-06") for result in (kept, mini))
    differ = {one.title for one, other in zip(ours.steps, theirs.steps, strict=True) if one.clause != other.clause}
    # Its edges' own clauses, of which one is not known.
    assert differ == {step_called(ours, "The band and the deviation").title}


# ---------------------------------------------------------------------------------------------- a set that extends


def test_a_value_without_a_clause_is_not_passed_off_as_henans(mini: gridsim.Result, tmp_path: Path) -> None:
    rules = {
        "id": "own",
        "extends": "henan-2021",
        "values": {
            "settlement.shortfall_price": 20,
            "settlement.tou.overrun_catalogue.valley": {"value": "valley", "clause": "A 3"},
            "calendar.matched_working_days": {"value": 2, "clause": "A 4"},
        },
    }
    own = gridsim.run(scenario_with(tmp_path / "mini", rules))
    assert [own.rules.cited(f"ledger.shortfall.{mode}") for mode in ("conventional", "tou")] == [
        "N5.1, unstated",
        "N5.2, unstated",
    ]
    lines = own.exact.arrow("ledger").to_pandas().astype({"clause": object, "unit_id": object})
    assert set(lines["clause"][lines["item"] == "shortfall"]) == {"N5.1, unstated", "N5.2, unstated"}
    overrun = lines[(lines["item"] == "overrun") & lines["unit_id"].str.endswith("/tou")]
    overrun = overrun[overrun["trial"] | (overrun["month"].astype(str) > "2021-03")]
    of_period = {str(period): set(rows["clause"]) for period, rows in overrun.groupby("period", observed=True)}
    assert of_period["valley"] == {"N5.2, A 3"}
    assert of_period["peak"] == {"N5.2"}
    windows = own.compliance[own.compliance["measure"] == "window"]
    assert set(windows["clause"]) == {"N3", "A 4"}

    untouched = lines[~lines["item"].isin(["shortfall", "overrun"])].groupby("item", observed=True)["clause"].unique()
    henan = mini.exact.arrow("ledger").to_pandas().astype({"clause": object})
    expected = henan[~henan["item"].isin(["shortfall", "overrun"])].groupby("item", observed=True)["clause"].unique()
    assert [set(each) for each in untouched] == [set(each) for each in expected]

    said = str(own.explain("R1/conventional", "2021-06"))
    assert "[N5.1, no clause stated]" in said
    assert "“No clause stated”: the rule set has a value of its own there" in said
    write_statements(own, tmp_path / "bills.xlsx", units=["R1/conventional"], months=["2021-06"])
    with zipfile.ZipFile(tmp_path / "bills.xlsx") as book:
        words = book.read("xl/sharedStrings.xml").decode()
    assert "N5.1、未注明" in words
    assert "“未注明”指规则集另设了取值，而未注明其条款。" in words


def test_under_another_document_a_clause_of_henan_is_told_as_henans(tmp_path: Path) -> None:
    rules = {
        "id": "own",
        "extends": "henan-2021",
        "document": {"number": NUMBER, "en": "Made-up rules (synthetic)", "zh": "合成规则（虚构）"},
        "clauses": {"compliance.credit": "第七十条"},
        "values": {"settlement.tou.upper": {"value": "1.03", "clause": "第五十二条"}},
    }
    own = gridsim.run(scenario_with(tmp_path / "mini", rules))
    of_henan = "豫发改运行〔2020〕991号"
    assert own.rules.cited("ledger.energy.tou") == "第五十二条"
    assert own.rules.cited("ledger.overrun.tou") == f"第五十二条, {of_henan} N5.2"
    assert own.rules.cited("ledger.shortfall.tou") == f"{of_henan} N5.2"
    assert own.rules.cited("ledger.funds") == "choice"
    assert own.rules.cited("compliance.credit") == "第七十条"
    assert own.rules.how_to_read is None
    cited = {*own.exact.arrow("ledger").to_pandas()["clause"], *own.exact.arrow("compliance").to_pandas()["clause"]}
    assert not any(re.match(r"N\d", part) for clause in cited for part in clause_parts(clause))
    assert "In brackets: the clause that a step follows; “choice”" in str(own.explain("R1/tou", "2021-05"))


def test_a_scenarios_override_is_still_about_its_clause(mini: gridsim.Result) -> None:
    """That the scenario set it is told beside it: in the manifest, in explanations and on statements."""
    rules = mini.rules.with_overrides({"settlement.tou.upper": "1.2", "settlement.shortfall_price": 5})
    assert {name: rules.cited(name) for name in mini.rules.citations} == {
        name: mini.rules.cited(name) for name in mini.rules.citations
    }
