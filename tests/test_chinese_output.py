"""What commands say in Chinese: no code stands in it that has a Chinese name, and no unit or heading in English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import gridsim
from gridsim.cli import app
from gridsim.names import CHECKS, GROUPS, KINDS_OF_PRICE, REASONS, SIDES, TRANSFERS
from tests.shared import SCENARIOS, fresh

pytestmark = pytest.mark.slow  # each command settles a year

MINI, JIANGSU = SCENARIOS / "henan-2021-mini", SCENARIOS / "jiangsu-2023-mini"
RETAILER = SCENARIOS / "retailer-2021"
WORD = re.compile(r"[A-Za-z][A-Za-z_0-9]*")
PATH = re.compile(r"[a-z_]+(?:\.[a-z_0-9]+)+")
WRITTEN = frozenset(("gridsim", "trial", "manifest", "json", "csv", "zh", "M", "HHI", "kV", "synthetic"))
"""What is written so in files and commands, or has no Chinese name."""


def codes_of(scenario: gridsim.Scenario) -> Iterator[str]:
    """The codes of a market that have a Chinese name, but for accounts, whose ids stand in ledgers."""
    shape = scenario.rules.shape
    for name, words in shape.words.items():
        if name not in ("accounts", "notes"):
            yield from words
    yield from (kind.group for kind in (*shape.sessions, *shape.without_sessions) if kind.group)
    for own in (CHECKS, REASONS, GROUPS, SIDES, TRANSFERS, KINDS_OF_PRICE):
        yield from own
    yield from ("energy_mwh", "user_id", "unit_id", "yuan", "MWh", "choice", "unstated", "ratio")


def stray(text: str, scenario: gridsim.Scenario) -> set[str]:
    """Codes in a text that ought to be words; paths may stand beside the names of values."""
    without = PATH.sub("", text.replace(str(scenario.source), ""))
    return (set(WORD.findall(without)) - WRITTEN) & set(codes_of(scenario))


def said(*arguments: object, expect: int = 0) -> str:
    done = CliRunner().invoke(app, [*map(str, arguments)], env={"GRIDSIM_LANG": "zh", "COLUMNS": "200"})
    assert done.exit_code == expect, done.output
    return done.output


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    folder = tmp_path_factory.mktemp("results")
    made = {scenario: folder / scenario.name for scenario in (MINI, JIANGSU, RETAILER)}
    for scenario, out in made.items():
        text = said("run", scenario, "--out", out)
        assert not stray(text, gridsim.load(scenario)), text
        assert "（合成" in text  # participants by name
    return made


@pytest.mark.parametrize("scenario", [MINI, JIANGSU, RETAILER])
def test_a_check(scenario: Path) -> None:
    assert not stray(said("check", scenario), gridsim.load(scenario))


@pytest.mark.parametrize(
    ("scenario", "asked"),
    [
        (MINI, ("--load", "1.07", "--set", "settlement.shortfall_price=20")),
        (MINI, ("--set", "settlement.tou.overrun_catalogue.valley=peak")),
        (MINI, ("--contracts", "0.9", "--where", "product=peak", "--where", "unit=R1/tou")),
        (JIANGSU, ("--load", "1.05", "--prices", "1.1")),
    ],
)
def test_a_what_if_and_its_comparison(
    scenario: Path, asked: tuple[str, ...], results: dict[Path, Path], tmp_path: Path
) -> None:
    loaded = gridsim.load(scenario)
    text = said("what-if", scenario, *asked, "--results", tmp_path / "after")
    assert not stray(text.replace(str(tmp_path), ""), loaded), text
    compared = said("compare", results[scenario], tmp_path / "after")
    assert not stray(compared, loaded), compared


@pytest.mark.parametrize(
    ("scenario", "asked"),
    [
        (MINI, ("R1/tou", "2021-05")),
        (MINI, ("R1/conventional", "2021-08")),
        (JIANGSU, ("G1", "2023-03")),
        (JIANGSU, ("U/market", "2023-03")),
        (RETAILER, ("R1/tou", "2021-05")),
    ],
)
def test_an_explanation(scenario: Path, asked: tuple[str, str], results: dict[Path, Path]) -> None:
    unit, month = asked
    text = said("explain", results[scenario], "--unit", unit, "--month", month)
    assert not stray(text, gridsim.load(scenario)), text


@pytest.mark.parametrize("scenario", [MINI, JIANGSU])
def test_charts(scenario: Path) -> None:
    plot, loaded = fresh(scenario).plot, gridsim.load(scenario)
    names = ("contract_and_metered", "cost_waterfall", "money_by_month", "money_flows", "deviation_heat_map",
             "market_prices", "supply_demand")  # fmt: skip
    for name in names:
        chart = getattr(plot, name)(lang="zh")
        texts = [chart.title, chart.caption, *texts_of(json.loads(chart.figure.to_json()))]
        assert not stray(" ".join(texts), loaded) - {"mid", "late"}, name


def texts_of(node: Any, key: str = "") -> Iterator[str]:
    """What a figure shows: titles, names, labels, notes of hovers."""
    if isinstance(node, dict):
        for name, inner in node.items():
            yield from texts_of(inner, name)
    elif isinstance(node, list):
        for inner in node:
            yield from texts_of(inner, key)
    elif isinstance(node, str) and key in ("text", "name", "hovertext", "ticktext", "label", "customdata"):
        yield re.sub(r"<[^>]*>", " ", node)


def test_a_wrong_question_is_answered_in_words(results: dict[Path, Path]) -> None:
    told = said("explain", results[MINI], "--unit", "R1/tou", "--month", "2021-05", "--product", "pek", expect=2)
    assert "可能是 峰段；现有交易品种：峰段、平段、谷段" in told
    assert "R1/常规电量" in said("explain", results[MINI], "--unit", "R1/too", "--month", "2021-05", expect=2)


@pytest.mark.parametrize("scenario", [MINI, RETAILER])
def test_whose_deviation_it_was(scenario: Path, results: dict[Path, Path]) -> None:
    text = said("attribute", results[scenario])
    assert not stray(text, gridsim.load(scenario)), text


def test_a_batch(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        f"scenario: {MINI}\nseed: 7\ndraws: 3\nload: {{own: {{distribution: lognormal, sigma: 0.1}}}}\nsweep:\n"
        "  load.scale: [0.9, 1.1]\n  rules: [henan-2021, {settlement.shortfall_price: 20}]\n",
        encoding="utf-8",
    )
    text = said("batch", plan, "--out", tmp_path / "out", "--workers", "1")
    assert "用电量倍数" in text and "欠用电量结算价格 = 20" in text
    assert not stray(text.replace(str(tmp_path), ""), gridsim.load(MINI)), text


def test_the_market_report_has_names(results: dict[Path, Path], tmp_path: Path) -> None:
    said("report", results[MINI], "--out", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    tables = re.sub(r"<script.*?</script>|<style.*?</style>|<pre>.*?</pre>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert "U5（合成钢厂）" in tables and "发电企业（generators）" in tables
    tables = re.sub(r"（[a-z_]+）", "", tables)  # names of files, behind those of tables
    assert not stray(tables, gridsim.load(MINI)) - {"mid", "late"}, "sessions are called I-2021-06-mid"


@pytest.mark.parametrize("scenario", [MINI, JIANGSU])
def test_exported_tables_are_in_words(scenario: Path, results: dict[Path, Path], tmp_path: Path) -> None:
    said("export", results[scenario], "--out", tmp_path / "tables", "--format", "csv")
    texts = {path.stem: path.read_text(encoding="utf-8-sig") for path in (tmp_path / "tables").glob("*.csv")}
    codes = {*codes_of(gridsim.load(scenario)), "over", "under", "generators", "buyers", "value", "overrun_share"}
    ids = re.compile(r'"?[A-Z]+-[0-9A-Za-z-]+"?')  # of sessions: I-2021-06-mid
    found = {name: set(WORD.findall(ids.sub("", text))) & codes for name, text in texts.items()}
    assert not any(found.values()), found
