"""The faults of one file, and the one translation of what pydantic finds wrong with plain data into our words.

Nothing is read from the text of its messages, which changes with its versions: names that are allowed, and what a key
takes, are asked of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError, create_model
from pydantic.fields import FieldInfo

from gridsim.errors import Fault, WrongValueError, shorten, shown_value
from gridsim.rules.yamltext import Place, YamlText, dotted
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import NOTHING, Sentence, listed, named

__all__ = [
    "LineOf",
    "RefusedError",
    "Report",
    "Wrong",
    "allowed_name",
    "described",
    "one_of",
    "read_model",
    "tell_model_faults",
]

ModelT = TypeVar("ModelT", bound=BaseModel)

LineOf: TypeAlias = Callable[[str], int | None]
"""Tells the line of a dotted name such as ``overrides.settlement.tou.upper`` in a file."""

_LISTED = 100  # faults alike in one file that people write by hand; the rest is counted


class RefusedError(WrongValueError):
    """What a model's own check refuses.

    Parameters
    ----------
    sentence : Sentence
        What is wrong, in one clause.
    allowed : Sentence, optional
        What is allowed; without it, what the field says.
    fields : tuple of str, optional
        Of a check between the fields of a model: those to look at, the likeliest first.
    """

    def __init__(self, sentence: Sentence, allowed: Sentence = NOTHING, fields: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.allowed = allowed
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Wrong:
    """Beside a field's type: what is said of anything that the field does not take."""

    sentence: Sentence


class Report:
    """Collects the faults of one file.

    Parameters
    ----------
    file : str
    text : YamlText or None
        For the lines.
    line_of : callable, optional
        For the lines, where another reads the file: tells that of a dotted name.
    """

    def __init__(self, file: str, text: YamlText | None = None, line_of: LineOf | None = None) -> None:
        self.file = file
        self.text = text
        self.line_of = line_of
        self.faults: list[Fault] = []
        self.count = 0
        self._alike: dict[str, int] = {}
        self._counted: dict[str, int] = {}

    def line(self, place: Place) -> int | None:
        """The line where `place` stands."""
        if self.line_of is not None:
            return self.line_of(dotted(place))
        return self.text.line(place) if self.text else None

    def add(
        self,
        place: Place,
        value: object,
        message: Sentence,
        allowed: Sentence | Callable[[], Sentence] = NOTHING,
    ) -> None:
        """One more fault; `value` None: there is none to show. Of many alike the first are listed, the others counted.

        What is `allowed` may be found when it is needed: looking for the nearest of many names takes time.
        """
        self.count += 1
        alike = self._alike[message] = self._alike.get(message, 0) + 1
        if alike > _LISTED:
            more = alike - _LISTED
            told = Sentence("and {count:,} more like these: {what}", count=more, what=message)
            counted = Fault(self.file, None, None, None, told, count=more)
            if more == 1:
                self._counted[message] = len(self.faults)
                self.faults.append(counted)
            else:
                self.faults[self._counted[message]] = counted
            return
        told = allowed() if callable(allowed) else allowed
        column = shorten(dotted(place)) or None
        self.faults.append(Fault(self.file, self.line(place), column, shown_value(value), message, told))


def allowed_name(what: Sentence, guess: str | None) -> Sentence:
    """What is allowed where a name is wrong."""
    return listed(what, nearest_in_words(guess))


def one_of(names: Iterable[str], wrong: object, under: str) -> Sentence:
    """What is allowed where a name is wrong: those that stand under a key of the file, the nearest of them."""
    known = tuple(dict.fromkeys(names))
    if not known:
        return Sentence("a name under {key}, where none stands yet", key=under)
    return allowed_name(named(known), nearest(str(wrong), known))


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


def read_model(
    model: type[ModelT],
    data: object,
    report: Report,
    place: Place = (),
    needed: Iterable[str] = (),
    allowed: Mapping[str, Sentence] = MappingProxyType({}),
) -> ModelT:
    """What a model makes of plain data; what it refuses is told, and is None or the default in what it gives.

    Parameters
    ----------
    model : type of BaseModel
        Without checks between its fields.
    data : object
        Plain data: a map of keys to values, or that is a fault.
    report : Report
    place : tuple, optional
        Where the data stand in the file.
    needed : iterable of str, optional
        Keys that must be there all the same.
    allowed : mapping of str to Sentence, optional
        What is allowed under keys of which the model can't know.
    """
    given = {**dict.fromkeys(needed), **data} if isinstance(data, Mapping) else data
    try:
        return model.model_validate(given)
    except ValidationError as error:
        wrong = tell_model_faults(report, error, given, model, place, allowed)
    sound = {key: value for key, value in given.items() if key not in wrong} if isinstance(given, dict) else {}
    partial: ModelT = _without_needs(model).model_validate(sound)
    return partial


