"""`help()` and a notebook's `?` say what a user needs: every public name has each section that it ought to have.

`tests/test_examples.py` runs what the examples say.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
from numpydoc.docscrape import ClassDoc, FunctionDoc, NumpyDocString
from numpydoc.validate import validate

from gridsim import errors
from tests.public_names import MODULES, PublicName, public_names

NAMES = public_names()
OFFERED = {f"{module}.{name}" for module in MODULES for name in importlib.import_module(module).__all__}

FORM = {"GL03", "GL05", "GL06", "GL07", "GL08", "GL10", "PR05", "PR06", "PR10", "SS01", "SS02", "SS03", "SS04"}
"""What numpydoc's own validation is asked: known sections in order, a sentence as summary, types as types."""

QUANTITY = re.compile(r"(^|_)(energy|energies|price|prices|amount|amounts|money|cost|kwh|mwh|yuan)($|_)")
UNIT = re.compile(r"(\[[^\]]*(kWh|MWh|yuan|10⁻)[^\]]*\]|_(kwh|mwh|yuan|micro_yuan)\b)")

CITES = {
    "gridsim.Bands.henan_conventional": r"N5\.1",
    "gridsim.Bands.henan_tou": r"N5\.2",
    "gridsim.Market.confirm": r"N3",
    "gridsim.Result.attribution": r"part 14.*Shapley, .*, 1953.*math::",
    "gridsim.analysis.charts.accessor.Plots.cost_distribution": r"math::.*Rockafellar and Uryasev, .*, 2002",
    "gridsim.analysis.statistics.Statistics.concentration": r"Herfindahl.*math::",
    "gridsim.analysis.statistics.Statistics.deviation": r"N5.*math::",
    "gridsim.analysis.statistics.Statistics.prices": r"math::",
    "gridsim.batch.sensitivity.Sensitivity.morris": r"Morris, .*, 1991.*math::",
    "gridsim.batch.sensitivity.Sensitivity.sobol": r"Sobol, .*, 2001.*math::",
    "gridsim.clear": r"N3.*math::",
    "gridsim.match": r"N3.*math::",
    "gridsim.run": r"N2 to N7",
    "gridsim.settle": r"N5.*math::",
    "gridsim.settle_arrays": r"N5.*math::",
}
"""What carries out a clause of the notice or the method of a paper names it, and says the formula."""


def faults_of(name: PublicName) -> Iterator[str]:
    """What a docstring lacks, in words."""
    if not name.doc:
        yield "no docstring"
        return
    yield from faults_of_form(name)
    doc: NumpyDocString = ClassDoc(name.thing) if name.kind == "class" else FunctionDoc(name.thing)
    if name.kind == "function":
        yield from faults_of_parameters(doc, parameters_of(name))
        yield from faults_of_returns(doc, name.thing)
        yield from faults_of_raises(doc, name.thing)
    if name.kind == "class":
        yield from faults_of_class(doc, name)
    if name.kind == "function" or is_offered(name):
        if not any(line.lstrip().startswith(">>> ") for line in doc["Examples"]):
            yield "no example that doctest could run"
        yield from (f"skipped example: {line}" for line in doc["Examples"] if "+SKIP" in line)
    for parameter in [*doc["Parameters"], *doc["Attributes"]]:
        told = f"{parameter.name} {parameter.type} {' '.join(parameter.desc)}"
        if is_quantity(parameter.name, parameter.type) and not UNIT.search(told):
            yield f"{parameter.name}: no unit in brackets"


def faults_of_form(name: PublicName) -> Iterator[str]:
    document = ClassDoc(name.thing) if name.kind == "class" else FunctionDoc(name.thing)
    for code, message in validate(document)["errors"]:
        if code in FORM:
            yield f"{code} {message}"


def parameters_of(name: PublicName) -> list[inspect.Parameter]:
    """What a user gives: not what a method is bound to."""
    return list(inspect.signature(name.thing).parameters.values())[int(name.is_bound) :]


