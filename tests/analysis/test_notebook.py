"""What notebooks show is escaped, bounded and right; progress shows only when asked for, and only where it can be."""

from __future__ import annotations

import dataclasses
import io
import sys
import types
from html.parser import HTMLParser
from typing import Any

import pytest
import rich.console

import gridsim
from gridsim import progress
from gridsim.analysis import notebook as result_views
from gridsim.show.document import Heading, grid, some_of
from gridsim.show.html import html
from gridsim.stages import Stages
from tests.shared import MINI, PROVINCE, fresh, scenario_in

SPITEFUL = '<script>alert("x")</script>&'


class Cells(HTMLParser):
    """The cells of all tables, row by row; it refuses tags that do not close in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def test_a_table_escapes_and_tells_what_it_leaves_out() -> None:
    table = grid(("a<b", "n"), [(SPITEFUL, number) for number in "01"], title="<c>", foot=("<f>", "1"))
    text = html([Heading("<h>", 2, "<n>"), table, *some_of([SPITEFUL] * 30, "en", 2)])
    assert "<script>" not in text and "… and 28 more" in text
    assert all(f"&lt;{sign}&gt;" in text for sign in "chnf")
    assert Cells(text).rows == [["a<b", "n"], [SPITEFUL, "0"], [SPITEFUL, "1"], ["<f>", "1"]]


def test_a_scenario_shows_its_tables() -> None:
    scenario = scenario_in().with_overrides({"settlement.shortfall_price": 20})
    text = dataclasses.replace(scenario, name=SPITEFUL, warnings=(SPITEFUL,))._repr_html_()
    rows = Cells(text).rows
    meter = scenario.tables["meter"]
    assert ["meter", "计量", f"{len(meter):,}", f"{meter['energy_kwh'].sum() / 1000:,.3f}"] in rows
    assert ["users", "电力用户", "6", ""] in rows
    assert ["settlement.shortfall_price", "20"] in rows and html([SPITEFUL]).split("<p>")[1].split("</p>")[0] in text
    assert "<script>" not in text


def test_a_rule_set_shows_every_value() -> None:
    rules = scenario_in().with_overrides({"settlement.shortfall_price": 20}).rules
    rows = Cells(rules._repr_html_()).rows
    assert ["settlement.shortfall_price", "20 yuan/MWh", "10", "N5.1, N5.2"] in rows
    paths = [row[0] for row in rows]
    assert all(entry.path in paths for entry in rules.entries)
    assert any("含义" in row for row in rows)


@pytest.mark.parametrize("name", [MINI, PROVINCE])
def test_a_result_shows_money_and_deviations(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = fresh(name)
    rows = Cells(result._repr_html_()).rows
    ledger = result.exact.ledger
    counted = ledger[~ledger["trial"]]
    fen = (int(counted["amount_micro_yuan"].sum()) * 2 + 10**4) // (2 * 10**4)
    assert ["all", f"{len(counted):,}", "", f"{fen / 100:,.2f}"] in rows
    deviations = result.summary().deviations
    first = rows.index(["settlement unit", "contract MWh", "metered MWh", "metered / contract", "deviation yuan"]) + 1
    assert [row[0].split(" (")[0] for row in rows[first : first + 3]] == [unit.unit for unit in deviations[:3]]
    assert len(rows) < 30
    monkeypatch.setattr(result_views, "_MANY_LINES", 10)
    assert "energy" not in [row[0] for row in Cells(result._repr_html_()).rows]


def test_a_comparison_shows_what_changed() -> None:
    scenario = scenario_in()
    after = gridsim.run(scenario.with_overrides({"settlement.shortfall_price": 20}))
    rows = Cells(fresh().compare(after)._repr_html_()).rows
    changed = [
        "rule shortfall price (settlement.shortfall_price; N5.1, N5.2)",
        "",
        "10 yuan/MWh",
        "20 yuan/MWh",
        "",
        "shortfall fee",
    ]
    assert changed in rows
    assert ["shortfall fee", "729,608.40", "1,459,216.80", "+729,608.40", "+100.00 %"] in rows


def test_notebooks_speak_the_language_that_the_environment_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDSIM_LANG", "zh")
    scenario = scenario_in().with_overrides({"settlement.shortfall_price": 20})
    result = fresh()
    shown = {
        "scenario": scenario._repr_html_(),
        "rules": scenario.rules._repr_html_(),
        "result": result._repr_html_(),
        "comparison": result.compare(gridsim.run(scenario))._repr_html_(),
    }
    rows = {name: Cells(text).rows for name, text in shown.items()}
    assert ["欠用电量结算价格（settlement.shortfall_price）", "20"] in rows["scenario"]
    assert ["settlement.shortfall_price", "20 元/兆瓦时", "10", "N5.1, N5.2"] in rows["rules"]
    assert [row[0] for row in rows["result"]][:2] == ["科目", "合同电费"]
    assert any(row[0] == "R1/分时段（合成售电公司）" for row in rows["result"])
    assert any(row[0].startswith("规则：欠用电量结算价格") for row in rows["comparison"])
    for name in ("result", "comparison"):
        assert not [cell for row in rows[name] for cell in row if cell in ("energy", "tou", "all", "yuan", "MWh")]
    monkeypatch.setenv("GRIDSIM_LANG", "en")
    assert next(row for row in Cells(result._repr_html_()).rows if row[0] == "all")[:2] == ["all", "638"]


# ---- progress --------------------------------------------------------------------------------------------------------


def run(**arguments: Any) -> gridsim.Result:
    return gridsim.run(scenario_in(), **arguments)


def test_nothing_is_shown_unasked_or_where_nobody_looks(capfd: pytest.CaptureFixture[str]) -> None:
    run()
    stages = Stages()
    result = run(progress=True, stages=stages)  # no terminal here
    assert capfd.readouterr() == ("", "")
    assert list(stages.seconds)[:3] == ["trading", "contracts", "settlement"]
    assert result.summary() == fresh().summary()


def test_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    real = rich.console.Console

    def terminal(**arguments: Any) -> rich.console.Console:
        assert arguments == {"stderr": True}
        return real(file=screen, force_terminal=True, width=80)

    monkeypatch.setattr(rich.console, "Console", terminal)
    assert run(progress=True).summary() == fresh().summary()
    assert "trading" in screen.getvalue() or "compliance" in screen.getvalue()


def test_a_notebook_shows_a_bar_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Handle:
        def update(self, html: Any) -> None:
            shown.append(html)

    def display(html: Any, display_id: bool) -> Handle:
        assert display_id
        shown.append(html)
        return Handle()

    kernel = types.SimpleNamespace(get_ipython=lambda: types.SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", kernel)  # type: ignore[arg-type]
    fake = types.SimpleNamespace(HTML=str, display=display)
    monkeypatch.setattr(progress, "import_module", lambda name: {"IPython.display": fake}[name])
    run(progress=True)
    shares = [float(html.split('"')[1]) for html in shown]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    assert "settlement" in "".join(shown) and shown[-1].endswith("done")
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))  # type: ignore[arg-type]
    shown.clear()
    run(progress=True)
    assert not shown
