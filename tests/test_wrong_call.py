"""A slip in a name or a type is answered with the name that was meant, or with what an argument may be."""

from __future__ import annotations

import copy
import importlib
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel

import gridsim
from gridsim.wrong_call import _missing_attribute, helpful
from tests.public_names import MODULES, PublicName, public_names
from tests.shared import fresh, scenario_in
from tests.typed_program import main

RECORDS = {
    "gridsim.errors": "a fault: what it says is read, and nothing of it is called; `wrong_call` stands on it",
    "gridsim.extension_terms": "what functions of others are handed and hand back",
    "gridsim.extensions": "what was registered, as it was given",
    "gridsim.rules.schema": "values of rules, which have their own way to say what is not there, tested below",
}


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: gridsim.claer, "module 'gridsim' has no attribute 'claer'; did you mean 'clear'?"),
        (lambda: gridsim.batch.Plam, "module 'gridsim.batch' has no attribute 'Plam'; did you mean 'Plan'?"),
        (lambda: fresh().ledgr, "'Result' object has no attribute 'ledgr'; did you mean 'ledger'?"),
        (lambda: fresh().exact.leg, "'ExactTables' object has no attribute 'leg'; did you mean 'legs'?"),
        (lambda: fresh().plot.cost_waterfal, "no attribute 'cost_waterfal'; did you mean 'cost_waterfall'?"),
        (lambda: scenario_in().with_laod, "no attribute 'with_laod'; did you mean 'with_load'?"),
        (lambda: gridsim.Market(scenario_in()).claer, "no attribute 'claer'; did you mean 'clear'?"),
        (lambda: fresh().explain("R1/tou", "2021-05").stpes, "no attribute 'stpes'; did you mean 'steps'?"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(call: Callable[[], Any], told: str) -> None:
    with pytest.raises(AttributeError) as raised:
        call()
    assert str(raised.value).endswith(told)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: gridsim.zzz, r"module 'gridsim' has no attribute 'zzz'; it has Bands, .*, run, .*, write_report"),
        (lambda: fresh().invoice, r"'Result' object has no attribute 'invoice'; it has attribution, .*, warnings"),
        (lambda: gridsim.batch.zzz, r".* has no attribute 'zzz'; it has .*attribution.*, run.*"),
    ],
)
def test_where_no_name_is_near_all_are_told(call: Callable[[], Any], told: str) -> None:
    with pytest.raises(AttributeError) as raised:
        call()
    assert re.fullmatch(told, str(raised.value))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: gridsim.run(scenario_in(), thread=2), "run has no argument 'thread'; did you mean 'threads'?"),
        (lambda: gridsim.example(nam="x"), "example has no argument 'nam'; did you mean 'name'?"),
        (lambda: gridsim.example("x", colour=1), "example has no argument 'colour'; it takes name"),
        (lambda: gridsim.run(5), "run: scenario must be Scenario | str | PathLike[str], not int"),
        (lambda: gridsim.run(scenario_in(), threads="2"), "run: threads must be int | None, not '2'"),
        (lambda: fresh().statistics.money(5), "Statistics.money: groupby must be str | Sequence[str], not int"),
        (
            lambda: scenario_in().with_prices("1.1", where="R1/tou"),
            "Scenario.with_prices: where must be Mapping[str, str | Iterable[str]] | None, not 'R1/tou'",
        ),
        (lambda: gridsim.write_report(5, "x.html"), "write_report: result must be Result, not int"),
        (lambda: gridsim.write_report(fresh(), "x.html", party=5), "write_report: party must be str, not int"),
        (lambda: gridsim.Result.load(3), "Result.load: directory must be str | Path, not int"),
        (
            lambda: gridsim.Market(scenario_in(), player=["R1"]),
            "Market has no argument 'player'; did you mean 'players'?",
        ),
        (lambda: fresh().explain("R1"), "Result.explain() missing 1 required positional argument: 'month'"),
    ],
)
def test_a_wrong_argument_is_answered_with_what_would_be_right(call: Callable[[], Any], told: str) -> None:
    with pytest.raises(TypeError) as raised:
        call()
    assert str(raised.value) == told


def test_everything_public_tells_of_slips() -> None:
    silent = [name.name for name in public_names() if not (tells_of_slips(name) or is_of_another_kind(name.thing))]
    assert not silent


def tells_of_slips(name: PublicName) -> bool:
    """Methods are told of with their class, so only functions of modules are asked for themselves."""
    if name.kind == "class":
        return getattr(name.thing, "__getattr__", None) is _missing_attribute
    module, _, called = name.name.rpartition(".")
    return module not in MODULES or hasattr(getattr(importlib.import_module(module), called), "__wrapped__")


def is_of_another_kind(thing: Any) -> bool:
    """Tables and models of other libraries have messages of their own; of errors and plain tuples nobody asks much."""
    if not isinstance(thing, type):
        return False
    return issubclass(thing, (BaseException, tuple, pd.DataFrame, BaseModel)) or thing.__module__ in RECORDS


def test_what_gridsim_itself_has_to_say_is_not_spoken_over() -> None:
    with pytest.raises(gridsim.ResultError, match="method must be one of own_deviation"):
        fresh().attribution("by_eye")  # type: ignore[arg-type]


def test_an_error_within_a_call_that_was_right_is_left_alone() -> None:
    @helpful
    def count(of: list[int], times: int = 1, frame: pd.DataFrame | None = None) -> int:
        return sum(of) * times

    assert count([1, 2], np.int64(2)) == 6
    with pytest.raises(TypeError, match=r"unsupported operand"):
        count(["a"], np.int64(2))  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"^count: of must be list\[int\], not int$"):
        count(3)  # type: ignore[arg-type]


def test_an_argument_of_any_type_is_never_what_was_wrong() -> None:
    @helpful
    def failing(load: Any) -> None:
        raise TypeError(f"{load} is not what is wrong")

    with pytest.raises(TypeError, match=r"^1 is not what is wrong$"):
        failing(1)


def test_a_property_that_fails_says_why_itself() -> None:
    @helpful
    class Broken:
        @property
        def sum(self) -> int:
            raise AttributeError("the meter is gone")

    with pytest.raises(AttributeError, match="the meter is gone"):
        _ = Broken().sum


def test_nothing_else_of_a_function_or_a_class_changes() -> None:
    assert pickle.loads(pickle.dumps(gridsim.run)) is gridsim.run
    assert "Parameters" in (gridsim.run.__doc__ or "") and gridsim.run.__module__ == "gridsim.running"
    scenario = scenario_in()
    assert copy.copy(scenario).hash == pickle.loads(pickle.dumps(scenario)).hash == scenario.hash
    assert not hasattr(scenario, "__array__") and not hasattr(scenario, "_repr_latex_")


def test_the_program_that_type_checkers_read_also_runs(tmp_path: Path) -> None:
    """`make types` reads it as a user's type checker would, and asks for each of its slips to be found."""
    main(tmp_path)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("settlment", "did you mean 'settlement'?"),
        ("settlement.tuo", "it has conventional, tou, shortfall_price"),
        ("settlement.tou.uper", "did you mean 'upper'?"),
        ("matching.mecanism", "did you mean 'mechanism'?"),
        ("calendar.matched_working_dys", "did you mean 'matched_working_days'?"),  # of the file's own
    ],
)
def test_values_of_rules_tell_of_slips(path: str, told: str) -> None:
    value = gridsim.rules.load("henan-2021").at("2021-04")
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value
    *groups, name = path.split(".")
    for each in groups:
        value = getattr(value, each)
    with pytest.raises(AttributeError, match=re.escape(told)):
        getattr(value, name)
