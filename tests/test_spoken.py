"""One rule of language: what is asked for, else what ``GRIDSIM_LANG`` says, else English; nothing stored knows it."""

from __future__ import annotations

import ast
import inspect
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

import gridsim
import gridsim.batch
from gridsim.analysis import optimal_cover
from gridsim.analysis.attribution.view import AttributionView
from gridsim.batch.manifest import MANIFEST
from gridsim.batch.reproducing import reproduce as run_again
from gridsim.cli import app
from gridsim.errors import InputWarning
from gridsim.io.report_faults import fault_report
from gridsim.options import show_what_is_spoken
from gridsim.report.statements import write_statements
from gridsim.show.markdown import markdown
from gridsim.spoken import spoken_lang
from gridsim.templates import write_template
from gridsim.words import Sentence
from tests.public_names import PublicName, public_names
from tests.shared import ROOT, files_in, fresh, scenario_in

TOLD = re.compile(r"if left out, that of ``GRIDSIM_LANG``,\s+else (English|Chinese)\.")
HAN = re.compile(r"[\u4e00-\u9fff]")

PLAN = {
    "scenario": gridsim.example("henan-2021-mini"),
    "draws": 4,
    "load": {"own": {"distribution": "lognormal", "sigma": "0.1"}},
    "sweep": {"load.scale": ["0.95", "1.05"]},
    "metrics": ["cost_by_unit", "items", "deviation", "positions"],
}


FAULT = gridsim.Fault("users.csv", 3, "mode", "tuo", Sentence("unknown value"))


def parameters_of(name: PublicName) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(name.thing).parameters if name.kind == "function" else {}


