"""The commands ``gridsim rules …``: look at rule sets, check and compare files of one's own, begin one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsim.options import Lang, LangOption
from gridsim.telling import show, tell_faults, telling, write_out
from gridsim.words import Sentence, verbatim

__all__ = ["rules_app"]

rules_app = typer.Typer(
    help="Look at rule sets: every value with its unit, clause and source.", no_args_is_help=True, rich_markup_mode=None
)

RuleSetArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of a shipped rule set, or a YAML file.")]


@rules_app.command("list")
@telling
def rules_list(lang: LangOption = Lang.en) -> None:
    """List the shipped rule sets."""
    from gridsim.rules.show import rules_list

    show(rules_list(lang.value))


@rules_app.command("show")
@telling
def rules_show(name: RuleSetArgument, lang: LangOption = Lang.en) -> None:
    """Show every value of a rule set."""
    from gridsim.rules import load
    from gridsim.rules.show import rules_document

    show(rules_document(load(name, file="gridsim rules show"), lang.value))


@rules_app.command("check")
@telling
def rules_check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A YAML file.", show_default=False)],
    lang: LangOption = Lang.en,
) -> None:
    """List every fault of a rule set's file, with its line and what is allowed."""
    from gridsim.errors import ResultError, ScenarioError
    from gridsim.io.report_faults import fault_report
    from gridsim.rules import load

    if file.suffix.lower() not in (".yaml", ".yml"):
        raise ResultError(Sentence("{path}: a rule set's file ends with .yaml or .yml", path=file))
    try:
        rules = load(file, file="gridsim rules check")
    except ScenarioError as error:
        told = fault_report(error.faults, Sentence("bad input").told(lang.value), lang.value, each_by=None)
        tell_faults(told, error.notes, lang)
        raise typer.Exit(2) from None
    write_out(
        Sentence(
            "{file}: no fault found ({id}, {values} values and readings, in force {first} – {last})",
            file=file,
            id=rules.id,
            values=len(rules.entries),
            first=rules.in_force_from,
            last=rules.in_force_to,
        ),
        lang,
    )


@rules_app.command("diff")
@telling
def rules_diff(
    before: Annotated[str, typer.Argument(metavar="A", help="Id of a shipped rule set, or a YAML file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The same.")],
    lang: LangOption = Lang.en,
) -> None:
    """Show what two rule sets say differently: values, readings, lists of the market, clauses."""
    from gridsim.rules import load
    from gridsim.rules.difference import difference_document

    one, other = (load(name, file="gridsim rules diff") for name in (before, after))
    show(difference_document(one, other, lang.value))


@rules_app.command("schema")
@telling
def rules_schema(lang: LangOption = Lang.en) -> None:
    """Print the JSON Schema of rule files, for editors that complete and check YAML."""
    import json

    from gridsim.rules.json_schema import rule_file_schema

    write_out(verbatim(json.dumps(rule_file_schema(), ensure_ascii=False, indent=2)), lang)


@rules_app.command("new")
@telling
def rules_new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The YAML file to write.", show_default=False)],
    base: Annotated[
        str, typer.Option("--from", metavar="ID", help="The shipped rule set to begin with.")
    ] = "henan-2021",
    lang: LangOption = Lang.en,
) -> None:
    """Begin a rule set of one's own: a file with all that may be changed, in comments."""
    from gridsim.io.rule_files import write_beginning

    write_beginning(file, base, lang.value)
    write_out(Sentence("{file}: takes everything from {base}; change what differs", file=file, base=base), lang)
