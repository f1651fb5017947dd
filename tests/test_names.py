"""What shows a name asks the rule set of the result for it: a market that renames all shows nothing of Henan's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from gridsim.analysis.charts import Chart
from gridsim.analysis.charts.words import ChartWords
from gridsim.analysis.compare_view import comparison_document, comparison_overview
from gridsim.analysis.notebook import result_document
from gridsim.analysis.what_if_view import what_if_document
from gridsim.explain.words import Wording
from gridsim.names import GROUPS, NamingLanguage, code_told, group_of
from gridsim.report.page.checks import checks_of
from gridsim.report.page.listing import Listing
from gridsim.report.page.market import market_of
from gridsim.report.page.summary import summary_of
from gridsim.report.page.units import units_of
from gridsim.report.page.words import PageWords
from gridsim.report.statement_about import StatementWords
from gridsim.report.statements import write_statements
from gridsim.rules import available
from gridsim.rules.loader import shipped
from gridsim.show.document import Grid
from gridsim.show.terminal import terminal_text
from gridsim.summary_view import summary_document
from gridsim.words import LANGS
from tests.other_names import HENANS, NEW, OTHER, renamed
from tests.shared import fresh

GLOSSARY = Path(__file__).parents[1] / "docs" / "glossary.md"
languages = pytest.mark.parametrize("lang", ["en", "zh"])


def henans_in(texts: list[str]) -> set[str]:
    """The texts, or parts of them between separators, that are Henan's names."""
    parts = {part.strip() for text in texts for part in re.split(r"[\n,，、;；:：·→（）()/|]|  ", text)}
    return parts & HENANS


def listed(*listings: Listing | None) -> list[str]:
    """Every text of tables."""
    found: list[str] = []
    for each in listings:
        if each is not None:
            grid = each.grid
            found += [*map(str, grid.headings), *(str(cell) for row in grid.rows for cell in row), *map(str, grid.foot)]
    return found


def drawn(chart: Chart) -> list[str]:
    """Every text of a chart."""

    def texts(value: Any) -> list[str]:
        if isinstance(value, str):
            return [value]
        values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [text for each in values for text in texts(each)]

    frames = chart.table if isinstance(chart.table, dict) else {"": chart.table}
    cells = [str(cell) for frame in frames.values() for cell in frame.astype(object).to_numpy().ravel().tolist()]
    return [chart.title, chart.caption, *texts(json.loads(chart.figure.to_json())["data"]), *cells]


def test_a_code_is_called_as_its_column_says() -> None:
    words = NamingLanguage("en", shipped("henan-2021").shape)
    assert [words.called(column, "peak") for column in ("period", "product", "user")] == ["peak", "peak", "peak"]
    assert (words.called("mode", "tou"), words.called("user", "tou")) == ("time of use", "tou")
    assert (words.called("item", "energy"), words.called("item", "funds")) == (
        "contract energy",
        "funds and surcharges",
    )
    assert (words.called("group", "grid"), words.called("party", "GRID")) == ("grid company", "grid company")
    assert (words.called("group", "users"), words.called("reason", "superseded")) == ("users", "superseded")
    assert (words.called("party", "MARKET"), words.called("kind", "matched")) == ("market account", "matched")
    assert (words.note("who_pays")[:9], words.note("none")) == ("The buyer", "")
    assert NamingLanguage("zh").called("mode", "tou") == "tou"
    assert [group_of(account) for account in ("GRID", "USERS")] == ["grid", "USERS"]
    assert list(GROUPS) == ["generators", "retailers", "users"]


def test_statistics_have_the_markets_ids() -> None:
    statistics = renamed().statistics
    assert statistics.values("period") == ["p-1", "p-2", "p-3"]
    assert statistics.values("item") == list(OTHER.items)
    assert statistics.values("payer_group") == ["generators", "retailers", "users", "wires", "crown"]
    before, after = fresh().statistics.breakdown("unit").exact, statistics.breakdown("unit").exact
    assert before.to_numpy().tolist() == after.to_numpy().tolist()
    assert list(map(_column, before.columns)) == list(after.columns)
    for method in ("money", "energy", "accounts", "deviation", "prices"):
        before, after = (getattr(result.statistics, method)().exact for result in (fresh(), renamed()))
        assert sorted(before.to_numpy().tolist()) == sorted(after.to_numpy().tolist()), method
    assert statistics.ranking("unit", by="i-0_yuan").index[0].endswith(("m-a", "m-b"))