# ---- the rule --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "variable", "spoken"),
    [
        (None, None, "en"),
        (None, "", "en"),
        (None, "zh", "zh"),
        (None, "en", "en"),
        (None, "fr", "en"),
        ("en", "zh", "en"),
        ("zh", None, "zh"),
        ("zh", "en", "zh"),
    ],
)
def test_what_is_asked_for_wins_then_the_environment(
    asked: str | None, variable: str | None, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable is not None:
        monkeypatch.setenv("GRIDSIM_LANG", variable)
    assert spoken_lang(asked) == spoken
    assert spoken_lang(asked, otherwise="zh") == ("zh" if variable in (None, "", "fr") and asked is None else spoken)


def test_no_other_language_is_taken() -> None:
    with pytest.raises(gridsim.ResultError, match="lang must be one of en, zh, not 'fr'"):
        fresh().plot.money_flows(lang="fr")  # type: ignore[arg-type]


def test_every_public_call_leaves_the_language_to_the_rule() -> None:
    for name in public_names():
        parameter = parameters_of(name).get("lang")
        assert parameter is None or parameter.default is None, name.name


def test_no_function_has_a_default_of_its_own_and_docstrings_tell_the_rule_alike() -> None:
    """Of commands typer holds the default, and `gridsim.options.spoken` asks the environment."""
    seen = 0
    for path in (ROOT / "gridsim").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            given = node.args
            places = [*given.posonlyargs, *given.args]
            defaults = [*[None] * (len(places) - len(given.defaults)), *given.defaults, *given.kw_defaults]
            for argument, default in zip([*places, *given.kwonlyargs], defaults, strict=True):
                if argument.arg != "lang" or default is None or ast.unparse(default) in ("Lang.en", "Lang.zh"):
                    continue
                assert ast.unparse(default) == "None", f"{path}: {node.name}"
                told = ast.get_docstring(node) or ""
                assert "lang :" not in told or TOLD.search(told) or node.name == "spoken_lang", f"{path}: {node.name}"
                seen += 1
    assert seen > 40


# ---- public calls ----------------------------------------------------------------------------------------------------


@cache
def drawn() -> gridsim.batch.Batch:
    return gridsim.batch.run(PLAN, Path(tempfile.mkdtemp(prefix="gridsim-spoken-")) / "batch", workers=1)


@cache
def found() -> Any:
    theirs = {"unit_id": ["R1/tou"], "month": ["2021-05"], "item": ["energy"], "amount (yuan)": [788_300]}
    return fresh().reconcile(pd.DataFrame(theirs), party="R1", tolerance=20_000)


@cache
def compared() -> Any:
    return fresh().compare(gridsim.run(scenario_in().with_overrides({"settlement.shortfall_price": 20})))


@cache
def taken() -> Any:
    market = gridsim.Market(scenario_in(), players=["R1"])
    order = {"side": "buy", "product": "total", "month": "2021", "energy_mwh": -1, "price_yuan_per_mwh": 355}
    market.open("AM-2021", participant="R1")
    return market.submit([order])


def imported() -> Any:
    Path("april.csv").write_text("户号,日期,时段,电量(kWh)\nU1,2021-04,峰,1200\n", encoding="utf-8")
    return gridsim.import_tables("april.csv", "meter")


def reproduced() -> Any:
    fresh().save("made")
    return gridsim.reproduce("made")


@cache
def covered() -> Any:
    load, months = [0.9, 1, 1.2], ["2021-04"]
    return optimal_cover(scenario_in(), "R1/conventional", load=load, price=365, months=months).position()


def of_chart(chart: Any) -> str:
    return f"{chart.title} {chart.caption} {chart.lang}"


def plotted(name: str, *arguments: Any, **options: Any) -> Callable[..., str]:
    return lambda **lang: of_chart(getattr(fresh().plot, name)(*arguments, **options, **lang))


def of_file(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def of_workbook(path: Path) -> str:
    book = CalamineWorkbook.from_path(path)
    return str([(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names])


def of_folder(path: Path) -> str:
    return "".join(of_file(each) for each in sorted(path.parent.glob("_import_*.md")))


def item() -> Any:
    return scenario_in().rules.item("settlement.shortfall_price")


def assumption() -> Any:
    return scenario_in().rules.assumptions(["2021-04"])[0]


PLOTS = "gridsim.analysis.charts.accessor.Plots"
PUBLIC: dict[str, Callable[..., str]] = {
    "gridsim.Result.explain": lambda **lang: str(fresh().explain("R1/tou", "2021-05", **lang)),
    "gridsim.Result.in_words": lambda **lang: fresh().in_words("rejected", **lang)["detail"].iloc[0],
    f"{PLOTS}.contract_and_metered": plotted("contract_and_metered"),
    f"{PLOTS}.supply_demand": plotted("supply_demand", "AM-2021"),
    f"{PLOTS}.cost_waterfall": plotted("cost_waterfall", "R1/tou"),
    f"{PLOTS}.money_by_month": plotted("money_by_month", "R1/tou"),
    f"{PLOTS}.money_flows": plotted("money_flows"),
    f"{PLOTS}.deviation_heat_map": plotted("deviation_heat_map"),
    f"{PLOTS}.market_prices": plotted("market_prices"),
    f"{PLOTS}.tornado": plotted(
        "tornado",
        pd.DataFrame(
            {"parameter": ["a"], "low_value": [1], "high_value": [2], "low_micro_yuan": [1], "high_micro_yuan": [2]}
        ),
        base_micro_yuan=1,
    ),
    f"{PLOTS}.whose_deviation": plotted("whose_deviation"),
    f"{PLOTS}.netting": plotted("netting"),
    f"{PLOTS}.cost_distribution": plotted("cost_distribution", pd.Series([10**12, 2 * 10**12])),
    "gridsim.summary.Summary.text": lambda **lang: fresh().summary().text(**lang),
    "gridsim.analysis.compare.Comparison.text": lambda **lang: compared().text(**lang),
    "gridsim.analysis.compare.Comparison.save": lambda **lang: of_file(compared().save("compared.md", **lang)),
    "gridsim.reconcile.reconciliation.Reconciliation.document": lambda **lang: markdown(found().document(**lang)),
    "gridsim.reconcile.reconciliation.Reconciliation.chart": lambda **lang: of_chart(found().chart(**lang)),
    "gridsim.reconcile.reconciliation.Reconciliation.to_excel": lambda **lang: of_workbook(
        found().to_excel("checked.xlsx", **lang)
    ),
    "gridsim.RuleSet.title": lambda **lang: str(scenario_in().rules.title(**lang)),
    "gridsim.rules.entries.RuleItem.words": lambda **lang: item().words(**lang),
    "gridsim.rules.entries.RuleItem.named_words": lambda **lang: str(item().named_words(**lang)),
    "gridsim.rules.entries.RuleItem.text": lambda **lang: (
        scenario_in().rules.item("settlement.tou.overrun_catalogue.valley").text(**lang)
    ),
    "gridsim.rules.assumptions.Assumption.words": lambda **lang: assumption().words(**lang),
    "gridsim.importing.imported.Imported.document": lambda **lang: markdown(imported().document(**lang)),
    "gridsim.importing.imported.Imported.save": lambda **lang: of_folder(
        imported().save("imported", replace=True, **lang)
    ),
    "gridsim.reproduction.remaking.Reproduction.document": lambda **lang: markdown(reproduced().document(**lang)),
    "gridsim.write_report": lambda **lang: of_file(gridsim.write_report(fresh(), "report.html", units=1, **lang)),
    "gridsim.batch.plots.BatchPlots.cost_distribution": lambda **lang: of_chart(drawn().plot.cost_distribution(**lang)),
    "gridsim.batch.plots.BatchPlots.risk_heat_map": lambda **lang: of_chart(
        drawn().plot.risk_heat_map(where={"point": 0}, **lang)
    ),
    "gridsim.batch.plots.BatchPlots.tornado": lambda **lang: of_chart(drawn().plot.tornado(**lang)),
    "gridsim.batch.reproducing.BatchReproduction.document": lambda **lang: markdown(
        run_again(drawn().directory, PLAN).document(**lang)
    ),
    "gridsim.market.receipt.Receipt.in_words": lambda **lang: "".join(taken().in_words(**lang)),
}
"""Every public call that takes a language, as a text of what it says."""

OTHERS: dict[str, Callable[..., str]] = {
    "fault_report": lambda **lang: fault_report([FAULT], "cities", **lang),
    "attribution": lambda **lang: markdown(AttributionView(fresh()).document(**lang)),
    "cover.plot": lambda **lang: of_chart(covered().plot(**lang)),
    "cover.quantile_form": lambda **lang: covered().quantile_form(**lang),
}


def test_the_table_of_calls_is_whole() -> None:
    named = {each.name for each in public_names() if "lang" in parameters_of(each)}
    assert named == set(PUBLIC)


@pytest.mark.slow  # one checks a statement, one makes a result again
@pytest.mark.parametrize("name", [*PUBLIC, *OTHERS])
def test_a_call_speaks_the_language_of_the_environment_unless_asked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    call = {**PUBLIC, **OTHERS}[name]
    english, chinese = call(lang="en"), call(lang="zh")
    assert HAN.search(chinese) and english != chinese
    assert call() == english
    monkeypatch.setenv("GRIDSIM_LANG", "zh")
    assert call() == chinese
    assert call(lang="en") == english


def test_statements_are_chinese_unless_somebody_says_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def written(**lang: Any) -> bool:
        path = write_statements(fresh(), tmp_path / "a.xlsx", units=["R1/tou"], months=["2021-05"], **lang).path
        return "结算单" in of_workbook(path)

    assert written() and not written(lang="en")
    monkeypatch.setenv("GRIDSIM_LANG", "en")
    assert not written() and written(lang="zh")


# ---- errors and warnings ---------------------------------------------------------------------------------------------


def test_errors_are_shown_in_the_language_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = gridsim.ScenarioError([FAULT, FAULT], [Sentence("too large")])
    assert str(FAULT) == "users.csv, row 3, mode: unknown value (value: 'tuo')"
    assert str(gridsim.ResultError(Sentence("too large"))) == "too large" == str(InputWarning(Sentence("too large")))
    assert str(refused) == f"2 faults in the input:\n  {FAULT}\n  {FAULT}\ntoo large"
    monkeypatch.setenv("GRIDSIM_LANG", "zh")
    assert str(FAULT) == "users.csv，第 3 行，mode：无法识别的值（所填：'tuo'）"
    assert str(gridsim.ResultError(Sentence("too large"))) == "过大" == str(InputWarning(Sentence("too large")))
    assert str(refused) == f"输入有 2 处错误：\n  {FAULT}\n  {FAULT}\n过大"
    assert refused.faults[0].message == "unknown value"  # what a program reads stays as it is


# ---- what is stored --------------------------------------------------------------------------------------------------


def stored(folder: Path) -> dict[str, bytes]:
    """All that a run leaves for programs, and tables for people, whose headings are asked for by themselves."""
    result = gridsim.run(scenario_in().with_overrides({"settlement.shortfall_price": 20}))
    result.save(folder / "parquet")
    result.save(folder / "csv", format="csv")
    result.export(folder / "tables", "csv")
    return files_in(folder)


def drawn_and_failed(folder: Path) -> list[object]:
    """What a batch leaves, a point that failed among it, but for how long it took."""
    batch = gridsim.batch.run({**PLAN, "sweep": {"settlement.tou.upper": ["0.5", "1.08"]}}, folder, workers=1)
    points = gridsim.batch.load(folder).points.drop(columns="seconds")
    assert batch.failures["error"].item()
    return [points.to_csv(), batch.runs.to_csv(), files_in(folder)[MANIFEST]]


@pytest.mark.slow
def test_nothing_that_is_stored_depends_on_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, batch = stored(tmp_path / "en"), drawn_and_failed(tmp_path / "drawn-en")
    monkeypatch.setenv("GRIDSIM_LANG", "zh")
    assert stored(tmp_path / "zh") == files
    assert drawn_and_failed(tmp_path / "drawn-zh") == batch


def test_a_new_scenario_is_headed_in_the_language_of_who_fills_it_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDSIM_LANG", "zh")
    asked, left_out = (write_template(tmp_path / str(lang), lang=lang, name="a") for lang in ("en", None))
    assert "用户" in (left_out / "users.csv").read_text("utf-8-sig")
    assert not HAN.search((asked / "users.csv").read_text("utf-8-sig").splitlines()[0])
    assert gridsim.load(asked).hash == gridsim.load(left_out).hash
    of_programs = write_template(tmp_path / "parquet", form="parquet", name="a")
    assert gridsim.load(of_programs).hash == gridsim.load(asked).hash


# ---- commands --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_a_command_is_asked_to_speak_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of participants stay Chinese: the words are compared with those that nobody asked to be Chinese."""
    scenario, out = gridsim.example("henan-2021-mini"), tmp_path / "out"
    asked: tuple[tuple[object, ...], ...] = (
        ("check", scenario),
        ("run", scenario, "--out", out),
        ("explain", out, "--unit", "R1/tou", "--month", "2021-05"),
        ("explain", out, "--unit", "R9/tou", "--month", "2021-05"),
        ("compare", out, out),
        ("attribute", out),
        ("reproduce", out),
        ("report", out, "--out", tmp_path / "a.html", "--units", "1"),
        ("rules", "show", "henan-2021"),
        ("what-if", scenario, "--load", "1.07"),
    )

    def said(*more: str) -> list[str]:
        return [CliRunner().invoke(app, [*map(str, each), *more]).output for each in asked]

    english, page = said(), (tmp_path / "a.html").read_bytes()
    monkeypatch.setenv("GRIDSIM_LANG", "zh")
    assert said("--lang", "en") == english
    assert (tmp_path / "a.html").read_bytes() == page
    assert not set(said()) & set(english)


def test_help_shows_what_is_spoken_without_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(command: str) -> str:
        every = typer.main.get_command(app)
        show_what_is_spoken(every)
        below = every.commands[command]  # type: ignore[attr-defined]
        context = below.make_context(command, [], resilient_parsing=True)
        return next(line for line in below.get_help(context).split("\n") if "--lang" in line)

    assert "[default: en]" in shown("run") and "[default: zh]" in shown("statements")
    monkeypatch.setenv("GRIDSIM_LANG", "zh")
    assert "[default: zh]" in shown("run")
    monkeypatch.setenv("GRIDSIM_LANG", "en")
    assert "[default: en]" in shown("statements")
