"""What shows a name asks the rule set of the result for it: a market that renames all shows nothing of Henan's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from gridsim.analysis.charts import Chart
from gridsim.analysis.compare_view import comparison_overview
from gridsim.console import summary_document
from gridsim.names import GROUPS, NamingLanguage, code_told, group_of
from gridsim.report.page.checks import checks_of
from gridsim.report.page.listing import Listing
from gridsim.report.page.market import market_of
from gridsim.report.page.summary import summary_of
from gridsim.report.page.units import units_of
from gridsim.report.page.words import PageWords
from gridsim.report.statements import write_statements
from gridsim.rules.loader import shipped
from gridsim.show.document import Grid
from gridsim.show.terminal import terminal_text
from tests.other_names import HENANS, NEW, OTHER, renamed
from tests.shared import fresh

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
    words = NamingLanguage("en", shipped("henan-2021").shape, "statement", {"items": {"energy": "Contract energy"}})
    assert [words.called(column, "peak") for column in ("period", "product", "user")] == ["peak", "peak", "peak"]
    assert (words.called("mode", "tou"), words.called("user", "tou")) == ("time of use", "tou")
    assert (words.called("item", "energy"), words.called("item", "funds")) == ("Contract energy", "government funds")
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
    assert ("wires" if lang == "en" else "名WIRES") in shown


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
    names = ("The i-0", "the g-1", "The WIRES", "the r-1", "the m-b: the g-1", "R1-mb 2021-01")
    if lang == "zh":
        names = ("名i-0", "名g-1", "名WIRES", "名r-1", "名m-b：名g-1", "R1-乙 2021-01")
    assert [name for name in names if name not in told] == []


def _is_of_the_rule_set(text: str) -> bool:
    """A note that tells of the rule set's document."""
    return text[:1].isdigit() and ". " in text[:4]


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