@cache
def _without_needs(model: type[ModelT]) -> type[ModelT]:
    """The same model, in which nothing is needed: what is not there is None."""
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if field.is_required():
            fields[name] = (field.annotation, copy(field))
            fields[name][1].default = None
    return create_model(model.__name__, __base__=model, **fields)


def tell_model_faults(
    report: Report,
    error: ValidationError,
    data: object,
    model: type[BaseModel],
    place: Place | Callable[[Place], Place] = (),
    allowed: Mapping[str, Sentence] = MappingProxyType({}),
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
        Where that stands in the file; or a function that tells where what stands in the data stands in the file.
    allowed : mapping of str to Sentence, optional
        What is allowed under keys of which the model can't know.

    Returns
    -------
    set of str
        The first keys under which something is wrong.
    """
    wrong = set()
    told = set()
    for detail in error.errors(include_url=False):
        inner = tuple(part for part in detail["loc"] if not str(part).startswith("function-"))
        kind = detail["type"]
        if inner[-1:] == ("[key]",):  # a map has a key that is no text
            inner, kind = inner[:-2], "dict_type"
        wrong.add(str(inner[0]) if inner else "")
        check = detail.get("ctx", {}).get("error")
        if isinstance(check, RefusedError):
            inner = (*inner, *check.fields[:1])
        else:
            outer = _outermost(model, inner)
            if outer != inner:
                inner, kind = outer, ""
            if inner in told:
                continue
            if _wrong(_field_at(model, inner)) is not None:
                told.add(inner)
        known = allowed.get(str(inner[0]), NOTHING) if inner else NOTHING
        here = place(inner) if callable(place) else (*place, *inner)
        _tell(report, here, kind, _at(data, inner), detail, model, inner, known)
    return wrong


def _outermost(model: type[BaseModel], inner: Place) -> Place:
    """The place of the outermost field that has words of its own for all that is wrong within it; else the place."""
    for end in range(1, len(inner)):
        if _wrong(_field_at(model, inner[:end])) is not None:
            return inner[:end]
    return inner


def _wrong(field: FieldInfo | None) -> Sentence | None:
    found = [item.sentence for item in field.metadata if isinstance(item, Wrong)] if field is not None else []
    return found[0] if found else None


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
    report: Report,
    place: Place,
    kind: str,
    value: object,
    detail: Any,
    model: type[BaseModel],
    inner: Place,
    allowed: Sentence,
) -> None:
    """One fault."""
    if kind == "extra_forbidden":
        _tell_unknown_key(report, place, list(_fields_at(model, inner[:-1])))
        return
    field = _field_at(model, inner)
    if field is not None:
        allowed = described(field) or allowed
    check = detail.get("ctx", {}).get("error")
    own = _wrong(field)
    if isinstance(check, RefusedError):
        allowed = check.allowed or allowed
    elif own is not None and kind != "missing":
        report.add(place, None if isinstance(value, Mapping) else value, own, allowed)
        return
    message = _MESSAGES.get(kind) or (check.sentence if isinstance(check, WrongValueError) else Sentence("wrong type"))
    if kind in _SHAPES and not inner:
        allowed, value = allowed or Sentence("the keys {codes}", codes=named(_keys(model))), None
    elif kind in _SHAPES and allowed:
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
    if value is None and inner and not isinstance(check, RefusedError):
        message = Sentence("empty value")
    report.add(place, None if isinstance(value, Mapping) else value, message, allowed)


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
    fields = _keys(model)
    found = None
    for part in place:
        if isinstance(part, str) and part in fields:
            found = fields[part]
            fields = _keys(next(_models_in(found.annotation), None))
    return found


def _fields_at(model: type[BaseModel], place: Place) -> Mapping[str, FieldInfo]:
    """The keys that may stand at a place below a model."""
    if not place:
        return _keys(model)
    field = _field_at(model, place)
    return _keys(next(_models_in(field.annotation), None) if field is not None else None)


def _keys(model: type[BaseModel] | None) -> dict[str, FieldInfo]:
    """The fields of a model by the keys of a file."""
    return {field.alias or name: field for name, field in model.model_fields.items()} if model is not None else {}


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
