"""The commands of an analyst's month: files of others in, their statements checked, deviations shared, bills out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsim.options import (
    DocumentOption,
    ImportedTable,
    Lang,
    LangOption,
    Ledger,
    Method,
    MethodOption,
    ResultsArgument,
    Stamped,
    TableFormat,
    spoken,
)
from gridsim.telling import show, tell_faults, telling, write_out
from gridsim.words import Sentence, listed

__all__ = ["month_app"]

month_app = typer.Typer(rich_markup_mode=None)


@month_app.command("import")
@telling
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="CSV (UTF-8, GB18030), .xlsx, .xlsb, .xls, .ods, HTML.", show_default=False
        ),
    ],
    as_: Annotated[ImportedTable, typer.Option("--as", help="Which table they become.", show_default=False)],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FOLDER", help="Where the table goes: a scenario, or new.", show_default=False),
    ],
    map: Annotated[
        Path | None, typer.Option("--map", metavar="MAP.yaml", help="How files of this kind are read.")
    ] = None,
    write_map: Annotated[
        bool, typer.Option("--write-map", help="Write that file: --map, else MAP.yaml in the folder.")
    ] = False,
    stamped: Annotated[
        Stamped | None, typer.Option("--stamped", help="Where in its interval a time stands, if the files don't tell.")
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help="Of amounts without one: kWh, yuan/kWh; may be repeated.")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="Of months without one.", min=1900, max=2199)] = None,
    multiplier: Annotated[
        str | None,
        typer.Option(
            "--multiplier", help="Of registers without a column of it; beside energy: 1 or column.", show_default=False
        ),
    ] = None,
    add_meters: Annotated[
        bool, typer.Option("--add-meters", help="Add up the meters of an account, if it has several.")
    ] = False,
    users_across: Annotated[
        bool, typer.Option("--users-across", help="Columns whose headings say nothing else are users.")
    ] = False,
    rules: Annotated[
        str, typer.Option("--rules", help="Rule set whose periods are named; the folder's own if left out.")
    ] = "",
    format: Annotated[
        TableFormat | None, typer.Option("--format", help="csv up to 2,000,000 rows if left out.", show_default=False)
    ] = None,
    faults: Annotated[
        Path | None, typer.Option("--faults", metavar="FILE.csv", help="If there are faults, write each of them there.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the table if it is there already.")] = False,
    lang: LangOption = Lang.en,
) -> None:
    """Turn files of meter systems and exchanges into a table of a scenario."""
    from gridsim.errors import ScenarioError
    from gridsim.importing.command import report_of, run_import

    try:
        imported, path = run_import(
            files,
            as_.value,
            out,
            map=map,
            write_map=write_map,
            faults=faults,
            stamped=None if stamped is None else stamped.value,
            unit=unit or (),
            year=year,
            multiplier=multiplier,
            add_meters=add_meters,
            users_across=users_across,
            rules=rules,
            format=None if format is None else format.value,
            replace=replace,
            lang=lang.value,
        )
    except ScenarioError as error:
        tell_faults(report_of(error.faults, faults, lang.value), error.notes, lang)
        raise typer.Exit(2) from None
    show(imported.document(lang.value))
    write_out(Sentence("Table: {path}", path=path), lang)


@month_app.command()
@telling
def reconcile(
    results: ResultsArgument,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="STATEMENT...", help="The statement: CSV, .xlsx, .xls, .ods.", show_default=False),
    ],
    for_: Annotated[str, typer.Option("--for", help="Whose statement it is, if it does not tell.")] = "",
    map: Annotated[
        Path | None, typer.Option("--map", metavar="MAP.yaml", help="What its names of items, units and users mean.")
    ] = None,
    write_map: Annotated[
        bool, typer.Option("--write-map", help="Write the map that was used: to --map, or beside --out.")
    ] = False,
    tolerance: Annotated[str, typer.Option("--tolerance", help="yuan that a line may differ by.")] = "0.01",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.xlsx", help="Write a workbook with every line.")
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="FILE", help="Draw the way from ours to theirs: .html, .svg, .png or .pdf."),
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Check an official statement against a result: what differs, by how much, and why."""
    from gridsim.errors import ScenarioError
    from gridsim.io.report_faults import fault_report
    from gridsim.reconcile.command import run_reconcile

    try:
        found, written = run_reconcile(
            results,
            files,
            map=map,
            write_map=write_map,
            party=for_,
            tolerance=tolerance,
            out=out,
            chart=chart,
            lang=lang.value,
        )
    except ScenarioError as error:
        told = fault_report(error.faults, Sentence("bad input").told(lang.value), lang.value, each_by=None)
        tell_faults(told, error.notes, lang)
        raise typer.Exit(2) from None
    show(found.document(lang.value))
    for sentence in written:
        write_out(sentence, lang)


@month_app.command()
@telling
def attribute(
    results: ResultsArgument,
    method: MethodOption = Method.own_deviation,
    ledger: Annotated[Ledger, typer.Option("--ledger", help="The settlement that counts, or the trial.")] = Ledger.real,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help="Settlement unit; may be repeated; all if left out.")
    ] = None,
    month: Annotated[
        list[str] | None, typer.Option("--month", help="Month, YYYY-MM; may be repeated; all if left out.")
    ] = None,
    lang: LangOption = Lang.en,
    out: DocumentOption = None,
) -> None:
    """Share each unit's deviation over its users: whose was it, and what is the retailer's margin."""
    from gridsim.analysis.attribution.view import AttributionView
    from gridsim.io.outputs import document_beside_result
    from gridsim.result import Result

    document_beside_result(out, results)
    view = AttributionView(Result.load(results), method.value, ledger.value, tuple(unit or ()), tuple(month or ()))
    if out is None:
        show(view.document(lang.value))
    else:
        write_out(Sentence("Attribution: {out}", out=view.save(out, lang.value)), lang)


@month_app.command()
@telling
def statements(
    results: ResultsArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="The workbook.", show_default=False)],
    lang: Annotated[Lang, spoken("Language of the statements.")] = Lang.zh,
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", help="Settlement unit, user or generator; may be repeated; all if not given."),
    ] = None,
    user: Annotated[
        list[str] | None,
        typer.Option("--user", help="Bill of this user alone, with nothing of other parties; may be repeated."),
    ] = None,
    month: Annotated[
        list[str] | None, typer.Option("--month", help="Month, YYYY-MM; may be repeated; all if left out.")
    ] = None,
    max_sheets: Annotated[
        int, typer.Option("--max-sheets", help="Statements at most; the others are summed in the index.", min=1)
    ] = 500,
    max_lines: Annotated[
        int, typer.Option("--max-lines", help="Lines of a statement at most; the others are summed.", min=1)
    ] = 200,
    method: MethodOption = Method.own_deviation,
) -> None:
    """Write settlement statements as an Excel workbook."""
    from gridsim.io.outputs import file_beside_result
    from gridsim.report.statements import write_statements
    from gridsim.result import Result

    file_beside_result(out, results)
    written = write_statements(
        Result.load(results),
        out,
        lang=lang.value,
        units=unit or (),
        users=user or (),
        months=month or (),
        max_sheets=max_sheets,
        max_lines=max_lines,
        method=method.value,
    )
    made = Sentence("{path}: {sheets:,} statements", path=out, sheets=written.sheets)
    write_out(
        listed(
            made if written.sheets > 1 else Sentence("{path}: 1 statement", path=out),
            Sentence("{others:,} others are summed in the index", others=written.others) if written.others else None,
        ),
        lang,
    )
