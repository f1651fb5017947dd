"""Faults in what an analyst asks, told as those of a scenario are: each with its place and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence

from gridsim.errors import Fault, ScenarioError
from gridsim.words import Sentence

__all__ = ["fault", "raise_if_any"]


def fault(name: str, value: object, message: Sentence, allowed: Sentence, row: int | None = None) -> Fault:
    """A fault of the argument `name` of `optimal_cover`."""
    return Fault("optimal_cover", row, name, str(value), message, allowed)


def raise_if_any(faults: Sequence[Fault]) -> None:
    """Raise a ScenarioError if there is a fault."""
    if faults:
        raise ScenarioError(faults)
