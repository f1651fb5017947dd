"""The commands. Each is thin: it reads its arguments, calls the library, shows what came of it.

Exit codes: 0 done, 2 bad input (every fault is listed, nothing is written), 1 anything else.
"""

from __future__ import annotations

import gc
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from gridsim.compiling import tell_of_compiling
from gridsim.errors import ResultError
from gridsim.month_commands import month_app
from gridsim.options import (
    Detail,
    DocumentOption,
    ExportFormat,
    Lang,
    LangOption,
    Method,
    MethodOption,
    ResultsArgument,
    ScenarioArgument,
    ScenarioFormat,
    TableFormat,
    Template,
    show_what_is_spoken,
    spoken,
)
from gridsim.rules_commands import rules_app
from gridsim.telling import as_typed, show, tell_faults, telling, warn, write_out
from gridsim.what_if_command import what_if_app
from gridsim.words import Sentence, both, enumerated
from gridsim.wrong_use import asks_for_chinese, tell_wrong_use_in_chinese, without_language

if TYPE_CHECKING:
    from gridsim.batch import Batch
    from gridsim.result import Result
    from gridsim.templates.forms import Form

__all__ = ["app", "main"]

# Python looks for reference cycles whenever there are 700 new objects. Modules are made of millions, none of them
# garbage, and looking took a sixth of all that a small run takes.
_OBJECTS_BETWEEN_COLLECTIONS = 300_000

app = typer.Typer(
    name="gridsim",
    help="Simulate the settlement of a medium- and long-term electricity market.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help drawn by rich loads its Markdown and syntax colours, longer than all else of --help
)
app.add_typer(rules_app, name="rules")
app.add_typer(month_app)
app.add_typer(what_if_app)


_MOST_FAULTS = 1_000_000  # of one kind in one table: what one sheet of a spreadsheet holds


def _show_version(wanted: bool) -> None:
    if wanted:
        from gridsim.version import __version__

        typer.echo(f"gridsim {__version__}")
        raise typer.Exit


