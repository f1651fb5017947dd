"""What the options and arguments of the commands may be."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from gridsim.words import LANGUAGE_VARIABLE, environment_lang

__all__ = [
    "Detail",
    "DocumentOption",
    "ExportFormat",
    "ImportedTable",
    "Lang",
    "LangOption",
    "Ledger",
    "Method",
    "MethodOption",
    "ResultsArgument",
    "ScenarioArgument",
    "ScenarioFormat",
    "Stamped",
    "TableFormat",
    "Template",
    "show_what_is_spoken",
    "spoken",
]


class Lang(StrEnum):
    """Languages of what is shown."""

    en = "en"
    zh = "zh"


class Method(StrEnum):
    """Ways to share a unit's deviation over its users."""

    own_deviation = "own_deviation"
    pro_rata = "pro_rata"
    marginal = "marginal"
    shapley = "shapley"


class Ledger(StrEnum):
    """Settlements of a result."""

    real = "real"
    trial = "trial"


class TableFormat(StrEnum):
    """File formats of the result tables."""

    parquet = "parquet"
    csv = "csv"


class ExportFormat(StrEnum):
    """File formats of tables for people."""

    xlsx = "xlsx"
    csv = "csv"
    parquet = "parquet"


class Detail(StrEnum):
    """How much of a batch is kept."""

    summary = "summary"
    unit = "unit"
    full = "full"


class ScenarioFormat(StrEnum):
    """File formats of a scenario's tables."""

    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"


class ImportedTable(StrEnum):
    """Tables that files are imported as."""

    load = "load"
    meter = "meter"
    history = "history"
    bilateral = "bilateral"
    orders = "orders"
    deals = "deals"
    tariffs = "tariffs"


class Stamped(StrEnum):
    """Where in its interval the time of an amount stands."""

    starts = "starts"
    ends = "ends"


class Template(StrEnum):
    """Scenarios that can be written."""

    mini = "mini"
    retailer = "retailer"
    province = "province"


ScenarioArgument = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario folder.", show_default=False)]
ResultsArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Folder that run wrote.", show_default=False)]


def show_what_is_spoken(command: Any) -> None:
    """From now on, help shows as default of ``--lang`` what the environment says, in a command and all below it.

    Parameters
    ----------
    command : typer's command
    """
    for parameter in command.params:
        if "--lang" in parameter.opts:
            parameter.default = environment_lang(parameter.default)
    for below in getattr(command, "commands", {}).values():
        show_what_is_spoken(below)


def spoken(told: str) -> Any:
    """The option ``--lang`` of a command, which the environment may set as well.

    Parameters
    ----------
    told : str
        What the help says of it.
    """
    return typer.Option("--lang", envvar=LANGUAGE_VARIABLE, show_envvar=False, help=told)


LangOption = Annotated[Lang, spoken("Language of the output.")]
MethodOption = Annotated[Method, typer.Option("--method", help="How a unit's deviation is shared over its users.")]
DocumentOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="A .txt, .md, .html or .xlsx file to write, instead of showing it."),
]
