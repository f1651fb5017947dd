"""A slip in a name or a type is answered with the name that was meant, or with what an argument may be."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim.wrong_call import helpful
from tests.shared import fresh, scenario_in
from tests.typed_program import main


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: gridsim.claer, "module 'gridsim' has no attribute 'claer'; did you mean 'clear'?"),
        (lambda: gridsim.batch.Plam, "module 'gridsim.batch' has no attribute 'Plam'; did you mean 'Plan'?"),
        (lambda: gridsim.zzz, "module 'gridsim' has no attribute 'zzz'"),
        (lambda: fresh().ledgr, "'Result' object has no attribute 'ledgr'; did you mean 'ledger'?"),
        (lambda: fresh().exact.leg, "'ExactTables' object has no attribute 'leg'; did you mean 'legs'?"),
        (lambda: fresh().plot.cost_waterfal, "no attribute 'cost_waterfal'; did you mean 'cost_waterfall'?"),
        (lambda: scenario_in().with_laod, "no attribute 'with_laod'; did you mean 'with_load'?"),
        (lambda: fresh().invoice, "'Result' object has no attribute 'invoice'"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(call: Callable[[], Any], told: str) -> None:
    with pytest.raises(AttributeError) as raised:
        call()
    assert str(raised.value).endswith(told)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: gridsim.run(scenario_in(), thread=2), "run has no argument 'thread'; did you mean 'threads'?"),
        (lambda: gridsim.example(nam="x"), "example has no argument 'nam'; did you mean 'name'?"),
        (lambda: gridsim.example("x", colour=1), "example has no argument 'colour'; it takes name"),
        (lambda: gridsim.run(5), "run: scenario must be Scenario | str | os.PathLike[str], not int"),
        (lambda: gridsim.run(scenario_in(), threads="2"), "run: threads must be int | None, not str"),
        (lambda: gridsim.Result.load(3), "Result.load: directory must be str | Path, not int"),
        (lambda: fresh().explain("R1"), "Result.explain() missing 1 required positional argument: 'month'"),
    ],
)
def test_a_wrong_argument_is_answered_with_what_would_be_right(call: Callable[[], Any], told: str) -> None:
    with pytest.raises(TypeError) as raised:
        call()
    assert str(raised.value) == told


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
