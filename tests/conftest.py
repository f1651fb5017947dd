"""What holds for all tests: shared results, and Hypothesis that tries the same examples every time.

A change then fails for what it changed, and a landing is no lottery. New examples are hunted on purpose, with
``GRIDSIM_HYPOTHESIS=long`` (see CONTRIBUTING.md); what the hunt finds becomes an example of its test.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import gridsim
from gridsim import words
from gridsim.catalogue import translation, words_of
from tests.shared import PROFILE, PROVINCE, fresh, scenario_in
from tests.spent import Spent

# No deadline fits a first compilation, and how long a whole market takes to build is the machine's affair.
_CALM = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
_COMMON = settings(deadline=None, derandomize=True, print_blob=True, suppress_health_check=_CALM)
for _name, _examples in (("quick", 10), ("default", 60), ("ci", 400)):
    settings.register_profile(_name, parent=_COMMON, max_examples=_examples)
settings.register_profile("long", parent=_COMMON, max_examples=10_000, derandomize=False)  # the hunt for new ones
settings.load_profile(PROFILE)


os.environ.pop("GRIDSIM_LANG", None)  # tests say themselves which language they mean, whoever runs them


_PROOFS = ("benchmarks", "faults", "integration", "properties", "report")
"""Folders of proofs over whole markets, folders of files and pages: seconds each, and all of them slow."""


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: to look through it for cycles took a twelfth of all time."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_configure(config: pytest.Config) -> None:
    """With ``GRIDSIM_SPENT`` set, as in CI: who has taken how much of the processors (`tests/spent.py`)."""
    if os.environ.get("GRIDSIM_SPENT"):
        config.pluginmanager.register(Spent())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What stands in a folder of proofs is `slow` (CONTRIBUTING.md)."""
    here = Path(__file__).parent
    for item in items:
        if any(item.path.is_relative_to(here / folder) for folder in _PROOFS):
            item.add_marker("slow")


@pytest.fixture(autouse=True, scope="session")
def _nothing_is_said_without_its_chinese() -> Iterator[None]:
    """A text that reaches a Chinese reader untranslated fails the test that says it.

    `tests/test_words.py` holds the catalogue against the texts that it finds in the code; this finds those that were
    handed on without `msg`.
    """

    def strict(text: str, lang: str) -> str:
        assert text in words_of(lang), f"said, but not marked for the catalogue: {text!r}"
        return translation(text, lang)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "translation", strict)
        yield


@pytest.fixture(scope="session")
def scenario() -> gridsim.Scenario:
    """The mini scenario. Only for looking at."""
    return scenario_in()


@pytest.fixture(scope="session")
def mini() -> gridsim.Result:
    """The result of the mini scenario. Only for looking at."""
    return fresh()


@pytest.fixture(scope="session")
def province() -> gridsim.Result:
    """The result of the shipped province. Only for looking at."""
    return fresh(PROVINCE)


@pytest.fixture(scope="module")  # two of them at once are not allowed in one process
def process() -> Iterator[Any]:
    """A browser."""
    from tests.report.page import browser

    with browser() as started:
        yield started


def pytest_make_parametrize_id(val: object) -> str | None:
    """A scenario among the parameters of a test is named by its folder."""
    return val.name if isinstance(val, Path) else None
