"""Settlement of a medium- and long-term electricity market, exact to the micro-yuan.

A `Scenario` is loaded (`load`, `scenario_from_tables`; `example` has some), varied (`Scenario.with_load` and its like)
and settled by its `RuleSet` (`run`). The `Result` has the tables, and answers: `Result.statistics`, `Result.explain`,
`Result.plot`, `Result.compare`, `Result.reconcile`, `Result.save`. `Market` does the same session by session,
`gridsim.batch` over many draws and rules; `import_tables` reads the files that people have.

Without a scenario, `clear` and `settle` take frames, `match`, `Matcher` and `settle_arrays` arrays of integers.
`gridsim.extensions` is for who adds to a market.

What is wrong with an input is a `ScenarioError` that lists every `Fault`; what cannot be done with a result a
`ResultError`. Energies are in MWh [kWh where exact], prices in yuan/MWh [micro-yuan/kWh], money in yuan [micro-yuan].

The public names load what they need when first used, so that ``import gridsim`` costs nothing.

Examples
--------
>>> import gridsim
>>> result = gridsim.run(gridsim.example("henan-2021-mini"))
>>> result.statistics.money("item", top=1)["amount_yuan"].round(2)
item
energy      65836329.25
(others)    74840370.41
Name: amount_yuan, dtype: float64
"""

from __future__ import annotations

import importlib

# Type checkers know this name; importing it from typing would cost more than all the rest of this file.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from gridsim import batch, io, rules
    from gridsim.core.keeping import UncachedWarning
    from gridsim.errors import Fault, GridsimError, InputOverflowError, KernelError, ResultError, ScenarioError
    from gridsim.importing.files import import_tables
    from gridsim.io import load, scenario_from_tables
    from gridsim.io.example import example
    from gridsim.market.market import Market
    from gridsim.report.html import write_report
    from gridsim.reproduction.remaking import reproduce
    from gridsim.result import Result
    from gridsim.rules import RuleSet
    from gridsim.running import run
    from gridsim.scenario import Scenario
    from gridsim.settlement.arrays import settle_arrays
    from gridsim.settlement.bands import Bands
    from gridsim.settlement.frames import settle
    from gridsim.trading.clear import clear
    from gridsim.trading.matcher import Matcher, match
    from gridsim.version import __version__ as __version__

_HOME = {
    "__version__": "gridsim.version",
    "Bands": "gridsim.settlement.bands",
    "Fault": "gridsim.errors",
    "GridsimError": "gridsim.errors",
    "InputOverflowError": "gridsim.errors",
    "InputWarning": "gridsim.errors",
    "KernelError": "gridsim.errors",
    "Market": "gridsim.market.market",
    "Matcher": "gridsim.trading.matcher",
    "Result": "gridsim.result",
    "ResultError": "gridsim.errors",
    "RuleSet": "gridsim.rules",
    "Scenario": "gridsim.scenario",
    "ScenarioError": "gridsim.errors",
    "UncachedWarning": "gridsim.core.keeping",
    "clear": "gridsim.trading.clear",
    "example": "gridsim.io.example",
    "import_tables": "gridsim.importing.files",
    "load": "gridsim.io",
    "match": "gridsim.trading.matcher",
    "reproduce": "gridsim.reproduction.remaking",
    "run": "gridsim.running",
    "scenario_from_tables": "gridsim.io",
    "settle": "gridsim.settlement.frames",
    "settle_arrays": "gridsim.settlement.arrays",
    "write_report": "gridsim.report.html",
}
_MODULES = ("batch", "io", "rules")

__all__ = [
    "Bands",
    "Fault",
    "GridsimError",
    "InputOverflowError",
    "InputWarning",
    "KernelError",
    "Market",
    "Matcher",
    "Result",
    "ResultError",
    "RuleSet",
    "Scenario",
    "ScenarioError",
    "UncachedWarning",
    "batch",
    "clear",
    "example",
    "import_tables",
    "io",
    "load",
    "match",
    "reproduce",
    "rules",
    "run",
    "scenario_from_tables",
    "settle",
    "settle_arrays",
    "write_report",
]


if not TYPE_CHECKING:  # to a type checker, a name that is not above is a slip

    def __getattr__(name: str) -> Any:
        if name in _MODULES:
            return importlib.import_module(f"gridsim.{name}")
        if name not in _HOME:
            from gridsim.wrong_call import no_attribute

            raise no_attribute("module 'gridsim'", name, __all__)
        value = getattr(importlib.import_module(_HOME[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