def faults_of_parameters(doc: NumpyDocString, parameters: list[inspect.Parameter]) -> Iterator[str]:
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    expected = [stars.get(each.kind, "") + each.name for each in parameters]
    documented = [one for each in doc["Parameters"] for one in each.name.replace("\\", "").split(", ")]
    if documented != expected:
        yield f"Parameters has {documented}, the signature {expected}"
    for each in doc["Parameters"]:
        if not each.type:
            yield f"{each.name}: no type"
        if not "".join(each.desc).strip() and not each.type.startswith("{"):
            yield f"{each.name}: no description"


def faults_of_returns(doc: NumpyDocString, function: Any) -> Iterator[str]:
    returned = inspect.signature(function).return_annotation
    if returned in ("None", None):
        if doc["Returns"] or doc["Yields"]:
            yield "Returns, of what gives nothing"
        return
    section = doc["Yields"] if str(returned).startswith("Iterator") else doc["Returns"]
    if not section:
        yield "no Returns"
    for each in section:
        if not "".join(each.desc).strip():
            yield f"Returns: {each.type or each.name}: no description"
        told = f"{each.name} {each.type} {' '.join(each.desc)}"
        if is_quantity(function.__name__, each.type) and not UNIT.search(told):
            yield "Returns: no unit in brackets"


def faults_of_raises(doc: NumpyDocString, function: Any) -> Iterator[str]:
    """What the function itself raises, as far as its own text tells."""
    documented = {one.strip() for each in doc["Raises"] for one in each.type.split(",")}
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    for raised in (call.func.id for call in calls if isinstance(call.func, ast.Name)):
        above = {each.__name__ for each in getattr(getattr(errors, raised, None), "__mro__", ())}
        if raised != "AssertionError" and not {raised, *above} & documented:
            yield f"Raises lacks {raised}"
    for each in doc["Raises"]:
        if not "".join(each.desc).strip():
            yield f"Raises: {each.type}: it does not say when"


def faults_of_class(doc: NumpyDocString, name: PublicName) -> Iterator[str]:
    """Of records every field; of what a user makes every parameter."""
    documented = {one for each in [*doc["Parameters"], *doc["Attributes"]] for one in each.name.split(", ")}
    if dataclasses.is_dataclass(name.thing):
        wanted = {each.name for each in dataclasses.fields(name.thing) if not each.name.startswith("_")}
    elif is_offered(name) and not getattr(name.thing, "_is_protocol", False) and "made by `" not in name.doc.lower():
        wanted = {each.name for each in parameters_of(name)}
    else:
        wanted = set()
    if missing := sorted(wanted - documented):
        yield f"neither Parameters nor Attributes has {missing}"


def is_offered(name: PublicName) -> bool:
    """Whether it is a class that a module of gridsim's offers by name, and not one that is raised."""
    return name.kind == "class" and name.name in OFFERED and not issubclass(name.thing, BaseException)


def is_quantity(name: str, of: str) -> bool:
    is_number = re.search(r"\b(int|float|int64|float64|Decimal|array)\b", of)
    return bool(QUANTITY.search(name) and is_number)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.name)
def test_a_docstring_says_what_a_user_needs(name: PublicName) -> None:
    assert not list(faults_of(name))


@pytest.mark.parametrize("name", CITES)
def test_what_carries_out_a_clause_or_a_paper_names_it(name: str) -> None:
    docs = {each.name: each.doc for each in NAMES}
    assert re.search(CITES[name], docs[name], re.DOTALL)


def test_names_are_found_where_they_are_given_out() -> None:
    names = {each.name for each in NAMES}
    assert {
        "gridsim.run",
        "gridsim.Result.explain",
        "gridsim.analysis.statistics.Statistics.money",
        "gridsim.batch.Batch.query",
        "gridsim.market.view.View.orders",
        "gridsim.extensions.price",
    } <= names