def _column(name: str) -> str:
    item = name.removesuffix("_micro_yuan")
    return f"{NEW['items'][item]}_micro_yuan" if item in NEW["items"] else name


@languages
def test_charts_name_nothing_of_henan(lang: Any) -> None:
    plot, unit = renamed().plot, "R1/m-b"
    charts = [
        *(plot.contract_and_metered(which, lang=lang) for which in (None, unit)),
        *(plot.cost_waterfall(which, lang=lang) for which in (None, unit)),
        plot.cost_waterfall(where={"mode": "m-b", "period": "p-1"}, lang=lang),
        plot.money_by_month(lang=lang),
        plot.money_flows(lang=lang),
        plot.deviation_heat_map(lang=lang),
        plot.market_prices(lang=lang),
        plot.supply_demand(lang=lang),
    ]
    texts = [text for chart in charts for text in drawn(chart)]
    assert henans_in(texts) <= {"total", "matched"}  # the sum of a cost, and what trades in a book
    told = "\n".join(texts)
    names = ("the g-1", "the i-1", "the WIRES", "the m-b") if lang == "en" else ("名g-1", "名i-1", "名WIRES", "名m-b")
    assert [name for name in names if name not in told] == []
    # The same lines in the same colours: a name has its colour by its place.
    assert _colours(charts[2]) == _colours(fresh().plot.cost_waterfall(lang=lang))


def _colours(chart: Chart) -> list[Any]:
    return [getattr(mark, "colour", None) for panel in chart.drawing.panels for mark in panel.marks]


@languages
def test_the_reports_tables_name_nothing_of_henan(lang: Any) -> None:
    """Pages of units wait for explanations of other shapes, texts of checks for checks as data."""
    result = renamed()
    words = PageWords(lang, result.rules.shape)
    outside = result.statistics.breakdown("user", {"unit": ""})
    summary, market = summary_of(result, words, 0), market_of(result, words)
    units, checks = units_of(result, words, 0, outside), checks_of(result, words)
    tables = (summary.flows, summary.accounts, market.sessions, market.sellers, units.table, units.outside)
    texts = [*listed(*tables, checks.reasons), *(book.label for book in market.books)]
    assert henans_in(texts) == set()
    names = ("the i-0", "the CROWN", "the m-a", "the k-0") if lang == "en" else ("名i-0", "名CROWN", "名m-a", "名k-0")
    assert [name for name in names if name not in "\n".join(texts)] == []
    assert "retailer pays" not in summary.flows.grid.note
    assert units.outside is not None and not units.outside.grid.note


@languages
def test_the_commands_tables_name_nothing_of_henan(lang: Any) -> None:
    shown = terminal_text(summary_document(renamed().summary(), lang), width=140)
    texts = re.split(r"\s{2,}|[│┃|]", shown.split("Not verified")[0].split("未核实")[0])
    assert henans_in(texts) == set()
    assert ("the WIRES" if lang == "en" else "名WIRES") in shown


@languages
def test_comparisons_name_nothing_of_henan(lang: Any) -> None:
    shown = comparison_overview(renamed().compare(renamed()), lang)
    texts = [str(cell) for block in shown if isinstance(block, Grid) for row in block.rows for cell in row]
    assert henans_in(texts) == set()
    assert ("the i-0" if lang == "en" else "名i-0") in texts