@app.callback()
def _gridsim(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    pass


@app.command()
@telling
def run(
    scenario: ScenarioArgument,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the results go.", show_default=False)],
    format: Annotated[TableFormat, typer.Option("--format", help="Format of the tables.")] = TableFormat.parquet,
    lang: LangOption = Lang.en,
    threads: Annotated[
        int | None,
        typer.Option("--threads", help="Threads; all processors if left out. The results are the same.", min=1),
    ] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Show how long each stage took.")] = False,
) -> None:
    """Clear and settle a scenario, write tables, show who paid whom."""
    from gridsim.core.warmth import must_compile
    from gridsim.io import load
    from gridsim.io.outputs import apart_from_scenario
    from gridsim.io.results import hold_results
    from gridsim.simulate import run as simulate
    from gridsim.stages import Stages
    from gridsim.stages_view import stages_document
    from gridsim.summary_view import summary_document

    stages = Stages()
    with hold_results(apart_from_scenario(out, scenario)) as folder:
        with stages("load"):
            checked = load(scenario)
        tell_of_compiling(must_compile(), lang.value)
        result = simulate(checked, threads=threads, stages=stages)
        with stages("save"):
            result.save(folder, format=format.value, threads=threads)
    with stages("summary"):
        summary = summary_document(result.summary(), lang.value)
    show(summary)
    if profile:
        show(stages_document(stages.seconds, lang.value))
    warn(result.warnings, lang)
    count = len(result.manifest["counts"]["results"])
    write_out(Sentence("Results: {out} ({count} tables, manifest.json)", out=out, count=count), lang)


@app.command()
@telling
def batch(
    plan: Annotated[Path, typer.Argument(metavar="PLAN.yaml", help="Plan of the batch.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results; an interrupted run goes on there.")],
    workers: Annotated[
        int | None, typer.Option("--workers", help="Tasks at once; as many as there are processors if left out.", min=1)
    ] = None,
    dask: Annotated[
        str | None, typer.Option("--dask", metavar="ADDRESS", help="Scheduler of a Dask cluster: tcp://HOST:8786.")
    ] = None,
    detail: Annotated[
        Detail, typer.Option("--detail", help="summary; unit: also by unit; full: also each unit in each draw.")
    ] = Detail.unit,
    json: Annotated[bool, typer.Option("--json", help="Events on standard output, one JSON object a line.")] = False,
    lang: Annotated[Lang, spoken("Language of faults, of the bar and of the table.")] = Lang.en,
) -> None:
    """Draw loads, sweep rules and scales: many settlements of one scenario."""
    from gridsim.batch.command import run_command
    from gridsim.batch.runner import must_compile

    failed = run_command(
        plan,
        out,
        workers=workers,
        dask=dask,
        detail=detail.value,
        is_json=json,
        show=show,
        lang=lang.value,
        starting=lambda: tell_of_compiling(must_compile(), lang.value),
    )
    if failed:
        raise typer.Exit(1)


@app.command()
@telling
def check(
    scenario: ScenarioArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.csv", help="Write every fault there; show how many of each kind."),
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Load and validate a scenario; list every fault at once."""
    from gridsim.errors import ScenarioError
    from gridsim.io import load
    from gridsim.io.outputs import file_beside_scenario
    from gridsim.io.report_faults import counts_and_table, faults_file, write_faults
    from gridsim.market_tables import scenario_tables

    if out is None:
        checked = load(scenario)
    else:
        faults_file(file_beside_scenario(out, scenario))
        try:
            checked = load(scenario, most_faults=_MOST_FAULTS)
        except ScenarioError as error:
            tell_faults(counts_and_table(error.faults, str(scenario), out, lang.value), error.notes, lang)
            raise typer.Exit(2) from None
        write_faults((), out, lang.value)  # the list of an earlier check would tell of faults that are mended
    warn(checked.warnings, lang)
    rows = {name: len(table) for name, table in checked.tables.items() if name in checked.given}
    tables = scenario_tables(checked.rules.shape)
    counted = enumerated(
        Sentence("{count} {table}", count=count, table=both(name, tables[name].zh)) for name, count in rows.items()
    )
    write_out(Sentence("{scenario}: no fault found ({rows})", scenario=scenario, rows=counted), lang)


@app.command()
@telling
def explain(
    results: ResultsArgument,
    unit: Annotated[str, typer.Option("--unit", help="Settlement unit, BUYER/MODE; a generator where sellers settle.")],
    month: Annotated[str, typer.Option("--month", help="Month, YYYY-MM.")],
    product: Annotated[str | None, typer.Option("--product", help="A product of the unit; all if left out.")] = None,
    user: Annotated[
        str | None,
        typer.Option("--user", help="Instead: why this user of the unit bears what it bears of its deviation."),
    ] = None,
    method: MethodOption = Method.own_deviation,
    lang: LangOption = Lang.en,
    out: DocumentOption = None,
) -> None:
    """Derive one position step by step, from orders to ledger lines."""
    from gridsim.io.outputs import document_beside_result
    from gridsim.result import Result

    document_beside_result(out, results)
    explanation = Result.load(results).explain(unit, month, product, lang.value, user=user, method=method.value)
    if out is None:
        typer.echo(str(explanation))
    else:
        write_out(Sentence("Explanation: {out}", out=explanation.save(out)), lang)


@app.command()
@telling
def compare(
    before: Annotated[Path, typer.Argument(metavar="DIR_A", help="Results before.", show_default=False)],
    after: Annotated[Path, typer.Argument(metavar="DIR_B", help="Results after.", show_default=False)],
    lang: LangOption = Lang.en,
    out: DocumentOption = None,
) -> None:
    """Show what changed between two runs of a year, and what it moved."""
    from gridsim.analysis.compare_view import comparison_document
    from gridsim.io.outputs import document_beside_result
    from gridsim.result import Result

    document_beside_result(out, before, after)
    comparison = Result.load(before).compare(Result.load(after))
    if out is None:
        show(comparison_document(comparison, lang.value))
    else:
        write_out(Sentence("Comparison: {out}", out=comparison.save(out, lang.value)), lang)


@app.command()
@telling
def export(
    results: ResultsArgument,
    out: Annotated[
        Path, typer.Option("--out", metavar="PATH", help="The workbook, or a folder for the files.", show_default=False)
    ],
    format: Annotated[ExportFormat, typer.Option("--format", help="What is written.")] = ExportFormat.xlsx,
    headings: Annotated[
        Lang, typer.Option("--headings", help="Language of headings and codes in the tables.")
    ] = Lang.zh,
    table: Annotated[
        list[str] | None, typer.Option("--table", help="Which table; may be repeated; all if left out.")
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Write tables of a result or a batch for people: a workbook, CSV or Parquet, in Chinese or English."""
    from gridsim.batch.manifest import MANIFEST
    from gridsim.io.outputs import file_beside_result

    tables: Result | Batch
    if (results / MANIFEST).exists():
        from gridsim.batch import load as load_batch

        tables = load_batch(results)
    else:
        from gridsim.result import Result

        if format is not ExportFormat.xlsx and out.resolve() == results.resolve():
            raise ResultError(Sentence("{path}: the tables of the result stand here; name another folder", path=out))
        tables = Result.load(results)
        if format is ExportFormat.xlsx:
            file_beside_result(out, results)
    written = tables.export(out, format.value, headings=headings.value, tables=table)
    told = Sentence("Tables: {out} ({count} files)", out=out, count=len(written))
    write_out(told if len(written) > 1 else Sentence("Tables: {out} (1 file)", out=out), lang)


@app.command()
@telling
def reproduce(
    results: ResultsArgument,
    scenario: Annotated[
        Path | None,
        typer.Option("--scenario", metavar="DIR", help="The scenario as it is today: tell what differs from then."),
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="PLAN.yaml", help="Of a batch: the plan that it was run from.")
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Make a result or a batch again, tell what differs from then, and compare all of it."""
    if plan is not None:
        from gridsim.batch.reproducing import reproduce as run_again

        if scenario is not None:
            raise ResultError(Sentence("--scenario: a batch has its scenario from its plan"))
        batch = run_again(results, plan)
        document, is_same = batch.document(lang.value), batch.is_same
    else:
        from gridsim.io import load
        from gridsim.reproduction import reproduce as make_again

        result = make_again(results, scenario=None if scenario is None else load(scenario))
        document, is_same = result.document(lang.value), result.is_same
    show(document)
    if not is_same:
        raise typer.Exit(1)


@app.command()
@telling
def report(
    results: ResultsArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The HTML file to write.", show_default=False)],
    lang: LangOption = Lang.en,
    units: Annotated[
        int, typer.Option("--units", help="How many units, by deviation money, get a page of their own.", min=0)
    ] = 50,
    batch: Annotated[
        Path | None,
        typer.Option("--batch", metavar="DIR", help="A batch of the same scenario: a section on what may happen."),
    ] = None,
    point: Annotated[int | None, typer.Option("--point", help="Its point, if it has several.", min=0)] = None,
    party: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="PARTY",
            help="A page for one buyer, or one of its settlement units, with nothing of anybody else.",
            show_default=False,
        ),
    ] = "",
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="DIR", help="With --for: results of another run, to tell what changed."),
    ] = None,
) -> None:
    """Write a report: one HTML file that needs nothing from outside."""
    from gridsim.io.outputs import file_beside_result
    from gridsim.report.html import write_report
    from gridsim.result import Result

    file_beside_result(out, results)
    drawn = None
    if batch is not None:
        from gridsim.batch import load as load_batch

        drawn = load_batch(batch)
    write_report(
        Result.load(results),
        out,
        lang=lang.value,
        units=units,
        batch=drawn,
        point=point,
        party=party,
        against=None if against is None else Result.load(against),
    )
    write_out(Sentence("Report: {out} ({size:.1f} MB)", out=out, size=out.stat().st_size / 10**6), lang)


@app.command()
@telling
def new(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write; must be empty or new.")],
    template: Annotated[Template, typer.Option("--template", help="Which scenario.")] = Template.mini,
    users: Annotated[int | None, typer.Option("--users", help="Users of the province.", min=1, max=1_000_000)] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Seed of the province; the same gives the same bytes.")
    ] = None,
    format: Annotated[
        ScenarioFormat | None,
        typer.Option("--format", help="Format of the tables; csv if left out, parquet for large provinces."),
    ] = None,
    lang: Annotated[Lang, spoken("Language of headings, values, sheets and notes.")] = Lang.en,
    rules: Annotated[
        str, typer.Option("--rules", help="Rule set: henan-2021 or jiangsu-2023; with --empty also a YAML file.")
    ] = "henan-2021",
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the scenario; as its folder if left out.", show_default=False)
    ] = None,
    empty: Annotated[
        bool,
        typer.Option("--empty", help="Headings alone, of the tables of mini or retailer."),
    ] = False,
) -> None:
    """Write a scenario folder to start from: a synthetic one, or headings alone."""
    from gridsim.templates import write_template

    form: Form | None = None if format is None else format.value
    write_template(
        directory,
        template=template.value,
        users=users,
        seed=seed,
        form=form,
        lang=lang.value,
        rules=rules,
        name=name,
        empty=empty,
    )
    typed = as_typed(directory)
    if empty:
        told = Sentence(
            "{directory}: headings written; README.md says what each column holds; next: gridsim check {typed}",
            directory=directory,
            typed=typed,
        )
    else:
        told = Sentence(
            "{directory}: scenario {template} written; next: gridsim run {typed} --out DIR",
            directory=directory,
            template=template.value,
            typed=typed,
        )
    write_out(told, lang)


@app.command()
@telling
def bench(
    orders: Annotated[
        int, typer.Option("--orders", help="Sell orders, and as many buy orders.", min=1000, max=10**7)
    ] = 10**6,
    rounds: Annotated[int, typer.Option("--rounds", help="Rounds; medians are shown.", min=1)] = 7,
) -> None:
    """Measure clearing on this machine."""
    from gridsim.bench.short import bench_document

    show(bench_document(orders, rounds))


def main() -> NoReturn:
    """Run a command and leave with its exit code."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    # Asked to end, a command clears away what it has begun, as it does when it is interrupted.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    # Chinese ids must not break on a terminal or pipe that was opened in another encoding.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    command, arguments = typer.main.get_command(app), sys.argv[1:]
    asks_for_help = "--help" in arguments or len(arguments) < 2  # without anything, a group shows its help
    is_chinese = asks_for_chinese(arguments)
    if is_chinese:
        tell_wrong_use_in_chinese()
    if asks_for_help:
        from gridsim.help_words import speak

        show_what_is_spoken(command)
        speak(command, "zh" if is_chinese else "en")
        arguments = without_language(arguments)  # which a group of commands has no option for
    try:
        command(arguments, standalone_mode=True, prog_name="gridsim")
    finally:
        gc.freeze()  # nothing is freed that ends with the process: looking through all modules took a quarter second
    sys.exit(0)
