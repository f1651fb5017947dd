"""What `import gridsim` leads a user to: the names that it offers, and the members of every object that these hand out.

Whoever asks something of everything public asks it of what this finds, so that what is added tomorrow is asked too.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import gridsim
from gridsim.wrong_call import _allowed

__all__ = ["MODULES", "PublicName", "public_names"]

MODULES = ("gridsim", "gridsim.batch", "gridsim.io", "gridsim.rules", "gridsim.extensions")

INNER = {
    "gridsim.analysis.figures.Figure": "how a column follows from its integers: for who adds a statistic",
    "gridsim.analysis.charts.marks.Drawing": "what a chart is drawn from: for who adds a chart or a driver",
    "gridsim.analysis.names.Dimensions": "the names of a result, numbered: for who adds a statistic",
    "gridsim.reconcile.settling.State": "a result on the way from ours to theirs: `Reconciliation.steps` shows it",
    "gridsim.rules.citations.Citation": "how a rule file cites: `RuleSet.clauses_of` gives its clauses",
    "gridsim.rules.entries.Entry": "a value with its source as it is held: `RuleSet.item` gives it to read",
    "gridsim.rules.kinds.Kind": "how a value of a rule file is read: for who adds a rule",
    "gridsim.rules.shape.MarketShape": "the lists of a market as code asks them; docs/rules/language.md tells of them",
    "gridsim.rules.wording.Words": "a text in two languages, read by `RuleItem.words` and `RuleSet.title`",
    "gridsim.words.Sentence": "what is said in two languages; a user reads it with `str` or hands it on",
    "gridsim.scenario.meant.Meant": "what questions mean: every method that takes a name asks it",
    "gridsim.scenario.states.UserStates": "users month by month as code asks them",
}
"""Reachable, but not what a user works with, and why."""

Kind = typing.Literal["function", "class", "property"]


@dataclass(frozen=True)
class PublicName:
    """One thing that a user may call, make or read."""

    name: str
    kind: Kind
    thing: Any
    """A function is unwrapped; of a property, the function that reads it."""
    is_bound: bool = False
    """Of a method: its first parameter is not the caller's."""

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.thing) or ""


_Member = tuple[str, Kind, Callable[..., Any], bool]


@cache
def public_names() -> tuple[PublicName, ...]:
    """Everything public, in the order in which it is found; nothing twice."""
    found: dict[str, PublicName] = {}
    for module in MODULES:
        loaded = importlib.import_module(module)
        for name in loaded.__all__:
            thing = getattr(loaded, name)
            if isinstance(thing, type) and thing.__module__.startswith("gridsim"):
                _take_class(f"{module}.{name}", thing, found)
            elif callable(thing):
                _take_function(f"{module}.{name}", inspect.unwrap(thing), found)
    return tuple(found.values())


def _take_function(name: str, function: Callable[..., Any], found: dict[str, PublicName]) -> None:
    if any(each.thing is function for each in found.values()):
        return
    found[name] = PublicName(name, "function", function)
    _take_returned(function, found)


def _take_class(name: str, of: type, found: dict[str, PublicName]) -> None:
    if f"{of.__module__}.{of.__qualname__}" in INNER or any(each.thing is of for each in found.values()):
        return
    found[name] = PublicName(name, "class", of)
    for member, kind, function, is_bound in _members(of):
        found.setdefault(f"{name}.{member}", PublicName(f"{name}.{member}", kind, function, is_bound))
        _take_returned(function, found)


def _members(of: type) -> Iterator[_Member]:
    """The public methods and properties of a class, those also that its bases in gridsim give it."""
    own = [base for base in reversed(of.__mro__) if base.__module__.startswith("gridsim")]
    for name, value in {name: value for base in own for name, value in vars(base).items()}.items():
        if name.startswith("_"):
            continue
        if isinstance(value, (classmethod, staticmethod)):
            yield name, "function", inspect.unwrap(value.__func__), isinstance(value, classmethod)
        elif isinstance(value, property):
            assert value.fget is not None
            yield name, "property", inspect.unwrap(value.fget), True
        elif isinstance(value, functools.cached_property):
            yield name, "property", inspect.unwrap(value.func), True
        elif inspect.isfunction(value):
            yield name, "function", inspect.unwrap(value), True


def _take_returned(function: Callable[..., Any], found: dict[str, PublicName]) -> None:
    for of in _classes_in(_allowed(function).get("return")):
        offered = next((name for name in gridsim.__all__ if getattr(gridsim, name) is of), None)
        _take_class(f"gridsim.{offered}" if offered else f"{of.__module__}.{of.__qualname__}", of, found)


def _classes_in(annotation: Any) -> list[type]:
    if isinstance(annotation, type) and annotation.__module__.startswith("gridsim"):
        return [annotation]
    return [each for part in typing.get_args(annotation) for each in _classes_in(part)]
