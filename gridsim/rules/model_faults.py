"""What pydantic finds wrong with plain data, in our words: the one translation of its errors.

Nothing is read from the text of its messages, which changes with its versions: names that are allowed, and what a key
takes, are asked of the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from gridsim.errors import WrongValueError
from gridsim.rules.reading import Report, allowed_name
from gridsim.rules.yamltext import Place
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import NOTHING, Sentence, listed, named

__all__ = ["described", "tell_model_faults"]

_MESSAGES = {
    "missing": Sentence("missing key"),
    "greater_than_equal": Sentence("out of bounds"),
    "less_than_equal": Sentence("out of bounds"),
    "string_too_short": Sentence("empty value"),
    "too_short": Sentence("empty list"),
    "float_parsing": Sentence("not a number"),
    "float_type": Sentence("not a number"),
    "dict_type": Sentence("not a map of names to values"),
    "model_type": Sentence("not a map of keys to values"),
    "model_attributes_type": Sentence("not a map of keys to values"),
    "finite_number": Sentence("not a number"),
    "literal_error": Sentence("unknown name"),
}
_SHAPES = {"dict_type", "model_type", "model_attributes_type"}


def tell_model_faults(
    report: Report, error: ValidationError, data: object, model: type[BaseModel], place: Place = ()
) -> set[str]:
    """Add what a model refuses to a report.

    Parameters
    ----------
    report : Report
    error : ValidationError
        Of `model`.
    data : object
        What it was given.
    model : type of BaseModel
    place : tuple, optional
        Where that stands in the file.

    Returns
    -------
    set of str
        The first keys under which something is wrong.
    """
    wrong = set()
    for detail in error.errors():
        inner = tuple(part for part in detail["loc"] if not str(part).startswith("function-"))
        kind = detail["type"]
        if inner[-1:] == ("[key]",):  # a map has a key that is no text
            inner, kind = inner[:-2], "dict_type"
        wrong.add(str(inner[0]) if inner else "")
        _tell(report, (*place, *inner), kind, _at(data, inner), detail, model, inner)
    return wrong


def _tell_unknown_key(report: Report, place: Place, known: list[str]) -> None:
    """A key that is none of those known, with the nearest right one."""
    report.add(
        place,
        None,
        Sentence("unknown key"),
        lambda: listed(nearest_in_words(nearest(str(place[-1]), known)), Sentence("keys: {codes}", codes=named(known))),
    )


def described(field: FieldInfo) -> Sentence:
    """What is allowed under a key; nothing if its model does not say."""
    return field.description if isinstance(field.description, Sentence) else NOTHING


def _tell(
    report: Report, place: Place, kind: str, value: object, detail: Any, model: type[BaseModel], inner: Place
) -> None:
    """One fault."""
    if kind == "extra_forbidden":
        _tell_unknown_key(report, place, list(_fields_at(model, inner[:-1])))
        return
    field = _field_at(model, inner)
    allowed = described(field) if field is not None else NOTHING
    message = _MESSAGES.get(kind) or _of_check(detail) or Sentence("wrong type")
    if kind in _SHAPES and allowed:
        message = Sentence("wrong type")  # what is allowed tells of which
    if kind == "missing":
        known = _fields_at(model, inner[:-1])
        beside = [name for name in detail["input"] if name not in known] if isinstance(detail["input"], Mapping) else []
        written = [name for name in beside if nearest(str(name), [str(inner[-1])]) is not None]
        hint = Sentence("{name!r} is not it", name=written[0]) if written else None
        report.add(place, None, message, listed(hint, allowed))
        return
    if kind == "literal_error" and field is not None:
        names = list(_names_in(field.annotation))
        allowed = allowed_name(named(names), nearest(str(value), names))
    if value is None:
        message = Sentence("empty value")
    report.add(place, None if isinstance(value, Mapping) else value, message, allowed)


def _of_check(detail: Any) -> Sentence | None:
    """What a model's own check says."""
    error = detail.get("ctx", {}).get("error")
    return error.sentence if isinstance(error, WrongValueError) else None


def _at(data: object, place: Place) -> object:
    for part in place:
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list | tuple) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return data  # what should have been a map or a list
    return data


def _field_at(model: type[BaseModel], place: Place) -> FieldInfo | None:
    """The field at a place below a model; of an item of a list or map, that of the whole."""
    fields: Mapping[str, FieldInfo] = model.model_fields
    found = None
    for part in place:
        if isinstance(part, str) and part in fields:
            found = fields[part]
            inside = next(_models_in(found.annotation), None)
            fields = inside.model_fields if inside is not None else {}
    return found


def _fields_at(model: type[BaseModel], place: Place) -> Mapping[str, FieldInfo]:
    """The keys that may stand at a place below a model."""
    if not place:
        return model.model_fields
    field = _field_at(model, place)
    inside = next(_models_in(field.annotation), None) if field is not None else None
    return inside.model_fields if inside is not None else {}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _names_in(annotation: Any) -> Iterator[str]:
    """The names that a field takes, by its type."""
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
        return
    for part in get_args(annotation):
        yield from _names_in(part)
