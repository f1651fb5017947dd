"""MAP.yaml of a statement: whose it is, and what its names of items, units, users, products and periods mean."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from gridsim.errors import ScenarioError
from gridsim.importing.map_file import read_map, write_map
from gridsim.rules.model_faults import Report, read_model
from gridsim.words import Sentence, named

__all__ = ["StatementMap", "read_statement_map", "write_statement_map"]

_Texts = Annotated[dict[str, StrictStr], Field(description=Sentence("texts by name, each in quotation marks"))]
_Headings = Annotated[
    tuple[StrictStr, ...], Field(description=Sentence("headings of columns that are not read, each in quotation marks"))
]
_SHOWS = ("party", "users", "all", "bills")
_HEAD = """\
# What the names of statements of this kind mean. The next ones:
#   gridsim reconcile DIR STATEMENT... --map MAP.yaml
# items: by the statement's name or code; an empty text: gridsim has no such item.
"""


class StatementMap(BaseModel):
    """The keys of a statement's MAP.yaml.

    Attributes
    ----------
    party : str
        The retailer, the user, or the generator whose statement or bill it is.
    shows : {"party", "users", "all", "bills"} or None
        Whose lines it holds; told by its columns if left out.
    items : mapping of str to str
        Items of the ledger by the statement's name or code; an empty text: gridsim has no such item.
    units, users, products, periods : mapping of str to str
        Ids by the statement's names.
    left_out : tuple of str
        Headings of columns that are not read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    party: Annotated[StrictStr, Field(description=Sentence("the id of a retailer, of a user or of a generator"))] = ""
    shows: Annotated[Literal["party", "users", "all", "bills"] | None, Field(description=named(_SHOWS))] = None
    items: _Texts = {}
    units: _Texts = {}
    users: _Texts = {}
    products: _Texts = {}
    periods: _Texts = {}
    left_out: _Headings = ()


def read_statement_map(given: str | os.PathLike[str] | Mapping[str, Any] | None) -> StatementMap:
    """A map from its file, or from plain data.

    Raises
    ------
    ScenarioError
        Every fault, with line and column.
    """
    if given is None:
        return StatementMap()
    data: Any
    if isinstance(given, Mapping):
        report, data = Report("map"), given
    else:
        text, file, faults = read_map(given)
        report, data = Report(file, text), text.data
        report.faults += faults
    found = StatementMap() if data is None else read_model(StatementMap, data, report)
    if report.faults:
        raise ScenarioError(report.faults)
    return found


def write_statement_map(path: Path, used: StatementMap) -> None:
    """Write a map, for the next statement of the same sender.

    Parameters
    ----------
    path : Path
        Replaced as a whole if it exists.
    used : StatementMap
    """
    write_map(path, {name: value for name, value in used.model_dump(mode="json").items() if value}, _HEAD)
