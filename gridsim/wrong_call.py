"""What a wrong call from Python is told: the name that was meant, and what an argument may be.

`helpful` stands before what users call. It costs a right call one frame; everything else happens only when the call
has failed.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from gridsim.errors import GridsimError

__all__ = ["helpful", "no_attribute"]

_ALIKE = 0.7
"""How like a name must be to be meant: `plot` is not what is meant by `report`."""

_MOST_NAMES = 40
"""So many names are told where none is like the wrong one."""

_MODULES = re.compile(r"(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_])|['\"]")
"""What stands before the names of types as Python writes them, and around those that it has not looked up."""

Called = TypeVar("Called", bound=Callable[..., Any])


def helpful(called: Called) -> Called:
    """Tell in words of a misspelt argument, of one of a wrong type, and, of a class, of a misspelt attribute.

    Parameters
    ----------
    called : function or class
        Of a class, all its public methods are told of so, and every attribute.

    Returns
    -------
    function or class
        The same class, or a function that does the same.
    """
    if not isinstance(called, type):
        return _helpful_function(called, called.__name__)  # type: ignore[return-value]
    own = [base for base in reversed(called.__mro__) if base.__module__.startswith(__package__)]
    for name, value in {name: value for base in own for name, value in vars(base).items()}.items():
        if name.startswith("_"):
            continue
        if inspect.isfunction(value):
            setattr(called, name, _helpful_function(value, f"{called.__name__}.{name}"))
        elif isinstance(value, classmethod):
            setattr(called, name, classmethod(_helpful_function(value.__func__, f"{called.__name__}.{name}")))
    if "__init__" in vars(called) and not is_dataclass(called):  # by hand, for users to call
        called.__init__ = _helpful_function(called.__init__, called.__name__)  # type: ignore[misc]
    called.__getattr__ = _missing_attribute  # type: ignore[attr-defined]
    return called


def no_attribute(owner: str, name: str, names: Iterable[str]) -> AttributeError:
    """What is raised for an attribute that is not there: with the nearest that is, or with all that there are."""
    from gridsim.suggest import nearest

    public = [] if name.startswith("_") else [each for each in names if not each.startswith("_")]
    found = nearest(name, public, cutoff=_ALIKE)
    if found:
        hint = f"; did you mean {found!r}?"
    else:
        hint = f"; it has {', '.join(public)}" if 0 < len(public) <= _MOST_NAMES else ""
    return AttributeError(f"{owner} has no attribute {name!r}{hint}", name=name)


def _missing_attribute(self: Any, name: str) -> Any:
    """Python asks this where it has found nothing, and where a property has failed for want of an attribute."""
    if hasattr(type(self), name):
        return object.__getattribute__(self, name)  # which fails again, with what the property had to say
    raise no_attribute(f"{type(self).__name__!r} object", name, () if name.startswith("_") else dir(self))


def _helpful_function(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (TypeError, AttributeError) as error:
            is_told = isinstance(error, GridsimError) or _names_argument(error, function)
            told = None if is_told else _wrong_with(function, name, args, kwargs)
            if told is None:
                raise
            raise TypeError(told) from error

    return call


def _names_argument(error: Exception, function: Callable[..., Any]) -> bool:
    """Whether the function has said itself which argument is wrong: it knows more, as what an array holds."""
    return str(error).partition(" must be ")[0] in inspect.signature(function).parameters


def _wrong_with(function: Callable[..., Any], name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    """What is wrong with the arguments of a call that has failed; None if they are such as the function says."""
    signature = inspect.signature(function)
    takes = [each for each in signature.parameters.values() if each.name not in ("self", "cls")]
    if not any(each.kind is each.VAR_KEYWORD for each in takes):
        for keyword in kwargs:
            if keyword not in signature.parameters:
                return _no_argument(name, keyword, [each.name for each in takes])
    try:
        given = signature.bind(*args, **kwargs).arguments
    except TypeError:  # one is missing: Python says which
        return None
    allowed = _allowed(function)
    for each in takes:
        if each.name in given and each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL) and each.name in allowed:
            value = given[each.name]
            if not _may_be(value, allowed[each.name]):
                return f"{name}: {each.name} must be {_in_words(allowed[each.name])}, not {_of(value)}"
    return None


def _of(value: Any) -> str:
    """What a value is: its type, or of a text the text, which is wrong where only some are right."""
    return repr(value) if isinstance(value, str) else type(value).__name__


def _in_words(allowed: Any) -> str:
    """What an argument may be; names that the code has for a type, such as `Where`, are spelt out."""
    if get_origin(allowed) in (Union, UnionType):
        return " | ".join(map(_in_words, get_args(allowed)))
    if get_origin(allowed) is Literal:
        return " | ".join(map(repr, get_args(allowed)))
    if allowed is None or allowed is NoneType:
        return "None"
    if isinstance(allowed, type) and get_origin(allowed) is None:
        return allowed.__name__
    return _MODULES.sub("", str(allowed))


def _no_argument(name: str, keyword: str, takes: list[str]) -> str:
    from gridsim.suggest import nearest

    found = nearest(keyword, takes, cutoff=_ALIKE)
    hint = f"; did you mean {found!r}?" if found else f"; it takes {', '.join(takes)}" if takes else ""
    return f"{name} has no argument {keyword!r}{hint}"


def _allowed(function: Callable[..., Any]) -> dict[str, Any]:
    """The types of the arguments, those also that their module names for type checkers alone."""
    module = sys.modules[function.__module__]
    names = dict(vars(module))
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError):  # no source beside the code
        return {}
    for node in tree.body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for statement in node.body:
                _take_names(statement, names)
    allowed = {}
    for argument, annotation in getattr(function, "__annotations__", {}).items():
        try:
            allowed[argument] = eval(annotation, names) if isinstance(annotation, str) else annotation  # noqa: S307
        except (NameError, AttributeError, TypeError):  # of a library that is not installed
            continue
    return allowed


def _take_names(statement: ast.stmt, names: dict[str, Any]) -> None:
    with contextlib.suppress(ImportError):  # what is not installed can't have been given either
        exec(compile(ast.Module([statement], []), "<types>", "exec"), names)  # noqa: S102


def _may_be(value: Any, allowed: Any) -> bool:
    """Whether a value is of a type; what stands in a list or a map, the function itself has judged."""
    origin = get_origin(allowed)
    if origin in (Union, UnionType):
        return any(_may_be(value, each) for each in get_args(allowed))
    if origin is Literal:
        return value in get_args(allowed)
    of = NoneType if allowed is None else origin or allowed
    if of is Any or not isinstance(of, type) or getattr(of, "_is_protocol", False):
        return True  # Any, a variable, a protocol: nothing that a value could be asked for
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()  # numpy's numbers are numbers
    return isinstance(value, (int, float) if of is float else of)
