"""``gridsim what-if``: what more load, more contract, other prices or rules would have changed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gridsim.options import DocumentOption, Lang, LangOption, ScenarioArgument, TableFormat
from gridsim.telling import show, telling, write_out
from gridsim.words import Sentence

__all__ = ["what_if_app"]

what_if_app = typer.Typer(rich_markup_mode=None)


class Basis(StrEnum):
    """What of contracts is multiplied."""

    legs = "legs"
    orders = "orders"


@what_if_app.command("what-if")
@telling
def what_if(
    scenario: ScenarioArgument,
    load: Annotated[str | None, typer.Option("--load", metavar="SCALE", help="Metered energy times it: 1.07.")] = None,
    contracts: Annotated[
        str | None, typer.Option("--contracts", metavar="SCALE", help="Contract energy times this: 1.02.")
    ] = None,
    prices: Annotated[
        str | None, typer.Option("--prices", metavar="SCALE", help="Contract prices times this: 0.99.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="A value of the rule set; may be repeated.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="KEY=VALUE",
            help="Only there: unit, month; of contracts product, contract, session; of load user. May be repeated.",
        ),
    ] = None,
    basis: Annotated[
        Basis, typer.Option("--basis", help="Contracts as traded (legs), or what is ordered, traded again.")
    ] = Basis.legs,
    results: Annotated[
        Path | None, typer.Option("--results", metavar="DIR", help="Write the tables of the changed run there, too.")
    ] = None,
    format: Annotated[TableFormat, typer.Option("--format", help="Format of those tables.")] = TableFormat.parquet,
    lang: LangOption = Lang.en,
    out: DocumentOption = None,
) -> None:
    """Show what would have been otherwise: by item and unit, and the positions that move most."""
    from gridsim.analysis.what_if import as_asked
    from gridsim.analysis.what_if_view import what_if_document
    from gridsim.io import load as load_scenario
    from gridsim.io.documents import save_document
    from gridsim.io.outputs import apart_from_scenario, file_beside_scenario
    from gridsim.simulate import run

    if out is not None:
        file_beside_scenario(out, scenario)
    if results is not None:
        apart_from_scenario(results, scenario)
    before = load_scenario(scenario)
    after = as_asked(
        before, load=load, contracts=contracts, prices=prices, rules=set_ or (), where=where or (), basis=basis.value
    )
    changed = run(after)
    document = what_if_document(run(before).compare(changed), lang.value)
    if results is not None:
        changed.save(results, format=format.value)
    if out is None:
        show(document)
    else:
        write_out(Sentence("What if: {out}", out=save_document(out, "gridsim what-if", document, lang.value)), lang)
    if results is not None:
        write_out(Sentence("Results: {out}", out=results), lang)
