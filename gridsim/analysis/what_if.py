"""``gridsim what-if``: a scenario as it is and as it would be, settled side by side, and what moves between the two."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from gridsim.errors import Fault, ScenarioError
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.scenario import Scenario
    from gridsim.scenario.changes import Basis

__all__ = ["as_asked"]


def as_asked(
    scenario: Scenario,
    *,
    load: str | None = None,
    contracts: str | None = None,
    prices: str | None = None,
    rules: Iterable[str] = (),
    where: Iterable[str] = (),
    basis: str = "legs",
) -> Scenario:
    """The scenario with what a command line asks for; every verb gets all of ``where``.

    Parameters
    ----------
    scenario : Scenario
    load, contracts, prices : str, optional
        Scales.
    rules : iterable of str
        ``path=value``.
    where : iterable of str
        ``key=value``; of a key that is named again each value counts.
    basis : {"legs", "orders"}

    Raises
    ------
    ScenarioError
        All that is wrong with what is asked, at once.
    """
    faults: list[Fault] = []
    chosen: dict[str, list[str]] = {}
    for key, value in _pairs("--where", where, faults):
        chosen.setdefault(key, []).append(value)
    values = dict(_pairs("--set", rules, faults))
    on, only = cast("Basis", basis), chosen or None
    verbs: dict[str, Callable[[Scenario], Scenario]] = {}
    if load is not None:
        verbs["--load"] = lambda each: each.with_load(load, where=only)
    if contracts is not None:
        verbs["--contracts"] = lambda each: each.with_contracts(contracts, where=only, basis=on)
    if prices is not None:
        verbs["--prices"] = lambda each: each.with_prices(prices, where=only, basis=on)
    if values:
        verbs["--set"] = lambda each: each.with_overrides(values)
    if not verbs and not faults:
        allowed = Sentence("one of {allowed}", allowed="--load, --contracts, --prices, --set")
        faults.append(Fault("gridsim what-if", None, None, None, Sentence("nothing is asked for"), allowed))
    varied = scenario
    for option, verb in verbs.items():
        try:
            varied = verb(varied)
        except ScenarioError as error:
            faults.extend(_of_option(option, fault) for fault in error.faults)
    if faults:
        raise ScenarioError(list(dict.fromkeys(faults)))
    return varied


def _of_option(option: str, fault: Fault) -> Fault:
    """A fault of a verb's argument, told of the option that somebody typed."""
    if fault.column in ("multiple", "scale"):
        return replace(fault, file=option, column=None)
    key = (fault.column or "").partition("where.")[2]
    return replace(fault, file="--where", column=key) if key else fault


def _pairs(option: str, texts: Iterable[str], faults: list[Fault]) -> list[tuple[str, str]]:
    found = []
    for text in texts:
        key, sign, value = text.partition("=")
        if sign and key.strip() and value.strip():
            found.append((key.strip(), value.strip()))
        else:
            allowed = Sentence("NAME=VALUE, such as {example}", example="month=2021-05")
            if option == "--set":
                allowed = Sentence("PATH=VALUE, with a path that gridsim rules show lists")
            faults.append(Fault(option, None, None, text, Sentence("no name and value"), allowed))
    return found