@languages
def test_statements_name_nothing_of_henan(lang: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether such a result holds waits for rule sets with a shape of their own in a manifest."""
    monkeypatch.setattr("gridsim.Result.check", lambda _: None)
    path = tmp_path / "statements.xlsx"
    write_statements(renamed(), path, lang=lang)
    book = CalamineWorkbook.from_path(path)
    texts = list(book.sheet_names)
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        texts += [str(cell) for row in rows for cell in row if not _is_of_the_rule_set(str(cell))]
    assert henans_in(texts) == set()
    told = "\n".join(texts)
    names = ("The i-0", "the g-1", "The WIRES", "the r-1", "the m-b: the g-1", "R1-m-b 2021-01")
    if lang == "zh":
        names = ("名i-0", "名g-1", "名WIRES", "名r-1", "名m-b：名g-1", "R1-名m-b 2021-01")
    assert [name for name in names if name not in told] == []


def _is_of_the_rule_set(text: str) -> bool:
    """A note that tells of the rule set's document."""
    return text[:1].isdigit() and ". " in text[:4]


@pytest.mark.slow
@languages
def test_an_item_has_one_name_wherever_it_is_shown(lang: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another word were shown than that of the rule set, or of gridsim's one list, that one would be missing."""
    monkeypatch.setattr("gridsim.Result.check", lambda _: None)
    result = renamed()
    words, compared = PageWords(lang, result.rules.shape), result.compare(renamed("1.2"))
    write_statements(result, tmp_path / "all.xlsx", lang=lang)
    book = CalamineWorkbook.from_path(tmp_path / "all.xlsx")
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    shown = {
        "run": terminal_text(summary_document(result.summary(), lang), width=200),
        "notebook": terminal_text(result_document(result, lang), width=200),
        "compare": terminal_text(comparison_document(compared, lang), width=200),
        "what-if": terminal_text(what_if_document(compared, lang), width=200),
        "flows": "\n".join(drawn(result.plot.money_flows(lang=lang))),
        "waterfall": "\n".join(drawn(result.plot.cost_waterfall(lang=lang))),
        "report": "\n".join(listed(summary_of(result, words, 0).flows)),
        "statements": "\n".join(cells).lower(),  # where a name stands alone it begins with a large letter
    }
    if lang == "zh":  # in English an exported table has the codes by which it is asked
        result.export(tmp_path / "out", format="csv", headings=lang)
        shown["export"] = (tmp_path / "out" / "台账.csv").read_text(encoding="utf-8-sig")
    names = [words.called("item", item) for item in result.statistics.money("item").index]
    missing = [(where, name) for where, text in shown.items() for name in names if name.lower() not in text.lower()]
    assert missing == []


@pytest.mark.parametrize("rules", available())
@languages
def test_no_kind_of_output_has_words_of_its_own(rules: str, lang: Any) -> None:
    shape = shipped(rules).shape
    plain = NamingLanguage(lang, shape)
    speaking = [ChartWords(lang, shape), PageWords(lang, shape), StatementWords(lang, shape), Wording(lang, shape)]
    named = {
        "item": shape.items,
        "product": shape.product_ids,
        "mode": shape.mode_ids,
        "period": shape.periods,
        "tariff": tuple(shape.words["tariff"]),
        "regime": tuple(shape.words["regimes"]),
        "kind": tuple(kind.id for kind in (*shape.sessions, *shape.without_sessions)),
    }
    for column, codes in named.items():
        for code in codes:
            assert {words.called(column, code) for words in speaking} == {plain.called(column, code)}, (column, code)
    assert all(plain.called("item", item) != item for item in shape.items) or lang == "en"


@pytest.mark.parametrize("rules", available())
def test_texts_of_a_rule_set_call_an_item_by_its_name(rules: str) -> None:
    content = shipped(rules)
    wrong = []
    for name, cited in content.cites.items():
        item = name.split(".")[1].removeprefix("fallback_") if name.startswith("ledger.") else ""
        for lang in LANGS if item else ():
            called = NamingLanguage(lang, content.shape).called("item", item)
            if called.lower() not in cited.words.in_(lang).lower():
                wrong.append((name, cited.words.in_(lang), called))
    assert wrong == []


def test_the_glossary_calls_an_item_by_its_name() -> None:
    shape = shipped("henan-2021").shape
    rows = re.findall(r"^\| ([^|`]+`(\w+)`[^|]*) \| ([^|]*) \|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    items = [(english, code, chinese) for english, code, chinese in rows if code in shape.items]
    assert items
    for english, code, chinese in items:
        assert english.startswith(NamingLanguage("en", shape).called("item", code))
        assert chinese == NamingLanguage("zh", shape).called("item", code)


def test_an_id_has_the_name_of_its_participant_behind_it() -> None:
    words, names = NamingLanguage("zh", shipped("henan-2021").shape), {"R1": "东方售电", "U1": "U1"}
    assert words.with_name("unit", "R1/tou", names) == "R1/分时段（东方售电）"
    assert words.with_name("party", "R1", names) == "R1（东方售电）"
    assert words.with_name("party", "GRID", names) == "电网企业"
    assert words.with_name("unit", "U1/tou", names) == "U1/分时段"  # a name that is the id says nothing
    assert words.with_name("user", "U2", names) == "U2"


def test_a_code_in_a_sentence_knows_its_chinese() -> None:
    told = code_told("product", "peak", shipped("henan-2021").shape)
    assert told == "peak" and told.zh == "峰段"
    assert code_told("product", "peak", None).zh == "peak"
