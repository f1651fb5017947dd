"""Who spends the time of CI: processor seconds by folder and by test, told at the end of a run.

Seconds of a clock say little on a shared machine; what a test and the processes that it started have computed, a
fresh machine computes too. It is a picture to steer by: no test may depend on it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator

import pytest

_SPENT = "processor seconds"
_SHOWN = 25


class Spent:
    """A pytest plugin: what each test has computed, summed up where the reports of all workers arrive."""

    def __init__(self) -> None:
        self.by_test: defaultdict[str, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Start to count; what a shared fixture takes is the first test's that asks for it."""
        self._last = _computed()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Send with each phase's report what it has taken."""
        report = yield
        now = _computed()
        report.user_properties.append((_SPENT, now - self._last))
        self._last = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Sum up, in the process that shows the results."""
        # The list is the item's: each report carries those of the phases before it.
        own = [value for name, value in report.user_properties if name == _SPENT and isinstance(value, float)]
        self.by_test[report.nodeid] = max(self.by_test[report.nodeid], sum(own))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Two lists: folders, and the tests that take the most."""
        by_folder: defaultdict[str, float] = defaultdict(float)
        for test, seconds in self.by_test.items():
            by_folder["/".join(test.partition("::")[0].split("/")[:2])] += seconds
        terminalreporter.section(f"processor seconds: {sum(by_folder.values()):.0f}")
        for counted in (by_folder, self.by_test):
            for name, seconds in sorted(counted.items(), key=lambda each: -each[1])[:_SHOWN]:
                terminalreporter.line(f"{seconds:7.1f}  {name}")
            terminalreporter.line("")


def _computed() -> float:
    """What this process and the children that it has waited for have computed [s]."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
