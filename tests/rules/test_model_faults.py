"""What pydantic refuses, as faults: the one translation for rule sets, settings and plans."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from gridsim.errors import WrongValueError
from gridsim.rules.model_faults import RefusedError, Report, Wrong, read_model, tell_model_faults
from gridsim.rules.yamltext import read_yaml
from gridsim.words import Sentence


def _even(value: int) -> int:
    if value % 2:
        raise RefusedError(Sentence("out of bounds"), Sentence("an even number"))
    return value


def _small(value: int) -> int:
    if value > 100:
        raise WrongValueError(Sentence("too large"))
    return value


class Span(BaseModel):
    model_config = ConfigDict(extra="forbid")

    start: Annotated[StrictInt, Field(alias="from")]
    end: StrictInt = 9


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[StrictStr, Field(min_length=1, description=Sentence("text"))]
    many: Annotated[StrictInt, AfterValidator(_even), AfterValidator(_small), Field(description=Sentence("text"))] = 2
    span: Annotated[Span, Field(description=Sentence("text")), Wrong(Sentence("not a range"))] = Span(**{"from": 1})
    plain: Span | None = None


def told(data: object) -> tuple[Settings, list[tuple[Any, ...]]]:
    report = Report("x.yaml")
    read = read_model(Settings, data, report)
    return read, [(fault.column, fault.value, fault.message, fault.allowed) for fault in report.faults]


def test_what_is_sound_is_kept_and_the_rest_is_told_at_once() -> None:
    read, faults = told({"nam": "a", "many": 3, "span": {"from": "x", "to": 1}, "plain": {"from": 4}})
    assert (read.name, read.many, read.span.start) == (None, 2, 1)
    assert read.plain is not None and read.plain.start == 4
    assert faults == [
        ("name", None, "missing key", "'nam' is not it; text"),
        ("many", "3", "out of bounds", "an even number"),  # its own check knows better than the field
        ("span", None, "not a range", "text"),  # whatever is wrong within it, once
        ("nam", None, "unknown key", "nearest: name; keys: name, many, span, plain"),
    ]


def test_keys_are_those_of_the_file() -> None:
    _, faults = told({"name": "a", "plain": {"start": 1}})
    assert faults == [
        ("plain.from", None, "missing key", ""),
        ("plain.start", None, "unknown key", "keys: from, end"),
    ]


@pytest.mark.parametrize("data", [["a"], "name", 7, None])
def test_what_is_no_map(data: object) -> None:
    read, faults = told(data)
    assert read.name is None
    assert faults == [(None, None, "not a map of keys to values", "the keys name, many, span, plain")]


def test_a_check_without_words_of_what_is_allowed_has_the_fields() -> None:
    assert told({"name": "a", "many": 102})[1] == [("many", "102", "too large", "text")]


def test_lines_are_those_of_the_file_or_of_who_reads_it() -> None:
    text, _ = read_yaml(b"# a comment\nname: a\nmany: 3\n", "x.yaml")
    report = Report("x.yaml", text)
    read_model(Settings, text.data, report)
    assert [fault.row for fault in report.faults] == [3]
    assert report.line(()) == 2
    assert report.line(("other",)) is None
    other = Report("y.yaml", line_of={"overrides.a": 7}.get)
    assert other.line(("overrides", "a")) == 7


def test_allowed_names_are_the_models_own_and_not_cut_out_of_a_message() -> None:
    """A name with " or " in it stays whole; what a union or a list of names allows is found too."""

    class Inner(BaseModel):
        how: Literal["cheap or dear", "it's dear"] | None = None

    class Outer(BaseModel):
        inner: Inner | None = None
        some: Annotated[list[Literal["one", "two"]], Field(description=Sentence("empty list"))] = []

    data = {"inner": {"how": "cheap or deer"}, "some": ["one", "tow"]}
    report = Report("x.yaml")
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(data)
    assert tell_model_faults(report, caught.value, data, Outer, ("top",)) == {"inner", "some"}
    assert [(fault.column, fault.value, fault.allowed) for fault in report.faults] == [
        ("top.inner.how", "cheap or deer", "cheap or dear, it's dear; nearest: cheap or dear"),
        ("top.some[1]", "tow", "one, two; nearest: two"),
    ]
